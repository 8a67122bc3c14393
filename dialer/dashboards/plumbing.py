"""The plumbing: whether every part works, for whoever keeps the machine.

Beside our own figures it shows Asterisk's (its module res_prometheus) and Prometheus's own.
"""

from dialer.dashboards.board import Board, Colour, Kind, Look, Panel, Query, Row, Unit, steps
from dialer.dashboards.machine import (
    BUILD,
    CERTIFICATE,
    CLOCKS,
    CPU,
    DISK,
    ENDPOINTS,
    MEMORY,
    PBX_CHANNELS,
    PBX_UPTIME,
    SCRAPES,
    uptime,
)
from dialer.dashboards.queries import (
    highest,
    lowest,
    of_node,
    or_zero,
    per_minute,
    quantile,
    rate,
    that_occurred,
    total,
)
from dialer.dashboards.shared import FLAG, NEVER

UP = Look(words={0: "down", 1: "up"}, is_filled=True)


def _state(title: str, about: str, query: str) -> Panel:
    return Panel(
        kind=Kind.STAT,
        title=title,
        about=about,
        unit=Unit.COUNT,
        queries=(Query(promql=query, legend=title),),
        width=4,
        height=4,
        steps=FLAG,
        look=UP,
    )


def _quantiles(metric: str) -> tuple[Query, ...]:
    return tuple(
        Query(promql=quantile(share, rate(of_node(f"{metric}_bucket"))), legend=legend)
        for share, legend in ((0.5, "half within"), (0.99, "99 % within"))
    )


