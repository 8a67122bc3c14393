"""What the API answers when it cannot do what was asked. The class fixes the status.

Every answer is `{error_id, message, details}`: `error_id` for programs, `message` one sentence
for people. The middleware in web/server.py turns these exceptions into responses.
"""

from collections.abc import Mapping
from typing import ClassVar

from aiohttp import web


class ApiError(Exception):
    """The request was not carried out."""

    status: ClassVar[int] = 400
    error_id: ClassVar[str] = "bad-request"
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, message: str = "", **details: object) -> None:
        self.message = message or (type(self).__doc__ or "")
        self.details = details
        super().__init__(self.message)

    def response(self) -> web.Response:
        """The error as JSON."""
        return error_response(
            self.status, self.error_id, self.message, details=self.details, headers=self.headers
        )


def error_response(
    status: int,
    error_id: str,
    message: str,
    *,
    details: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """The one shape of every error answer."""
    body = {"error_id": error_id, "message": message, "details": dict(details or {})}
    return web.json_response(body, status=status, headers=headers)


class InvalidBodyError(ApiError):
    """Some fields of the request are wrong; the details name each of them."""

    status = 422
    error_id = "invalid-body"


class UnauthorizedError(ApiError):
    """Send a valid token as `Authorization: Bearer …`; `./callbank agent` shows an agent's."""

    status = 401
    error_id = "unauthorized"
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}


class NoMetricsError(ApiError):
    """This daemon keeps no metrics: set [metrics] enabled = true and start it again."""

    status = 404
    error_id = "no-metrics"


class LoginRefusedError(ApiError):
    """Name and token do not belong together; ask the operator for `./callbank agent`."""

    status = 401
    error_id = "login-refused"


class ForbiddenError(ApiError):
    """This token does not give access to that; use the operator's or that agent's own token."""

    status = 403
    error_id = "forbidden"


class NoSuchCampaignError(ApiError):
    """There is no unfinished campaign of that name; `./callbank campaign list` shows them."""

    status = 404
    error_id = "no-such-campaign"


class NoSuchLeadError(ApiError):
    """That number is not on the campaign's list: import it first. If it is, its lead is done, has
    to rest, or is being called; Callbank dials no number that is not listed."""

    status = 404
    error_id = "no-such-lead"


class NobodyAsksError(ApiError):
    """This volunteer asks for no help, or somebody has seen it already."""

    status = 404
    error_id = "nobody-asks"


class AgentOfflineError(ApiError):
    """The agent is not logged in; log in first."""

    status = 409
    error_id = "agent-offline"


class LeadNotShownError(ApiError):
    """This lead is not the one shown to the agent now; ask for the next preview."""

    status = 409
    error_id = "lead-not-shown"


class RefusedError(ApiError):
    """The floor does not allow that now."""

    status = 409
    error_id = "refused"


class StoreIsAwayError(ApiError):
    """The database cannot be reached at the moment; ask again in a few seconds."""

    status = 503
    error_id = "store-away"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "2"}


class KeptButUnconfirmedError(StoreIsAwayError):
    """The database cannot be reached at the moment. What you sent is kept and will be written
    when it is back; send it again in a few seconds to have it confirmed."""

    error_id = "kept-unconfirmed"
