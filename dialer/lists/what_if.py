"""What a file would change, without storing it: consents and look-ups of lines, held in memory.

For `callbank compliance preview`. `ListedLineTypes` is a LineTypeProvider (runtime/ports.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dialer.domain.lead import Lead, LineType
from dialer.domain.line import KnownLine
from dialer.domain.number import Consent, ConsentKind
from dialer.lists.fact_files import CONSENTS, LOOKUPS, Row

_CONSENT = {column.name: place for place, column in enumerate(CONSENTS.columns)}
_LOOKUP = {column.name: place for place, column in enumerate(LOOKUPS.columns)}


class ListedLineTypes:
    """Carriers' look-ups from a file's rows; without a date of their own they are as of `as_of`."""

    def __init__(self, rows: Iterable[Row], as_of: float) -> None:
        self._known: dict[str, KnownLine] = {}
        for row in rows:
            line = _line_of(row, as_of)
            e164 = str(row[_LOOKUP["e164"]])
            before = self._known.get(e164)
            if before is None or before.as_of <= line.as_of:
                self._known[e164] = line

    async def line_types(self, e164s: Sequence[str]) -> Mapping[str, KnownLine]:
        """See the port."""
        return {e164: self._known[e164] for e164 in e164s if e164 in self._known}


class ListedConsents:
    """Consents from a file's rows that are not taken back in it."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._known: dict[str, list[tuple[str, Consent]]] = {}
        for number, row in enumerate(rows, start=1):
            given_at = row[_CONSENT["given_at"]]
            if row[_CONSENT["revoked_at"]] is None and isinstance(given_at, datetime):
                consent = Consent(
                    reference=-number,
                    kind=ConsentKind(str(row[_CONSENT["kind"]])),
                    given_at=given_at.timestamp(),
                )
                whose = str(row[_CONSENT["person"]])
                self._known.setdefault(str(row[_CONSENT["e164"]]), []).append((whose, consent))

    def added_to(self, lead: Lead, person: str) -> Lead:
        """The lead with the file's consents, too."""
        its = tuple(c for whose, c in self._known.get(lead.e164, ()) if whose in ("", person))
        if not its:
            return lead
        return replace(
            lead, number=replace(lead.number, consents=(*lead.number.consents, *its))
        )


def with_line(lead: Lead, line: KnownLine | None) -> Lead:
    """The lead with what was looked up of its line, if anything newer was."""
    known_at = lead.number.line_known_at
    if line is None or (known_at is not None and known_at > line.as_of):
        return lead
    number = replace(lead.number, line_known_at=line.as_of, ported_to_wireless_at=None)
    return replace(lead, number=number, line_type=line.line_type)


def _line_of(row: Row, as_of: float) -> KnownLine:
    looked_up_at, ported_at = row[_LOOKUP["as_of"]], row[_LOOKUP["ported_at"]]
    return KnownLine(
        line_type=LineType(str(row[_LOOKUP["line_type"]])),
        carrier=str(row[_LOOKUP["carrier"]]),
        ported_at=ported_at.timestamp() if isinstance(ported_at, datetime) else None,
        as_of=looked_up_at.timestamp() if isinstance(looked_up_at, datetime) else as_of,
    )
