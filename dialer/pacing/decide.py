"""How many lines to dial now. One small policy for each dial method, and a reason for each answer.

Two kinds of line: a *reserved* line is dialed for one agent who waits for it, so nobody who
answers it can be abandoned; a *shared* line is dialed for whoever is ready when it is answered.
`decide` is called whenever something on the floor changed; a policy looks only at the snapshot.
Further methods (predictive) add a function and a row in `POLICIES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from dialer.domain.campaign import DialMethod


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What pacing may know of one campaign's floor at an instant."""

    ready: int  # agents waiting, not reserved
    shared_lines: int  # lines in flight (not yet answered) that nobody is reserved for
    people_waiting: int  # answered people without an agent
    ratio: float  # lines for each ready agent (ratio method)
    may_over_dial: bool  # the abandonment governor's leave


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """How many more lines of each kind may be dialed now, and why, in a sentence.

    The two are alternatives for the next line, not a sum: after each line, decide again.
    """

    reserved: int
    shared: int
    reason: str


def _wait_for_agents(_: Snapshot) -> Decision:
    return Decision(reserved=0, shared=0, reason="agents choose when to dial")


def _one_to_one(floor: Snapshot, because: str) -> Decision:
    free = max(0, floor.ready - floor.shared_lines - floor.people_waiting)
    if free == 0:
        return Decision(reserved=0, shared=0, reason="no agent is free")
    return Decision(reserved=free, shared=0, reason=f"{free} free, one line each{because}")


def _progressive(floor: Snapshot) -> Decision:
    return _one_to_one(floor, "")


def _ratio(floor: Snapshot) -> Decision:
    if not floor.may_over_dial:
        return _one_to_one(floor, ": the abandonment budget allows no more")
    out = floor.shared_lines + floor.people_waiting
    # Agents that the lines already out do not need may be reserved for one-to-one numbers.
    uncovered = max(0, floor.ready - ceil(out / floor.ratio))
    return Decision(
        reserved=uncovered,
        shared=max(0, int(floor.ratio * floor.ready) - out),
        reason=f"{floor.ready} ready at {floor.ratio:g} lines each, {out} out",
    )


POLICIES: dict[DialMethod, Callable[[Snapshot], Decision]] = {
    DialMethod.MANUAL: _wait_for_agents,
    DialMethod.PREVIEW: _wait_for_agents,
    DialMethod.PROGRESSIVE: _progressive,
    DialMethod.RATIO: _ratio,
}


def decide(method: DialMethod, floor: Snapshot) -> Decision:
    """The lines that this dial method wants to add now."""
    return POLICIES[method](floor)
