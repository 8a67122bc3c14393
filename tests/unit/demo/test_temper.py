"""A volunteer's dice: the same seed means the same evening."""

from dialer.demo.volunteers import RESULTS, Course, Habits, Temper


def courses(seed: int, agent_id: int, habits: Habits | None = None) -> list[Course]:
    """Of many conversations."""
    temper = Temper(habits or Habits(), seed, agent_id)
    return [temper.course() for _ in range(500)]


def test_a_seed_means_one_course_for_each_volunteer() -> None:
    assert courses(1, 7) == courses(1, 7)
    assert courses(1, 7) != courses(1, 8)
    assert courses(1, 7) != courses(2, 7)


def test_he_vanishes_and_wants_breaks_as_often_as_is_his_habit() -> None:
    steady = courses(1, 7, Habits(vanish_chance=0.0, break_chance=0.0))
    assert not any(one.wants_break or one.vanish_after_s is not None for one in steady)
    restless = courses(1, 7, Habits(vanish_chance=1.0, break_chance=1.0))
    assert all(one.wants_break for one in restless)
    assert all(one.vanish_after_s is not None and one.vanish_after_s < one.talk_s
               for one in restless)


def test_times_are_medians_of_skewed_draws() -> None:
    talks_s = sorted(one.talk_s for one in courses(1, 7, Habits(talk_s=20.0)))
    assert 17.0 < talks_s[250] < 23.0
    assert talks_s[0] > 2.0 and 60.0 < talks_s[-1] <= 80.0


def test_every_result_comes_up() -> None:
    temper = Temper(Habits(), 1, 7)
    assert {temper.result() for _ in range(2000)} == set(RESULTS)
