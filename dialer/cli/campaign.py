"""`callbank campaign ...`: make, list, show, change, start, pause, finish and watch campaigns.

Works on the database alone; a running daemon notices changes within a second or two.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from dialer.cli.announce import announce
from dialer.cli.campaign_options import add_options, changed, is_any_given
from dialer.cli.campaign_text import figures_text, live_text, settings_text
from dialer.cli.client import live_of
from dialer.cli.database import ready_database_url, settings_of
from dialer.cli.operator import operator
from dialer.compliance.policy import problems
from dialer.config import TrunkSettings
from dialer.domain.campaign import Campaign, CampaignState
from dialer.errors import UsageError
from dialer.house import messages_dir
from dialer.parts.own_voice import take_recording
from dialer.storage.admin import Administration

WATCH_EVERY_S = 2.0

Work = Callable[[Administration, argparse.Namespace], Awaitable[int]]


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommands of `callbank campaign`."""
    places = parser.add_subparsers(metavar="WHAT", required=True)
    _named(places, "create", _create, "make a campaign", with_settings=True)
    listing = places.add_parser("list", help="all campaigns")
    _finish(listing, _list)
    _named(places, "show", _show, "a campaign's settings")
    _named(places, "set", _set, "change a campaign's settings", with_settings=True)
    _named(places, "start", _start, "let a campaign dial")
    _named(places, "pause", _pause, "stop dialing; live calls finish")
    _named(places, "finish", _end, "end a campaign; its leads are not called any more")
    status = _named(places, "status", _status, "a campaign's figures")
    status.add_argument(
        "--watch", action="store_true", help=f"repeat every {WATCH_EVERY_S:g} s until Ctrl-C"
    )


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    url = ready_database_url(settings_of(args))
    return asyncio.run(_work(url, args))


async def _work(url: str, args: argparse.Namespace) -> int:
    async with Administration.at(url, by=operator()) as administration:
        work: Work = args.work
        return await work(administration, args)


def _named(
    places: "argparse._SubParsersAction[argparse.ArgumentParser]",
    word: str,
    work: Work,
    help: str,
    *,
    with_settings: bool = False,
) -> argparse.ArgumentParser:
    parser = places.add_parser(word, help=help, description=help[0].upper() + help[1:] + ".")
    parser.add_argument("name", metavar="NAME")
    if with_settings:
        add_options(parser)
        parser.add_argument(
            "--voicemail-file", type=Path, metavar="FILE.wav",
            help="a recording of the words of --voicemail, instead of a synthesised voice:"
            " one channel, 16 bits, 8000 samples a second",
        )  # fmt: skip
    return _finish(parser, work)


def _finish(parser: argparse.ArgumentParser, work: Work) -> argparse.ArgumentParser:
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(work=work)
    return parser


async def _create(administration: Administration, args: argparse.Namespace) -> int:
    if not args.name.strip() or not args.name.isprintable():
        raise UsageError("a campaign needs a name of printable characters.")
    wanted = changed(Campaign(id=0, name=args.name.strip()), args)
    _take_voicemail(wanted, args)
    _say(args, await administration.create_campaign(wanted), "made")
    return 0


def _take_voicemail(wanted: Campaign, args: argparse.Namespace) -> None:
    """The file is there before the words: who notices these looks for it."""
    if args.voicemail_file is None:
        return
    if not args.setting_voicemail_text:
        raise UsageError("--voicemail-file goes with --voicemail: the words that are said in it.")
    folder = messages_dir(settings_of(args))
    take_recording(args.voicemail_file, wanted.voicemail_text, folder)


async def _list(administration: Administration, args: argparse.Namespace) -> int:
    known = await administration.campaigns()
    if args.json:
        print(json.dumps([asdict(campaign) for campaign in known]))
        return 0
    for campaign in known:
        print(f"{campaign.name}\t{campaign.state}\t{campaign.dial_method}")
    if not known:
        announce("there is no campaign yet: `callbank campaign create NAME` makes one.")
    return 0


async def _show(administration: Administration, args: argparse.Namespace) -> int:
    campaign = await administration.campaign(args.name)
    print(json.dumps(asdict(campaign)) if args.json else settings_text(campaign))
    return 0


