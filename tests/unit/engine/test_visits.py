"""Somebody calls the campaign's number, as it goes in a call centre."""

from dataclasses import replace

import pytest

from dialer.domain.agent import Agent, AgentState
from dialer.domain.campaign import CampaignState, DialMethod
from dialer.domain.lead import Lead, LeadState, LineType
from dialer.domain.outcome import Disposition
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.engine import Engine
from dialer.engine.store_commands import (
    AddDoNotCall,
    CloseAttempt,
    DeferLead,
    ReleaseLeads,
    SaveAttempt,
    SaveProgress,
    SaveResult,
    SaveVisit,
    UpdateLead,
)
from tests.unit.engine.transcript import (
    CAMPAIGN,
    OUR_NUMBER,
    START,
    TRUNK,
    Night,
    by_hand,
    lead,
    ratio_campaign,
)

VISIT = "in-1795000000.7"
CHANNEL = "PJSIP/trunk-main-0000aa"
CALLER = lead(1).e164


def calls_us(
    night: Night, visit_id: str = VISIT, *leads: Lead, called: str = OUR_NUMBER
) -> cmd.RouteCall:
    """Somebody calls; returns where he goes."""
    wished = night.happens(
        ev.VisitAsked(
            at=night.now,
            visit_id=visit_id,
            request_id=f"ask-{len(night.wishes)}",
            channel=CHANNEL,
            called=called,
            caller=leads[0].e164 if leads else CALLER,
            leads=leads,
        )
    )
    return next(command for command in wished if isinstance(command, cmd.RouteCall))


def is_put_through(night: Night, agent_id: int, visit_id: str = VISIT) -> None:
    night.happens(ev.VisitConnected(at=night.now, visit_id=visit_id, agent_id=agent_id))


def hangs_up(night: Night, visit_id: str = VISIT) -> None:
    night.happens(ev.VisitEnded(at=night.now, visit_id=visit_id))


def row(night: Night) -> SaveVisit:
    """The visit as it was last written."""
    return night.wished(SaveVisit)[-1]


def reports(night: Night, agent_id: int, disposition: Disposition) -> list[cmd.Command]:
    return night.happens(
        requests.ResultGiven(
            at=night.now, agent_id=agent_id, attempt_id=VISIT, disposition=disposition
        )
    )


def test_a_ready_agent_talks_wraps_up_and_is_free_again(night: Night) -> None:
    night.arrives(7)
    answer = calls_us(night.at(5), VISIT, lead(1))
    assert (answer.destination, answer.agent_channel) == (cmd.Destination.BRIDGE, "PJSIP/v7-01")
    assert night.state_of(7) is AgentState.RESERVED
    is_put_through(night.at(6), 7)
    assert night.state_of(7) is AgentState.TALKING
    [view] = night.engine.view(night.now).agents
    assert view.lead == lead(1), "his card shows who called"
    night.at(60).happens(ev.VisitParted(at=night.now, visit_id=VISIT))
    assert night.state_of(7) is AgentState.WRAP_UP
    hangs_up(night)
    reports(night.at(70), 7, Disposition.SUPPORTS)
    assert night.state_of(7) is AgentState.READY
    written = row(night)
    assert (written.came_at, written.connected_at) == (START + 5, START + 6)
    assert (written.parted_at, written.ended_at) == (START + 60, START + 60)
    assert written.disposition is Disposition.SUPPORTS
    assert written.lead_id == 1
    assert written.e164 == "", "the number is needed no more"


def test_it_is_no_attempt_and_counts_nowhere(night: Night) -> None:
    night.has_history(answered=500)
    night.arrives(7)
    calls_us(night, VISIT, lead(1))
    is_put_through(night, 7)
    hangs_up(night.at(30))
    reports(night, 7, Disposition.SUPPORTS)
    for kind in (SaveAttempt, CloseAttempt, SaveResult, SaveProgress):
        assert not night.wished(kind)
    step = night.next_step(1)
    assert (step.state, step.counted, step.last_outcome) == (LeadState.FINAL, False, None)


