"""The stack of docker-compose.yml as it runs for the tests: asked, waited for, taken down."""

import contextlib
import http.client
import json
import os
import resource
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dialer.parts.processes import free_ports
from tests.stack.engine import Docker
from tests.stack.images import CHECKOUT, build_images

PROJECT = "callbank-stack-test"
SERVICES = ("db", "migrate", "dialer", "asterisk", "caddy", "prometheus", "alertmanager")
"""All but Grafana, which Debian has no package for."""
DEMO = ("carrier", "volunteers")
EXPORTERS = ("node-exporter", "postgres-exporter")
LASTING = ("db", "dialer", "asterisk", "caddy", "prometheus", "alertmanager")
VOLUNTEERS = 40
DEMO_MINUTES = 20
PATIENCE_S = 180.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a browser gets."""

    status: int
    cookie: str
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """The compose file, a data directory of its own, and the variables that go with them."""

    docker: Docker
    folder: Path  # a copy of the checkout, with .env
    home: Path  # CALLBANK_HOME
    variables: Mapping[str, str]

    def compose(self, *words: str) -> str:
        return self.docker.run_compose(*self._where(), *words, **self.variables)

    def try_compose(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return self.docker.try_compose(*self._where(), *words, **self.variables)

    def _where(self) -> tuple[str, ...]:
        return ("--project-directory", str(self.folder), "--project-name", PROJECT,
                "--file", str(self.folder / "docker-compose.yml"),
                "--env-file", str(self.folder / ".env"))  # fmt: skip

    def with_variables(self, **more: str) -> "Stack":
        """The same stack as it is with other values of the compose file's variables."""
        return replace(self, variables={**self.variables, **more})

    @contextmanager
    def environment_file(self, *lines: str) -> Iterator[None]:
        """Lines at the end of .env, as an operator adds them."""
        path = self.folder / ".env"
        before = path.read_text(encoding="utf-8")
        path.write_text(before + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")

    def container(self, service: str) -> str:
        return f"{PROJECT}-{service}-1"

    def state(self, service: str) -> str:
        """running/healthy, exited/0 and the like."""
        form = "{{.State.Status}}/{{if .State.Health}}{{.State.Health.Status}}{{else}}" \
               "{{.State.ExitCode}}{{end}}"  # fmt: skip
        return self.docker.run("inspect", "--format", form, self.container(service)).strip()

    def kill(self, service: str) -> None:
        """End its first process as a fault would, and wait until the engine has started it anew."""
        asked = ("inspect", "--format", "{{.State.Pid}} {{.State.StartedAt}}")
        said = self.docker.run(*asked, self.container(service)).split()
        os.kill(int(said[0]), signal.SIGKILL)
        self.until(
            lambda: self.docker.run(*asked, self.container(service)).split()[1] != said[1],
            f"{service} started again",
        )

    def query(self, statement: str, database: str = "callbank") -> str:
        """What the database answers, bare."""
        login = "PGPASSWORD=$(cat /run/secrets/database_password)"
        ask = f'{login} psql -h /run/postgresql -U callbank -qtAX -v ON_ERROR_STOP=1 -c "$0" "$1"'
        words = ("exec", self.container("db"), "sh", "-c", ask, statement, database)
        return self.docker.run(*words).strip()

    def callbank(self, *words: str) -> str:
        """A command, as an operator gives it."""
        return self.docker.run("exec", self.container("dialer"), "callbank", *words)

    def logs(self, *services: str) -> str:
        return self.compose("logs", "--no-color", "--tail", "200", *services)

    def page(
        self, path: str, headers: Mapping[str, str] | None = None, body: object = None
    ) -> Answer:
        """What Caddy answers to a browser; a body is sent as JSON."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        port = int(self.variables["CALLBANK_HTTPS_PORT"])
        browser = http.client.HTTPSConnection("localhost", port, timeout=10, context=trusting)
        sent = None if body is None else json.dumps(body)
        with contextlib.closing(browser):
            browser.request("GET" if sent is None else "POST", path, sent, dict(headers or {}))
            got = browser.getresponse()
            text = b"" if got.status == http.HTTPStatus.SWITCHING_PROTOCOLS else got.read()
            return Answer(status=got.status, cookie=got.getheader("Set-Cookie", ""), body=text)

    def join(self, code: str) -> str:
        """Somebody joins by a link; the cookie of his session."""
        headers = {"X-Callbank": "1", "Content-Type": "application/json"}
        answer = self.page(f"/api/join/{code}", headers, {"first_name": "Ada"})
        assert answer.status == 201, answer.body
        return answer.cookie.partition(";")[0]

    def prometheus(self, query: str) -> dict[str, float]:
        """A query's values, by job."""
        url = "http://127.0.0.1:9090/api/v1/query?query=" + urllib.request.quote(query)
        with urllib.request.urlopen(url, timeout=10) as answer:
            rows = json.load(answer)["data"]["result"]
        return {row["metric"].get("job", ""): float(row["value"][1]) for row in rows}

    def until(self, is_so: Callable[[], object], what: str) -> float:
        """Wait for it; returns after how many seconds it was so."""
        began = time.monotonic()
        while not is_so():
            waited_s = time.monotonic() - began
            assert waited_s < PATIENCE_S, f"still not so: {what}\n{self.logs()[-6000:]}"
            time.sleep(0.5)
        return time.monotonic() - began

    def until_healthy(self, *services: str) -> float:
        return self.until(
            lambda: all(self.state(each) == "running/healthy" for each in services),
            f"{', '.join(services)} healthy",
        )

    def talking(self) -> int:
        return int(self.query("SELECT count(*) FROM attempts WHERE connected_at IS NOT NULL"
                              " AND ended_at IS NULL"))  # fmt: skip


@contextmanager
def stack_here(docker: Docker) -> Iterator[Stack]:
    """Images built and files written; nothing runs yet, and nothing is left at the end."""
    images = build_images(docker)
    folder, home = docker.keep / "checkout", docker.keep / "home"
    for place in (folder, home):
        shutil.rmtree(place, ignore_errors=True)
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard",
         "docker-compose.yml", "pyproject.toml", "dialer", "dashboards", "sql"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, [*tracked, "asterisk-config/Dockerfile"]):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / name, folder / name)
    subprocess.run(
        [sys.executable, "-P", "-m", "dialer", "init", "--demo"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL,
        env={**docker.environment, "CALLBANK_HOME": str(home), "PYTHONPATH": str(folder)},
    )  # fmt: skip
    http, https = free_ports(2)
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    stack = Stack(
        docker=docker,
        folder=folder,
        home=home,
        variables={
            **images,
            "CALLBANK_HTTP_PORT": str(http),
            "CALLBANK_HTTPS_PORT": str(https),
            "ASTERISK_OPEN_FILES": str(min(most_files, 65536)),
            "DEMO_VOLUNTEERS": str(VOLUNTEERS),
            "DEMO_MINUTES": str(DEMO_MINUTES),
        },
    )
    try:
        yield stack
    finally:
        stack.try_compose("--profile", "demo", "kill")
        stack.try_compose("--profile", "*", "down", "--volumes", "--timeout", "5")
