"""What the law asks about numbers and people, in memory: the tables of 0007. For memory.py only.

`LegalFacts` are the rows; `as_known` puts them, and what earlier attempts show, into a lead, as the
query read_leads does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from dialer.compliance.circumstances import Circumstances
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead, LineType
from dialer.domain.number import Consent, History, Reassigned, Relation, RelationKind
from dialer.domain.outcome import MACHINE_ANSWERED, Outcome
from dialer.engine.store_commands import CloseAttempt
from dialer.runtime.ports import FactNews
from dialer.storage.known import ATTEMPTS_KNOWN_S, PAST_KNOWN_S
from dialer.storage.memory_index import AttemptIndex
from dialer.storage.memory_rows import AttemptRow, Claim, LeadRow

NO_HISTORY = History()


@dataclass(frozen=True, kw_only=True, slots=True)
class LineRow:
    """What one source says of a line."""

    line_type: LineType
    as_of: float
    ported_to_wireless_at: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterRow:
    """The copy of a register that is in force."""

    as_of: float
    numbers: frozenset[str]


@dataclass(kw_only=True, slots=True)
class LegalFacts:
    """All rows; by number where nothing else is said. An empty person is anybody."""

    consents: dict[str, list[tuple[str, Consent]]] = field(default_factory=dict)
    revocations: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    relations: list[tuple[str, str, Relation]] = field(default_factory=list)  # number, person
    registers: dict[str, RegisterRow] = field(default_factory=dict)  # by name
    reassigned: dict[str, list[Reassigned]] = field(default_factory=dict)
    businesses: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[LineRow]] = field(default_factory=dict)
    wireless_blocks: dict[str, float] = field(default_factory=dict)  # as of, by prefix
    imports: int = 0

    def in_circumstances(self, circumstances: Circumstances) -> Circumstances:
        """These, with the registers that are in force here, if any are."""
        if not self.registers:
            return circumstances
        as_of = tuple((name, self.registers[name].as_of) for name in sorted(self.registers))
        return replace(circumstances, registers_as_of=as_of)

    def news(self, claims: Mapping[str, Claim], barred: Mapping[str, object]) -> FactNews:
        """As the query fact_news has it: of numbers that are held and not being called."""
        if not (barred or self.revocations):
            return FactNews(imports=self.imports)
        suspects = [e164 for e164 in claims if e164 in barred or e164 in self.revocations]
        waiting = {e164 for e164 in suspects if claims[e164].expires_at < inf}
        revoked = {
            e164
            for e164 in waiting
            if any(at > claims[e164].since for _, at in self.revocations.get(e164, ()))
        }
        return FactNews(
            barred=frozenset(waiting & barred.keys()),
            revoked=frozenset(revoked),
            imports=self.imports,
        )

    def of(self, lead: Lead, person: str) -> Lead:
        """The lead with what the rows say of him and his number."""
        if self._are_none():
            return lead
        e164 = lead.e164
        number = replace(
            lead.number,
            business=self.businesses.get(e164, lead.number.business),
            consents=(*lead.number.consents, *self._consents(e164, person)),
            relations=self._relations(e164, person) or lead.number.relations,
            registers=self._registers(e164) or lead.number.registers,
            reassigned=max(
                self.reassigned.get(e164, ()),
                key=lambda one: one.asked_at,
                default=lead.number.reassigned,
            ),
        )
        line = self._line(e164)
        if line is not None:
            number = replace(
                number,
                line_known_at=line.as_of,
                ported_to_wireless_at=line.ported_to_wireless_at,
            )
            was_landline = line.ported_to_wireless_at is not None
            its = LineType.LANDLINE if was_landline else line.line_type
            lead = replace(lead, line_type=its)
        return replace(lead, number=number)

    def _are_none(self) -> bool:
        by_number = self.consents or self.reassigned or self.businesses or self.lines
        return not (by_number or self.relations or self.registers or self.wireless_blocks)

    def _consents(self, e164: str, person: str) -> Iterable[Consent]:
        """Those in force: not revoked for all, by the person, or by anybody if nobody is named."""
        for whose, consent in self.consents.get(e164, ()):
            is_his = whose in ("", person)
            is_revoked = any(
                at >= consent.given_at and (by == "" or whose in ("", by))
                for by, at in self.revocations.get(e164, ())
            )
            if is_his and not is_revoked:
                yield consent

    def _relations(self, e164: str, person: str) -> tuple[Relation, ...]:
        latest: dict[RelationKind, Relation] = {}
        for number, whose, relation in self.relations:
            if number in ("", e164) and whose in ("", person) and (number or whose):
                known = latest.get(relation.kind)
                if known is None or known.at < relation.at:
                    latest[relation.kind] = relation
        return tuple(latest[kind] for kind in sorted(latest))

    def _registers(self, e164: str) -> tuple[str, ...]:
        return tuple(sorted(n for n, one in self.registers.items() if e164 in one.numbers))

    def _line(self, e164: str) -> LineRow | None:
        rows = self.lines.get(e164)
        if rows:
            return max(rows, key=lambda row: (row.as_of, row.line_type is LineType.WIRELESS))
        as_of = self.wireless_blocks.get(e164[:9])
        return None if as_of is None else LineRow(line_type=LineType.WIRELESS, as_of=as_of)


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """Attempts to a number, and those to the person at other numbers; `own` are the campaigns of
    the same seller and offer."""

    to_number: Sequence[AttemptRow]
    to_person: Sequence[AttemptRow]
    his: frozenset[int]  # ids of the person's leads
    own: frozenset[int]

    def history(self, now: float) -> History:
        """As the query read_leads has it."""
        here = [a for a in self.to_number if _counts(a, now - PAST_KNOWN_S)]
        lately = [a for a in here if a.saved.dialed_at > now - ATTEMPTS_KNOWN_S]
        elsewhere = [a for a in self.to_person if _counts(a, now - ATTEMPTS_KNOWN_S)]
        if not here and not elsewhere:
            return NO_HISTORY
        of_him = [*(a for a in lately if a.saved.lead.id in self.his), *elsewhere]
        on_subject = [a for a in (*lately, *elsewhere) if a.saved.campaign_id in self.own]
        ended = [a.closed for a in here if a.closed is not None]
        played = [one.message_started_at for one in ended]
        return History(
            to_number_at=_dialed_at(lately),
            to_person_at=_dialed_at(of_him),
            on_subject_at=_dialed_at(on_subject),
            recordings_at=tuple(sorted(at for at in played if at is not None)),
            abandoned_at=max((c.ended_at for c in ended if _was_let_down(c)), default=None),
            machine_at=max(map(_answered_at, filter(_was_machine, here)), default=None),
        )


def past_of(
    row: LeadRow,
    leads: Sequence[LeadRow],
    attempts: AttemptIndex,
    campaigns: Mapping[int, Campaign],
) -> Past | None:
    """What was tried with a lead's number and person, whose leads these all are; None: nothing."""
    to_number = attempts.to(row.lead.e164)
    elsewhere = {one.lead.e164 for one in leads} - {row.lead.e164}
    if not (to_number or elsewhere):
        return None
    his = frozenset(one.lead.id for one in leads)
    to_person = [
        attempt
        for e164 in elsewhere
        for attempt in attempts.to(e164)
        if attempt.saved.lead.id in his
    ]
    own = subject_of(campaigns[row.lead.campaign_id], campaigns.values())
    return Past(to_number=to_number, to_person=to_person, his=his, own=own)


def subject_of(campaign: Campaign, campaigns: Iterable[Campaign]) -> frozenset[int]:
    """The campaigns about the same: those of its seller and offer, else it alone."""
    if not (campaign.seller or campaign.offer):
        return frozenset({campaign.id})
    its = (campaign.seller, campaign.offer)
    return frozenset(one.id for one in campaigns if (one.seller, one.offer) == its)


def _counts(attempt: AttemptRow, since: float) -> bool:
    return attempt.is_counted and attempt.saved.dialed_at > since


def _dialed_at(attempts: Iterable[AttemptRow]) -> tuple[float, ...]:
    return tuple(sorted(attempt.saved.dialed_at for attempt in attempts))


def _was_let_down(closed: CloseAttempt) -> bool:
    return closed.outcome in (Outcome.ABANDONED, Outcome.CALLER_LEFT)


def _was_machine(attempt: AttemptRow) -> bool:
    said = attempt.results[-1].disposition if attempt.results else None
    closed = attempt.closed
    by_detection = closed is not None and closed.outcome is Outcome.MACHINE
    return by_detection or said in MACHINE_ANSWERED


def _answered_at(attempt: AttemptRow) -> float:
    at = attempt.progress.answered_at
    return attempt.saved.dialed_at if at is None else at
