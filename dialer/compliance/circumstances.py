"""What the law asks that is true of the whole phone bank and not of one number, as of now.

How old our copies of the do-not-call registers are, which emergencies are declared, until when
somebody answers for rules past their review date, and the inventory of caller IDs. The store reads
it (`Store.circumstances`), the watch hands it to the engine when it changes, and the gate puts it
into the facts of each judgement. An engine that was told none dials nobody.
"""

from dataclasses import dataclass

from dialer.compliance.facts import CallerIdFacts, Emergency


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnCallerId:
    """A number of the inventory, with leave to show it in `[authorised_from, authorised_to)`.

    `takes_calls`: who calls it back reaches us in business hours and can opt out.
    """

    number: str
    authorised_from: float
    authorised_to: float | None = None
    takes_calls: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """All of it. `registers_as_of` says of each register as of when our copy is."""

    registers_as_of: tuple[tuple[str, float], ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    signed_on_until: float | None = None
    caller_ids: tuple[OwnCallerId, ...] = ()

    def caller_id(self, number: str, at: float, *, trunk_shows_it: bool) -> CallerIdFacts:
        """What is known of a number that would be shown.

        While no inventory is kept, a number that the settings give a trunk is taken for ours, and
        calls to it for ours to answer. Once there is one, a number that is not in it is not ours.
        """
        for own in self.caller_ids:
            if own.number == number:
                is_authorised = own.authorised_from <= at and (
                    own.authorised_to is None or at < own.authorised_to
                )
                return CallerIdFacts(
                    is_ours=trunk_shows_it and is_authorised, takes_calls=own.takes_calls
                )
        return _TRUSTED if trunk_shows_it and not self.caller_ids else _NOT_OURS


_TRUSTED = CallerIdFacts(is_ours=True, takes_calls=True)
_NOT_OURS = CallerIdFacts(is_ours=False, takes_calls=False)
