"""A *value*: a frozen dataclass that is made in great numbers. Events, commands and facts are such.

The constructor that `dataclass(frozen=True)` writes goes through `object.__setattr__`, which looks
up every field by its name. A floor makes some hundred thousand fields a second, and a fifth of the
engine's time went there. `value` writes one that fills the fields' slots directly, in half the
time. All else is the dataclass's own: frozen, equality, hash, `fields` and `replace`.
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
    made.__init__ = _constructor(made)  # type: ignore[misc]  # the dataclass's own, but quicker
    return made


def _constructor(cls: type) -> Callable[..., None]:
    names: dict[str, Any] = {}
    parameters, lines = [], []
    for its in fields(cls):
        if not its.init or hasattr(cls, "__post_init__"):
            raise TypeError(f"{cls.__name__} is no plain value: make it a dataclass")
        given = its.name
        names[f"fill_{its.name}"] = getattr(cls, its.name).__set__
        if its.default_factory is not MISSING:
            names[f"make_{its.name}"] = its.default_factory
            given = f"make_{its.name}() if {its.name} is MISSING else {its.name}"
        parameters.append(_parameter(its, names))
        lines.append(f"    fill_{its.name}(self, {given})")
    names["MISSING"] = MISSING
    head = f"def __init__(self{', *, ' if parameters else ''}{', '.join(parameters)}):"
    exec("\n".join([head, *(lines or ["    pass"])]), names)  # as dataclasses does it
    constructor: Callable[..., None] = names["__init__"]
    constructor.__qualname__ = f"{cls.__qualname__}.__init__"
    constructor.__annotations__ = cls.__init__.__annotations__  # type: ignore[misc]  # of `cls`
    return constructor


def _parameter(its: Field[Any], names: dict[str, Any]) -> str:
    """A field in the constructor's head."""
    if its.default_factory is not MISSING:
        return f"{its.name}=MISSING"
    if its.default is MISSING:
        return its.name
    names[f"default_{its.name}"] = its.default
    return f"{its.name}=default_{its.name}"
