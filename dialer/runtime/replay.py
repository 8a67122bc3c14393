"""A recorded evening through today's engine: what would have been decided otherwise.

The engine is fed the same events at the same instants. A `Follower` stands where the pacer
stands: it asks today's pacer (or another method's) what it would do on the floor as it was, notes
where that differs from the record, and then has dialed what was really dialed. So one difference
does not turn the rest of the evening into another evening, and every decision is judged on its own.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import takewhile

from dialer.compliance.rulebook import RuleBook
from dialer.domain.campaign import DialMethod
from dialer.domain.list_order import ListOrder
from dialer.engine.decisions import NO_AGENT, NO_LEAD, NO_TRUNK
from dialer.engine.engine import Engine
from dialer.engine.events import Configured
from dialer.engine.seen import PacingView
from dialer.pacing.choose import PacerFactory, pacer_for
from dialer.pacing.floor import Decision, Fact, LeadClass, LeadSeen, LineKind, Pacer
from dialer.runtime.codec import Json
from dialer.runtime.reading import Entry, Recording
from dialer.runtime.transcript import essence

HELD_UP = tuple(f"; but {missing}" for missing in (NO_TRUNK, NO_LEAD, NO_AGENT))
"""How a recorded reason ends where more was decided than could be dialed."""

BY_HAND = frozenset({DialMethod.MANUAL, DialMethod.PREVIEW})
NOT_COMPARED = frozenset({"SaveDecision", "SaveAudit"})
"""What pacing says is compared where it is asked, not where it is written down; a replay draws no
audits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What was, or would have been, done: lines dialed, lines taken back, and why."""

    kind: str
    count: int
    withdrawn: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """When today's word is another than the recorded one: from one event to another."""

    at: float
    until: float
    campaign_id: int
    recorded: Said
    today: Said


@dataclass(kw_only=True, slots=True)
class Report:
    """What a replay found. `same` and `missing` count recorded wishes by kind, `extra` today's."""

    events: int = 0
    campaigns: dict[int, str] = field(default_factory=dict)  # names by id
    began_at: float | None = None
    ended_at: float | None = None
    decided_alike: int = 0
    decided_otherwise: int = 0
    differences: list[Difference] = field(default_factory=list)
    same: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)  # events that today's engine fails at


@dataclass(kw_only=True, slots=True)
class _Turn:
    """What the record says of one campaign at one event."""

    placed: list[Json] = field(default_factory=list)
    hung_up: list[str] = field(default_factory=list)
    has_refusals: bool = False
    reason: str | None = None
    withdrawn: int = 0
    is_otherwise: bool = False
    has_decided: bool = False
    was_asked: bool = False


class _Script:
    """The record of the event at hand, by campaign, and what was found so far."""

    def __init__(self, report: Report, shown_max: int) -> None:
        self.report = report
        self.has_room: Callable[[int, float], bool] = lambda _campaign_id, _now: True
        self.expect: Callable[[int, str, list[int]], None] = lambda _campaign_id, _id, _leads: None
        self.may_go: Callable[[str, float], bool] = lambda _attempt_id, _now: True
        self._shown_max = shown_max
        self._turns: dict[int, _Turn] = {}
        self._reasons: dict[int, str] = {}
        self._open: dict[int, tuple[Said, int | None]] = {}  # differences that last, and where

    def begin(self, entry: Entry) -> None:
        """Take up the next event's record."""
        self._turns = {}
        hung_up = [wish["attempt_id"] for wish in entry.wishes if wish["wish"] == "HangUp"]
        for wish in entry.wishes:
            campaign_id = wish.get("campaign_id")
            if wish["wish"] == "SaveAttempt":
                self.turn(campaign_id).placed.append(wish)
            elif wish["wish"] == "DeferLead":
                self.turn(campaign_id).has_refusals = True
            elif wish["wish"] == "SaveDecision":
                turn = self.turn(campaign_id)
                turn.reason, turn.hung_up = wish["reason"], hung_up
                turn.withdrawn += wish["withdrawn"]
                self._reasons[campaign_id] = wish["reason"]

    def turn(self, campaign_id: int) -> _Turn:
        """A campaign's part of the event."""
        return self._turns.setdefault(campaign_id, _Turn())

    def end(self) -> None:
        """Count the event's decisions."""
        for campaign_id, turn in self._turns.items():
            if turn.was_asked and not turn.is_otherwise:
                self._open.pop(campaign_id, None)
                self.report.decided_alike += turn.has_decided

    def differs(self, floor: PacingView, recorded: Said, today: Decision) -> None:
        """Note that today's word is another; the first of an event stands for it.

        As long as nothing is dialed and the same is wanted, it is one difference that lasts.
        """
        turn, report = self.turn(floor.campaign_id), self.report
        if turn.is_otherwise:
            return
        turn.is_otherwise = True
        said = Said(
            kind=today.kind.value,
            count=today.count,
            withdrawn=len(today.withdraw),
            reason=today.reason,
        )
        before, place = self._open.get(floor.campaign_id, (None, None))
        if before is not None and recorded.count == 0 and _is_same(said, before):
            if place is not None:
                report.differences[place] = replace(report.differences[place], until=floor.now)
            return
        report.decided_otherwise += 1
        place = None
        if len(report.differences) < self._shown_max:
            place = len(report.differences)
            report.differences.append(
                Difference(
                    at=floor.now,
                    until=floor.now,
                    campaign_id=floor.campaign_id,
                    recorded=recorded,
                    today=said,
                )
            )
        self._open[floor.campaign_id] = (said, place)

    def recorded(self, campaign_id: int, kind: LineKind, count: int) -> Said:
        """The record's side of a difference."""
        turn = self.turn(campaign_id)
        reason = turn.reason or self._reasons.get(campaign_id, "no reason was recorded")
        return Said(kind=kind.value, count=count, withdrawn=turn.withdrawn, reason=reason)


