"""When the wall clock jumps: everything that the engine remembers moves along.

The clock was set (NTP, a person), or the machine slept. Durations are what counts here: how long
a person has waited, how long a line has rung, when a wrap-up ends. So every instant is moved by
the jump, as if it had been noted by the new clock: nothing is hung up, nothing is dialed because
of it, and pacing decides again with the next tick.
"""

from dialer.engine import events
from dialer.engine.commands import Command
from dialer.engine.floor import CampaignFloor, Floor

ATTEMPT = (
    "dialed_at",
    "deadline",
    "rang_at",
    "ringing_heard_at",
    "answered_at",
    "speech_started_at",
    "greeting_ended_at",
    "wanted_agent_at",
    "connected_at",
    "bridged_alone_at",
    "parted_at",
    "message_started_at",
    "message_finished_at",
)
VISIT = ("came_at", "deadline", "connected_at", "parted_at", "opted_out_at", "ended_at")
RECORDING = ("announced_from", "announced_to", "started_at", "ended_at")
TRANSFER = ("asked_at", "deadline", "answered_at", "through_at", "ended_at")
DUTY = ("since", "deadline")
TRUNK = ("refilled_at", "rests_until")
CAMPAIGN = ("counted_at", "kept_at")
HOPPER = ("asked_at", "dry_until", "looked_through_at")
ORDERING = ("told_at", "look_at")
"""What is an instant, of each kind of thing. A callback's hour is a person's word: it stays."""


def clock_jumped(floor: Floor, event: events.ClockJumped, _now: float) -> list[Command]:
    """The clock reads `by_s` more than it would have without the jump."""
    by_s = event.by_s
    for attempt in floor.attempts.values():
        _move(attempt, ATTEMPT, by_s)
        if attempt.recording is not None:
            _move(attempt.recording, RECORDING, by_s)
    for visit in floor.visits.values():
        _move(visit, VISIT, by_s)
    for transfer in floor.transfers.values():
        _move(transfer, TRANSFER, by_s)
    for duty in floor.agents.values():
        _move(duty, DUTY, by_s)
    for trunk in floor.trunks.values():
        _move(trunk, TRUNK, by_s)
    for place in floor.campaigns.values():
        _move_campaign(place, by_s)
    floor.waits_for_tick = True
    return []


def _move_campaign(place: CampaignFloor, by_s: float) -> None:
    _move(place, CAMPAIGN, by_s)
    place.people_since = [(at + by_s, counts_as) for at, counts_as in place.people_since]
    for hopper in place.hoppers():
        _move(hopper, HOPPER, by_s)
        none_until = hopper.none_until
        hopper.none_until = {leads: at + by_s for leads, at in none_until.items()}
    _move(place.ordering, ORDERING, by_s)
    place.standing.work.move(by_s)
    # Claims run out in the store, which sees only the new clock. Forward, they are so much older;
    # back, the store holds them for longer than we rely on them, so they move along.
    if by_s < 0:
        for hopper in place.hoppers():
            hopper.move_claims(by_s)


def _move(thing: object, instants: tuple[str, ...], by_s: float) -> None:
    for name in instants:
        at = getattr(thing, name)
        if at is not None:
            setattr(thing, name, at + by_s)
