"""How many series a big phone bank has, and what is declared of each metric."""

import re

import pytest

from dialer.bench.big_bank import big_bank
from dialer.metrics.labels import LABELS
from dialer.metrics.names import declared, sample_names
from dialer.metrics.register import Declared
from tests.unit.metrics.floor import Page

SERIES_MOST = 5000
UNITS = ("_seconds", "_bytes", "_ratio", "_info")
FLAGS = ("_up", "_running", "_resting", "_failed", "_lost")
THINGS = (
    "_attempts", "_leads", "_agents", "_channels", "_commands", "_events", "_entries", "_limit",
    "_waiting", "_talking", "_dialing", "_open", "_answered", "_abandoned", "_budget_left",
)  # fmt: skip
"""What a gauge without a unit may be: 1 or 0, or a number of things."""


def series_of(page: Page) -> list[str]:
    return [line for line in page.text.splitlines() if not line.startswith("#")]


def test_fifty_campaigns_and_five_hundred_agents_fit_into_five_thousand_series() -> None:
    observer, view = big_bank(campaigns=50, agents=500)
    assert SERIES_MOST / 2 < len(series_of(Page(observer, view))) <= SERIES_MOST


def test_agents_add_no_series() -> None:
    few, many = (big_bank(campaigns=3, agents=agents) for agents in (3, 300))
    assert len(series_of(Page(*few))) == len(series_of(Page(*many)))


def test_every_series_of_a_campaign_is_there_before_its_first_call() -> None:
    observer, view = big_bank(campaigns=1, agents=1)
    unknown = {"utilisation_ratio", "utilisation_reachable_ratio", "pacing_theta_ratio"}
    shown = {key[0] for key in Page(observer, view).samples}
    for metric in declared():
        if "campaign" in metric.labels and metric.name.removeprefix("callbank_") not in unknown:
            assert set(metric.samples) <= shown, metric.name


def test_no_series_has_a_name_that_is_not_declared() -> None:
    observer, view = big_bank(campaigns=1, agents=1)
    assert {key[0] for key in Page(observer, view).samples} <= sample_names()


def test_every_label_has_only_the_values_of_its_closed_set() -> None:
    observer, view = big_bank(campaigns=2, agents=5)
    for _, labels in Page(observer, view).samples:
        for label, value in labels:
            closed = LABELS.get(label)
            assert label == "le" or label in LABELS
            assert closed is None or value in closed


@pytest.mark.parametrize("metric", declared(), ids=lambda metric: metric.name)
def test_a_metric_says_what_it_is_and_in_which_unit(metric: Declared) -> None:
    assert re.fullmatch(r"callbank_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.help.endswith(".")
    assert len(metric.help) > 12
    assert set(metric.labels) <= LABELS.keys()
    if metric.kind == "counter":
        assert metric.name.endswith("_total")
    elif metric.kind in ("histogram", "summary"):
        assert metric.name.endswith("_seconds")
    elif metric.name.endswith(FLAGS):
        assert metric.help.startswith("1 while")
    else:
        assert metric.name.endswith(UNITS + THINGS)


def test_the_legal_two_seconds_are_a_bound_of_both_histograms() -> None:
    waits = [metric for metric in declared() if metric.name.endswith("_to_connected_seconds")]
    assert len(waits) == 2
    for metric in waits:
        assert 2.0 in metric.buckets
        assert any(1.5 <= bound < 2.0 for bound in metric.buckets)
        assert any(2.0 < bound <= 2.5 for bound in metric.buckets)
