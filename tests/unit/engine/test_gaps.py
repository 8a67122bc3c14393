"""What is not reachable, and picking up afterwards: no number in flight is dialed again."""

from dataclasses import replace

from dialer.compliance.gate import DialPermit
from dialer.domain.agent import Agent, AgentState
from dialer.domain.outcome import Disposition, Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import CloseAttempt, DeferLead, SaveProgress, SaveResult
from tests.unit.engine.transcript import CAMPAIGN, OUR_NUMBER, START, TRUNK, Night, lead

PERMIT = DialPermit(
    lead_id=1,
    e164="+19195550001",
    campaign_id=1,
    caller_id=OUR_NUMBER,
    granted_at=START - 60,
    expires_at=START - 55,
    may_over_dial=False,
    may_play_recording=False,
)

VOLUNTEER = Agent(id=7, name="Volunteer 7", extension="v7")


def left_behind(attempt_id: str = "cb-old-1", **known: float | int) -> ev.OpenAttempt:
    """An attempt that an earlier engine dialed."""
    return ev.OpenAttempt(
        attempt_id=attempt_id,
        lead=lead(1),
        campaign_id=1,
        trunk="main",
        permit=PERMIT,
        dialed_at=START - 10,
        **known,
    )


def leg(channel_id: str, bridge_id: str = "") -> ev.LegSeen:
    """A leg found up on Asterisk."""
    return ev.LegSeen(
        channel_id=channel_id,
        channel=f"PJSIP/{channel_id}",
        is_up=True,
        bridge_id=bridge_id,
    )


def restarted(attempts: tuple[ev.OpenAttempt, ...], state: AgentState) -> Night:
    """A new engine that has read what the earlier one left, before the link is up."""
    night = Night()
    night.happens(ev.LinkWentDown(at=night.now))
    on_duty = ev.AgentOnDuty(
        agent=VOLUNTEER, campaign_id=1, state=state, attempt_id="cb-old-1", lead=lead(1)
    )
    night.happens(ev.Restored(at=night.now, attempts=attempts, agents=(on_duty,)))
    return night


def test_nothing_is_dialed_while_the_link_is_down(night: Night) -> None:
    night.arrives(7)
    night.happens(ev.LinkWentDown(at=night.now))
    night.claims(lead(1))
    night.at(5)
    assert night.wished(cmd.Originate) == []
    night.happens(ev.LinkCameUp(at=night.now, legs=(leg("agent-7-test-00000001"),)))
    assert len(night.wished(cmd.Originate)) == 1


def test_nothing_is_dialed_while_the_store_is_away(night: Night) -> None:
    night.happens(ev.StoreWentAway(at=night.now))
    night.arrives(7)
    night.claims(lead(1))
    assert night.wished(cmd.Originate) == []
    night.happens(ev.StoreCameBack(at=night.now))
    assert len(night.wished(cmd.Originate)) == 1


def test_a_call_that_never_left_is_closed_and_its_lead_not_burnt(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1))
    call = night.call()
    night.happens(
        ev.OriginateUnsent(at=night.now, attempt_id=call.attempt_id, reason="store away")
    )
    assert night.ending(call).outcome is Outcome.NOT_PLACED
    assert not night.next_step(1).counted


def test_a_conversation_survives_the_daemon() -> None:
    attempt = left_behind(answered_at=START - 5, connected_at=START - 5, agent_id=7)
    night = restarted((attempt,), AgentState.TALKING)
    night.happens(
        ev.LinkCameUp(
            at=night.now, legs=(leg("cb-old-1", "b1"), leg("agent-7-old-00000001", "b1"))
        )
    )
    assert night.state_of(7) is AgentState.TALKING
    assert night.wished(CloseAttempt) == []
    night.at(30).happens(ev.LineEnded(at=night.now, attempt_id="cb-old-1", cause=16))
    assert night.wished(CloseAttempt)[0].outcome is Outcome.TALKED
    assert night.state_of(7) is AgentState.WRAP_UP
    night.happens(
        requests.ResultGiven(
            at=night.now,
            agent_id=7,
            attempt_id="cb-old-1",
            disposition=Disposition.SUPPORTS,
        )
    )
    assert night.wished(SaveResult)[0].disposition is Disposition.SUPPORTS


