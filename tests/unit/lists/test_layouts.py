"""Which column means what."""

import pytest

from dialer.demo.voters import HEADER, NC_HEADER
from dialer.domain.lead import LineType
from dialer.lists.layouts import Field, recognise
from dialer.lists.problems import ListProblem


def test_the_north_carolina_layout_is_recognised_by_its_header() -> None:
    assert len(NC_HEADER) == 67
    columns = recognise(NC_HEADER)
    assert columns.layout.name == "ncvoter"
    assert columns.mapped() | {"phone": "full_phone_number", "external_id": "ncid"} == (
        columns.mapped()
    )
    assert ("party_cd" in dict((n, i) for i, n in columns.custom)) and len(columns.rules) == 2


def test_a_line_type_column_appended_to_it_is_used() -> None:
    assert recognise(HEADER).fields[Field.LINE_TYPE] == 67


def test_case_spaces_and_underscores_do_not_matter() -> None:
    columns = recognise(("FIRST NAME", "last_Name", "Phone Number", "Zip-Code", "Line Type"))
    assert columns.layout.name == "plain"
    assert set(columns.fields) == {
        Field.FIRST_NAME,
        Field.LAST_NAME,
        Field.ZIP_CODE,
        Field.LINE_TYPE,
    }


def test_a_cell_phone_is_preferred_and_known_to_be_wireless() -> None:
    columns = recognise(("home_phone", "phone", "cell"))
    assert columns.phones == (
        (2, LineType.WIRELESS),
        (1, LineType.UNKNOWN),
        (0, LineType.UNKNOWN),
    )


def test_columns_nobody_claims_are_kept_and_those_of_a_rejects_file_are_not() -> None:
    columns = recognise(("callbank_row", "callbank_reason", "callbank_detail", "phone", "pet"))
    assert columns.custom == ((4, "pet"),)


def test_a_layout_can_be_demanded() -> None:
    assert recognise(NC_HEADER, "plain").layout.name == "plain"


@pytest.mark.parametrize(
    ("header", "wanted", "sentence"),
    [
        (("name", "email"), None, r"No column holds a telephone number \(columns: name, email\)"),
        (("Ann", "919-555-0100"), None, "looks like a person, not like column names"),
        (("phone",), "ncvoter", 'no "ncvoter" file: it has no column'),
        (("phone",), "van", "There is no layout called"),
    ],
)
def test_a_header_without_what_is_needed_is_refused_in_a_sentence(
    header: tuple[str, ...], wanted: str | None, sentence: str
) -> None:
    with pytest.raises(ListProblem, match=sentence):
        recognise(header, wanted)
