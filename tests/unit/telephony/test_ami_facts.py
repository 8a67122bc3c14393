"""From AMI messages to the engine's events, as sequences measured on Asterisk 22.10.1."""

from hypothesis import given
from hypothesis import strategies as st

from dialer.engine import events as ev
from dialer.telephony import parse, resync
from dialer.telephony.bridges import BridgeTracker, Joined, Parted
from dialer.telephony.tracker import Tracker

PERSON = "cb-1-1"
LEG = "agent-7-x-1"
PERSON_CHANNEL = "PJSIP/sim-00000001"
LEG_CHANNEL = "PJSIP/1001-00000000"
HALF_1 = "Local/7@callbank-agent-queue-00000000;1"
HALF_2 = "Local/7@callbank-agent-queue-00000000;2"


class Evening:
    """A tracker that is told messages, one a second from the instant 1000 on."""

    def __init__(self) -> None:
        self.tracker = Tracker()
        self.now = 1000.0
        self.events: list[ev.Event] = []

    def hears(self, event: str, **headers: str) -> list[ev.Event]:
        """What the engine is told when Asterisk says this."""
        message = {"Event": event, "Timestamp": f"{self.now:.6f}", **headers}
        self.now += 1.0
        fact = parse.fact_of(message, arrived_at=0.0)
        events = [] if fact is None else self.tracker.apply(fact)
        self.events += events
        return events

    def person(self) -> None:
        """A person's line that was originated and answered."""
        self.tracker.originating(PERSON)
        self.hears("Newchannel", Uniqueid=PERSON, Channel=PERSON_CHANNEL)
        self.hears("Newstate", Uniqueid=PERSON, Channel=PERSON_CHANNEL, ChannelState="6")
        self.hears("OriginateResponse", ActionID=PERSON, Response="Success", Reason="4")

    def agent(self) -> None:
        """An agent whose leg is held."""
        self.tracker.originating(LEG)
        self.hears("Newchannel", Uniqueid=LEG, Channel=LEG_CHANNEL)
        self.hears("OriginateResponse", ActionID=LEG, Response="Success")
        self.enters(LEG, LEG_CHANNEL, "held", "holding_bridge")

    def enters(
        self, uniqueid: str, channel: str, bridge: str, technology: str = "simple_bridge"
    ) -> list[ev.Event]:
        return self.hears(
            "BridgeEnter",
            Uniqueid=uniqueid,
            Channel=channel,
            BridgeUniqueid=bridge,
            BridgeTechnology=technology,
        )

    def leaves(self, uniqueid: str, channel: str, bridge: str) -> list[ev.Event]:
        return self.hears("BridgeLeave", Uniqueid=uniqueid, Channel=channel, BridgeUniqueid=bridge)

    def hangs_up(self, uniqueid: str, cause: str = "16", **more: str) -> list[ev.Event]:
        return self.hears("Hangup", Uniqueid=uniqueid, Channel="PJSIP/x", Cause=cause, **more)


