"""Rows to dataclasses and back, by hand: what the database says becomes the domain's own words."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row

from dialer.compliance.gate import permit_on_record
from dialer.compliance.places import states_of
from dialer.domain.agent import Agent, AgentState
from dialer.domain.campaign import (
    AmdMode,
    Campaign,
    CampaignState,
    DialMethod,
    Limits,
    Organisation,
    Purpose,
    RecycleRules,
)
from dialer.domain.goal import Goal
from dialer.domain.language import Language, known
from dialer.domain.lead import Lead, LineType
from dialer.domain.number import (
    Consent,
    ConsentKind,
    History,
    NumberFacts,
    Reassigned,
    ReassignedAnswer,
    Relation,
    RelationKind,
)
from dialer.domain.outcome import Disposition, Outcome
from dialer.domain.transfer import DestinationKind, TransferDestination
from dialer.engine.left_behind import (
    AgentOnDuty,
    HelpRequest,
    OpenAttempt,
    OpenTransfer,
    OpenVisit,
)
from dialer.storage.instants import seconds


def campaign_of(row: Row[Any]) -> Campaign:
    return Campaign(
        id=row.id,
        name=row.name,
        state=CampaignState(row.state),
        purpose=Purpose(row.purpose),
        organisation=Organisation(row.organisation),
        seller=row.seller,
        offer=row.offer,
        dial_method=DialMethod(row.dial_method),
        ratio=row.ratio,
        amd_mode=AmdMode(row.amd_mode),
        ring_timeout_s=row.ring_timeout_s,
        wrap_up_s=row.wrap_up_s,
        caller_id=row.caller_id,
        caller_name=row.caller_name,
        trunks=tuple(row.trunks),
        message_text=row.message_text,
        limits=Limits(**_known(Limits, row.limits)),
        recycle=RecycleRules(**_known(RecycleRules, row.recycle)),
        records_calls=row.records_calls,
        requires_certificate=row.requires_certificate,
        announcement_text=row.announcement_text,
        voicemail_text=row.voicemail_text,
        goal=Goal(**_known(Goal, row.goal)),
        destinations=tuple(map(_destination_of, row.destinations)),
    )


def campaign_values(campaign: Campaign) -> dict[str, object]:
    """The campaign's columns, without its id."""
    values = {field.name: getattr(campaign, field.name) for field in fields(campaign)}
    del values["id"]
    for name in ("state", "purpose", "organisation", "dial_method", "amd_mode"):
        values[name] = str(values[name])
    values["trunks"] = list(campaign.trunks)
    values["limits"] = asdict(campaign.limits)
    values["recycle"] = asdict(campaign.recycle)
    values["goal"] = asdict(campaign.goal)
    values["destinations"] = [asdict(one) for one in campaign.destinations]
    return values


def _destination_of(stored: dict[str, Any]) -> TransferDestination:
    values = _known(TransferDestination, stored)
    return TransferDestination(**values | {"kind": DestinationKind(stored["kind"])})


def lead_of(row: Row[Any]) -> Lead:
    """A row of the query read_leads."""
    return Lead(
        id=row.id,
        campaign_id=row.campaign_id,
        e164=row.e164,
        display_name=row.display_name,
        zones=tuple(row.zones),
        line_type=LineType(row.line_type),
        is_do_not_call=row.is_do_not_call,
        number=number_facts_of(row),
        history=history_of(row),
        attempt_count=row.attempt_count,
        last_outcome=None if row.last_outcome is None else Outcome(row.last_outcome),
        priority=row.priority,
        wanted_language=Language(row.wanted_language) if row.wanted_language else None,
        is_callback=row.is_callback,
    )


