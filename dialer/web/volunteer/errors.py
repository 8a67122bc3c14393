"""What the volunteers' side answers when it cannot do what was asked."""

from typing import ClassVar

from dialer.web.errors import ApiError


class NoSuchLinkError(ApiError):
    """There is no such invitation: ask whoever sent you the link for a new one."""

    status = 404
    error_id = "no-such-link"


class LinkIsOverError(ApiError):
    """This invitation is over, or everybody whom it was for has joined: ask for a new one."""

    status = 410
    error_id = "link-over"


class WrongPageCodeError(ApiError):
    """That code is not known, or a quarter of an hour old: have your telephone say another."""

    status = 404
    error_id = "wrong-page-code"


class WrongPinError(ApiError):
    """That is not the PIN of this invitation: ask whoever sent you the link."""

    status = 403
    error_id = "wrong-pin"


class TooManyTriesError(ApiError):
    """Too many wrong tries: wait a moment, then try again."""

    status = 429
    error_id = "too-many-tries"

    def __init__(self, pause_s: float) -> None:
        super().__init__(retry_after_s=round(pause_s, 1))


class NoSessionError(ApiError):
    """You have not joined on this device: open the link of your invitation."""

    status = 401
    error_id = "no-session"
    headers: ClassVar[dict[str, str]] = {}


class SessionIsOverError(ApiError):
    """You have left, or an organiser ended your session: open the link again to join anew."""

    status = 410
    error_id = "session-over"


class ForeignRequestError(ApiError):
    """The request does not come from Callbank's own page: send the header X-Callbank."""

    status = 403
    error_id = "foreign-request"


class NotYetError(ApiError):
    """Something has to be done before that; `step` in the answer to /api/volunteer says what."""

    status = 409
    error_id = "not-yet"


class NoDialInError(ApiError):
    """Nobody can call this phone bank to work: choose another way to hear and speak."""

    status = 409
    error_id = "no-dial-in"


class NoPracticeError(ApiError):
    """There are no practice calls here: this phone bank's Asterisk is run by somebody else."""

    status = 409
    error_id = "no-practice"


class NoSuchPracticeError(ApiError):
    """That practice call is not known any more: practise again."""

    status = 404
    error_id = "no-such-practice"


class StillPractisingError(ApiError):
    """The practice call is not over yet: hang up first."""

    status = 409
    error_id = "still-practising"


class NoCallBackError(ApiError):
    """This invitation does not let us call you back: choose another way to hear and speak."""

    status = 409
    error_id = "no-call-back"


class NotOwnNumberError(ApiError):
    """That number is not called: give an ordinary telephone number of this country."""

    status = 422
    error_id = "not-own-number"


class CheckAudioError(ApiError):
    """People seem not to hear you: check your microphone and headphones, then go on."""

    status = 409
    error_id = "check-audio"


class OtherConductError(ApiError):
    """The code of conduct has changed meanwhile: read it again, then agree."""

    status = 409
    error_id = "other-conduct"
