"""Who asks for the shift lead, until somebody has seen it."""

from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import SaveHelpRequest
from tests.unit.engine.transcript import Night


def asks(night: Night, agent_id: int = 7) -> list[SaveHelpRequest]:
    """What is written because he asks."""
    wished = night.happens(requests.AgentAskedHelp(at=night.now, agent_id=agent_id))
    return [one for one in wished if isinstance(one, SaveHelpRequest)]


def is_over(night: Night, agent_id: int = 7) -> list[SaveHelpRequest]:
    """What is written because nobody need come any more."""
    wished = night.happens(requests.AgentHelpOver(at=night.now, agent_id=agent_id))
    return [one for one in wished if isinstance(one, SaveHelpRequest)]


def test_who_asks_again_has_asked_since_the_first_time(night: Night) -> None:
    night.arrives(7)
    (written,) = asks(night)
    assert (written.agent_id, written.asked_at, written.over_at) == (7, night.now, None)
    night.at(5)
    assert asks(night) == []


def test_a_request_is_over_once(night: Night) -> None:
    (asked,) = asks(night)
    night.at(5)
    (over,) = is_over(night)
    assert (over.help_id, over.asked_at, over.over_at) == (asked.help_id, asked.asked_at, night.now)
    assert is_over(night) == []


def test_a_later_request_is_another_one(night: Night) -> None:
    (first,) = asks(night)
    is_over(night)
    night.at(5)
    (second,) = asks(night)
    assert second.help_id != first.help_id and second.asked_at == night.now


def test_who_asked_an_earlier_engine_still_asks(night: Night) -> None:
    left = ev.HelpRequest(help_id="help-old-1", agent_id=7, asked_at=night.now - 60)
    night.happens(ev.Restored(at=night.now, attempts=(), agents=(), help_requests=(left,)))
    assert asks(night) == []
    (over,) = is_over(night)
    assert (over.help_id, over.asked_at) == ("help-old-1", night.now - 60)
