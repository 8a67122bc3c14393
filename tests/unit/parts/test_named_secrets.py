"""Secrets that a container is given: read from the named file, and never made there."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from dialer.errors import CallbankError
from dialer.parts.secrets import NAMED_FILE, load_secrets


def test_secrets_are_read_from_the_named_file_and_nothing_is_written(tmp_path: Path) -> None:
    made = load_secrets(tmp_path / "machine", {})
    named = tmp_path / "machine" / "secrets.json"
    home = tmp_path / "container"
    assert load_secrets(home, {NAMED_FILE: str(named)}) == made
    assert not home.exists()


def test_a_missing_secret_is_named_and_not_made(tmp_path: Path) -> None:
    kept = asdict(load_secrets(tmp_path, {}))
    named = tmp_path / "given"
    named.write_text(json.dumps({**kept, "agi_token": ""}), encoding="utf-8")
    with pytest.raises(CallbankError, match=r"lacks agi_token: run `./callbank init`"):
        load_secrets(tmp_path, {NAMED_FILE: str(named)})


def test_a_missing_file_lacks_all_of_them(tmp_path: Path) -> None:
    with pytest.raises(CallbankError, match=r"lacks master, ami_password, .*web_token"):
        load_secrets(tmp_path, {NAMED_FILE: str(tmp_path / "nothing")})
