"""What is known of a telephone number and of the person behind it, as far as the law asks.

A *consent* is leave that the person gave, with its evidence; a *relation* is what he did with the
organisation before (bought, asked, gave); a *register* is a do-not-call list of others, national
or of a state; *reassigned* is the answer of the Reassigned Numbers Database. The store fills these
in when a lead is claimed; the compliance gate reads them.
"""

from enum import StrEnum

from dialer.domain.value import value


class ConsentKind(StrEnum):
    """How far a consent reaches (compliance.md 2.2). The second includes the first."""

    EXPRESS = "express"  # oral is enough: for a recorded voice that sells nothing
    EXPRESS_WRITTEN = "express_written"  # signed, with the disclosures: for sales too


@value
class Consent:
    """A consent in force: not revoked, as far as is known. `reference` is its row in the store."""

    reference: int
    kind: ConsentKind
    given_at: float


class RelationKind(StrEnum):
    """What the person did with the organisation (compliance.md 2.4)."""

    PURCHASE = "purchase"
    INQUIRY = "inquiry"
    DONATION = "donation"
    MEMBERSHIP = "membership"
    CONTRACT = "contract"


@value
class Relation:
    """The latest relation of its kind."""

    kind: RelationKind
    at: float


class ReassignedAnswer(StrEnum):
    """What the Reassigned Numbers Database said (compliance.md 2.6)."""

    YES = "yes"  # permanently disconnected on or after the date that was asked about
    NO = "no"
    NO_DATA = "no_data"


@value
class Reassigned:
    """One answer: for the date `asked_about`, given at `asked_at`."""

    answer: ReassignedAnswer
    asked_about: float
    asked_at: float


@value
class NumberFacts:
    """What the law asks of one number, apart from its zones, line type and history.

    `states` are the US states where the person may be, by his address and by the area code, as
    two letters. `registers` names the do-not-call registers that hold the number. `business` is
    the same text for all the lines of one business, and empty for anybody else's.
    """

    states: tuple[str, ...] = ()
    line_known_at: float | None = None  # when the line type was looked up
    ported_to_wireless_at: float | None = None
    business: str = ""
    consents: tuple[Consent, ...] = ()
    relations: tuple[Relation, ...] = ()
    registers: tuple[str, ...] = ()
    reassigned: Reassigned | None = None


@value
class History:
    """Earlier attempts, as instants, oldest first, as far back as the longest cap looks.

    Only attempts after which the telephone may have rung. An attempt counts for the *subject* when
    it went to this person or number for a campaign of the same seller and offer.
    """

    to_number_at: tuple[float, ...] = ()
    to_person_at: tuple[float, ...] = ()
    on_subject_at: tuple[float, ...] = ()
    recordings_at: tuple[float, ...] = ()  # recorded voices that the number heard
    abandoned_at: float | None = None  # the latest time he was abandoned
    machine_at: float | None = None  # the latest time a machine answered
