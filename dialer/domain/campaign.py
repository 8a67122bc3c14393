"""A campaign: who calls, about what, by which dial method, within which limits.

Settings are validated where they are made (`compliance.policy.problems`), so that
engine, gate and pacing can rely on them. Policy limits may only be stricter than the law's.
"""

from enum import StrEnum

from dialer.domain.goal import NO_GOAL, Goal
from dialer.domain.transfer import TransferDestination
from dialer.domain.value import Key, key, value

LAWFUL_RING_TIME_S = 15.0
"""Shortest time an unanswered line must ring: 47 CFR 64.1200(a)(6), 16 CFR 310.4(b)(4)(ii)."""


class DialMethod(StrEnum):
    """Who or what decides when the next number is dialed."""

    MANUAL = "manual"  # the agent types or picks a number
    PREVIEW = "preview"  # the agent sees the lead first, then dials or skips
    PROGRESSIVE = "progressive"  # one line for one ready agent, who is reserved before the INVITE
    RATIO = "ratio"  # a fixed number of lines for each ready agent, on over-dialable numbers
    PREDICTIVE = "predictive"  # as many lines as a look-ahead finds safe, by what was learned


class AmdMode(StrEnum):
    """Whether answering-machine detection stands between the answer and the agent."""

    OFF = "off"
    GATE = "gate"


class Purpose(StrEnum):
    """What the call is for; the law differs by it."""

    SALES = "sales"
    CHARITY = "charity"
    POLITICAL = "political"
    SURVEY = "survey"
    INFORMATIONAL = "informational"  # an appointment, a school closing: nothing is asked for


class Organisation(StrEnum):
    """What the caller is; the law differs by it (compliance.md 1.4, 2.1)."""

    BUSINESS = "business"
    TELEFUNDER = "telefunder"  # a firm that is paid to raise money for a charity
    CHARITY = "charity"  # 501(c)(3)
    NONPROFIT = "nonprofit"  # 501(c)(4) to (6), unions
    COMMITTEE = "committee"  # a candidate's, party's or other committee under section 527
    GOVERNMENT = "government"


class Voice(StrEnum):
    """Whose voice the called person hears first."""

    LIVE = "live"
    RECORDED = "recorded"
    AI = "ai"  # artificial: to the law the same as recorded (FCC 24-17)


class CampaignState(StrEnum):
    """Whether the campaign dials. Stopping drains: live calls finish."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


@value
class RecycleRules:
    """How long a lead rests after an outcome, and how often it is tried in all."""

    busy_s: float = 30 * 60.0
    no_answer_s: float = 4 * 3600.0
    machine_s: float = 4 * 3600.0
    congestion_s: float = 15 * 60.0
    abandoned_s: float = 72 * 3600.0
    """Ofcom's 72 hours (compliance.md 1.8), taken for everyone as the stricter rule."""
    lost_s: float = 24 * 3600.0
    """Nobody knows how the call ended, so the number rests a day."""
    unburnt_s: float = 30.0
    """After a trunk's or our own fault, when nothing rang."""
    max_attempts: int = 6


@value
class Limits:
    """Calling window, attempt caps and the abandonment budget.

    Defaults are compliance.md 2.8 (policy window 09:00 to 21:00 local time), section 3
    (at most 2 attempts a day, 3 in 24 hours, to a number) and 1.7 (target, warm-up).
    """

    window_start: str = "09:00"
    window_end: str = "21:00"
    max_attempts_per_day: int = 2
    max_attempts_per_24h: int = 3
    abandon_limit: float = 0.03
    abandon_target: float = 0.01
    """What predictive pacing aims at. The first percent brings most of the gain, for a third of
    the people let down (pacing-and-amd.md A3)."""
    governor_warm_up_answers: int = 100
    machine_error_bound: float = 0.05
    """How many of those whom detection takes for machines may be people: the upper bound to reckon
    with while no audited sample says better (compliance.md 1.5)."""
    audit_share: float = 0.05
    """How many of the machine verdicts are drawn for somebody to listen to."""


@key
class Campaign(Key):
    """One campaign as it is configured now."""

    id: int
    name: str
    state: CampaignState = CampaignState.DRAFT
    purpose: Purpose = Purpose.POLITICAL
    organisation: Organisation = Organisation.COMMITTEE
    seller: str = ""
    """On whose behalf. Campaigns of one seller with one offer are one *legal campaign*, whose
    abandoned calls are counted together (FCC 12-21, paragraphs 50 to 56)."""
    offer: str = ""
    """What is sold or asked for. Where either is empty, the campaign stands for itself."""
    dial_method: DialMethod = DialMethod.PROGRESSIVE
    ratio: float = 1.0
    amd_mode: AmdMode = AmdMode.OFF
    ring_timeout_s: float = 25.0
    wrap_up_s: float = 30.0
    caller_id: str = ""
    caller_name: str = ""
    trunks: tuple[str, ...] = ()
    message_text: str = ""
    """Words of the safe-harbor message; empty means no recorded voice may ever be played."""
    voicemail_text: str = ""
    """Words of the message that a volunteer may leave on an answering machine; empty: none."""
    records_calls: bool = False
    """Whether conversations are recorded, where the law gives leave."""
    requires_certificate: bool = False
    """Whether who joins by a link must have practised before his first call."""
    announcement_text: str = ""
    """Words that tell both parties of the recording before it begins."""
    limits: Limits = Limits()
    recycle: RecycleRules = RecycleRules()
    goal: Goal = NO_GOAL
    destinations: tuple[TransferDestination, ...] = ()
    """Third parties to whom people may be put through."""

    @property
    def legal_campaign(self) -> str:
        """Whose abandoned calls are counted together; also a view of the database."""
        if self.seller and self.offer:
            return f"{self.seller}: {self.offer}"
        return f"campaign {self.id}"
