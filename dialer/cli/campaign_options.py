"""A campaign's settings as options of the command line, for `campaign create` and `campaign set`.

One table says which option sets what; an option that is not given leaves its setting as it is.
"""

import argparse
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dialer.cli.campaign_destinations import (
    add_destination_options,
    is_any_destination_given,
    with_destinations,
)
from dialer.compliance.policy import is_caller_name
from dialer.compliance.protected import is_e164
from dialer.domain.campaign import AmdMode, Campaign, DialMethod, Organisation, Purpose
from dialer.domain.goal import CONVERSATIONS, NO_GOAL, PLEDGES, SHIFTS, Goal
from dialer.errors import UsageError

GROUPS = ("limits", "recycle", "goal")


def _caller_id(text: str) -> str:
    if text and not is_e164(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no telephone number; write it like +19195550100"
        )
    return text


def _caller_name(text: str) -> str:
    if not is_caller_name(text):
        raise argparse.ArgumentTypeError(
            "a caller's name is one line without quotes, angle brackets, \\ and ;"
        )
    return text.strip()


def _words(text: str) -> str:
    """Line breaks are blanks to a voice; what cannot be spoken is refused."""
    words = " ".join(text.split())
    if not words.isprintable():
        raise argparse.ArgumentTypeError("the text holds signs that cannot be spoken")
    return words


def _on_or_off(text: str) -> bool:
    if text not in ("on", "off"):
        raise argparse.ArgumentTypeError("write on or off")
    return text == "on"


def _required_or_no(text: str) -> bool:
    if text not in ("required", "no"):
        raise argparse.ArgumentTypeError("write required or no")
    return text == "required"


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """`setting` is a field of Campaign, or of its limits, recycle rules or goal with a dot."""

    flag: str
    setting: str
    read: Callable[[str], Any]
    help: str
    metavar: str | None = None

    @property
    def place(self) -> str:
        return "setting_" + self.setting.replace(".", "_")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _hours(text: str) -> float:
    return float(text) * 3600.0


_COUNTED = re.compile(rf"{CONVERSATIONS}|{SHIFTS}|{PLEDGES}|[a-z][a-z0-9_]*=[^=\s]+")


def _goal(text: str) -> Goal:
    """Counting begins when the goal is set: each evening has its own."""
    if text == "none":
        return NO_GOAL
    counts, _, target = text.rpartition("=")
    if not _COUNTED.fullmatch(counts) or not target.isdecimal() or not 0 < int(target) < 10**9:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no goal: write conversations=212, shifts=20, pledges=10,"
            " QUESTION=CHOICE=NUMBER (such as support=yes=50), or none"
        )
    return Goal(counts=counts, target=int(target), since=time.time())


def _instant(text: str) -> float:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no instant; write day, time and zone like 2026-11-03T21:00-05:00"
        )
    return at.timestamp()


