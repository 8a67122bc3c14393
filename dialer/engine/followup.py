"""What becomes of a lead after an attempt: rest and try again, call back, or never again."""

from collections.abc import Callable, Mapping

from dialer.domain.campaign import RecycleRules
from dialer.domain.language import Language
from dialer.domain.lead import Lead, LeadState
from dialer.domain.outcome import (
    MACHINE_ANSWERED,
    NEVER_REACHED_THE_NETWORK,
    Disposition,
    Outcome,
)
from dialer.domain.value import changed, maker
from dialer.engine.store_commands import UpdateLead

make_update = maker(UpdateLead)

FINAL_OUTCOMES = frozenset({Outcome.NOT_IN_SERVICE, Outcome.REJECTED, Outcome.FAX})

RECYCLED_RESULTS = frozenset({Disposition.NOT_HOME, Disposition.OTHER_LANGUAGE})


_REST_S: Mapping[Outcome, Callable[[RecycleRules], float]] = {
    Outcome.BUSY: lambda rules: rules.busy_s,
    Outcome.NO_ANSWER: lambda rules: rules.no_answer_s,
    Outcome.MACHINE: lambda rules: rules.machine_s,
    Outcome.CONGESTION: lambda rules: rules.congestion_s,
    Outcome.FAILED: lambda rules: rules.congestion_s,
    Outcome.ABANDONED: lambda rules: rules.abandoned_s,
    Outcome.CALLER_LEFT: lambda rules: rules.abandoned_s,
    Outcome.WITHDRAWN: lambda rules: rules.no_answer_s,
    Outcome.TALKED: lambda rules: rules.lost_s,
    Outcome.LOST: lambda rules: rules.lost_s,
    Outcome.TRUNK_FAILED: lambda rules: rules.unburnt_s,
    Outcome.NOT_PLACED: lambda rules: rules.unburnt_s,
}


def _recycle(lead: Lead, rules: RecycleRules, outcome: Outcome, now: float) -> UpdateLead:
    is_counted = outcome not in NEVER_REACHED_THE_NETWORK
    is_used_up = is_counted and lead.attempt_count + 1 >= rules.max_attempts
    return make_update(
        lead_id=lead.id,
        state=LeadState.FINAL if is_used_up else LeadState.RECYCLED,
        next_at=None if is_used_up else now + _REST_S[outcome](rules),
        last_outcome=outcome,
        counted=is_counted,
    )


def _finish(lead: Lead, outcome: Outcome) -> UpdateLead:
    return make_update(
        lead_id=lead.id, state=LeadState.FINAL, next_at=None, last_outcome=outcome, counted=True
    )


def after_outcome(lead: Lead, rules: RecycleRules, outcome: Outcome, now: float) -> UpdateLead:
    """Where a lead stands after an attempt that led to no conversation."""
    if outcome in FINAL_OUTCOMES:
        return _finish(lead, outcome)
    return _recycle(lead, rules, outcome, now)


def after_result(
    lead: Lead,
    rules: RecycleRules,
    disposition: Disposition,
    callback_at: float | None,
    now: float,
    language: Language | None = None,
) -> UpdateLead:
    """Where a lead stands after a conversation and its disposition. A wish for a language holds
    until another one is heard, and goes with the word that brought it when that is corrected."""
    update = _after_talk(lead, rules, disposition, callback_at, now)
    wish = language or lead.wanted_language
    update = changed(update, wanted_language=wish or "")
    if language is None or update.state is not LeadState.RECYCLED:
        return update
    return changed(update, next_at=now + rules.busy_s)  # somebody else may call him this evening


def _after_talk(
    lead: Lead,
    rules: RecycleRules,
    disposition: Disposition,
    callback_at: float | None,
    now: float,
) -> UpdateLead:
    if disposition is Disposition.CALL_BACK:
        return UpdateLead(
            lead_id=lead.id,
            state=LeadState.CALLBACK,
            next_at=callback_at if callback_at is not None else now + rules.no_answer_s,
            last_outcome=Outcome.TALKED,
            counted=True,
        )
    if disposition in MACHINE_ANSWERED:
        return _recycle(lead, rules, Outcome.MACHINE, now)
    if disposition in RECYCLED_RESULTS or disposition is Disposition.NO_RESULT:
        return _recycle(lead, rules, Outcome.TALKED, now)
    return _finish(lead, Outcome.TALKED)
