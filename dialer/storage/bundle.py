"""The auditor's bundle of one campaign: all that proves how it was called, in one file.

A *wish* says of which campaign, from when to when, and who wants it why. All is read in one
snapshot of the database. Called by `callbank compliance export`; bundle_check.py checks it.
"""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from dialer.compliance.evidence import (
    Dialed,
    Judgement,
    Voicemail,
    exported_line,
    reasons_of,
)
from dialer.compliance.proof import Row, check_record
from dialer.compliance.replay import judges_of
from dialer.domain.wording import version_of
from dialer.storage.bundle_file import BundleFile
from dialer.storage.bundle_page import page
from dialer.storage.bundle_wish import SQL, BundleWish, Told, said
from dialer.storage.connect import plainly
from dialer.storage.evidence import LINK_TYPES, hash_before, hash_of, rule_sets
from dialer.storage.evidence import SQL as EVIDENCE
from dialer.storage.instants import moment
from dialer.storage.migrations import SQL_DIR

SCHEMA_VERSION = 1
ROWS_AT_ONCE = 1000

CSV_FILES = {
    "agents": "agents.csv",
    "opt_outs": "opt_outs.csv",
    "reassigned": "reassigned_numbers.csv",
    "line_types": "line_types.csv",
    "registers": "do_not_call_registers.csv",
    "caller_ids": "caller_ids.csv",
    "abandonment": "abandonment.csv",
    "amd_audit": "amd_audit.csv",
    "subjects": "subjects.csv",
}
JSONL_FILES = {
    "consents": "consents.jsonl",
    "revocations": "revocations.jsonl",
    "relations": "relations.jsonl",
    "sign_ons": "rule_sign_ons.jsonl",
    "policy_changes": "policy_changes.jsonl",
}
"""Queries of bundle.sql and the files they fill."""


