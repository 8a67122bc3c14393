"""`callbank agent login, ready, dial ...`: what a volunteer at work can do, done from a shell.

The running daemon is asked over its HTTP API with the operator's token. An agent on the floor is
found there; only for one who is not, the database is asked who may log in.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

from dialer.cli.agent_text import state_text
from dialer.cli.announce import announce
from dialer.cli.client import DaemonClient, DaemonError, Json, daemon_of
from dialer.cli.database import ready_database_url, settings_of
from dialer.domain.agent import AgentState
from dialer.domain.language import Language
from dialer.domain.outcome import Disposition
from dialer.errors import UsageError
from dialer.house import tokens_of
from dialer.lists.normalise import is_country, parse_phone
from dialer.lists.problems import EXPLANATIONS, Reason
from dialer.parts.secrets import load_secrets
from dialer.storage.admin import Administration

WATCH_EVERY_S = 1.0

Places = "argparse._SubParsersAction[argparse.ArgumentParser]"
Act = Callable[[DaemonClient, argparse.Namespace], Json]

HAS_RESULT_TO_GIVE = (AgentState.TALKING.value, AgentState.WRAP_UP.value)


def add_live(places: Places) -> None:
    """The subcommands that speak to a running daemon."""
    log_in = _place(places, "login", _log_in, "bring him to work: his telephone is called")
    log_in.add_argument(
        "--campaign",
        required=True,
        action="append",
        metavar="C",
        help="the campaign he works for; again for each further one that he serves as well",
    )
    _place(places, "ready", _wish("ready"), "he wants the next call")
    _place(places, "break", _wish("break"), "no further call; one under way is finished first")
    _place(places, "logout", _wish("logout"), "he goes home; a call under way is finished first")
    _place(places, "hangup", _wish("hangup"), "end his call, or give up the line dialed for him")
    transfer = _place(
        places, "transfer", _transfer, "call a third party to whom his person may be put through"
    )
    transfer.add_argument(
        "destination", metavar="DESTINATION", help="one of the campaign's, by its name"
    )
    _place(places, "consult", _wish("consult"), "let him talk with the third party alone")
    _place(
        places, "put-through", _wish("put_through"), "put his person through to the third party"
    )
    _place(places, "cancel-transfer", _wish("cancel_transfer"), "end the third party's line")
    _place(places, "preview", _wish("preview"), "show him the next lead before it is dialed")
    _place(places, "skip", _skip, "pass over the lead that he is shown")
    _add_dial(places)
    _add_result(places)
    state = _place(places, "state", _state, "what he is doing")
    state.add_argument(
        "--watch", action="store_true", help="print it again at each change until Ctrl-C"
    )
    state.set_defaults(do=_show_state)


def _add_dial(places: Places) -> None:
    dial = _place(
        places, "dial", _dial, "dial the lead that he is shown, or a number of the list, for him"
    )
    what = dial.add_mutually_exclusive_group()
    what.add_argument(
        "--number", metavar="NUMBER", help="a number of the campaign's list, in any usual form"
    )
    what.add_argument(
        "--lead", type=int, metavar="ID", help="the lead that he is shown (default: that one)"
    )
    dial.add_argument(
        "--country", default="US", metavar="CC", help="of a number without a + (default: US)"
    )


def _add_result(places: Places) -> None:
    result = _place(places, "result", _result, "note how a conversation went")
    result.add_argument(
        "disposition",
        choices=[disposition.value for disposition in Disposition],
        metavar="DISPOSITION",
        help="one of " + ", ".join(Disposition),
    )
    result.add_argument(
        "--attempt", metavar="ID", help="which call (default: his present one, else his last)"
    )
    result.add_argument(
        "--callback-at", metavar="ISO", type=_instant,
        help="when to call back (with call_back), such as 2030-11-05T18:30-05:00; without an"
        " offset it is this machine's time",
    )  # fmt: skip
    result.add_argument(
        "--language", choices=list(Language), metavar="LANGUAGE",
        help="in which he wants to be called (with other_language): one of " + ", ".join(Language),
    )  # fmt: skip


def _place(places: Places, word: str, act: Act, help: str) -> argparse.ArgumentParser:
    parser = places.add_parser(word, help=help, description=help[0].upper() + help[1:] + ".")
    parser.add_argument("name", metavar="NAME", help="his log-in name")
    parser.add_argument("--json", action="store_true", help="print his state as JSON")
    parser.set_defaults(do=_do, act=act)
    return parser


def _do(args: argparse.Namespace) -> int:
    """One action, then the state that it left him in."""
    client = daemon_of(settings_of(args), load_secrets(args.home))
    act: Act = args.act
    _print(args, act(client, args))
    return 0


def _print(args: argparse.Namespace, state: Json) -> None:
    print(json.dumps(state) if args.json else state_text(args.name, state), flush=True)


# --- who ---------------------------------------------------------------------------------------


def _agent_id(client: DaemonClient, args: argparse.Namespace) -> int:
    """His id. Raises UsageError that names those there are."""
    for line in client.agents():
        if line["name"] == args.name:
            return int(str(line["agent_id"]))
    return asyncio.run(_known_agent_id(ready_database_url(settings_of(args)), args.name))


async def _known_agent_id(url: str, name: str) -> int:
    async with Administration.at(url) as administration:
        return (await administration.agent(name)).id


# --- what --------------------------------------------------------------------------------------


def _wish(wish: str) -> Act:
    return lambda client, args: client.ask_for_agent(_agent_id(client, args), wish)


def _state(client: DaemonClient, args: argparse.Namespace) -> Json:
    return client.agent(_agent_id(client, args))


def _log_in(client: DaemonClient, args: argparse.Namespace) -> Json:
    known = {str(campaign["name"]): campaign for campaign in client.campaigns()}
    for campaign in args.campaign:
        if campaign not in known:
            shown = ", ".join(known) or "none; `callbank campaign create NAME` makes one"
            raise UsageError(
                f'there is no unfinished campaign called "{campaign}". There are: {shown}.'
            )
    agent_id = _agent_id(client, args)
    token = tokens_of(load_secrets(args.home)).agent_token(agent_id)
    state = client.log_in(args.name, token, args.campaign)
    for campaign in args.campaign:
        if known[campaign]["state"] != "running":
            announce(
                f'campaign "{campaign}" is {known[campaign]["state"]}: nobody is called'
                " until `callbank campaign start`."
            )
    return state


def _skip(client: DaemonClient, args: argparse.Namespace) -> Json:
    agent_id = _agent_id(client, args)
    lead_id = _shown_lead(args, client.agent(agent_id))
    return client.ask_for_agent(agent_id, "skip", {"lead_id": lead_id})


def _transfer(client: DaemonClient, args: argparse.Namespace) -> Json:
    body: Json = {"destination": args.destination}
    return client.ask_for_agent(_agent_id(client, args), "transfer", body)


def _dial(client: DaemonClient, args: argparse.Namespace) -> Json:
    if args.number is not None:
        number = e164_of(args.number, args.country)
        return client.ask_for_agent(_agent_id(client, args), "dial", {"number": number})
    agent_id = _agent_id(client, args)
    lead_id = args.lead or _shown_lead(args, client.agent(agent_id))
    return client.ask_for_agent(agent_id, "dial", {"lead_id": lead_id})


def _result(client: DaemonClient, args: argparse.Namespace) -> Json:
    body: Json = {"disposition": args.disposition}
    if args.callback_at is not None:
        if args.disposition != Disposition.CALL_BACK:
            raise UsageError("--callback-at goes only with the disposition call_back.")
        body["callback_at"] = args.callback_at
    if args.language is not None:
        if args.disposition != Disposition.OTHER_LANGUAGE:
            raise UsageError("--language goes only with the disposition other_language.")
        body["language"] = args.language
    agent_id = _agent_id(client, args)
    attempt = args.attempt or _attempt_to_report(args, client.agent(agent_id))
    return client.ask_for_agent(agent_id, "result", {**body, "attempt_id": attempt})


def _attempt_to_report(args: argparse.Namespace, state: Json) -> str:
    """The conversation he is in or wraps up, else the one before."""
    is_his = state["state"] in HAS_RESULT_TO_GIVE
    attempt = state["attempt_id"] if is_his else state["last_attempt_id"]
    if not attempt:
        raise DaemonError(f"{args.name} has had no conversation since he logged in.")
    return str(attempt)


def _shown_lead(args: argparse.Namespace, state: Json) -> int:
    lead = state["lead"]
    if not isinstance(lead, dict) or state["state"] != AgentState.READY:
        raise DaemonError(
            f"{args.name} is shown no lead: ask for one with `callbank agent preview NAME`."
        )
    return int(lead["lead_id"])


def _show_state(args: argparse.Namespace) -> int:
    """His state once, or at each change."""
    client = daemon_of(settings_of(args), load_secrets(args.home))
    agent_id = _agent_id(client, args)
    shown = client.agent(agent_id)
    _print(args, shown)
    while args.watch:
        time.sleep(WATCH_EVERY_S)
        now = client.agent(agent_id)
        if now != shown:
            shown = now
            _print(args, shown)
    return 0


# --- what was typed ----------------------------------------------------------------------------


def e164_of(text: str, country: str) -> str:
    """The number in E.164 form. Raises UsageError with the reason."""
    if not is_country(country.upper()):
        raise UsageError(f"--country: {country} is not a country's two letters, such as US.")
    found = parse_phone(text, country.upper())
    if isinstance(found, Reason):
        raise UsageError(f'--number "{text}" cannot be dialed. {EXPLANATIONS[found]}')
    return found.e164


def _instant(text: str) -> float:
    """Seconds since the epoch; an argparse type, so that a wrong one is named there."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time such as 2030-11-05T18:30-05:00"
        ) from None
    if moment.astimezone(UTC) <= datetime.now(tz=UTC):
        raise argparse.ArgumentTypeError(f"{text!r} is in the past")
    return moment.timestamp()
