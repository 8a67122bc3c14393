"""Work in processes of its own: results in order, errors as sentences, nobody left behind."""

import math
import multiprocessing
import os
from pathlib import Path

import pytest

from dialer.bench.picture import may_be_written
from dialer.bench.workers import run_all
from dialer.errors import CallbankError


def ignore(place: int) -> None:
    """Nobody watches."""


@pytest.mark.parametrize("at_once", [1, 3])
def test_results_come_in_the_order_of_the_pieces(at_once: int) -> None:
    finished: list[int] = []
    found = run_all(math.factorial, [5, 1, 3], at_once=at_once, done=finished.append)
    assert found == [120, 1, 6]
    assert sorted(finished) == [0, 1, 2]


def test_every_piece_has_a_process_of_its_own() -> None:
    found = run_all(os.getpgid, [0, 0], at_once=1, done=ignore)
    assert len(found) == 2


def test_an_error_is_the_same_sentence_here() -> None:
    with pytest.raises(CallbankError, match=r"is a PNG file: call it away/x\.png"):
        run_all(may_be_written, [Path("away/x.svg")], at_once=1, done=ignore)


def test_a_process_that_dies_is_told_and_the_others_are_ended() -> None:
    with pytest.raises(CallbankError, match="exit code 7"):
        run_all(os._exit, [7, 7], at_once=2, done=ignore)
    assert multiprocessing.active_children() == []
