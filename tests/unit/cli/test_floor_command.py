"""The floor as `callbank floor` prints it."""

from dialer.cli.floor import floor_text

BOARD: dict[str, object] = {
    "campaign": "Turnout",
    "dial_method": "predictive",
    "trouble": [],
    "last_decision": "no agent is free",
    "help": [],
    "waiting_approval": [],
    "volunteers": [],
    "lines_dialing": 2,
    "people_waiting": 0,
    "people_talking": 1,
    "goal": None,
    "abandonment": None,
    "utilisation": None,
    "reachable": None,
}


def test_a_quiet_floor_says_what_is_not_known_yet() -> None:
    text = floor_text([BOARD], now=100.0)
    assert "1 talk, 2 are dialed, 0 people wait" in text
    assert "nobody has answered yet" in text
    assert "unknown of unknown" in text
    assert "HELP" not in text


def test_who_asks_for_help_stands_first() -> None:
    asking = {"agent_id": 5, "name": "Ada", "team": "Red", "since": 30.0}
    text = floor_text([BOARD | {"help": [asking]}], now=100.0)
    assert text.splitlines()[1].split() == (
        "HELP Ada (Red) asks for the shift lead, 1:10".split()
    )


def test_each_volunteers_state_and_what_comes_after_it_is_told() -> None:
    ada = {
        "agent_id": 5, "name": "Ada", "team": "", "state": "wrap_up", "since": 95.0,
        "wants": "break", "is_practising": False, "is_on_hold": False,
    }  # fmt: skip
    text = floor_text([BOARD | {"volunteers": [ada]}], now=100.0)
    assert text.splitlines()[-1].split() == "Ada wrap up, then break, 0:05".split()


def test_abandonment_stands_against_its_limit_and_the_goal_in_full() -> None:
    abandonment = {"window": "block", "rate": 0.0125, "limit": 0.03, "left": 4}
    goal = {"question": "support", "choice": "yes", "counts": "answers", "all": 9, "target": 50}
    text = floor_text([BOARD | {"abandonment": abandonment, "goal": goal}], now=100.0)
    assert "1.25% of at most 3% (block): 4 more may be lost" in text
    assert "9 of 50 support=yes" in text


def test_why_nobody_is_dialed_and_who_waits_to_be_let_in_is_told() -> None:
    bob = {"session_id": 7, "first_name": "Bob", "team": "", "since": 40.0}
    text = floor_text([BOARD | {"trouble": ["not_running"], "waiting_approval": [bob]}], 100.0)
    assert "the campaign is not running: nobody is dialed" in text
    assert "Bob, 1:00: callbank volunteer approve 7" in text


def test_without_a_running_campaign_it_says_so() -> None:
    assert floor_text([], now=0.0) == "no campaign is running."
