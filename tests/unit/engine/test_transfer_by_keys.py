"""An agent who called us and has keys alone puts a person through: nobody tells him when."""

from dataclasses import replace

import pytest

from dialer.domain.agent import Agent, AgentState
from dialer.domain.transfer import TransferOutcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from tests.unit.engine.test_transfer import (
    OFFICE,
    SHIFT_LEAD,
    answers,
    asks,
    cancels,
    consults,
    ends,
    hung_up,
    joins,
    parts,
    refusal,
    row,
)
from tests.unit.engine.transcript import CAMPAIGN, Night, lead


@pytest.fixture
def night() -> Night:
    return Night(replace(CAMPAIGN, destinations=(OFFICE, SHIFT_LEAD)))


def talking(night: Night) -> cmd.Originate:
    """A conversation of somebody who dialed in."""
    his = Agent(id=7, name="Ada", extension="v7", dials_in=True)
    night.happens(ev.AgentLoggedIn(at=night.now, agent_id=7, agent=his, campaign_id=1))
    night.picks_up_leg(7)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=7))
    night.claims(lead(1))
    call = night.call()
    night.at(5).answers(call)
    night.is_connected(call, 7)
    night.at(30)
    return call


def test_when_somebody_answers_the_two_are_put_together_and_he_is_free(night: Night) -> None:
    call = talking(night)
    asks(night, SHIFT_LEAD.name)
    assert not night.wished(cmd.PutThrough)
    answers(night)
    assert len(night.wished(cmd.PutThrough)) == 1
    parts(night, call)
    joins(night)
    assert night.state_of(7) is AgentState.WRAP_UP
    assert row(night).outcome is TransferOutcome.PUT_THROUGH


def test_he_may_call_it_off_until_then(night: Night) -> None:
    talking(night)
    asks(night)
    cancels(night)
    assert hung_up(night) == [row(night).transfer_id]
    answers(night)
    assert not night.wished(cmd.PutThrough)
    assert row(night).outcome is TransferOutcome.CANCELLED


def test_a_third_party_who_hangs_up_as_the_person_comes_brings_him_back(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    parts(night, call)
    ends(night)
    night.at(31)
    [connect] = night.wished(cmd.ConnectCall)
    assert connect.attempt_id == call.attempt_id
    assert night.state_of(7) is AgentState.TALKING


def test_a_person_who_has_hung_up_is_put_through_to_nobody(night: Night) -> None:
    call = talking(night)
    asks(night)
    parts(night, call)
    answers(night)
    assert not night.wished(cmd.PutThrough)


def test_he_talks_with_nobody_alone(night: Night) -> None:
    call = talking(night)
    asks(night)
    parts(night, call)
    answers(night)
    assert refusal(consults(night))