class Follower:
    """A pacer that does what the record says and compares it with what `judge` would do.

    `own` is the campaign's own method as it is today: its odds order the hopper, as they did.
    """

    def __init__(self, script: _Script, own: Pacer, judge: Pacer) -> None:
        self._script = script
        self._own = own
        self._judge = judge

    def learn(self, fact: Fact) -> None:
        """Both learn."""
        self._own.learn(fact)
        if self._judge is not self._own:
            self._judge.learn(fact)

    def odds(self, lead: LeadSeen) -> float:
        """As the campaign's own method believes."""
        return self._own.odds(lead)

    def list_order(self) -> ListOrder | None:
        """As the campaign's own method believes."""
        return self._own.list_order()

    def decide(self, floor: PacingView) -> Decision:
        """What was recorded, with today's reason: what is kept of it may move the engine, too."""
        mine = self._own.decide(floor)  # also when another is asked: some learn by being asked
        today = mine if self._judge is self._own else self._judge.decide(floor)
        turn = self._script.turn(floor.campaign_id)
        turn.was_asked = True
        taken_back = self._withdrawals(floor, turn, today)
        group = _leading(turn.placed)
        if group:
            return replace(self._dialed(floor, turn, today, group, mine), withdraw=taken_back)
        if turn.has_refusals:
            turn.has_refusals = False
            return mine  # the gate said no, and will again
        if today.count and self._could_dial(floor, today):
            self._script.differs(
                floor, self._script.recorded(floor.campaign_id, today.kind, 0), today
            )
        if mine.count and not self._could_dial(floor, mine):
            return replace(mine, withdraw=taken_back)  # nothing comes of it
        return replace(mine, count=0, agents=(), withdraw=taken_back)

    def _dialed(
        self,
        floor: PacingView,
        turn: _Turn,
        today: Decision,
        group: list[Json],
        mine: Decision,
    ) -> Decision:
        turn.has_decided = True
        kind = _kind_of(group[0])
        agrees = today.count > 0 and today.kind is kind
        if not agrees:
            said = self._script.recorded(floor.campaign_id, kind, len(turn.placed))
            self._script.differs(floor, said, today)
        count = min(today.count, len(group)) if agrees else len(group)
        now_dialed = group[:count]
        del turn.placed[:count]
        # Leads that the gate refused on the way have to be met again, in the hopper's own order.
        leads = [] if turn.has_refusals else [one["lead"] for one in now_dialed]
        self._script.expect(floor.campaign_id, now_dialed[0]["attempt_id"], leads)
        return replace(
            mine,
            kind=kind,
            count=count,
            leads=_class_of(group[0]),
            agents=tuple(one["agent_id"] for one in now_dialed if kind is LineKind.RESERVED),
        )

    def _withdrawals(self, floor: PacingView, turn: _Turn, today: Decision) -> tuple[str, ...]:
        """Of the lines that were taken back in this event, those that today's word names too; at
        the event's last word, the others as well."""
        lines = {line.attempt_id for line in floor.lines()} if turn.withdrawn else set()
        left = [one for one in turn.hung_up if one in lines]
        taken_back = [one for one in left if one in today.withdraw] if turn.placed else left
        turn.hung_up = [one for one in left if one not in taken_back]
        turn.has_decided = turn.has_decided or bool(taken_back)
        wanted = [one for one in today.withdraw if self._script.may_go(one, floor.now)]
        if set(taken_back) != set(wanted):
            said = self._script.recorded(floor.campaign_id, today.kind, len(turn.placed))
            self._script.differs(floor, said, today)
        return tuple(taken_back)

    def _could_dial(self, floor: PacingView, today: Decision) -> bool:
        """Whether today's word would really have placed a line: trunk, leads and agents there."""
        leads = LeadClass.OVER_DIALABLE if today.kind is LineKind.SHARED else today.leads
        classes = list(LeadClass) if leads is None else [leads]
        if all(floor.next_odds(each) is None for each in classes):
            return False
        if today.kind is LineKind.RESERVED and not today.agents and floor.ready == 0:
            return False
        said = self._script.recorded(floor.campaign_id, today.kind, 0).reason
        if said.startswith("not dialing") or said.endswith(HELD_UP):
            return False
        return self._script.has_room(floor.campaign_id, floor.now)


