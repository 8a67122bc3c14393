"""Versions of one rule in the course of time: who takes whose place, and whether it fits.

Two rows are *versions of one rule* when jurisdiction, predicate, reason and scope are the same.
At any time one of them may hold: a second one says by `supersedes` that it takes the place of
the first, or begins when the first is over.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from dialer.compliance.rule import Rule
from dialer.compliance.rule_rows import OWN
from dialer.compliance.rule_words import PREDICATES


def last_days(rules: Sequence[Rule]) -> dict[str, date]:
    """By rule id, the first day on which it holds no more; rules without an end are left out."""
    ends = {rule.id: rule.effective_to for rule in rules if rule.effective_to is not None}
    for rule in rules:
        if rule.supersedes:
            begins = rule.effective_from
            ends[rule.supersedes] = min(begins, ends.get(rule.supersedes, begins))
    return ends


def mistakes(rules: Sequence[Rule]) -> list[str]:
    """A sentence for each contradiction between rows."""
    by_id: dict[str, Rule] = {}
    found = []
    for rule in rules:
        if rule.id in by_id:
            found.append(f"rule {rule.id} is there twice: give one of them another id.")
        by_id[rule.id] = rule
    found += _wrong_successions(rules, by_id)
    return found or list(_overlaps(rules))


def _wrong_successions(rules: Sequence[Rule], by_id: dict[str, Rule]) -> list[str]:
    found = []
    successors: dict[str, str] = {}
    for rule in rules:
        if not rule.supersedes:
            continue
        before = by_id.get(rule.supersedes)
        if before is None:
            found.append(
                f"rule {rule.id} supersedes {rule.supersedes}, which does not exist:"
                " name a rule's id, or leave supersedes out."
            )
            continue
        problem = _wrong_succession(before, rule)
        if problem:
            found.append(f"rule {rule.id} {problem}.")
        if rule.supersedes in successors:
            found.append(
                f"rule {rule.id} supersedes {before.id}, as {successors[before.id]} does:"
                " let it supersede the later of the two."
            )
        successors[before.id] = rule.id
    return found


def _wrong_succession(before: Rule, after: Rule) -> str:
    if (before.jurisdiction, before.predicate) != (after.jurisdiction, after.predicate):
        return (
            f"supersedes {before.id}, which is about something else ({before.predicate} in"
            f" {before.jurisdiction}): leave supersedes out"
        )
    if after.effective_from <= before.effective_from:
        return (
            f"supersedes {before.id} and begins on {after.effective_from}, not after it"
            f" ({before.effective_from}): correct effective_from"
        )
    if before.effective_to is not None and before.effective_to != after.effective_from:
        return (
            f"begins on {after.effective_from}, but {before.id}, which it supersedes, ends on"
            f" {before.effective_to}: give both the same day"
        )
    return ""


def _overlaps(rules: Sequence[Rule]) -> Iterable[str]:
    ends = last_days(rules)
    versions: dict[tuple[object, ...], list[Rule]] = {}
    for rule in rules:
        versions.setdefault(_what_it_is_about(rule), []).append(rule)
    for group in versions.values():
        group.sort(key=lambda rule: rule.effective_from)
        for earlier, later in pairwise(group):
            end = ends.get(earlier.id)
            if end is None or end > later.effective_from:
                yield (
                    f"rules {earlier.id} and {later.id} are about the same and hold at once from"
                    f" {later.effective_from}: let {later.id} supersede {earlier.id}, or end"
                    f" {earlier.id} on that day."
                )


def _what_it_is_about(rule: Rule) -> tuple[object, ...]:
    marks = tuple(rule.arguments.get(mark) for mark in PREDICATES[rule.predicate].marks)
    return (
        rule.id.startswith(OWN), rule.jurisdiction, rule.predicate, rule.reason, rule.purposes,
        rule.organisations, rule.methods, rule.voices, rule.lines, marks,
    )  # fmt: skip
