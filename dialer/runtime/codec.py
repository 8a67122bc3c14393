"""Values of ours to JSON and back, by the type annotations of their dataclasses.

A *codec* of a type is a pair of functions, put together once from its annotations. Fields that
have their default are left out, so that what was written before a field existed can still be read;
fields that are not known any more are passed over. Used by the transcript (transcript.py).
"""

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from functools import cache
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from dialer.compliance.gate import DialPermit, permit_on_record

Json = Any
T = TypeVar("T")

KIND = "is"
"""Where a field may hold one of several dataclasses, the key that says which."""


class Codec(NamedTuple):
    """How values of one type are written, and read again."""

    write: Callable[[Any], Json]
    read: Callable[[Json], Any]


class UnreadableError(ValueError):
    """What was written is no value of the type that was expected."""


def to_json(value: object) -> Json:
    """The value as what JSON knows. Only for dataclasses, which say themselves what they are."""
    return codec_of(type(value)).write(value)


def from_json(kind: type[T], written: Json) -> T:
    """The value of that type. Raises UnreadableError."""
    try:
        return codec_of(kind).read(written)
    except UnreadableError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"is no {kind.__name__} ({error})") from error


@cache
def codec_of(kind: object) -> Codec:
    """The codec of a type, as it stands in an annotation. Raises TypeError for a strange one."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _union(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(arguments)
    if isinstance(origin, type) and issubclass(origin, AbstractSet):
        return _many(codec_of(arguments[0]), frozenset, written_as=sorted)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return _many(codec_of(arguments[0]), tuple)
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    raise TypeError(f"nothing is known of how to write {kind}")


def _same(value: Json) -> Json:
    return value


def _of_type(kind: type) -> Callable[[Json], Any]:
    def read(written: Json) -> object:
        if type(written) is not kind:
            raise UnreadableError(f"{written!r} where {kind.__name__} was expected")
        return written

    return read


def _number(written: Json) -> float:
    if type(written) not in (int, float):
        raise UnreadableError(f"{written!r} where a number was expected")
    return float(written)


_PLAIN: dict[Any, Codec] = {
    float: Codec(_same, _number),
    int: Codec(_same, _of_type(int)),
    str: Codec(_same, _of_type(str)),
    bool: Codec(_same, _of_type(bool)),
    types.NoneType: Codec(_same, _of_type(types.NoneType)),
}


def _enum(kind: type[Enum]) -> Codec:
    if issubclass(kind, str):
        return Codec(lambda value: str(value.value), kind)
    return Codec(lambda value: value.name, lambda written: kind[written])


def _many(
    one: Codec, made: Callable[[Any], Any], written_as: Callable[[Any], Any] = list
) -> Codec:
    return Codec(
        lambda values: written_as(one.write(value) for value in values),
        lambda written: made(one.read(item) for item in _of_type(list)(written)),
    )


def _tuple(arguments: tuple[Any, ...]) -> Codec:
    if len(arguments) == 2 and arguments[1] is ...:
        return _many(codec_of(arguments[0]), tuple)
    places = [codec_of(argument) for argument in arguments]
    return Codec(
        lambda values: [one.write(value) for one, value in zip(places, values, strict=True)],
        lambda written: tuple(
            one.read(item) for one, item in zip(places, written, strict=True)
        ),
    )


def _mapping(arguments: tuple[Any, ...]) -> Codec:
    key, value = map(codec_of, arguments)
    return Codec(
        lambda values: {key.write(k): value.write(v) for k, v in values.items()},
        lambda written: {key.read(k): value.read(v) for k, v in written.items()},
    )


def _union(arguments: tuple[Any, ...]) -> Codec:
    kinds = [argument for argument in arguments if argument is not types.NoneType]
    if len(kinds) == 1:
        only = codec_of(kinds[0])
        return Codec(
            lambda value: None if value is None else only.write(value),
            lambda written: None if written is None else only.read(written),
        )
    if all(kind in _PLAIN for kind in kinds):
        return Codec(_same, _same)
    by_name = {kind.__name__: codec_of(kind) for kind in kinds}

    def write(value: object) -> Json:
        if value is None:
            return None
        name = type(value).__name__
        return {KIND: name, **by_name[name].write(value)}

    def read(written: Json) -> object:
        if written is None:
            return None
        return by_name[written[KIND]].read(written)

    return Codec(write, read)


class _Field(NamedTuple):
    name: str
    default: object
    codec: Codec


def _record(kind: type) -> Codec:
    hints = get_type_hints(kind)
    known = [
        _Field(field.name, _default_of(field), codec_of(hints[field.name]))
        for field in dataclasses.fields(kind)
    ]
    # A permit that was written down is evidence; only the gate makes new ones.
    make = permit_on_record if kind is DialPermit else lambda values: kind(**values)

    def write(value: object) -> Json:
        return {
            field.name: field.codec.write(its)
            for field in known
            if (its := getattr(value, field.name)) != field.default
        }

    def read(written: Json) -> object:
        values = _of_type(dict)(written)
        missing = [f.name for f in known if f.default is _NONE and f.name not in values]
        if missing:
            raise UnreadableError(f"{kind.__name__} lacks {', '.join(missing)}")
        given = {f.name: f.codec.read(values[f.name]) for f in known if f.name in values}
        return make(given)

    return Codec(write, read)


_NONE = object()


def _default_of(field: dataclasses.Field[Any]) -> object:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return _NONE
