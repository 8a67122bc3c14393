"""Fixtures of the engine's transcripts."""

import pytest

from tests.unit.engine.transcript import Night


@pytest.fixture
def night() -> Night:
    """An evening of a progressive campaign on one trunk."""
    return Night()
