"""An observer for every test of the metrics."""

import pytest
from prometheus_client import CollectorRegistry

from dialer.engine import events
from dialer.metrics.observer import MetricsObserver
from tests.unit.metrics.floor import CAMPAIGN, TRUNK


@pytest.fixture
def observer() -> MetricsObserver:
    """An observer that knows one campaign."""
    made = MetricsObserver(CollectorRegistry())
    made.observe(events.Configured(at=1.0, campaigns=(CAMPAIGN,), trunks=(TRUNK,)), ())
    return made