def kinds(events: list[ev.Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_busy_line_ends_with_its_cause_and_sip_status() -> None:
    evening = Evening()
    evening.tracker.originating(PERSON)
    evening.hears("Newchannel", Uniqueid=PERSON, Channel=PERSON_CHANNEL)
    ended = evening.hangs_up(PERSON, "17", TechCause="486")
    evening.hears("OriginateResponse", ActionID=PERSON, Response="Failure", Reason="0")
    assert ended == [ev.LineEnded(at=1001.0, attempt_id=PERSON, cause=17, sip_status=486)]
    assert evening.events == ended
    assert len(evening.tracker) == 0


def test_an_old_asterisk_tells_only_the_cause() -> None:
    assert Evening().hangs_up(PERSON, "21") == [
        ev.LineEnded(at=1000.0, attempt_id=PERSON, cause=21, sip_status=None)
    ]


def test_a_failure_without_a_channel_is_refused_and_an_ordinary_failure_is_not() -> None:
    refused, ordinary = Evening(), Evening()
    refused.tracker.originating(PERSON)
    refused.hears("OriginateResponse", ActionID=PERSON, Response="Failure", Reason="0")
    assert kinds(refused.events) == ["OriginateRefused"]
    ordinary.tracker.originating(PERSON)
    ordinary.hears("Newchannel", Uniqueid=PERSON, Channel=PERSON_CHANNEL)
    ordinary.hears("OriginateResponse", ActionID=PERSON, Response="Failure", Reason="3")
    ordinary.hangs_up(PERSON, "19")
    assert kinds(ordinary.events) == ["LineEnded"]


def test_a_failure_of_somebody_elses_originate_means_nothing() -> None:
    evening = Evening()
    evening.hears("OriginateResponse", ActionID=PERSON, Response="Failure", Uniqueid="<null>")
    evening.hears("OriginateResponse", ActionID="other", Response="Failure", Uniqueid="<null>")
    assert evening.events == []


def test_ringing_and_answer_are_told_once_with_asterisks_own_instants() -> None:
    evening = Evening()
    evening.hears("Newstate", Uniqueid=PERSON, Channel=PERSON_CHANNEL, ChannelState="5")
    evening.hears("Newstate", Uniqueid=PERSON, Channel=PERSON_CHANNEL, ChannelState="6")
    evening.hears("Newstate", Uniqueid=PERSON, Channel=PERSON_CHANNEL, ChannelState="6")
    assert evening.events == [
        ev.LineRang(at=1000.0, attempt_id=PERSON),
        ev.LineAnswered(at=1001.0, attempt_id=PERSON, channel=PERSON_CHANNEL),
    ]


def test_without_a_timestamp_the_arrival_counts() -> None:
    message = {"Event": "QueueCallerJoin", "Uniqueid": PERSON}
    for bad in ({}, {"Timestamp": ""}, {"Timestamp": "nan"}, {"Timestamp": "-1"}):
        fact = parse.fact_of(message | bad, arrived_at=5.0)
        assert fact is not None and fact.at == 5.0


def test_a_direct_bridge_connects_when_the_later_of_the_two_enters() -> None:
    evening = Evening()
    evening.agent()
    evening.person()
    evening.events.clear()
    evening.leaves(LEG, LEG_CHANNEL, "held")
    evening.enters(LEG, LEG_CHANNEL, "b")
    later = evening.now
    evening.enters(PERSON, PERSON_CHANNEL, "b")
    assert evening.events == [ev.CallConnected(at=later, attempt_id=PERSON, agent_id=7)]
    evening.leaves(PERSON, PERSON_CHANNEL, "b")
    evening.leaves(LEG, LEG_CHANNEL, "b")
    evening.hangs_up(PERSON)
    evening.enters(LEG, LEG_CHANNEL, "held-again", "holding_bridge")
    assert kinds(evening.events) == ["CallConnected", "CallParted", "LineEnded"]


def test_when_the_agents_leg_dies_the_person_is_parted_first() -> None:
    evening = Evening()
    evening.agent()
    evening.person()
    evening.enters(LEG, LEG_CHANNEL, "b")
    evening.enters(PERSON, PERSON_CHANNEL, "b")
    evening.events.clear()
    evening.leaves(LEG, LEG_CHANNEL, "b")
    evening.leaves(PERSON, PERSON_CHANNEL, "b")
    evening.hangs_up(PERSON)
    evening.hangs_up(LEG)
    assert kinds(evening.events) == ["CallParted", "LineEnded", "AgentLegDown"]
    assert len(evening.tracker) == 0


def test_by_way_of_the_queue_two_bridges_are_one_conversation() -> None:
    evening = Evening()
    evening.agent()
    evening.person()
    evening.events.clear()
    evening.hears("QueueCallerJoin", Uniqueid=PERSON)
    evening.hears("QueueCallerLeave", Uniqueid=PERSON)
    evening.leaves(LEG, LEG_CHANNEL, "held")
    evening.enters(LEG, LEG_CHANNEL, "b")
    evening.enters("9.2", HALF_2, "b")
    evening.enters("9.1", HALF_1, "a")
    later = evening.now
    evening.enters(PERSON, PERSON_CHANNEL, "a")
    assert kinds(evening.events) == ["CallQueued", "CallUnqueued", "CallConnected"]
    assert evening.events[-1].at == later
    evening.leaves("9.1", HALF_1, "a")
    evening.leaves(PERSON, PERSON_CHANNEL, "a")
    assert kinds(evening.events[3:]) == ["CallParted"]
    evening.hears("Hangup", Uniqueid="9.1", Channel=HALF_1, Cause="16")
    evening.hangs_up(PERSON)
    evening.leaves("9.2", HALF_2, "b")
    evening.hangs_up(LEG)
    assert len(evening.tracker) == 0


def test_two_idle_agents_in_the_holding_bridge_are_no_conversation() -> None:
    evening = Evening()
    evening.enters(LEG, LEG_CHANNEL, "held", "holding_bridge")
    evening.enters("agent-8-x-1", "PJSIP/1002-0", "held", "holding_bridge")
    assert kinds(evening.events) == ["AgentLegUp", "AgentLegUp"]


def test_leaving_the_queue_is_told_once_though_asterisk_says_it_twice() -> None:
    evening = Evening()
    evening.person()
    evening.events.clear()
    evening.hears("QueueCallerJoin", Uniqueid=PERSON)
    evening.hears("QueueCallerAbandon", Uniqueid=PERSON)
    evening.hears("QueueCallerLeave", Uniqueid=PERSON)
    assert kinds(evening.events) == ["CallQueued", "CallUnqueued"]


def test_only_the_greeting_is_told_of_all_that_is_said() -> None:
    evening = Evening()
    evening.person()
    evening.events.clear()
    for _ in range(3):
        evening.hears("ChannelTalkingStart", Uniqueid=PERSON)
        evening.hears("ChannelTalkingStop", Uniqueid=PERSON, Duration="398")
    assert kinds(evening.events) == ["SpeechStarted", "SpeechStopped"]
    stopped = evening.events[1]
    assert isinstance(stopped, ev.SpeechStopped) and stopped.silence_s == 0.4


def test_an_agent_is_told_to_be_heard_once_in_each_conversation() -> None:
    evening = Evening()
    evening.agent()
    evening.person()
    evening.hears("ChannelTalkingStart", Uniqueid=LEG)
    evening.hears("ChannelTalkingStop", Uniqueid=LEG, Duration="3100")
    assert "AgentSpoke" not in kinds(evening.events), "he talks to himself"
    evening.hears("ChannelTalkingStart", Uniqueid=LEG)
    evening.hears("ChannelTalkingStop", Uniqueid=LEG, Duration="3100")
    assert kinds(evening.events).count("AgentSpokeAlone") == 1
    evening.events.clear()
    evening.enters(PERSON, PERSON_CHANNEL, "talk")
    evening.enters(LEG, LEG_CHANNEL, "talk")
    for _ in range(2):
        evening.hears("ChannelTalkingStart", Uniqueid=LEG)
        evening.hears("ChannelTalkingStop", Uniqueid=LEG, Duration="3100")
    assert kinds(evening.events) == ["CallConnected", "AgentSpoke"]
    evening.enters(LEG, LEG_CHANNEL, "held")
    evening.hears("ChannelTalkingStart", Uniqueid=LEG)
    assert kinds(evening.events)[2:] == ["CallParted", "AgentSpokeAlone"], "heard anew"


def test_an_agent_who_speaks_while_the_person_arrives_is_heard() -> None:
    evening = Evening()
    evening.agent()
    evening.person()
    evening.hears("ChannelTalkingStart", Uniqueid=LEG)
    evening.events.clear()
    evening.enters(PERSON, PERSON_CHANNEL, "talk")
    evening.enters(LEG, LEG_CHANNEL, "talk")
    assert kinds(evening.events) == ["CallConnected", "AgentSpoke"]


def test_the_messages_begin_end_and_failure_are_told() -> None:
    evening = Evening()
    for state in ("started", "finished", "failed"):
        evening.hears("UserEvent", UserEvent="CallbankMessage", Attempt=PERSON, State=state)
    evening.hears("UserEvent", UserEvent="SomebodyElses", Uniqueid="1.1")
    assert kinds(evening.events) == ["MessageStarted", "MessageFinished", "MessageFailed"]


def test_an_agent_leg_that_never_answers_is_down() -> None:
    evening = Evening()
    evening.tracker.originating(LEG)
    evening.hears("Newchannel", Uniqueid=LEG, Channel=LEG_CHANNEL)
    evening.hangs_up(LEG, "19")
    evening.hears("OriginateResponse", ActionID=LEG, Response="Failure")
    assert kinds(evening.events) == ["AgentLegDown"]


def test_an_agents_endpoint_that_does_not_exist_is_a_leg_down() -> None:
    evening = Evening()
    evening.tracker.originating(LEG)
    evening.hears("OriginateResponse", ActionID=LEG, Response="Failure")
    assert evening.events == [ev.AgentLegDown(at=1000.0, agent_id=7)]


def test_the_end_of_an_older_leg_does_not_take_the_agent_down() -> None:
    evening = Evening()
    evening.agent()
    evening.tracker.originating("agent-7-x-2")
    evening.hears("Newchannel", Uniqueid="agent-7-x-2", Channel="PJSIP/1001-2")
    evening.events.clear()
    evening.hangs_up(LEG)
    assert evening.events == []
    evening.hangs_up("agent-7-x-2")
    assert kinds(evening.events) == ["AgentLegDown"]


def test_after_a_resync_a_conversation_under_way_still_parts() -> None:
    evening = Evening()
    rows = [
        row(PERSON, PERSON_CHANNEL, "a"),
        row("9.1", HALF_1, "a"),
        row("9.2", HALF_2, "b"),
        row(LEG, LEG_CHANNEL, "b"),
        row("5.5", "PJSIP/somebody-else", "c"),
        {"Event": "CoreShowChannel"},
    ]
    snapshot = resync.snapshot_of(rows)
    assert [leg.bridge_id for leg in snapshot.conversations()] == ["a", "a"]
    evening.tracker.adopt(snapshot)
    assert evening.tracker.channel_of(PERSON) == PERSON_CHANNEL
    evening.leaves(PERSON, PERSON_CHANNEL, "a")
    evening.hangs_up(PERSON)
    assert kinds(evening.events) == ["CallParted", "LineEnded"]


def row(uniqueid: str, channel: str, bridge: str) -> dict[str, str]:
    return {"Uniqueid": uniqueid, "Channel": channel, "ChannelState": "6", "BridgeId": bridge}


def test_what_the_dialplan_did_alone_is_read_from_its_notes() -> None:
    answers = resync.missed_answers(
        [
            {"Key": "/callbank-away/cb-1", "Val": "message:1795374340"},
            {"Key": "/callbank-away/cb-2", "Val": "left:1795374341"},
            {"Key": "/callbank-away/other", "Val": "left:1795374341"},
            {"Key": "/callbank-away/cb-3", "Val": "nonsense"},
            {"Key": "/callbank-away/cb-4", "Val": "bridged:1795374345/1795374343"},
            {},
        ]
    )
    assert [(type(e).__name__, e.attempt_id, e.at) for e in answers] == [
        ("CallQueued", "cb-1", 1795374340.0),
        ("MessageStarted", "cb-1", 1795374340.0),
        ("CallQueued", "cb-2", 1795374341.0),
        ("CallQueued", "cb-4", 1795374343.0),
        ("CallBridgedAlone", "cb-4", 1795374346.0),
    ]
    optouts = resync.missed_optouts(
        [
            {"Key": "/callbank-optout/+12025550117", "Val": "1795374339"},
            {"Key": "/callbank-optout/12", "Val": "1795374339"},
        ]
    )
    assert optouts == (ev.DoNotCallAdded(at=1795374339.0, e164="+12025550117"),)


# --- whatever comes --------------------------------------------------------------------------

HEADERS = st.sampled_from(
    [
        "Uniqueid", "Channel", "ChannelState", "Cause", "TechCause", "ActionID", "Response",
        "BridgeUniqueid", "BridgeTechnology", "UserEvent", "Attempt", "State", "Timestamp",
    ]
)  # fmt: skip
VALUES = st.sampled_from(
    [
        "", PERSON, LEG, "agent-", "agent-x", "cb-", PERSON_CHANNEL, HALF_1, HALF_2, "6", "5",
        "16", "-1", "²", "486", "x", "holding_bridge", "CallbankMessage", "started", "Failure",
    ]
) | st.text(max_size=8)  # fmt: skip
MESSAGES = st.builds(
    lambda event, headers: {"Event": event, **headers},
    st.sampled_from(sorted(parse.WANTED_EVENTS)) | st.text(max_size=5),
    st.dictionaries(HEADERS, VALUES),
)


@given(st.lists(MESSAGES, max_size=30))
def test_no_message_whatever_raises_anything_but_malformed(messages: list[dict[str, str]]) -> None:
    tracker = Tracker()
    for message in messages:
        try:
            fact = parse.fact_of(message, arrived_at=1.0)
        except parse.Malformed:
            continue
        if fact is not None:
            tracker.apply(fact)


MEMBERS = [PERSON, "cb-2", LEG, "agent-8-x-1", HALF_1, HALF_2]
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["enter", "leave", "gone"]),
        st.sampled_from(MEMBERS),
        st.sampled_from(["a", "b"]),
    ),
    max_size=60,
)


@given(MOVES)
def test_a_person_joins_and_parts_by_turns_and_memory_ends_with_the_channels(
    moves: list[tuple[str, str, str]],
) -> None:
    bridges = BridgeTracker()
    together: set[str] = set()
    for move, member, bridge in [*moves, *(("gone", member, "") for member in MEMBERS)]:
        where = () if move == "gone" else (bridge,)
        changes = getattr(bridges, move)(member, *where)
        for change in changes:
            if isinstance(change, Joined):
                assert change.attempt_id not in together
                together.add(change.attempt_id)
            else:
                assert isinstance(change, Parted)
                together.remove(change.attempt_id)
    assert not together
    assert len(bridges) == 0