OPTIONS = (
    Option(flag="--purpose", setting="purpose", read=Purpose, help="what the calls are for"),
    Option(
        flag="--organisation", setting="organisation", read=Organisation,
        help="what the caller is: the law asks less of some",
    ),
    Option(
        flag="--seller", setting="seller", read=_words, metavar="NAME",
        help="on whose behalf: abandoned calls are counted by seller and offer",
    ),
    Option(
        flag="--offer", setting="offer", read=_words, metavar="NAME",
        help="what is sold or asked for",
    ),
    Option(flag="--method", setting="dial_method", read=DialMethod, help="who decides to dial"),
    Option(
        flag="--ratio", setting="ratio", read=float, metavar="N",
        help="lines for each ready agent (method ratio)",
    ),
    Option(
        flag="--amd", setting="amd_mode", read=AmdMode,
        help="answering-machine detection between answer and agent",
    ),
    Option(
        flag="--ring-timeout", setting="ring_timeout_s", read=float, metavar="S",
        help="how long a line rings",
    ),
    Option(
        flag="--wrap-up", setting="wrap_up_s", read=float, metavar="S",
        help="how long an agent may take to note the result",
    ),
    Option(
        flag="--caller-id", setting="caller_id", read=_caller_id, metavar="NUMBER",
        help="the number that is shown, such as +19195550100; it must belong to the trunk",
    ),
    Option(
        flag="--caller-name", setting="caller_name", read=_caller_name, metavar="NAME",
        help="the name that is shown",
    ),
    Option(
        flag="--trunks", setting="trunks", read=_names, metavar="A,B",
        help="trunks in the order of preference (default: all)",
    ),
    Option(
        flag="--message", setting="message_text", read=_words, metavar="TEXT",
        help="words of the safe-harbor message; empty: no recorded voice is ever played",
    ),
    Option(
        flag="--voicemail", setting="voicemail_text", read=_words, metavar="TEXT",
        help="words of the message that volunteers leave on answering machines; empty: none",
    ),
    Option(
        flag="--record", setting="records_calls", read=_on_or_off, metavar="on|off",
        help="record conversations, after the announcement where the law asks for one",
    ),
    Option(
        flag="--certificate", setting="requires_certificate", read=_required_or_no,
        metavar="required|no",
        help="whether those who join by a link get people only after practice calls",
    ),
    Option(
        flag="--announcement", setting="announcement_text", read=_words, metavar="TEXT",
        help="words that tell both parties that the call is recorded",
    ),
    Option(
        flag="--window-start", setting="limits.window_start", read=str, metavar="HH:MM",
        help="no call before, in any of the number's time zones",
    ),
    Option(
        flag="--window-end", setting="limits.window_end", read=str, metavar="HH:MM",
        help="no call after",
    ),
    Option(
        flag="--per-day", setting="limits.max_attempts_per_day", read=int, metavar="N",
        help="attempts to a number in a day",
    ),
    Option(
        flag="--per-24h", setting="limits.max_attempts_per_24h", read=int, metavar="N",
        help="attempts to a number in 24 hours",
    ),
    Option(
        flag="--abandon-limit", setting="limits.abandon_limit", read=float, metavar="SHARE",
        help="share of answered calls that may be abandoned, such as 0.03",
    ),
    Option(
        flag="--abandon-target", setting="limits.abandon_target", read=float, metavar="SHARE",
        help="share that method predictive aims at, such as 0.01; never above the limit",
    ),
    Option(
        flag="--audit-share", setting="limits.audit_share", read=float, metavar="SHARE",
        help="share of machine verdicts that are drawn to be listened to, such as 0.05",
    ),
    Option(
        flag="--attempts", setting="recycle.max_attempts", read=int, metavar="N",
        help="attempts to a lead in all",
    ),
    Option(
        flag="--rest-busy", setting="recycle.busy_s", read=_hours, metavar="HOURS",
        help="rest of a lead after busy",
    ),
    Option(
        flag="--rest-no-answer", setting="recycle.no_answer_s", read=_hours, metavar="HOURS",
        help="rest of a lead that did not answer",
    ),
    Option(
        flag="--rest-machine", setting="recycle.machine_s", read=_hours, metavar="HOURS",
        help="rest of a lead after an answering machine",
    ),
    Option(
        flag="--goal", setting="goal", read=_goal, metavar="WHAT=NUMBER",
        help="what volunteers see filled, from now on: conversations=212, shifts=20, pledges=10,"
        " support=yes=50 (people who chose that answer); none: no goal",
    ),
    Option(
        flag="--goal-by", setting="goal.by", read=_instant, metavar="INSTANT",
        help="until when, such as 2026-11-03T21:00-05:00",
    ),
)  # fmt: skip


def add_options(parser: argparse.ArgumentParser) -> None:
    """Every setting as an option."""
    settings = parser.add_argument_group("settings")
    for option in OPTIONS:
        choices = list(option.read) if isinstance(option.read, type(Purpose)) else None
        settings.add_argument(
            option.flag,
            dest=option.place,
            type=option.read,
            choices=choices,
            metavar=option.metavar or "{" + ",".join(choices or ()) + "}",
            help=option.help,
        )
    add_destination_options(settings)


def changed(campaign: Campaign, args: argparse.Namespace) -> Campaign:
    """The campaign with the settings that were given."""
    fields: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {name: {} for name in GROUPS}
    for option in OPTIONS:
        value = getattr(args, option.place)
        if value is None:
            continue
        group, _, name = option.setting.rpartition(".")
        (groups[group] if group else fields)[name] = value
    campaign = replace(campaign, **fields)
    changed_groups = {
        name: replace(getattr(campaign, name), **values) for name, values in groups.items()
    }
    campaign = replace(campaign, **changed_groups)
    campaign = with_destinations(campaign, args)
    if campaign.goal.by is not None and not campaign.goal.target:
        raise UsageError("--goal-by goes with a goal: give --goal too.")
    return campaign


def is_any_given(args: argparse.Namespace) -> bool:
    """Whether any setting was given."""
    is_one_set = any(getattr(args, option.place) is not None for option in OPTIONS)
    return is_one_set or is_any_destination_given(args)
