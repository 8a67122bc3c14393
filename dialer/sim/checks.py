"""The invariants, checked while a run goes on. A broken one raises `Broken` at once.

`Checks` watches what passes the desk (calls that leave, rows that are written, leads that are
claimed) and what really happens to lines, and holds the two against each other. All of it is
incremental; only `look`, twice a minute, looks at the engine's whole floor.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from dialer.compliance.abandonment import Standing, standing
from dialer.domain.agent import AgentState
from dialer.domain.campaign import Voice
from dialer.domain.lead import LeadState, LineType
from dialer.domain.outcome import ANSWERED_BY_A_PERSON, AmdVerdict, Outcome
from dialer.engine import commands as cmd
from dialer.engine.rejoin import KEPT_S
from dialer.engine.store_commands import (
    AddDoNotCall,
    CloseAttempt,
    DeferLead,
    ReleaseLeads,
    SaveAttempt,
    SaveTransfer,
    SaveVoicemail,
    StoreCommand,
    UpdateLead,
)
from dialer.engine.view import FloorView
from dialer.errors import CallbankError
from dialer.sim.around import Surroundings
from dialer.sim.crew import Volunteer
from dialer.sim.line import Line

LOOK_EVERY_S = 30.0
FLOOR_EVERY = 10
"""Every so many looks the whole floor is looked at, which is dearer."""

IDLE_TOO_LONG_S = 60.0
UNCLOSED_TOO_LONG_S = 180.0
THIRD_ALONE_S = 300.0  # a third line so old whose person's call is over was forgotten
CLAIM_S = 15 * 60.0
HOPPER_MOST = 20_000
AGENDA_MOST = 200_000
COMMANDS_MOST = 5_000
QUARTER_HOUR_S = 900.0
EARLIEST_H, LATEST_H = 8, 21
"""Hours of the called person's day in which a telephone may ring."""
REASONS_TO_WAIT = ("not dialing: ", "agents choose")
"""Decisions for which volunteers may sit idle beside leads that could be dialed."""


class Broken(CallbankError):
    """An invariant does not hold. The text says which, when, and how to see it again."""


@dataclass(slots=True)
class _Row:
    """An attempt that is written and not closed."""

    saved: SaveAttempt
    was_dialed: bool = False


