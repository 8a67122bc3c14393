"""What the shift leads' side answers when it cannot do what was asked."""

from typing import ClassVar

from dialer.web.errors import ApiError


class NoLeadError(ApiError):
    """This device watches no campaign: open the link that your organiser gave you."""

    status = 401
    error_id = "no-lead"
    headers: ClassVar[dict[str, str]] = {}


class LeadIsOverError(ApiError):
    """This link has expired or was ended, or its campaign is over: ask your organiser for
    another."""

    status = 410
    error_id = "lead-over"


class NobodyWaitsError(ApiError):
    """Nobody of that session waits for approval in this campaign."""

    status = 404
    error_id = "nobody-waits"