def test_a_conversation_that_began_without_the_daemon_outlives_the_next_daemon_too() -> None:
    night = restarted((left_behind(agent_id=7),), AgentState.READY)
    night.happens(
        ev.LinkCameUp(
            at=night.now, legs=(leg("cb-old-1", "b1"), leg("agent-7-old-00000001", "b1"))
        )
    )
    assert night.state_of(7) is AgentState.TALKING
    assert night.wished(SaveProgress) == [
        SaveProgress(
            attempt_id="cb-old-1", answered_at=night.now, connected_at=night.now, agent_id=7
        )
    ]


def test_the_dialplans_note_says_since_when_they_have_been_together() -> None:
    night = restarted((left_behind(agent_id=7),), AgentState.READY)
    night.happens(ev.CallQueued(at=START - 9, attempt_id="cb-old-1"))
    night.happens(ev.CallBridgedAlone(at=START - 8, attempt_id="cb-old-1"))
    night.happens(
        ev.LinkCameUp(
            at=night.now, legs=(leg("cb-old-1", "b1"), leg("agent-7-old-00000001", "b1"))
        )
    )
    last = night.wished(SaveProgress)[-1]
    assert (last.answered_at, last.connected_at) == (START - 9, START - 8)


def test_a_line_that_vanished_with_the_daemon_is_lost_and_not_dialed_again() -> None:
    night = restarted((left_behind(),), AgentState.READY)
    night.happens(ev.LinkCameUp(at=night.now, legs=(leg("agent-7-old-00000001"),)))
    assert night.wished(CloseAttempt)[0].outcome is Outcome.LOST
    step = night.next_step(1)
    assert step.counted and step.next_at == night.now + CAMPAIGN.recycle.lost_s


def test_a_line_still_ringing_after_the_restart_is_adopted() -> None:
    night = restarted((left_behind(),), AgentState.READY)
    ringing = replace(leg("cb-old-1"), is_up=False)
    night.happens(ev.LinkCameUp(at=night.now, legs=(ringing, leg("agent-7-old-00000001"))))
    assert night.wished(CloseAttempt) == []
    wished = night.happens(
        ev.RouteAsked(
            at=night.now, attempt_id="cb-old-1", request_id="r", channel="PJSIP/cb-old-1"
        )
    )
    [answer] = [wish for wish in wished if isinstance(wish, cmd.RouteCall)]
    assert answer.destination is cmd.Destination.BRIDGE


def test_a_wrap_up_survives_the_daemon_and_its_result_is_taken() -> None:
    night = restarted((), AgentState.WRAP_UP)
    night.happens(ev.LinkCameUp(at=night.now, legs=(leg("agent-7-old-00000001"),)))
    assert night.state_of(7) is AgentState.WRAP_UP
    night.happens(
        requests.ResultGiven(
            at=night.now,
            agent_id=7,
            attempt_id="cb-old-1",
            disposition=Disposition.OPPOSES,
        )
    )
    assert night.state_of(7) is AgentState.READY
    assert night.next_step(1).counted


def test_agents_are_called_again_when_asterisk_lost_their_legs(night: Night) -> None:
    night.arrives(7)
    night.happens(ev.LinkWentDown(at=night.now))
    night.at(3).happens(ev.LinkCameUp(at=night.now, legs=()))
    assert len(night.wished(cmd.CallAgent)) == 2
    night.picks_up_leg(7)
    assert night.state_of(7) is AgentState.READY


def test_a_person_left_over_from_an_asterisk_restart_counts_as_abandoned(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1))
    call = night.call()
    night.happens(ev.LineAnswered(at=night.now, attempt_id=call.attempt_id, channel="PJSIP/x"))
    night.happens(ev.LinkWentDown(at=night.now))
    night.at(4).happens(ev.LinkCameUp(at=night.now, legs=()))
    assert night.ending(call).outcome is Outcome.ABANDONED


