"""The floor: what a supervisor looks at while people are called."""

from dialer.dashboards.board import (
    NEUTRAL,
    Board,
    Colour,
    Kind,
    Look,
    Panel,
    Query,
    Row,
    Unit,
    steps,
)
from dialer.dashboards.queries import (
    grown,
    highest,
    of_campaign,
    of_node,
    per_minute,
    quantile,
    rate,
    that_occurred,
    total,
)
from dialer.dashboards.shared import (
    LEGAL_CLOCK_S,
    PEOPLES_WAIT,
    VOLUNTEERS_WAIT,
    longest_idle,
    volunteers_by_state,
    volunteers_mean_wait,
)

BUSY = steps(Colour.ORANGE, (0.5, Colour.YELLOW), (0.7, Colour.GREEN))
DRY = steps(Colour.RED, (1.0, Colour.YELLOW), (10.0, Colour.GREEN))


def _now(title: str, about: str, metric: str, colour: Colour) -> Panel:
    return Panel(
        kind=Kind.STAT,
        title=title,
        about=about,
        unit=Unit.COUNT,
        queries=(Query(promql=total(of_campaign(metric)), legend=title),),
        width=4,
        height=4,
        steps=steps(colour),
        look=Look(decimals=0, has_sparkline=True),
    )


def _by_campaign(metric: str, **labels: str) -> str:
    return total(of_campaign(metric, **labels), "campaign")


