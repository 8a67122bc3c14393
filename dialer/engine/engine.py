"""The dialer as a pure function: `handle(event, now)` returns the commands that follow.

One table says which function knows what to do about which event. After each event two things
are done for all of them alike: agents whose state changed are made known to the store and to
the queue, and, where the event may have made room, the next lines are dialed.
To add an event: a class in events.py or requests.py, a function beside its relatives, a row in
`HANDLERS`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dialer.compliance.rulebook import RuleBook, shipped
from dialer.domain.agent import AgentState
from dialer.domain.value import maker
from dialer.engine import (
    agents,
    clock,
    deadlines,
    events,
    help_requests,
    hold,
    languages,
    lines,
    message,
    practice,
    recording,
    recovery,
    rejoin,
    requests,
    surroundings,
    transfer,
    transfer_wishes,
    visits,
    voicemail,
)
from dialer.engine.agent import KEPT_AS, Duty
from dialer.engine.attempt import UNANSWERED, Attempt, State
from dialer.engine.commands import Command, ShowAgentToQueue
from dialer.engine.dispatch import dispatch
from dialer.engine.floor import CampaignFloor, Floor
from dialer.engine.matching import serve_waiting
from dialer.engine.roster import let_go
from dialer.engine.store_commands import SaveAgentState
from dialer.engine.trunk_choice import choose_trunk
from dialer.engine.view import AgentView, CampaignView, FloorView, TransferView, TrunkView
from dialer.engine.withdrawal import may_be_taken_back
from dialer.pacing.choose import PacerFactory, pacer_for
from dialer.pacing.floor import LeadClass

make_state_row = maker(SaveAgentState)

Handler = Callable[[Floor, Any, float], list[Command]]

HANDLERS: Mapping[type[events.Event], Handler] = {
    events.LineRang: lines.rang,
    events.LineAnswered: lines.answered,
    events.SpeechStarted: lines.speech_started,
    events.SpeechStopped: lines.speech_stopped,
    events.RouteAsked: lines.route_asked,
    events.CallQueued: lines.queued,
    events.CallUnqueued: lines.unqueued,
    events.CallConnected: lines.connected,
    events.CallBridgedAlone: lines.bridged_alone,
    events.CallParted: lines.parted,
    events.MessageStarted: lines.message_started,
    events.MessageFinished: lines.message_finished,
    events.MessageFailed: message.message_failed,
    events.OptOutPressed: lines.opted_out,
    events.AnnouncementBegan: recording.announcement_began,
    events.AnnouncementEnded: recording.announcement_ended,
    events.RecordingBegan: recording.began,
    events.RecordingEnded: recording.ended,
    events.LineEnded: lines.ended,
    events.OriginateRefused: lines.refused,
    events.OriginateUnsent: lines.unsent,
    events.VisitAsked: visits.asked,
    events.VisitConnected: visits.connected,
    events.VisitParted: visits.parted,
    events.VisitEnded: visits.ended,
    events.ThirdAnswered: transfer.answered,
    events.ThirdJoined: transfer.joined,
    events.ThirdEnded: transfer.ended,
    events.AgentLoggedIn: agents.logged_in,
    events.AgentLegUp: agents.leg_up,
    events.AgentLegDown: agents.leg_down,
    events.AgentSpoke: agents.spoke,
    events.AgentSpokeAlone: agents.spoke,
    events.AgentMissesLeg: rejoin.misses_leg,
    requests.AgentAskedReady: agents.asked_ready,
    requests.AgentAskedBreak: agents.asked_break,
    requests.AgentLoggedOut: agents.logged_out,
    requests.AgentAskedHold: hold.asked_hold,
    requests.AgentAskedResume: hold.asked_resume,
    requests.AgentAskedVoicemail: voicemail.asked,
    requests.TransferAsked: transfer_wishes.asked,
    requests.AgentAskedConsult: transfer_wishes.asked_consult,
    requests.AgentAskedPutThrough: transfer_wishes.asked_put_through,
    requests.AgentCancelledTransfer: transfer_wishes.cancelled,
    requests.AgentAskedHangup: agents.asked_hangup,
    requests.AgentAskedHelp: help_requests.asked,
    requests.AgentHelpOver: help_requests.over,
    requests.PracticeAsked: practice.asked,
    events.PracticeEnded: practice.ended,
    requests.ResultGiven: agents.result_given,
    requests.PreviewAsked: agents.preview_asked,
    requests.PreviewSkipped: agents.preview_skipped,
    requests.DialAsked: agents.dial_asked,
    requests.NumberSought: agents.number_sought,
    events.Ticked: deadlines.ticked,
    events.ClockJumped: clock.clock_jumped,
    events.PastLearned: surroundings.past_learned,
    events.LeadsClaimed: surroundings.leads_claimed,
    events.DoNotCallAdded: surroundings.do_not_call_added,
    events.NumbersBarred: surroundings.numbers_barred,
    events.FactsChanged: surroundings.facts_changed,
    events.AbandonmentCounted: surroundings.abandonment_counted,
    events.MessageLost: message.message_lost,
    events.MessageMended: message.message_mended,
    events.Configured: surroundings.configured,
    events.StoreWentAway: surroundings.store_away,
    events.StoreCameBack: surroundings.store_back,
    events.Restored: recovery.restored,
    events.LinkWentDown: recovery.link_down,
    events.LinkCameUp: recovery.link_up,
}

NEVER_MAKES_ROOM = frozenset(
    {
        events.LineRang,
        events.LineAnswered,
        events.SpeechStarted,
        events.SpeechStopped,
        events.CallParted,
        events.AgentSpoke,
        events.AgentSpokeAlone,
        events.MessageFinished,
    }
)
"""The commonest facts after which there can be no more to dial than before."""

MOVES_NO_DEADLINE = frozenset({events.Ticked, events.LineRang})
"""The commonest events that, where they lead to nothing, leave every deadline as it was."""


class Engine:
    """The floor's memory and the one function that changes it.

    `run` must be new for every engine that is ever started: it keeps ids apart. `pacers` makes
    the pacer of a dial method; the simulator puts other policies there. `book` is the rule book.
    """

    def __init__(
        self, run: str, pacers: PacerFactory = pacer_for, book: RuleBook | None = None
    ) -> None:
        self._floor = Floor(run=run, pacers=pacers, book=book or shipped())

    def handle(self, event: events.Event, now: float) -> list[Command]:
        """What follows from an event, in the order in which it is to be done."""
        floor, kind = self._floor, type(event)
        if kind is events.Ticked and self.is_asleep(now):
            return []
        commands = HANDLERS[kind](floor, event, now)
        if floor.staying:
            commands += let_go(floor, now)
        if kind in NEVER_MAKES_ROOM:
            # What it changes is looked at by the next tick; nobody who is quiet minds ringing.
            floor.is_quiet = floor.is_quiet and kind is events.LineRang
        else:
            commands += serve_waiting(floor, now) if floor.is_link_up else []
            commands += languages.dial(floor, now) + dispatch(floor, now)
        if floor.roll.changed:
            changes = _make_changes_known(floor, now)
            commands += changes
            _note_work(floor.campaigns, changes)
        if commands or kind not in MOVES_NO_DEADLINE:
            floor.next_due = 0.0
        return commands

    def is_asleep(self, now: float) -> bool:
        """Whether a tick would come to nothing, as most do: nothing is due, and nobody wants
        anything before it is."""
        floor = self._floor
        return floor.is_quiet and (
            now < floor.next_due or not deadlines.is_anything_due(floor, now)
        )

    def draw_with(self, key: bytes) -> None:
        """The key by which calls are drawn for an audit of the detector."""
        self._floor.draw_key = key

    def has_room(self, campaign_id: int, now: float) -> bool:
        """Whether a line of the campaign could go out now, as far as links and trunks go."""
        place = self._floor.campaigns[campaign_id]
        return self._floor.may_dial() and choose_trunk(self._floor, place, now) is not None

    def may_be_taken_back(self, attempt_id: str, now: float) -> bool:
        """Whether the attempt's line rings and may lawfully be ended by us."""
        attempt = self._floor.attempts.get(attempt_id)
        return attempt is not None and may_be_taken_back(attempt, now)

    def expect(self, campaign_id: int, first_id: str, lead_ids: Sequence[int]) -> None:
        """For a replay: the campaign's next lines go to these leads, in this order, as far as its
        hopper holds them, and the first of them has this id."""
        self._floor.serial = int(first_id.rpartition("-")[2], 16) - 1
        for lead_id in reversed(lead_ids):
            self._floor.campaigns[campaign_id].hopper.bring_forward(lead_id)

    def view(self, now: float) -> FloorView:
        """What is going on, for people to look at."""
        floor = self._floor
        return FloorView(
            at=now,
            link_is_up=floor.is_link_up,
            store_is_up=floor.is_store_up,
            campaigns=tuple(_campaign_view(place, now) for place in floor.campaigns.values()),
            agents=tuple(_agent_view(floor, duty) for duty in floor.agents.values()),
            trunks=tuple(
                TrunkView(
                    name=name,
                    channels=floor.channels_in_use(name),
                    channel_limit=state.trunk.channel_limit,
                    rests_until=state.rests_until,
                )
                for name, state in floor.trunks.items()
            ),
            open_attempts=len(floor.attempts),
            visits=sum(visit.ended_at is None for visit in floor.visits.values()),
        )


