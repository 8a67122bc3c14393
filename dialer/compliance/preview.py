"""How a list stands before launch: who may be dialed now, in which mode, when, or why not. Pure.

`Standing` counts leads by what the gate would say of them at one instant, as if the campaign ran
with a caller ID in order; `callbank compliance preview` fills it. A lead counts once; its reasons
are all counted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.facts import Facts
from dialer.compliance.facts_of import Mode, facts_of
from dialer.compliance.gate import UNTIL_SOMEONE_ACTS, judge, may_over_dial
from dialer.compliance.plan import Book
from dialer.compliance.protected import is_e164
from dialer.compliance.rule import Outcome
from dialer.compliance.windows import DAY_S
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.lead import Lead

ANY_CALLER_ID = "+12025550100"
"""Stands for the one that the campaign will have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What a list is judged by: the campaign, the instant, and how the phone bank stands then."""

    campaign: Campaign
    now: float
    circumstances: Circumstances
    book: Book
    trunk_shows_caller_id: bool = True

    def running(self) -> "Question":
        """The same with the campaign running."""
        return replace(self, campaign=replace(self.campaign, state=CampaignState.RUNNING))

    def mended(self) -> "Question":
        """The same with a caller ID that is in order: it is mended once, for the whole list, and
        must not hide how the people on it stand."""
        own = self.campaign.caller_id
        campaign = replace(self.campaign, caller_id=own if is_e164(own) else ANY_CALLER_ID)
        circumstances = replace(self.circumstances, caller_ids=())
        return replace(
            self, campaign=campaign, circumstances=circumstances, trunk_shows_caller_id=True
        )

    def obstacles(self, lead: Lead) -> tuple[str, ...]:
        """What somebody has to mend before anybody of the list may be dialed."""
        facts = self.facts(lead)
        found = judge(facts, self.book).findings
        reasons = dict.fromkeys(one.reason for one in found)
        return tuple(reason for reason in reasons if reason in UNTIL_SOMEONE_ACTS)

    def facts(self, lead: Lead) -> Facts:
        """Everything that a judgement of the lead rests on."""
        mode = Mode(
            method=self.campaign.dial_method, trunk_shows_caller_id=self.trunk_shows_caller_id
        )
        return facts_of(
            lead, lead.number, self.campaign, mode, lead.history, self.now, self.circumstances
        )


@dataclass(kw_only=True, slots=True)
class Standing:
    """The counts. `by_hand`: only by this stricter dial method; `never`: not as things stand."""

    people: int = 0
    over_dialed: int = 0
    one_to_one: int = 0
    by_hand: Counter[str] = field(default_factory=Counter)
    within_a_day: int = 0
    later: int = 0
    never: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, leads: Sequence[Lead], question: Question) -> None:
        """Judge some leads and count them. The question's campaign runs."""
        now = question.now
        for lead in leads:
            verdict = judge(question.facts(lead), question.book)
            self.people += 1
            self.reasons.update({finding.reason for finding in verdict.findings})
            if verdict.outcome is Outcome.ALLOW:
                is_shared = may_over_dial(
                    lead,
                    question.campaign,
                    now,
                    circumstances=question.circumstances,
                    book=question.book,
                )
                self.over_dialed += is_shared
                self.one_to_one += not is_shared
            elif verdict.outcome is Outcome.DOWNGRADE and verdict.method is not None:
                self.by_hand[verdict.method.value] += 1
            elif verdict.retry_at is None:
                self.never += 1
            elif verdict.retry_at <= now + DAY_S:
                self.within_a_day += 1
            else:
                self.later += 1

    def as_json(self) -> dict[str, object]:
        """The published keys."""
        return {
            "people": self.people,
            "now": {"over_dialed": self.over_dialed, "one_to_one": self.one_to_one},
            "by_hand": dict(self.by_hand),
            "within_24_hours": self.within_a_day,
            "later": self.later,
            "never": self.never,
            "reasons": dict(self.reasons.most_common()),
        }
