"""`callbank script`: looks over what volunteers read from, and gives it to campaigns.

`check` and `preview` need nothing but the file; the others work on the database, and a running
daemon shows a new script from the next call on.
"""

import argparse
import asyncio
import json
import time
from datetime import UTC, datetime

from rich.console import Console
from rich.panel import Panel

from dialer.cli.announce import announce
from dialer.cli.database import ready_database_url, settings_of
from dialer.cli.document_file import document_in
from dialer.cli.operator import operator
from dialer.domain.campaign import Purpose
from dialer.errors import UsageError
from dialer.script.check import Fault, faults
from dialer.script.document import Document, DocumentKind
from dialer.script.language import Block, Script
from dialer.script.merge import FIELDS, merge
from dialer.script.reading import read_script
from dialer.storage.admin import Administration
from dialer.storage.document_shelf import DocumentShelf

SAMPLE = {
    "first_name": "Maria",
    "last_name": "Lopez",
    "full_name": "Maria Lopez",
    "town": "Durham",
    "state": "NC",
    "zip": "27701",
    "volunteer": "Ada",
    "caller_name": "Neighbors for Maple Street",
    "campaign": "Get out the vote",
    "caller_id": "919 555 0100",
}
"""Nobody, to fill the fields with."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of `callbank script` and their options."""
    words = parser.add_subparsers(title="words", metavar="WORD", required=True)
    check = words.add_parser("check", help="find what is wrong with a script")
    preview = words.add_parser("preview", help="show a script as a volunteer sees it")
    for word in (check, preview):
        word.add_argument("file", metavar="FILE", help="a script, in YAML")
        word.add_argument("--json", action="store_true", help="print JSON")
    check.add_argument("--purpose", choices=list(Purpose), default=Purpose.POLITICAL, type=Purpose,
                       help="of the campaign that uses it (political)")
    check.set_defaults(do=_check)
    preview.add_argument("--person", action="append", default=[], metavar="FIELD=TEXT",
                         help="fill a field so, or leave it empty: first_name= (more than once)")
    preview.set_defaults(do=_preview)
    give = words.add_parser("set", help="let a campaign's volunteers read from a script")
    give.add_argument("file", metavar="FILE", help="a script, in YAML")
    give.set_defaults(do=_set)
    show = words.add_parser("show", help="print the script that is read from now")
    show.add_argument("--language", default="en", metavar="L", help="such as es (en)")
    show.set_defaults(do=_show)
    versions = words.add_parser("versions", help="all scripts that a campaign ever had")
    versions.set_defaults(do=_versions)
    for word in (give, show, versions):
        word.add_argument("--campaign", required=True, metavar="NAME")
        word.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    return int(args.do(args))


def _check(args: argparse.Namespace) -> int:
    """0 when nothing is wrong or only warned of, 1 when the script cannot be used."""
    script, _ = document_in(args.file, read_script)
    found = faults(script, args.purpose)
    errors = sum(fault.is_error for fault in found)
    if args.json:
        print(json.dumps(_as_json(script, found), indent=2))
    else:
        for fault in found:
            print(f"{'error' if fault.is_error else 'warning'}: {fault}")
        print(f"{script.name}: {len(script.blocks)} blocks, {errors} errors,"
              f" {len(found) - errors} warnings.")  # fmt: skip
    return 1 if errors else 0


def _as_json(script: Script, found: tuple[Fault, ...]) -> dict[str, object]:
    return {
        "name": script.name,
        "blocks": len(script.blocks),
        "errors": sum(fault.is_error for fault in found),
        "warnings": sum(not fault.is_error for fault in found),
        "faults": [
            {
                "where": fault.where,
                "line": fault.line,
                "what": fault.what,
                "is_error": fault.is_error,
            }
            for fault in found
        ],
    }


def _preview(args: argparse.Namespace) -> int:
    """Every block, from the start on, with the fields filled in."""
    script, _ = document_in(args.file, read_script)
    values = SAMPLE | _person(args.person)
    if args.json:
        print(json.dumps([_block_json(block, values) for block in script.blocks], indent=2))
    else:
        console = Console()
        for block in script.blocks:
            title = f"{block.title or block.id}{' (start)' if block.id == script.start else ''}"
            console.print(Panel(_as_read(block, values), title=title, title_align="left"))
        for card in script.cards:
            console.print(f"If they say: [bold]{card.title}[/]  {merge(card.say, values)}",
                          highlight=False)  # fmt: skip
    if any(fault.is_error for fault in faults(script)):
        announce(f"{args.file} has faults: see ./callbank script check {args.file}")
    return 0


