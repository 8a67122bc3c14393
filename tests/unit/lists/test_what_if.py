"""A file that is not stored: what it would change of a lead."""

from datetime import UTC, datetime

from dialer.domain.lead import Lead, LineType
from dialer.domain.number import NumberFacts
from dialer.lists.fact_files import CONSENTS, LOOKUPS, FactFile, Row
from dialer.lists.problems import RejectedRow
from dialer.lists.what_if import ListedConsents, ListedLineTypes, with_line

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ANN = Lead(
    id=1,
    campaign_id=1,
    e164="+12025550101",
    display_name="Ann",
    zones=("America/New_York",),
    number=NumberFacts(line_known_at=NOW.timestamp() - 50 * 86400),
)


def rows_of(kind: object, text: str) -> list[Row]:
    file = FactFile(kind=kind, chunks=[text.encode()], country="US", now=NOW)
    return [row for row in file if not isinstance(row, RejectedRow)]


async def test_the_newest_look_up_in_the_file_counts_and_others_are_not_known() -> None:
    text = (
        "phone,type,date\n2025550101,landline,2026-11-20\n2025550101,wireless,2026-11-25\n"
        "2025550102,voip,2026-11-25\n"
    )
    lines = ListedLineTypes(rows_of(LOOKUPS, text), NOW.timestamp())
    known = await lines.line_types([ANN.e164, "+12025550109"])
    assert list(known) == [ANN.e164]
    changed = with_line(ANN, known[ANN.e164])
    assert changed.line_type is LineType.WIRELESS
    assert changed.number.line_known_at == known[ANN.e164].as_of


async def test_a_look_up_that_is_older_than_what_is_stored_changes_nothing() -> None:
    text = "phone,type,date\n2025550101,landline,2026-09-01\n"
    known = await ListedLineTypes(rows_of(LOOKUPS, text), 0.0).line_types([ANN.e164])
    assert with_line(ANN, known[ANN.e164]) == ANN and with_line(ANN, None) == ANN


def test_consents_of_the_file_are_added_for_whom_they_name() -> None:
    text = (
        "phone,kind,date,person,revoked\n2025550101,express,2026-11-01,P1,\n"
        "2025550101,express,2026-11-02,P2,\n2025550101,written,2026-11-03,,\n"
        "2025550101,express,2026-11-04,P1,2026-11-05\n"
    )
    added = ListedConsents(rows_of(CONSENTS, text)).added_to(ANN, "P1").number.consents
    assert [datetime.fromtimestamp(one.given_at, UTC).day for one in added] == [1, 3]
