"""People who want to be called in another language, and the volunteers who speak it."""

from dataclasses import replace

import pytest

from dialer.domain.agent import Agent, AgentState
from dialer.domain.campaign import DialMethod
from dialer.domain.language import Language
from dialer.domain.lead import Lead, LeadState, LineType
from dialer.domain.outcome import Disposition
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import ReleaseLeads
from tests.unit.engine.transcript import CAMPAIGN, Night, by_hand, lead, ratio_campaign

SPANISH, POLISH = Language.SPANISH, Language.POLISH


def arrives(night: Night, agent_id: int, *languages: Language) -> None:
    agent = Agent(
        id=agent_id, name=f"Volunteer {agent_id}", extension=f"v{agent_id}", languages=languages
    )
    night.happens(ev.AgentLoggedIn(at=night.now, agent_id=agent_id, agent=agent, campaign_id=1))
    night.picks_up_leg(agent_id)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=agent_id))


def wants(number: int, language: Language, line_type: LineType = LineType.WIRELESS) -> Lead:
    return replace(lead(number, line_type), wanted_language=language)


def claims(night: Night, *leads: Lead) -> None:
    languages = tuple(one.wanted_language for one in leads if one.wanted_language)
    night.happens(
        ev.LeadsClaimed(
            at=night.now, campaign_id=1, leads=leads, languages=languages or (SPANISH,)
        )
    )


def asked_for(night: Night) -> list[tuple[Language, ...]]:
    return [one.languages for one in night.wished(cmd.ClaimLeads) if one.languages]


def dialed(night: Night) -> list[int]:
    return [call.permit.lead_id for call in night.wished(cmd.Originate)]


def says(night: Night, call: cmd.Originate, language: Language | None) -> None:
    night.happens(
        requests.ResultGiven(
            at=night.now,
            agent_id=7,
            attempt_id=call.attempt_id,
            disposition=Disposition.OTHER_LANGUAGE,
            language=language,
        )
    )


def talks(night: Night) -> cmd.Originate:
    arrives(night, 7, Language.ENGLISH)
    night.claims(lead(1))
    call = night.call()
    night.at(5).answers(call)
    night.is_connected(call, 7)
    return call


def is_over(night: Night, call: cmd.Originate) -> None:
    night.happens(ev.CallParted(at=night.now, attempt_id=call.attempt_id))
    night.is_gone(call)


def test_the_lead_is_kept_with_the_wish_and_due_again_in_half_an_hour(night: Night) -> None:
    call = talks(night)
    says(night, call, SPANISH)
    is_over(night.at(20), call)
    step = night.next_step(1)
    assert (step.state, step.wanted_language) == (LeadState.RECYCLED, "es")
    assert step.next_at == night.now + CAMPAIGN.recycle.busy_s


def test_a_wish_after_the_call_is_kept_and_a_correction_takes_it_back(night: Night) -> None:
    call = talks(night)
    is_over(night.at(20), call)
    says(night, call, SPANISH)
    assert night.next_step(1).wanted_language == "es"
    night.result(7, call, Disposition.NOT_HOME)
    assert night.next_step(1).wanted_language == ""


def test_without_a_language_there_is_no_wish(night: Night) -> None:
    call = talks(night)
    says(night, call, None)
    is_over(night.at(20), call)
    step = night.next_step(1)
    assert (step.wanted_language, step.next_at) == ("", night.now + CAMPAIGN.recycle.lost_s)


def test_only_languages_that_somebody_at_work_speaks_are_asked_for(night: Night) -> None:
    night.arrives(6)
    assert asked_for(night) == [], "of nobody is it known what he speaks"
    arrives(night, 7, Language.ENGLISH, SPANISH)
    assert asked_for(night) == [(Language.ENGLISH, SPANISH)]
    claims(night)
    night.at(29)
    assert len(asked_for(night)) == 1
    night.at(31)
    assert len(asked_for(night)) == 2, "perhaps somebody's rest is over"


def test_a_line_is_dialed_for_the_one_who_speaks_it_alone(night: Night) -> None:
    night.arrives(6)
    claims(night, wants(1, SPANISH))
    night.at(5)
    assert dialed(night) == []
    arrives(night, 7, SPANISH)
    assert dialed(night) == [1]
    assert night.call().agent_channel == "PJSIP/v7-01"
    assert (night.state_of(6), night.state_of(7)) == (AgentState.READY, AgentState.RESERVED)
    route = night.at(10).answers(night.call())
    assert (route.destination, route.agent_channel) == (cmd.Destination.BRIDGE, "PJSIP/v7-01")


