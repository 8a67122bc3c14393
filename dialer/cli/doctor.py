"""`./callbank doctor`: looks the machine, the parts and the settings over and says what to do.

Nothing is changed or started. Exit code 1 when something would keep the phone bank from working.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from dialer.config import Settings, load_settings
from dialer.config_keys import example_file
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign
from dialer.errors import CallbankError
from dialer.parts import checkup, fitness, postgres, rules
from dialer.parts.asterisk import AsteriskProgram
from dialer.parts.checkup import Finding, State
from dialer.parts.secrets import load_secrets


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank doctor`."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument(
        "--asterisk-includes",
        action="store_true",
        help="print what an Asterisk or FreePBX that is not ours needs",
    )
    parser.add_argument(
        "--example-config", action="store_true", help="print an annotated callbank.toml"
    )


def run(args: argparse.Namespace) -> int:
    """Prints the report; 1 when a check failed."""
    if args.example_config:
        print(example_file(), end="")
        return 0
    if args.asterisk_includes:
        settings = load_settings(os.environ, home=args.home)
        print(asterisk_includes(settings, *_people(settings)), end="")
        return 0
    findings = list(look_over(args.home))
    is_fit = all(finding.state is not State.FAIL for finding in findings)
    if args.json:
        print(json.dumps({"ok": is_fit, "findings": [asdict(each) for each in findings]}, indent=2))
    else:
        print(report(findings), end="")
    return 0 if is_fit else 1


def look_over(home: Path) -> Iterator[Finding]:
    """All checks, in the order in which things depend on each other."""
    yield from checkup.machine(home)
    yield rules.check(home, time.time())
    try:
        settings = load_settings(os.environ, home=home)
    except CallbankError as error:
        yield checkup.fail("settings", str(error), "correct them; the other checks need them")
        return
    yield checkup.ok("settings", "valid")
    yield from checkup.private_files(home)
    yield from checkup.trunks(settings)
    yield from checkup.asterisk_program(settings)
    if settings.asterisk.mode == "supervised":
        yield fitness.supervised_asterisk(settings)
    yield from checkup.ami(settings)
    yield from checkup.ports(settings)
    yield database(settings)


def database(settings: Settings) -> Finding:
    """Does the database answer, and has it this version's schema?"""
    url = settings.database_url
    if url is None:
        server = postgres.embedded(settings, load_secrets(settings.home))
        if not server.is_running():
            made = "not running" if server.data.exists() else "not made yet"
            return checkup.ok("database", f"embedded PostgreSQL, {made}: serve starts it")
        url = server.url()
    try:
        version = postgres.check(url)
        steps = _pending_steps(url)
    except CallbankError as error:
        says, _, remedy = str(error).partition(": ")
        return checkup.fail("database", says, remedy or "see its log")
    says = f"PostgreSQL {int(version) // 10000} at {postgres.without_password(url)}"
    if steps:
        return checkup.warn(
            "database",
            f"{says} lacks {len(steps)} migrations",
            "run: ./callbank migrate (serve does it at its start)",
        )
    return checkup.ok("database", f"{says}, schema up to date")


def _pending_steps(url: str) -> tuple[str, ...]:
    from dialer.storage.migrations import pending_steps

    return pending_steps(url)


def report(findings: list[Finding]) -> str:
    """The findings as text: one row each, what to do below."""
    width = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{finding.state:<5} {finding.name:<{width}}  {finding.says}")
        if finding.remedy:
            lines.append(f"{'':<5} {'':<{width}}  -> {finding.remedy}")
    count = {state: sum(each.state is state for each in findings) for state in State}
    lines.append(f"{count[State.OK]} ok, {count[State.WARN]} to look at, {count[State.FAIL]} wrong")
    return "\n".join(lines) + "\n"


def asterisk_includes(
    settings: Settings, agents: Sequence[Agent], campaigns: Sequence[Campaign]
) -> str:
    """The files for an operator's own Asterisk, with generated secrets."""
    from dialer import house
    from dialer.parts import ami_check, render

    secrets = load_secrets(settings.home)
    elsewhere = AsteriskProgram(
        version="",
        program=Path("/usr/sbin/asterisk"),
        tree=None,
        modules_dir=Path("/usr/lib/asterisk/modules"),
        data_dir=Path("/var/lib/asterisk"),
    )
    username, password = ami_check.login_of(settings, secrets)
    files = render.render_includes(
        house.pbx_settings(settings, elsewhere, optout_prompt="auth-thankyou"),
        render.PbxSecrets(ami_secret=password, agi_token=secrets.agi_token),
        trunks=[house.sip_trunk(trunk) for trunk in settings.trunks],
        agents=[house.phone_of(agent, secrets) for agent in agents],
        campaigns=[render.CampaignQueue(campaign_id=campaign.id) for campaign in campaigns],
        ami_permit=[f"{ami_check.our_address(settings.ami.host)}/255.255.255.255"],
        ami_username=username,
    )
    return INCLUDES_HEAD + "".join(f"\n; ======== {name}\n{text}" for name, text in files.items())


INCLUDES_HEAD = """\
; Append each part to the file of that name in /etc/asterisk. FreePBX reads these names by itself;
; elsewhere add `#include <name>` to extensions.conf, pjsip.conf, queues.conf and manager.conf.
; Then reload Asterisk, and do so again after adding volunteers, campaigns or trunks.
; It holds passwords: keep it as safe as they are.
"""


def _people(settings: Settings) -> tuple[tuple[Agent, ...], tuple[Campaign, ...]]:
    """Who has a telephone and what has a queue."""
    from dialer.cli.database import ready_database_url
    from dialer.storage.admin import Administration

    async def read() -> tuple[tuple[Agent, ...], tuple[Campaign, ...]]:
        async with Administration.at(ready_database_url(settings)) as office:
            return tuple(await office.agents()), tuple(await office.campaigns())

    return asyncio.run(read())
