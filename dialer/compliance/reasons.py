"""Reason codes: why a number may not be dialed now, in the order in which a judgement names them.

The order is compliance.md's section 8: the engine's own state first, then number, suppression,
registers, consent, hours, caps, caller ID, recording, pacing. Rules carry these words, findings
repeat them, evidence stores them: never rename one.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a number may not be dialed now. The place in this list is the place in a verdict."""

    CLOCK_INVALID = "CLOCK_INVALID"  # the instant asked about is not on any calendar
    CAMPAIGN_NOT_RUNNING = "CAMPAIGN_NOT_RUNNING"
    CAMPAIGN_INVALID = "CAMPAIGN_INVALID"  # `policy.problems` says what is wrong
    CIRCUMSTANCES_UNKNOWN = "CIRCUMSTANCES_UNKNOWN"  # the engine has not been told them yet
    RULES_STALE = "RULES_STALE"  # a rule is past its review date, and nobody has signed on for it
    NO_PROFILE = "NO_PROFILE"  # the rule book knows nothing of the number's country
    NUMBER_INVALID = "NUMBER_INVALID"
    PROTECTED_LINE = "PROTECTED_LINE"  # emergency, premium, or the called party pays
    NUMBER_IN_USE = "NUMBER_IN_USE"  # the engine's own: somebody calls the number just now
    INTERNAL_DNC = "INTERNAL_DNC"
    RND_REQUIRED = "RND_REQUIRED"  # the Reassigned Numbers Database must be asked first
    RND_REASSIGNED = "RND_REASSIGNED"  # and it said that somebody else has the number now
    DNC_STALE = "DNC_STALE"  # our copy of a do-not-call register is too old, or there is none
    DNC_NATIONAL = "DNC_NATIONAL"
    DNC_STATE = "DNC_STATE"
    CONSENT_WIRELESS_VOICE = "CONSENT_WIRELESS_VOICE"  # recorded or AI voice to a wireless line
    CONSENT_PEWC = "CONSENT_PEWC"  # prior express written consent, US federal
    CONSENT_VOICE = "CONSENT_VOICE"  # recorded or AI voice outside of the US
    CONSENT_STATE = "CONSENT_STATE"  # a consent that a US state asks for
    NO_ZONE = "NO_ZONE"  # no candidate zone, or one that is no real place's
    HOURS = "HOURS"  # outside the policy window in a candidate zone, now or while it rings
    HOURS_FED = "HOURS_FED"  # outside the hours of a country's law
    HOURS_STATE = "HOURS_STATE"
    HOLIDAY = "HOLIDAY"
    EMERGENCY = "EMERGENCY"  # a declared emergency, during which nobody may sell
    CAP_DAY = "CAP_DAY"
    CAP_24H = "CAP_24H"
    CAP_8H = "CAP_8H"
    ATTEMPTS_EXHAUSTED = "ATTEMPTS_EXHAUSTED"
    PRERECORDED_CAP = "PRERECORDED_CAP"  # too many recorded voices in 30 days
    ABANDONED_72H = "ABANDONED_72H"  # policy everywhere: who was abandoned rests 72 hours
    UK_72H = "UK_72H"
    UK_AM_24H = "UK_AM_24H"  # a machine answered within 24 hours
    BUSINESS_IN_CALL = "BUSINESS_IN_CALL"  # another line of the same business is being called
    RING_TIME = "RING_TIME"  # the campaign lets it ring for too short a time
    CID_INVALID = "CID_INVALID"
    OPT_OUT_MISSING = "OPT_OUT_MISSING"  # a recorded voice without its opt-out key
    RECORDING_NEEDS_NOTICE = "RECORDING_NEEDS_NOTICE"
    MSG_MISSING = "MSG_MISSING"  # over-dialing without a safe-harbor message
    PACING_1TO1 = "PACING_1TO1"  # over-dialing a line that takes no recorded voice
    ABANDON_LIMIT = "ABANDON_LIMIT"  # one more abandoned person would break a limit


PLACE: dict[str, int] = {reason: place for place, reason in enumerate(Reason)}
"""Where each reason stands in a verdict."""
