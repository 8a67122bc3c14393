"""The figures of a bundle's page, read in the bundle's own snapshot. For bundle.py."""

from collections.abc import Mapping
from typing import Any

import psycopg

from dialer.compliance import rulebook
from dialer.compliance.rule import Rule
from dialer.compliance.summary import Promise, Summary, page_of
from dialer.storage.bundle_wish import SQL, BundleWish, Told, said


def page(
    connection: psycopg.Connection, its: Mapping[str, Any], wish: BundleWish, told: Told
) -> str:
    """summary.html of the bundle."""
    outcomes = _counts(connection, "outcomes", its)
    standings = _counts(connection, "standings", its)
    seller, offer, purpose, organisation = connection.execute(
        "SELECT seller, offer, purpose, organisation FROM campaigns WHERE id = %(campaign_id)s", its
    ).fetchone() or ("", "", "", "")
    return page_of(
        Summary(
            campaign=wish.campaign,
            seller=seller,
            offer=offer,
            since=said(wish.since),
            until=said(wish.until),
            facts={
                "Purpose, organisation": f"{purpose}, {organisation}",
                "Exported": f"{said(wish.exported_at)} by {wish.by}: {wish.reason}",
                "Records of evidence": f"{told.walked.records}, between number {told.first} and"
                f" {told.last} of the chain",
                "Rule sets": ", ".join(sorted(told.rule_sets)) or "none",
            },
            promises=_promises(told, outcomes, standings),
            figures={
                "Attempts by outcome": outcomes,
                "Answered calls by what they count as": standings,
                "Refusals by reason": dict(told.refusals.most_common()),
            },
            blocks=_blocks(connection, its),
            rules=_rules_at_the_end(connection, wish, told, purpose, organisation),
        )
    )


def _promises(
    told: Told, outcomes: Mapping[str, int], standings: Mapping[str, int]
) -> tuple[Promise, ...]:
    walked = told.walked
    attempts, dialed = sum(outcomes.values()), walked.kinds["dialed"]
    let_down = standings.get("abandoned", 0) + standings.get("late", 0)
    answered = let_down + standings.get("connected", 0)
    return (
        Promise(
            text="Every attempt was judged before it was dialed",
            is_kept=dialed >= attempts,
            figures=f"{attempts} attempts that have ended, {dialed} judgements",
        ),
        Promise(
            text="Every verdict is what its rule set says of its facts",
            is_kept=walked.fault_count == 0,
            figures=f"{walked.replayed} replayed, {walked.fault_count} faults",
        ),
        Promise(
            text="At most 3 % of the people who answered were abandoned in this time",
            is_kept=let_down <= 0.03 * answered,
            figures=f"{let_down} of {answered}; what the law counts is in the blocks",
        ),
    )


def _counts(connection: psycopg.Connection, query: str, its: Mapping[str, Any]) -> dict[str, int]:
    return {name or "none yet": count for name, count in connection.execute(SQL[query], its)}


def _blocks(
    connection: psycopg.Connection, its: Mapping[str, Any]
) -> tuple[list[str], list[list[str]]]:
    found = connection.execute(SQL["blocks_of_page"], its)
    headings = [column.name.replace("_", " ") for column in found.description or ()]
    return headings, [[str(value) for value in row] for row in found]


def _rules_at_the_end(
    connection: psycopg.Connection, wish: BundleWish, told: Told, purpose: str, organisation: str
) -> tuple[Rule, ...]:
    """The rules of the latest rule set that hold for such a campaign."""
    if not told.rule_sets:
        return ()
    kept = connection.execute(
        "SELECT version, body FROM rule_sets WHERE version = ANY(%s)"
        " ORDER BY first_used_at DESC LIMIT 1",
        (list(told.rule_sets),),
    ).fetchone()
    if kept is None:
        return ()
    try:
        book = rulebook.read({f"{kept[0]}.yaml": kept[1]})
    except rulebook.RuleBookError:  # changed by somebody: the verdicts tell
        return ()
    return tuple(
        rule
        for rule in book.in_force(min(wish.until, wish.exported_at))
        if (not rule.purposes or purpose in rule.purposes)
        and (not rule.organisations or organisation in rule.organisations)
    )
