"""Policies by name."""

import pytest

from dialer.errors import UsageError
from dialer.sim.peers.policies import POLICIES, policies_like, policy_named
from tests.unit.sim.peers.floors import GivenFloor

NAMES = (
    "progressive ratio predictive predictive-1pct predictive-one-odds power vicidial-ratio"
    " vicidial-ratio-available vicidial-hard-limit vicidial-hard-limit-available vicidial-average"
    " vicidial-average-available vicidial-tapered vicidial-tapered-available omnidialer impact"
    " issabel"
).split()


def test_every_policy_of_the_issue_is_known() -> None:
    assert {*NAMES, "oracle"} == set(POLICIES)


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_makes_pacers_that_dial_for_idle_agents(name: str) -> None:
    policy = policy_named(name)
    assert policy.pacer() is not policy.pacer()
    assert policy.pacer().decide(GivenFloor(ready=3)).count > 0


def test_a_knob_is_given_after_a_colon() -> None:
    assert policy_named("power:2.5").pacer().decide(GivenFloor(ready=2)).count == 5
    assert policy_named("power").knob is None


def test_a_pattern_stands_for_all_names_that_it_fits() -> None:
    assert len(policies_like("vicidial-*")) == 8
    assert policies_like("vicidial-*-available")[0] == "vicidial-ratio-available"
    assert policies_like("power:2.5") == ["power:2.5"]
    with pytest.raises(UsageError, match="no policy fits 'vicidal-"):
        policies_like("vicidal-*")


def test_with_the_available_only_tally_the_level_is_tuned_by_itself() -> None:
    floor = GivenFloor(ready=4)
    plain, available = (policy_named(f"vicidial-ratio{its}") for its in ("", "-available"))
    levels = [one.pacer().decide(floor).figures["level"] for one in (plain, available)]
    assert levels == [1.09, 1.5]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("vicidal", "there is no policy 'vicidal'; the known ones are progressive, ratio"),
        ("", "there is no policy ''"),
        ("impact:3", "the policy impact has no knob to set to '3'"),
        ("power:", "r of the policy power is a number above 0 and at most 100, not ''"),
        ("power:-1", "r of the policy power is a number above 0 and at most 100, not '-1'"),
        ("power:nan", "r of the policy power is a number above 0"),
        ("vicidial-ratio:x", "level of the policy vicidial-ratio is a number above 0"),
    ],
)
def test_what_is_not_known_is_refused_in_one_sentence(text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as refusal:
        policy_named(text)
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)
