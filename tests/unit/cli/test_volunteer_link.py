"""What volunteers open: the address of our own server, or the one that a proxy is known by."""

import argparse
from pathlib import Path

import pytest

from dialer.cli.volunteer import check_picture, configure, draw, link_of
from dialer.config import load_settings
from dialer.errors import CallbankError, UsageError
from dialer.web import qr


def test_a_link_begins_with_our_own_server_unless_a_public_address_is_set(tmp_path: Path) -> None:
    here = load_settings({"CALLBANK_WEB_PORT": "8123"}, home=tmp_path)
    assert link_of(here, "ABC") == "http://127.0.0.1:8123/join/ABC"
    public = {"CALLBANK_WEB_PUBLIC_URL": "https://calls.example.org/"}
    assert link_of(load_settings(public, home=tmp_path), "ABC") == (
        "https://calls.example.org/join/ABC"
    )


@pytest.mark.parametrize("address", ["calls.example.org", "ftp://a", "https://a/b", "https://a b"])
def test_a_public_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(CallbankError, match="PUBLIC_URL"):
        load_settings({"CALLBANK_WEB_PUBLIC_URL": address}, home=tmp_path)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--qr", "--json"], "--qr with --json needs a file"),
        (["--qr", "no/such/directory/link.svg"], "name a new file"),
    ],
)
def test_a_qr_code_that_cannot_be_drawn_is_refused_before_the_link_is_made(
    options: list[str], sentence: str
) -> None:
    wanted = argparse.ArgumentParser()
    configure(wanted)
    args = wanted.parse_args(["invite", "--campaign", "Parks", *options])
    with pytest.raises(UsageError, match=sentence):
        check_picture(args)


def test_a_link_is_drawn_on_the_screen_or_into_a_new_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = "https://calls.example.org/join/ABCDEFGHJK"
    draw("-", link)
    assert capsys.readouterr().out.count("\n") > 10
    draw(str(tmp_path / "link.svg"), link)
    assert (tmp_path / "link.svg").read_text(encoding="utf-8") == qr.svg(link)
