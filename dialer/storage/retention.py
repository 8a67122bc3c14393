"""Retention: what is older than the law wants it kept is removed, and the chain still verifies.

The oldest records are cut off the front of the evidence, and a *checkpoint* record at its end says
how far and with which hash, so that the rest can still be walked. With the end of an attempt goes
the attempt. Called by `serve` once a day and by `callbank compliance retain`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from dialer.compliance.evidence import Checkpoint, milliseconds
from dialer.storage.connect import plainly
from dialer.storage.erasure import APPEND, forget_due_numbers
from dialer.storage.evidence_rows import entry_of
from dialer.storage.instants import moment
from dialer.storage.named import load_queries

SQL = load_queries(Path(__file__).with_name("retention.sql"))

REMOVED_AT_ONCE = 20_000
"""The chain's head is locked meanwhile: a call's row waits for no more than this."""


@dataclass(kw_only=True, slots=True)
class Retained:
    """How much was removed, and from before which instant."""

    before: float
    records: int = 0
    attempts: int = 0
    refusals: int = 0
    consents: int = 0
    blocks: int = 0  # of the abandonment ledger
    subjects: int = 0
    numbers: int = 0  # of people who asked to be erased, kept until now


def oldest_kept(now: float, keep_years: int) -> float:
    """The instant before which things are removed: the same day, so many years ago."""
    today = datetime.fromtimestamp(now, UTC)
    is_leap_day = (today.month, today.day) == (2, 29)
    day = 28 if is_leap_day else today.day
    return today.replace(year=today.year - keep_years, day=day).timestamp()


def retain(
    url: str, *, now: float, keep_years: int, show: Callable[[int], None] = lambda records: None
) -> Retained:
    """Remove what is too old; `show` hears how many records are gone so far."""
    done = Retained(before=oldest_kept(now, keep_years))
    with plainly(url) as connection:
        while _remove_front(connection, done, now):
            show(done.records)
        with connection.transaction():
            _remove_others(connection, done, now)
    return done


def _remove_front(connection: psycopg.Connection, done: Retained, now: float) -> bool:
    """Some of the chain's front, with its attempts; whether there was any."""
    before = {"before": moment(done.before), "most": REMOVED_AT_ONCE}
    with connection.transaction():
        connection.execute(SQL["lock_head"])
        front = connection.execute(SQL["front"], before).fetchone()
        if front is None:
            return False
        through, digest = front
        connection.execute(SQL["allow_removal"])
        done.records += connection.execute(SQL["remove_front"], {"through": through}).rowcount
        connection.execute(SQL["remove_results"])
        connection.execute(SQL["remove_audits"])
        connection.execute(SQL["remove_recordings"])
        done.attempts += connection.execute(SQL["remove_attempts"]).rowcount
        done.subjects += connection.execute(SQL["remove_subjects"]).rowcount
        record = Checkpoint(
            at_ms=milliseconds(now),
            through=through,
            hash=digest.hex(),
            before_ms=milliseconds(done.before),
        )
        connection.execute(APPEND, (json.dumps([entry_of(record)]),))
    return True


def _remove_others(connection: psycopg.Connection, done: Retained, now: float) -> None:
    before = {"before": moment(done.before)}
    done.refusals += connection.execute(SQL["remove_refusals"], before).rowcount
    connection.execute(SQL["remove_old_results"], before)
    connection.execute(SQL["remove_old_audits"], before)
    connection.execute(SQL["remove_old_recordings"], before)
    connection.execute(SQL["remove_inbound_calls"], before)
    connection.execute(SQL["remove_written"], before)
    done.blocks += connection.execute(SQL["remove_blocks"], before).rowcount
    done.attempts += connection.execute(SQL["remove_old_attempts"], before).rowcount
    done.consents += connection.execute(SQL["remove_consents"], before).rowcount
    done.numbers += forget_due_numbers(connection, now)
