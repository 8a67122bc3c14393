"""Preview and manual dialing: a lead is dialed, skipped or given back, and no claim is lost."""

from dataclasses import replace

from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign, CampaignState, DialMethod
from dialer.domain.lead import Lead
from dialer.domain.outcome import Disposition
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.hopper import CLAIM_TRUSTED_S, EXPIRY_LOOK_S, Claim, Hopper
from dialer.engine.store_commands import DeferLead, ReleaseLeads
from dialer.pacing.floor import LeadClass
from tests.unit.engine.transcript import TRUNK, Night, by_hand, lead


def preview_night(*leads: Lead) -> Night:
    """An agent is ready for a preview campaign that holds these leads."""
    night = Night(by_hand(DialMethod.PREVIEW))
    night.arrives(7)
    night.claims(*leads)
    return night


def shown(night: Night) -> Lead | None:
    """The agent asks for the next lead."""
    night.happens(requests.PreviewAsked(at=night.now, agent_id=7))
    return night.wished(cmd.ShowPreview)[-1].lead


def dials(night: Night, wanted: Lead) -> None:
    """The agent wants this lead dialed."""
    night.happens(requests.DialAsked(at=night.now, agent_id=7, lead=wanted))


def given_back(night: Night) -> list[int]:
    """Every lead that went back as it was."""
    return [lead_id for wish in night.wished(ReleaseLeads) for lead_id in wish.lead_ids]


def card(night: Night) -> Lead | None:
    """What the agent is looking at."""
    return night.engine.view(night.now).agents[0].lead


def becomes(night: Night, campaign: Campaign) -> None:
    """The operator changes the campaign."""
    night.happens(ev.Configured(at=night.now, campaigns=(campaign,), trunks=(TRUNK,)))


def test_a_lead_shown_for_ten_minutes_is_given_back() -> None:
    night = preview_night(lead(1))
    assert shown(night) == lead(1)
    night.at(599)
    assert given_back(night) == [] and card(night) == lead(1)
    night.at(601)
    assert given_back(night) == [1] and card(night) is None
    assert night.state_of(7) is AgentState.READY


def test_each_lead_has_ten_minutes_of_its_own() -> None:
    night = preview_night(lead(1), lead(2))
    shown(night)
    night.at(230).happens(requests.PreviewSkipped(at=night.now, agent_id=7, lead_id=1))
    assert shown(night) == lead(2)
    night.at(829)
    assert card(night) == lead(2)
    night.at(831)
    assert given_back(night) == [1, 2]


def test_asking_again_shows_the_same_lead_and_no_longer() -> None:
    night = preview_night(lead(1), lead(2))
    shown(night)
    assert shown(night.at(200)) == lead(1)
    night.at(601)
    assert 1 in given_back(night)


def test_a_lead_that_may_not_be_dialed_is_never_shown() -> None:
    refused = replace(lead(1), is_do_not_call=True)
    night = preview_night(refused, lead(2))
    assert shown(night) == lead(2)
    [deferred] = night.wished(DeferLead)
    assert (deferred.lead_id, deferred.next_at) == (1, None)


def test_dialing_what_is_shown_ends_the_preview_and_not_the_claim() -> None:
    night = preview_night(lead(1))
    dials(night, shown(night) or lead(99))
    night.at(20).answers(night.call())
    night.is_connected(night.call(), 7)
    night.at(660).is_gone(night.call())
    night.result(7, night.call(), Disposition.SUPPORTS)
    assert given_back(night) == []
    assert night.next_step(1).counted


def test_asking_twice_for_one_call_keeps_the_claim_of_the_first() -> None:
    night = preview_night(lead(1))
    dials(night, shown(night) or lead(99))
    dials(night, lead(1))
    assert len(night.wished(cmd.Originate)) == 1
    assert given_back(night) == []
    assert len(night.wished(cmd.RefuseAgent)) == 1


def test_dialing_another_number_gives_the_shown_lead_back() -> None:
    night = preview_night(lead(1))
    shown(night)
    dials(night, lead(9))
    assert night.call().permit.lead_id == 9
    assert given_back(night) == [1]


def test_a_shown_lead_that_meanwhile_may_not_be_dialed_is_put_aside_with_the_reason() -> None:
    night = preview_night(lead(1))
    wanted = shown(night) or lead(99)
    night.happens(ev.DoNotCallAdded(at=night.now, e164=wanted.e164))
    dials(night, wanted)
    assert night.wished(cmd.Originate) == [] and card(night) is None
    assert [wish.lead_id for wish in night.wished(DeferLead)] == [1]
    assert "may not be dialed now" in night.wished(cmd.RefuseAgent)[-1].reason


