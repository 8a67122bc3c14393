"""Compliance: the abandonment ledger against its limits, late connections, what the gate held back.

The legal figures are the ledger's, which the database keeps; nothing legal is counted here.
"""

from dialer.dashboards.board import Board, Colour, Kind, Look, Panel, Query, Row, Unit, steps
from dialer.dashboards.queries import (
    grown,
    highest,
    lowest,
    of_campaign,
    of_node,
    or_zero,
    per_minute,
    quantile,
    total,
)
from dialer.dashboards.shared import ABANDONED, LEGAL_CLOCK_S, NEVER, abandon_gauge

WINDOW = ("campaign", "window")
LEFT = steps(Colour.ORANGE, (1.0, Colour.YELLOW), (3.0, Colour.GREEN))
IN_TIME = steps(Colour.RED, (0.97, Colour.YELLOW), (0.99, Colour.GREEN))


def _ledger(figure: str) -> str:
    return highest(of_campaign(f"callbank_abandonment_{figure}"), *WINDOW)


LEDGER = Panel(
    kind=Kind.TABLE,
    title="The abandonment ledger",
    about="Each window of each legal campaign as the database counts it: people who answered, of"
    " these abandoned (estimated errors of detection among them), the rate, the rate with those who"
    " hung up before the clock ran out, the limit, and how many more may be abandoned.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=_ledger("answered"), legend="answered"),
        Query(promql=_ledger("abandoned"), legend="abandoned"),
        Query(promql=_ledger("rate_ratio"), legend="rate", unit=Unit.SHARE, steps=ABANDONED),
        Query(promql=_ledger("strict_rate_ratio"), legend="strict rate", unit=Unit.SHARE),
        Query(promql=_ledger("limit_ratio"), legend="limit", unit=Unit.SHARE),
        Query(
            promql=lowest(of_campaign("callbank_abandonment_budget_left"), *WINDOW),
            legend="left",
            steps=LEFT,
        ),
    ),
    width=18,
    height=8,
)
RATE = Panel(
    kind=Kind.SERIES,
    title="Abandon rate, by window",
    about="The rate of each window of each campaign, with the legal 3 % as a dashed line.",
    unit=Unit.SHARE,
    queries=(Query(promql=_ledger("rate_ratio"), legend="{{campaign}}, {{window}}"),),
    width=12,
    steps=ABANDONED,
    look=Look(decimals=1, least=0.0, has_lines=True),
)
ROOM = Panel(
    kind=Kind.SERIES,
    title="How many more may be abandoned",
    about="What is left of the budget in each window. At 0 all lines are dialed one to one.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=lowest(of_campaign("callbank_abandonment_budget_left"), *WINDOW),
            legend="{{campaign}}, {{window}}",
        ),
    ),
    width=12,
    steps=LEFT,
    look=Look(decimals=0, least=0.0),
)
GREETING = "callbank_greeting_end_to_connected_seconds"
WAITS = Panel(
    kind=Kind.HEATMAP,
    title="From the end of the greeting to a volunteer",
    about="How many people were put through, by how long after the end of their greeting. Whatever"
    " is above 2 s is too late.",
    unit=Unit.SECONDS,
    queries=(
        Query(
            promql=total(
                f"increase({of_campaign(GREETING + '_bucket')}[$__rate_interval])", "le"
            ),
            legend="{{le}}",
        ),
    ),
    width=12,
    height=8,
    steps=steps(Colour.GREEN, (LEGAL_CLOCK_S, Colour.RED)),
)
SHARE_IN_TIME = Panel(
    kind=Kind.STAT,
    title="Put through within 2 s",
    about="Of the people put through in the time shown, the share that was within 2 s of the end of"
    " the greeting.",
    unit=Unit.SHARE,
    queries=(
        Query(
            promql=total(f"increase({of_campaign(GREETING + '_bucket', le='2.0')}[$__range])")
            + " / ("
            + total(f"increase({of_campaign(GREETING + '_count')}[$__range])")
            + " > 0)",
            legend="in time",
        ),
    ),
    width=5,
    height=4,
    steps=IN_TIME,
    look=Look(decimals=1),
)
LATE = Panel(
    kind=Kind.STAT,
    title="Put through too late",
    about="People put through after the legal clock had run out, in the time shown. They count as"
    " abandoned.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=total(grown(of_campaign("callbank_people_connected_late_total"))),
            legend="too late",
        ),
    ),
    width=5,
    height=4,
    steps=NEVER,
    look=Look(decimals=0),
)
MESSAGE = Panel(
    kind=Kind.STAT,
    title="Safe-harbor message",
    about="Whether every campaign's message for people without a volunteer can be played. Where it"
    " cannot, the campaign dials one line for one volunteer.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=highest(of_campaign("callbank_safe_harbor_message_failed")),
            legend="message",
        ),
    ),
    width=5,
    height=4,
    steps=NEVER,
    look=Look(words={0: "in order", 1: "missing"}, is_filled=True),
)
MESSAGES = Panel(
    kind=Kind.BARS,
    title="Messages",
    about="Safe-harbor messages in the time shown, by what became of them: begun, heard to the end,"
    " failed.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=total(grown(of_campaign("callbank_messages_total")), "result"),
            legend="{{result}}",
        ),
    ),
    width=12,
    height=8,
    steps=steps(Colour.BLUE),
    look=Look(decimals=0, least=0.0, colours={"failed": Colour.RED}),
)
REFUSED = Panel(
    kind=Kind.BARS,
    title="What the gate held back, by reason",
    about="Reasons for which numbers were not dialed in the time shown; a number may have several."
    " A bar called nothing when nobody was held back.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=or_zero(
                "topk(12, "
                + total(grown(of_node("callbank_dials_refused_total")), "reason")
                + " > 0)",
                "reason",
                "nothing",
            ),
            legend="{{reason}}",
        ),
    ),
    width=12,
    height=9,
    steps=steps(Colour.BLUE),
    look=Look(decimals=0, least=0.0),
)
HELD_BACK = Panel(
    kind=Kind.SERIES,
    title="Numbers held back",
    about="Numbers a minute that the gate did not let be dialed, by campaign.",
    unit=Unit.PER_MINUTE,
    queries=(
        Query(
            promql=total(per_minute(of_campaign("callbank_leads_refused_total")), "campaign"),
            legend="{{campaign}}",
        ),
    ),
    width=12,
    height=9,
)
DO_NOT_CALL = Panel(
    kind=Kind.STAT,
    title="Not to be called again",
    about="Requests not to be called again, in the time shown, however they were made. Each is kept"
    " at once.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=total(grown(of_node("callbank_do_not_call_requests_total"))), legend="requests"
        ),
    ),
    width=5,
    height=4,
    steps=steps(Colour.BLUE),
    look=Look(decimals=0),
)
THETA = Panel(
    kind=Kind.STAT,
    title="Risk threshold",
    about="The greatest chance of losing somebody that one more line may have; none where no"
    " campaign dials by risk now.",
    unit=Unit.SHARE,
    queries=(
        Query(
            promql=or_zero(highest(of_campaign("callbank_pacing_theta_ratio"))), legend="threshold"
        ),
    ),
    width=4,
    height=4,
    steps=steps(Colour.BLUE),
    look=Look(decimals=2, words={0: "none"}),
)
VERDICTS = Panel(
    kind=Kind.SERIES,
    title="What detection says",
    about="Verdicts of answering-machine detection a minute. A sudden change of their shares is a"
    " drift: audit a sample. All 0 where no campaign uses detection.",
    unit=Unit.PER_MINUTE,
    queries=(
        Query(
            promql=total(
                per_minute(of_campaign("callbank_detector_verdicts_total")), "verdict"
            ),
            legend="{{verdict}}",
        ),
    ),
    width=12,
    look=Look(is_stacked=True, colours={"human": Colour.GREEN, "machine": Colour.ORANGE}),
)
DETECTION = Panel(
    kind=Kind.STAT,
    title="Detection takes",
    about="Within what time 95 of 100 verdicts came, in the time shown. None: no verdict came.",
    unit=Unit.SECONDS,
    queries=(
        Query(
            promql=or_zero(
                quantile(
                    0.95,
                    f"increase({of_node('callbank_detector_latency_seconds_bucket')}[$__range])",
                )
                + " > 0"
            ),
            legend="95 % within",
        ),
    ),
    width=6,
    steps=steps(Colour.GREEN, (1.5, Colour.YELLOW), (LEGAL_CLOCK_S, Colour.RED)),
    look=Look(decimals=2, words={0: "none"}),
)
SPAM = Panel(
    kind=Kind.BARS,
    title="Refused as spam, by caller ID",
    about="The share of the calls that showed a number of ours and were refused with 603, 607 or"
    " 608, in the time shown. A number that is taken for spam reaches nobody.",
    unit=Unit.SHARE,
    queries=(
        Query(
            promql=total(
                f"increase({of_node('callbank_caller_id_spam_signals_total')}[$__range])",
                "caller_id",
            )
            + " / ("
            + total(
                f"increase({of_node('callbank_caller_id_calls_total')}[$__range])", "caller_id"
            )
            + " > 0)",
            legend="{{caller_id}}",
        ),
    ),
    width=6,
    steps=steps(Colour.GREEN, (0.05, Colour.YELLOW), (0.15, Colour.RED)),
    look=Look(decimals=1, least=0.0, most=0.3),
)

BOARD = Board(
    uid="callbank-compliance",
    title="Callbank: compliance",
    about="The abandonment ledger against the legal limit, late connections, and what was not"
    " dialed.",
    rows=(
        Row(
            title="Abandonment",
            panels=(abandon_gauge(width=6, height=8), LEDGER, RATE, ROOM),
        ),
        Row(
            title="People without a volunteer",
            panels=(SHARE_IN_TIME, LATE, MESSAGE, DO_NOT_CALL, THETA, WAITS, MESSAGES),
        ),
        Row(title="The gate", panels=(REFUSED, HELD_BACK)),
        Row(title="Detection and reputation", panels=(VERDICTS, DETECTION, SPAM)),
    ),
    window="now-6h",
    refresh="15s",
)
