"""A real Prometheus that watches the venue, and what it says is wrong."""

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dialer.parts import processes
from dialer.parts.prometheus_server import PAGE, Orders, PrometheusServer
from tests.asterisk.e2e.quick_rules import write_quick_rules
from tests.asterisk.e2e.venue import Venue, until
from tests.integration.prometheus_here import prometheus_here

Alert = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Asks Prometheus for its alerts."""

    url: str

    def firing(self) -> list[Alert]:
        """What fires now."""
        with urllib.request.urlopen(f"{self.url}/api/v1/alerts", timeout=10) as answer:
            alerts: list[Alert] = json.load(answer)["data"]["alerts"]
        return [alert for alert in alerts if alert["state"] == "firing"]

    def page(self) -> str:
        """The page of figures for people, which Prometheus fills in."""
        with urllib.request.urlopen(self.url + PAGE, timeout=10) as answer:
            return str(answer.read().decode())

    async def goes_off(self, name: str, **labels: str) -> None:
        """Wait until this alert fires; its words must have found all their values."""
        await until(lambda: self._find(name, labels), f"{name} fires")
        for alert in self._find(name, labels):
            for text in alert["annotations"].values():
                assert "<no value>" not in text, text
                assert "error expanding" not in text, text

    async def has_seen(self, metric: str, **labels: str) -> None:
        """Wait until Prometheus knows this series: what happened before, it counts nowhere."""
        chosen = ",".join(f'{name}="{value}"' for name, value in labels.items())
        series = f"{metric}{{{chosen}}}"
        await until(lambda: self._query(series), f"Prometheus knows {series}")

    async def is_over(self, name: str, **labels: str) -> None:
        """Wait until this alert does not fire any more."""
        await until(lambda: not self._find(name, labels), f"{name} is over")

    def _query(self, expression: str) -> list[Any]:
        query = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{query}", timeout=10) as answer:
            found: list[Any] = json.load(answer)["data"]["result"]
        return found

    def _find(self, name: str, labels: Mapping[str, str]) -> list[Alert]:
        wanted = {"alertname": name, **labels}.items()
        return [alert for alert in self.firing() if wanted <= alert["labels"].items()]


@contextmanager
def alarm_of(venue: Venue) -> Iterator[Alarm]:
    """Prometheus with the quick rules, asking every second."""
    programs = prometheus_here()
    (port,) = processes.free_ports(1)
    server = PrometheusServer(programs, venue.home, f"127.0.0.1:{port}")
    web = venue.stage.settings.web
    rules = write_quick_rules(venue.home / "quick-rules")
    try:
        server.start(Orders(callbank=f"{web.host}:{web.port}", interval_s=1, rules=rules))
        yield Alarm(url=server.url)
    finally:
        server.stop()
