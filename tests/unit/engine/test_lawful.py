"""The engine asks the gate for every call, with what the whole phone bank knows."""

from dataclasses import replace

from dialer.compliance.circumstances import Circumstances, OwnCallerId
from dialer.domain.campaign import Campaign, Organisation, Purpose
from dialer.domain.lead import Lead, LineType
from dialer.domain.number import NumberFacts
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.store_commands import DeferLead, NoteRefusal
from tests.unit.engine.told import Told, night_of
from tests.unit.engine.transcript import (
    CAMPAIGN,
    OUR_NUMBER,
    START,
    TRUNK,
    Night,
    lead,
    ratio_campaign,
)


def learns(night: Night, circumstances: Circumstances, campaign: Campaign = CAMPAIGN) -> None:
    """The watch tells what it found in the store."""
    night.happens(
        ev.Configured(
            at=night.now, campaigns=(campaign,), trunks=(TRUNK,), circumstances=circumstances
        )
    )


def of_business(number: int, business: str) -> Lead:
    return replace(lead(number), number=NumberFacts(states=("NC",), business=business))


def test_before_the_circumstances_are_known_nobody_is_dialed_which_is_noted_once() -> None:
    night = Night(circumstances=None)
    night.arrives(7)
    night.claims(lead(1))
    night.at(20)
    assert night.wished(cmd.Originate) == []
    [noted] = night.wished(NoteRefusal)
    assert noted.refusal.reasons == ("CIRCUMSTANCES_UNKNOWN",)
    learns(night, Circumstances())
    assert night.call().permit.e164 == lead(1).e164


def test_a_caller_id_that_leaves_the_inventory_stops_the_campaign_and_is_noted_once() -> None:
    night = Night()
    other = OwnCallerId(number="+19195550199", authorised_from=0.0)
    learns(night, Circumstances(caller_ids=(other,)))
    night.arrives(7)
    night.claims(lead(1))
    night.at(30)
    assert night.wished(cmd.Originate) == []
    [noted] = night.wished(NoteRefusal)
    assert noted.refusal.reasons == ("CID_INVALID",)
    assert noted.refusal.facts is not None and noted.refusal.book
    ours = OwnCallerId(number=OUR_NUMBER, authorised_from=0.0, takes_calls=True)
    learns(night, Circumstances(caller_ids=(ours,)))
    night.at(31)
    assert night.call().permit.facts is not None
    learns(night, Circumstances(caller_ids=(replace(ours, takes_calls=False),)))
    night.arrives(8)
    night.claims(lead(2))
    night.at(40)
    assert len(night.wished(NoteRefusal)) == 2


def test_two_lines_of_one_business_are_not_called_at_once() -> None:
    night = Night()
    night.arrives(7)
    night.arrives(8)
    night.claims(of_business(1, "acme"), of_business(2, "acme"), of_business(3, "other"))
    assert {call.permit.lead_id for call in night.wished(cmd.Originate)} == {1, 3}
    [deferred] = night.wished(DeferLead)
    assert deferred.lead_id == 2
    assert deferred.refusal.reasons == ("BUSINESS_IN_CALL",)
    assert deferred.next_at == START + 60.0


def test_a_lead_that_may_only_be_dialed_by_hand_rests_with_its_reason() -> None:
    sales = replace(
        CAMPAIGN,
        purpose=Purpose.SALES,
        organisation=Organisation.BUSINESS,
        message_text=f"For telemarketing purposes. {CAMPAIGN.message_text}",
    )
    night = Night(sales)
    fresh = (("us.national", START), ("us.fl", START))
    learns(night, Circumstances(registers_as_of=fresh), sales)
    night.arrives(7)
    night.claims(replace(lead(1), number=NumberFacts(states=("FL",))))
    assert night.wished(cmd.Originate) == []
    [deferred] = night.wished(DeferLead)
    assert deferred.refusal.reasons == ("CONSENT_STATE",)
    assert deferred.next_at is not None and deferred.next_at > night.now


def test_a_do_not_call_request_counts_at_once_and_is_refused_with_its_facts() -> None:
    told = Told()
    night = night_of(told)
    night.arrives(7)
    night.happens(ev.DoNotCallAdded(at=night.now, e164=lead(1).e164))
    told.reserved(7)
    night.claims(lead(1))
    assert night.wished(cmd.Originate) == []
    [deferred] = night.wished(DeferLead)
    assert deferred.refusal.reasons == ("INTERNAL_DNC",) and deferred.next_at is None
    assert deferred.refusal.facts is not None and deferred.refusal.facts.is_do_not_call


def test_a_landline_that_may_hear_no_recorded_voice_gets_an_agent_of_its_own() -> None:
    told = Told()
    night = night_of(told, ratio_campaign(2.0))
    night.arrives(7)
    told.shared(1)
    night.claims(replace(lead(1, LineType.LANDLINE), number=NumberFacts(states=("IN",))))
    assert night.wished(cmd.Originate) == []
    told.reserved(7)
    night.at(1)
    assert not night.call().permit.may_over_dial
    assert night.call().agent_channel


def test_with_the_budget_spent_no_line_goes_out_without_an_agent() -> None:
    told = Told()
    night = night_of(told, ratio_campaign(2.0))
    night.has_history(answered=1000, abandoned=30)
    night.arrives(7)
    told.shared(1)
    night.claims(lead(1, LineType.LANDLINE))
    assert night.wished(cmd.Originate) == []
    told.reserved(7)
    night.at(1)
    assert night.call().permit.may_over_dial