class Checks:
    """All invariants."""

    def __init__(self, around: Surroundings, leads: Callable[[], Collection[int]]) -> None:
        self._around = around
        self._leads = leads
        self._rows: dict[str, _Row] = {}
        self._truth: dict[str, tuple[float, Line]] = {}  # over, not yet closed in the store
        self._closed: dict[str, tuple[float, CloseAttempt]] = {}  # closed, not yet over
        self._held: dict[int, float] = {}  # leads claimed, since when
        self._next_at: dict[int, float] = {}  # when a lead is due again; never: inf
        self._unsettled: set[int] = set()  # dialed leads whose next step is not known
        self._do_not_call: set[str] = set()
        self._transfers: dict[str, str] = {}  # written and not ended: of which attempt
        self._thirds: dict[str, float] = {}  # third lines that are up, since when
        self._thirds_over: dict[str, float] = {}  # that are over, but not in the store
        self._dialed_on: defaultdict[str, deque[float]] = defaultdict(deque)
        self._last_dial = -inf
        self._whole_since = -inf
        self._looks = 0
        self._on_written: dict[type, Callable[[Any], None]] = {
            SaveAttempt: self._saved,
            CloseAttempt: self._closes,
            UpdateLead: self._lead_updated,
            DeferLead: self._lead_deferred,
            ReleaseLeads: self._leads_released,
            SaveTransfer: self._transfer_saved,
            SaveVoicemail: self._voicemail_left,
            AddDoNotCall: lambda command: self._do_not_call.add(command.e164),
        }

    # --- what passes the desk -------------------------------------------------------------------

    def claimed(self, lead_ids: Sequence[int]) -> None:
        """The store handed leads out."""
        now = self._around.now
        for lead_id in lead_ids:
            since = self._held.get(lead_id)
            if since is not None and now - since < CLAIM_S:
                self._broken(f"lead {lead_id} was claimed while it was held")
            if lead_id not in self._unsettled and self._next_at.get(lead_id, -inf) > now:
                self._broken(f"lead {lead_id} was claimed before it was due")
            self._held[lead_id] = now

    def wished_too_much(self, count: int) -> None:
        """The engine wished for more than COMMANDS_MOST at once."""
        self._broken(f"one event led to {count} commands")

    def written(self, batch: Sequence[StoreCommand]) -> None:
        """Rows are committed."""
        on_written = self._on_written
        for command in batch:
            check = on_written.get(type(command))
            if check is not None:
                check(command)

    def dials(self, wish: cmd.Originate) -> None:
        """A call is about to leave."""
        now, permit = self._around.now, wish.permit
        row = self._rows.get(wish.attempt_id)
        if row is None:
            self._broken(f"{wish.attempt_id} is dialed without a row in the store")
        elif row.was_dialed:
            self._broken(f"{wish.attempt_id} is dialed twice")
        elif row.saved.permit is not permit and row.saved.permit != permit:
            self._broken(f"{wish.attempt_id} is dialed on another permit than its row's")
        else:
            row.was_dialed = True
        if not permit.granted_at <= now < permit.expires_at:
            self._broken(f"{wish.attempt_id} is dialed on a permit that is not fresh")
        if not permit.may_over_dial and not wish.agent_channel:
            self._broken(f"{wish.attempt_id} is one-to-one and has no agent")
        self._is_lawful(wish, now)
        wanted = None if row is None else row.saved.lead.wanted_language
        if row is not None and wanted is not None:
            agent_id = row.saved.agent_id
            if agent_id is None or wanted not in self._around.languages_of(agent_id):
                self._broken(f"{wish.attempt_id} is dialed for nobody who speaks {wanted}")
        if permit.e164 in self._do_not_call:
            self._broken(f"{wish.attempt_id} goes to a number that is not to be called")
        if self._around.lines_to(permit.e164):
            self._broken(f"{wish.attempt_id} goes to a number in flight")
        self._trunk_has_room(wish.endpoint, now)
        self._last_dial = now

    def _is_lawful(self, wish: cmd.Originate, now: float) -> None:
        """The permit rests on facts that are those of the call, and it is day where it rings."""
        facts = wish.permit.facts
        if facts is None or not wish.permit.book:
            self._broken(f"{wish.attempt_id} is dialed on a permit that rests on nothing")
            return
        if facts.at != wish.permit.granted_at:
            self._broken(f"{wish.attempt_id} is dialed on facts of another moment")
        if facts.call.has_reserved_agent and not wish.agent_channel:
            self._broken(f"{wish.attempt_id} was allowed with an agent, and has none")
        quarters = (int(now // QUARTER_HOUR_S), int((now + wish.ring_timeout_s) // QUARTER_HOUR_S))
        hours = [_hour(zone, quarter) for zone in facts.zones for quarter in quarters]
        if not hours or min(hours) < EARLIEST_H or max(hours) >= LATEST_H:
            self._broken(f"{wish.attempt_id} rings at {hours} o'clock of the called person")

    def _trunk_has_room(self, endpoint: str, now: float) -> None:
        used, limit, per_second = self._around.trunk_use(endpoint)
        if used >= limit:
            self._broken(f"{endpoint} carries {used} lines of {limit} and gets another")
        recent = self._dialed_on[endpoint]
        while recent and recent[0] <= now - 1.0:
            recent.popleft()
        recent.append(now)
        most = per_second + max(1.0, per_second / 5) + 2
        if len(recent) > most:
            self._broken(f"{endpoint} gets {len(recent)} calls in a second of {per_second:g}")

    def _saved(self, row: SaveAttempt) -> None:
        self._rows[row.attempt_id] = _Row(row)
        self._unsettled.add(row.lead.id)

    def _closes(self, end: CloseAttempt) -> None:
        row = self._rows.pop(end.attempt_id, None)
        if row is None:
            self._broken(f"{end.attempt_id} ends twice, or never began")
        elif row.was_dialed:
            over = self._truth.pop(end.attempt_id, None)
            if over is not None:
                self._compare(over[1], end)
            else:
                self._closed[end.attempt_id] = (self._around.now, end)

    def _voicemail_left(self, left: SaveVoicemail) -> None:
        """A recorded voice is for landlines, and for those who agreed to it."""
        facts = left.leave.facts
        may_hear = facts.line_type is LineType.LANDLINE or facts.number.consents
        if facts.call.voice is not Voice.RECORDED or not may_hear:
            self._broken(f"{left.attempt_id} is left a recorded voice without leave for it")

    def _lead_updated(self, update: UpdateLead) -> None:
        self._held.pop(update.lead_id, None)
        self._unsettled.discard(update.lead_id)
        is_final = update.state is LeadState.FINAL or update.next_at is None
        self._next_at[update.lead_id] = inf if is_final else update.next_at or 0.0

    def _lead_deferred(self, deferred: DeferLead) -> None:
        self._held.pop(deferred.lead_id, None)
        self._next_at[deferred.lead_id] = inf if deferred.next_at is None else deferred.next_at

    def _leads_released(self, released: ReleaseLeads) -> None:
        for lead_id in released.lead_ids:
            self._held.pop(lead_id, None)

    def _transfer_saved(self, row: SaveTransfer) -> None:
        if row.ended_at is None:
            self._transfers[row.transfer_id] = row.attempt_id
        else:
            self._transfers.pop(row.transfer_id, None)
            self._thirds_over.pop(row.transfer_id, None)

    # --- what really happens --------------------------------------------------------------------

    def line_over(self, line: Line) -> None:
        """A line is gone."""
        closed = self._closed.pop(line.id, None)
        if closed is not None:
            self._compare(line, closed[1])
        else:
            self._truth[line.id] = (self._around.now, line)

    def third_dialed(self, transfer_id: str, endpoint: str) -> None:
        """A third party is about to be called."""
        self._trunk_has_room(endpoint, self._around.now)
        self._thirds[transfer_id] = self._around.now

    def third_over(self, transfer_id: str) -> None:
        """A third line is gone."""
        self._thirds.pop(transfer_id, None)
        if transfer_id in self._transfers:
            self._thirds_over[transfer_id] = self._around.now

    def kept_too_long(self, line: Line) -> None:
        """The dialplan ended what the engine was to end, or to put together again, long before."""
        self._broken(f"{line.id} was kept on the line for longer than {KEPT_S:g} s")

    def stolen(self, volunteer: Volunteer, line: Line) -> None:
        """A second person is put through to a volunteer."""
        was = volunteer.line.id if volunteer.line is not None else "nobody"
        self._broken(f"agent {volunteer.agent.id} talks in {was} and gets {line.id} besides")

    def _compare(self, line: Line, end: CloseAttempt) -> None:
        """What the store says of an attempt against what really happened."""
        if not self._around.facts_of(line.id):
            return
        outcome = end.outcome
        is_answered_person = line.answered_at is not None and line.is_person
        if not is_answered_person:
            if outcome in ANSWERED_BY_A_PERSON and line.answered_at is None:
                self._broken(f"{line.id} was never answered and is written as {outcome}")
            return
        if line.verdict is AmdVerdict.MACHINE and outcome is Outcome.MACHINE:
            return
        if outcome not in ANSWERED_BY_A_PERSON:
            self._broken(f"{line.id} was answered by a person and is written as {outcome}")
        if (line.connected_at is not None) != (outcome is Outcome.TALKED):
            self._broken(f"{line.id} is written as {outcome}; connected at {line.connected_at}")
        if outcome is Outcome.ABANDONED and self._left_in_time(line):
            self._broken(f"{line.id}: the person left in time and is written as {outcome}")

    def _left_in_time(self, line: Line) -> bool:
        """Whether the person hung up, and the engine could know it before it gave him up."""
        call = line.as_answered_call()
        heard = replace(call, ended_at=call.ended_at + self._around.slowness_s)
        return not line.was_ended_by_us and standing(heard) is Standing.LEFT_EARLY

    # --- now and then ---------------------------------------------------------------------------

    def open_attempts(self) -> list[str]:
        """Attempts that are written and not closed."""
        return list(self._rows)

    def gap(self) -> None:
        """The engine is gone: the next one gives back what it held, or lets it rest."""
        self._held.clear()

    def look(self) -> None:
        """Look at the whole floor."""
        now = self._around.now
        if self._around.agenda_size() > AGENDA_MOST:
            self._broken(f"{self._around.agenda_size()} things are still to happen")
        if not self._around.is_whole():
            self._whole_since = inf
            return
        self._whole_since = min(self._whole_since, now)
        whole_s = now - self._whole_since
        self._looks += 1
        if self._looks % FLOOR_EVERY == 0:
            self._nothing_is_unbounded(self._around.view())
        if whole_s > UNCLOSED_TOO_LONG_S:
            self._nothing_is_forgotten(now)
        if whole_s > IDLE_TOO_LONG_S and now - self._last_dial > IDLE_TOO_LONG_S:
            self._somebody_is_dialed(self._around.view(), now)

    def _nothing_is_unbounded(self, view: FloorView) -> None:
        lines = sum(trunk.channel_limit for trunk in view.trunks)
        if view.open_attempts > lines + len(view.agents):
            self._broken(f"the engine knows {view.open_attempts} attempts with {lines} channels")
        for campaign in view.campaigns:
            if campaign.hopper > HOPPER_MOST:
                self._broken(f"the hopper holds {campaign.hopper} leads")
        accounted = (
            sum(campaign.hopper + campaign.wishes for campaign in view.campaigns)
            + view.open_attempts
            + sum(agent.lead is not None for agent in view.agents)
        )
        fresh = [one for one in self._held.values() if self._around.now - one < CLAIM_S]
        if len(fresh) > accounted:
            self._broken(f"{len(fresh)} leads are held, and the engine knows of {accounted}")

    def _nothing_is_forgotten(self, now: float) -> None:
        for attempt_id, (over_at, _) in self._truth.items():
            is_long = now - over_at > UNCLOSED_TOO_LONG_S
            if is_long and not self._around.may_seem_to_talk(attempt_id):
                self._broken(f"{attempt_id} is over since {now - over_at:.0f} s and not closed")
        for attempt_id, (closed_at, _) in self._closed.items():
            if now - closed_at > UNCLOSED_TOO_LONG_S:
                self._broken(f"{attempt_id} was closed {now - closed_at:.0f} s ago and is still up")

        for transfer_id, over_at in self._thirds_over.items():
            is_talk_closed = self._transfers.get(transfer_id) not in self._rows
            if now - over_at > UNCLOSED_TOO_LONG_S and is_talk_closed:
                self._broken(f"{transfer_id} is over since {now - over_at:.0f} s and not closed")
        for transfer_id, dialed_at in self._thirds.items():
            is_known = self._transfers.get(transfer_id) in self._rows
            if now - dialed_at > THIRD_ALONE_S and not is_known:
                self._broken(f"{transfer_id} is still up, and its person's call is closed")

    def _somebody_is_dialed(self, view: FloorView, now: float) -> None:
        long_ago = now - IDLE_TOO_LONG_S
        has_no_trunk = all(
            trunk.channels >= trunk.channel_limit
            or (trunk.rests_until is not None and trunk.rests_until > long_ago)
            for trunk in view.trunks
        )
        idle = [
            agent
            for agent in view.agents
            if agent.state is AgentState.READY and agent.since < long_ago
        ]
        reasons = [campaign.last_decision for campaign in view.campaigns]
        may_wait = any(reason.startswith(REASONS_TO_WAIT) for reason in reasons)
        if not idle or has_no_trunk or may_wait or not self._around.may_call():
            return
        held_leads = sum(campaign.hopper for campaign in view.campaigns)
        free = held_leads or any(
            self._next_at.get(lead_id, -inf) < long_ago
            for lead_id in self._leads()
            if lead_id not in self._held and lead_id not in self._unsettled
        )
        if free:
            self._broken(
                f"{len(idle)} agents wait, leads are there, and nobody was dialed for"
                f" {now - max(self._last_dial, self._whole_since):.0f} s: {reasons}"
            )

    def _broken(self, what: str) -> None:
        raise Broken(what)


@lru_cache(maxsize=4096)
def _hour(zone: str, quarter: int) -> int:
    """The hour by a zone's clock; zones' clocks differ by whole quarters of an hour."""
    return datetime.fromtimestamp(quarter * QUARTER_HOUR_S, ZoneInfo(zone)).hour
