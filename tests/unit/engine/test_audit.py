"""What the detector hears is kept for an audit: of which calls, and where that is lawful."""

from dataclasses import replace

import pytest

from dialer.domain.campaign import AmdMode, Campaign, Limits
from dialer.domain.number import NumberFacts
from dialer.domain.outcome import AmdVerdict
from dialer.engine.audit import planned_file
from dialer.engine.store_commands import SaveAudit
from tests.unit.engine.transcript import CAMPAIGN, START, Night, lead

ALL = replace(CAMPAIGN, amd_mode=AmdMode.GATE, limits=Limits(audit_share=1.0))
KEY = b"a key"


def dialed(campaign: Campaign = ALL, states: tuple[str, ...] = ("NC",), key: bytes = KEY) -> Night:
    """One call of an evening."""
    night = Night(campaign)
    night.engine.draw_with(key)
    night.arrives(7)
    night.claims(replace(lead(1), number=NumberFacts(states=states)))
    return night


def test_a_drawn_call_is_written_down_until_its_verdict_and_a_machine_is_kept() -> None:
    night = dialed()
    call = night.call()
    assert call.audit_file == f"audit-{call.attempt_id}.wav"
    night.at(5).answers(call, AmdVerdict.MACHINE)
    assert night.wished(SaveAudit) == [
        SaveAudit(attempt_id=call.attempt_id, file=call.audit_file, at=START + 5)
    ]


@pytest.mark.parametrize("verdict", [AmdVerdict.HUMAN, AmdVerdict.UNKNOWN])
def test_a_persons_greeting_is_put_on_no_list(verdict: AmdVerdict) -> None:
    night = dialed()
    night.answers(night.call(), verdict)
    assert not night.wished(SaveAudit)


@pytest.mark.parametrize(
    "changes",
    [
        {"states": ("NC", "FL")},
        {"states": ()},
        {"campaign": replace(ALL, limits=Limits(audit_share=0.0))},
        {"campaign": replace(ALL, amd_mode=AmdMode.OFF)},
        {"key": b""},
    ],
)
def test_nothing_is_written_down_where_it_is_not_lawful_or_not_drawn(
    changes: dict[str, object],
) -> None:
    night = dialed(**changes)
    assert night.call().audit_file == ""
    night.answers(night.call(), AmdVerdict.MACHINE)
    assert not night.wished(SaveAudit)


def test_about_as_many_calls_are_drawn_as_the_campaign_wants() -> None:
    some = replace(ALL, limits=Limits(audit_share=0.2))
    its = replace(lead(1), number=NumberFacts(states=("NC",)))
    drawn = sum(bool(planned_file(KEY, some, its, f"cb-{n}")) for n in range(1000))
    assert 150 < drawn < 250
