"""Scenario files: those that are shipped can be played, and what is wrong is told with its key."""

import tomllib
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.domain.lead import LineType
from dialer.errors import UsageError
from dialer.sim import scenario
from dialer.sim.scenario import SHIPPED, UNSAID, Scenario, load, parse, shipped
from dialer.sim.world import World

OUTSIDE = {"about", "agents", "hours"}
"""Keys of a file that are not the world's."""


def read(text: str) -> Scenario:
    return parse(text, name="mine", place="mine.toml")


def refused(text: str) -> str:
    with pytest.raises(UsageError) as found:
        read(text)
    sentence = str(found.value)
    assert sentence.startswith("scenario mine.toml ") and sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


# --- what is shipped --------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_can_be_played_and_says_what_it_is(name: str) -> None:
    found = load(name)
    assert found.world.name == name
    assert found.about.endswith(".")


def test_the_stationary_scenario_is_the_reference_model() -> None:
    assert load("stationary").world == World(name="stationary")


def test_the_stationary_file_names_every_key_with_its_default() -> None:
    document = tomllib.loads((SHIPPED / "stationary.toml").read_text(encoding="utf-8"))
    assert_all_named(World(), document)
    assert document.keys() >= OUTSIDE


def assert_all_named(value: object, table: dict[str, object]) -> None:
    assert is_dataclass(value) and not isinstance(value, type)
    unsaid = UNSAID.get(type(value), ())
    assert {field.name for field in fields(value)} - {*unsaid} == table.keys() - OUTSIDE
    for field in fields(value):
        inner = getattr(value, field.name)
        if is_dataclass(inner):
            found = table[field.name]
            assert isinstance(found, dict)
            assert_all_named(inner, found)


def test_the_list_switch_scenario_is_that_of_the_reference() -> None:
    world = load("list-switch").world
    assert (world.carrier.swing, world.carrier.swing_period_h) == (0.5, 1.5)
    assert (world.carrier.switch_every_h, world.carrier.switch_factor) == (0.5, 0.5)
    assert world.volunteers.shifts == (1.0, 1.4, 0.8, 1.2, 0.6, 1.0)
    assert (world.volunteers.shift_min, world.burn_in_min) == (20.0, 0.0)


def test_cells_only_has_no_number_that_may_be_over_dialed() -> None:
    assert {one.line_type for one in load("cells-only").world.leads.classes} == {
        LineType.WIRELESS
    }


# --- reading ----------------------------------------------------------------------------------


def test_an_empty_file_is_the_reference_model() -> None:
    assert read("").world == World(name="mine")