def _note_work(campaigns: Mapping[int, CampaignFloor], changes: list[Command]) -> None:
    """Measure the agents' time by what they do from now on."""
    for told in changes:
        if isinstance(told, SaveAgentState):
            work = campaigns[told.campaign_id].standing.work
            work.note(told.agent_id, told.state, told.at)


def _make_changes_known(floor: Floor, now: float) -> list[Command]:
    commands: list[Command] = []
    for duty in floor.roll.changed.values():
        if duty.state is not duty.known_state:
            commands += _make_known(duty, now)
    floor.roll.changed.clear()
    return commands


def _make_known(duty: Duty, now: float) -> list[Command]:
    """Tell the store and the queue of an agent's change, once it has settled."""
    commands: list[Command] = []
    duty.known_state = duty.state
    kept = KEPT_AS.get(duty.state, duty.state)
    if kept is not duty.kept_state:
        duty.kept_state = kept
        commands.append(
            make_state_row(
                agent_id=duty.agent.id,
                campaign_id=duty.campaign_id,
                state=kept,
                at=now,
                attempt_id=duty.attempt_id,
                also=duty.also,
            )
        )
    is_free = duty.state is AgentState.READY
    if is_free is not duty.is_shown_free:
        duty.is_shown_free = is_free
        commands.append(ShowAgentToQueue(agent_id=duty.agent.id, is_free=is_free))
    return commands


