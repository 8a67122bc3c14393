"""What a campaign's settings may be: policy may be stricter than the law and never looser.

`problems` names everything that is wrong, in sentences for the person who set it. Commands call
it before they store a campaign; the gate refuses to dial for a campaign that has any.
"""

import math
import re
from functools import lru_cache

from dialer.compliance.destinations import destination_problems
from dialer.compliance.protected import is_e164
from dialer.compliance.spoken import announcement_problems, message_problems, voicemail_problems
from dialer.compliance.windows import Window, parse_window
from dialer.domain.campaign import LAWFUL_RING_TIME_S, Campaign, Limits

LAWFUL_WINDOW = parse_window("08:00", "21:00")
"""Local hours outside which nobody is called: 47 CFR 64.1200(c)(1), 16 CFR 310.4(c). It binds
sales calls by law and every other purpose by our policy (compliance.md 2.8)."""

MOST_ATTEMPTS_PER_DAY = 2
MOST_ATTEMPTS_PER_24H = 3
"""FL, OK, MD and OR allow 3 in 24 hours; taken for everyone (compliance.md 3)."""

HIGHEST_ABANDON_LIMIT = 0.03
"""47 CFR 64.1200(a)(7), 16 CFR 310.4(b)(4)(i)."""

SHORTEST_WARM_UP_ANSWERS = 100
"""Before so many answers one abandoned call weighs too much to judge by (compliance.md 1.7)."""

LONGEST_RING_TIME_S = 120.0
"""Networks give up before; a longer ring would also reach too far past the window's guard."""

HIGHEST_RATIO = 10.0
"""Beyond it the abandonment budget is gone within minutes whatever the list."""

_NO_NAME = re.compile(r'["<>\\;]')


def is_caller_name(name: str) -> bool:
    """Whether the text can be shown as a caller's name: one line, nothing that SIP reads."""
    return name.isprintable() and _NO_NAME.search(name) is None


@lru_cache(maxsize=1024)
def policy_window(limits: Limits) -> Window:
    """The campaign's calling window. Raises ValueError when it cannot be read."""
    return parse_window(limits.window_start, limits.window_end)


@lru_cache(maxsize=1024)
def problems(campaign: Campaign) -> tuple[str, ...]:
    """Everything wrong with the campaign's settings, one clear sentence each; empty when fine."""
    return (
        *_window_problems(campaign.limits),
        *_cap_problems(campaign),
        *_abandonment_problems(campaign.limits),
        *_dialing_problems(campaign),
        *_caller_id_problems(campaign),
        *message_problems(campaign),
        *voicemail_problems(campaign),
        *announcement_problems(campaign),
        *destination_problems(campaign),
    )


def _window_problems(limits: Limits) -> list[str]:
    try:
        window = policy_window(limits)
    except ValueError as error:
        return [f"Calling window: {error}."]
    if window.start_s < LAWFUL_WINDOW.start_s or window.end_s > LAWFUL_WINDOW.end_s:
        return [
            f"Calling window: {limits.window_start} to {limits.window_end} is wider than the"
            " lawful 08:00 to 21:00; choose times within it."
        ]
    return []


def _cap_problems(campaign: Campaign) -> list[str]:
    limits, found = campaign.limits, []
    if not 1 <= limits.max_attempts_per_day <= MOST_ATTEMPTS_PER_DAY:
        found.append(
            f"Attempts per day: must be 1 to {MOST_ATTEMPTS_PER_DAY},"
            f" not {limits.max_attempts_per_day}."
        )
    if not 1 <= limits.max_attempts_per_24h <= MOST_ATTEMPTS_PER_24H:
        found.append(
            f"Attempts in 24 hours: must be 1 to {MOST_ATTEMPTS_PER_24H},"
            f" not {limits.max_attempts_per_24h}."
        )
    if campaign.recycle.max_attempts < 1:
        found.append(f"Attempts in all: must be at least 1, not {campaign.recycle.max_attempts}.")
    return found


def _abandonment_problems(limits: Limits) -> list[str]:
    found = []
    if not 0.0 <= limits.abandon_limit <= HIGHEST_ABANDON_LIMIT:
        found.append(
            f"Abandonment limit: must be 0 to {HIGHEST_ABANDON_LIMIT:g} (3 %),"
            f" not {limits.abandon_limit:g}."
        )
    # The usual target needs no change where a campaign's limit is lower: it is held down to that.
    highest_target = max(Limits().abandon_target, limits.abandon_limit)
    if not 0.0 < limits.abandon_target <= highest_target:
        found.append(
            f"Abandonment target: must be above 0 and at most the limit of"
            f" {limits.abandon_limit:g}, not {limits.abandon_target:g}."
        )
    if not 0.0 <= limits.machine_error_bound <= 1.0:
        found.append(
            "Machine errors: the share of people among machine verdicts must be 0 to 1,"
            f" not {limits.machine_error_bound:g}."
        )
    if not 0.0 <= limits.audit_share <= 1.0:
        found.append(
            "Audit share: the share of machine verdicts to be listened to must be 0 to 1,"
            f" not {limits.audit_share:g}."
        )
    if limits.governor_warm_up_answers < SHORTEST_WARM_UP_ANSWERS:
        found.append(
            f"Warm-up: at least {SHORTEST_WARM_UP_ANSWERS} answers must come before any"
            f" over-dialing, not {limits.governor_warm_up_answers}."
        )
    return found


def _dialing_problems(campaign: Campaign) -> list[str]:
    found = []
    if not LAWFUL_RING_TIME_S <= campaign.ring_timeout_s <= LONGEST_RING_TIME_S:
        found.append(
            f"Ring time: must be {LAWFUL_RING_TIME_S:g} to {LONGEST_RING_TIME_S:g} seconds,"
            f" not {campaign.ring_timeout_s:g}."
        )
    if not 1.0 <= campaign.ratio <= HIGHEST_RATIO:
        found.append(
            f"Ratio: must be 1 to {HIGHEST_RATIO:g} lines for each agent, not {campaign.ratio:g}."
        )
    if not (math.isfinite(campaign.wrap_up_s) and campaign.wrap_up_s >= 0.0):
        found.append(f"Wrap-up time: must be 0 seconds or more, not {campaign.wrap_up_s:g}.")
    return found


def _caller_id_problems(campaign: Campaign) -> list[str]:
    if not is_caller_name(campaign.caller_name):
        return ["Caller name: it must be one line without quotes, angle brackets, \\ and ;."]
    if campaign.caller_id and not is_e164(campaign.caller_id):
        return [
            f"Caller ID: {campaign.caller_id!r} is no telephone number; write it like +19195550100."
        ]
    return []
