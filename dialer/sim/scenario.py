"""Scenario files: a world, the team and the hours that `simulate` plays, read from TOML.

A *scenario* is one of the files in scenarios/ (by its name) or anybody's file (by its path, which
is then the world's name, so that what broke can be played again). Keys are the fields of the
classes in world.py; what a file leaves out is the reference model's. Every mistake is told with
its key; nothing is guessed.
"""

import difflib
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

from dialer.errors import UsageError
from dialer.sim.reading import Bounds, Reader, Unreadable, keys_of
from dialer.sim.scenario_checks import contradictions, length_problems
from dialer.sim.world import Rules, World

SHIPPED = Path(__file__).with_name("scenarios")
MOST_AGENTS = 1000
MOST_HOURS = 24.0 * 365


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """What is played: `about` says it in a sentence."""

    about: str = ""
    agents: int = 10
    hours: float = 6.0
    world: World = field(default_factory=World)


_SHARE = Bounds(wanted="between 0 and 1", least=0.0, most=1.0)
_SECONDS = Bounds(wanted="0 to 86400 seconds", least=0.0, most=86400.0)
_ABOVE_ZERO = Bounds(wanted="above 0, at most 86400", least=0.0, most=86400.0, is_open=True)
_PER_HOUR = Bounds(wanted="0 to 3600 an hour", least=0.0, most=3600.0)
_FACTOR = Bounds(wanted="a factor between 0 and 10", least=0.0, most=10.0)
_FACTOR_ABOVE_ZERO = Bounds(wanted="above 0, at most 10", least=0.0, most=10.0, is_open=True)

BOUNDS: dict[str, Bounds] = {
    "agents": Bounds(
        wanted=f"1 to {MOST_AGENTS} (without volunteers nobody can be called)",
        least=1,
        most=MOST_AGENTS,
    ),
    "hours": Bounds(
        wanted=f"above 0, at most {MOST_HOURS:g} hours", least=0.0, most=MOST_HOURS, is_open=True
    ),
    "burn_in_min": Bounds(wanted="0 to 1440 minutes", least=0.0, most=1440.0),
    "day_h": Bounds(
        wanted="above 0, at most 12 hours (the calling window is 9 to 21)",
        least=0.0,
        most=12.0,
        is_open=True,
    ),
    "tick_s": Bounds(wanted="0.05 to 60 seconds", least=0.05, most=60.0),
    "answer_rate": _SHARE,
    "share": _SHARE,
    "swing": _SHARE,
    "swing_period_h": _ABOVE_ZERO,
    "switch_every_h": Bounds(wanted="0 (never) to 1000 hours", least=0.0, most=1000.0),
    "switch_factor": _FACTOR,
    "attempt_factors": _FACTOR,
    "answer_factor": _FACTOR,
    "ring_shape": Bounds(wanted="between 0.1 and 100", least=0.1, most=100.0),
    "ring_scale_s": _ABOVE_ZERO,
    "longest_ring_s": _ABOVE_ZERO,
    "channel_limit": Bounds(wanted="a whole number from 1 to 100000", least=1, most=100_000),
    "calls_per_second": Bounds(
        wanted="above 0, at most 10000", least=0.0, most=10_000.0, is_open=True
    ),
    "count": Bounds(wanted="0 (never runs out) to 10000000", least=0, most=10_000_000),
    "areas": Bounds(wanted="a whole number from 1 to 500", least=1, most=500),
    "odds_from": _SHARE,
    "odds_to": _SHARE,
    "talk_mean_s": _ABOVE_ZERO,
    "wrap_mean_s": _ABOVE_ZERO,
    "talk_cv": _FACTOR,
    "wrap_cv": _FACTOR,
    "shifts": _FACTOR_ABOVE_ZERO,
    "shift_min": _ABOVE_ZERO,
    "person_as_machine": _SHARE,
    "machine_as_person": _SHARE,
    "ratio": Bounds(wanted="between 1 and 10", least=1.0, most=10.0),
    "ring_timeout_s": Bounds(
        wanted="15 to 60 seconds (the law: nobody's phone rings less than 15)",
        least=15.0,
        most=60.0,
    ),
    "abandon_target": Bounds(wanted="0 to 0.03, the law's limit", least=0.0, most=0.03),
    "abandon_limit": Bounds(wanted="0 to 0.03, the law's limit", least=0.0, most=0.03),
    "warm_up_answers": Bounds(wanted="100 to 100000", least=100, most=100_000),
    "machine_error_bound": _SHARE,
    "past_answered": Bounds(wanted="0 to 1000000", least=0, most=1_000_000),
}
BY_UNIT = (("_share", _SHARE), ("_s", _SECONDS), ("_per_hour", _PER_HOUR))
"""For keys that BOUNDS does not name: units stand last in names."""