async def _set(administration: Administration, args: argparse.Namespace) -> int:
    campaign = await administration.campaign(args.name)
    if not is_any_given(args) and args.voicemail_file is None:
        raise UsageError("nothing to set was given: `callbank campaign set --help` shows what is.")
    wanted = changed(campaign, args)
    if campaign.state is CampaignState.RUNNING:
        _refuse_problems(wanted, "it is running, so it stays as it was")
    _take_voicemail(wanted, args)
    await administration.change_campaign(wanted)
    _say(args, wanted, "changed")
    return 0


async def _start(administration: Administration, args: argparse.Namespace) -> int:
    campaign = await administration.campaign(args.name)
    _refuse_problems(campaign, "it was not started")
    if not campaign.caller_id:
        raise UsageError(
            f'campaign "{args.name}" shows no number: give it one that belongs to its trunk with '
            "`callbank campaign set NAME --caller-id NUMBER`."
        )
    for sentence in trunk_problems(campaign, settings_of(args).trunks):
        announce(sentence)
    return await _become(administration, args, CampaignState.RUNNING)


async def _pause(administration: Administration, args: argparse.Namespace) -> int:
    return await _become(administration, args, CampaignState.PAUSED)


async def _end(administration: Administration, args: argparse.Namespace) -> int:
    return await _become(administration, args, CampaignState.FINISHED)


async def _become(
    administration: Administration, args: argparse.Namespace, state: CampaignState
) -> int:
    campaign = await administration.set_campaign_state(args.name, state)
    if args.json:
        print(json.dumps(asdict(campaign)))
    else:
        announce(f'campaign "{campaign.name}" is {campaign.state}.')
    return 0


async def _status(administration: Administration, args: argparse.Namespace) -> int:
    settings = settings_of(args)
    while True:
        campaign = await administration.campaign(args.name)
        figures = await administration.figures(args.name)
        now = await asyncio.to_thread(live_of, settings, campaign.name)
        if args.json:
            its = {"campaign": campaign.name, "state": campaign.state, **figures.as_json()}
            print(json.dumps(its if now is None else {**its, "live": now}), flush=True)
        else:
            if args.watch and sys.stdout.isatty():
                print("\x1b[2J\x1b[H", end="")
            print(f"{time.strftime('%H:%M:%S')}  {campaign.name} is {campaign.state}")
            print(figures_text(figures, campaign.limits.abandon_limit), flush=True)
            if now is not None:
                print("\n".join(live_text(now)), flush=True)
        if not args.watch:
            return 0
        await asyncio.sleep(WATCH_EVERY_S)


def trunk_problems(campaign: Campaign, trunks: Sequence[TrunkSettings]) -> list[str]:
    """Why nothing would be dialed with the trunks of callbank.toml, which may still be changed."""
    if not trunks:
        return ["there is no trunk: nothing is dialed until callbank.toml has a [[trunk]]."]
    names = {trunk.name for trunk in trunks}
    found = [
        f'callbank.toml has no trunk called "{name}"; it has: {", ".join(sorted(names))}.'
        for name in campaign.trunks
        if name not in names
    ]
    usable = [trunk for trunk in trunks if not campaign.trunks or trunk.name in campaign.trunks]
    if not any(campaign.caller_id in trunk.caller_ids for trunk in usable):
        found.append(
            f"no trunk of this campaign owns its caller ID {campaign.caller_id}: nothing is dialed"
            " until it stands in caller_ids of a [[trunk]] in callbank.toml and serve is restarted."
        )
    return found


def _refuse_problems(campaign: Campaign, and_so: str) -> None:
    found = problems(campaign)
    if found:
        listed = "".join(f"\n  - {sentence}" for sentence in found)
        raise UsageError(f'campaign "{campaign.name}" may not dial like this; {and_so}:{listed}')


def _say(args: argparse.Namespace, campaign: Campaign, done: str) -> None:
    """What became of the campaign, and what it still lacks before it can start."""
    if args.json:
        print(json.dumps({**asdict(campaign), "problems": list(problems(campaign))}))
        return
    announce(f'campaign "{campaign.name}" {done}.')
    for sentence in problems(campaign):
        announce(f"before it can start: {sentence}")
