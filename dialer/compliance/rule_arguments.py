"""The arguments of a predicate: are they the ones it takes, and are they written as they should?

What comes out is ready for the gate: counts are numbers, consents and hours are tuples, an hours
value of None means no calls that day. `complain` raises with half a sentence: what, and the cure.
"""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from dialer.compliance import holidays
from dialer.compliance.rule_words import (
    AFTER,
    COUNTED_BY,
    DAYS,
    PREDICATES,
    REGISTERS,
    Argument,
)
from dialer.compliance.windows import is_known_zone, parse_window
from dialer.domain.number import ConsentKind
from dialer.yaml_text import Listed, Mapped, Scalar, Value

Complain = Callable[[str], NoReturn]


def read_arguments(
    predicate: str, jurisdiction: str, given: Value | None, complain: Complain
) -> dict[str, Any]:
    """The arguments by name, each as its kind says."""
    takes = PREDICATES[predicate]
    words = _words(given, predicate, complain)
    kinds = {**takes.needs, **takes.may_have}
    for name in words:
        if name not in kinds:
            takes_what = ", ".join(kinds) or "none"
            complain(f"gives {predicate} an unknown argument, {name}: it takes {takes_what}")
    for name, kind in takes.needs.items():
        if name not in words:
            complain(f"gives {predicate} no {name}: add {kind}")
    arguments = {name: _read(kinds[name], name, value, complain) for name, value in words.items()}
    for name, most in takes.most.items():
        if arguments[name] > most:
            complain(
                f"has {name} {arguments[name]}: what happened is known for {most} {name} back,"
                " so write at most that"
            )
    if predicate == "within_hours":
        _check_hours(arguments, complain)
    register = arguments.get("register")
    if register and register.partition(".")[0].upper() != jurisdiction.partition("-")[0]:
        complain(f"asks register {register} about {jurisdiction}: name a register of that country")
    return arguments


def _words(given: Value | None, predicate: str, complain: Complain) -> Mapping[str, Value]:
    if given is None or (isinstance(given, Scalar) and given.is_nothing):
        return {}
    if not isinstance(given, Mapped):
        complain(f"has arguments of {predicate} that are no mapping: write {{name: value}}")
    return given.items


def _read(
    kind: Argument, name: str, value: Value, complain: Complain
) -> int | str | tuple[str, ...] | None:
    if kind is Argument.HOURS:
        return _hours(name, value, complain)
    if kind is Argument.CONSENTS:
        return _consents(name, value, complain)
    text = value.text if isinstance(value, Scalar) else ""
    if kind is Argument.COUNT and (count := count_of(value)) is not None:
        return count
    if kind in _ALLOWED and text in _ALLOWED[kind]():
        return text
    if kind is Argument.ZONE and is_known_zone(text):
        return text
    return complain(f"has {name} {text or '(no word)'}: write {kind}{_choice(kind)}")


def count_of(value: Value) -> int | None:
    """The whole number that is written, from 1 to 99999; None when it is something else."""
    text = value.text if isinstance(value, Scalar) else ""
    is_count = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_COUNT
    return int(text) or None if is_count else None


_LONGEST_COUNT = 5

_ALLOWED: dict[Argument, Callable[[], tuple[str, ...]]] = {
    Argument.CALENDAR: holidays.calendars,
    Argument.REGISTER: lambda: REGISTERS,
    Argument.COUNTED_BY: lambda: COUNTED_BY,
    Argument.AFTER: lambda: AFTER,
}


def _choice(kind: Argument) -> str:
    if kind is Argument.CALENDAR:
        return f", one of {', '.join(holidays.calendars())}"
    if kind is Argument.REGISTER:
        return ", such as us.national, us.fl or gb.tps"
    return ""


def _hours(name: str, value: Value, complain: Complain) -> tuple[str, str] | None:
    if isinstance(value, Scalar) and value.is_nothing:
        return None
    if isinstance(value, Listed):
        times = [item.text for item in value.items if isinstance(item, Scalar)]
        if len(times) == len(value.items) == 2:
            try:
                parse_window(times[0], times[1])
            except ValueError as error:
                complain(f"has {name} that are no hours, as {error}: correct them")
            return times[0], times[1]
    return complain(f"has {name} that are no hours: write {Argument.HOURS}")


def _consents(name: str, value: Value, complain: Complain) -> tuple[ConsentKind, ...]:
    words = value.items if isinstance(value, Listed) else ()
    texts = [item.text if isinstance(item, Scalar) else "" for item in words]
    if not texts or not all(text in tuple(ConsentKind) for text in texts):
        complain(f"has {name} {', '.join(texts) or '(none)'}: write {Argument.CONSENTS}")
    return tuple(map(ConsentKind, texts))


def _check_hours(arguments: Mapping[str, Any], complain: Complain) -> None:
    days = [day for day in DAYS if day in arguments]
    if not days:
        complain(f"gives within_hours no hours: name one of {', '.join(DAYS)}")
    if "all" in days and len(days) > 1 + ("holiday" in days):
        complain("gives hours for all days and for some of them: leave `all` or the others out")
    if ("holiday" in days) != ("holidays" in arguments):
        complain("needs both holiday (the hours) and holidays (the calendar): add the other one")
