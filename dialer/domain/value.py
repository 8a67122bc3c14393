"""A *value*: a frozen dataclass that is made in great numbers. Events, commands and facts are such.

The constructor that `dataclass(frozen=True)` writes goes through `object.__setattr__`, which looks
up every field by its name. A floor makes some hundred thousand fields a second, and a fifth of the
engine's time went there. `value` writes one that fills the fields' slots directly, in half the
time, and `changed` is `dataclasses.replace` in a third of it. All else is the dataclass's own:
frozen, equality, hash, `fields`. A `key` is a value by which much is looked up; its hash is worked
out once.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """`dataclass(frozen=True, kw_only=True, slots=True)` with a quick constructor.

    Raises TypeError for what that constructor does not know: `field(init=False)`, `InitVar` and
    `__post_init__`.
    """
    made = dataclass(frozen=True, kw_only=True, slots=True)(cls)
    if hasattr(made, "__post_init__") or not all(its.init for its in fields(made)):
        raise TypeError(f"{cls.__name__} is no plain value: make it a dataclass")
    made.__init__ = _constructor(made)  # type: ignore[misc]  # the dataclass's own, but quicker
    made.__replace__ = _replacer(made)  # type: ignore[attr-defined]  # as Python has it from 3.13
    return made


class Key:
    """What a `key` inherits: the place of its hash."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def key(cls: type[T]) -> type[T]:
    """A `value` that keeps its hash; the class extends `Key`."""
    made = value(cls)
    worked_out, keep = made.__hash__, Key.__dict__["_hash"].__set__

    def kept(self: Key) -> int:
        try:
            return self._hash
        except AttributeError:
            its = worked_out(self)  # type: ignore[call-arg]  # not bound yet
            keep(self, its)
            return its

    made.__hash__ = kept  # type: ignore[assignment]  # every `made` is a Key
    return made


def changed(one: T, **changes: Any) -> T:  # noqa: ANN401 - as dataclasses.replace
    """The value with other fields. Raises TypeError for a field that it does not have."""
    other: T = one.__replace__(**changes)  # type: ignore[attr-defined]  # see `value`
    return other


def _constructor(cls: type) -> Callable[..., None]:
    names: dict[str, Any] = {"MISSING": MISSING}
    parameters, lines = [], []
    for its in fields(cls):
        given = its.name
        names[f"fill_{its.name}"] = getattr(cls, its.name).__set__
        if its.default_factory is not MISSING:
            names[f"make_{its.name}"] = its.default_factory
            given = f"make_{its.name}() if {its.name} is MISSING else {its.name}"
        parameters.append(_parameter(its, names))
        lines.append(f"fill_{its.name}(self, {given})")
    head = ["self", "*", *parameters] if parameters else ["self"]
    made = _function("__init__", head, lines, names)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = cls.__init__.__annotations__  # type: ignore[misc]  # of `cls`
    return made


def _parameter(its: Field[Any], names: dict[str, Any]) -> str:
    """A field in the constructor's head."""
    if its.default_factory is not MISSING:
        return f"{its.name}=MISSING"
    if its.default is MISSING:
        return its.name
    names[f"default_{its.name}"] = its.default
    return f"{its.name}=default_{its.name}"


def _replacer(cls: type) -> Callable[..., Any]:
    its_names = [its.name for its in fields(cls)]
    names: dict[str, Any] = {"new": object.__new__, "NAMES": frozenset(its_names)}
    names |= {f"fill_{name}": getattr(cls, name).__set__ for name in its_names}
    lines = [
        "if not changes.keys() <= NAMES:",
        "    unknown = sorted(changes.keys() - NAMES)",
        "    raise TypeError(f'{type(self).__name__} has no {unknown}')",
        "other = new(type(self))",  # a class that only extends a value has its fields too
        *(f"fill_{n}(other, changes[{n!r}] if {n!r} in changes else self.{n})" for n in its_names),
        "return other",
    ]
    return _function("__replace__", ["self", "**changes"], lines, names)


def _function(
    name: str, parameters: list[str], lines: list[str], names: dict[str, Any]
) -> Callable[..., Any]:
    """A function from its text, as dataclasses make theirs."""
    body = "\n    ".join(lines or ["pass"])
    exec(f"def {name}({', '.join(parameters)}):\n    {body}", names)
    made: Callable[..., Any] = names[name]
    return made
