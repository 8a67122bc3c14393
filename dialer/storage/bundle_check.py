"""Checks an auditor's bundle without any database: hashes, chain, replay and subjects.

Called by `callbank compliance verify BUNDLE.zip`.
"""

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dialer.compliance.evidence import (
    kind_of,
    link_hash,
    read_exported_line,
    record_digest,
    record_of,
    subject_of,
)
from dialer.compliance.proof import Judge, Row, Walked, check_record
from dialer.compliance.replay import judges_of
from dialer.errors import UsageError
from dialer.storage.bundle_file import MANIFEST

DIGEST_BYTES = 32


def check_bundle(path: Path, show: Callable[[str, float], None]) -> tuple[dict[str, Any], Walked]:
    """The manifest of a bundle, and what is wrong with it. Raises UsageError for a file that is no
    bundle."""
    with _opened(path) as bundle:
        manifest = _manifest(bundle, path)
        found = Walked()
        _check_files(bundle, manifest, found, show)
        if found.fault_count == 0:
            try:
                _check_content(bundle, manifest, found)
            except (KeyError, TypeError, ValueError) as error:
                found.blame(0, f"it is not written as a bundle is: {error!r}")
        show("records", 1.0)
    return manifest, found


def _check_content(
    bundle: zipfile.ZipFile, manifest: Mapping[str, Any], found: Walked
) -> None:
    """KeyError, TypeError or ValueError where somebody else than `export` wrote the bundle."""
    _check_records(bundle, manifest, _judges(bundle), found)
    _check_subjects(bundle, found)
    if found.replayed != manifest["verdicts_replayed"]:
        found.blame(0, "not as many verdicts can be replayed as the manifest says")


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as bundle:
            yield bundle
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise UsageError(
            f"{path} cannot be read as a bundle ({error}): name a file that"
            " `callbank compliance export` wrote."
        ) from error


def _manifest(bundle: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(bundle.read(MANIFEST))
        if manifest["schema_version"] == 1 and isinstance(manifest["files"], dict):
            return manifest
    except (KeyError, TypeError, ValueError):
        pass
    raise UsageError(f"{path} has no manifest that this version of Callbank can read.")


def _check_files(
    bundle: zipfile.ZipFile,
    manifest: Mapping[str, Any],
    found: Walked,
    show: Callable[[str, float], None],
) -> None:
    listed, there = set(manifest["files"]), bundle.namelist()
    for name in sorted(set(there) - listed - {MANIFEST}):
        found.blame(0, f"{name} is not in the manifest")
    for name in sorted(listed - set(there)):
        found.blame(0, f"{name} is missing")
    if len(there) != len(set(there)):
        found.blame(0, "a file is there twice")
    for place, name in enumerate(sorted(listed & set(there)), 1):
        with bundle.open(name) as member:
            try:
                # a zip member reads into buffers as a file does; the stubs do not say so
                digest = hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]
            except (zipfile.BadZipFile, zlib.error):
                digest = ""
        if digest != manifest["files"][name]["sha256"]:
            found.blame(0, f"{name} is not what the manifest says")
        show("files", place / len(listed))


def _judges(bundle: zipfile.ZipFile) -> dict[str, Judge]:
    bodies = {
        name.removeprefix("rule_sets/").removesuffix(".json"): bundle.read(name).decode()
        for name in bundle.namelist()
        if name.startswith("rule_sets/")
    }
    return judges_of(bodies)


def _check_records(
    bundle: zipfile.ZipFile,
    manifest: Mapping[str, Any],
    judges: Mapping[str, Judge],
    found: Walked,
) -> None:
    """Walk the chain past the digests, and stop at each record of the campaign."""
    chain = manifest["chain"]
    if not chain:
        return
    before = bytes.fromhex(chain["hash_before"] or "")
    with bundle.open("chain.bin") as digests, bundle.open("decisions.jsonl") as lines:
        records = map(read_exported_line, lines)
        record = next(records, None)
        for seq in range(chain["first"], chain["last"] + 1):
            digest = digests.read(DIGEST_BYTES)
            if record is not None and record[0] == seq:
                _, subject, data = record
                if record_digest(subject, data) != digest:
                    found.blame(seq, "it is not the record that the chain binds")
                _check_one(seq, subject, data, judges, found)
                record = next(records, None)
            before = link_hash(before, seq, digest)
    if record is not None:
        found.blame(record[0], "it has no place in the chain")
    if before.hex() != chain["hash"]:
        found.blame(chain["last"], "the chain does not end at the hash that the manifest says")


def _check_one(
    seq: int, subject: bytes, data: bytes, judges: Mapping[str, Judge], found: Walked
) -> None:
    try:
        record = record_of(data)
    except ValueError as error:
        found.blame(seq, f"it cannot be read: {error}")
        return
    row = Row(
        seq=seq,
        at_ms=record.at_ms,
        kind=kind_of(record),
        campaign=record.campaign,
        attempt=getattr(record, "attempt", None),
        subject=subject,
        record=data,
        hash=b"",
    )
    check_record(row, judges, found)
    found.records += 1
    found.kinds[row.kind] += 1


def _check_subjects(bundle: zipfile.ZipFile, found: Walked) -> None:
    with bundle.open("subjects.csv") as file:
        for row in csv.DictReader(io.TextIOWrapper(file, "utf-8", newline="")):
            key = bytes.fromhex(row["key"])
            if subject_of(row["e164"], key).hex() != row["subject"]:
                found.blame(0, "a subject in subjects.csv is not its number under its key")
                return
