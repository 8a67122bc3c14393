"""What a team can reach, before anybody has dialed: the bound, the methods, and advice in words.

*Utilisation* is the share of his time at work that an agent spends in conversation and wrap-up.
No policy gets above the *bound*: lines that ring cannot be taken back, so how many people will
answer within the next seconds is a matter of chance, and spare agents must stand by for them
(pacing-and-amd.md A2). Progressive dialing has a closed form. What predictive pacing reaches was
measured; a small table brings the bound down to it. The live page, the metrics and
`callbank pacing advise` are the callers.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import erfc, exp, isfinite, log, pi, sqrt

ANSWERED_AFTER_S = 11.5
"""Seconds from dialing to a person's answer, in the mean: the reference model (A2)."""

NOT_ANSWERED_AFTER_S = 17.5
"""Seconds from dialing to the end of a line that reaches no person, in the mean (A2a)."""

IDLE_ABOVE_BOUND = ((5, 1.44), (10, 1.50), (20, 1.54), (50, 1.56), (100, 1.49), (200, 1.34))
"""Agents -> how many times the bound's idle share a look-ahead leaves, where every line helps.

Fitted to the 72 measured cells of table A2 (root mean square 0.7 points, worst 2.3). To calibrate
anew from `bench pacing`: for each number of agents take the factor that makes `predictive` come
out at the measured utilisation. Between the rows it is interpolated over log(agents); below the
first nothing was measured, and the first row's factor is taken."""

NEARER_AT_LOW_RATES = 0.06
"""The factor shrinks with this power of the abandon rate, from its value at 3 %: measured at 1 %,
where it is about 7 % smaller."""

BLEND = 3.0
"""How sharply the idle share passes from the bound's to progressive's, whichever is smaller."""

WORTH_IT = 0.03
"""Gain over progressive dialing for which it is worth letting some people down."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """Who calls whom: the figures that decide what can be reached."""

    agents: int
    answer_rate: float  # share of lines that a person answers
    talk_s: float
    wrap_up_s: float = 15.0
    answered_after_s: float = ANSWERED_AFTER_S
    not_answered_after_s: float = NOT_ANSWERED_AFTER_S

    def __post_init__(self) -> None:
        if self.agents < 1:
            raise ValueError(f"a team has at least 1 agent, not {self.agents}")
        if not 0 < self.answer_rate <= 1:
            raise ValueError(
                f"the answer rate is a share above 0 and at most 1, not {self.answer_rate:g}"
            )
        _must_be_positive("the talk time", self.talk_s)
        _must_be_positive("the time until an answer", self.answered_after_s)
        if not (isfinite(self.wrap_up_s) and self.wrap_up_s >= 0):
            raise ValueError(f"the wrap-up is 0 seconds or more, not {self.wrap_up_s:g}")
        if not (isfinite(self.not_answered_after_s) and self.not_answered_after_s >= 0):
            raise ValueError(
                f"a line fails after 0 seconds or more, not {self.not_answered_after_s:g}"
            )

    @property
    def handling_s(self) -> float:
        """Seconds that a connected call keeps an agent busy."""
        return self.talk_s + self.wrap_up_s


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What a team reaches by one method."""

    method: str
    utilisation: float
    talk_min_per_hour: float
    wait_s: float  # between two connected calls of one agent
    abandon_rate: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """Which method a team should use, why, and what each one would give."""

    team: Team
    method: str
    why: str
    reach: tuple[Reach, ...]  # by method, from the least to the most; the bound comes last


def bound(team: Team, abandon_rate: float) -> float:
    """The utilisation that no policy exceeds at this share of abandoned people.

    The fixed point of U = 1 - sqrt((1-p) L R)(z + loss(z)) / N, with L = N U / handling time the
    rate of connected calls and z the spare agents, in standard deviations, for which
    loss(z) = abandon rate x sqrt(L R / (1-p)). Below about 5 agents the normal law behind it is
    rough: a careful policy was measured up to one point above.
    """
    _must_be_share("the share of abandoned people", abandon_rate)
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if _reached(team, abandon_rate, middle) > middle:
            low = middle
        else:
            high = middle
    return low


def progressive(team: Team) -> float:
    """Utilisation with one line for each free agent: he waits through every line that fails."""
    return team.handling_s / (team.handling_s + _progressive_wait_s(team))


def predictive(team: Team, abandon_rate: float) -> float:
    """Utilisation expected of predictive pacing: the bound, brought down to what was measured."""
    factor = _idle_above_bound(team.agents) * (abandon_rate / 0.03) ** NEARER_AT_LOW_RATES
    idle_by_bound = factor * (1 - bound(team, abandon_rate))
    idle_one_to_one = 1 - progressive(team)
    if min(idle_by_bound, idle_one_to_one) <= 0:
        return 1.0
    return 1 - (idle_by_bound**-BLEND + idle_one_to_one**-BLEND) ** (-1 / BLEND)


