"""What people are shown while the demo runs and after it."""

import asyncio
import io
import json
from dataclasses import replace

from aiohttp.test_utils import TestServer
from rich.console import Console

from dialer.demo.narration import Narrator, Scene, line_of, picture_of
from dialer.demo.table import as_json, result_of, shortcomings_of, table_of
from dialer.domain.campaign import Campaign
from dialer.domain.outcome import Outcome
from dialer.web.client import ApiClient
from dialer.web.server import make_app
from dialer.web.testing import (
    RehearsalDesk,
    RehearsalDirectory,
    RehearsalExposition,
    RehearsalFigures,
)
from dialer.web.tokens import SecretTokens

CAMPAIGN = Campaign(id=7, name="Turnout")
FIGURES = {
    "attempts": {"talked": 48, "abandoned": 1, "caller_left": 1, "busy": 12},
    "answered": 50,
    "connected": 48,
    "abandoned": 1,
    "abandon_rate": 0.0204081,
    "bridge_ms": {"p50": 1.4321, "p95": 3.9, "p99": 12.04},
    "utilisation": 0.71234,
    "wait_s_mean": 7.26,
    "double_dials": 0,
    "open_attempts": 0,
}
SCENE = Scene(
    campaign="Turnout",
    elapsed_s=65.0,
    link_is_up=True,
    store_is_up=True,
    attempts=FIGURES["attempts"],
    answered=50,
    connected=48,
    abandoned=1,
    abandon_rate=0.0204081,
    agents={"ready": 2, "talking": 7, "break": 0},
    lines_dialing=4,
)


def drawn(scene: Scene) -> str:
    """The board as text."""
    console = Console(file=io.StringIO(), width=100)
    console.print(picture_of(scene))
    return console.file.getvalue()


def test_a_line_says_the_time_the_ends_the_volunteers_and_the_limit() -> None:
    line = line_of(SCENE)
    assert line.startswith("01:05  attempts 62 (talked 48, busy 12,")
    assert "volunteers: ready 2, talking 7" in line
    assert "abandoned 1 = 2.0% (limit 3%)" in line
    assert "break" not in line


def test_a_board_shows_the_same() -> None:
    board = drawn(SCENE)
    for text in ("talked", "48", "caller left", "talking", "2.0% (limit 3%)", "Turnout  01:05"):
        assert text in board


def test_an_absent_daemon_is_said_and_not_an_error() -> None:
    away = Scene(campaign="Turnout", elapsed_s=1.0, is_daemon_there=False)
    assert "does not answer" in line_of(away)
    assert "does not answer" in drawn(away)


def test_the_first_moment_has_no_rate() -> None:
    scene = Scene(campaign="Turnout", elapsed_s=0.0, link_is_up=True, store_is_up=True)
    assert "no answers yet" in line_of(scene)
    assert "no answers yet" in drawn(scene)


def test_what_is_away_is_said() -> None:
    assert "away: Asterisk, database; nothing is dialed" in line_of(
        Scene(campaign="Turnout", elapsed_s=0.0)
    )


async def test_the_narrator_tells_plain_lines_where_there_is_no_terminal() -> None:
    tokens = SecretTokens(operator_token="operator", agent_key="key")
    app = make_app(
        RehearsalDesk(campaigns=(CAMPAIGN,)),
        RehearsalDirectory((), (CAMPAIGN,)),
        RehearsalFigures(attempts={"talked": 3}, answered=3, connected=3, abandon_rate=0.0),
        tokens,
        RehearsalExposition(),
    )
    console = Console(file=io.StringIO(), width=100)
    closing = asyncio.Event()
    async with TestServer(app) as server, ApiClient(str(server.make_url("/"))) as client:
        telling = asyncio.create_task(
            Narrator(client, "operator", "Turnout", console).tell(closing)
        )
        async with asyncio.timeout(20.0):
            while "talked 3" not in console.file.getvalue():
                await asyncio.sleep(0.01)
        closing.set()
        await telling


def test_the_result_has_exactly_the_promised_keys() -> None:
    result = json.loads(as_json(result_of(FIGURES, setup_s=41.26)))
    assert list(result) == [
        "attempts",
        "answered",
        "connected",
        "abandoned",
        "abandon_rate",
        "bridge_ms",
        "utilisation",
        "wait_s_mean",
        "double_dials",
        "open_attempts",
        "setup_s",
        "prometheus_url",
    ]
    assert list(result["bridge_ms"]) == ["p50", "p95", "p99"]
    assert result["attempts"].keys() == {outcome.value for outcome in Outcome}
    assert (result["abandon_rate"], result["setup_s"]) == (0.0204, 41.3)


def test_a_good_run_has_no_shortcomings() -> None:
    assert shortcomings_of(result_of(FIGURES, 1.0)) == []


def test_each_broken_promise_is_a_sentence() -> None:
    bad = FIGURES | {"double_dials": 1, "open_attempts": 2, "answered": 51}
    assert len(shortcomings_of(result_of(bad, 1.0))) == 3


def test_a_run_without_any_call_still_has_a_table() -> None:
    nothing = FIGURES | {
        "attempts": {},
        "abandon_rate": None,
        "bridge_ms": {},
        "utilisation": None,
        "wait_s_mean": None,
    }
    console = Console(file=io.StringIO(), width=80)
    console.print(table_of(result_of(nothing, 0.0), 0.03))
    assert "no data" in console.file.getvalue()


def test_the_table_shows_the_rate_against_its_limit() -> None:
    console = Console(file=io.StringIO(), width=80)
    console.print(table_of(result_of(FIGURES, 41.26), 0.03))
    shown = console.file.getvalue()
    for text in ("abandon rate (limit 3%)", "2.0%", "1.4 ms", "71.2%", "41.3 s"):
        assert text in shown


def test_a_demo_in_which_nobody_was_called_kept_no_promise() -> None:
    idle = FIGURES | {"attempts": {}, "answered": 0, "connected": 0}
    [sentence] = shortcomings_of(result_of(idle, 1.0))
    assert sentence.startswith("Nobody was called")


def test_the_narration_says_what_pacing_decided_and_how_the_team_stands() -> None:
    told = replace(
        SCENE, decision="two will be free", standing="your 8 volunteers run at 76 %"
    )
    for text in (line_of(told), drawn(told)):
        assert "two will be free" in text and "your 8 volunteers run at 76 %" in text
        assert "one line to one volunteer" not in text


def test_the_narration_says_why_a_short_demo_runs_one_to_one_at_first() -> None:
    warming_up = replace(SCENE, over_dials=True, warm_up_answers=100)
    assert "until 100 have answered (50 so far)" in line_of(warming_up)
    assert "(50 so far)" in drawn(warming_up)
    warm = replace(warming_up, answered=100)
    assert "so far" not in line_of(warm)
