"""The alert rules as their tests see them: read from dashboards/prometheus/, with their unit tests.

A *query* is PromQL; `names_in` gives the series it asks for, so that each can be held against the
one file in which metrics are named.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tests.architecture.source_tree import REPOSITORY

FOLDER = REPOSITORY / "dashboards" / "prometheus"

_TEXTS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
_LABELS = re.compile(r"\{[^}]*\}")
_RANGES = re.compile(r"\[[^]]*\]")
_WORDS = re.compile(r"(?<![\w:.])[A-Za-z_:][\w:]*(?!\s*\()(?![\w:])")
_OPERATORS = {"and", "or", "unless", "bool", "offset"}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule; `name` is the alert's, or the recorded series'."""

    name: str
    is_alert: bool
    query: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    file: str


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What a unit test wants to see of an alert at one moment."""

    alert: str
    fires: bool


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, recording ones too."""
    return tuple(
        Rule(
            name=rule.get("alert") or rule["record"],
            is_alert="alert" in rule,
            query=rule["expr"],
            labels=rule.get("labels", {}),
            annotations=rule.get("annotations", {}),
            file=path.name,
        )
        for path in sorted((FOLDER / "rules").glob("*.yml"))
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    )


@cache
def expectations() -> tuple[Expectation, ...]:
    """What the unit tests want, of each alert that they name."""
    return tuple(
        expectation
        for path in sorted((FOLDER / "tests").glob("*.yml"))
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]
        for wanted in test["promql_expr_test"]
        for expectation in _expectations_of(wanted)
    )


def _expectations_of(wanted: Mapping[str, Any]) -> Iterator[Expectation]:
    fires = [sample["labels"] for sample in wanted["exp_samples"] if sample["value"] == 1]
    for labels in fires:
        if 'alertstate="firing"' in labels:
            yield Expectation(alert=_alert_in(labels), fires=True)
    if not wanted["exp_samples"]:
        asked = _alert_in(wanted["expr"])
        for name in (rule.name for rule in rules() if rule.is_alert):
            if re.fullmatch(asked, name):
                yield Expectation(alert=name, fires=False)


def _alert_in(text: str) -> str:
    found = re.search(r'alertname=~?"([^"]+)"', text)
    return found[1] if found else ".*"


def names_in(query: str) -> set[str]:
    """The names of the series that a query asks for."""
    for pattern in (_TEXTS, _LABELS, _RANGES, _GROUPING):
        query = pattern.sub(" ", query)
    return set(_WORDS.findall(query)) - _OPERATORS
