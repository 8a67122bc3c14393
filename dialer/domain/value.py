"""A *value*: a frozen dataclass that is made in great numbers. Events, commands and facts are such.

The constructor that `dataclass(frozen=True)` writes goes through `object.__setattr__`, which looks
up every field by its name. A floor makes some hundred thousand fields a second, and a fifth of the
engine's time went there. `value` writes one that fills the fields' slots directly, in half the
time. All else is the dataclass's own: frozen, equality, hash, `fields`. A `key` is a value by which
much is looked up; its hash is worked out once.

Most of what is left of that half is Python's way from a class to its constructor, on which the
named fields are packed into a dict and unpacked again. `maker(Kind)` is a plain function of the
same parameters that goes another way, in a third of the time: it fills an *open* value, whose class
has the same fields and can be written to, and then turns it into one of the class that it is. For
the few places that make most values, or most of another dataclass. `changed` is
`dataclasses.replace` on that way.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ParamSpec, TypeVar, dataclass_transform

T = TypeVar("T")
P = ParamSpec("P")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """`dataclass(frozen=True, kw_only=True, slots=True)` with a quick constructor.

    Raises TypeError for what that constructor does not know: `field(init=False)`, `InitVar` and
    `__post_init__`.
    """
    made = dataclass(frozen=True, kw_only=True, slots=True)(cls)
    if not _is_plain(made):
        raise TypeError(f"{cls.__name__} is no plain value: make it a dataclass")
    made.__init__ = _constructor(made)  # type: ignore[misc]  # the dataclass's own, but quicker
    opened = _opened(made)
    made.__made__ = staticmethod(_maker(made, opened))  # type: ignore[attr-defined]  # for `maker`
    made.__changed__ = _changer(made, opened)  # type: ignore[attr-defined]  # for `changed`
    made.__replace__ = changed  # type: ignore[attr-defined]  # as Python has it from 3.13
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


def maker(kind: Callable[P, T]) -> Callable[P, T]:
    """A function that makes values of a kind, from the same named fields as its constructor; or
    objects of another dataclass with slots that are not frozen.

    Raises TypeError for anything else: a class that only extends a value is none.
    """
    its = vars(kind)
    if "__made__" in its:
        made: Callable[P, T] = its["__made__"].__func__
        return made
    how = its.get("__dataclass_params__")
    is_open = how is not None and not how.frozen and "__slots__" in its
    if not (is_open and isinstance(kind, type) and _is_plain(kind)):
        raise TypeError(f"{kind!r} is no value")
    return _maker(kind, kind)


def _is_plain(made: type) -> bool:
    """Whether all that a dataclass's constructor does is to fill its fields."""
    return not hasattr(made, "__post_init__") and all(its.init for its in fields(made))


def changed(one: T, **changes: Any) -> T:  # noqa: ANN401 - as dataclasses.replace
    """The value with other fields. Raises TypeError for a field that it does not have, and for a
    class that only extends a value."""
    other: T = one.__changed__(changes)  # type: ignore[attr-defined]  # see `value`
    return other


def _opened(cls: type) -> type:
    """A class of the same fields that can be written to. Its values can become those of `cls`:
    Python lets an object change its class for one that lies in memory alike."""
    free = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    its = {"__slots__": vars(cls)["__slots__"], "__module__": cls.__module__, **free}
    return type(cls)(f"{cls.__name__}, still open", cls.__bases__, its)


def _constructor(cls: type) -> Callable[..., None]:
    head, given, names = _parameters(cls)
    names |= {f"fill_{name}": getattr(cls, name).__set__ for name in given}
    lines = [f"fill_{name}(self, {its})" for name, its in given.items()]
    made = _function("__init__", ["self", *head], lines, names)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = cls.__init__.__annotations__  # type: ignore[misc]  # of `cls`
    return made


def _maker(cls: type, opened: type) -> Callable[..., Any]:
    head, given, names = _parameters(cls)
    names |= {"CLS": cls, "OPENED": opened, "NEW": object.__new__}
    lines = ["MADE = NEW(OPENED)"]
    lines += [f"MADE.{name} = {its}" for name, its in given.items()]
    lines += ["return MADE"] if opened is cls else ["MADE.__class__ = CLS", "return MADE"]
    return _function(cls.__name__, head, lines, names)


def _parameters(cls: type) -> tuple[list[str], dict[str, str], dict[str, Any]]:
    """The head of a function that takes the class's fields, what it gives to each of them, and the
    names that are used there."""
    names: dict[str, Any] = {"MISSING": MISSING}
    head: list[str] = []
    given: dict[str, str] = {}
    for its in fields(cls):
        given[its.name] = its.name
        if its.default_factory is not MISSING:
            names[f"make_{its.name}"] = its.default_factory
            given[its.name] = f"make_{its.name}() if {its.name} is MISSING else {its.name}"
        head.append(_parameter(its, names))
    return ["*", *head] if head else [], given, names


def _parameter(its: Field[Any], names: dict[str, Any]) -> str:
    """A field in the constructor's head."""
    if its.default_factory is not MISSING:
        return f"{its.name}=MISSING"
    if its.default is MISSING:
        return its.name
    names[f"default_{its.name}"] = its.default
    return f"{its.name}=default_{its.name}"


def _changer(cls: type, opened: type) -> Callable[..., Any]:
    its_names = [its.name for its in fields(cls)]
    names = {"CLS": cls, "OPENED": opened, "NEW": object.__new__, "NAMES": frozenset(its_names)}
    lines = [
        "if type(self) is not CLS:",
        "    raise TypeError(f'{type(self).__name__} only extends a value: make it one')",
        "MADE = NEW(OPENED)",
        *(f"MADE.{name} = self.{name}" for name in its_names),
        "for name, its in changes.items():",
        "    if name not in NAMES:",
        "        raise TypeError(f'{CLS.__name__} has no {name!r}')",
        "    setattr(MADE, name, its)",
        "MADE.__class__ = CLS",
        "return MADE",
    ]
    return _function("__changed__", ["self", "changes"], lines, names)


def _function(
    name: str, parameters: list[str], lines: list[str], names: dict[str, Any]
) -> Callable[..., Any]:
    """A function from its text, as dataclasses make theirs."""
    body = "\n    ".join(lines or ["pass"])
    exec(f"def {name}({', '.join(parameters)}):\n    {body}", names)
    made: Callable[..., Any] = names[name]
    return made
