"""Alert rules ask only for what there is, say what to do, and are tested each."""

import re

import pytest

from dialer.metrics.names import sample_names
from tests.architecture import test_readme
from tests.architecture.alert_rules import FOLDER, Rule, expectations, names_in, rules
from tests.architecture.source_tree import REPOSITORY

RULES = rules()
ALERTS = [rule for rule in RULES if rule.is_alert]
RECORDED = {rule.name for rule in RULES if not rule.is_alert}
PROMETHEUS_OWN = {"up", "ALERTS"}
REAL_BREAKS = REPOSITORY / "tests" / "asterisk" / "e2e" / "test_alerts.py"
CONSOLE = FOLDER / "consoles" / "callbank.html"


def test_there_are_alerts_with_names_of_their_own() -> None:
    names = [rule.name for rule in ALERTS]
    assert len(names) > 10
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_asks_only_for_metrics_that_there_are(rule: Rule) -> None:
    names = names_in(rule.query)
    assert names
    assert names <= sample_names() | RECORDED | PROMETHEUS_OWN


def test_a_metric_that_is_not_there_is_found() -> None:
    query = (
        'sum without (state) (rate(callbank_nowhere_total{a="b:c"}[5m])) / on (a) group_left ()'
        " level:thing:sum > 14 * 86400 - time()"
    )
    assert names_in(query) == {"callbank_nowhere_total", "level:thing:sum"}


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_what_is_recorded_is_named_by_level_metric_and_operation(name: str) -> None:
    level, metric, operation = name.split(":")
    assert level
    assert metric.startswith("callbank_")
    assert operation


@pytest.mark.parametrize("alert", ALERTS, ids=lambda rule: rule.name)
def test_an_alert_says_how_bad_it_is_what_it_is_and_what_to_do(alert: Rule) -> None:
    assert alert.labels["severity"] in ("critical", "warning")
    assert alert.annotations.keys() == {"summary", "description", "runbook"}
    for kind in ("description", "runbook"):
        assert re.match(r"[A-Z{/].*[.]$", alert.annotations[kind]), kind
    assert len(alert.annotations["summary"]) < 100
    assert len(alert.annotations["runbook"].split()) > 8


def _commands() -> list[str]:
    texts = (text for alert in ALERTS for text in alert.annotations.values())
    return sorted({code for text in texts for code in re.findall(r"`(\./callbank [^`]+)`", text)})


@pytest.mark.parametrize("command", _commands())
def test_a_command_that_an_alert_names_exists(command: str) -> None:
    test_readme.test_a_command_mentioned_in_the_readme_exists(command)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda rule: rule.name)
def test_an_alert_has_a_unit_test_in_which_it_fires_and_one_in_which_it_does_not(
    alert: Rule,
) -> None:
    assert {one.fires for one in expectations() if one.alert == alert.name} == {True, False}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda rule: rule.name)
def test_an_alert_is_shown_to_fire_and_to_end_with_the_real_thing_broken(alert: Rule) -> None:
    assert REAL_BREAKS.read_text(encoding="utf-8").count(f'"{alert.name}"') >= 2


def test_no_unit_test_speaks_of_an_alert_that_is_not_there() -> None:
    assert {one.alert for one in expectations() if one.fires} == {rule.name for rule in ALERTS}


def test_the_readme_names_every_alert() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    section = text.split("\n### Alerts\n", 1)[1].split("\n#", 1)[0]
    named = re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", "".join(re.findall(r"^\|.*$", section, re.M)))
    assert sorted(named) == sorted(alert.name for alert in ALERTS)


def test_the_page_of_figures_asks_only_for_metrics_that_there_are() -> None:
    asked = set(re.findall(r"\bcallbank_\w+", CONSOLE.read_text(encoding="utf-8")))
    assert len(asked) > 5
    assert asked <= sample_names()


def test_inhibitions_speak_of_alerts_that_there_are() -> None:
    text = (FOLDER / "alertmanager.yml").read_text(encoding="utf-8")
    named = {
        name for names in re.findall(r'alertname=~?"([^"]+)"', text) for name in names.split("|")
    }
    assert named
    assert named <= {rule.name for rule in ALERTS}
