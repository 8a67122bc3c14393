"""Where metrics are made: a register remembers what it has made and what was declared of each.

names.py makes all of them here; nobody else makes any.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary

Metric = Counter | Gauge | Histogram | Summary
Bounds = tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """One metric as Prometheus sees it."""

    name: str
    kind: str  # counter, gauge, histogram, summary
    help: str
    labels: tuple[str, ...]
    buckets: Bounds = ()

    @property
    def samples(self) -> tuple[str, ...]:
        """The names of its series."""
        if self.kind == "histogram":
            return tuple(self.name + suffix for suffix in ("_bucket", "_sum", "_count"))
        if self.kind == "summary":
            return tuple(self.name + suffix for suffix in ("_sum", "_count"))
        return (self.name,)


class Register:
    """Makes metrics in a registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._made: list[tuple[Declared, Metric]] = []

    @property
    def declared(self) -> tuple[Declared, ...]:
        """All that were made."""
        return tuple(declared for declared, _ in self._made)

    def drop(self, label: str, value: str) -> None:
        """Drop every series with that value of a label."""
        for declared, metric in self._made:
            if label in declared.labels:
                metric.remove_by_labels({label: value})

    def counter(self, name: str, text: str, *labels: str) -> Counter:
        """Something that only grows; its name ends with `_total`."""
        made = Counter(name, text, labels, registry=self._registry)
        self._made.append((Declared(name=name, kind="counter", help=text, labels=labels), made))
        return made

    def gauge(self, name: str, text: str, *labels: str) -> Gauge:
        """Something that goes up and down."""
        made = Gauge(name, text, labels, registry=self._registry)
        self._made.append((Declared(name=name, kind="gauge", help=text, labels=labels), made))
        return made

    def summary(self, name: str, text: str, *labels: str) -> Summary:
        """Sum and count of something."""
        made = Summary(name, text, labels, registry=self._registry)
        self._made.append((Declared(name=name, kind="summary", help=text, labels=labels), made))
        return made

    def histogram(self, name: str, text: str, buckets: Bounds, *labels: str) -> Histogram:
        """How often something was at most as long as each of the buckets' bounds."""
        made = Histogram(name, text, labels, buckets=buckets, registry=self._registry)
        declared = Declared(name=name, kind="histogram", help=text, labels=labels, buckets=buckets)
        self._made.append((declared, made))
        return made


class Wholes:
    """Gauges whose series are told all at once: those that are not told again go away, and a page
    that is written meanwhile, in another thread, misses none that stays."""

    def __init__(self) -> None:
        self._told: dict[Gauge, frozenset[tuple[str, ...]]] = {}

    def tell(self, gauge: Gauge, values: Mapping[tuple[str, ...], float]) -> None:
        """Take over the values by the values of the labels."""
        for key, value in values.items():
            gauge.labels(*key).set(value)
        for gone in self._told.get(gauge, frozenset()) - values.keys():
            gauge.remove(*gone)
        self._told[gauge] = frozenset(values)


def set_or_drop(gauge: Gauge, label: str, value: float | None) -> None:
    """Set a gauge's series; one that is not known is left out, because 0 would be a lie."""
    if value is not None:
        gauge.labels(label).set(value)
    else:
        gauge.remove(label)