def test_a_shown_lead_of_whom_something_else_is_known_now_is_claimed_anew() -> None:
    night = preview_night(lead(1), lead(2), lead(3))
    wanted = shown(night) or lead(99)
    night.happens(ev.FactsChanged(at=night.now, e164s=(lead(9).e164,)))
    assert card(night) == wanted and given_back(night) == []
    night.happens(ev.FactsChanged(at=night.now, e164s=(wanted.e164,)))
    assert card(night) is None and given_back(night) == [wanted.id]
    another = shown(night) or lead(99)
    night.happens(ev.FactsChanged(at=night.now))
    assert card(night) is None and sorted(given_back(night)) == [1, 2, 3]
    assert another.id != wanted.id


def test_another_number_that_is_refused_leaves_the_shown_lead_where_it_is() -> None:
    night = preview_night(lead(1))
    shown(night)
    dials(night, replace(lead(9), is_do_not_call=True))
    assert card(night) == lead(1) and given_back(night) == []
    assert [wish.lead_id for wish in night.wished(DeferLead)] == [9]


def test_without_telephone_system_the_shown_lead_stays_for_another_try() -> None:
    night = preview_night(lead(1))
    wanted = shown(night) or lead(99)
    night.happens(ev.LinkWentDown(at=night.now))
    dials(night, wanted)
    assert "not reachable" in night.wished(cmd.RefuseAgent)[-1].reason
    assert card(night) == wanted and given_back(night) == []
    night.happens(ev.LinkCameUp(at=night.now, legs=(_leg_of(night),)))
    dials(night, wanted)
    assert night.call().permit.lead_id == 1


def test_when_asterisk_lost_the_agent_the_shown_lead_goes_back() -> None:
    night = preview_night(lead(1))
    shown(night)
    night.happens(ev.LinkWentDown(at=night.now))
    night.happens(ev.LinkCameUp(at=night.now, legs=()))
    assert given_back(night) == [1] and night.state_of(7) is AgentState.JOINING


def test_a_typed_number_that_waits_in_the_hopper_is_dialed_out_of_turn() -> None:
    night = preview_night(lead(1), lead(2), lead(3))
    shown(night)
    wanted = lead(3)
    night.happens(requests.NumberSought(at=night.now, agent_id=7, e164=wanted.e164))
    assert night.call().permit.lead_id == 3
    assert given_back(night) == [1]
    assert night.engine.view(night.now).campaigns[0].hopper == 1


def test_a_typed_number_that_is_not_in_the_hopper_is_left_to_the_store() -> None:
    night = preview_night(lead(1))
    night.happens(requests.NumberSought(at=night.now, agent_id=7, e164=lead(9).e164))
    assert night.wished(cmd.Originate) == night.wished(cmd.ShowPreview) == []
    assert night.wished(cmd.RefuseAgent) == []


def test_a_break_gives_the_shown_lead_back() -> None:
    night = preview_night(lead(1))
    shown(night)
    night.happens(requests.AgentAskedBreak(at=night.now, agent_id=7))
    assert night.state_of(7) is AgentState.BREAK and given_back(night) == [1]


def test_going_home_gives_the_shown_lead_back_once() -> None:
    night = preview_night(lead(1))
    shown(night)
    night.happens(requests.AgentLoggedOut(at=night.now, agent_id=7))
    assert night.state_of(7) is AgentState.OFFLINE and given_back(night) == [1]


def test_a_paused_campaign_dials_nothing_by_hand_either() -> None:
    night = preview_night(lead(1))
    wanted = shown(night) or lead(99)
    becomes(night, replace(by_hand(DialMethod.PREVIEW), state=CampaignState.PAUSED))
    dials(night, wanted)
    assert night.wished(cmd.Originate) == []
    assert "not running" in night.wished(cmd.RefuseAgent)[-1].reason


def test_what_only_the_operator_can_change_costs_no_lead_its_turn() -> None:
    night = preview_night(lead(1))
    becomes(night, replace(by_hand(DialMethod.PREVIEW), caller_id="+19195550199"))
    night.happens(requests.PreviewAsked(at=night.now, agent_id=7))
    dials(night, lead(9))
    assert len(night.wished(cmd.RefuseAgent)) == 2
    assert night.wished(DeferLead) == [] and given_back(night) == [9]
    becomes(night, by_hand(DialMethod.PREVIEW))
    assert shown(night) == lead(1)


