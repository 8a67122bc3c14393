"""Bearer tokens: one for the operator, and one for each agent that is derived, not stored.

An agent's token is his id and a keyed hash of it, so it outlives restarts of the daemon and of
the database. Changing the key (secrets.json) withdraws every agent's token at once.
"""

import hashlib
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretTokens:
    """Tokens made from the installation's secrets."""

    operator_token: str = field(repr=False)
    agent_key: str = field(repr=False)

    def is_operator(self, token: str) -> bool:
        """Whether the token is the operator's; an empty operator token lets nobody in."""
        return bool(self.operator_token) and _is_same(token, self.operator_token)

    def agent_of(self, token: str) -> int | None:
        """The agent whose token this is, or None when it is nobody's."""
        agent_id, _, _ = token.partition(".")
        if not (agent_id.isascii() and agent_id.isdigit() and len(agent_id) < 19):
            return None
        return int(agent_id) if _is_same(token, self.agent_token(int(agent_id))) else None

    def agent_token(self, agent_id: int) -> str:
        """The token to be given to an agent."""
        digest = hmac.new(self.agent_key.encode(), f"agent:{agent_id}".encode(), hashlib.sha256)
        return f"{agent_id}.{digest.hexdigest()}"


def _is_same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())
