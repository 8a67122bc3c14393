"""What volunteers open: the address of our own server, or the one that a proxy is known by."""

from pathlib import Path

import pytest

from dialer.cli.volunteer import link_of
from dialer.config import load_settings
from dialer.errors import CallbankError


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
