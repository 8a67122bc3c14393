"""The Prometheus that the tests run, and how tests without one say so."""

import os
from pathlib import Path

import pytest

from dialer.config import load_settings
from dialer.parts.prometheus import PrometheusPrograms, find


def prometheus_here() -> PrometheusPrograms:
    """The one that `./callbank test` found or fetched; a test without one is skipped."""
    found = find(load_settings(os.environ, home=Path(os.environ.get("CALLBANK_HOME", "var"))))
    if found is None:
        pytest.skip("no Prometheus here: run through ./callbank test, which fetches one")
    return found
