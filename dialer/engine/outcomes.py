"""What the end of a line that was never answered means. Pure; measured on Asterisk 22.10.

The SIP status says more than the Q.850 cause that Asterisk makes of it (a 403 and a 603 are both
cause 21), so it is asked first. Asterisk before 22.7 tells only the cause.
"""

from dialer.domain.outcome import Outcome

_BY_SIP_STATUS: dict[int, Outcome] = {
    404: Outcome.NOT_IN_SERVICE,
    410: Outcome.NOT_IN_SERVICE,
    484: Outcome.NOT_IN_SERVICE,
    604: Outcome.NOT_IN_SERVICE,
    408: Outcome.NO_ANSWER,
    480: Outcome.NO_ANSWER,
    486: Outcome.BUSY,
    600: Outcome.BUSY,
    503: Outcome.CONGESTION,
    603: Outcome.REJECTED,
    607: Outcome.REJECTED,  # unwanted: the called person says so
    608: Outcome.REJECTED,  # rejected: an analytics engine says so
    401: Outcome.TRUNK_FAILED,
    403: Outcome.TRUNK_FAILED,
    407: Outcome.TRUNK_FAILED,
    488: Outcome.TRUNK_FAILED,  # no codec in common is our configuration, not the person
    500: Outcome.TRUNK_FAILED,
    502: Outcome.TRUNK_FAILED,
    504: Outcome.TRUNK_FAILED,
}

_BY_CAUSE: dict[int, Outcome] = {
    1: Outcome.NOT_IN_SERVICE,  # unallocated number
    22: Outcome.NOT_IN_SERVICE,  # number changed
    28: Outcome.NOT_IN_SERVICE,  # number incomplete
    17: Outcome.BUSY,
    18: Outcome.NO_ANSWER,  # no user responding
    19: Outcome.NO_ANSWER,  # rang and was not answered
    21: Outcome.REJECTED,
    34: Outcome.CONGESTION,
    38: Outcome.CONGESTION,
    42: Outcome.CONGESTION,
    44: Outcome.CONGESTION,
    3: Outcome.TRUNK_FAILED,  # no route to the destination
    20: Outcome.TRUNK_FAILED,  # the trunk's address is not reachable
    27: Outcome.TRUNK_FAILED,  # destination out of order (502)
    58: Outcome.TRUNK_FAILED,  # bearer capability not available (488)
    102: Outcome.TRUNK_FAILED,  # recovery on timer expiry (504)
}


def outcome_of(cause: int, sip_status: int | None) -> Outcome:
    """How an attempt ended whose line went away before anybody answered."""
    if sip_status is not None:
        known = _BY_SIP_STATUS.get(sip_status)
        if known is not None:
            return known
        if 500 <= sip_status <= 599:
            return Outcome.TRUNK_FAILED
    return _BY_CAUSE.get(cause, Outcome.FAILED)
