"""What is declared of one metric. Made by names.py, read by those who check queries against it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """One metric as Prometheus sees it."""

    name: str
    kind: str  # counter, gauge, histogram, summary
    help: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()

    @property
    def samples(self) -> tuple[str, ...]:
        """The names of its series."""
        if self.kind == "histogram":
            return tuple(self.name + suffix for suffix in ("_bucket", "_sum", "_count"))
        if self.kind == "summary":
            return tuple(self.name + suffix for suffix in ("_sum", "_count"))
        return (self.name,)
