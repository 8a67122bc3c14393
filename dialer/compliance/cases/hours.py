"""Cases of kind `hours`: may a call be placed at an instant, as far as the time of day goes?

    {id: H04, kind: hours, purpose: sales, mode: live, tz: [America/New_York], states: [FL],
     at: "2026-07-15T20:30:00-04:00", expect: defer, why: HOURS_STATE}

`mode` is live or auto (a recorded voice). May have `organisation` (else the usual one of the
purpose), `country` (US, or that of the zones) and `ring_s` (25). Judged are the hours, holidays and
zones alone, with the widest window that a campaign may have. Where `why` begins with a reason,
it must be among those found.
"""

from collections.abc import Mapping

from dialer.compliance.cases.reading import Case, Decided, Words
from dialer.compliance.facts import CallFacts, Facts, PolicyFacts
from dialer.compliance.gate import judge
from dialer.compliance.plan import Book
from dialer.compliance.reasons import Reason
from dialer.compliance.rule import Finding, Outcome
from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.number import NumberFacts

OF_TIME = frozenset(
    {
        Reason.CLOCK_INVALID,
        Reason.NO_PROFILE,
        Reason.NO_ZONE,
        Reason.HOURS,
        Reason.HOURS_FED,
        Reason.HOURS_STATE,
        Reason.HOLIDAY,
    }
)
"""What a case of hours asks about."""

WIDEST = PolicyFacts(window_start="08:00", window_end="21:00")

USUAL_ORGANISATION: Mapping[Purpose, Organisation] = {
    Purpose.SALES: Organisation.BUSINESS,
    Purpose.POLITICAL: Organisation.COMMITTEE,
    Purpose.SURVEY: Organisation.NONPROFIT,
    Purpose.CHARITY: Organisation.CHARITY,
    Purpose.INFORMATIONAL: Organisation.BUSINESS,
}

_OTHER_WORDS = {"charity_donation": "charity", "donation": "charity", "debt": "informational"}
_OTHER_ORGANISATIONS = {
    "501c3": "charity", "501c4": "nonprofit", "501c5": "nonprofit", "501c6": "nonprofit",
    "527": "committee", "campaign": "committee",
}  # fmt: skip

_SAME = {Reason.HOURS_STATE: Reason.HOLIDAY, Reason.HOLIDAY: Reason.HOURS_STATE}
"""A state's hours on its holidays: by either name it is the same law."""

_CANADIAN = frozenset(
    f"America/{city}"
    for city in (
        "Toronto", "Montreal", "Vancouver", "Winnipeg", "Edmonton", "Regina", "Halifax", "Moncton",
        "St_Johns", "Iqaluit", "Whitehorse", "Yellowknife", "Glace_Bay", "Goose_Bay", "Dawson",
    )
)  # fmt: skip


def decide_hours(case: Case, book: Book) -> Decided:
    """The case, decided."""
    words = case.words
    facts = _facts(words)
    found = [one for one in judge(facts, book).findings if one.reason in OF_TIME]
    got = _outcome(found)
    expected = words.word("expect", Outcome)
    reasons = tuple(dict.fromkeys(one.reason for one in found))
    wanted = reason_in(words.text("why", ""))
    is_named = wanted is None or wanted in reasons or _SAME.get(wanted) in reasons
    return Decided(
        id=case.id,
        is_pass=got is expected and (is_named or expected is Outcome.ALLOW),
        expected=" ".join(filter(None, [expected, wanted if expected != "allow" else None])),
        got=got,
        reasons=reasons,
    )


def purpose_of(words: Words) -> Purpose:
    """The purpose, by our word or another usual one."""
    text = words.text("purpose")
    if text in _OTHER_WORDS:
        return Purpose(_OTHER_WORDS[text])
    return words.word("purpose", Purpose)


def organisation_of(words: Words, purpose: Purpose) -> Organisation:
    """The organisation that is named, or the usual one for the purpose."""
    text = words.scalar("organisation")
    if text in _OTHER_ORGANISATIONS:
        return Organisation(_OTHER_ORGANISATIONS[text])
    return words.word("organisation", Organisation, USUAL_ORGANISATION[purpose])


def country_of_zones(zones: tuple[str, ...]) -> str:
    """The country in which all of the zones are, where that can be told; else the US."""
    if zones and all(zone.startswith("Australia/") for zone in zones):
        return "AU"
    if zones and all(zone in ("Europe/London", "Europe/Belfast", "GB") for zone in zones):
        return "GB"
    return "CA" if zones and all(zone in _CANADIAN for zone in zones) else "US"


def reason_in(text: str) -> Reason | None:
    """The reason with which a text begins."""
    first = text.replace(":", " ").split()[:1]
    return Reason(first[0]) if first and first[0] in set(Reason) else None


def _facts(words: Words) -> Facts:
    purpose, zones = purpose_of(words), words.texts("tz")
    mode = words.text("mode", "live")
    if mode not in ("live", "auto"):
        raise words.wrong(f"`mode` must be live or auto, not {mode!r}")
    at = words.instant("at")
    if at is None:
        raise words.wrong("`at` is missing; give the instant")
    return Facts(
        at=at,
        call=CallFacts(
            purpose=purpose,
            organisation=organisation_of(words, purpose),
            method=DialMethod.PROGRESSIVE,
            voice=Voice.LIVE if mode == "live" else Voice.RECORDED,
            has_reserved_agent=True,
            ring_timeout_s=words.number("ring_s", 25.0),
        ),
        country=words.text("country", country_of_zones(zones)),
        zones=zones,
        number=NumberFacts(states=tuple(sorted(words.texts("states")))),
        policy=WIDEST,
    )


def _outcome(found: list[Finding]) -> Outcome:
    outcomes = list(Outcome)
    return max((one.outcome for one in found), key=outcomes.index, default=Outcome.ALLOW)
