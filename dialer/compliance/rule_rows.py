"""One row of a rules file as a `Rule`, and back: the schema, and a sentence for each mistake.

A row is a mapping of words to values (see README, "Rules as data"). Short words stand for several:
`modes: [automated]` for progressive, ratio and predictive, `over_dialed` for ratio and predictive,
`voices: [auto]` for recorded and AI. The rule book calls `read_row` and `row_of`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

from dialer.compliance.reasons import Reason
from dialer.compliance.rule import Basis, Outcome, Rule, Unless
from dialer.compliance.rule_arguments import count_of, read_arguments
from dialer.compliance.rule_words import PREDICATES
from dialer.compliance.zones import STATE_ZONES
from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType
from dialer.domain.number import ConsentKind, RelationKind
from dialer.yaml_text import Listed, Mapped, Scalar, Value

COUNTRIES = ("US", "GB", "CA", "AU")
"""Countries that have a profile; a number of any other is not dialed."""

FIRST_YEAR, LAST_YEAR = 1970, 2199

MOST_MONTHS = 1200
"""For which a relation can lift a rule: a hundred years."""

OWN = "own."
"""How the ids of an operator's own rows begin; no shipped row's does."""

_AUTOMATED = ("progressive", "ratio", "predictive")
_SHORT: dict[str, dict[str, tuple[str, ...]]] = {
    "modes": {"automated": _AUTOMATED, "over_dialed": _AUTOMATED[1:]},
    "voices": {"auto": ("recorded", "ai")},
}
_SCOPES: dict[str, tuple[str, ...]] = {
    "purposes": tuple(Purpose),
    "organisations": tuple(Organisation),
    "modes": tuple(DialMethod),
    "voices": tuple(Voice),
    # VoIP and unknown lines count as wireless, so a row of their own would never hold.
    "lines": (LineType.WIRELESS, LineType.LANDLINE),
}
_DOWNGRADES_TO = (DialMethod.PROGRESSIVE, DialMethod.PREVIEW, DialMethod.MANUAL)
_MUST_HAVE = (
    "id", "jurisdiction", "predicate", "outcome", "reason", "basis", "cite", "confidence",
    "effective_from", "review_by",
)  # fmt: skip
_MAY_HAVE = (
    *_SCOPES, "arguments", "unless", "downgrade_to", "effective_to", "supersedes", "source_url",
    "note",
)  # fmt: skip


class RowError(ValueError):
    """A mistake in one row; the message is half a sentence: what, and the cure."""


def read_row(row: Value) -> Rule:
    """The rule that the row says. Raises RowError."""
    words = _keys(row)
    predicate = _one_of(words, "predicate", tuple(PREDICATES))
    outcome = Outcome(_one_of(words, "outcome", ("downgrade", "defer", "block")))
    jurisdiction = _jurisdiction(words)
    effective_from, effective_to = _dates(words)
    arguments = read_arguments(predicate, jurisdiction, words.get("arguments"), _no)
    if outcome is Outcome.DEFER and not PREDICATES[predicate].mends:
        _no(f"defers {predicate}, which time does not mend: block, or downgrade")
    return Rule(
        id=_id(words),
        jurisdiction=jurisdiction,
        predicate=predicate,
        outcome=outcome,
        reason=_one_of(words, "reason", tuple(Reason)),
        basis=Basis(_one_of(words, "basis", tuple(Basis))),
        cite=_text(words, "cite"),
        confidence=_one_of(words, "confidence", ("A", "B", "M")),
        effective_from=effective_from,
        effective_to=effective_to,
        review_by=_date(words, "review_by"),
        purposes=tuple(map(Purpose, _scope(words, "purposes"))),
        organisations=tuple(map(Organisation, _scope(words, "organisations"))),
        methods=tuple(map(DialMethod, _scope(words, "modes"))),
        voices=tuple(map(Voice, _scope(words, "voices"))),
        lines=tuple(map(LineType, _scope(words, "lines"))),
        arguments=arguments,
        unless=_unless(words),
        downgrade_to=_downgrade_to(words, outcome),
        supersedes=_text(words, "supersedes") if _has(words, "supersedes") else "",
        source_url=_text(words, "source_url") if _has(words, "source_url") else "",
        note=_text(words, "note") if _has(words, "note") else "",
    )


def row_of(rule: Rule) -> dict[str, Any]:
    """The rule as a row again, without what is empty; `read_row` of it gives the same rule."""
    row: dict[str, Any] = {
        "id": rule.id,
        "jurisdiction": rule.jurisdiction,
        "purposes": list(rule.purposes),
        "organisations": list(rule.organisations),
        "modes": list(rule.methods),
        "voices": list(rule.voices),
        "lines": list(rule.lines),
        "predicate": rule.predicate,
        "arguments": {k: list(v) if isinstance(v, tuple) else v for k, v in rule.arguments.items()},
        "unless": _row_of_unless(rule.unless),
        "outcome": rule.outcome,
        "downgrade_to": rule.downgrade_to,
        "reason": rule.reason,
        "basis": rule.basis,
        "cite": rule.cite,
        "confidence": rule.confidence,
        "effective_from": rule.effective_from.isoformat(),
        "effective_to": rule.effective_to and rule.effective_to.isoformat(),
        "review_by": rule.review_by.isoformat(),
        "supersedes": rule.supersedes,
        "source_url": rule.source_url,
        "note": rule.note,
    }
    return {key: value for key, value in row.items() if value not in (None, "", [], {})}


def _row_of_unless(unless: Unless) -> dict[str, Any]:
    row: dict[str, Any] = {
        "consents": list(unless.consents),
        "relations": dict(unless.relations),
        "has_reserved_agent": unless.has_reserved_agent,
    }
    return {key: value for key, value in row.items() if value}


def name_of(row: Value) -> str:
    """How to speak of a row, however broken it is."""
    if isinstance(row, Mapped):
        name = row.items.get("id")
        if isinstance(name, Scalar) and name.text:
            return f"rule {name.text} (line {row.line})"
    return f"the rule on line {row.line}"


# --- parts of a row ------------------------------------------------------------------------------


def _no(what: str) -> NoReturn:
    raise RowError(what)


def _keys(row: Value) -> Mapping[str, Value]:
    if not isinstance(row, Mapped):
        _no("is no mapping: write `- id: ...` and its keys below")
    known = (*_MUST_HAVE, *_MAY_HAVE)
    for key in row.items:
        if key not in known:
            _no(f"has an unknown key, {key}: leave it out, or use one of {', '.join(known)}")
    for key in _MUST_HAVE:
        if not _has(row.items, key):
            _no(f"has no {key}: {_WHY.get(key, 'every rule needs one')}")
    return row.items


_WHY = {
    "cite": "say which law, or which policy of yours, it comes from",
    "review_by": "say by which day somebody must look at it again",
    "effective_from": "say from which day on it holds",
}


def _has(words: Mapping[str, Value], key: str) -> bool:
    value = words.get(key)
    return value is not None and not (isinstance(value, Scalar) and value.is_nothing)


def _text(words: Mapping[str, Value], key: str) -> str:
    value = words[key]
    if not isinstance(value, Scalar) or not value.text.strip():
        _no(f"gives {key} as something else than text: write it between quotes")
    return value.text.strip()


def _id(words: Mapping[str, Value]) -> str:
    name = _text(words, "id")
    if not all(part and part.replace("_", "").isalnum() for part in name.split(".")):
        _no("has an id of other signs: use letters, digits, _ and dots")
    return name


def _one_of(words: Mapping[str, Value], key: str, allowed: tuple[str, ...]) -> str:
    word = _text(words, key)
    if word not in allowed:
        _no(f"has an unknown {key}, {word}: use one of {', '.join(allowed)}")
    return word


def _jurisdiction(words: Mapping[str, Value]) -> str:
    word = _text(words, "jurisdiction")
    country, dash, state = word.partition("-")
    is_country = word == "*" or (country in COUNTRIES and not dash)
    is_state = country in COUNTRIES and (
        state in STATE_ZONES if country == "US" else state.isalpha() and state.isupper()
    )
    if not is_country and not is_state:
        _no(
            f"has an unknown jurisdiction, {word}: use '*', {', '.join(COUNTRIES)}"
            " or a state such as US-FL"
        )
    return word


def _dates(words: Mapping[str, Value]) -> tuple[date, date | None]:
    first = _date(words, "effective_from")
    last = _date(words, "effective_to") if _has(words, "effective_to") else None
    if last is not None and last <= first:
        _no(f"ends on {last}, not after it begins on {first}: correct effective_to")
    return first, last


def _date(words: Mapping[str, Value], key: str) -> date:
    text = _text(words, key)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        _no(f"gives {key} as {text}, which is no date: write it like 2027-06-30")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        _no(f"gives {key} as {text}: name a year from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _scope(words: Mapping[str, Value], key: str) -> tuple[str, ...]:
    if not _has(words, key):
        return ()
    allowed, short = _SCOPES[key], _SHORT.get(key, {})
    given = _list(words[key], key)
    for word in given:
        if word not in allowed and word not in short:
            _no(f"has an unknown word in {key}, {word}: use {', '.join((*allowed, *short))}")
    meant = {each for word in given for each in short.get(word, (word,))}
    if len(meant) == len(allowed):
        return ()  # all of them
    return tuple(word for word in allowed if word in meant)


def _list(value: Value, key: str) -> tuple[str, ...]:
    if not isinstance(value, Listed) or not value.items:
        _no(f"has {key} that are no list of words: write [a, b], or leave {key} out for all")
    return tuple(_word(item, key) for item in value.items)


def _word(item: Value, key: str) -> str:
    if not isinstance(item, Scalar):
        _no(f"has {key} that are no list of words: write [a, b]")
    return item.text


def _unless(words: Mapping[str, Value]) -> Unless:
    if not _has(words, "unless"):
        return Unless()
    value = words["unless"]
    if not isinstance(value, Mapped) or not value.items:
        _no("has an unless that says nothing: leave it out, or name consents or relations")
    known = ("consents", "relations", "has_reserved_agent")
    for key in value.items:
        if key not in known:
            _no(f"has an unknown exception, {key}: use one of {', '.join(known)}")
    consents = _list(value.items["consents"], "consents") if "consents" in value.items else ()
    for word in consents:
        if word not in tuple(ConsentKind):
            _no(f"has an unknown consent, {word}: use {' or '.join(ConsentKind)}")
    return Unless(
        consents=tuple(map(ConsentKind, consents)),
        relations=_relations(value.items.get("relations")),
        has_reserved_agent=_is_true(value.items.get("has_reserved_agent")),
    )


def _relations(value: Value | None) -> dict[RelationKind, int]:
    if value is None:
        return {}
    if not isinstance(value, Mapped) or not value.items:
        _no("has relations that are no mapping: write {purchase: 18}, the number being months")
    months = {}
    for word, number in value.items.items():
        if word not in tuple(RelationKind):
            _no(f"has an unknown relation, {word}: use one of {', '.join(RelationKind)}")
        count = count_of(number)
        if count is None or count > MOST_MONTHS:
            _no(f"has no number of months for {word}: write {{{word}: 18}}, at most {MOST_MONTHS}")
        months[RelationKind(word)] = count
    return months


def _is_true(value: Value | None) -> bool:
    if value is None:
        return False
    if not isinstance(value, Scalar) or value.text != "true":
        _no("gives has_reserved_agent as something else than true: write true, or leave it out")
    return True


def _downgrade_to(words: Mapping[str, Value], outcome: Outcome) -> DialMethod | None:
    if not _has(words, "downgrade_to"):
        if outcome is Outcome.DOWNGRADE:
            _no(f"downgrades to nothing: add downgrade_to, one of {', '.join(_DOWNGRADES_TO)}")
        return None
    if outcome is not Outcome.DOWNGRADE:
        _no("has downgrade_to without the outcome downgrade: leave one of them out")
    return DialMethod(_one_of(words, "downgrade_to", _DOWNGRADES_TO))
