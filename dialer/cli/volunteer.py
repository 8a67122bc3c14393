"""`callbank volunteer ...`: links by which volunteers join, and who has joined.

Works on the database alone; a running daemon notices changes within a second or two.
"""

import argparse
import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path

from dialer.cli.announce import announce
from dialer.cli.document_file import document_in
from dialer.cli.office_words import add_word, run_word, words_of
from dialer.cli.operator import operator
from dialer.config import Settings
from dialer.domain.volunteer import Asked, Invitation
from dialer.errors import UsageError
from dialer.script.conduct import read_conduct
from dialer.script.document import Document, DocumentKind
from dialer.storage.admin import Administration
from dialer.storage.certificates import Certificates
from dialer.storage.document_shelf import DocumentShelf
from dialer.storage.volunteers import Kept, Volunteers
from dialer.web import qr

LONGEST_HOURS = 24 * 365.0
ON_SCREEN = "-"
PIN = re.compile(r"[0-9]{4,12}", re.ASCII)


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of `callbank volunteer` and their options."""
    words = words_of(parser)
    invite = add_word(words, "invite", _invite, "make a link by which volunteers join a campaign")
    invite.add_argument("--campaign", required=True, metavar="NAME")
    invite.add_argument("--label", default="", help="for yourselves, such as Tuesday evening")
    invite.add_argument("--phone", type=Asked, choices=list(Asked), default=Asked.NO,
                        help="whether they are asked for a telephone number (no)")
    invite.add_argument("--email", type=Asked, choices=list(Asked), default=Asked.NO,
                        help="whether they are asked for an e-mail address (no)")
    invite.add_argument("--team", action="append", default=[], metavar="NAME",
                        help="a team to choose (more than once)")
    invite.add_argument("--keypad", action="store_true",
                        help="also a code for those without a screen: they call the campaign's "
                        "number, press star and type it")
    invite.add_argument("--call-back", action="store_true",
                        help="they may have us call their own telephones, over the campaign's "
                        "trunks and at your cost")
    invite.add_argument("--pin", default="", help="4 to 12 digits that they must know besides")
    invite.add_argument("--approve", action="store_true",
                        help="nobody goes on before `volunteer approve`")
    invite.add_argument("--most", type=int, metavar="N", help="how many may join by it")
    add_qr(invite)
    invite.add_argument("--hours", type=float, metavar="H", help="how long it holds")
    links = add_word(words, "links", _links, "the links there are")
    close = add_word(words, "close", _close, "let nobody join by a link any more")
    close.add_argument("code", metavar="CODE")
    joined = add_word(words, "list", _list, "who has joined")
    for word in (links, joined):
        word.add_argument("--campaign", metavar="NAME")
    for name, work, help in (
        ("approve", _approve, "let a volunteer go on who waits for it"),
        ("certify", _certify, "give a volunteer a certificate without practice calls"),
        ("revoke", _revoke, "end a volunteer's session and his telephone's credentials"),
    ):
        add_word(words, name, work, help).add_argument("session", type=int, metavar="SESSION")
    conduct = add_word(words, "conduct", _conduct, "give a campaign its own code of conduct")
    conduct.add_argument("file", metavar="FILE", help="YAML: language, title, rules, checklist")
    conduct.add_argument("--campaign", required=True, metavar="NAME")


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    return run_word(args)


async def _invite(url: str, settings: Settings, args: argparse.Namespace) -> int:
    if args.pin and not PIN.fullmatch(args.pin):
        raise UsageError("--pin must be 4 to 12 digits.")
    if args.most is not None and args.most < 1:
        raise UsageError("--most must be at least 1.")
    if args.hours is not None and not 0 < args.hours <= LONGEST_HOURS:
        raise UsageError(f"--hours must be above 0 and at most {LONGEST_HOURS:g}.")
    check_picture(args)
    campaign_id = await _campaign_id(url, args.campaign)
    wanted = Invitation(
        code="",
        campaign_id=campaign_id,
        label=args.label,
        asks_phone=args.phone,
        asks_email=args.email,
        teams=tuple(args.team),
        needs_approval=args.approve,
        may_call_back=args.call_back,
        most=args.most,
        expires_at=None if args.hours is None else time.time() + 3600.0 * args.hours,
    )
    async with Volunteers.at(url) as volunteers:
        made = await volunteers.invite(
            wanted, pin=args.pin, by=operator(), has_keypad=args.keypad
        )
    link = link_of(settings, made.code)
    print(json.dumps(_link_json(settings, made)) if args.json else link)
    if made.keypad_code and not args.json:
        print(f"by telephone: call the campaign's number, press star, type {made.keypad_code}")
    draw(args.qr, link)
    return 0


def add_qr(parser: argparse.ArgumentParser) -> None:
    """The option of commands that make a link; `check_picture` and `draw` read it."""
    parser.add_argument("--qr", nargs="?", const=ON_SCREEN, default="", metavar="FILE.svg",
                        help="also print it as a QR code, or draw it into a file")


def check_picture(args: argparse.Namespace) -> None:
    """Before the link is made, so that it is not made for nothing."""
    if args.qr == ON_SCREEN and args.json:
        raise UsageError("--qr with --json needs a file: --qr FILE.svg.")
    if args.qr in ("", ON_SCREEN):
        return
    picture = Path(args.qr)
    if picture.exists() or not picture.parent.is_dir():
        raise UsageError(f"--qr {picture}: name a new file in a directory that exists.")


def draw(place: str, link: str) -> None:
    """Show a link as a QR code, on the screen or in a file; empty: not at all."""
    if place == ON_SCREEN:
        print(qr.signs(link), end="")
    elif place:
        Path(place).write_text(qr.svg(link), encoding="utf-8")
        announce(f"the link's QR code is in {place}.")


def link_of(settings: Settings, code: str) -> str:
    """The address that volunteers open."""
    return page_of(settings, f"join/{code}")


def page_of(settings: Settings, path: str) -> str:
    """The address of one of our pages, as browsers elsewhere reach it."""
    base = settings.web.public_url or f"http://{settings.web.host}:{settings.web.port}"
    return f"{base.rstrip('/')}/{path}"


async def _links(url: str, settings: Settings, args: argparse.Namespace) -> int:
    campaign_id = await _campaign_id(url, args.campaign) if args.campaign else None
    async with Volunteers.at(url) as volunteers:
        found = await volunteers.invitations(campaign_id)
    if args.json:
        print(json.dumps([_link_json(settings, one) for one in found]))
        return 0
    for one in found:
        state = "open" if one.is_open(time.time()) else "over"
        typed = f"\ttyped: {one.keypad_code}" if one.keypad_code else ""
        print(
            f"{link_of(settings, one.code)}\t{state}\t{one.joined} joined\t{one.label}{typed}"
        )
    if not found:
        announce("there is no link yet: `callbank volunteer invite --campaign NAME` makes one.")
    return 0


async def _close(url: str, settings: Settings, args: argparse.Namespace) -> int:
    code = args.code.rpartition("/")[2].upper()
    async with Volunteers.at(url) as volunteers:
        if not await volunteers.close_invitation(code, time.time()):
            raise UsageError(f"there is no link {code}; `callbank volunteer links` shows them.")
    _say(args, {"code": code, "is_open": False}, f"nobody joins by {code} any more.")
    return 0


async def _list(url: str, settings: Settings, args: argparse.Namespace) -> int:
    campaign_id = await _campaign_id(url, args.campaign) if args.campaign else None
    async with Volunteers.at(url) as volunteers:
        found = await volunteers.sessions(campaign_id)
    if args.json:
        print(json.dumps([_session_json(one) for one in found]))
        return 0
    for one in found:
        its = one.session
        since = datetime.fromtimestamp(its.created_at, UTC)
        waits = "" if its.is_approved else "\twaits to be let in"
        waits += "\thas to practise" if its.needs_practice else ""
        if its.certified_at is not None:
            by = f"with script {its.certified_script}" if its.certified_script else "by your word"
            waits += f"\tcertified {by}"
        print(f"{its.id}\t{its.first_name}\t{its.team}\t{one.campaign}\t"
              f"{since:%Y-%m-%d %H:%M} UTC{waits}")  # fmt: skip
    if not found:
        announce("nobody has joined.")
    return 0


async def _approve(url: str, settings: Settings, args: argparse.Namespace) -> int:
    async with Volunteers.at(url) as volunteers:
        if not await volunteers.approve(args.session):
            raise UsageError(_no_session(args.session))
    _say(args, {"session": args.session, "is_approved": True}, "the volunteer may go on.")
    return 0


async def _certify(url: str, settings: Settings, args: argparse.Namespace) -> int:
    async with Volunteers.at(url) as volunteers:
        if not await Certificates(volunteers.engine).certify(args.session, time.time()):
            raise UsageError(_no_session(args.session))
    _say(args, {"session": args.session, "is_certified": True}, "the volunteer has a certificate.")
    return 0


async def _revoke(url: str, settings: Settings, args: argparse.Namespace) -> int:
    async with Volunteers.at(url) as volunteers:
        if not await volunteers.end(args.session, "revoked", time.time()):
            raise UsageError(_no_session(args.session))
    _say(args, {"session": args.session, "ended": True}, "the session is over.")
    return 0


async def _conduct(url: str, settings: Settings, args: argparse.Namespace) -> int:
    conduct, body = document_in(args.file, read_conduct)
    campaign_id = await _campaign_id(url, args.campaign)
    given = Document(
        version="", language=conduct.language, since=time.time(), given_by=operator(), body=body
    )
    async with DocumentShelf.at(url) as shelf:
        version = await shelf.give(campaign_id, DocumentKind.CONDUCT, given)
    _say(
        args,
        {"campaign": args.campaign, "language": conduct.language, "version": version},
        "volunteers agree to it from now on, those at work when they next open their page.",
    )
    return 0


async def _campaign_id(url: str, name: str) -> int:
    async with Administration.at(url) as office:
        return (await office.campaign(name)).id


def _say(args: argparse.Namespace, its: dict[str, object], sentence: str) -> None:
    if args.json:
        print(json.dumps(its))
    else:
        announce(sentence)


def _no_session(session_id: int) -> str:
    return f"no session {session_id} lasts; `callbank volunteer list` shows those that do."


def _link_json(settings: Settings, one: Invitation) -> dict[str, object]:
    return {
        "code": one.code,
        "link": link_of(settings, one.code),
        "campaign_id": one.campaign_id,
        "label": one.label,
        "joined": one.joined,
        "most": one.most,
        "expires_at": one.expires_at,
        "is_open": one.is_open(time.time()),
        "has_pin": one.has_pin,
        "needs_approval": one.needs_approval,
        "may_call_back": one.may_call_back,
        "keypad_code": one.keypad_code,
    }


def _session_json(one: Kept) -> dict[str, object]:
    its = one.session
    return {
        "session": its.id,
        "agent_id": its.agent.id,
        "first_name": its.first_name,
        "team": its.team,
        "campaign": one.campaign,
        "invitation": one.invitation,
        "is_approved": its.is_approved,
        "practised": list(its.practised),
        "needs_practice": its.needs_practice,
        "certified_at": its.certified_at,
        "certified_script": its.certified_script,
        "way": None if its.way is None else its.way.value,
        "created_at": its.created_at,
    }
