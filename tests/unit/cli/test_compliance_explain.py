"""`callbank compliance explain` in words and as JSON, without a database."""

from dataclasses import replace
from datetime import UTC, datetime

from dialer.cli.compliance_explain import as_json, lines
from dialer.compliance.circumstances import Circumstances
from dialer.compliance.rulebook import shipped
from dialer.compliance.ways import Way, stranger, ways_to_dial
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.lead import Lead, LineType
from tests.unit.engine.transcript import CAMPAIGN

NOON = datetime(2026, 7, 15, 16, 0, tzinfo=UTC).timestamp()
NIGHT = datetime(2026, 7, 16, 2, 0, tzinfo=UTC).timestamp()
CELL = stranger("+19195550142", CAMPAIGN, is_do_not_call=False, registers=())


def ways(lead: Lead, at: float, campaign: Campaign = CAMPAIGN) -> tuple[Way, ...]:
    return ways_to_dial(
        lead,
        campaign,
        at,
        trunk_shows_caller_id=True,
        circumstances=Circumstances(),
        book=shipped(),
    )


def told(lead: Lead, at: float) -> str:
    return "\n".join(lines(lead, CAMPAIGN, ways(lead, at), shipped(), is_on_list=False))


def test_a_cell_number_may_be_dialed_by_one_line_for_one_agent() -> None:
    text = told(CELL, NOON)
    assert "may be dialed by manual, preview, progressive." in text
    assert "on no list of the campaign" in text
    assert "PACING_1TO1 [ratio, predictive]" in text
    assert "47 USC 227(b)(1)(A)(iii)" in text


def test_a_landline_may_be_dialed_by_every_method() -> None:
    text = told(replace(CELL, line_type=LineType.LANDLINE), NOON)
    assert "may be dialed by every method" in text
    assert "Why not" not in text


def test_at_night_it_says_from_when_on() -> None:
    text = told(CELL, NIGHT)
    assert "may not be dialed." in text
    assert "no (defer); better from 2026-07-16" in text
    assert "HOURS: asked is that it is within the campaign's own window. Until 2026-07-16" in text


def test_rules_past_their_review_are_told_beside_what_they_ask() -> None:
    late = datetime(2099, 7, 15, 16, 0, tzinfo=UTC).timestamp()
    text = told(CELL, late)
    assert "RULES_STALE" in text and "looked at again by their review date" in text
    assert "unless somebody answers for them (callbank compliance sign-on)." in text
    paused = replace(CAMPAIGN, state=CampaignState.PAUSED)
    said = "\n".join(lines(CELL, paused, ways(CELL, late, paused), shipped(), is_on_list=False))
    assert "RULES_STALE" in said
    assert "CAMPAIGN_NOT_RUNNING: asked is that the campaign runs." in said


def test_json_has_each_method_with_its_findings() -> None:
    page = as_json(CELL, CAMPAIGN, ways(CELL, NIGHT), shipped(), is_on_list=True)
    assert page["is_on_list"] is True and page["states"] == ["NC"]
    manual, *_, predictive = page["methods"]
    assert manual["outcome"] == predictive["outcome"] == "defer"
    assert manual["better_at"] == datetime(2026, 7, 16, 13, 0, tzinfo=UTC).timestamp()
    assert {one["reason"] for one in manual["findings"]} == {"HOURS"}
    assert all(one["cite"] and one["asks"] for one in predictive["findings"])


def test_what_no_rule_forbids_and_is_forbidden_all_the_same_is_told_too() -> None:
    abroad = stranger("+33142685300", CAMPAIGN, is_do_not_call=False, registers=())
    assert "NO_PROFILE" in told(abroad, NOON)
    nowhere = replace(CELL, zones=())
    assert "NO_ZONE" in told(nowhere, NOON)
