"""A Prometheus of our own that watches one daemon: told what to do, started, stopped.

It asks its *targets* for figures and judges them by the rules in dashboards/prometheus/. The demo
and the tests run one; an operator's own Prometheus takes the same template and rules.
"""

import urllib.request
from dataclasses import dataclass
from pathlib import Path

from dialer.parts import processes
from dialer.parts.prometheus import PrometheusPrograms
from dialer.parts.render import METRICS_USER
from dialer.parts.templates import BANNER, environment, write_if_changed

FOLDER = Path(__file__).resolve().parents[2] / "dashboards" / "prometheus"
RULES = FOLDER / "rules"
CONSOLES = FOLDER / "consoles"
PAGE = "/consoles/callbank.html"
"""A page of ours that every Prometheus shows; Debian's leave its own pages out."""
NAME = "prometheus"
KEPT_DAYS = 30
"""As long as the longest window of the law."""
LONGEST_SCRAPE_S = 10
READY_TIMEOUT_S = 60.0
ANSWER_TIMEOUT_S = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Orders:
    """What a Prometheus is to do: whom to ask (each a host:port), how often, how to judge it.

    An address is empty where there is nobody to ask. `node` is the label of the daemon and its
    Asterisk on every figure, by which dashboards tell machines apart.
    """

    callbank: str
    asterisk: str = ""
    asterisk_password_file: Path | None = None  # without it Asterisk tells nothing
    node: str = "local"
    alertmanager: str = ""
    interval_s: int = 15
    rules: Path = RULES

    def as_yaml(self, address: str) -> str:
        """The file prometheus.yml of the server that listens on this address."""
        return environment(FOLDER).get_template("prometheus.yml.j2").render(
            banner=BANNER,
            targets={
                "callbank": self.callbank,
                "asterisk": self.asterisk if self.asterisk_password_file else "",
                "prometheus": address,
                "alertmanager": self.alertmanager,
            },
            metrics_user=METRICS_USER,
            asterisk_password_file=self.asterisk_password_file,
            node=self.node,
            interval_s=self.interval_s,
            timeout_s=min(LONGEST_SCRAPE_S, self.interval_s),
            rules=self.rules,
        )


class PrometheusServer:
    """One server with its data below `home`; it outlives us unless it is stopped."""

    def __init__(self, programs: PrometheusPrograms, home: Path, address: str) -> None:
        self._programs = programs
        self._home = home
        self._address = address  # host:port
        self._process: processes.Process | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self._address}"

    def start(self, orders: Orders) -> None:
        """Start it and wait until it can be asked. Raises CallbankError with its last words."""
        place = self._home / NAME
        place.mkdir(mode=0o750, parents=True, exist_ok=True)
        configuration = place / "prometheus.yml"
        write_if_changed(configuration, orders.as_yaml(self._address))
        self._process = processes.start(
            NAME,
            [
                str(self._programs.server),
                f"--config.file={configuration}",
                f"--storage.tsdb.path={place / 'data'}",
                f"--storage.tsdb.retention.time={KEPT_DAYS}d",
                f"--web.console.templates={CONSOLES}",
                f"--web.listen-address={self._address}",
                "--log.level=warn",
            ],
            home=self._home,
        )
        processes.wait_until_ready(self._process, self._is_ready, timeout_s=READY_TIMEOUT_S)

    def _is_ready(self) -> bool:
        """It listens before it has read its data, and refuses everybody until then."""
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=ANSWER_TIMEOUT_S):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        """End it; what it has gathered stays."""
        if self._process is not None:
            self._process.stop()
            self._process = None