def test_nobody_is_dialed_for_an_agent_who_talks_with_a_caller(night: Night) -> None:
    night.arrives(7)
    calls_us(night)
    night.claims(lead(2), lead(3))
    is_put_through(night, 7)
    night.at(40)
    assert not night.wished(cmd.Originate)
    hangs_up(night)
    reports(night, 7, Disposition.REFUSED)
    assert night.call().permit.lead_id == 2


def test_lines_beyond_one_to_one_do_not_count_on_him_either() -> None:
    night = Night(ratio_campaign(2.0))
    night.has_history(answered=500)
    night.arrives(7)
    night.arrives(8)
    calls_us(night)
    is_put_through(night, 7)
    night.claims(*(lead(n, LineType.LANDLINE) for n in range(10, 20)))
    assert len(night.wished(cmd.Originate)) == 2, "two lines for the one who is ready"


@pytest.mark.parametrize("state", [AgentState.BREAK, None])
def test_without_a_ready_agent_he_hears_the_message(
    night: Night, state: AgentState | None
) -> None:
    if state is not None:
        night.logs_in(7)
        night.picks_up_leg(7)
    assert calls_us(night).destination is cmd.Destination.MESSAGE
    hangs_up(night.at(20))
    written = row(night)
    assert (written.agent_id, written.connected_at) == (None, None)
    assert (written.e164, written.ended_at) == ("", START + 20)


def test_the_key_suppresses_him_and_what_waits_to_be_dialed_is_looked_at_again(
    night: Night,
) -> None:
    calls_us(night)
    wished = night.happens(ev.OptOutPressed(at=night.now, attempt_id=VISIT))
    [told] = [one for one in wished if isinstance(one, AddDoNotCall)]
    assert told.e164 == CALLER
    assert row(night).opted_out_at == START
    hangs_up(night.at(3))
    night.arrives(7)
    night.claims(lead(1), lead(2))
    assert [call.permit.lead_id for call in night.wished(cmd.Originate)] == [2]


def test_an_agent_told_not_to_call_again_suppresses_a_nameless_caller(night: Night) -> None:
    night.arrives(7)
    calls_us(night)
    is_put_through(night, 7)
    assert row(night).e164 == CALLER, "in case we end before he reports"
    hangs_up(night.at(9))
    reports(night, 7, Disposition.DO_NOT_CALL)
    assert [one.e164 for one in night.wished(AddDoNotCall)] == [CALLER]
    assert row(night).e164 == ""
    assert not night.wished(UpdateLead)


def test_a_later_word_corrects_the_first(night: Night) -> None:
    night.arrives(7)
    calls_us(night, VISIT, lead(1))
    is_put_through(night, 7)
    hangs_up(night.at(9))
    reports(night, 7, Disposition.CALL_BACK)
    assert night.next_step(1).state is LeadState.CALLBACK
    reports(night.at(12), 7, Disposition.OPPOSES)
    assert night.next_step(1).state is LeadState.FINAL
    assert row(night).disposition is Disposition.OPPOSES


@pytest.mark.parametrize(
    "disposition",
    [Disposition.NO_RESULT, Disposition.NOT_HOME, Disposition.OTHER_LANGUAGE, Disposition.MACHINE],
)
def test_a_word_that_settles_nothing_leaves_the_lead_as_it_was(
    night: Night, disposition: Disposition
) -> None:
    night.arrives(7)
    calls_us(night, VISIT, lead(1))
    is_put_through(night, 7)
    hangs_up(night.at(9))
    reports(night, 7, disposition)
    assert not night.wished(UpdateLead)


def test_his_number_is_not_dialed_while_he_talks_with_us(night: Night) -> None:
    night.arrives(7)
    calls_us(night, VISIT, lead(1))
    is_put_through(night, 7)
    night.arrives(8)
    night.claims(lead(1))
    [deferred] = night.wished(DeferLead)
    assert deferred.refusal.reasons == ("NUMBER_IN_USE",)
    hangs_up(night.at(30))
    night.claims(lead(1))
    assert [call.permit.lead_id for call in night.wished(cmd.Originate)] == [1]


