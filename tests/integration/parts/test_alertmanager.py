"""A real Alertmanager with our file tells the chat what is wrong, what to do, and nothing twice."""

import json
import os
import queue
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dialer.parts import processes
from dialer.parts.prometheus import PrometheusPrograms
from dialer.parts.prometheus_server import FOLDER
from tests.integration.prometheus_here import prometheus_here

PATIENCE_S = 60.0
SECRET = "/run/secrets/alert_webhook_url"
OVERLAY = 'mount -t overlay overlay -o "lowerdir=$0:/usr/share" /usr/share && exec "$@"'


class Chat:
    """Takes messages as Slack does."""

    def __init__(self) -> None:
        self.messages: queue.Queue[dict[str, object]] = queue.Queue()
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                chat.messages.put(json.loads(body)["attachments"][0])
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the messages are what is looked at."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@dataclass(frozen=True, kw_only=True)
class Bell:
    """The Alertmanager and the chat that it tells."""

    url: str
    chat: Chat

    def ring(self, name: str, severity: str, *, is_over: bool = False, **labels: str) -> None:
        """Tell the Alertmanager of an alert, as Prometheus does."""
        now = time.time()
        alert = {
            "labels": {"alertname": name, "severity": severity, **labels},
            "annotations": {"summary": f"{name}!", "description": "It is.", "runbook": "Mend it."},
            "startsAt": _moment(now - 60),
            "endsAt": _moment(now - 1 if is_over else now + 3600),
        }
        request = urllib.request.Request(
            f"{self.url}/api/v2/alerts",
            data=json.dumps([alert]).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()

    def next_message(self) -> dict[str, object]:
        return self.chat.messages.get(timeout=PATIENCE_S)


def _moment(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def _command(programs: PrometheusPrograms) -> list[str]:
    """Debian's one reads its template below /usr/share, where an unpacked one has none: there it
    is given a view of the file system in which it has."""
    assert programs.alertmanager is not None
    share = programs.alertmanager.parents[1] / "share"
    if share == Path("/usr/share") or not (share / "prometheus" / "alertmanager").is_dir():
        return [str(programs.alertmanager)]
    unshare = shutil.which("unshare") or pytest.skip("unshare is not there (util-linux)")
    view = [unshare, "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    view += ["sh", "-c", OVERLAY, str(share)]
    if subprocess.run([*view, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no view of the file system may be made here, and Alertmanager needs one")
    return [*view, str(programs.alertmanager)]


@pytest.fixture
def bell(tmp_path: Path) -> Iterator[Bell]:
    """Our file with the secret where a test may write, and less patience."""
    programs = prometheus_here()
    if programs.alertmanager is None:
        pytest.skip("no Alertmanager is installed beside Prometheus")
    command = _command(programs)
    chat = Chat()
    (port,) = processes.free_ports(1)
    secret = tmp_path / "webhook"
    secret.write_text(chat.address, encoding="utf-8")
    text = (FOLDER / "alertmanager.yml").read_text(encoding="utf-8")
    assert SECRET in text
    for usual, quick in ((SECRET, str(secret)), ("group_wait: 30s", "group_wait: 2s"),
                         ("group_wait: 5s", "group_wait: 1s"), ("interval: 1m", "interval: 2s"),
                         ("interval: 5m", "interval: 3s")):  # fmt: skip
        assert usual in text
        text = text.replace(usual, quick)
    (tmp_path / "alertmanager.yml").write_text(text, encoding="utf-8")
    words = [
        f"--config.file={tmp_path / 'alertmanager.yml'}",
        f"--storage.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    manager = processes.start("alertmanager", [*command, *words], home=tmp_path)
    try:
        processes.wait_until_ready(manager, lambda: processes.answers("127.0.0.1", port))
        yield Bell(url=f"http://127.0.0.1:{port}", chat=chat)
    finally:
        manager.stop()
        chat.close()


def test_the_chat_hears_of_the_cause_with_what_to_do_and_of_its_end(bell: Bell) -> None:
    bell.ring("AsteriskLinkDown", "critical", instance="bank:8080")
    told = bell.next_message()
    assert told["title"] == "firing: AsteriskLinkDown!"
    assert "What to do: Mend it." in str(told["text"])
    bell.ring("VolunteersIdle", "warning", campaign="A", instance="bank:8080")
    bell.ring("CertificateExpires", "warning", certificate="web")
    # That volunteers sit idle follows from the link, so nobody is told.
    assert bell.next_message()["title"] == "firing: CertificateExpires!"
    bell.ring("AsteriskLinkDown", "critical", is_over=True, instance="bank:8080")
    titles = [bell.next_message()["title"], bell.next_message()["title"]]
    assert sorted(map(str, titles)) == ["firing: VolunteersIdle!", "resolved: AsteriskLinkDown!"]


def test_who_is_over_the_limit_is_not_told_that_it_is_near(bell: Bell) -> None:
    bell.ring("AbandonmentOverLimit", "critical", campaign="A", window="block")
    assert bell.next_message()["title"] == "firing: AbandonmentOverLimit!"
    bell.ring("AbandonmentNearLimit", "warning", campaign="A", window="day")
    bell.ring("AbandonmentNearLimit", "warning", campaign="B", window="day")
    told = bell.next_message()
    assert told["title"] == "firing: AbandonmentNearLimit!"
    bell.ring("AbandonmentOverLimit", "critical", is_over=True, campaign="A", window="block")
    titles = [bell.next_message()["title"], bell.next_message()["title"]]
    assert sorted(map(str, titles)) == [
        "firing: AbandonmentNearLimit!",
        "resolved: AbandonmentOverLimit!",
    ]
