"""Erasing a person: what can be known of him goes, what a law demands stays, and the chain holds.

The evidence has no personal data; it names *subjects*, and a subject whose number and key are gone
is nobody. A number *stays* where somebody else is reached at it, where it is on the do-not-call
list, or where call details must be kept; in the last case retention erases it when that ends.
Called by `callbank compliance erase`, and by retention.py for what is due.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from dialer.compliance.evidence import Erasure, milliseconds
from dialer.errors import CallbankError, UsageError
from dialer.storage.connect import plainly
from dialer.storage.evidence_rows import entry_of
from dialer.storage.instants import moment
from dialer.storage.named import load_queries

SQL = load_queries(Path(__file__).with_name("erasure.sql"))

APPEND = "CALL append_evidence(%s::jsonb)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Who is to be erased (by number, or by the id that lists have for him), by whom and why."""

    e164: str | None
    person: str | None
    by: str
    reason: str
    keep_years: int


@dataclass(kw_only=True, slots=True)
class Erased:
    """What went and what stays, each with the basis on which it does. `recordings` are files that
    whoever asked must remove, below the folder of recordings."""

    people: int = 0
    recordings: list[str] = field(default_factory=list)
    removed: dict[str, int] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    def count(self, what: str, rows: int) -> None:
        """So many of these are gone."""
        if rows:
            self.removed[what] = self.removed.get(what, 0) + rows


class _DryRun(Exception):
    """Ends the transaction without an error."""


def erase(url: str, wish: Wish, *, now: float, is_dry_run: bool = False) -> Erased:
    """Erase a person, in one transaction. Raises UsageError when nobody is found, CallbankError
    while he is being called."""
    erased = Erased()
    with plainly(url) as connection:
        try:
            with connection.transaction():
                _erase(connection, wish, now, erased)
                if is_dry_run:
                    raise _DryRun
        except _DryRun:
            pass
    return erased


def forget_due_numbers(connection: psycopg.Connection, now: float) -> int:
    """Erase the numbers that were only kept until now; how many."""
    found = connection.execute(SQL["subjects_that_are_due"], {"now": moment(now)})
    due = [e164 for (e164,) in found]
    if not due:
        return 0
    # Who came back on a new list is no longer erased.
    known = {e164 for (e164,) in connection.execute(SQL["numbers_still_known"], {"numbers": due})}
    gone = [e164 for e164 in due if e164 not in known]
    _forget(connection, {"gone": gone, "people": [], "kept": [], "now": moment(now)}, Erased())
    return len(gone)


def _erase(connection: psycopg.Connection, wish: Wish, now: float, erased: Erased) -> None:
    connection.execute(SQL["lock_head"])
    people = connection.execute(
        SQL["find_people"], {"e164": wish.e164, "person": wish.person}
    ).fetchall()
    volunteers = _volunteers(connection, wish)
    if not people and not volunteers and not _is_known(connection, wish):
        raise UsageError(
            "nobody is known by that number or id. A number begins with +; the id is the one that"
            " the list had for him (column external_id of `callbank export`)."
        )
    its: dict[str, Any] = {
        "contacts": [row[0] for row in people],
        "leads": [row[1] for row in people],
        "people": sorted({row[2] for row in people}),
        "volunteers": volunteers,
        "now": moment(now),
        "keep_years": wish.keep_years,
    }
    (going_on,) = connection.execute(SQL["calls_going_on"], its).fetchone() or (0,)
    if going_on:
        raise CallbankError("the person is being called now. Run this again after the call.")
    erased.people = len(its["people"])
    erased.count("volunteers' names and addresses", len(volunteers))
    its["numbers"] = _column(connection, "numbers_of_people", its)
    if wish.e164 is not None and not people:
        its["numbers"] = [wish.e164]
    subjects = dict(connection.execute(SQL["subjects_of_numbers"], its).fetchall())
    _decide(connection, its, erased)
    _remove(connection, its, erased)
    record = Erasure(
        at_ms=milliseconds(now),
        by=wish.by,
        reason=wish.reason,
        removed=erased.removed,
        kept=erased.kept,
    )
    entries = [
        {**entry_of(record), "subject": subject.hex()} for subject in subjects.values()
    ] or [entry_of(record)]
    connection.execute(APPEND, (json.dumps(entries),))


