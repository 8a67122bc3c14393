"""Who has been on the list before: duplicates, and numbers that several people share.

Only 64-bit hashes are kept (about 100 bytes a row), not the rows. Two of a million different
people being taken for one has a chance of one in 37 million.
"""


class SeenPeople:
    """Everyone met so far in one file."""

    def __init__(self) -> None:
        self._external_ids: set[int] = set()
        self._people: set[int] = set()
        self._numbers: set[int] = set()
        self._shared: set[int] = set()

    @property
    def shared_numbers(self) -> int:
        """How many numbers belong to more than one person (a household)."""
        return len(self._shared)

    def is_repeated(self, external_id: str, e164: str, person_key: str) -> bool:
        """Whether this person was met before, by id, or by number and name; else he is noted."""
        by_id, by_name = hash(external_id), hash((e164, person_key))
        if by_id in self._external_ids or by_name in self._people:
            return True
        self._external_ids.add(by_id)
        self._people.add(by_name)
        number = int(e164[1:])
        (self._shared if number in self._numbers else self._numbers).add(number)
        return False
