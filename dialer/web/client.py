"""The HTTP API from the other side: what bot volunteers, the demo and benchmarks call it with.

Two kinds of failure: `ApiRefused` (the daemon said no, and why) and `DaemonAway` (nobody there,
or the answer was lost on the way, so the caller does not know whether it was done).
"""

import json
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from urllib.parse import quote

import aiohttp

Json = dict[str, object]

REQUEST_TIMEOUT_S = 15.0
STREAM_SILENCE_S = 30.0
"""A stream sends something every 10 s; one that is silent for longer is dead."""


class DaemonAway(Exception):
    """The daemon does not answer, or went away before it had answered."""


class ApiRefused(Exception):
    """The daemon answered with an error."""

    def __init__(self, status: int, error_id: str, message: str) -> None:
        self.status = status
        self.error_id = error_id
        super().__init__(message)

    @property
    def is_temporary(self) -> bool:
        """Whether the same request may be granted a little later."""
        return self.status >= 500


class ApiClient:
    """One connection pool to one daemon; use as an async context manager."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "ApiClient":
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open_session().close()

    async def get(self, path: str, token: str = "") -> Json:
        """The JSON object at a path."""
        return await self._request("GET", path, token, None)

    async def text(self, path: str) -> str:
        """A page that is not JSON (`/metrics`)."""
        try:
            async with self._open_session().get(self._base_url + path) as response:
                await _raise_refusal(response)
                return await response.text()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DaemonAway(_sentence(self._base_url)) from error

    async def post(
        self, path: str, token: str = "", body: Mapping[str, object] | None = None
    ) -> Json:
        """Ask for something; returns when the daemon has confirmed it."""
        return await self._request("POST", path, token, body or {})

    async def campaign(self, name: str, token: str) -> Json:
        """One campaign with its figures."""
        return await self.get(f"/api/campaigns/{quote(name, safe='')}", token)

    async def floor(self, token: str) -> Json:
        """The whole floor."""
        return await self.get("/api/floor", token)

    async def agent_states(self, agent_id: int, token: str) -> AsyncIterator[Json]:
        """An agent's states: his present one at once, then each change, until the daemon goes."""
        timeout = aiohttp.ClientTimeout(total=None, connect=10.0, sock_read=STREAM_SILENCE_S)
        url = f"{self._base_url}/api/agents/{agent_id}/events"
        try:
            async with self._open_session().get(
                url, headers=_headers(token), timeout=timeout
            ) as response:
                await _raise_refusal(response)
                async for line in response.content:
                    if line.startswith(b"data: "):
                        yield json.loads(line[6:])
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DaemonAway(_sentence(self._base_url)) from error

    async def _request(
        self, method: str, path: str, token: str, body: Mapping[str, object] | None
    ) -> Json:
        try:
            async with self._open_session().request(
                method,
                self._base_url + path,
                json=body,
                headers=_headers(token),
                timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S),
            ) as response:
                await _raise_refusal(response)
                return await response.json()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DaemonAway(_sentence(self._base_url)) from error

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("ApiClient is used outside of its `async with`")
        return self._session


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _sentence(base_url: str) -> str:
    return f"The daemon at {base_url} does not answer; is `./callbank serve` running?"


async def _raise_refusal(response: aiohttp.ClientResponse) -> None:
    if response.status < 400:
        return
    text = await response.text()
    try:
        body = json.loads(text)
        error_id, message = str(body["error_id"]), str(body["message"])
    except (ValueError, KeyError, TypeError):
        error_id, message = "unknown", f"HTTP status {response.status}"
    raise ApiRefused(response.status, error_id, message)