def test_a_whole_number_may_stand_where_a_fraction_is_meant() -> None:
    assert read("hours = 3\n[carrier]\nswing = 0").hours == 3.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("agent = 3", "agent is not a known key (did you mean agents?)"),
        ("[carier]\nswing = 0.1", "carier is not a known key (did you mean carrier?)"),
        ("[carrier]\nansewr_rate = 0.2", "[carrier] ansewr_rate is not a known key (did you"),
        ("[rules]\nxyz = 1", "[rules] xyz is not a known key (known are ratio, ring_timeout_s"),
        ("[rules]\ndial_method = 'ratio'", "[rules] dial_method is not a known key"),
        ("name = 'other'", "name is not a known key"),
        ("agents = 0", "agents must be 1 to 1000 (without volunteers nobody can be called)"),
        ("agents = -5", "agents must be 1 to 1000"),
        ("agents = 2.5", "agents is a whole number, not 2.5"),
        ("agents = '5'", "agents is a whole number, not '5'"),
        ("agents = true", "agents is a whole number, not true"),
        ("hours = nan", "hours must be above 0"),
        ("hours = inf", "hours must be above 0"),
        ("hours = 0", "hours must be above 0"),
        ("[carrier]\nanswer_rate = 1.01", "[carrier] answer_rate must be between 0 and 1"),
        ("[carrier]\nanswer_rate = -0.2", "[carrier] answer_rate must be between 0 and 1"),
        ("[carrier]\nring_scale_s = 0", "[carrier] ring_scale_s must be above 0"),
        ("[volunteers]\nbreaks_per_hour = -1", "[volunteers] breaks_per_hour must be 0 to 3600"),
        ("[volunteers]\nshifts = [1, -2]", "[volunteers] shifts[2] must be above 0"),
        ("[volunteers]\nshifts = 3", "[volunteers] shifts is a list of values, not 3"),
        ("[faults]\nkeeps_order = 1", "[faults] keeps_order is true or false, not 1"),
        ("[faults]\nlost_share = 2", "[faults] lost_share must be between 0 and 1"),
        ("[detector]\nmode = 'loud'", "[detector] mode is one of off, gate, not 'loud'"),
        ("carrier = 1", "carrier is a table of keys, not 1"),
        ("[carrier]\ntrunks = [1]", "[carrier] trunks[1] is a table of keys, not 1"),
        ("[[carrier.ends]]\nkind = 'busy'\nshare = 1.0", "[carrier.ends[1]] from_s is missing"),
        ("about = 'two\\nlines'\n about = 3", "is no TOML"),
        ("agents 3", "is no TOML"),
        ("agents = " + "9" * 5000, "is no TOML"),
        ("agents = " + "[" * 5000, "is no TOML"),
        ("agents = " + "9" * 400, "agents must be 1 to 1000"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_is_wanted(text: str, said: str) -> None:
    assert said in refused(text)


def test_all_mistakes_are_told_at_once() -> None:
    sentence = refused("agents = 0\nhuors = 3\n[volunteers]\ntalk_mean_s = -1")
    assert "agents" in sentence and "hours?" in sentence and "talk_mean_s" in sentence


# --- what cannot be together ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[carrier]\nsetup_from_s = 5", "[carrier] setup: from 5 is above to 4"),
        ("[carrier]\nlongest_ring_s = 6", "[carrier] longest_ring_s is 6, shorter than"),
        ("[carrier]\nanswer_rate = 0.9\nswing = 0.5", "the answer rate reaches 1.35, over 1"),
        ("[carrier]\nattempt_factors = []", "attempt_factors: name one at least"),
        ("[carrier]\ntrunks = []", "[[carrier.trunks]]: there must be one at least"),
        ("[[carrier.trunks]]\nname = ''", "a trunk must have a name"),
        ("[[carrier.trunks]]\n[[carrier.trunks]]", "two have one name (main, main)"),
        ("[carrier]\nends = []", "[[carrier.ends]]: the shares add up to 0, and must to 1"),
        ("[[leads.classes]]\nshare = 0.5", "[[leads.classes]]: the shares add up to 0.5"),
        ("[leads]\nodds_from = 0.4\nodds_to = 0.2\nareas = 5", "odds: from 0.4 is above to 0.2"),
        ("[leads]\nodds_to = 0.2", "areas is 1, and odds_from to odds_to needs"),
        ("[leads]\nodds_from = 0.2", "odds_from is given without odds_to"),
        ("[volunteers]\nshifts = []", "shifts: name one at least"),
        ("[rules]\nabandon_target = 0.02\nabandon_limit = 0.01", "above abandon_limit 0.01"),
        ("hours = 0.4", "burn_in_min is 30, and the run has 24 minutes"),
    ],
)
def test_what_cannot_be_together_is_told_with_its_keys(text: str, said: str) -> None:
    assert said in refused(text)


def test_other_hours_are_checked_against_the_file_again() -> None:
    with pytest.raises(UsageError, match="burn_in_min is 30"):
        scenario.resized(load("stationary"), agents=5, hours=0.25)


# --- files ------------------------------------------------------------------------------------


def test_a_name_that_is_nothing_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"called 'stationery'.*did you mean stationary\?"):
        load("stationery")


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(UsageError, match=r"away\.toml cannot be read"):
        load("away.toml")


# --- anything at all --------------------------------------------------------------------------

KEYS = [
    ("carrier", field.name) for field in fields(World().carrier)
] + [("volunteers", field.name) for field in fields(World().volunteers)] + [
    ("rules", field.name) for field in fields(World().rules)
]  # fmt: skip
VALUES = st.one_of(
    st.floats().map(repr),
    st.integers().map(str),
    st.booleans().map(lambda flag: str(flag).lower()),
    st.sampled_from(["''", "[]", "{}", "[[]]", "[{}]", "'gate'", "2030-01-01", "[1e300]"]),
)


@settings(max_examples=300, deadline=None)
@given(key=st.sampled_from(KEYS), value=VALUES)
def test_any_value_is_either_read_or_refused_in_one_sentence(
    key: tuple[str, str], value: str
) -> None:
    text = f"[{key[0]}]\n{key[1]} = {value}\n"
    try:
        found = read(text)
    except UsageError as error:
        sentence = str(error)
        assert "\n" not in sentence and len(sentence) < 1000
        assert key[0] in sentence or "answer rate" in sentence
    else:
        assert found.world.name == "mine"