def test_they_come_before_the_other_leads_and_take_nobody_else(night: Night) -> None:
    arrives(night, 7, SPANISH)
    claims(night, wants(1, SPANISH), wants(2, SPANISH))
    night.claims(lead(11), lead(12))
    night.arrives(8)
    assert dialed(night) == [1, 11]
    assert night.call(0).agent_channel == "PJSIP/v7-01"
    assert night.call(1).agent_channel == "PJSIP/v8-01"
    night.is_gone(night.call(0), cause=17, status=486)
    assert dialed(night) == [1, 11, 2]


@pytest.mark.parametrize("method", [DialMethod.RATIO, DialMethod.PREDICTIVE])
def test_where_lines_are_over_dialed_theirs_are_one_to_one(method: DialMethod) -> None:
    night = Night(replace(ratio_campaign(3.0), dial_method=method))
    night.has_history(answered=1000)
    arrives(night, 7, SPANISH)
    claims(night, wants(1, SPANISH, LineType.LANDLINE), wants(2, SPANISH, LineType.LANDLINE))
    night.at(2)
    assert dialed(night) == [1]
    assert night.call().agent_channel == "PJSIP/v7-01"


def test_who_speaks_is_not_taken_from_his_line_for_somebody_else() -> None:
    night = Night(replace(CAMPAIGN, dial_method=DialMethod.PREDICTIVE))
    night.arrives(6)
    night.claims(lead(1))
    first = night.call()
    night.at(5).answers(first)
    night.is_connected(first, 6)
    is_over(night.at(20), first)
    night.claims(lead(2), lead(3))
    night.arrives(8)
    assert dialed(night) == [1, 2, 3], "while he writes, a line is dialed for him too"
    arrives(night, 7, SPANISH)
    claims(night, wants(4, SPANISH))
    assert night.call().permit.lead_id == 4
    for_six = next(call for call in night.wished(cmd.Originate)[1:3] if "v6" in call.agent_channel)
    route = night.at(24).answers(for_six)
    assert route.agent_channel == "PJSIP/v8-01", "his line is older, but it wants no language"
    assert night.state_of(7) is AgentState.RESERVED


def test_whose_speaker_is_gone_is_taken_by_whoever_is_free(night: Night) -> None:
    arrives(night, 7, SPANISH)
    claims(night, wants(1, SPANISH))
    night.arrives(8)
    night.at(3).happens(ev.AgentLegDown(at=night.now, agent_id=7))
    route = night.at(6).answers(night.call())
    assert (route.destination, route.agent_channel) == (cmd.Destination.BRIDGE, "PJSIP/v8-01")


def test_of_the_free_ones_who_speaks_it_takes_the_person(night: Night) -> None:
    arrives(night, 7, SPANISH)
    claims(night, wants(1, SPANISH))
    night.arrives(8)
    arrives(night, 9, POLISH, SPANISH)
    night.at(3).happens(ev.AgentLegDown(at=night.now, agent_id=7))
    assert night.at(6).answers(night.call()).agent_channel == "PJSIP/v9-01"


def test_what_nobody_speaks_is_not_dialed_whatever_was_claimed(night: Night) -> None:
    arrives(night, 7, SPANISH)
    claims(night, wants(1, POLISH))
    night.at(60)
    assert dialed(night) == []
    [place] = night.engine.view(night.now).campaigns
    assert (place.wishes, place.hopper) == (1, 0)


def test_they_are_given_back_in_time_and_when_the_campaign_stops(night: Night) -> None:
    arrives(night, 7, SPANISH)
    claims(night, wants(1, POLISH))
    night.at(250)
    assert (1,) in [one.lead_ids for one in night.wished(ReleaseLeads)]
    claims(night, wants(2, POLISH))
    night.happens(ev.Configured(at=night.now, campaigns=(), trunks=()))
    assert night.wished(ReleaseLeads)[-1].lead_ids == (2,)


def test_a_number_that_is_barred_is_given_back(night: Night) -> None:
    arrives(night, 7, Language.ENGLISH)
    claims(night, wants(1, SPANISH))
    night.happens(ev.NumbersBarred(at=night.now, e164s=(lead(1).e164,)))
    assert night.wished(ReleaseLeads)[-1].lead_ids == (1,)


def test_in_preview_he_is_shown_those_who_want_his_language_first() -> None:
    night = Night(by_hand(DialMethod.PREVIEW))
    night.arrives(6)
    arrives(night, 7, SPANISH)
    night.claims(lead(11), lead(12))
    claims(night, wants(1, SPANISH))
    for agent_id, shown in ((6, 11), (7, 1)):
        night.happens(requests.PreviewAsked(at=night.now, agent_id=agent_id))
        its = night.wished(cmd.ShowPreview)[-1].lead
        assert its is not None and its.id == shown
    assert dialed(night) == []
