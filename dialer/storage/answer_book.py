"""What is known of the person on the line, and what volunteers write down: answers, notes, flags.

A click is kept once, however often it is sent, and only by the volunteer of that call, while the
call lasts and for CORRECTABLE_S after it. The web's port `AnswerKeeper` is implemented here.
"""

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import Row, Table, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.domain.outcome import Disposition, Outcome
from dialer.script.answer import AnswerError, checked
from dialer.script.click import (
    CORRECTABLE_S,
    Answered,
    Click,
    ClickError,
    Flagged,
    Noted,
    OfPerson,
    SkipReason,
)
from dialer.script.language import Script
from dialer.script.person import LastContact, Member, Person
from dialer.script.reading import read_script
from dialer.storage.connect import PATIENCE_S, make_engine, reaching_the_database
from dialer.storage.instants import moment
from dialer.storage.texts import QUERIES
from dialer.storage.volunteer_tables import answers, flags, notes, skips

MOST_MEMBERS = 20
"""Of a household: where more share a telephone it is no household."""


@lru_cache(maxsize=64)
def read_kept(version: str, body: str) -> Script:
    """A script that is kept, as it was when it was given."""
    return read_script(version, body)


class AnswerBook:
    """Keeps clicks, and tells what was said. Raises StoreAway while the database is away."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    def at(cls, url: str) -> "AnswerBook":
        """The book of the database of that URL."""
        return cls(make_engine(url, pool_size=2))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._engine.dispose()

    async def keep(self, click: Click, now: float) -> None:
        """Keep a click; returns when it is committed. Raises ClickError when it cannot be kept."""
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            call = await _call_of(connection, click.agent_id, click.attempt_id, now)
            kept = {
                "click_id": click.id,
                "attempt_id": click.attempt_id,
                "agent_id": click.agent_id,
                # A page whose clock is ahead must not outbid all later corrections.
                "clicked_at": moment(min(click.at, now)),
            }
            person: object = None
            if isinstance(click, OfPerson):
                person = await _person_of(connection, call, click)
            match click:
                case Answered():
                    value = await _checked(connection, click)
                    its = {"script_version": click.script_version, "question": click.question}
                    await _insert(
                        connection, answers,
                        kept | its | {"contact_id": person, "value": value},
                    )  # fmt: skip
                case Noted():
                    its = {"words": click.words, "contact_id": person}
                    await _insert(connection, notes, kept | its)
                case Flagged():
                    its = {"reason": click.reason.value, "words": click.words}
                    await _insert(connection, flags, kept | its)

    async def skip(self, lead_id: int, agent_id: int, reason: SkipReason, now: float) -> None:
        """A volunteer did not have somebody dialed whom he was shown."""
        its = {
            "lead_id": lead_id, "agent_id": agent_id, "reason": reason.value,
            "skipped_at": moment(now),
        }  # fmt: skip
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            await connection.execute(insert(skips).values(its))

    async def person(self, lead_id: int) -> Person:
        """Who the person of a lead is, and how he was last reached."""
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            found = await connection.execute(QUERIES["person_of_lead"], {"lead_id": lead_id})
            row = found.first()
        if row is None:
            return Person()
        last = None if row.dialed_at is None else LastContact(
            at=row.dialed_at.timestamp(),
            outcome=Outcome(row.outcome),
            disposition=None if row.disposition is None else Disposition(row.disposition),
            note=row.note or "",
        )  # fmt: skip
        return Person(
            first_name=row.first_name,
            last_name=row.last_name,
            full_name=row.display_name,
            state=row.state,
            zip=row.zip,
            language=row.language,
            zones=tuple(row.zones),
            custom={name: str(value) for name, value in row.custom.items()},
            last_contact=last,
        )

    async def zones(self, attempt_id: str) -> tuple[str, ...]:
        """Every time zone in which the telephone of a call may be; none where it is not known."""
        its = {"attempt_id": attempt_id}
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            return tuple((await connection.execute(QUERIES["zones_of_call"], its)).scalar() or ())

    async def household(self, lead_id: int) -> tuple[Member, ...]:
        """The others of the same campaign at the telephone of a lead."""
        its = {"lead_id": lead_id, "most": MOST_MEMBERS}
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            found = await connection.execute(QUERIES["household_of_lead"], its)
            return tuple(Member(lead_id=row.lead_id, name=row.name) for row in found)

    async def check_at_call(
        self, agent_id: int, attempt_id: str, lead_id: int, now: float
    ) -> None:
        """Raises ClickError unless the person of a lead is at the telephone of that volunteer's
        call, and what was written down of it can still be changed."""
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            await _call_of(connection, agent_id, attempt_id, now)
            await _person_at(connection, attempt_id, lead_id)

    async def said(self, lead_id: int) -> Mapping[str, object]:
        """What the person of a lead has answered so far, by question."""
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            found = await connection.execute(QUERIES["answers_of_lead"], {"lead_id": lead_id})
            return {row.question: row.value for row in found}


async def _call_of(
    connection: AsyncConnection, agent_id: int, attempt_id: str, now: float
) -> "Row[tuple[object]]":
    its = {"attempt_id": attempt_id}
    call = (await connection.execute(QUERIES["call_of_click"], its)).first()
    if call is None or call.agent_id != agent_id:
        raise ClickError("not-your-call", "That call is not yours; nothing was written down.")
    if call.ended_at is not None and now - call.ended_at.timestamp() > CORRECTABLE_S:
        minutes = f"{CORRECTABLE_S / 60:g}"
        raise ClickError(
            "too-late", f"That call ended more than {minutes} minutes ago; it is not changed."
        )
    return call


async def _person_of(
    connection: AsyncConnection, call: "Row[tuple[object]]", click: OfPerson
) -> object:
    if click.lead_id is not None:
        return await _person_at(connection, click.attempt_id, click.lead_id)
    if call.contact_id is None:
        raise ClickError("nobody-known", "It is not known who called; only a flag can be kept.")
    return call.contact_id


async def _person_at(connection: AsyncConnection, attempt_id: str, lead_id: int) -> object:
    its = {"attempt_id": attempt_id, "lead_id": lead_id}
    person = (await connection.execute(QUERIES["person_at_call"], its)).scalar()
    if person is None:
        raise ClickError(
            "not-of-household", "That person is not at the telephone of this call."
        )
    return person


async def _checked(connection: AsyncConnection, click: Answered) -> object:
    its = {"version": click.script_version}
    body = (await connection.execute(QUERIES["script_body"], its)).scalar()
    if body is None:
        raise ClickError("no-such-script", "That version of the script is not known here.")
    question = read_kept(click.script_version, body).question(click.question)
    if question is None:
        raise ClickError("no-such-question", "The script does not ask that question.")
    if click.value is None:
        return None
    try:
        return checked(question, click.value)
    except AnswerError as error:
        raise ClickError("wrong-answer", str(error)) from error


async def _insert(connection: AsyncConnection, table: Table, values: Mapping[str, object]) -> None:
    await connection.execute(upsert(table).values(values).on_conflict_do_nothing())