UNSAID = {World: ("name",), Rules: ("dial_method",)}
"""No keys of a file: the first is the file's name, the other comes with the policy."""

FREE = Bounds(wanted="a number")


def bounds_of(key: str) -> Bounds:
    """Between what a key's number must be."""
    by_unit = (bounds for unit, bounds in BY_UNIT if key.endswith(unit))
    return BOUNDS.get(key) or next(by_unit, FREE)


def load(name: str) -> Scenario:
    """The scenario of this name or in this file; one sentence if there is none or it is wrong."""
    place = SHIPPED / f"{name}.toml"
    if name in shipped():
        return parse(_text(place), name=name, place=name)
    path = Path(name)
    if path.suffix != ".toml" and not path.exists():
        close = difflib.get_close_matches(name, shipped(), n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise UsageError(
            f"there is no scenario and no file called {name!r}: {hint}scenarios are"
            f" {', '.join(shipped())}, swarm; a file of your own ends in .toml."
        )
    return parse(_text(path), name=str(path), place=str(path))


def shipped() -> tuple[str, ...]:
    """The names of the scenarios that come with the program."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def resized(scenario: Scenario, *, agents: int | None, hours: float | None) -> Scenario:
    """The scenario with another team or other hours, where these are given."""
    team = scenario.agents if agents is None else agents
    length = scenario.hours if hours is None else hours
    for key, value in (("agents", team), ("hours", length)):
        if not bounds_of(key).hold(value):
            raise UsageError(f"--{key} must be {bounds_of(key).wanted}, not {value:g}.")
    found = list(length_problems(scenario.world, length))
    if found:
        raise UsageError(f"scenario {scenario.world.name} cannot be played: {'; '.join(found)}.")
    return replace(scenario, agents=team, hours=length)


def parse(text: str, *, name: str, place: str) -> Scenario:
    """The scenario that a file's text describes; `place` names it in what is found wrong."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"scenario {place} is no TOML: {error or 'too deep'}.") from None
    reader = Reader(bounds_of, UNSAID)
    try:
        scenario = _scenario(reader, document, name)
        reader.findings += contradictions(scenario.world, scenario.hours)
    except Unreadable:
        scenario = Scenario()
    if reader.findings:
        raise UsageError(f"scenario {place} cannot be played: {'; '.join(reader.findings)}.")
    return scenario


def _scenario(reader: Reader, document: dict[str, object], name: str) -> Scenario:
    ours = [key for key in keys_of(Scenario) if key != "world"]
    worlds = [key for key in keys_of(World) if key not in UNSAID[World]]
    reader.unknown(document, ours + worlds, "")
    values = reader.fields(Scenario, {key: document[key] for key in ours if key in document}, "")
    world = reader.fields(World, {key: document[key] for key in worlds if key in document}, "")
    if reader.findings:
        raise Unreadable
    made = World(**world)  # type: ignore[arg-type]
    return Scenario(**values, world=replace(made, name=name))  # type: ignore[arg-type]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"scenario {path} cannot be read: {error}.") from None