def advise(
    agents: int,
    answer_rate: float,
    talk_s: float,
    wrap_s: float = 15.0,
    limit: float = 0.03,
    target: float = 0.01,
) -> Advice:
    """What this team can reach by each method, which one to use, and why."""
    _must_be_share("the abandonment limit", limit)
    _must_be_share("the abandonment target", target)
    if target > limit:
        raise ValueError(f"the abandonment target {target:g} is above the limit {limit:g}")
    team = Team(agents=agents, answer_rate=answer_rate, talk_s=talk_s, wrap_up_s=wrap_s)
    one_to_one = _reach(team, "progressive", progressive(team), 0.0)
    ahead = _reach(team, "predictive", predictive(team, target), target)
    at_limit = _reach(team, "predictive at the limit", predictive(team, limit), limit)
    most = _reach(team, "bound", max(bound(team, limit), at_limit.utilisation), limit)
    method, why = _choose(team, one_to_one, ahead, at_limit)
    more = (at_limit,) if limit > target else ()
    return Advice(team=team, method=method, why=why, reach=(one_to_one, ahead, *more, most))


def _choose(team: Team, one_to_one: Reach, ahead: Reach, at_limit: Reach) -> tuple[str, str]:
    gain = ahead.utilisation - one_to_one.utilisation
    minutes = ahead.talk_min_per_hour - one_to_one.talk_min_per_hour
    if gain < WORTH_IT:
        return "progressive", (
            f"One line for each free volunteer keeps {_who(team)} busy"
            f" {_percent(one_to_one.utilisation)} of the time and lets nobody down. Predictive"
            f" dialing would add {max(0.0, minutes):.1f} talk minutes an hour: too little for it."
        )
    why = (
        f"Predictive dialing can keep {_who(team)} busy {_percent(ahead.utilisation)} of the"
        f" time instead of {_percent(one_to_one.utilisation)}: {ahead.talk_min_per_hour:.0f} talk"
        f" minutes an hour each instead of {one_to_one.talk_min_per_hour:.0f}, and a wait of"
        f" {ahead.wait_s:.0f} s instead of {one_to_one.wait_s:.0f} s between conversations. For"
        f" it, {_people(ahead.abandon_rate)} who answer finds nobody there"
    )
    more = at_limit.talk_min_per_hour - ahead.talk_min_per_hour
    if more > 0:
        limit = _percent(at_limit.abandon_rate)
        why += f"; going up to the limit of {limit} would add only {more:.1f} minutes"
    why += ". Numbers that may not be over-dialed are still dialed one to one."
    if team.agents < IDLE_ABOVE_BOUND[0][0]:
        why += (
            f" Below {IDLE_ABOVE_BOUND[0][0]} volunteers this is an extrapolation: it was not"
            " measured."
        )
    return "predictive", why


def _reach(team: Team, method: str, utilisation: float, abandon_rate: float) -> Reach:
    return Reach(
        method=method,
        utilisation=utilisation,
        talk_min_per_hour=60 * utilisation * team.talk_s / team.handling_s,
        wait_s=team.handling_s * (1 - utilisation) / utilisation,
        abandon_rate=abandon_rate,
    )


def _progressive_wait_s(team: Team) -> float:
    failures_per_answer = (1 - team.answer_rate) / team.answer_rate
    return team.answered_after_s + failures_per_answer * team.not_answered_after_s


def _reached(team: Team, abandon_rate: float, utilisation: float) -> float:
    """The right side of the bound's equation."""
    missed = 1 - team.answer_rate
    in_pipe = team.agents * utilisation / team.handling_s * team.answered_after_s
    if missed <= 0 or in_pipe <= 0:
        return 1.0  # everybody answers, or nobody is called: nothing is left to chance
    spare = _spare_for(abandon_rate * sqrt(in_pipe / missed))
    return 1 - sqrt(missed * in_pipe) * (spare + _loss(spare)) / team.agents


def _loss(z: float) -> float:
    """How far a standard normal variable exceeds z, in the mean."""
    return exp(-z * z / 2) / sqrt(2 * pi) - z * erfc(z / sqrt(2)) / 2


def _spare_for(loss: float) -> float:
    """The z that has this loss. By Newton's method, from the left: the loss is convex there."""
    z = -loss - 1.0  # its loss is greater, for no loss is less than -z
    for _ in range(100):
        step = (_loss(z) - loss) / (erfc(z / sqrt(2)) / 2)
        z += step
        if step < 1e-9:
            break
    return z


def _idle_above_bound(agents: int) -> float:
    sizes = [size for size, _ in IDLE_ABOVE_BOUND]
    place = bisect_right(sizes, agents)
    if place in (0, len(sizes)):
        return IDLE_ABOVE_BOUND[max(0, place - 1)][1]
    (size, factor), (next_size, next_factor) = IDLE_ABOVE_BOUND[place - 1 : place + 1]
    share = log(agents / size) / log(next_size / size)
    return factor + share * (next_factor - factor)


def _must_be_positive(what: str, seconds: float) -> None:
    if not (isfinite(seconds) and seconds > 0):
        raise ValueError(f"{what} is more than 0 seconds, not {seconds:g}")


def _must_be_share(what: str, share: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"{what} is a share above 0 and below 1, not {share:g}")


def _who(team: Team) -> str:
    return "1 volunteer" if team.agents == 1 else f"{team.agents} volunteers"


def _people(share: float) -> str:
    return f"about 1 person in {round(1 / share)}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %" if share < 0.1 else f"{100 * share:.0f} %"