def _agent_view(floor: Floor, duty: Duty) -> AgentView:
    attempt = floor.attempts.get(duty.attempt_id or "")
    return AgentView(
        agent_id=duty.agent.id,
        name=duty.agent.name,
        campaign_id=duty.campaign_id,
        state=duty.state,
        since=duty.since,
        attempt_id=duty.attempt_id,
        lead=duty.lead,
        last_attempt_id=duty.last_attempt_id,
        wants=str(duty.wants or ""),
        practice_id=duty.practice_id,
        also=duty.also,
        is_on_hold=attempt is not None and attempt.state is State.ON_HOLD,
        languages=duty.agent.languages,
        has_reported=duty.attempt_id is not None and duty.reported_id == duty.attempt_id,
        can_leave_message=voicemail.can_be_left(floor, attempt),
        transfer=_transfer_view(attempt),
    )


def _transfer_view(attempt: Attempt | None) -> TransferView | None:
    its = None if attempt is None else attempt.transfer
    if its is None:
        return None
    return TransferView(
        destination=its.destination.name,
        kind=its.destination.kind,
        stage=its.stage,
        outcome=its.outcome,
    )


def _campaign_view(place: CampaignFloor, now: float) -> CampaignView:
    return CampaignView(
        campaign_id=place.campaign.id,
        name=place.campaign.name,
        hopper=len(place.hopper),
        wishes=len(place.wishes),
        lines_dialing=sum(len(place.board[state]) for state in UNANSWERED),
        people_waiting=len(place.board[State.WAITING]),
        people_talking=len(place.board[State.TALKING]),
        last_decision=place.last_decision,
        has_message_failed=place.has_message_failed,
        agents_at_work=place.standing.work.agents,
        utilisation=place.standing.work.share(now),
        reachable=place.standing.reachable(
            place.campaign,
            has_over_dialable=place.hopper.peek(LeadClass.OVER_DIALABLE) is not None,
        ),
    )