def test_who_waits_in_the_hopper_is_given_back_when_he_calls_himself() -> None:
    night = Night(by_hand(DialMethod.PREVIEW))
    night.arrives(7)
    night.claims(lead(1), lead(2))
    calls_us(night, VISIT, lead(1))
    assert not night.wished(ReleaseLeads)
    is_put_through(night, 7)
    assert night.wished(ReleaseLeads) == [ReleaseLeads(lead_ids=(1,))]


def test_a_line_to_the_same_number_that_ends_first_does_not_free_the_number(
    night: Night,
) -> None:
    night.arrives(7)
    night.claims(lead(1))
    night.arrives(8)
    calls_us(night, VISIT, lead(1))
    is_put_through(night, 8)
    night.is_gone(night.call(), 17, 486)
    night.claims(lead(1))
    assert len(night.wished(cmd.Originate)) == 1


def test_an_agent_whose_bridge_fails_pauses_and_the_next_one_is_tried(night: Night) -> None:
    for agent_id in (7, 8, 9):
        night.at(agent_id).arrives(agent_id)
    assert calls_us(night).agent_channel == "PJSIP/v7-01"
    assert calls_us(night).agent_channel == "PJSIP/v8-01"
    assert calls_us(night).destination is cmd.Destination.MESSAGE
    assert night.state_of(7) is AgentState.BREAK
    assert night.state_of(8) is AgentState.BREAK
    assert night.state_of(9) is AgentState.READY


def test_a_question_after_the_conversation_changes_nothing(night: Night) -> None:
    night.arrives(7)
    night.arrives(8)
    calls_us(night)
    is_put_through(night, 7)
    assert calls_us(night.at(9)).destination is cmd.Destination.MESSAGE
    assert night.state_of(7) is AgentState.TALKING
    assert night.state_of(8) is AgentState.READY
    hangs_up(night)
    assert row(night).agent_id == 7


def test_a_caller_who_never_reaches_his_agent_keeps_him_for_seconds_only(night: Night) -> None:
    night.arrives(7)
    calls_us(night)
    night.at(6)
    assert night.state_of(7) is AgentState.READY


def test_a_caller_who_hangs_up_at_once_frees_the_agent(night: Night) -> None:
    night.arrives(7)
    calls_us(night)
    hangs_up(night.at(1))
    assert night.state_of(7) is AgentState.READY
    assert row(night).agent_id is None


def test_the_agent_may_end_the_call(night: Night) -> None:
    night.arrives(7)
    calls_us(night)
    is_put_through(night, 7)
    night.happens(requests.AgentAskedHangup(at=night.now, agent_id=7))
    assert night.wished(cmd.HangUp) == [cmd.HangUp(attempt_id=VISIT, channel=CHANNEL)]
    night.at(6)
    assert night.state_of(7) is AgentState.WRAP_UP, "its end was never reported"


def test_an_agent_who_goes_leaves_no_result_behind(night: Night) -> None:
    night.arrives(7)
    calls_us(night, VISIT, lead(1))
    is_put_through(night, 7)
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    hangs_up(night.at(1))
    assert night.state_of(7) is AgentState.OFFLINE
    assert row(night).disposition is Disposition.NO_RESULT


def test_who_looks_at_a_lead_gives_it_back_for_the_caller() -> None:
    night = Night(by_hand(DialMethod.PREVIEW))
    night.arrives(7)
    night.claims(lead(2))
    night.happens(requests.PreviewAsked(at=night.now, agent_id=7))
    assert calls_us(night).destination is cmd.Destination.BRIDGE
    assert night.wished(ReleaseLeads) == [ReleaseLeads(lead_ids=(2,))]


def test_a_number_of_no_open_campaign_gets_the_message_and_no_row(night: Night) -> None:
    night.arrives(7)
    assert calls_us(night, called="+19195550999").destination is cmd.Destination.MESSAGE
    closed = replace(CAMPAIGN, state=CampaignState.FINISHED)
    night.happens(ev.Configured(at=night.now, campaigns=(closed,), trunks=(TRUNK,)))
    assert calls_us(night).destination is cmd.Destination.MESSAGE
    assert not night.wished(SaveVisit)