def _is_same(one: Said, other: Said) -> bool:
    mine, theirs = (one.kind, one.count, one.withdrawn), (other.kind, other.count, other.withdrawn)
    return mine == theirs


def _leading(placed: list[Json]) -> list[Json]:
    """The first attempts that one decision may have placed: alike, and one after the other."""
    alike = [
        (_kind_of(one), _class_of(one), _serial_of(one) - number)
        for number, one in enumerate(placed)
    ]
    count = sum(1 for _ in takewhile(lambda its: its == alike[0], alike))
    return placed[:count]


def _serial_of(attempt: Json) -> int:
    return int(attempt["attempt_id"].rpartition("-")[2], 16)


def _kind_of(attempt: Json) -> LineKind:
    return LineKind.SHARED if attempt.get("agent_id") is None else LineKind.RESERVED


def _class_of(attempt: Json) -> LeadClass:
    may_over_dial = attempt["permit"]["may_over_dial"]
    return LeadClass.OVER_DIALABLE if may_over_dial else LeadClass.ONE_TO_ONE


def replay(
    recording: Recording,
    policy: DialMethod | None = None,
    *,
    shown_max: int = 20,
    pacers: PacerFactory = pacer_for,
    book: RuleBook | None = None,
) -> Report:
    """Play the recording; `policy` is another method to ask, `book` the rules if they are not the
    shipped ones. Raises TranscriptError."""
    report = Report()
    script = _Script(report, shown_max)

    def followers(method: DialMethod) -> Pacer:
        own = pacers(method)
        if method in BY_HAND:
            return own
        judge = own if policy is None or policy is method else pacers(policy)
        return Follower(script, own, judge)

    engine = Engine(run=recording.run, pacers=followers, book=book)
    script.has_room, script.expect = engine.has_room, engine.expect
    script.may_go = engine.may_be_taken_back
    for entry in recording:
        script.begin(entry)
        _play(engine, entry, report)
        script.end()
    return report


def _play(engine: Engine, entry: Entry, report: Report) -> None:
    report.events += 1
    report.began_at = entry.now if report.began_at is None else report.began_at
    report.ended_at = entry.now
    if isinstance(entry.event, Configured):
        report.campaigns |= {one.id: one.name for one in entry.event.campaigns}
    try:
        wished = engine.handle(entry.event, entry.now)
    except Exception:
        # As in the pump: a defect in handling one event must not end the evening.
        report.failed[type(entry.event).__name__] += 1
        return
    if not entry.has_failed:  # what it wished for then was not carried out and is not known
        _compare(report, entry.wishes, [essence(wish) for wish in wished])


def _compare(report: Report, recorded: Iterable[Json], today: Iterable[Json]) -> None:
    """Wishes are the same when all of their essence is."""
    left = [_unordered(wish) for wish in today if wish["wish"] not in NOT_COMPARED]
    for wish in map(_unordered, recorded):
        if wish["wish"] in NOT_COMPARED:
            continue
        if wish in left:
            left.remove(wish)
            report.same[wish["wish"]] += 1
        else:
            report.missing[wish["wish"]] += 1
    report.extra.update(wish["wish"] for wish in left)


def _unordered(wish: Json) -> Json:
    """The order of leads that are given back means nothing: it is that of a heap."""
    return {**wish, "lead_ids": sorted(wish["lead_ids"])} if "lead_ids" in wish else wish
