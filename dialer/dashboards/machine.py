"""The panels of the plumbing board about Asterisk and the machine itself: disks, clocks, memory."""

from dialer.dashboards.board import Colour, Kind, Look, Panel, Query, Unit, steps
from dialer.dashboards.queries import highest, lowest, of_node, or_zero, rate, total

DAY_S = 86400.0


def uptime(title: str, about: str, query: str, *, width: int, height: int) -> Panel:
    """How long something has been running."""
    return Panel(
        kind=Kind.STAT,
        title=title,
        about=about,
        unit=Unit.SECONDS,
        queries=(Query(promql=query, legend="running for"),),
        width=width,
        height=height,
        steps=steps(Colour.YELLOW, (300.0, Colour.GREEN)),
        look=Look(decimals=0),
    )


BUILD = Panel(
    kind=Kind.TABLE,
    title="What runs",
    about="The version of each node's daemon and of its Python.",
    unit=Unit.COUNT,
    queries=(
        Query(
            promql=highest(of_node("callbank_build_info"), "node", "version", "python_version"),
            legend="runs",
        ),
    ),
    width=24,
    height=4,
)
PBX_CHANNELS = Panel(
    kind=Kind.SERIES,
    title="Asterisk: channels, bridges, calls",
    about="What Asterisk itself counts. Channels that stay when nobody is called are stuck.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=total(of_node("asterisk_channels_count")), legend="channels"),
        Query(promql=total(of_node("asterisk_bridges_count")), legend="bridges"),
        Query(promql=total(of_node("asterisk_calls_count")), legend="calls"),
    ),
    width=12,
    look=Look(
        least=0.0,
        decimals=0,
        colours={"channels": Colour.BLUE, "bridges": Colour.PURPLE, "calls": Colour.GREEN},
    ),
)
PBX_UPTIME = uptime(
    "Asterisk runs for",
    "How long Asterisk has been running. Yellow in its first minutes.",
    lowest(of_node("asterisk_core_uptime_seconds")),
    width=6,
    height=7,
)
ENDPOINTS = Panel(
    kind=Kind.STAT,
    title="Telephones and trunks",
    about="Volunteers' telephones and trunks that Asterisk reaches, and all that it was told of."
    " Telephones that are switched off are not reached.",
    unit=Unit.COUNT,
    queries=(
        Query(promql=f"count({of_node('asterisk_endpoints_state')} == 2)", legend="reached"),
        Query(promql=total(of_node("asterisk_endpoints_count")), legend="known"),
    ),
    width=6,
    steps=steps(Colour.RED, (1.0, Colour.BLUE)),
    look=Look(decimals=0),
)
CPU = Panel(
    kind=Kind.SERIES,
    title="Processor time of the daemon",
    about="The share of one core that the daemon uses. From 70 % on it will not keep up for long.",
    unit=Unit.SHARE,
    queries=(
        Query(
            promql=total(rate(of_node("process_cpu_seconds_total", job="callbank")), "node"),
            legend="daemon {{node}}",
        ),
    ),
    width=8,
    steps=steps(Colour.GREEN, (0.7, Colour.YELLOW), (0.9, Colour.RED)),
    look=Look(least=0.0, decimals=0),
)
MEMORY = Panel(
    kind=Kind.SERIES,
    title="Memory of the daemon",
    about="Memory that the daemon holds. It should not grow from hour to hour.",
    unit=Unit.BYTES,
    queries=(
        Query(
            promql=total(of_node("process_resident_memory_bytes", job="callbank"), "node"),
            legend="daemon {{node}}",
        ),
    ),
    width=8,
    steps=steps(Colour.GREEN, (1e9, Colour.YELLOW), (4e9, Colour.RED)),
    look=Look(least=0.0),
)
SCRAPES = Panel(
    kind=Kind.SERIES,
    title="How long a scrape takes",
    about="How long Prometheus waits for each part's figures.",
    unit=Unit.SECONDS,
    queries=(
        Query(
            promql=highest(of_node("scrape_duration_seconds"), "job"), legend="{{job}}"
        ),
    ),
    width=8,
    steps=steps(Colour.GREEN, (0.05, Colour.YELLOW), (1.0, Colour.RED)),
    look=Look(least=0.0),
)
DISK = Panel(
    kind=Kind.BARS,
    title="Room left on the disks",
    about="The share of each disk that is free. Recordings and the database need it.",
    unit=Unit.SHARE,
    queries=(
        Query(
            promql=lowest(
                f"{of_node('callbank_disk_free_bytes')} / {of_node('callbank_disk_size_bytes')}",
                "place",
            ),
            legend="{{place}}",
        ),
    ),
    width=8,
    height=6,
    steps=steps(Colour.RED, (0.1, Colour.YELLOW), (0.2, Colour.GREEN)),
    look=Look(decimals=0, least=0.0, most=1.0),
)
CLOCKS = Panel(
    kind=Kind.STAT,
    title="Our clock against others'",
    about="How far the daemon's clock is ahead of the database's and of Asterisk's. Calling hours"
    " and the legal clock need it to be right.",
    unit=Unit.SECONDS,
    queries=(
        Query(
            promql=highest(f"abs({of_node('callbank_clock_offset_seconds')})", "against"),
            legend="{{against}}",
        ),
    ),
    width=8,
    height=6,
    steps=steps(Colour.GREEN, (1.0, Colour.YELLOW), (5.0, Colour.RED)),
    look=Look(decimals=2),
)
CERTIFICATE = Panel(
    kind=Kind.STAT,
    title="Certificates end in",
    about="How long the TLS certificate lasts that ends first; none where none is configured.",
    unit=Unit.SECONDS,
    queries=(
        Query(
            promql=or_zero(
                f"{lowest(of_node('callbank_certificate_expiry_timestamp_seconds'))} - time()"
            ),
            legend="ends in",
        ),
    ),
    width=8,
    height=6,
    steps=steps(
        Colour.GREY, (1.0, Colour.RED), (7 * DAY_S, Colour.YELLOW), (21 * DAY_S, Colour.GREEN)
    ),
    look=Look(decimals=0, words={0: "none"}),
)
