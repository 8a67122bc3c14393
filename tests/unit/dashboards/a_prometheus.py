"""A small real HTTP server that answers like a Prometheus which has one set of series."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Labels = dict[str, str]


class Answers:
    """What the server answers; `asked` is what it was asked, in order."""

    def __init__(self, values: list[tuple[Labels, float]], interval: str = "5s") -> None:
        self.values = values
        self.interval = interval
        self.is_starting = False
        self.asked: list[tuple[str, dict[str, str]]] = []

    def answer(self, path: str, parameters: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The status and the JSON of one request."""
        self.asked.append((path, parameters))
        if self.is_starting:
            return 503, {}
        if path == "targets":
            return 200, {"data": {"activeTargets": [{"scrapeInterval": self.interval}]}}
        if parameters["query"].startswith("bad"):
            return 400, {"status": "error", "error": "parse error: unexpected end of input"}
        if path == "query":
            at = float(parameters["time"])
            result = [{"metric": labels, "value": [at, str(v)]} for labels, v in self.values]
            return 200, {"data": {"resultType": "vector", "result": result}}
        start, step = float(parameters["start"]), float(parameters["step"])
        result = [
            {"metric": labels, "values": [[start, str(v)], [start + step, str(v)]]}
            for labels, v in self.values
        ]
        return 200, {"data": {"resultType": "matrix", "result": result}}


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    """The server's address while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, content = answers.answer(parts.path.removeprefix("/api/v1/"), asked)
            body = json.dumps(content).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
