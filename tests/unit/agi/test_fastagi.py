"""The FastAGI server on a real socket: ordinary calls, and everything that can go wrong with one.

The tests play Asterisk: they send the headers, read the commands and answer them.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agi.desk import DeskAway, Route
from agi.server import AgiServer, AgiSettings
from agi.session import LINE_LIMIT, AgiSession, SocketLines

TOKEN = "t0ken"
OK = b"200 result=1\n"


class ScriptedDesk:
    """A desk that answers what it was told to, after `gate` opens."""

    def __init__(self) -> None:
        self.answer: Route | Exception = Route(destination="queue")
        self.is_committed = True
        self.asked: list[tuple[str, ...]] = []
        self.gate = threading.Event()
        self.gate.set()

    def route(self, attempt_id: str, channel: str, amd_status: str, amd_cause: str) -> Route:
        self.asked.append((attempt_id, channel, amd_status, amd_cause))
        self.gate.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def opt_out(self, attempt_id: str, number: str) -> bool:
        self.asked.append((attempt_id, number))
        return self.is_committed


class Asterisk:
    """One AGI() call as Asterisk makes it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._file = self._socket.makefile("rb")

    def says(self, data: bytes | str) -> None:
        self._socket.sendall(data if isinstance(data, bytes) else data.encode())

    def asks(self, request: str, **headers: str) -> None:
        lines = [f"agi_request: agi://127.0.0.1:4573/{request}", "agi_channel: PJSIP/t-1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.says("\n".join(lines) + "\n\n")

    def hears(self) -> str:
        """The next command, or nothing when the script is over."""
        try:
            return self._file.readline().decode()
        except ConnectionResetError:
            return ""

    def finishes_speaking(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._file.close()
        self._socket.close()


class House:
    """A server, its desk, and the calls of one test."""

    def __init__(self, settings: AgiSettings) -> None:
        self.desk = ScriptedDesk()
        self.server = AgiServer(settings, self.desk)
        self._calls: list[Asterisk] = []

    def call(self) -> Asterisk:
        call = Asterisk(self.server.port)
        self._calls.append(call)
        return call

    def still_works(self) -> None:
        """An ordinary call gets its answer."""
        call = self.call()
        call.asks(f"answered?token={TOKEN}&attempt=cb-last")
        assert call.hears() == 'SET VARIABLE CB_ROUTE "queue"\n'
        call.says(OK)
        assert call.hears() == ""

    def close(self) -> None:
        for call in self._calls:
            call.close()
        self.server.stop()


@contextmanager
def open_house(**changes: float) -> Iterator[House]:
    house = House(AgiSettings(token=TOKEN, port=0, **changes))
    house.server.start()
    try:
        yield house
    finally:
        house.close()


@pytest.fixture
def house() -> Iterator[House]:
    with open_house() as house:
        yield house


def test_an_answered_call_is_told_its_route_in_one_round_trip(house: House) -> None:
    house.desk.answer = Route(destination="bridge", agent_channel="PJSIP/1001-0000000a")
    call = house.call()
    call.asks(f"answered?token={TOKEN}&attempt=cb-1&amd=HUMAN&cause=HUMAN-650-650")
    assert call.hears() == 'EXEC MSet "CB_ROUTE=bridge,CB_AGENT_CHANNEL=PJSIP/1001-0000000a"\n'
    call.says("200 result=0\n")
    assert call.hears() == ""
    assert house.desk.asked == [("cb-1", "PJSIP/t-1", "HUMAN", "HUMAN-650-650")]


def test_an_opt_out_is_reported_only_when_it_is_committed(house: House) -> None:
    call = house.call()
    call.asks(f"optout?token={TOKEN}&attempt=cb-1", agi_arg_1="+12025550117")
    assert call.hears() == 'SET VARIABLE CB_OPTOUT "recorded"\n'
    call.says(OK)
    assert house.desk.asked == [("cb-1", "+12025550117")]
    house.desk.is_committed = False
    call = house.call()
    call.asks(f"optout?token={TOKEN}&attempt=cb-2")
    assert call.hears() == ""


def test_a_daemon_that_is_away_fails_the_script_without_a_route(house: House) -> None:
    house.desk.answer = DeskAway("too slow")
    call = house.call()
    call.asks(f"answered?token={TOKEN}&attempt=cb-1")
    assert call.hears() == ""


@pytest.mark.parametrize("defect", [RuntimeError("a defect"), ValueError("another")])
def test_a_crash_in_the_desk_costs_one_call(house: House, defect: Exception) -> None:
    house.desk.answer = defect
    call = house.call()
    call.asks(f"answered?token={TOKEN}&attempt=cb-1")
    assert call.hears() == ""
    assert house.server.counts["crashed"] == 1
    house.desk.answer = Route(destination="queue")
    house.still_works()


def test_a_route_that_the_dialplan_does_not_know_is_not_passed_on(house: House) -> None:
    house.desk.answer = Route(destination="nowhere")
    call = house.call()
    call.asks(f"answered?token={TOKEN}&attempt=cb-1")
    assert call.hears() == ""


@pytest.mark.parametrize("request_line", ["answered?token=wrong", "answered", "nothing", ""])
def test_without_the_token_nothing_is_asked(house: House, request_line: str) -> None:
    call = house.call()
    call.asks(request_line)
    assert call.hears() == ""
    assert house.desk.asked == []
    assert house.server.counts["wrong_token"] == 1


def test_an_unknown_script_is_turned_away(house: House) -> None:
    call = house.call()
    call.asks(f"voicemail?token={TOKEN}")
    assert call.hears() == ""
    assert house.server.counts["unknown_script"] == 1


@pytest.mark.parametrize(
    "beginning",
    [b"", b"agi_request: agi://127.0.0.1/answered", b"agi_request: x\n", b"GET / HTTP/1.1\r\n"],
)
def test_a_connection_that_closes_early_costs_nothing(house: House, beginning: bytes) -> None:
    call = house.call()
    call.says(beginning)
    call.finishes_speaking()
    assert call.hears() == ""
    house.still_works()


def test_half_a_request_is_given_up_at_the_deadline() -> None:
    with open_house(deadline_s=0.05, threads=1) as house:
        call = house.call()
        call.says("agi_request: agi://127.0.0.1/answered\n")
        assert call.hears() == ""
        assert house.server.counts["failed"] == 1


def test_a_line_without_end_is_cut_off(house: House) -> None:
    call = house.call()
    call.says(b"agi_request: " + b"x" * (LINE_LIMIT + 5000))
    assert call.hears() == ""
    house.still_works()


def test_headers_without_end_are_cut_off(house: House) -> None:
    call = house.call()
    call.says("agi_arg: x\n" * 101)
    assert call.hears() == ""
    house.still_works()


@pytest.mark.parametrize(
    "answer",
    [
        "HANGUP\n",
        "511 Command Not Permitted on a dead channel or intercept routine\n",
        "200 result=-1\n",
        "200 result=0 (hangup)\n",
        "510 Invalid or unknown command\n",
        "520-Invalid command syntax.  Proper usage follows:\nUsage\n520 End of proper usage.\n",
        "520-Invalid command syntax.  Proper usage follows:\n",
        "520 Invalid command syntax.  Proper usage not available.\n",
        "complete nonsense\n",
        "",
    ],
)
def test_whatever_the_answer_to_a_command_the_script_ends(house: House, answer: str) -> None:
    call = house.call()
    call.asks(f"answered?token={TOKEN}&attempt=cb-1")
    assert call.hears().startswith("SET VARIABLE")
    call.says(answer)
    call.finishes_speaking()
    assert call.hears() == ""
    house.still_works()


def test_trying_is_not_yet_the_answer(house: House) -> None:
    call = house.call()
    call.asks(f"answered?token={TOKEN}&attempt=cb-1")
    assert call.hears()
    call.says("100 Trying...\n200 result=1\n")
    assert call.hears() == ""


def test_a_caller_id_of_bad_bytes_does_not_disturb(house: House) -> None:
    call = house.call()
    call.says(b"agi_calleridname: Jos\xe9 \xff\n")
    call.asks(f"answered?token={TOKEN}&attempt=cb-1")
    assert call.hears() == 'SET VARIABLE CB_ROUTE "queue"\n'


def test_when_all_threads_are_busy_a_call_is_turned_away_at_once() -> None:
    with open_house(threads=1, waiting_max=0) as house:
        house.desk.gate.clear()
        busy = house.call()
        busy.asks(f"answered?token={TOKEN}&attempt=cb-1")
        while not house.desk.asked:
            pass
        turned_away = house.call()
        assert turned_away.hears() == ""
        assert house.server.counts["turned_away"] == 1
        house.desk.gate.set()
        assert busy.hears()


def test_stop_ends_conversations_threads_and_listener() -> None:
    with open_house() as house:
        port = house.server.port
        call = house.call()
        call.asks(f"answered?token={TOKEN}&attempt=cb-1")
        assert call.hears()
        house.server.stop()
        assert call.hears() == ""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=10)
    assert not [t for t in threading.enumerate() if t.name.startswith("agi")]


def test_a_port_in_use_is_an_error_at_start(house: House) -> None:
    second = AgiServer(AgiSettings(token=TOKEN, port=house.server.port), ScriptedDesk())
    with pytest.raises(OSError, match="in use"):
        second.start()
    second.stop()


# --- quoting ---------------------------------------------------------------------------------


def asterisk_reads(line: str) -> list[str]:
    """An AGI line cut into arguments as res_agi's parse_args does it."""
    words, word, quoted, escaped, started = [], "", False, False, False
    for letter in line:
        if escaped:
            word, escaped, started = word + letter, False, True
        elif letter == "\\":
            escaped = True
        elif letter == '"':
            quoted, started = not quoted, True
        elif letter in " \t" and not quoted:
            if started:
                words.append(word)
            word, started = "", False
        else:
            word, started = word + letter, True
    return [*words, word] if started else words


@given(st.text(max_size=40))
def test_a_value_cannot_break_out_of_its_argument(value: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"agi_request: agi://h/x\n\n" + OK)
        session = AgiSession(SocketLines(ours, 10.0))
        session.set_variables({"NAME": value})
        sent = theirs.recv(65536).decode()
    assert sent.endswith("\n") and sent.count("\n") == 1
    command, variable, name, *argument = asterisk_reads(sent[:-1])
    assert (command, variable, name) == ("SET", "VARIABLE", "NAME")
    plain = "".join(" " if ord(c) < 32 or ord(c) == 127 else c for c in value)
    assert argument == [plain.encode("utf-8", "replace").decode()]
