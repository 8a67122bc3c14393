"""A trunk: a way out to the telephone network, with its limits and the numbers it may show."""

from dataclasses import dataclass
from enum import StrEnum


class NumberFormat(StrEnum):
    """How a carrier wants the called number written."""

    E164 = "e164"  # 15551234567
    PLUS = "plus"  # +15551234567
    NATIONAL = "national"  # 5551234567, for numbers of the North American plan


@dataclass(frozen=True, kw_only=True, slots=True)
class Trunk:
    """One SIP trunk as the engine sees it. `endpoint` is the PJSIP endpoint's name."""

    name: str
    endpoint: str
    channel_limit: int
    calls_per_second: float
    caller_ids: tuple[str, ...] = ()
    tech_prefix: str = ""  # digits put before every number
    number_format: NumberFormat = NumberFormat.E164

    def dial_string(self, e164: str) -> str:
        """The number as this carrier wants to be asked for it."""
        digits = e164.removeprefix("+")
        if self.number_format is NumberFormat.PLUS:
            digits = "+" + digits
        elif self.number_format is NumberFormat.NATIONAL and digits.startswith("1"):
            digits = digits[1:]
        return self.tech_prefix + digits


@dataclass(frozen=True, kw_only=True, slots=True)
class OverTrunk:
    """How a number is called over a trunk, and what its telephone shows."""

    endpoint: str
    dial_string: str
    caller_id: str
    caller_name: str = ""
