"""Who is on the line, as a volunteer sees him, and what a script says of him."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialer.domain.campaign import Campaign
from dialer.domain.outcome import Disposition, Outcome
from dialer.script.merge import CUSTOM

TOWN_COLUMNS = ("town", "city", "res_city_desc", "city_name", "residence_city")
SPOKEN_COLUMNS = ("pronunciation", "say_as", "how_to_say")
"""Columns of lists that say so, compared without regard to case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LastContact:
    """How he was last reached, or tried. `note` is what a volunteer wrote then."""

    at: float
    outcome: Outcome
    disposition: Disposition | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody else of the same campaign at the same telephone."""

    lead_id: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A person of a list. `custom` has the list's other columns."""

    first_name: str = ""
    last_name: str = ""
    full_name: str = ""
    state: str = ""
    zip: str = ""
    language: str = ""
    zones: tuple[str, ...] = ()  # in which his telephone may be
    custom: Mapping[str, str] = field(default_factory=dict)
    last_contact: LastContact | None = None

    @property
    def town(self) -> str:
        """Where he lives, if the list says so."""
        return self._column(TOWN_COLUMNS)

    @property
    def spoken(self) -> str:
        """How to say his name, if the list says so."""
        return self._column(SPOKEN_COLUMNS)

    def _column(self, names: tuple[str, ...]) -> str:
        columns = {name.lower(): value for name, value in self.custom.items()}
        return next((columns[name].strip() for name in names if columns.get(name)), "")


def values(person: Person, campaign: Campaign, volunteer: str) -> dict[str, str]:
    """What a script's fields are filled with, by their names in `merge.FIELDS`."""
    return {
        **{f"{CUSTOM}{name}": value for name, value in person.custom.items()},
        "first_name": person.first_name,
        "last_name": person.last_name,
        "full_name": person.full_name,
        "town": person.town,
        "state": person.state,
        "zip": person.zip,
        "volunteer": volunteer,
        "caller_name": campaign.caller_name,
        "campaign": campaign.name,
        "caller_id": campaign.caller_id,
    }
