"""Everything that a judgement rests on, in one value: `gate.judge(facts, book)` reads nothing else.

That makes a judgement evidence: the facts are kept as they were, and replaying them by the same
rule book must give the same verdict. They name nobody: no number, no name, no address. The gate
puts them together (`facts_of`), the evidence log keeps them, `compliance check` reads cases into
them.
"""

from enum import StrEnum

from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType
from dialer.domain.number import History, NumberFacts
from dialer.domain.value import Key, key, value
from dialer.domain.value import changed as changed  # the gate's facts change with the time asked of


class NumberKind(StrEnum):
    """Whether the number may be called at all, whoever answers."""

    ORDINARY = "ordinary"
    INVALID = "invalid"
    PROTECTED = "protected"  # emergency, premium, or the called party pays


@key
class CallFacts(Key):
    """What is to be done: by which method, with whose voice, for whom."""

    purpose: Purpose
    organisation: Organisation
    method: DialMethod
    voice: Voice = Voice.LIVE
    has_reserved_agent: bool = False  # an agent is kept free for this call alone
    ring_timeout_s: float = 25.0
    has_message: bool = False  # a complete safe-harbor message
    offers_opt_out: bool = True  # a recorded voice says who it is and takes the opt-out key
    is_recorded: bool = False  # the conversation is to be recorded
    has_announcement: bool = False  # and there are words that say so
    is_in_order: bool = True  # settings hold together (policy.problems finds nothing)
    is_running: bool = True


@value
class PolicyFacts:
    """The campaign's own limits, at least as strict as the law's."""

    window_start: str = "09:00"
    window_end: str = "21:00"
    most_per_day: int = 2
    most_per_24h: int = 3
    most_in_all: int = 6


@value
class CallerIdFacts:
    """What the inventory says of the number that would be shown."""

    is_ours: bool = True  # the trunk may show it, and it is in the inventory with its proof, today
    takes_calls: bool = True  # who calls it back reaches us and can opt out


@value
class Emergency:
    """A declared emergency in a jurisdiction such as `US-LA`, while it lasts."""

    jurisdiction: str
    began_at: float
    ended_at: float | None


@value
class Facts:
    """The whole of it. `at` is the instant of the judgement.

    `country` is the ISO code of the number's country, empty when unknown. `registers_as_of` says
    for each do-not-call register how old our copy is. `signed_on_until` is until when somebody
    answers for rules past their review date. `is_business_in_call`: another line of the same
    business is being called now. `has_budget`: one more abandoned person would keep every window.
    """

    at: float
    call: CallFacts
    country: str
    kind: NumberKind = NumberKind.ORDINARY
    zones: tuple[str, ...] = ()
    line_type: LineType = LineType.UNKNOWN
    number: NumberFacts = NumberFacts()
    history: History = History()
    attempt_count: int = 0
    is_do_not_call: bool = False
    is_business_in_call: bool = False
    policy: PolicyFacts = PolicyFacts()
    caller_id: CallerIdFacts = CallerIdFacts()
    registers_as_of: tuple[tuple[str, float], ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    signed_on_until: float | None = None
    has_budget: bool = True
