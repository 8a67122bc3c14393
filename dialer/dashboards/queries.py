"""The pieces that the boards' queries are put together from.

A *node* is one machine's daemon with its Asterisk: Prometheus's label `node`, which its
configuration gives to the targets of a machine. Braces are always written, so that a metric's
name can be told from a function's (the tests check the names).
"""

RATE_WINDOW = "$__rate_interval"
"""Grafana's own: long enough for four scrapes."""

SHOWN_WINDOW = "$__range"
"""The time that the dashboard shows."""

CAMPAIGNS = "label_values(callbank_lines_dialing, campaign)"
NODES = "label_values(callbank_ami_link_up, node)"


def of_campaign(metric: str, **labels: str) -> str:
    """The metric's series of the chosen campaigns on the chosen nodes."""
    return metric + _braces('campaign=~"$campaign"', 'node=~"$node"', **labels)


def of_node(metric: str, **labels: str) -> str:
    """The metric's series of the chosen nodes."""
    return metric + _braces('node=~"$node"', **labels)


def _braces(*fixed: str, **labels: str) -> str:
    """A value that begins with ~ is a pattern."""
    more = (
        f'{name}=~"{value[1:]}"' if value.startswith("~") else f'{name}="{value}"'
        for name, value in labels.items()
    )
    return "{" + ",".join([*fixed, *more]) + "}"


def rate(series: str, window: str = RATE_WINDOW) -> str:
    """How much a second a counter grows."""
    return f"rate({series}[{window}])"


def per_minute(series: str) -> str:
    """How much a counter has grown in the last minute."""
    return f"60 * rate({series}[1m])"


def grown(series: str, window: str = SHOWN_WINDOW) -> str:
    """How much a counter has grown; to whole figures, because Prometheus extrapolates."""
    return f"round(increase({series}[{window}]))"


def total(series: str, *by: str) -> str:
    """The sum, or one for each value of the labels."""
    return f"sum by ({', '.join(by)}) ({series})" if by else f"sum({series})"


def highest(series: str, *by: str) -> str:
    """The maximum, or one for each value of the labels."""
    return f"max by ({', '.join(by)}) ({series})" if by else f"max({series})"


def lowest(series: str, *by: str) -> str:
    """The minimum, or one for each value of the labels."""
    return f"min by ({', '.join(by)}) ({series})" if by else f"min({series})"


def quantile(share: float, buckets: str, *by: str) -> str:
    """A histogram's quantile; `buckets` is already a rate or an increase."""
    labels = ", ".join(("le", *by))
    return f"histogram_quantile({share:g}, sum by ({labels}) ({buckets}))"


def or_zero(expression: str, label: str = "", word: str = "") -> str:
    """0 where there is rightly nothing on a working system, under a label's word if given."""
    zero = f'label_replace(vector(0), "{label}", "{word}", "", "")' if label else "vector(0)"
    return f"{expression} or on () {zero}"


def that_occurred(series: str, counter: str, by: str) -> str:
    """The series of those labels alone for which the counter has grown in the time shown."""
    return f"{series} and on ({by}) ({total(f'increase({counter}[{SHOWN_WINDOW}])', by)} > 0)"
