"""Programs beside the dialer: started, found again, stopped."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dialer.errors import CallbankError
from dialer.parts import processes

pytestmark = pytest.mark.timeout(60)
SLEEPER = ["/bin/sleep", "600"]


def test_a_process_is_found_again_by_a_later_life_and_stopped(tmp_path: Path) -> None:
    started = processes.start("sleeper", SLEEPER, home=tmp_path)
    found = processes.adopt("sleeper", home=tmp_path)
    assert found is not None
    assert found.pid == started.pid
    found.stop()
    assert not started.is_running()
    assert processes.adopt("sleeper", home=tmp_path) is None
    assert not started.pid_file.exists()


def test_a_pid_that_now_belongs_to_another_program_is_not_adopted(tmp_path: Path) -> None:
    started = processes.start("sleeper", SLEEPER, home=tmp_path)
    fields = started.pid_file.read_text().split()
    fields[21] = str(int(fields[21]) - 1)  # a program of this pid that began a moment earlier
    started.pid_file.write_text(" ".join(fields))
    assert processes.adopt("sleeper", home=tmp_path) is None
    started.stop()


@pytest.mark.parametrize("content", ["", "12", "not a pid file", "1 (sh"])
def test_a_broken_pid_file_is_no_process(tmp_path: Path, content: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "x.pid").write_text(content)
    assert processes.adopt("x", home=tmp_path) is None


def test_a_program_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    stubborn = processes.start(
        "stubborn",
        ["/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"],
        home=tmp_path,
    )
    processes.wait_until_ready(stubborn, lambda: "ready" in stubborn.last_words())
    stubborn.stop(grace_s=0.2)
    assert not stubborn.is_running()


PARENT = """
import pathlib, sys, time
from dialer.parts import processes
processes.start("child", ["/bin/sleep", "600"], home=pathlib.Path(sys.argv[1]),
                attached=sys.argv[2] == "attached")
print("started", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("kind", ["attached", "detached"])
def test_only_a_detached_process_outlives_a_killed_parent(tmp_path: Path, kind: str) -> None:
    words = [sys.executable, "-c", PARENT, str(tmp_path), kind]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        try:
            assert parent.stdout is not None
            assert parent.stdout.readline() == "started\n"
            child = processes.adopt("child", home=tmp_path)
        finally:
            parent.kill()
    assert child is not None
    while kind == "attached" and child.is_running():
        time.sleep(0.02)  # pytest's own time limit ends this when it must fail
    assert child.is_running() is (kind == "detached")
    child.stop()


def test_a_program_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    brief = processes.start(
        "brief", ["/bin/sh", "-c", "sleep 0.2; echo no such thing; exit 3"], home=tmp_path
    )
    with pytest.raises(CallbankError, match=r"(?s)brief ended at once.*no such thing"):
        processes.wait_until_ready(brief, lambda: False)


def test_a_program_that_is_never_ready_is_reported(tmp_path: Path) -> None:
    sleeper = processes.start("slow", SLEEPER, home=tmp_path)
    with pytest.raises(CallbankError, match="slow is not ready after 0 s"):
        processes.wait_until_ready(sleeper, lambda: False, timeout_s=0.1)
    sleeper.stop()


def test_a_missing_program_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CallbankError, match="ghost cannot be started: /no/such is not there"):
        processes.start("ghost", ["/no/such"], home=tmp_path)


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_port_in_use_is_named_with_the_way_to_change_it(kind: str) -> None:
    with socket.socket(
        socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
    ) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == "tcp":
            taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CallbankError, match=rf"{kind} port {port} .* CALLBANK_AMI_PORT"):
            processes.refuse_port_in_use("127.0.0.1", port, kind=kind, setting="ami.port")
    processes.refuse_port_in_use("127.0.0.1", port, kind=kind, setting="ami.port")


def test_free_ports_are_different_ones() -> None:
    ports = processes.free_ports(20)
    assert len(set(ports)) == 20


def test_a_port_that_was_given_out_is_kept_from_other_processes_but_may_be_used() -> None:
    (port,) = processes.free_ports(1)
    asks = f"from dialer.parts import processes; processes._reserve({port})"
    other = subprocess.run([sys.executable, "-c", asks], capture_output=True, check=False)
    assert other.returncode == 1 and b"Address already in use" in other.stderr
    socket.create_server(("127.0.0.1", port)).close()


def test_a_long_command_that_fails_ends_in_a_sentence_with_its_output(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(CallbankError, match=r"(?s)fetching failed .*no route"):
        processes.run_long(
            ["/bin/sh", "-c", "echo no route; exit 7"],
            what="fetching",
            log_file=tmp_path / "log",
            announce=said.append,
        )
    assert said == ["fetching ..."]
