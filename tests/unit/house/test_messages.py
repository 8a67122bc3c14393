"""Whether a campaign's safe-harbor message can be heard: it decides how it may dial."""

from pathlib import Path

import pytest

from dialer.config import load_settings
from dialer.house import House
from dialer.parts.secrets import load_secrets


def house(home: Path, text: str = "") -> House:
    (home / "callbank.toml").write_text(text, encoding="utf-8")
    return House(
        settings=load_settings({}, home=home),
        secrets=load_secrets(home),
        database_url="",
        pbx=None,
        speech=None,
    )


def test_our_own_asterisk_plays_what_was_spoken(tmp_path: Path) -> None:
    ours = house(tmp_path)
    assert ours.message_mark(7) is None
    ours.message_file(7).parent.mkdir(parents=True)
    ours.message_file(7).touch()
    assert ours.message_mark(7) is not None


def test_nothing_is_counted_on_from_another_asterisk_without_a_setting(tmp_path: Path) -> None:
    theirs = house(tmp_path, '[asterisk]\nmode = "external"')
    theirs.message_file(7).parent.mkdir(parents=True)
    theirs.message_file(7).touch()
    assert theirs.message_mark(7) is None


@pytest.mark.parametrize(("makes_directory", "expected"), [(True, False), (False, True)])
def test_a_directory_that_is_here_too_is_looked_into(
    tmp_path: Path, makes_directory: bool, expected: bool
) -> None:
    place = tmp_path / "sounds"
    theirs = house(
        tmp_path, f'[asterisk]\nmode = "external"\n[speech]\nmessages_dir = "{place}"'
    )
    if makes_directory:
        place.mkdir()
    assert (theirs.message_mark(7) is not None) is expected
    assert theirs.message_file(7) == place / "message-7.wav"
