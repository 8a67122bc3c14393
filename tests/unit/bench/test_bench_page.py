"""`bench page` without its stage: what counts as lost, the figures, the options."""

from pathlib import Path

import pytest

pytest.importorskip("playwright.async_api")

from dialer.bench.page import Plan, figures_of
from dialer.bench.page_figures import Figures, spread
from dialer.bench.page_volunteer import Seen
from dialer.cli.main import main
from dialer.storage.conversations import Conversations

PLAN = Plan(browsers=1, seconds=60.0)
KEPT = Conversations(
    connected_at={"a": 100.0, "b": 110.0},
    outcomes={"a": "talked", "b": "talked", "c": "no_answer"},
    answers=frozenset({"1", "2"}),
)


def seen(arrivals: dict[str, float], answers: set[str], *, broken: int = 0) -> Seen:
    return Seen(
        arrivals=arrivals,
        answers_saved=frozenset(answers),
        saved_s=(0.05,),
        ready_s=(0.1,),
        lines_broken=broken,
        errors=(),
    )


def figures(its: Seen, kept: Conversations = KEPT, *, tapped: int = 2) -> Figures:
    return figures_of(PLAN, joined_s=[3.0], tapped=tapped, seen=[its], kept=kept)


def test_a_run_in_which_all_arrived_in_time_has_no_shortcomings() -> None:
    its = figures(seen({"a": 100.04, "b": 110.1}, {"1", "2"}))
    assert its.shortcomings() == []
    assert its.as_json()["bridge_to_card_ms"] == {"p50": 100.0, "p95": 100.0, "max": 100.0}
    assert its.as_json()["link_to_conversation_s"] == {"p50": 3.0, "p95": 3.0, "max": 3.0}


def test_a_conversation_that_no_page_showed_is_lost() -> None:
    its = figures(seen({"a": 100.04}, {"1", "2"}))
    assert its.lost_calls == 1
    assert its.shortcomings() == ["1 calls were lost."]


@pytest.mark.parametrize("outcome", ["abandoned", "lost", "trunk_failed", None])
def test_an_attempt_that_failed_by_us_or_is_still_open_is_lost(outcome: str | None) -> None:
    kept = Conversations(
        connected_at=KEPT.connected_at,
        outcomes={**KEPT.outcomes, "c": outcome},
        answers=KEPT.answers,
    )
    assert figures(seen({"a": 100.0, "b": 110.0}, {"1", "2"}), kept).lost_calls == 1


def test_a_volunteers_line_that_broke_is_a_lost_call() -> None:
    assert figures(seen({"a": 100.0, "b": 110.0}, {"1", "2"}, broken=1)).lost_calls == 1


def test_an_answer_is_lost_that_was_tapped_or_confirmed_and_is_not_kept() -> None:
    arrivals = {"a": 100.0, "b": 110.0}
    assert figures(seen(arrivals, {"1", "2"}), tapped=3).answers_lost == 1
    assert figures(seen(arrivals, {"1", "3"})).answers_lost == 1


def test_times_above_the_aims_are_told_and_none_are_shown_as_none() -> None:
    its = figures(seen({"a": 100.5, "b": 110.5}, {"1", "2"}))
    assert its.shortcomings() == ["Bridged to card visible: p95 is 500 ms, above 150 ms."]
    assert spread([]) == {"p50": None, "p95": None, "max": None}


@pytest.mark.parametrize(
    "words", [["--browsers", "0"], ["--browsers", "61"], ["--minutes", "0"], ["--minutes", "nan"]]
)
def test_more_or_fewer_than_can_be_are_refused(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))
    assert main(["bench", "page", *words]) == 2
    assert words[0] in capsys.readouterr().err