LINES = _now(
    "Lines dialing", "Lines that dial or ring at the moment.", "callbank_lines_dialing", Colour.BLUE
)
TALKING = _now(
    "In conversation",
    "People who talk with a volunteer at the moment.",
    "callbank_people_talking",
    Colour.GREEN,
)
WAITING = Panel(
    kind=Kind.STAT,
    title="On hold",
    about="People who answered and have no volunteer yet. More than one is one too many.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=total(of_campaign("callbank_people_waiting")), legend="on hold"),
    ),
    width=4,
    height=4,
    steps=steps(Colour.GREEN, (1.0, Colour.YELLOW), (2.0, Colour.RED)),
    look=Look(decimals=0, has_sparkline=True),
)
HOPPER = Panel(
    kind=Kind.STAT,
    title="Numbers at hand",
    about="Numbers claimed from the list that may be dialed next. 0: the list is done, or the gate"
    " holds everybody back.",
    unit=Unit.COUNT,
    queries=(Query(promql=total(of_campaign("callbank_hopper_leads")), legend="numbers"),),
    width=4,
    height=4,
    steps=DRY,
    look=Look(decimals=0, has_sparkline=True),
)
CALLS_IN = Panel(
    kind=Kind.STAT,
    title="Calling us",
    about="People who called us and are on the line at the moment.",
    unit=Unit.COUNT,
    queries=(Query(promql=total(of_node("callbank_visits_open")), legend="calling us"),),
    width=4,
    height=4,
    steps=steps(Colour.TEXT, (1.0, Colour.BLUE)),
    look=Look(decimals=0, has_sparkline=True),
)
CAMPAIGNS = Panel(
    kind=Kind.TABLE,
    title="Campaigns",
    about="Each campaign now. Utilisation is the share of their time, in the last quarter of an"
    " hour, that volunteers talked or wrapped up; it is empty until something is known.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=_by_campaign("callbank_agents", state="~talking|wrap_up|ready|reserved"),
            legend="at work",
        ),
        Query(promql=_by_campaign("callbank_agents", state="talking"), legend="talking"),
        Query(
            promql=_by_campaign("callbank_agents", state="~ready|reserved"),
            legend="ready",
        ),
        Query(promql=_by_campaign("callbank_lines_dialing"), legend="lines"),
        Query(promql=_by_campaign("callbank_hopper_leads"), legend="numbers at hand", steps=DRY),
        Query(
            promql=total(grown(of_campaign("callbank_people_connected_total")), "campaign"),
            legend="conversations",
        ),
        Query(
            promql=highest(of_campaign("callbank_utilisation_ratio"), "campaign"),
            legend="utilisation",
            unit=Unit.SHARE,
            steps=BUSY,
        ),
    ),
    width=24,
    height=6,
)
ENDED = of_campaign("callbank_attempts_ended_total")
OUTCOMES = Panel(
    kind=Kind.SERIES,
    title="How attempts end, a minute",
    about="Attempts that ended in each minute, by outcome.",
    unit=Unit.PER_MINUTE,
    queries=(
        Query(
            promql=that_occurred(total(per_minute(ENDED), "outcome"), ENDED, "outcome"),
            legend="{{outcome}}",
        ),
    ),
    width=12,
    height=7,
    look=Look(
        is_stacked=True,
        colours={
            "talked": Colour.GREEN,
            "no_answer": Colour.GREY,
            "busy": Colour.YELLOW,
            "withdrawn": Colour.LIGHT_BLUE,
            "machine": Colour.PURPLE,
            "not_in_service": Colour.BLUE,
            "rejected": Colour.ORANGE,
            "abandoned": Colour.RED,
        },
    ),
)
ANSWER_RATE = Panel(
    kind=Kind.SERIES,
    title="Share of attempts that a person answers",
    about="Over five minutes. A sudden fall on one campaign may mean that its number is taken for"
    " spam.",
    unit=Unit.SHARE,
    queries=(
        Query(
            promql=f"{total(rate(of_campaign('callbank_people_answered_total'), '5m'), 'campaign')}"
            f" / ({total(rate(of_campaign('callbank_attempts_ended_total'), '5m'), 'campaign')}"
            " > 0)",
            legend="{{campaign}}",
        ),
    ),
    width=12,
    height=7,
    steps=steps(Colour.RED, (0.05, Colour.YELLOW), (0.1, Colour.GREEN)),
    look=Look(least=0.0, decimals=0),
)
UTILISATION = Panel(
    kind=Kind.SERIES,
    title="Utilisation, and what this team could reach",
    about="The share of their time at work, in the last quarter of an hour, that volunteers talked"
    " or wrapped up, and what it could be with this team and these people.",
    unit=Unit.SHARE,
    queries=(
        Query(
            promql=highest(of_campaign("callbank_utilisation_ratio"), "campaign"),
            legend="{{campaign}}",
        ),
        Query(
            promql=highest(of_campaign("callbank_utilisation_reachable_ratio"), "campaign"),
            legend="{{campaign}}, reachable",
        ),
    ),
    width=12,
    height=7,
    steps=BUSY,
    look=Look(least=0.0, most=1.0, decimals=0),
)
IDLE_TIME = Panel(
    kind=Kind.SERIES,
    title="Volunteers' waits",
    about="The mean of the waits that ended in the last five minutes, and the longest of those that"
    " go on.",
    unit=Unit.SECONDS,
    queries=(
        volunteers_mean_wait("mean"),
        Query(
            promql=highest(of_campaign("callbank_agents_longest_wait_seconds")),
            legend="longest now",
        ),
    ),
    width=12,
    height=7,
    steps=VOLUNTEERS_WAIT,
    look=Look(decimals=0, colours={"mean": Colour.BLUE, "longest now": Colour.ORANGE}),
)
BRIDGED = of_node("callbank_answer_to_connected_seconds_bucket")
TO_VOLUNTEER = Panel(
    kind=Kind.SERIES,
    title="From answer to volunteer",
    about="How long it takes from a person's answer until he hears a volunteer, for half and for"
    " 99 of 100 people. The dashed line is the legal clock of 2 s.",
    unit=Unit.SECONDS,
    queries=tuple(
        Query(promql=quantile(share, rate(BRIDGED, "5m")), legend=legend)
        for share, legend in ((0.5, "half within"), (0.99, "99 % within"))
    ),
    width=12,
    height=7,
    steps=PEOPLES_WAIT,
    look=Look(
        has_lines=True, colours={"half within": Colour.GREEN, "99 % within": Colour.ORANGE}
    ),
)
ROUTED = Panel(
    kind=Kind.BARS,
    title="Where answered calls went",
    about="Answered calls in the time shown, by where the engine sent them.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=total(grown(of_campaign("callbank_calls_routed_total")), "destination"),
            legend="{{destination}}",
        ),
    ),
    width=16,
    height=6,
    steps=steps(Colour.BLUE),
    look=Look(decimals=0, least=0.0),
)
WITHDRAWN = Panel(
    kind=Kind.STAT,
    title="Lines taken back",
    about="Ringing lines that pacing took back in the time shown, after they had rung as long as"
    " the law asks, because no volunteer would have been free.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=total(grown(of_campaign("callbank_lines_withdrawn_total"))),
            legend="taken back",
        ),
    ),
    width=8,
    height=6,
    steps=steps(Colour.TEXT, (1.0, Colour.BLUE)),
    look=Look(decimals=0),
)
DECISIONS = Panel(
    kind=Kind.SERIES,
    title="Decisions of pacing, a minute",
    about="What pacing decided, by what it dialed: one line for one volunteer, shared lines, or"
    " nothing.",
    unit=Unit.PER_MINUTE,
    queries=(
        Query(
            promql=total(per_minute(of_campaign("callbank_pacing_decisions_total")), "dialed"),
            legend="{{dialed}}",
        ),
    ),
    width=12,
    height=7,
    steps=NEUTRAL,
)
ON_HOLD = Panel(
    kind=Kind.SERIES,
    title="People on hold, and the longest wait",
    about="How many people wait for a volunteer, and how many seconds the first of them has waited."
    " The dashed line is the legal clock of 2 s.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=total(of_campaign("callbank_people_waiting")), legend="people"),
        Query(
            promql=highest(of_campaign("callbank_people_longest_wait_seconds")),
            legend="longest wait, seconds",
        ),
    ),
    width=12,
    height=7,
    steps=steps(Colour.GREEN, (LEGAL_CLOCK_S, Colour.RED)),
    look=Look(
        has_lines=True,
        colours={"people": Colour.BLUE, "longest wait, seconds": Colour.ORANGE},
    ),
)

BOARD = Board(
    uid="callbank-floor",
    title="Callbank: floor",
    about="What a supervisor looks at while people are called: lines, people, volunteers, waits.",
    rows=(
        Row(
            panels=(
                LINES,
                TALKING,
                WAITING,
                HOPPER,
                CALLS_IN,
                longest_idle(height=4, has_sparkline=True),
                CAMPAIGNS,
            )
        ),
        Row(title="Volunteers", panels=(volunteers_by_state(width=12, height=7), IDLE_TIME)),
        Row(title="Calls", panels=(OUTCOMES, TO_VOLUNTEER, ON_HOLD, ANSWER_RATE)),
        Row(title="Pacing", panels=(UTILISATION, DECISIONS, ROUTED, WITHDRAWN)),
    ),
)
