"""Why a line ended, as a label: Q.850's names for the causes that carriers send, and `other`.

A *cause* is the number of ITU-T Q.850 that Asterisk's Hangup event carries. As a label it is a
word of a small closed set. Called by the observer.
"""

from enum import StrEnum


class HangupCause(StrEnum):
    """The word for a cause."""

    NOT_TOLD = "not_told"  # 0
    UNALLOCATED_NUMBER = "unallocated_number"
    NO_ROUTE = "no_route"
    NORMAL_CLEARING = "normal_clearing"
    USER_BUSY = "user_busy"
    NO_USER_RESPONSE = "no_user_response"
    NO_ANSWER = "no_answer"
    SUBSCRIBER_ABSENT = "subscriber_absent"
    CALL_REJECTED = "call_rejected"
    NUMBER_CHANGED = "number_changed"
    DESTINATION_OUT_OF_ORDER = "destination_out_of_order"
    INVALID_NUMBER_FORMAT = "invalid_number_format"
    NORMAL_UNSPECIFIED = "normal_unspecified"
    CONGESTION = "congestion"
    NETWORK_OUT_OF_ORDER = "network_out_of_order"
    TEMPORARY_FAILURE = "temporary_failure"
    NOT_AVAILABLE = "not_available"  # bearer capability or channel
    TIMER_EXPIRED = "timer_expired"
    INTERWORKING = "interworking"
    OTHER = "other"


_C = HangupCause

_WORDS: dict[int, HangupCause] = {
    0: _C.NOT_TOLD,
    1: _C.UNALLOCATED_NUMBER,
    2: _C.NO_ROUTE,
    3: _C.NO_ROUTE,
    16: _C.NORMAL_CLEARING,
    17: _C.USER_BUSY,
    18: _C.NO_USER_RESPONSE,
    19: _C.NO_ANSWER,
    20: _C.SUBSCRIBER_ABSENT,
    21: _C.CALL_REJECTED,
    22: _C.NUMBER_CHANGED,
    27: _C.DESTINATION_OUT_OF_ORDER,
    28: _C.INVALID_NUMBER_FORMAT,
    31: _C.NORMAL_UNSPECIFIED,
    34: _C.CONGESTION,
    38: _C.NETWORK_OUT_OF_ORDER,
    41: _C.TEMPORARY_FAILURE,
    42: _C.CONGESTION,
    44: _C.NOT_AVAILABLE,
    58: _C.NOT_AVAILABLE,
    102: _C.TIMER_EXPIRED,
    127: _C.INTERWORKING,
}


def cause_of(number: int) -> HangupCause:
    """The word for a cause's number."""
    return _WORDS.get(number, HangupCause.OTHER)
