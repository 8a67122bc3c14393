"""Whether a conversation may be recorded at once, or only after an announcement. Pure.

Federal law asks for the leave of one party, which we are; some states ask for everybody's. Nobody
knows for sure where the parties are, so that one candidate state that needs leave is enough, and
so is not knowing. Whoever starts a recording asks here.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from dialer.yaml_text import Listed, Mapped, Scalar, parse


class RecordingLeave(StrEnum):
    """What must come before a recording."""

    NONE_NEEDED = "none_needed"
    ANNOUNCEMENT_FIRST = "announcement_first"


def recording_leave(callee_states: Sequence[str], agent_state: str) -> RecordingLeave:
    """What a recording of the two needs: by every state where the called person may be
    (`places.states_of`), and the state where the agent sits (two letters, empty: unknown).

    Outside the United States there is no state, and it is an announcement (compliance.md 4).
    """
    places = (*callee_states, agent_state)
    if callee_states and all(place in _one_party() for place in places):
        return RecordingLeave.NONE_NEEDED
    return RecordingLeave.ANNOUNCEMENT_FIRST


def announcing_states() -> tuple[str, ...]:
    """The states that ask for everybody's leave, for people to read."""
    return tuple(sorted(_listed("all_party")))


@lru_cache(maxsize=1)
def _one_party() -> frozenset[str]:
    return _listed("one_party")


def _listed(key: str) -> frozenset[str]:
    text = files("dialer.compliance").joinpath("data", "recording.yaml").read_text("utf-8")
    page = parse(text)
    listed = page.items[key] if isinstance(page, Mapped) else None
    if not isinstance(listed, Listed):
        raise ValueError(f"recording.yaml has no list {key}")
    return frozenset(item.text for item in listed.items if isinstance(item, Scalar))
