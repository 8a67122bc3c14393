"""Invitations and the sessions of volunteers who join by them.

Joining adds an agent with an extension that nobody can guess; ending a session removes him, and a
running daemon takes his telephone's credentials out of Asterisk within a second or two. The web
and `callbank volunteer` call this. Everything raised is StoreAway or a CallbankError.
"""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, Update, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.domain.volunteer import KEYPAD_DIGITS, Asked, Invitation, Newcomer, Session, Way
from dialer.storage.connect import PATIENCE_S, make_engine, reaching_the_database
from dialer.storage.instants import moment, seconds
from dialer.storage.rows import agent_of
from dialer.storage.tables import agents, campaigns
from dialer.storage.volunteer_tables import invitations, volunteer_sessions

CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letters that are read as digits."""

CODE_LENGTH = 10
"""50 bits: with guessing slowed down, no link is ever found by trying."""

_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A session with what organisers see of it."""

    session: Session
    campaign: str
    invitation: str


class Volunteers:
    """All invitations and sessions of a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    def of(cls, url: str) -> "Volunteers":
        """Those of the database of that URL, until `close`."""
        return cls(make_engine(url, pool_size=2))

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str) -> AsyncIterator["Volunteers"]:
        """The same for the length of a block."""
        volunteers = cls.of(url)
        try:
            yield volunteers
        finally:
            await volunteers.close()

    @property
    def engine(self) -> AsyncEngine:
        """For what reads beside it (documents)."""
        return self._engine

    async def close(self) -> None:
        """Let go of the connections."""
        await self._engine.dispose()

    # --- invitations --------------------------------------------------------------------------

    async def invite(
        self, wanted: Invitation, *, pin: str, by: str, has_keypad: bool = False
    ) -> Invitation:
        """Keep an invitation; its code is made here, and digits to type if it `has_keypad`."""
        code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
        values = {
            "code": code,
            "campaign_id": wanted.campaign_id,
            "label": wanted.label,
            "asks_phone": wanted.asks_phone.value,
            "asks_email": wanted.asks_email.value,
            "teams": list(wanted.teams),
            "pin_hash": _hashed(pin, secrets.token_bytes(16)) if pin else "",
            "needs_approval": wanted.needs_approval,
            "most": wanted.most,
            "joined": 0,
            "created_by": by,
            "expires_at": None if wanted.expires_at is None else moment(wanted.expires_at),
            "keypad_code": keypad_code() if has_keypad else "",
            "may_call_back": wanted.may_call_back,
        }
        async with self._transaction() as connection:
            kept = await connection.execute(
                insert(invitations).values(values).returning(invitations)
            )
            return _invitation_of(kept.one())

    async def invitation(self, code: str) -> Invitation | None:
        """The invitation of that code."""
        async with self._transaction() as connection:
            row = await _invitation_row(connection, code)
            return None if row is None else _invitation_of(row)

    async def invitation_of_keypad(self, digits: str) -> Invitation | None:
        """The open or closed invitation of those digits."""
        wanted = select(invitations).where(invitations.c.keypad_code == digits)
        async with self._transaction() as connection:
            row = (await connection.execute(wanted)).first() if digits else None
            return None if row is None else _invitation_of(row)

    async def invitations(self, campaign_id: int | None) -> tuple[Invitation, ...]:
        """Those of a campaign, or of all, newest first."""
        its = invitations.c
        wanted = select(invitations).order_by(its.created_at.desc(), its.code)
        if campaign_id is not None:
            wanted = wanted.where(its.campaign_id == campaign_id)
        async with self._transaction() as connection:
            return tuple(_invitation_of(row) for row in await connection.execute(wanted))

    async def close_invitation(self, code: str, now: float) -> bool:
        """Nobody joins by it any more; who has joined stays. False where there is none."""
        its = invitations.c
        statement = (
            update(invitations)
            .where(its.code == code)
            .values(closed_at=func.coalesce(its.closed_at, moment(now)))
        )
        async with self._transaction() as connection:
            return (await connection.execute(statement.returning(its.code))).first() is not None

    async def is_pin(self, code: str, pin: str) -> bool:
        """Whether it is the invitation's PIN."""
        async with self._transaction() as connection:
            row = await _invitation_row(connection, code)
        if row is None or not row.pin_hash:
            return False
        salt = bytes.fromhex(row.pin_hash.partition(":")[0])
        return hmac.compare_digest(_hashed(pin, salt), row.pin_hash)

    # --- sessions -----------------------------------------------------------------------------

    async def join(self, code: str, newcomer: Newcomer, now: float) -> tuple[Session, str] | None:
        """Let somebody in: his session and its token, or None when the invitation is over.

        Two who take the last place at the same time: one of them gets it.
        """
        its = invitations.c
        taken = (
            update(invitations)
            .where(
                its.code == code,
                its.closed_at.is_(None),
                or_(its.expires_at.is_(None), its.expires_at > moment(now)),
                or_(its.most.is_(None), its.joined < its.most),
            )
            .values(joined=its.joined + 1)
            .returning(its.campaign_id, its.needs_approval)
        )
        token, mark = secrets.token_urlsafe(32), secrets.token_hex(6)
        async with self._transaction() as connection:
            place = (await connection.execute(taken)).first()
            if place is None:
                return None
            agent_id = await _add_agent(connection, newcomer, mark)
            values = {
                "token_hash": _token_hash(token),
                "agent_id": agent_id,
                "campaign_id": place.campaign_id,
                "invitation": code,
                "first_name": newcomer.first_name,
                "phone": newcomer.phone,
                "email": newcomer.email,
                "team": newcomer.team,
                "language": newcomer.language,
                "is_approved": not place.needs_approval,
                "conduct_version": "",
                "created_at": moment(now),
                "end_reason": "",
                "has_screen": newcomer.has_screen,
                "called_number": "",
            }
            await connection.execute(insert(volunteer_sessions).values(values))
            session = await _session(connection, volunteer_sessions.c.agent_id == agent_id)
        assert session is not None
        return session, token

    async def session(self, token: str) -> Session | None:
        """The session of that token, also one that has ended."""
        its = volunteer_sessions.c
        async with self._transaction() as connection:
            return await _session(connection, its.token_hash == _token_hash(token))

    async def session_of(self, extension: str) -> Session | None:
        """The session of the volunteer with that extension, as long as it lasts."""
        its = volunteer_sessions.c
        async with self._transaction() as connection:
            return await _session(
                connection, (agents.c.extension == extension) & its.ended_at.is_(None)
            )

    async def pair(self, extension: str) -> tuple[Session, str] | None:
        """A page for the volunteer of that extension: his session and its new token, or None when
        it is over. A page that he had before is his no more."""
        session = await self.session_of(extension)
        if session is None:
            return None
        token = secrets.token_urlsafe(32)
        values = {"token_hash": _token_hash(token), "has_screen": True}
        is_paired = await self._change(session.id, values)
        return (replace(session, has_screen=True), token) if is_paired else None

    async def agree(self, session_id: int, version: str, now: float) -> None:
        """He has read that version of the code of conduct and agreed to it."""
        await self._change(session_id, {"conduct_version": version, "agreed_at": moment(now)})

    async def choose(self, session: Session, way: Way) -> None:
        """How he hears and speaks from now on."""
        await self._choose(session, way)

    async def call_back(self, session: Session, number: str, now: float) -> None:
        """He gave his own number (E.164), with leave to call it for his shift."""
        given = {"called_number": number, "called_number_given_at": moment(now)}
        await self._choose(session, Way.CALL_ME, number, given)

    async def _choose(
        self,
        session: Session,
        way: Way,
        number: str = "",
        its: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        telephone = {
            "is_browser": way is Way.BROWSER, "dials_in": way is Way.DIAL_IN, "number": number,
        }  # fmt: skip
        seated = update(agents).where(agents.c.id == session.agent.id).values(**telephone)
        async with self._transaction() as connection:
            await connection.execute(seated)
            await connection.execute(_changed(session.id, {"way": way.value, **its}))

    async def approve(self, session_id: int) -> bool:
        """Let him go on; False where there is no such session that lasts."""
        return await self._change(session_id, {"is_approved": True})

    async def end(self, session_id: int, reason: str, now: float) -> bool:
        """End a session (`left` or `revoked`); he is no agent any more. False where none lasts."""
        ended = _changed(session_id, {"ended_at": moment(now), "end_reason": reason})
        async with self._transaction() as connection:
            row = (await connection.execute(ended.returning(volunteer_sessions.c.agent_id))).first()
            if row is None:
                return False
            gone = update(agents).where(agents.c.id == row.agent_id)
            await connection.execute(gone.values(removed_at=moment(now), number=""))
            return True

    async def sessions(self, campaign_id: int | None) -> tuple[Kept, ...]:
        """Those that last, of a campaign or of all, newest first."""
        its = volunteer_sessions.c
        wanted = _SESSIONS.where(its.ended_at.is_(None)).order_by(its.created_at.desc())
        if campaign_id is not None:
            wanted = wanted.where(its.campaign_id == campaign_id)
        async with self._transaction() as connection:
            return tuple(
                Kept(session=_session_of(row), campaign=row.campaign, invitation=row.invitation)
                for row in await connection.execute(wanted)
            )

    async def _change(self, session_id: int, values: Mapping[str, object]) -> bool:
        changed = _changed(session_id, values).returning(volunteer_sessions.c.id)
        async with self._transaction() as connection:
            return (await connection.execute(changed)).first() is not None

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            yield connection


_AGENT = tuple(
    agents.c[name]
    for name in (
        "name", "extension", "us_state", "is_browser", "dials_in", "number", "languages"
    )
)
_SESSIONS = (
    select(
        volunteer_sessions,
        *_AGENT,
        campaigns.c.name.label("campaign"),
        campaigns.c.requires_certificate,
        invitations.c.may_call_back,
    )
    .join(agents, agents.c.id == volunteer_sessions.c.agent_id)
    .join(invitations, invitations.c.code == volunteer_sessions.c.invitation)
    .join(campaigns, campaigns.c.id == volunteer_sessions.c.campaign_id)
)


async def _session(
    connection: AsyncConnection, condition: ColumnElement[bool]
) -> Session | None:
    row = (await connection.execute(_SESSIONS.where(condition))).first()
    return None if row is None else _session_of(row)


async def _invitation_row(connection: AsyncConnection, code: str) -> Row[Any] | None:
    return (
        await connection.execute(select(invitations).where(invitations.c.code == code))
    ).first()


async def _add_agent(connection: AsyncConnection, newcomer: Newcomer, mark: str) -> int:
    """Names repeat among volunteers, so that an agent's carries a mark; nobody logs in by it."""
    values = {
        "name": f"{newcomer.first_name} ({mark[:4]})",
        "extension": f"v{mark}",
        "us_state": newcomer.us_state,
        "is_browser": False,
        "dials_in": False,
        "number": "",
        "languages": [language.value for language in newcomer.languages],
    }
    added = await connection.execute(insert(agents).values(values).returning(agents.c.id))
    return int(added.scalar_one())


def _changed(session_id: int, values: Mapping[str, object]) -> Update:
    its = volunteer_sessions.c
    return (
        update(volunteer_sessions)
        .where(its.id == session_id, its.ended_at.is_(None))
        .values(**values)
    )


def _session_of(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        agent=agent_of(row, row.agent_id),
        campaign_id=row.campaign_id,
        first_name=row.first_name,
        team=row.team,
        language=row.language,
        is_approved=row.is_approved,
        conduct_version=row.conduct_version,
        way=None if row.way is None else Way(row.way),
        has_screen=row.has_screen,
        may_be_called=row.may_call_back,
        practised=tuple(row.practised),
        needs_practice=row.requires_certificate and row.certified_at is None,
        certified_at=seconds(row.certified_at),
        certified_script=row.certified_script,
        created_at=row.created_at.timestamp(),
        ended_at=seconds(row.ended_at),
    )


def _invitation_of(row: Row[Any]) -> Invitation:
    return Invitation(
        code=row.code,
        campaign_id=row.campaign_id,
        label=row.label,
        asks_phone=Asked(row.asks_phone),
        asks_email=Asked(row.asks_email),
        teams=tuple(row.teams),
        has_pin=bool(row.pin_hash),
        needs_approval=row.needs_approval,
        most=row.most,
        joined=row.joined,
        expires_at=seconds(row.expires_at),
        closed_at=seconds(row.closed_at),
        keypad_code=row.keypad_code,
        may_call_back=row.may_call_back,
    )


def keypad_code() -> str:
    """Digits that nobody guesses and anybody can type."""
    return f"{secrets.randbelow(10**KEYPAD_DIGITS):0{KEYPAD_DIGITS}d}"


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _hashed(pin: str, salt: bytes) -> str:
    return f"{salt.hex()}:{hashlib.scrypt(pin.encode(), salt=salt, **_SCRYPT).hex()}"
