"""`callbank shift-lead ...`: links by which shift leads watch and help a campaign's floor.

Works on the database alone. A link's secret is told once, when it is made.
"""

import argparse
import json
import time
from datetime import UTC, datetime

from dialer.cli.announce import announce
from dialer.cli.office_words import add_word, run_word, words_of
from dialer.cli.operator import operator
from dialer.cli.volunteer import add_qr, check_picture, draw, page_of
from dialer.config import Settings
from dialer.domain.shift_lead import ShiftLead
from dialer.errors import UsageError
from dialer.storage.admin import Administration
from dialer.storage.shift_leads import ShiftLeads

USUAL_HOURS = 12.0
LONGEST_HOURS = 24 * 31.0


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of `callbank shift-lead` and their options."""
    words = words_of(parser)
    invite = add_word(words, "invite", _invite, "make a link by which somebody watches a campaign")
    invite.add_argument("--campaign", required=True, metavar="NAME")
    invite.add_argument("--label", default="", help="for yourselves, such as a name")
    invite.add_argument("--hours", type=float, default=USUAL_HOURS, metavar="H",
                        help=f"how long it holds ({USUAL_HOURS:g})")
    add_qr(invite)
    listing = add_word(words, "list", _list, "the links there are")
    listing.add_argument("--campaign", metavar="NAME")
    revoke = add_word(words, "revoke", _revoke, "let nobody watch by a link any more")
    revoke.add_argument("id", type=int, metavar="ID")


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    return run_word(args)


async def _invite(url: str, settings: Settings, args: argparse.Namespace) -> int:
    if not 0 < args.hours <= LONGEST_HOURS:
        raise UsageError(f"--hours must be above 0 and at most {LONGEST_HOURS:g}.")
    check_picture(args)
    now = time.time()
    async with Administration.at(url) as office:
        campaign_id = (await office.campaign(args.campaign)).id
    wanted = ShiftLead(
        id=0,
        campaign_id=campaign_id,
        label=args.label,
        created_at=now,
        expires_at=now + 3600.0 * args.hours,
    )
    async with ShiftLeads.at(url) as leads:
        made, secret = await leads.invite(wanted, by=operator())
    link = f"{page_of(settings, 'floor')}#{secret}"
    print(json.dumps({**_json(made, now), "link": link}) if args.json else link)
    draw(args.qr, link)
    return 0


async def _list(url: str, settings: Settings, args: argparse.Namespace) -> int:
    async with Administration.at(url) as office:
        names = {one.id: one.name for one in await office.campaigns()}
        wanted = (await office.campaign(args.campaign)).id if args.campaign else None
    async with ShiftLeads.at(url) as leads:
        found = await leads.all(wanted)
    now = time.time()
    if args.json:
        print(json.dumps([_json(one, now) for one in found]))
        return 0
    for one in found:
        state = "open" if one.is_open(now) else "over"
        until = datetime.fromtimestamp(one.expires_at, UTC)
        print(f"{one.id}\t{state}\t{names[one.campaign_id]}\t"
              f"until {until:%Y-%m-%d %H:%M} UTC\t{one.label}")  # fmt: skip
    if not found:
        announce("there is no link yet: `callbank shift-lead invite --campaign NAME` makes one.")
    return 0


async def _revoke(url: str, settings: Settings, args: argparse.Namespace) -> int:
    async with ShiftLeads.at(url) as leads:
        if not await leads.revoke(args.id, time.time()):
            raise UsageError(f"there is no link {args.id}; `callbank shift-lead list` shows them.")
    if args.json:
        print(json.dumps({"id": args.id, "is_open": False}))
    else:
        announce("nobody watches by that link any more.")
    return 0


def _json(one: ShiftLead, now: float) -> dict[str, object]:
    return {
        "id": one.id,
        "campaign_id": one.campaign_id,
        "label": one.label,
        "created_at": one.created_at,
        "expires_at": one.expires_at,
        "is_open": one.is_open(now),
    }
