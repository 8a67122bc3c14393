"""Estimates of waits: from others' waits in the same place, and none where too little is known."""

from dialer.pacing.waiting import LEAST, RECENT_S, Waits


def alone(waits: Waits, *lengths: float, since: float = 0.0) -> float:
    """Waits of one agent after the other; when the last of them was over."""
    for length in lengths:
        waits.began(1, since)
        waits.ended(1, since + length, is_connected=True)
        since += length
    return since


def test_nothing_is_said_before_enough_is_known() -> None:
    waits = Waits()
    now = alone(waits, *([10.0] * (LEAST - 1)))
    waits.began(1, now)
    assert waits.estimate(1, now) is None
    waits.ended(1, now + 10, is_connected=True)
    waits.began(1, now + 10)
    assert waits.estimate(1, now + 10) is not None


def test_the_estimate_is_the_middle_of_what_others_waited() -> None:
    waits = Waits()
    now = alone(waits, *(float(length) for length in range(10, 21)))
    waits.began(1, now)
    told = waits.estimate(1, now)
    assert told is not None
    assert (told.from_s, told.estimate_s, told.to_s) == (11.0, 15.0, 19.0)


def test_time_that_he_has_waited_already_is_taken_off() -> None:
    waits = Waits()
    now = alone(waits, *([20.0] * LEAST))
    waits.began(1, now)
    told = waits.estimate(1, now + 15)
    assert told is not None
    assert told.estimate_s == 5.0


def test_nothing_is_said_to_who_has_waited_longer_than_anybody_else() -> None:
    waits = Waits()
    now = alone(waits, *([20.0] * 40))
    waits.began(1, now)
    assert waits.estimate(1, now + 21) is None


def test_who_stands_further_behind_waits_longer() -> None:
    waits, now = Waits(), 0.0
    waits.began(1, now)
    for turn in range(40):  # two who wait, and a person every 10 s for who was first
        waits.began(2 + turn, now)
        now += 10.0
        waits.ended(1 + turn, now, is_connected=True)
    waits.began(50, now)
    ahead, behind = waits.estimate(41, now), waits.estimate(50, now)
    assert ahead is not None and behind is not None
    assert (ahead.estimate_s, behind.estimate_s) == (10.0, 20.0)


def test_a_break_is_no_end_of_a_wait_and_makes_room_for_others() -> None:
    waits = Waits()
    now = alone(waits, *([10.0] * LEAST))
    waits.began(1, now)
    waits.began(2, now)
    waits.ended(1, now + 500, is_connected=False)
    told = waits.estimate(2, now + 500)
    assert told is not None
    assert told.to_s == 10.0


def test_what_was_long_ago_says_nothing_of_now() -> None:
    waits = Waits()
    now = alone(waits, *([10.0] * LEAST)) + RECENT_S + 1
    waits.began(1, now)
    assert waits.estimate(1, now) is None
    assert waits.estimate(2, now) is None
