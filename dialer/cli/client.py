"""A small HTTP client for subcommands that talk to a running daemon (standard library only).

Every failure is a `CallbankError` with one clear sentence; subcommands let it pass.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from dialer.config import Settings
from dialer.errors import CallbankError, UsageError
from dialer.house import tokens_of
from dialer.parts.secrets import Secrets, load_secrets

Json = dict[str, object]

TIMEOUT_S = 15.0


_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "*": "127.0.0.1"}


class DaemonError(CallbankError):
    """The daemon does not answer, or refused."""


class DaemonClient:
    """Asks one daemon with the operator's token."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token

    def health(self) -> Json:
        """Whether the daemon can work."""
        return self._ask("GET", "/api/health")

    def floor(self) -> Json:
        """What is going on at this moment."""
        return self._ask("GET", "/api/floor")

    def campaigns(self) -> list[Json]:
        """Every campaign that is not finished."""
        return list(self._ask("GET", "/api/campaigns")["campaigns"])

    def campaign(self, name: str) -> Json:
        """One campaign with its figures."""
        return self._ask("GET", f"/api/campaigns/{quote(name, safe='')}")

    def board(self, campaign: str) -> Json:
        """What goes on in a campaign, as its shift lead sees it."""
        return self._ask("GET", f"/api/floor/board?campaign={quote(campaign, safe='')}")

    def agents(self) -> list[Json]:
        """Everybody on the floor."""
        return list(self._ask("GET", "/api/agents")["agents"])

    def agent(self, agent_id: int) -> Json:
        """One agent's state with his lead card."""
        return self._ask("GET", f"/api/agents/{agent_id}")

    def log_in(self, name: str, agent_token: str, campaigns: Sequence[str]) -> Json:
        """Bring an agent to work; his telephone will ring."""
        body = {"name": name, "token": agent_token, "campaigns": list(campaigns)}
        return self._ask("POST", "/api/agents/login", body)

    def ask_for_agent(
        self, agent_id: int, wish: str, body: Mapping[str, object] | None = None
    ) -> Json:
        """One of ready, break, logout, hangup, result, preview, dial, skip."""
        return self._ask("POST", f"/api/agents/{agent_id}/{wish}", body or {})

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Json:
        request = urllib.request.Request(
            self._base_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
            },
        )
        # The daemon is on this machine or this network: no proxy stands between.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=TIMEOUT_S) as response:
                answer = json.load(response)
            if not isinstance(answer, dict):
                raise ValueError("not a daemon's answer")
            return answer
        except urllib.error.HTTPError as error:
            with error:
                if error.code in {401, 403}:
                    raise DaemonError(
                        f"The daemon at {self._base_url} belongs to another data directory than"
                        " this one: set CALLBANK_HOME to the one that it serves."
                    ) from error
                raise _refusal(error) from error
        except (OSError, ValueError) as error:
            raise DaemonError(
                f"The daemon at {self._base_url} does not answer; "
                "start it with `./callbank serve` and try again."
            ) from error


def daemon_of(settings: Settings, secrets: Secrets) -> DaemonClient:
    """The client of the daemon that serves a data directory, with its operator's token."""
    host = _ANY_ADDRESS.get(settings.web.host, settings.web.host)
    named = f"[{host}]" if ":" in host else host
    return DaemonClient(
        f"http://{named}:{settings.web.port}", tokens_of(secrets).operator_token
    )


def live_of(settings: Settings, campaign: str) -> Json | None:
    """What a campaign is doing at this moment; None when no daemon of ours is running."""
    try:
        daemon = daemon_of(settings, load_secrets(settings.home))
        live = daemon.campaign(campaign).get("live")
        return live if isinstance(live, dict) else None
    except CallbankError:
        return None


def _refusal(error: urllib.error.HTTPError) -> CallbankError:
    try:
        body = json.load(error)
        sentence = " ".join(str(body["message"]).split())
        fields = dict(body["details"]).get("fields") or {}
    except (OSError, ValueError, KeyError, TypeError):
        return DaemonError(f"The daemon answered with HTTP status {error.code} and nothing else.")
    problems = "; ".join(f"{name} {problem}" for name, problem in dict(fields).items())
    text = f"{sentence} ({problems})" if problems else sentence
    return UsageError(text) if error.code in {404, 422} else DaemonError(text)
