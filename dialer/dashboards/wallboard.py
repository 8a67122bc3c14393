"""The wallboard: a television across the room. Few figures, large ones, for volunteers too.

The *goal* is a number of conversations in the time that is shown; it is typed at the head of the
dashboard and belongs to this screen alone.
"""

from dialer.dashboards.board import (
    NEUTRAL,
    Board,
    Colour,
    Kind,
    Look,
    Panel,
    Query,
    Row,
    TextVariable,
    Unit,
    steps,
)
from dialer.dashboards.queries import grown, highest, lowest, of_campaign, rate, total
from dialer.dashboards.shared import (
    PEOPLES_WAIT,
    STATES,
    abandon_gauge,
    longest_idle,
    state_of,
    volunteers_by_state,
    volunteers_mean_wait,
)

CONNECTED = of_campaign("callbank_people_connected_total")
CONVERSATIONS = total(grown(CONNECTED))
GOAL = TextVariable(
    name="goal",
    label="Goal",
    about="How many conversations you want in the time that is shown.",
    value="200",
)


def _figure(title: str, about: str, query: str, colour: Colour) -> Panel:
    return Panel(
        kind=Kind.STAT,
        title=title,
        about=about,
        unit=Unit.COUNT,
        queries=(Query(promql=query, legend=title),),
        width=4,
        height=5,
        steps=steps(colour),
        look=Look(decimals=0),
    )


def _volunteers(title: str, about: str, *names: str) -> Panel:
    states = "~" + "|".join(state_of(name) for name in names)
    count = total(of_campaign("callbank_agents", state=states))
    return _figure(title, about, count, STATES[names[0]])


GOAL_GAUGE = Panel(
    kind=Kind.GAUGE,
    title="Goal",
    about="Conversations in the time shown, as a share of the goal typed above. Green: reached.",
    unit=Unit.SHARE,
    queries=(Query(promql=f"{CONVERSATIONS} / $goal", legend="of the goal"),),
    width=6,
    height=9,
    steps=steps(Colour.BLUE, (1.0, Colour.GREEN)),
    look=Look(decimals=0, least=0.0, most=1.0),
)
TALKS = Panel(
    kind=Kind.STAT,
    title="Conversations",
    about="People put through to a volunteer in the time shown.",
    unit=Unit.COUNT,
    queries=(Query(promql=CONVERSATIONS, legend="conversations"),),
    width=4,
    height=9,
    steps=steps(Colour.GREEN),
    look=Look(decimals=0),
)
PACE = Panel(
    kind=Kind.STAT,
    title="Conversations an hour",
    about="How fast conversations come now: those of the last five minutes, for an hour.",
    unit=Unit.COUNT,
    queries=(Query(promql=f"3600 * {total(rate(CONNECTED, '5m'))}", legend="an hour"),),
    width=5,
    height=9,
    steps=steps(Colour.BLUE),
    look=Look(decimals=0, has_sparkline=True),
)
BUDGET = Panel(
    kind=Kind.STAT,
    title="May still be lost",
    about="How many more people may be abandoned before the limit, in the window with the least"
    " left. At 0 every line is dialed for one volunteer.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=lowest(of_campaign("callbank_abandonment_budget_left")), legend="people"
        ),
    ),
    width=3,
    height=9,
    steps=steps(Colour.ORANGE, (1.0, Colour.YELLOW), (3.0, Colour.GREEN)),
    look=Look(decimals=0),
)
PEOPLE_WAIT = Panel(
    kind=Kind.STAT,
    title="Longest on hold",
    about="How long the person waits who has waited longest for a volunteer. Red from 2 s.",
    unit=Unit.SECONDS,
    queries=(
        Query(
            promql=highest(of_campaign("callbank_people_longest_wait_seconds")),
            legend="longest on hold",
        ),
    ),
    width=4,
    height=5,
    steps=PEOPLES_WAIT,
    look=Look(decimals=1),
)
MINUTES = Panel(
    kind=Kind.SERIES,
    title="Conversations and waits, by the minute",
    about="Conversations begun in each minute, and the mean wait in seconds that volunteers had"
    " between two of them, over five minutes.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=f"60 * {total(rate(CONNECTED, '2m'))}", legend="conversations a minute"),
        volunteers_mean_wait("a volunteer's wait, seconds"),
    ),
    width=12,
    height=9,
    steps=NEUTRAL,
    look=Look(
        decimals=0,
        colours={
            "conversations a minute": Colour.GREEN,
            "a volunteer's wait, seconds": Colour.BLUE,
        },
    ),
)

BOARD = Board(
    uid="callbank-wallboard",
    title="Callbank: wallboard",
    about="For a television across the room: goal, pace, waits, and what may still be lost.",
    rows=(
        Row(
            panels=(
                GOAL_GAUGE,
                TALKS,
                PACE,
                abandon_gauge(width=6, height=9),
                BUDGET,
                _volunteers("Talking", "Volunteers in conversation.", "talking"),
                _volunteers(
                    "Waiting",
                    "Volunteers who wait for a conversation; for some a line is being dialed.",
                    "ready",
                    "reserved",
                ),
                _volunteers("Wrap-up", "Volunteers who write down what was said.", "wrap up"),
                _volunteers("On a break", "Volunteers who have taken a break.", "on a break"),
                PEOPLE_WAIT,
                longest_idle(height=5),
                volunteers_by_state(width=12, height=9),
                MINUTES,
            )
        ),
    ),
    typed=(GOAL,),
    window="now-3h",
)
