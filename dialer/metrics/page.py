"""The page that Prometheus scrapes: the text exposition format, version 0.0.4.

prometheus-client writes it too, in twice the time, because it escapes every name and label of every
series each time. A `Writer` keeps what does not change of a series' line from page to page. Used by
the observer, in whichever thread asks for a page.
"""

from prometheus_client import CollectorRegistry
from prometheus_client.utils import floatToGoString

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Key = tuple[str, ...]


class Writer:
    """Writes the pages of one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._heads: dict[Key, str] = {}  # of the lines on the last page

    def page(self) -> bytes:
        """All series as they are now."""
        known, heads = self._heads, {}
        lines: list[str] = []
        for family in self._registry.collect():
            is_counter = family.type == "counter"
            name = f"{family.name}_total" if is_counter else family.name
            text = family.documentation.replace("\\", r"\\").replace("\n", r"\n")
            lines.append(f"# HELP {name} {text}\n# TYPE {name} {family.type}\n")
            for sample in family.samples:
                key = (sample.name, *sample.labels.values())
                head = known.get(key) or _head(sample.name, sample.labels)
                heads[key] = head
                lines.append(f"{head} {floatToGoString(sample.value)}\n")
        self._heads = heads
        return "".join(lines).encode()


def _head(name: str, labels: dict[str, str]) -> str:
    """A series' name and labels."""
    if not labels:
        return name
    return name + "{" + ",".join(f'{key}="{_escaped(labels[key])}"' for key in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
