"""Secrets, the lock of a data directory, access for another user, and what tests leave behind."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dialer.errors import CallbankError
from dialer.parts import access, leftovers
from dialer.parts.lock import only_one
from dialer.parts.secrets import load_secrets


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = load_secrets(tmp_path)
    assert load_secrets(tmp_path) == first
    assert len(first.ami_password) >= 32
    assert first.ami_password != first.agi_token
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert first.ami_password not in repr(first)


def test_a_secret_that_an_older_version_did_not_have_is_added(tmp_path: Path) -> None:
    first = load_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    path.write_text('{"ami_password": "kept", "of_a_later_version": "kept too"}')
    second = load_secrets(tmp_path)
    assert second.ami_password == "kept"
    assert second.master != first.master
    assert "of_a_later_version" in path.read_text()


@pytest.mark.parametrize("content", ["", "[]", '{"master": 5}', "\x00"])
def test_a_broken_secrets_file_is_never_overwritten(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content)
    with pytest.raises(CallbankError, match=r"secrets\.json"):
        load_secrets(tmp_path)
    assert path.read_text() == content


def test_derived_secrets_are_steady_and_different(tmp_path: Path) -> None:
    secrets = load_secrets(tmp_path)
    assert secrets.derive("phone:1") == secrets.derive("phone:1")
    assert secrets.derive("phone:1") != secrets.derive("phone:2")


HOLDER = """
import pathlib, sys, time
from dialer.parts.lock import only_one
with only_one(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_serve_on_the_same_data_directory_is_refused(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(CallbankError, match=rf"process {holder.pid}\).*CALLBANK_HOME"),
            only_one(tmp_path),
        ):
            pass
        holder.kill()
        holder.wait()
    with only_one(tmp_path):
        pass


def test_a_program_left_behind_is_found_and_ended(tmp_path: Path) -> None:
    marked = subprocess.Popen(["/bin/sleep", "600"], env={**os.environ, "CB_MARK": "42"})
    inside = subprocess.Popen(["/bin/sleep", "600"], cwd=tmp_path)
    found = leftovers.of("CB_MARK=42", tmp_path)
    assert {each.pid for each in found} == {marked.pid, inside.pid}
    leftovers.end(found)
    assert (marked.wait(), inside.wait()) == (-15, -15)
    assert leftovers.of("CB_MARK=42", tmp_path) == []


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")


@needs_root
def test_another_user_may_pass_a_closed_directory_but_not_look_into_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    inner = closed / "inner"
    inner.mkdir(parents=True)
    closed.chmod(0o700)
    owner = access.Owner(name="nobody", uid=65534, gid=65534)
    access.allow(owner, [inner])
    may = access.as_user(owner)
    assert subprocess.run(["test", "-x", str(inner)], **may).returncode == 0
    assert subprocess.run(["ls", str(closed)], capture_output=True, **may).returncode != 0
    other = access.as_user(access.Owner(name="daemon", uid=1, gid=1))
    assert subprocess.run(["test", "-x", str(inner)], **other).returncode != 0


@needs_root
def test_a_second_user_is_added_to_the_rights_of_the_first(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    owners = [access.Owner(name=str(uid), uid=uid, gid=uid) for uid in (65534, 1, 65534)]
    for owner in owners:
        access.allow(owner, [closed])
    for owner in owners:
        assert subprocess.run(["test", "-x", str(closed)], **access.as_user(owner)).returncode == 0