def _volunteers(connection: psycopg.Connection, wish: Wish) -> list[int]:
    """The sessions of volunteers who gave the number as their own."""
    found = connection.execute(SQL["find_volunteers"], {"e164": wish.e164}).fetchall()
    at_work = [str(session_id) for session_id, lasts in found if lasts]
    if at_work:
        raise CallbankError(
            "a volunteer who gave that number has not gone home. End the session first:"
            f" callbank volunteer revoke {at_work[0]}"
        )
    return [session_id for session_id, _ in found]


def _is_known(connection: psycopg.Connection, wish: Wish) -> bool:
    """Whether anything is known of a number that is on no list."""
    if wish.e164 is None:
        return False
    (is_known,) = connection.execute(SQL["is_known"], {"e164": wish.e164}).fetchone() or (False,)
    return bool(is_known)


def _decide(connection: psycopg.Connection, its: dict[str, Any], erased: Erased) -> None:
    """Which numbers go and which stay, and why."""
    others = set(_column(connection, "numbers_of_others", its))
    kept_calls = connection.execute(SQL["calls_that_are_kept"], its).fetchall()
    refused = connection.execute(SQL["refusals_to_be_called"], its).fetchall()
    its["kept"] = [e164 for e164, _, _ in kept_calls]
    its["until"] = {e164: until for e164, _, until in kept_calls}
    its["gone"] = [
        e164 for e164 in its["numbers"] if e164 not in others and e164 not in its["until"]
    ]
    if kept_calls:
        calls, until = sum(row[1] for row in kept_calls), max(row[2] for row in kept_calls)
        erased.kept["call details"] = (
            f"numbers and details of {calls} sales or telefunder calls, with consents and"
            f" relations of these numbers, until {until:%Y-%m-%d}: 16 CFR 310.5"
        )
    if refused:
        erased.kept["do-not-call entry"] = (
            f"{len(refused)} numbers on the do-not-call list: it must be kept so that he is not"
            " called again (47 CFR 64.1200(d)(6), five years; Va. Code 59.1-514.1, ten)"
        )
    if others.intersection(its["numbers"]):
        erased.kept["shared number"] = "somebody else is reached at it"
    (revoked,) = connection.execute(SQL["revocations_kept"], its).fetchone() or (0,)
    if revoked:
        erased.kept["revocations"] = (
            f"{revoked} revocations of consent, with the number: they are kept as do-not-call"
            " requests are"
        )
    erased.kept["evidence"] = (
        "what was judged, and when and how each call went, without number or name: 16 CFR 310.5,"
        " 47 CFR 64.1200(a)(7)(iii)"
    )


def _remove(connection: psycopg.Connection, its: dict[str, Any], erased: Erased) -> None:
    _run(connection, "erase_volunteers", its)
    erased.count("names, addresses and list columns", _run(connection, "erase_contacts", its))
    _run(connection, "free_claims", its)
    _run(connection, "make_stand_ins", its)
    erased.count("places on lists", _run(connection, "erase_leads", its))
    (written,) = connection.execute(SQL["erase_written"], its).fetchone() or (0,)
    erased.count("answers to volunteers", _run(connection, "erase_answers", its) + written)
    erased.recordings = _column(connection, "recordings_of_people", its)
    erased.count("recordings", len(erased.recordings))
    _run(connection, "erase_recordings", its)
    _run(connection, "erase_audit_recordings", its)
    erased.count("numbers of calls that came in", _run(connection, "erase_inbound_calls", its))
    erased.count(
        "numbers in call details", _run(connection, "erase_numbers_of_attempts", its)
    )
    _forget(connection, its, erased)
    for e164, until in its["until"].items():
        connection.execute(SQL["erase_subjects_later"], {"e164": e164, "until": until})


def _forget(connection: psycopg.Connection, its: Mapping[str, Any], told: Erased) -> None:
    """All that is known of numbers that go, apart from the calls."""
    facts = connection.execute(SQL["erase_facts"], its).fetchone() or (0, 0, 0)
    for what, rows in zip(("consents", "relations", "look-ups of numbers"), facts, strict=True):
        told.count(what, rows)
    told.count("numbers", _run(connection, "erase_numbers", its))
    told.count("keys of the evidence", _run(connection, "erase_subjects", its))


def _run(connection: psycopg.Connection, query: str, its: Mapping[str, Any]) -> int:
    return connection.execute(SQL[query], its).rowcount


def _column(connection: psycopg.Connection, query: str, its: Mapping[str, Any]) -> list[Any]:
    return [row[0] for row in connection.execute(SQL[query], its)]
