"""A trunk: a way out to the telephone network, with its limits and the numbers it may show."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Trunk:
    """One SIP trunk as the engine sees it. `endpoint` is the PJSIP endpoint's name.

    `dial_prefix` goes before the digits of the E.164 number (some carriers want `+` or 011).
    """

    name: str
    endpoint: str
    channel_limit: int
    calls_per_second: float
    caller_ids: tuple[str, ...] = ()
    dial_prefix: str = ""