DAEMON = _state(
    "Daemon",
    "Whether Prometheus reaches the daemon's figures.",
    lowest(of_node("up", job="callbank")),
)
LINK = _state(
    "Link to Asterisk",
    "Whether the manager link works. While it is down, nothing is dialed.",
    lowest(of_node("callbank_ami_link_up")),
)
DATABASE = _state(
    "Database",
    "Whether the database answers. While it does not, nothing is dialed.",
    lowest(of_node("callbank_store_up")),
)
ASTERISK = _state(
    "Asterisk",
    "Whether Prometheus reaches Asterisk's own figures.",
    lowest(of_node("up", job="asterisk")),
)
UPTIME = uptime(
    "Running for",
    "How long the daemon has been running. Yellow in its first minutes.",
    f"time() - {highest(of_node('callbank_start_time_seconds'))}",
    width=4,
    height=4,
)
TRANSCRIPT = Panel(
    kind=Kind.STAT,
    title="Transcript",
    about="Whether the evening is written down as it happens, to be replayed.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=highest(of_node("callbank_transcript_lost")), legend="transcript"),
    ),
    width=4,
    height=4,
    steps=NEVER,
    look=Look(words={0: "written", 1: "lost"}, is_filled=True),
)
ALERTS = Panel(
    kind=Kind.TABLE,
    title="Alerts",
    about="What Prometheus's rules complain of now, on all nodes; the alert's own words say what to"
    " do. A line called none when there is nothing.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=or_zero(
                total('ALERTS{alertstate="firing"}', "alertname", "severity"), "alertname", "none"
            ),
            legend="times",
            steps=NEVER,
        ),
    ),
    width=24,
    height=5,
)
INBOX = Panel(
    kind=Kind.SERIES,
    title="What waits",
    about="Events that wait for the engine, rows that wait to be committed, entries that the"
    " transcript has yet to take. They should be near 0.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=total(of_node("callbank_pump_inbox_events")), legend="events"),
        Query(promql=total(of_node("callbank_store_queue_commands")), legend="rows"),
        Query(promql=total(of_node("callbank_transcript_queue_entries")), legend="transcript"),
    ),
    width=12,
    steps=steps(Colour.GREEN, (100.0, Colour.YELLOW), (1000.0, Colour.RED)),
    look=Look(
        least=0.0,
        colours={"events": Colour.BLUE, "rows": Colour.ORANGE, "transcript": Colour.PURPLE},
    ),
)
LAG = Panel(
    kind=Kind.SERIES,
    title="How late the engine is",
    about="By how much the engine handles the ticks of its clock too late. The dashed line is"
    " 100 ms.",
    unit=Unit.SECONDS,
    queries=_quantiles("callbank_pump_lag_seconds"),
    width=12,
    steps=steps(Colour.GREEN, (0.1, Colour.RED)),
    look=Look(
        least=0.0,
        has_lines=True,
        colours={"half within": Colour.GREEN, "99 % within": Colour.ORANGE},
    ),
)
COMMITS = Panel(
    kind=Kind.SERIES,
    title="How long commits take",
    about="How long the database takes to commit calls' rows. Each call waits for one.",
    unit=Unit.SECONDS,
    queries=_quantiles("callbank_store_commit_seconds"),
    width=12,
    steps=steps(Colour.GREEN, (0.1, Colour.YELLOW), (0.5, Colour.RED)),
    look=Look(
        least=0.0, colours={"half within": Colour.GREEN, "99 % within": Colour.ORANGE}
    ),
)
EVENTS = Panel(
    kind=Kind.SERIES,
    title="Events",
    about="Events a second that Asterisk sends us, and that the engine handles (most of them are"
    " ticks of its clock).",
    unit=Unit.PER_SECOND,
    queries=(
        Query(promql=total(rate(of_node("callbank_ami_events_total"))), legend="from Asterisk"),
        Query(promql=total(rate(of_node("callbank_pump_events_total"))), legend="engine"),
    ),
    width=12,
    look=Look(least=0.0, colours={"from Asterisk": Colour.ORANGE, "engine": Colour.BLUE}),
)
FAULTS = Panel(
    kind=Kind.BARS,
    title="Faults of the link",
    about="What went wrong on the manager link in the time shown. All 0 on a healthy system.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=total(
                f"round(increase({of_node('callbank_ami_faults_total')}[$__range]))", "fault"
            ),
            legend="{{fault}}",
        ),
    ),
    width=12,
    height=8,
    steps=NEVER,
    look=Look(decimals=0, least=0.0),
)
TRUNKS = Panel(
    kind=Kind.TABLE,
    title="Trunks",
    about="Channels in use and their limit, new calls a second and their limit, the share of calls"
    " in the time shown that failed by the trunk's own fault, and 1 while it rests after faults.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=total(of_node("callbank_trunk_channels"), "trunk"), legend="channels"),
        Query(promql=total(of_node("callbank_trunk_channel_limit"), "trunk"), legend="of"),
        Query(
            promql=total(rate(of_node("callbank_trunk_calls_total"), "1m"), "trunk"),
            legend="calls a second",
        ),
        Query(
            promql=total(of_node("callbank_trunk_calls_per_second_limit"), "trunk"),
            legend="at most",
        ),
        Query(
            promql=total(
                f"increase({of_node('callbank_trunk_failures_total')}[$__range])", "trunk"
            )
            + " / clamp_min("
            + total(f"increase({of_node('callbank_trunk_calls_total')}[$__range])", "trunk")
            + ", 1)",
            legend="failed",
            unit=Unit.SHARE,
            steps=steps(Colour.GREEN, (0.02, Colour.YELLOW), (0.1, Colour.RED)),
        ),
        Query(
            promql=highest(of_node("callbank_trunk_resting"), "trunk"),
            legend="resting",
            steps=NEVER,
        ),
    ),
    width=12,
    height=8,
)
CHANNELS = Panel(
    kind=Kind.SERIES,
    title="Channels of the trunks",
    about="Channels in use. A trunk that is full holds up every campaign that dials by it.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=total(of_node("callbank_trunk_channels"), "trunk"), legend="{{trunk}}"),
    ),
    width=12,
    look=Look(least=0.0, decimals=0),
)
HANGUPS = of_node("callbank_trunk_hangups_total")
CAUSES = Panel(
    kind=Kind.SERIES,
    title="How calls end on the trunks",
    about="Ends of calls a minute by the cause that the network gave.",
    unit=Unit.PER_MINUTE,
    queries=(
        Query(
            promql=that_occurred(total(per_minute(HANGUPS), "cause"), HANGUPS, "cause"),
            legend="{{cause}}",
        ),
    ),
    width=12,
    look=Look(is_stacked=True),
)
BOARD = Board(
    uid="callbank-plumbing",
    title="Callbank: plumbing",
    about="Whether every part works: daemon, Asterisk, trunks, database, disks, clocks.",
    rows=(
        Row(panels=(DAEMON, ASTERISK, LINK, DATABASE, TRANSCRIPT, UPTIME, ALERTS)),
        Row(title="Daemon", panels=(INBOX, LAG, COMMITS, EVENTS, CPU, MEMORY, SCRAPES)),
        Row(title="Trunks", panels=(TRUNKS, FAULTS, CHANNELS, CAUSES)),
        Row(title="Asterisk", panels=(PBX_CHANNELS, PBX_UPTIME, ENDPOINTS)),
        Row(title="Machine", panels=(DISK, CLOCKS, CERTIFICATE, BUILD)),
    ),
    refresh="15s",
)
