"""What somebody who knows carriers' data says of a telephone line."""

from dataclasses import dataclass

from dialer.domain.lead import LineType


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownLine:
    """One answer: true as of an instant. `ported_at` is when the number last changed carriers."""

    line_type: LineType
    as_of: float
    carrier: str = ""
    ported_at: float | None = None
