"""The card of the person on the line, and the script as it is read to him, as JSON.

The keys are part of the HTTP API. There is no number on a card: nobody writes one down by mistake.
"""

from collections.abc import Mapping

from aiohttp import web

from dialer.domain.campaign import Campaign
from dialer.domain.language import SPOKEN, Language, known
from dialer.domain.volunteer import Session
from dialer.script.document import DocumentKind
from dialer.script.language import Block, Question, Script
from dialer.script.merge import merge
from dialer.script.person import LastContact, Person, values
from dialer.web.keys import DESK
from dialer.web.render import Json
from dialer.web.volunteer import reading
from dialer.web.volunteer.keys import VOLUNTEERING
from dialer.web.volunteer.view import campaign_of


def person_card(person: Person, campaign: Campaign) -> Json:
    """Who he is, how he was last reached, and why we call."""
    return {
        "name": person.full_name,
        "first_name": person.first_name,
        "spoken": person.spoken,
        "town": person.town,
        "state": person.state,
        "language": person.language,
        "zones": list(person.zones),
        "last_contact": _last_contact(person.last_contact),
        "campaign": campaign.name,
        "purpose": campaign.purpose.value,
        "offer": campaign.offer,
    }


async def read_card(request: web.Request, session: Session, lead_id: int) -> Json:
    """The person of a lead, what he has answered, and the script as it is read to him."""
    answers = request.app[VOLUNTEERING].answers
    person = await answers.person(lead_id)
    return await card_of(request, session, person, await answers.said(lead_id))


async def card_of(
    request: web.Request, session: Session, person: Person, answers: Mapping[str, object]
) -> Json:
    """Somebody, what he has answered, and the script as it is read to him."""
    campaign = await campaign_of(request, session)
    documents = request.app[VOLUNTEERING].documents
    read = await reading.script(documents, campaign.id, session.language)
    its = await documents.current(campaign.id, DocumentKind.SCRIPT)
    return {
        "languages": [language.value for language in _languages(request, campaign, its)],
        "other_languages": [language.value for language in SPOKEN],
        "person": person_card(person, campaign),
        "answers": dict(answers),
        "script": None
        if read is None
        else script_card(*read, person, campaign, session.first_name),
    }


def _languages(
    request: web.Request, campaign: Campaign, scripts: Mapping[str, object]
) -> tuple[Language, ...]:
    """In which somebody may be called who speaks another one: the scripts', and those of the
    volunteers at work for the campaign."""
    return known([*scripts, *request.app[DESK].view().languages_of(campaign.id)])


def script_card(
    script: Script, version: str, person: Person, campaign: Campaign, volunteer: str
) -> Json:
    """The script with its fields filled in for this person."""
    its = values(person, campaign, volunteer)
    return {
        "version": version,
        "name": script.name,
        "language": script.language,
        "start": script.start,
        "blocks": [_block(block, its) for block in script.blocks],
        "cards": [
            {"title": card.title, "say": merge(card.say, its), "match": list(card.match)}
            for card in script.cards
        ],
    }


def _last_contact(last: LastContact | None) -> Json | None:
    if last is None:
        return None
    return {
        "at": last.at,
        "outcome": last.outcome.value,
        "disposition": None if last.disposition is None else last.disposition.value,
        "note": last.note,
    }


def _block(block: Block, its: Mapping[str, str]) -> Json:
    return {
        "id": block.id,
        "title": block.title,
        "say": merge(block.say, its),
        "points": [merge(point, its) for point in block.points],
        "hint": merge(block.hint, its),
        "question": None if block.question is None else _question(block.question, its),
        "next": block.next,
        "is_end": block.is_end,
        "result": None if block.result is None else block.result.value,
    }


def _question(question: Question, its: Mapping[str, str]) -> Json:
    return {
        "key": question.key,
        "ask": merge(question.ask, its),
        "kind": question.kind.value,
        "choices": [
            {
                "value": choice.value,
                "label": choice.label,
                "next": choice.next,
                "result": None if choice.result is None else choice.result.value,
            }
            for choice in question.choices
        ],
        "is_required": question.is_required,
        "least": question.least,
        "most": question.most,
        "words": merge(question.words, its),
        "channels": [channel.value for channel in question.channels],
    }