def test_of_campaigns_with_one_number_the_one_with_a_ready_agent_takes_it() -> None:
    night = Night()
    other = replace(CAMPAIGN, id=2, name="Survey", state=CampaignState.PAUSED)
    night.happens(ev.Configured(at=night.now, campaigns=(CAMPAIGN, other), trunks=(TRUNK,)))
    calls_us(night, "in-1.1")
    assert row(night).campaign_id == 1, "nobody is there: the one that runs"
    night.logs_in(7)
    night.happens(requests.AgentLoggedOut(at=night.now, agent_id=7))
    agent = Agent(id=8, name="Ada", extension="v8")
    night.happens(ev.AgentLoggedIn(at=night.now, agent_id=8, agent=agent, campaign_id=2))
    night.picks_up_leg(8)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=8))
    assert calls_us(night, "in-1.2").agent_channel == "PJSIP/v8-01"
    assert row(night).campaign_id == 2


# --- gaps ---------------------------------------------------------------------------------------


def seen(leg_id: str, channel: str, bridge: str = "b1") -> ev.LegSeen:
    return ev.LegSeen(
        channel_id=leg_id, channel=channel, is_up=True, bridge_id=bridge
    )


def agents_leg(night: Night) -> ev.LegSeen:
    return seen(night.wished(cmd.CallAgent)[-1].leg_id, "PJSIP/v7-01")


def test_a_conversation_goes_on_over_a_lost_link(night: Night) -> None:
    night.arrives(7)
    calls_us(night)
    is_put_through(night, 7)
    night.happens(ev.LinkWentDown(at=night.now))
    legs = (agents_leg(night), seen(VISIT, CHANNEL))
    night.at(20).happens(ev.LinkCameUp(at=night.now, legs=legs))
    assert night.state_of(7) is AgentState.TALKING
    assert not night.wished(cmd.HangUp)


def test_who_left_during_the_gap_frees_his_agent_for_the_wrap_up(night: Night) -> None:
    night.arrives(7)
    calls_us(night)
    is_put_through(night, 7)
    night.happens(ev.LinkWentDown(at=night.now))
    night.happens(ev.LinkCameUp(at=night.now, legs=(replace(agents_leg(night), bridge_id=""),)))
    assert night.state_of(7) is AgentState.WRAP_UP
    assert row(night).ended_at is not None


def test_a_caller_whom_nobody_remembers_is_left_with_his_message(night: Night) -> None:
    night.happens(ev.LinkCameUp(at=night.now, legs=(seen(VISIT, CHANNEL, bridge=""),)))
    assert not night.wished(cmd.HangUp)


def test_a_new_engine_takes_over_the_conversation_and_its_result(night: Night) -> None:
    night.arrives(7)
    calls_us(night, VISIT, lead(1))
    is_put_through(night, 7)
    left = row(night)
    legs = (agents_leg(night), seen(VISIT, CHANNEL))
    agent = Agent(id=7, name="Volunteer 7", extension="v7")
    later = Night.__new__(Night)
    later.engine, later.now, later.wishes = Engine(run="second"), night.now, []
    later.happens(ev.Configured(at=later.now, campaigns=(CAMPAIGN,), trunks=(TRUNK,)))
    later.happens(
        ev.Restored(
            at=later.now,
            attempts=(),
            agents=(
                ev.AgentOnDuty(
                    agent=agent,
                    campaign_id=1,
                    state=AgentState.TALKING,
                    attempt_id=VISIT,
                    lead=lead(1),
                ),
            ),
            visits=(
                ev.OpenVisit(
                    visit_id=VISIT,
                    campaign_id=1,
                    came_at=left.came_at,
                    e164=left.e164,
                    lead=lead(1),
                    agent_id=7,
                    connected_at=left.connected_at,
                ),
            ),
        )
    )
    later.happens(ev.LinkCameUp(at=later.now, legs=legs))
    assert later.state_of(7) is AgentState.TALKING
    hangs_up(later.at(50))
    reports(later, 7, Disposition.DO_NOT_CALL)
    assert [one.e164 for one in later.wished(AddDoNotCall)] == [CALLER]
    assert not later.wished(SaveResult)
