"""Pure: the engine's store commands as a few statements, each for many commands of one kind.

A batch falls into *waves*. Inside a wave all commands of one kind are one statement, and kinds
run in the order of `_KINDS`; a command that must come after one of the same or a later kind on
the same subject (an attempt, a lead, a number, an agent) begins a new wave. So what the engine
said first about a subject is written first, and a busy second costs a dozen statements. A wave's
evidence goes before all else, because it looks at what is there to know what is new.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from dialer.compliance.gate import DialPermit
from dialer.engine.store_commands import (
    AddDoNotCall,
    AmendAttempt,
    CloseAttempt,
    DeferLead,
    NoteRefusal,
    ReleaseLeads,
    SaveAgentState,
    SaveAttempt,
    SaveAudit,
    SaveDecision,
    SaveHelpRequest,
    SaveProgress,
    SaveRecording,
    SaveResult,
    SaveTransfer,
    SaveVisit,
    SaveVoicemail,
    StoreCommand,
    UpdateLead,
)
from dialer.storage.decisions import kept_figures
from dialer.storage.evidence_rows import ENTRIES

Row = dict[str, Any]
Subject = tuple[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A query of queries.sql and its commands, each ready to be a JSON object."""

    query: str
    rows: list[Row]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    rank: int
    queries: tuple[str, ...]
    rows: Callable[[Any], tuple[Row, ...]]
    subjects: Callable[[Any], tuple[Subject, ...]]


def plan(batch: Sequence[StoreCommand]) -> Iterator[Statement]:
    """The statements that write the batch, in order."""
    wave: dict[int, list[Row]] = {}
    entries: list[Row] = []
    touched: dict[Subject, int] = {}
    for command in batch:
        kind = _KINDS[type(command)]
        subjects = kind.subjects(command)
        if any(touched.get(subject, -1) >= kind.rank for subject in subjects):
            yield from _statements(wave, entries)
            wave, entries, touched = {}, [], {}
        wave.setdefault(kind.rank, []).extend(kind.rows(command))
        leaves_evidence = ENTRIES.get(type(command))
        if leaves_evidence is not None:
            entries.append(leaves_evidence(command))
        for subject in subjects:
            touched[subject] = kind.rank
    yield from _statements(wave, entries)


def _statements(wave: dict[int, list[Row]], entries: list[Row]) -> Iterator[Statement]:
    if entries:
        yield Statement(query=APPEND_EVIDENCE, rows=entries)
    for rank in sorted(wave):
        for query in _BY_RANK[rank].queries:
            yield Statement(query=query, rows=wave[rank])


def _reader(kind: type, without: tuple[str, ...] = ()) -> Callable[[Any], Row]:
    names = tuple(field.name for field in fields(kind) if field.name not in without)
    return lambda value: {name: getattr(value, name) for name in names}


# What a permit rests on is evidence, and kept there.
_permit_row = _reader(DialPermit, without=("facts", "book", "findings"))
_decision_row = _reader(SaveDecision)


def _attempt_rows(command: SaveAttempt) -> tuple[Row, ...]:
    return (
        {
            "attempt_id": command.attempt_id,
            "lead_id": command.lead.id,
            "campaign_id": command.campaign_id,
            "e164": command.permit.e164,
            "trunk": command.trunk,
            "caller_id": command.caller_id,
            "permit": _permit_row(command.permit),
            "agent_id": command.agent_id,
            "dialed_at": command.dialed_at,
            "message_version": command.message_version,
        },
    )


def _refusal_row(command: DeferLead | NoteRefusal) -> Row:
    return {
        "lead_id": command.lead_id,
        "campaign_id": command.campaign_id,
        "reasons": command.refusal.reasons,
        "retry_at": command.refusal.retry_at,
        "at": command.at,
    }


def _note_rows(command: NoteRefusal) -> tuple[Row, ...]:
    return (_refusal_row(command),)


