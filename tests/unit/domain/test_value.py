"""A value is a frozen dataclass in all but the speed of its constructor."""

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from inspect import signature

import pytest

from dialer.domain.value import Key, changed, key, maker, value


@value
class Bird:
    """Something to make."""

    name: str
    eggs: int = 3
    songs: list[str] = field(default_factory=list)


@value
class Owl(Bird):
    """With what it inherits, and more."""

    is_awake: bool = True


class Owlet(Owl):
    """It only extends a value."""


@value
class Nothing:
    """Without a field."""


def test_fields_have_what_was_given_or_their_default() -> None:
    owl = Owl(name="Strix", is_awake=False)
    assert (owl.name, owl.eggs, owl.songs, owl.is_awake) == ("Strix", 3, [], False)
    assert [its.name for its in fields(owl)] == ["name", "eggs", "songs", "is_awake"]


def test_each_value_has_a_default_of_its_own_making() -> None:
    one, other = Bird(name="Merle"), Bird(name="Merle")
    one.songs.append("chook")
    assert other.songs == []


def test_nothing_can_be_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        Bird(name="Merle").eggs = 4  # type: ignore[misc]  # that is the point


def test_equality_hash_and_replace_are_the_dataclass_s() -> None:
    nest: tuple[Bird, Bird] = (Owl(name="Strix", songs=[]), Owl(name="Strix", songs=[]))
    assert nest[0] == nest[1]
    assert hash(Nothing()) == hash(Nothing())
    assert replace(nest[0], eggs=5).eggs == 5


def test_a_changed_value_differs_in_what_was_named_alone() -> None:
    owl = Owl(name="Strix", songs=["hoo"])
    assert changed(owl, eggs=5) == Owl(name="Strix", eggs=5, songs=["hoo"])
    assert type(changed(owl)) is Owl
    with pytest.raises(TypeError, match="beak"):
        changed(owl, beak=1)


def test_a_maker_makes_what_the_constructor_does() -> None:
    make_owl = maker(Owl)
    owl, other = make_owl(name="Strix", is_awake=False), make_owl(name="Strix", is_awake=False)
    assert type(owl) is Owl and owl == Owl(name="Strix", is_awake=False)
    owl.songs.append("hoo")
    assert other.songs == []
    assert type(maker(Nothing)()) is Nothing


def test_what_a_maker_made_cannot_be_changed_afterwards() -> None:
    made = maker(Bird)(name="Merle")
    with pytest.raises(FrozenInstanceError):
        made.eggs = 4  # type: ignore[misc]  # that is the point
    with pytest.raises(FrozenInstanceError):
        changed(made).eggs = 4  # type: ignore[misc]  # that is the point
    with pytest.raises((FrozenInstanceError, TypeError)):  # as with any frozen value with slots
        made.beak = 1  # type: ignore[attr-defined]  # that is the point


def test_a_maker_refuses_unknown_missing_and_unnamed_fields() -> None:
    make_bird = maker(Bird)
    with pytest.raises(TypeError, match="name"):
        make_bird()  # type: ignore[call-arg]  # that is the point
    with pytest.raises(TypeError, match="beak"):
        make_bird(name="Merle", beak=1)  # type: ignore[call-arg]  # that is the point
    with pytest.raises(TypeError):
        make_bird("Merle")  # type: ignore[misc]  # that is the point


def test_a_maker_makes_objects_of_other_dataclasses_too() -> None:
    @dataclass(kw_only=True, slots=True)
    class Nest:
        tree: str
        eggs: list[int] = field(default_factory=list)

    make_nest = maker(Nest)
    nest = make_nest(tree="oak")
    nest.eggs.append(1)
    assert type(nest) is Nest and nest == Nest(tree="oak", eggs=[1])
    assert make_nest(tree="elm").eggs == []


def test_a_maker_of_anything_else_is_refused() -> None:
    class Plain:
        """No dataclass."""

    for one in (Plain, dataclass(Plain), dataclass(frozen=True, slots=True)(Plain)):
        with pytest.raises(TypeError, match="no value"):
            maker(one)


def test_a_class_that_only_extends_a_value_is_made_by_its_constructor_alone() -> None:
    owlet = Owlet(name="Ninox")
    with pytest.raises(TypeError, match="Owlet"):
        maker(Owlet)
    with pytest.raises(TypeError, match="Owlet"):
        changed(owlet)


def test_a_value_can_be_written_down_and_read_back() -> None:
    owl = maker(Owl)(name="Strix")
    assert pickle.loads(pickle.dumps(owl)) == owl


def test_a_key_works_its_hash_out_once_and_a_changed_key_anew() -> None:
    asked: list[str] = []

    class Asked(str):
        def __hash__(self) -> int:
            asked.append(str(self))
            return super().__hash__()

    @key
    class Ring(Key):
        number: str

    ring = Ring(number=Asked("a"))
    assert hash(ring) == hash(ring) == hash(Ring(number="a"))
    assert asked == ["a"]
    assert hash(changed(ring, number="b")) == hash(Ring(number="b"))
    assert [its.name for its in fields(ring)] == ["number"]


def test_unknown_missing_and_unnamed_fields_are_refused_as_by_any_function() -> None:
    with pytest.raises(TypeError, match="name"):
        Bird()  # type: ignore[call-arg]  # that is the point
    with pytest.raises(TypeError, match="beak"):
        Bird(name="Merle", beak=1)  # type: ignore[call-arg]  # that is the point
    with pytest.raises(TypeError):
        Bird("Merle")  # type: ignore[misc]  # that is the point


def test_the_constructor_is_described_as_usual() -> None:
    assert list(signature(Owl).parameters) == ["name", "eggs", "songs", "is_awake"]


def test_what_the_constructor_does_not_know_is_refused() -> None:
    class Late:
        at: float = field(init=False)

    class Checked:
        at: float = 0.0

        def __post_init__(self) -> None:
            raise AssertionError

    for one in (Late, Checked):
        with pytest.raises(TypeError, match="no plain value"):
            value(one)
