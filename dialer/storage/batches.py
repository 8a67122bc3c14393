"""Pure: the engine's store commands as a few statements, each for many commands of one kind.

A batch falls into *waves*. Inside a wave all commands of one kind are one statement, and kinds
run in the order of `_KINDS`; a command that must come after one of the same or a later kind on
the same subject (an attempt, a lead, a number, an agent) begins a new wave. So what the engine
said first about a subject is written first, and a busy second costs a dozen statements.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from dialer.compliance.gate import DialPermit
from dialer.engine import commands as wishes
from dialer.engine.commands import StoreCommand
from dialer.storage.decisions import kept_figures

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
    touched: dict[Subject, int] = {}
    for command in batch:
        kind = _KINDS[type(command)]
        subjects = kind.subjects(command)
        if any(touched.get(subject, -1) >= kind.rank for subject in subjects):
            yield from _statements(wave)
            wave, touched = {}, {}
        wave.setdefault(kind.rank, []).extend(kind.rows(command))
        for subject in subjects:
            touched[subject] = kind.rank
    yield from _statements(wave)


def _statements(wave: dict[int, list[Row]]) -> Iterator[Statement]:
    for rank in sorted(wave):
        for query in _BY_RANK[rank].queries:
            yield Statement(query=query, rows=wave[rank])


def _reader(kind: type, without: tuple[str, ...] = ()) -> Callable[[Any], Row]:
    names = tuple(field.name for field in fields(kind) if field.name not in without)
    return lambda value: {name: getattr(value, name) for name in names}


# What a permit rests on is evidence, and kept there.
_permit_row = _reader(DialPermit, without=("facts", "book", "findings"))
_decision_row = _reader(wishes.SaveDecision)


def _attempt_rows(command: wishes.SaveAttempt) -> tuple[Row, ...]:
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
        },
    )


def _refusal_row(command: wishes.DeferLead | wishes.NoteRefusal) -> Row:
    return {
        "lead_id": command.lead_id,
        "campaign_id": command.campaign_id,
        "reasons": command.refusal.reasons,
        "retry_at": command.refusal.retry_at,
        "at": command.at,
    }


def _note_rows(command: wishes.NoteRefusal) -> tuple[Row, ...]:
    return (_refusal_row(command),)


def _defer_rows(command: wishes.DeferLead) -> tuple[Row, ...]:
    return ({**_refusal_row(command), "next_at": command.next_at},)


def _decision_rows(command: wishes.SaveDecision) -> tuple[Row, ...]:
    return ({**_decision_row(command), "figures": kept_figures(command.figures)},)


def _release_rows(command: wishes.ReleaseLeads) -> tuple[Row, ...]:
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
        _ranked(0, wishes.SaveProgress, ("save_progress",), _of("attempt", "attempt_id")),
        _ranked(1, wishes.CloseAttempt, ("close_attempts",), _of("attempt", "attempt_id")),
        _ranked(2, wishes.AmendAttempt, ("amend_attempts",), _of("attempt", "attempt_id")),
        _ranked(
            3,
            wishes.SaveAttempt,
            ("save_attempts", "hold_claims"),
            lambda c: (("attempt", c.attempt_id), ("lead", c.lead.id)),
            _attempt_rows,
        ),
        _ranked(4, wishes.SaveResult, ("save_results",), _of("attempt", "attempt_id")),
        _ranked(5, wishes.UpdateLead, ("update_leads",), _of("lead", "lead_id")),
        _ranked(
            6,
            wishes.ReleaseLeads,
            ("release_leads",),
            lambda c: tuple(("lead", lead_id) for lead_id in c.lead_ids),
            _release_rows,
        ),
        _ranked(7, wishes.DeferLead, ("defer_leads",), _of("lead", "lead_id"), _defer_rows),
        _ranked(8, wishes.AddDoNotCall, ("add_do_not_call",), _of("number", "e164")),
        _ranked(
            9,
            wishes.SaveAgentState,
            ("end_agent_states", "begin_agent_states"),
            _of("agent", "agent_id"),
        ),
        _ranked(10, wishes.SaveDecision, ("save_decisions",), lambda _: (), _decision_rows),
        _ranked(11, wishes.NoteRefusal, ("note_refusals",), lambda _: (), _note_rows),
    )
)
_BY_RANK = {kind.rank: kind for kind in _KINDS.values()}

QUERIES_USED = tuple(query for kind in _KINDS.values() for query in kind.queries)
"""Every query that a plan may name."""
