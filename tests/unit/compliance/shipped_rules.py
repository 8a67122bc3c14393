"""The shipped rules as tests ask about them: those for one kind of call in one place."""

from datetime import UTC, datetime

from dialer.compliance import rulebook
from dialer.compliance.facts import CallFacts
from dialer.compliance.rule import Rule
from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType

BOOK = rulebook.shipped()

NOW = datetime(2026, 11, 28, tzinfo=UTC).timestamp()

STATES = (
    "AL AZ CA CT FL GA IL IN KY LA MA MD ME MI MN MS ND NE NJ NM NV NY OK OR PA RI SD TN TX UT VA "
    "WA WY"
).split()


def call(
    purpose: Purpose = Purpose.SALES,
    organisation: Organisation = Organisation.BUSINESS,
    method: DialMethod = DialMethod.MANUAL,
    voice: Voice = Voice.LIVE,
) -> CallFacts:
    return CallFacts(purpose=purpose, organisation=organisation, method=method, voice=voice)


VOTES = call(Purpose.POLITICAL, Organisation.COMMITTEE)


def rules(
    of: CallFacts,
    state: str = "",
    *,
    country: str = "US",
    line: LineType = LineType.WIRELESS,
    at: float = NOW,
) -> list[Rule]:
    return list(BOOK.rules_for(country, (state,) if state else (), of, line, at))


def of_state(found: list[Rule], state: str) -> list[Rule]:
    return [rule for rule in found if rule.jurisdiction == f"US-{state}"]


def asks(found: list[Rule], predicate: str) -> list[Rule]:
    return [rule for rule in found if rule.predicate == predicate]
