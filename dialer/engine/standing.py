"""How a campaign's team stands: what part of their time they use, and what they could reach.

*At work* is a volunteer who waits, talks or wraps up; *busy* one who talks or wraps up; a *spell*
is the time he does one thing. For people to look at (view.py): nothing here decides anything.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign, DialMethod
from dialer.pacing.ceiling import Team, predictive, progressive
from dialer.pacing.floor import (
    Fact,
    LineFailed,
    PersonArrived,
    TalkEnded,
    WrapUpEnded,
)

WINDOW_MINUTES = 15
MINUTE_S = 60.0
BUSY = frozenset({AgentState.TALKING, AgentState.WRAP_UP})
AT_WORK = BUSY | {AgentState.READY, AgentState.RESERVED}
BY_HAND = frozenset({DialMethod.MANUAL, DialMethod.PREVIEW})

LINES_NEEDED = 30
TALKS_NEEDED = 5
"""What must have been seen before anything is said of what could be reached."""


@dataclass(kw_only=True, slots=True)
class WorkMeter:
    """Seconds at work and seconds busy of all agents, by minute."""

    spells: dict[int, tuple[AgentState, float]] = field(default_factory=dict)
    busy_s: dict[int, float] = field(default_factory=dict)
    at_work_s: dict[int, float] = field(default_factory=dict)
    oldest: int = 0  # minutes before this one were forgotten

    @property
    def agents(self) -> int:
        """How many are at work."""
        return len(self.spells)

    def note(self, agent_id: int, state: AgentState, at: float) -> None:
        """An agent does something else from now on."""
        before = self.spells.pop(agent_id, None)
        if before is not None:
            self._add(*before, at, self.busy_s, self.at_work_s)
        if state in AT_WORK:
            self.spells[agent_id] = (state, at)
        oldest = int(at // MINUTE_S) - WINDOW_MINUTES
        if oldest != self.oldest:
            self.oldest = oldest
            for minute in [minute for minute in self.at_work_s if minute < oldest]:
                del self.at_work_s[minute]
                self.busy_s.pop(minute, None)

    def share(self, now: float) -> float | None:
        """The busy share of the time at work in the last quarter of an hour; None without any."""
        first = int(now // MINUTE_S) - WINDOW_MINUTES + 1
        busy, at_work = dict(self.busy_s), dict(self.at_work_s)
        for state, since in self.spells.values():
            self._add(state, max(since, first * MINUTE_S), now, busy, at_work)
        present_s = sum(its for minute, its in at_work.items() if minute >= first)
        used_s = sum(its for minute, its in busy.items() if minute >= first)
        return used_s / present_s if present_s > 0 else None

    def move(self, by_s: float) -> None:
        """The clock was set."""
        minutes = round(by_s / MINUTE_S)
        self.spells = {one: (state, at + by_s) for one, (state, at) in self.spells.items()}
        self.busy_s = {minute + minutes: its for minute, its in self.busy_s.items()}
        self.at_work_s = {minute + minutes: its for minute, its in self.at_work_s.items()}

    @staticmethod
    def _add(
        state: AgentState,
        began: float,
        ended: float,
        busy: dict[int, float],
        at_work: dict[int, float],
    ) -> None:
        """Share a spell out over its minutes; of a very long one only the last count."""
        began = max(began, ended - (WINDOW_MINUTES + 1) * MINUTE_S)
        is_busy = state in BUSY
        while began < ended:
            minute = int(began // MINUTE_S)
            until = min(ended, (minute + 1) * MINUTE_S)
            at_work[minute] = at_work.get(minute, 0.0) + until - began
            if is_busy:
                busy[minute] = busy.get(minute, 0.0) + until - began
            began = until


@dataclass(kw_only=True, slots=True)
class Mean:
    """A running mean that forgets: about the last `memory` values."""

    memory: int
    value: float = 0.0
    count: int = 0

    def add(self, value: float) -> None:
        """Take in one more."""
        self.count += 1
        self.value += (value - self.value) / min(self.count, self.memory)


@dataclass(kw_only=True, slots=True)
class Learned:
    """What is known of the people called and of the talks, whatever the dial method."""

    answer_rate: Mean = field(default_factory=lambda: Mean(memory=1000))
    answered_after_s: Mean = field(default_factory=lambda: Mean(memory=400))
    not_answered_after_s: Mean = field(default_factory=lambda: Mean(memory=400))
    talk_s: Mean = field(default_factory=lambda: Mean(memory=400))
    wrap_up_s: Mean = field(default_factory=lambda: Mean(memory=400))

    def learn(self, fact: Fact) -> None:
        """Take in something that happened."""
        match fact:
            case PersonArrived():
                self.answer_rate.add(1.0)
                self.answered_after_s.add(fact.answered_at - fact.dialed_at)
            case LineFailed():
                self.answer_rate.add(0.0)
                self.not_answered_after_s.add(fact.ended_at - fact.dialed_at)
            case TalkEnded():
                self.talk_s.add(fact.seconds)
            case WrapUpEnded():
                self.wrap_up_s.add(fact.seconds)

    def team(self, agents: int) -> Team | None:
        """So many agents with these people; None while too little is known."""
        is_known = self.answer_rate.count >= LINES_NEEDED and self.talk_s.count >= TALKS_NEEDED
        if not is_known or agents < 1 or min(self.answer_rate.value, self.talk_s.value) <= 0:
            return None
        return Team(
            agents=agents,
            answer_rate=min(1.0, max(0.01, round(self.answer_rate.value, 2))),
            talk_s=max(1.0, round(self.talk_s.value)),
            wrap_up_s=max(0.0, round(self.wrap_up_s.value)),
            answered_after_s=max(0.1, round(self.answered_after_s.value, 1)),
            not_answered_after_s=max(0.0, round(self.not_answered_after_s.value, 1)),
        )


@dataclass(kw_only=True, slots=True)
class Standing:
    """One campaign's."""

    work: WorkMeter = field(default_factory=WorkMeter)
    learned: Learned = field(default_factory=Learned)

    def reachable(self, campaign: Campaign, *, has_over_dialable: bool) -> float | None:
        """The share of their time that those at work could use: by predictive dialing where the
        list allows it, else by one line for each."""
        team = self.learned.team(self.work.agents)
        if team is None or campaign.dial_method in BY_HAND:
            return None
        if not has_over_dialable:
            return progressive(team)
        limits = campaign.limits
        return _predictive(team, min(limits.abandon_target, limits.abandon_limit))


_predictive = lru_cache(maxsize=1024)(predictive)
"""It takes milliseconds, and whoever looks at the floor looks every second: what is known of a
team is rounded (Learned.team), so that the same question comes again."""