def test_a_stray_leg_that_nobody_knows_is_hung_up_unless_it_talks(night: Night) -> None:
    night.happens(ev.LinkWentDown(at=night.now))
    night.happens(ev.LinkCameUp(at=night.now, legs=(leg("cb-x-1"), leg("cb-x-2", "bridge"))))
    assert [wish.attempt_id for wish in night.wished(cmd.HangUp)] == ["cb-x-1"]


def test_a_trunk_without_a_channel_rests_and_the_other_one_is_used() -> None:
    campaign = replace(CAMPAIGN, trunks=("main", "spare"))
    spare = replace(TRUNK, name="spare", endpoint="trunk-spare")
    night = Night(campaign, (TRUNK, spare))
    night.arrives(7)
    night.claims(lead(1), lead(2))
    first = night.call()
    night.happens(
        ev.OriginateRefused(at=night.now, attempt_id=first.attempt_id, reason="no such endpoint")
    )
    assert night.ending(first).outcome is Outcome.TRUNK_FAILED
    assert not night.next_step(1).counted
    assert night.call().endpoint == "trunk-spare"


def test_a_trunk_that_shows_no_life_three_times_rests_without_burning_leads(night: Night) -> None:
    night.arrives(7)
    night.claims(*(lead(n) for n in range(1, 6)))
    for turn in range(1, 4):
        call = night.call()
        night.at(26 * turn).is_gone(call, 19, 480)
        assert night.ending(call).outcome is Outcome.TRUNK_FAILED
        assert not night.next_step(call.permit.lead_id).counted
    assert len(night.wished(cmd.Originate)) == 3
    assert night.engine.view(night.now).trunks[0].rests_until is not None
    night.at(26 * 3 + 31)
    assert len(night.wished(cmd.Originate)) == 4


def test_a_trunk_that_has_no_room_for_anybody_rests(night: Night) -> None:
    night.arrives(7)
    night.claims(*(lead(n) for n in range(1, 6)))
    for _ in range(3):
        call = night.call()
        night.is_gone(call, 34, 503)
        assert night.ending(call).outcome is Outcome.CONGESTION
    assert len(night.wished(cmd.Originate)) == 3
    assert night.engine.view(night.now).trunks[0].rests_until is not None


def test_a_trunk_is_not_blamed_for_one_number_without_room_among_others(night: Night) -> None:
    night.arrives(7)
    night.claims(*(lead(n) for n in range(1, 9)))
    for _ in range(3):
        night.is_gone(night.call(), 34, 503)
        night.is_gone(night.call(), 17, 486)
    assert night.engine.view(night.now).trunks[0].rests_until is None


def test_a_trunk_keeps_its_channel_limit_and_rate() -> None:
    slow = replace(TRUNK, channel_limit=2, calls_per_second=1.0)
    night = Night(trunks=(slow,))
    for agent_id in (7, 8, 9):
        night.arrives(agent_id)
    night.claims(lead(1), lead(2), lead(3))
    assert len(night.wished(cmd.Originate)) == 1
    night.at(1.2)
    assert len(night.wished(cmd.Originate)) == 2
    night.at(5)
    assert len(night.wished(cmd.Originate)) == 2, "both channels are in use"


def test_a_caller_id_that_no_trunk_owns_stops_the_campaign_without_touching_its_leads() -> None:
    night = Night(trunks=(replace(TRUNK, caller_ids=("+19195550999",)),))
    night.arrives(7)
    night.claims(lead(1), lead(2))
    night.at(3)
    assert night.wished(cmd.Originate) == []
    assert night.wished(DeferLead) == []
    assert night.engine.view(night.now).campaigns[0].last_decision == "not dialing: CID_INVALID"


def test_of_two_trunks_the_one_that_owns_the_caller_id_is_used() -> None:
    foreign = replace(TRUNK, name="foreign", endpoint="trunk-foreign", caller_ids=())
    night = Night(replace(CAMPAIGN, trunks=("foreign", "main")), (foreign, TRUNK))
    night.arrives(7)
    night.claims(lead(1))
    assert night.call().endpoint == "trunk-main"
