"""Retries and patience shortened, so that tests of an absent store do not wait for it."""

import pytest

from dialer.runtime import lane, pump


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same behaviour in hundredths of a second."""
    monkeypatch.setattr(lane, "RETRY_S", 0.02)
    monkeypatch.setattr(pump, "COMMIT_PATIENCE_S", 0.2)
    monkeypatch.setattr(pump, "TICK_S", 0.02)