def write_bundle(
    url: str, wish: BundleWish, path: Path, show: Callable[[str, float], None]
) -> dict[str, object]:
    """Write the bundle; its manifest. The file takes its name only when it is whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("xb") as out:
            with BundleFile(out) as bundle:
                manifest = _fill(url, wish, bundle, show)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _fill(
    url: str, wish: BundleWish, bundle: BundleFile, show: Callable[[str, float], None]
) -> dict[str, object]:
    with plainly(url) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        told = Told()
        its = _parameters(connection, wish, told)
        show("calls", 0.0)
        calls = _write_query(connection, "calls", its, bundle, "calls.csv")
        show("calls", 1.0)
        show("evidence", 0.0)
        _write_decisions(connection, its, bundle, told)
        show("evidence", 0.5)
        _write_chain(connection, its, bundle, told)
        show("evidence", 1.0)
        connection.execute(SQL["make_numbers"], its)
        for query, name in CSV_FILES.items():
            _write_query(connection, query, its, bundle, name)
        for query, name in JSONL_FILES.items():
            bundle.write_jsonl(name, _rows(connection, query, its))
        kept = rule_sets(connection)
        for name in sorted(told.rule_sets & kept.keys()):
            bundle.write_text(f"rule_sets/{name}.json", kept[name])
        _write_messages(connection, its, wish, bundle, told)
        bundle.write_text("summary.html", page(connection, its, wish, told))
        manifest = _manifest(connection, wish, told, calls)
        bundle.finish(manifest)
    return manifest


def _parameters(
    connection: psycopg.Connection, wish: BundleWish, told: Told
) -> dict[str, Any]:
    its: dict[str, Any] = {
        "campaign_id": wish.campaign_id,
        "since": moment(wish.since),
        "until": moment(wish.until),
    }
    found = connection.execute(EVIDENCE["span_of_time"], its).fetchone() or (0, -1)
    told.first, told.last = found
    return {**its, "first": told.first, "last": told.last}


def _write_query(
    connection: psycopg.Connection,
    query: str,
    its: Mapping[str, Any],
    bundle: BundleFile,
    name: str,
) -> int:
    with connection.cursor(name=query) as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(SQL[query], its)
        columns = [column.name for column in cursor.description or ()]
        return bundle.write_csv(name, columns, cursor)


def _rows(
    connection: psycopg.Connection, query: str, its: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    with connection.cursor(name=query, row_factory=dict_row) as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(SQL[query], its)
        for row in cursor:
            yield {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in row.items()
            }


def _write_decisions(
    connection: psycopg.Connection, its: Mapping[str, Any], bundle: BundleFile, told: Told
) -> None:
    judges = judges_of(rule_sets(connection))
    with (
        bundle.member("decisions.jsonl") as member,
        connection.cursor().copy(SQL["read_records"], its) as copied,
    ):
        copied.set_types(LINK_TYPES)
        for values in copied.rows():
            row = Row(*values)
            record = check_record(row, judges, told.walked)
            if isinstance(record, Judgement):
                _note(record, told)
            told.walked.records += 1
            told.walked.kinds[row.kind] += 1
            member.write(exported_line(row.seq, row.subject, row.record))
            member.rows += 1


def _note(record: Judgement, told: Told) -> None:
    if record.rule_set:
        told.rule_sets.add(record.rule_set)
    if isinstance(record, Dialed | Voicemail):
        if record.message:
            told.messages.add(record.message)
        return
    told.refusals.update(reasons_of(record))


def _write_chain(
    connection: psycopg.Connection, its: Mapping[str, Any], bundle: BundleFile, told: Told
) -> None:
    """The digest of every link of the time, and the hashes between which they stand."""
    if told.last < told.first:
        return
    with (
        bundle.member("chain.bin") as member,
        connection.cursor().copy(SQL["read_digests"], its) as copied,
    ):
        copied.set_types(("int8", "bytea"))
        for _, digest in copied.rows():
            member.write(digest)
            member.rows += 1
    before, after = hash_before(connection, told.first), hash_of(connection, told.last)
    told.chain = {
        "first": told.first,
        "last": told.last,
        "hash_before": None if before is None else before.hex(),
        "hash": None if after is None else after.hex(),
    }


def _write_messages(
    connection: psycopg.Connection,
    its: Mapping[str, Any],
    wish: BundleWish,
    bundle: BundleFile,
    told: Told,
) -> None:
    """The words of every message that may have been played, and their sound where it is here."""
    texts = [text for (text,) in connection.execute(SQL["message_texts"], its)]
    words = {version_of(text): text for text in texts}
    for name in sorted(told.messages & words.keys()):
        bundle.write_text(f"messages/message-{name}.txt", words[name] + "\n")
        sound = wish.sounds / f"message-{name}.wav"
        if sound.is_file():
            with bundle.member(f"messages/message-{name}.wav") as member, sound.open("rb") as data:
                while piece := data.read(1 << 16):
                    member.write(piece)


def _manifest(
    connection: psycopg.Connection, wish: BundleWish, told: Told, calls: int
) -> dict[str, object]:
    head = connection.execute("SELECT count, hash FROM evidence_head").fetchone() or (0, b"")
    walked = told.walked
    return {
        "schema_version": SCHEMA_VERSION,
        "campaign": wish.campaign,
        "since": said(wish.since),
        "until": said(wish.until),
        "exported_at": said(wish.exported_at),
        "exported_by": wish.by,
        "reason": wish.reason,
        "software": f"callbank {_own_version()}",
        "time_zone_data": version("tzdata"),
        "rule_sets": sorted(told.rule_sets),
        "calls": calls,
        "records": dict(sorted(walked.kinds.items())),
        "verdicts_replayed": walked.replayed,
        "faults": walked.fault_count,
        "chain": told.chain,
        "head": {"count": head[0], "hash": head[1].hex()},
    }


def _own_version() -> str:
    """As pyproject.toml has it: Callbank runs from its checkout and is no installed package."""
    project = tomllib.loads((SQL_DIR.parent / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
