"""What the engine handled is written down, and read again as it was."""

import gzip
import json
import stat
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import store_commands
from dialer.engine.store_commands import SaveAttempt
from dialer.runtime.codec import UnreadableError, from_json, to_json
from dialer.runtime.reading import EVENTS, Recording, TranscriptError
from dialer.runtime.transcript import DAY_S, Recorder, essence
from tests.unit.engine.transcript import START, Night, lead
from tests.unit.runtime.bank import open_bank, until

COMMANDS = [
    kind
    for kind in {**vars(cmd), **vars(store_commands)}.values()
    if isinstance(kind, type) and issubclass(kind, cmd.Command) and fields(kind)
]
RUN = "5eed"


def values_of(kind: object) -> st.SearchStrategy:
    """Anything that an annotation allows."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple and arguments[1:] == (...,):
        return st.lists(values_of(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values_of, arguments))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(values_of(arguments[0]), values_of(arguments[1]), max_size=3)
    if arguments:
        return st.one_of(*map(values_of, arguments))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{one.name: values_of(hints[one.name]) for one in fields(kind)})
    plain = {
        float: st.floats(allow_nan=False),
        int: st.integers(),
        str: st.text(max_size=8),
        bool: st.booleans(),
        NoneType: st.none(),
    }
    return plain[kind]


@pytest.mark.parametrize("kind", [*EVENTS.values(), *COMMANDS], ids=lambda kind: kind.__name__)
@settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_every_event_and_command_comes_back_from_its_line(kind: type, data: st.DataObject) -> None:
    value = data.draw(values_of(kind))
    line = json.dumps(to_json(value))
    assert from_json(kind, json.loads(line)) == value


def test_what_is_as_usual_is_not_written() -> None:
    assert to_json(Campaign(id=7, name="Turnout")) == {"id": 7, "name": "Turnout"}


def test_a_field_that_is_not_known_any_more_is_passed_over() -> None:
    written = {"at": 1.0, "attempt_id": "cb-1", "mood": "good"}
    assert from_json(ev.LineRang, written) == ev.LineRang(at=1.0, attempt_id="cb-1")


@pytest.mark.parametrize(
    "written", [{}, {"at": "noon", "attempt_id": "x"}, {"at": 1.0, "attempt_id": 3}, [1.0], None]
)
def test_what_is_no_event_is_refused(written: object) -> None:
    with pytest.raises(UnreadableError):
        from_json(ev.LineRang, written)


def test_the_essence_of_a_wish_names_nobody() -> None:
    night = Night()
    night.arrives(1)
    night.claims(lead(1))
    written = json.dumps([essence(one) for one in night.wished(SaveAttempt)])
    assert "Voter 1" not in written and '"lead": 1' in written


# --- files ------------------------------------------------------------------------------------


def recorder(folder: Path, *, keep_days: int = 30, now: float = START) -> Recorder:
    return Recorder(folder, RUN, keep_days=keep_days, clock=lambda: now)


def ticks(one: Recorder, count: int, since: float = START) -> None:
    for number in range(count):
        now = since + number
        one.note(ev.Ticked(at=now), now, [])


async def whole_file(folder: Path, count: int = 3) -> Path:
    one = recorder(folder)
    ticks(one, count)
    await one.close()
    (path,) = folder.iterdir()
    return path


async def test_a_transcript_is_its_owners_alone(tmp_path: Path) -> None:
    path = await whole_file(tmp_path / "transcripts")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.name == "2026-11-18T230000Z.jsonl.gz"


async def test_entries_come_back_in_their_order(tmp_path: Path) -> None:
    recording = Recording(await whole_file(tmp_path))
    assert recording.run == RUN
    assert [(one.line, one.now) for one in recording] == [
        (2, START), (3, START + 1), (4, START + 2),
    ]  # fmt: skip


async def test_a_run_goes_on_in_another_file_after_midnight(tmp_path: Path) -> None:
    one = recorder(tmp_path)
    ticks(one, 2)
    ticks(one, 2, since=START + DAY_S)
    await one.close()
    first, second = sorted(tmp_path.iterdir())
    assert [entry.now for entry in Recording(second)] == [
        START, START + 1, START + DAY_S, START + DAY_S + 1,
    ]  # fmt: skip
    first.unlink()
    with pytest.raises(TranscriptError, match="not beside it: put both into one folder"):
        Recording(second)


async def test_transcripts_older_than_wanted_are_removed(tmp_path: Path) -> None:
    old = await whole_file(tmp_path)
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    one = recorder(tmp_path, keep_days=1, now=old.stat().st_mtime + DAY_S + 1)
    ticks(one, 1, since=START + 50)
    await one.close()
    assert not old.exists() and other.exists() and len(list(tmp_path.glob("*.gz"))) == 1


async def test_what_was_flushed_survives_a_crash(tmp_path: Path) -> None:
    one = recorder(tmp_path)
    ticks(one, 5)
    one.flush()
    ticks(one, 1, since=START + 60)  # lost
    (path,) = tmp_path.iterdir()
    copy = tmp_path / "copy.jsonl.gz"
    copy.write_bytes(path.read_bytes())
    assert len(list(Recording(copy, is_whole=False))) == 5
    with pytest.raises(TranscriptError, match=r"cut off after line 6.*--partial"):
        list(Recording(copy))
    await one.close()


async def test_a_truncated_file_is_told_from_a_whole_one(tmp_path: Path) -> None:
    path = await whole_file(tmp_path, count=2000)
    packed = path.read_bytes()
    for length in (0, 1, 5, 12, len(packed) // 3, len(packed) - 9, len(packed) - 1):
        path.write_bytes(packed[:length])
        with pytest.raises(TranscriptError) as caught:
            list(Recording(path))
        assert "\n" not in str(caught.value)


async def test_a_truncated_line_is_told_with_its_number(tmp_path: Path) -> None:
    plain = tmp_path / "unpacked.jsonl"
    plain.write_bytes(gzip.decompress((await whole_file(tmp_path / "t")).read_bytes()))
    assert len(list(Recording(plain))) == 3
    lines = plain.read_bytes().splitlines(keepends=True)
    plain.write_bytes(b"".join(lines[:3]) + lines[3][:10])
    with pytest.raises(TranscriptError, match="cut off after line 3"):
        list(Recording(plain))
    assert len(list(Recording(plain, is_whole=False))) == 2


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"now":1.0,"event":"SunRose","of":{}}', "line 3: an event 'SunRose' is not known"),
        ('{"now":1.0,"event":"Ticked","of":{}}', "line 3 cannot be read"),
        ('{"now":1.0,"event":"Ticked","of":', "line 3 cannot be read"),
        ('{"event":"Ticked","of":{"at":1.0}}', "line 3 cannot be read"),
        ("[]", "line 3 cannot be read"),
        ("7", "line 3 cannot be read"),
    ],
)
async def test_a_strange_line_is_told_with_its_number(
    tmp_path: Path, line: str, sentence: str
) -> None:
    plain = tmp_path / "unpacked.jsonl"
    packed = await whole_file(tmp_path / "t")
    lines = gzip.decompress(packed.read_bytes()).decode().splitlines()
    plain.write_text("\n".join([*lines[:2], line, *lines[3:], ""]))
    with pytest.raises(TranscriptError, match=sentence):
        list(Recording(plain))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no transcript"),
        (b"name,number\nAnn,+19195550101\n", "is no transcript"),
        (b"\x00\xff\xfe" * 99, "is no transcript"),
        (b'{"transcript":99,"run":"x"}\n', "is a transcript of format 99"),
        (b'{"transcript":1,"run":"x"}\n', "damaged header"),
    ],
)
def test_what_is_no_transcript_is_said_to_be_none(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(TranscriptError, match=sentence):
        Recording(path)


def test_a_file_that_is_not_there_is_said_not_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="cannot be read: No such file"):
        Recording(tmp_path / "nothing")


async def test_a_disk_that_takes_no_more_ends_the_transcript_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("where a folder should be")
    one = recorder(tmp_path / "file")
    ticks(one, 2)
    one.flush()
    ticks(one, 2)
    await one.close()
    assert caplog.text.count("Calls go on") == 1


# --- at the pump --------------------------------------------------------------------------------


async def test_the_pump_notes_everything_that_it_handles(tmp_path: Path) -> None:
    one = recorder(tmp_path)
    async with open_bank(note=one.note) as bank:
        await bank.everybody_ready()
        await until(lambda: bool(bank.telephony.dialed))
    await one.close()
    (path,) = tmp_path.iterdir()
    assert [entry.event for entry in Recording(path)] == bank.heard
    wished = [wish["wish"] for entry in Recording(path) for wish in entry.wishes]
    assert wished == [type(one).__name__ for one in bank.wished]


def test_leads_come_back_with_all_that_the_gate_must_know() -> None:
    person = lead(3)
    assert from_json(Lead, json.loads(json.dumps(to_json(person)))) == person
