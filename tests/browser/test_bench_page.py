"""`bench page` on a small scale: nothing is lost, and every figure is measured."""

import tempfile
from pathlib import Path

import pytest

from dialer.bench.page import Plan, measure
from dialer.config import load_settings
from tests.asterisk.e2e.venue import operators_environment

pytestmark = [pytest.mark.alone, pytest.mark.soak]


async def test_volunteers_in_browsers_lose_no_call_and_no_answer(
    pages: Path, chromium: str
) -> None:
    plan = Plan(browsers=3, seconds=20.0)
    # Not pytest's own folder: a socket's path may have 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="cb-page-") as place:
        Path(place).chmod(0o755)  # root's PostgreSQL is run by another user
        operator = load_settings(operators_environment(), home=Path(place))
        figures = await measure(operator, chromium, plan, print, lambda phase, part: None)
    assert figures.conversations >= plan.browsers
    assert (figures.lost_calls, figures.answers_lost, figures.page_errors) == (0, 0, [])
    assert figures.answers_tapped > 0
    assert len(figures.joined_s) == plan.browsers
    assert min(map(len, (figures.card_ms, figures.saved_ms, figures.ready_ms))) > 0