def _defer_rows(command: DeferLead) -> tuple[Row, ...]:
    return ({**_refusal_row(command), "next_at": command.next_at},)


def _decision_rows(command: SaveDecision) -> tuple[Row, ...]:
    return ({**_decision_row(command), "figures": kept_figures(command.figures)},)


def _voicemail_rows(command: SaveVoicemail) -> tuple[Row, ...]:
    return (
        {
            "attempt_id": command.attempt_id,
            "voicemail_version": command.voicemail_version,
        },
    )


def _release_rows(command: ReleaseLeads) -> tuple[Row, ...]:
    return tuple({"lead_id": lead_id} for lead_id in command.lead_ids)


def _plain(kind: type) -> Callable[[Any], tuple[Row, ...]]:
    read = _reader(kind)
    return lambda command: (read(command),)


def _of(noun: str, field: str) -> Callable[[Any], tuple[Subject, ...]]:
    return lambda command: ((noun, getattr(command, field)),)


def _ranked(
    rank: int,
    kind: type,
    queries: tuple[str, ...],
    subjects: Callable[[Any], tuple[Subject, ...]],
    rows: Callable[[Any], tuple[Row, ...]] | None = None,
) -> tuple[type, _Kind]:
    return kind, _Kind(rank=rank, queries=queries, rows=rows or _plain(kind), subjects=subjects)


# Attempts are closed before others are saved: a number's open attempt forbids its next one.
_KINDS: dict[type, _Kind] = dict(
    (
        _ranked(0, SaveProgress, ("save_progress",), _of("attempt", "attempt_id")),
        _ranked(1, CloseAttempt, ("close_attempts",), _of("attempt", "attempt_id")),
        _ranked(2, AmendAttempt, ("amend_attempts",), _of("attempt", "attempt_id")),
        _ranked(
            3,
            SaveAttempt,
            ("save_attempts", "hold_claims"),
            lambda c: (("attempt", c.attempt_id), ("lead", c.lead.id)),
            _attempt_rows,
        ),
        _ranked(4, SaveResult, ("save_results",), _of("attempt", "attempt_id")),
        _ranked(5, UpdateLead, ("update_leads",), _of("lead", "lead_id")),
        _ranked(
            6,
            ReleaseLeads,
            ("release_leads",),
            lambda c: tuple(("lead", lead_id) for lead_id in c.lead_ids),
            _release_rows,
        ),
        _ranked(7, DeferLead, ("defer_leads",), _of("lead", "lead_id"), _defer_rows),
        _ranked(8, AddDoNotCall, ("add_do_not_call",), _of("number", "e164")),
        _ranked(
            9,
            SaveAgentState,
            ("end_agent_states", "begin_agent_states"),
            _of("agent", "agent_id"),
        ),
        _ranked(10, SaveDecision, ("save_decisions",), lambda _: (), _decision_rows),
        _ranked(11, NoteRefusal, ("note_refusals",), lambda _: (), _note_rows),
        _ranked(12, SaveVisit, ("save_visits",), _of("visit", "visit_id")),
        _ranked(13, SaveAudit, ("save_audits",), _of("attempt", "attempt_id")),
        _ranked(14, SaveRecording, ("save_recordings",), _of("attempt", "attempt_id")),
        _ranked(15, SaveTransfer, ("save_transfers",), _of("transfer", "transfer_id")),
        _ranked(
            16, SaveVoicemail, ("save_voicemails",), _of("attempt", "attempt_id"), _voicemail_rows
        ),
        _ranked(17, SaveHelpRequest, ("save_help_requests",), _of("help request", "help_id")),
    )
)
_BY_RANK = {kind.rank: kind for kind in _KINDS.values()}

APPEND_EVIDENCE = "append_evidence"

QUERIES_USED = (APPEND_EVIDENCE, *(query for kind in _KINDS.values() for query in kind.queries))
"""Every query that a plan may name."""
