"""What several boards show alike: the law's line, people's waits, volunteers by state."""

from dialer.dashboards.board import Colour, Kind, Look, Panel, Query, Unit, steps
from dialer.dashboards.queries import highest, of_campaign, rate, total

LAW = 0.03
"""Of the people who answer, the share that may be abandoned (16 CFR 310.4(b)(4)(i), 47 CFR
64.1200(a)(7)); a campaign's own limit may be lower, and is in the ledger."""
NEAR_THE_LAW = 0.02
LEGAL_CLOCK_S = 2.0
"""Within which a person must be put through (16 CFR 310.4(b)(4)(ii))."""

ABANDONED = steps(Colour.GREEN, (NEAR_THE_LAW, Colour.YELLOW), (LAW, Colour.RED))
PEOPLES_WAIT = steps(Colour.GREEN, (1.0, Colour.YELLOW), (LEGAL_CLOCK_S, Colour.RED))
VOLUNTEERS_WAIT = steps(Colour.GREEN, (60.0, Colour.YELLOW), (180.0, Colour.ORANGE))
FLAG = steps(Colour.RED, (1.0, Colour.GREEN))
"""Of a figure that is 1 while something works."""
NEVER = steps(Colour.GREEN, (1.0, Colour.RED))
"""Of a figure that should be 0."""

STATES = {
    "talking": Colour.GREEN,
    "ready": Colour.BLUE,
    "reserved": Colour.LIGHT_BLUE,
    "wrap up": Colour.YELLOW,
    "on a break": Colour.ORANGE,
    "joining": Colour.GREY,
}
"""What volunteers do, as it is called and coloured on every board."""


def abandon_gauge(*, width: int, height: int) -> Panel:
    """The share of people abandoned against the law's line."""
    rate = of_campaign("callbank_abandonment_rate_ratio")
    return Panel(
        kind=Kind.GAUGE,
        title="Abandoned, of people who answered",
        about="The highest rate of all legal campaigns and windows (day, thirty days, block of 30"
        " days), as the ledger in the database counts it. Red from the legal 3 %.",
        unit=Unit.SHARE,
        queries=(Query(promql=highest(rate), legend="abandoned"),),
        width=width,
        height=height,
        steps=ABANDONED,
        look=Look(decimals=2, least=0.0, most=0.05),
    )


def volunteers_by_state(*, width: int, height: int) -> Panel:
    """Who does what, over time."""
    return Panel(
        kind=Kind.SERIES,
        title="Volunteers",
        about="Volunteers on duty by what they do. Much blue: too few lines, or nobody to call.",
        unit=Unit.COUNT,
        queries=tuple(
            Query(
                promql=total(of_campaign("callbank_agents", state=state_of(name))), legend=name
            )
            for name in STATES
        ),
        width=width,
        height=height,
        look=Look(decimals=0, is_stacked=True, colours=STATES),
    )


def longest_idle(*, height: int, has_sparkline: bool = False) -> Panel:
    """How long the volunteer waits who has waited longest."""
    wait = of_campaign("callbank_agents_longest_wait_seconds")
    return Panel(
        kind=Kind.STAT,
        title="Longest wait of a volunteer",
        about="How long the volunteer has waited who has been ready longest.",
        unit=Unit.SECONDS,
        queries=(Query(promql=highest(wait), legend="longest wait"),),
        width=4,
        height=height,
        steps=VOLUNTEERS_WAIT,
        look=Look(decimals=0, has_sparkline=has_sparkline),
    )


def volunteers_mean_wait(legend: str) -> Query:
    """The mean of the waits that ended in the last five minutes, in seconds."""
    waits = of_campaign("callbank_agent_wait_seconds_sum")
    count = of_campaign("callbank_agent_wait_seconds_count")
    return Query(
        promql=f"{total(rate(waits, '5m'))} / ({total(rate(count, '5m'))} > 0)", legend=legend
    )


def state_of(name: str) -> str:
    """The label's value of a name in STATES."""
    return {"on a break": "break"}.get(name, name.replace(" ", "_"))