def number_facts_of(row: Row[Any]) -> NumberFacts:
    """What a row of read_leads says of the number and the person."""
    known_at, ported_at, business, consents, relations, registers, asked = row.number
    return NumberFacts(
        states=states_of(row.e164, row.zip, row.state),
        line_known_at=known_at,
        ported_to_wireless_at=ported_at,
        business=business,
        consents=tuple(
            Consent(reference=reference, kind=ConsentKind(kind), given_at=float(at))
            for reference, kind, at in consents or ()
        ),
        relations=tuple(
            Relation(kind=RelationKind(kind), at=float(at)) for kind, at in relations or ()
        ),
        registers=tuple(registers or ()),
        reassigned=_reassigned_of(*asked) if asked is not None else None,
    )


def _reassigned_of(answer: str, asked_about: float, asked_at: float) -> Reassigned:
    return Reassigned(
        answer=ReassignedAnswer(answer),
        asked_about=float(asked_about),
        asked_at=float(asked_at),
    )


def history_of(row: Row[Any]) -> History:
    """What a row of read_leads says of earlier attempts."""
    if row.history is None:
        return NO_HISTORY
    to_number, to_person, on_subject, recordings, abandoned_at, machine_at = row.history
    return History(
        to_number_at=_instants(to_number),
        to_person_at=_instants(to_person),
        on_subject_at=_instants(on_subject),
        recordings_at=_instants(recordings),
        abandoned_at=abandoned_at,
        machine_at=machine_at,
    )


NO_HISTORY = History()


def _instants(values: list[float] | None) -> tuple[float, ...]:
    return tuple(map(float, values or ()))


def agent_of(row: Row[Any], agent_id: int | None = None) -> Agent:
    """The agent of a row, whose `id` is his unless another one is told."""
    return Agent(
        id=row.id if agent_id is None else agent_id,
        name=row.name,
        extension=row.extension,
        us_state=row.us_state,
        is_browser=row.is_browser,
        dials_in=row.dials_in,
        number=row.number,
        languages=known(row.languages),
    )


def agent_on_duty_of(row: Row[Any], leads: dict[int, Lead]) -> AgentOnDuty:
    return AgentOnDuty(
        agent=agent_of(row),
        campaign_id=row.campaign_id,
        state=AgentState(row.state),
        attempt_id=row.attempt_id,
        lead=leads.get(row.lead_id),
        also=tuple(row.also),
    )


def open_visit_of(row: Row[Any], leads: dict[int, Lead]) -> OpenVisit:
    return OpenVisit(
        visit_id=row.id,
        campaign_id=row.campaign_id,
        came_at=row.came_at.timestamp(),
        e164=row.e164,
        lead=leads.get(row.lead_id),
        agent_id=row.agent_id,
        connected_at=seconds(row.connected_at),
        parted_at=seconds(row.parted_at),
        ended_at=seconds(row.ended_at),
    )


def open_transfer_of(row: Row[Any]) -> OpenTransfer:
    return OpenTransfer(
        transfer_id=row.id,
        attempt_id=row.attempt_id,
        destination=TransferDestination(
            kind=DestinationKind(row.kind), name=row.destination, number=row.number
        ),
        trunk=row.trunk,
        asked_at=row.asked_at.timestamp(),
        answered_at=seconds(row.answered_at),
        through_at=seconds(row.through_at),
    )


def help_request_of(row: Row[Any]) -> HelpRequest:
    return HelpRequest(
        help_id=row.id, agent_id=row.agent_id, asked_at=row.asked_at.timestamp()
    )


def open_attempts_of(rows: list[Row[Any]], leads: dict[int, Lead]) -> Iterator[OpenAttempt]:
    for row in rows:
        yield OpenAttempt(
            attempt_id=row.id,
            lead=leads[row.lead_id],
            campaign_id=row.campaign_id,
            trunk=row.trunk,
            permit=permit_on_record(row.permit),
            dialed_at=row.dialed_at.timestamp(),
            answered_at=seconds(row.answered_at),
            connected_at=seconds(row.connected_at),
            agent_id=row.agent_id,
            disposition=None if row.disposition is None else Disposition(row.disposition),
        )


def _known(kind: type, stored: dict[str, Any]) -> dict[str, Any]:
    """The stored settings that this version of the code knows."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in stored.items() if name in names}
