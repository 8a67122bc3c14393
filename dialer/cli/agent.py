"""`callbank agent ...`: add, list and remove volunteers, and show how they log in.

Passwords and tokens are derived from the installation's secrets, so they can be shown again.
What a volunteer does while the daemon runs is in agent_live.py.
"""

import argparse
import asyncio
import json
import re
from collections.abc import Awaitable, Callable

from dialer.cli.agent_live import add_live
from dialer.cli.agent_phone import show_phone, show_token
from dialer.cli.announce import announce
from dialer.cli.database import ready_database_url, settings_of
from dialer.domain.agent import Agent
from dialer.domain.language import SPOKEN, Language, known
from dialer.errors import UsageError
from dialer.house import phone_of, tokens_of
from dialer.parts.secrets import load_secrets
from dialer.storage.admin import Administration

_EXTENSION = re.compile(r"[0-9A-Za-z_-]{1,32}", re.ASCII)

Work = Callable[[Administration, argparse.Namespace], Awaitable[int]]


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommands of `callbank agent`."""
    places = parser.add_subparsers(metavar="WHAT", required=True)
    add = places.add_parser("add", help="add a volunteer and show how he logs in")
    add.add_argument("name", metavar="NAME", help="his log-in name")
    add.add_argument("--extension", help="his telephone's user name (default: the next number)")
    add.add_argument(
        "--us-state", default="", type=_us_state, metavar="STATE",
        help="where he sits, such as NC: laws on recording ask for it",
    )  # fmt: skip
    add.add_argument(
        "--speaks", default=(), type=_languages, metavar="A,B",
        help="languages that he speaks, such as en,es: for people who want to be called in them",
    )  # fmt: skip
    _finish(add, _add)
    _finish(places.add_parser("list", help="everybody who may log in"), _list)
    show = places.add_parser("show", help="how a volunteer logs in")
    show.add_argument("name", metavar="NAME")
    _finish(show, _show)
    sits = places.add_parser("sits", help="say in which state of the US a volunteer sits")
    sits.add_argument("name", metavar="NAME")
    sits.add_argument("us_state", type=_us_state, metavar="STATE", help="such as NC; '' if unknown")
    _finish(sits, _sits)
    remove = places.add_parser("remove", help="withdraw a volunteer's leave to log in")
    remove.add_argument("name", metavar="NAME")
    _finish(remove, _remove)
    token = places.add_parser("token", help="the token of his softphone page and of the HTTP API")
    token.add_argument("name", metavar="NAME")
    _finish(token, show_token)
    phone = places.add_parser("phone", help="what to type into his softphone or desk telephone")
    phone.add_argument("name", metavar="NAME")
    _finish(phone, show_phone)
    add_live(places)


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    do: Callable[[argparse.Namespace], int] = args.do
    return do(args)


def _do(args: argparse.Namespace) -> int:
    return asyncio.run(_work(ready_database_url(settings_of(args)), args))


async def _work(url: str, args: argparse.Namespace) -> int:
    async with Administration.at(url) as administration:
        work: Work = args.work
        return await work(administration, args)


def _finish(parser: argparse.ArgumentParser, work: Work) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(do=_do, work=work)


async def _add(administration: Administration, args: argparse.Namespace) -> int:
    name = args.name.strip()
    if not name or not name.isprintable() or len(name) > 100:
        raise UsageError("an agent's name has 1 to 100 printable characters.")
    if args.extension is not None and not _EXTENSION.fullmatch(args.extension):
        raise UsageError("an extension has 1 to 32 ASCII letters, digits, - or _.")
    agent = await administration.add_agent(name, args.extension, args.us_state, args.speaks)
    _print_log_in(args, agent)
    return 0


async def _sits(administration: Administration, args: argparse.Namespace) -> int:
    agent = await administration.seat_agent(args.name, args.us_state)
    if args.json:
        print(json.dumps(_plain(agent)))
    else:
        announce(f'agent "{agent.name}" sits in {agent.us_state or "an unknown place"}.')
    return 0


def _languages(text: str) -> tuple[Language, ...]:
    codes = [code.strip().lower() for code in text.split(",") if code.strip()]
    unknown = [code for code in codes if code not in SPOKEN]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{unknown[0]!r} is none of {', '.join(SPOKEN)}"
        )
    return known(codes)


def _us_state(text: str) -> str:
    code = text.strip().upper()
    if code and not re.fullmatch(r"[A-Z]{2}", code, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is no state; write two letters, such as NC")
    return code


async def _show(administration: Administration, args: argparse.Namespace) -> int:
    _print_log_in(args, await administration.agent(args.name))
    return 0


async def _list(administration: Administration, args: argparse.Namespace) -> int:
    known = await administration.agents()
    if args.json:
        print(json.dumps([_plain(agent) for agent in known]))
        return 0
    for agent in known:
        print(f"{agent.name}\t{agent.extension}")
    if not known:
        announce("there is no agent yet: `callbank agent add NAME` adds one.")
    return 0


async def _remove(administration: Administration, args: argparse.Namespace) -> int:
    agent = await administration.remove_agent(args.name)
    if args.json:
        print(json.dumps(_plain(agent)))
    else:
        announce(f'agent "{agent.name}" may not log in any more.')
    return 0


def _print_log_in(args: argparse.Namespace, agent: Agent) -> None:
    secrets = load_secrets(args.home)
    its = {
        **_plain(agent),
        "password": phone_of(agent, secrets).password,
        "token": tokens_of(secrets).agent_token(agent.id),
    }
    if args.json:
        print(json.dumps(its))
        return
    print(f"name:            {agent.name}")
    print(f"SIP user name:   {agent.extension}")
    print(f"SIP password:    {its['password']}")
    print(f"log-in token:    {its['token']}")


def _plain(agent: Agent) -> dict[str, object]:
    return {
        "id": agent.id,
        "name": agent.name,
        "extension": agent.extension,
        "us_state": agent.us_state,
        "languages": [language.value for language in agent.languages],
    }