def _set(args: argparse.Namespace) -> int:
    """0 when it is read from now; a script with errors is not taken."""
    script, body = document_in(args.file, read_script)
    return asyncio.run(_give(args, script, body))


async def _give(args: argparse.Namespace, script: Script, body: str) -> int:
    url = ready_database_url(settings_of(args))
    async with Administration.at(url) as administration:
        campaign = await administration.campaign(args.campaign)
    errors = [fault for fault in faults(script, campaign.purpose) if fault.is_error]
    if errors:
        raise UsageError(
            f"{args.file} was not taken, because of {len(errors)} errors, such as: {errors[0]}"
            f" `callbank script check {args.file}` shows them all."
        )
    given = Document(
        version="", language=script.language, since=time.time(), given_by=operator(), body=body
    )
    async with DocumentShelf.at(url) as shelf:
        version = await shelf.give(campaign.id, DocumentKind.SCRIPT, given)
    if args.json:
        print(json.dumps({"campaign": campaign.name, "language": script.language,
                          "version": version}))  # fmt: skip
    else:
        print(f'Campaign "{campaign.name}" reads "{script.name}" ({script.language}), {version}.')
    return 0


def _show(args: argparse.Namespace) -> int:
    """The script's YAML as it was written."""
    held = {one.language: one for one in _kept(args)}
    if args.language not in held:
        there = f"there is one in {', '.join(held)}" if held else "give it one: script set"
        raise UsageError(f'campaign "{args.campaign}" has no script in {args.language}; {there}.')
    kept = held[args.language]
    print(json.dumps(_kept_json(kept) | {"body": kept.body}) if args.json else kept.body, end="")
    return 0


def _versions(args: argparse.Namespace) -> int:
    """One line a version, oldest first."""
    kept = _kept(args)
    if args.json:
        print(json.dumps([_kept_json(one) for one in kept]))
    for one in () if args.json else kept:
        since = datetime.fromtimestamp(one.since, UTC)
        print(f"{one.version}\t{one.language}\t{since:%Y-%m-%d %H:%M} UTC\t{one.given_by}")
    return 0


def _kept(args: argparse.Namespace) -> tuple[Document, ...]:
    return asyncio.run(_read_kept(args))


async def _read_kept(args: argparse.Namespace) -> tuple[Document, ...]:
    url = ready_database_url(settings_of(args))
    async with Administration.at(url) as administration:
        campaign = await administration.campaign(args.campaign)
    async with DocumentShelf.at(url) as shelf:
        return await shelf.versions(campaign.id, DocumentKind.SCRIPT)


def _kept_json(kept: Document) -> dict[str, object]:
    return {
        "version": kept.version,
        "language": kept.language,
        "since": kept.since,
        "given_by": kept.given_by,
    }


def _block_json(block: Block, values: dict[str, str]) -> dict[str, object]:
    question = block.question
    return {
        "id": block.id,
        "say": merge(block.say, values),
        "points": [merge(point, values) for point in block.points],
        "hint": merge(block.hint, values),
        "question": merge(question.ask, values) if question else None,
        "choices": [choice.label for choice in question.choices] if question else [],
        "next": list(block.ways()),
        "is_end": block.is_end,
    }


def _as_read(block: Block, values: dict[str, str]) -> str:
    lines = [merge(block.say, values)] if block.say else []
    lines += [f"  - {merge(point, values)}" for point in block.points]
    lines += [f"  ({merge(block.hint, values)})"] if block.hint else []
    question = block.question
    if question is not None:
        lines.append(f"? {merge(question.ask, values)} [{question.kind}]".replace("[", r"\["))
        lines += [f"    {choice.label} -> {choice.next or block.next}"
                  for choice in question.choices]  # fmt: skip
    if block.is_end:
        lines.append("The call ends here.")
    elif block.next:
        lines.append(f"-> {block.next}")
    return "\n".join(lines)


def _person(given: list[str]) -> dict[str, str]:
    values = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or (name not in FIELDS and not name.startswith("custom.")):
            known = ", ".join(FIELDS)
            raise UsageError(f"--person {one} fills no field: write FIELD=TEXT, one of {known}.")
        values[name] = text
    return values