def test_leads_that_arrive_after_the_pause_go_straight_back() -> None:
    night = preview_night()
    becomes(night, replace(by_hand(DialMethod.PREVIEW), state=CampaignState.PAUSED))
    night.claims(lead(1), lead(2))
    assert given_back(night) == [1, 2]


def test_an_automatic_campaign_previews_nothing(night: Night) -> None:
    night.arrives(7)
    night.happens(ev.LinkWentDown(at=night.now))
    night.claims(lead(1))
    night.happens(requests.PreviewAsked(at=night.now, agent_id=7))
    assert "wait for the next call" in night.wished(cmd.RefuseAgent)[-1].reason


def test_claims_that_grew_old_while_the_link_was_down_are_given_back_and_not_dialed(
    night: Night,
) -> None:
    night.arrives(7)
    night.happens(ev.LinkWentDown(at=night.now))
    night.claims(lead(1))
    night.at(901).happens(ev.LinkCameUp(at=night.now, legs=(_leg_of(night),)))
    assert night.wished(cmd.Originate) == []
    assert given_back(night) == [1]


def test_a_lead_that_is_set_aside_again_and_again_still_grows_old() -> None:
    hopper = Hopper()
    mine = Claim(lead=lead(1), at=0.0, leads=LeadClass.ONE_TO_ONE, odds=0.2)
    hopper.fill([mine], now=0.0)
    for _ in range(3):
        claim = hopper.next_claim()
        assert claim is not None
        hopper.put_back(claim)
    assert hopper.expired(now=CLAIM_TRUSTED_S) == ()
    assert hopper.expired(now=CLAIM_TRUSTED_S + EXPIRY_LOOK_S + 1) == (1,)


def _leg_of(night: Night) -> ev.LegSeen:
    """The agent's held leg as Asterisk shows it."""
    return ev.LegSeen(
        channel_id=night.wished(cmd.CallAgent)[-1].leg_id,
        channel="PJSIP/v7-01",
        is_up=True,
        bridge_id="held",
    )


def skips(night: Night, skipped: Lead) -> None:
    """The agent passes over the lead that he is shown; the store hands it out again."""
    night.happens(requests.PreviewSkipped(at=night.now, agent_id=7, lead_id=skipped.id))
    night.claims(skipped)


def test_who_skipped_a_lead_is_shown_all_the_others_first() -> None:
    night = preview_night(*(replace(lead(number), priority=9 - number) for number in (1, 2, 3)))
    seen = []
    for _ in range(6):
        there = shown(night)
        assert there is not None
        seen.append(there.id)
        skips(night, there)
    assert seen == [1, 2, 3, 1, 2, 3]


def test_a_lead_that_is_the_only_one_is_shown_again() -> None:
    night = preview_night(lead(1))
    for _ in range(3):
        assert shown(night) == lead(1)
        skips(night, lead(1))


def test_who_skipped_them_all_does_not_see_the_last_one_at_once() -> None:
    first, last = replace(lead(1), priority=1), replace(lead(2), priority=9)
    night = preview_night(first, last)
    for expected in (last, first, last):
        assert shown(night) == expected
        skips(night, expected)


def test_another_agent_is_shown_what_one_has_skipped() -> None:
    night = preview_night(lead(1), lead(2))
    assert shown(night) == lead(1)
    night.happens(requests.PreviewSkipped(at=night.now, agent_id=7, lead_id=1))
    night.claims(replace(lead(1), priority=9))
    night.arrives(8)
    night.happens(requests.PreviewAsked(at=night.now, agent_id=8))
    assert night.wished(cmd.ShowPreview)[-1].lead == replace(lead(1), priority=9)
    assert shown(night) == lead(2)


def test_whose_telephone_failed_him_still_does_not_see_whom_he_skipped() -> None:
    night = preview_night(lead(1), lead(2))
    assert shown(night) == lead(1)
    skips(night, replace(lead(1), priority=9))
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    night.arrives(7)
    assert shown(night) == lead(2)


def test_a_hopper_full_of_skipped_leads_is_filled_with_others() -> None:
    night = preview_night()
    for number in range(1, 16):
        night.claims(lead(number))
        assert shown(night) == lead(number)
        skips(night, lead(number))
    before = len(night.wished(cmd.ClaimLeads))
    night.at(15)
    assert len(night.wished(cmd.ClaimLeads)) > before
