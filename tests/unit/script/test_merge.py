"""Fields filled in, with what to say when nothing is known."""

import pytest

from dialer.script.merge import Field, fields, has_stray_brace, merge


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi {first_name|there}!", "Hi Maria!"),
        ("Hi {last_name|neighbor}!", "Hi neighbor!"),
        ("Hi { first_name | there }!", "Hi Maria!"),
        ("Hi {nothing}!", "Hi !"),
        ("{{first_name}}", "{first_name}"),
        ("{custom.pet|friend}", "cat"),
        ("no field", "no field"),
    ],
)
def test_a_text_is_filled_in(text: str, said: str) -> None:
    values = {"first_name": "Maria", "last_name": " ", "custom.pet": "cat"}
    assert merge(text, values) == said


def test_what_is_filled_in_is_never_read_for_fields() -> None:
    values = {"first_name": "{last_name|x} {{", "last_name": "secret"}
    assert merge("{first_name|there}", values) == "{last_name|x} {{"


def test_the_fields_of_a_text_are_found_in_order() -> None:
    assert fields("{{no}} {a|b} {c} {d|}") == (Field("a", "b"), Field("c", None), Field("d", ""))


@pytest.mark.parametrize("text", ["{", "}", "{a", "a}", "{{}"])
def test_a_stray_brace_is_seen(text: str) -> None:
    assert has_stray_brace(text)


@pytest.mark.parametrize("text", ["", "{a}", "{a|b}", "{{x}}", "{a|}"])
def test_whole_braces_are_not_stray(text: str) -> None:
    assert not has_stray_brace(text)
