"""The AMI link between Asterisk and the engine, with its faults.

Events pass unchanged where no fault is drawn. What browsers send and what call scripts ask does
not come this way: that is TCP of their own.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from dialer.engine import events as ev
from dialer.sim.agenda import US, Agenda
from dialer.sim.chance import Chance
from dialer.sim.world import Faults


class Wire:
    """Carries AMI events to `deliver`."""

    def __init__(
        self, faults: Faults, agenda: Agenda, chance: Chance, deliver: Callable[[ev.Event], None]
    ) -> None:
        self._faults = faults
        self._agenda = agenda
        self._chance = chance
        self._deliver = deliver
        self._cut = 0  # events from before a cut never arrive
        self._last_us = 0
        self._is_perfect = not (
            faults.event_delay_s or faults.duplicated_share or faults.lost_share
        )
        self.mixes_up = bool(faults.event_delay_s) and not faults.keeps_order
        self.is_up = False
        self.damaged: set[str] = set()  # attempts of which a fact was lost
        self.ends_lost: Counter[str] = Counter()  # how much of the word of their end

    def carry(self, event: ev.Event) -> None:
        """Asterisk says something."""
        if not self.is_up:
            self._note_damage(event)
        elif self._is_perfect:
            self._deliver(event)
        elif self._chance.happens(self._faults.lost_share):
            self._note_damage(event)
        else:
            self._send(event)
            if self._chance.happens(self._faults.duplicated_share):
                self._send(event)

    def _send(self, event: ev.Event) -> None:
        delay_s = self._chance.between(0.0, self._faults.event_delay_s)
        at_us = self._agenda.now_us + int(delay_s * US)
        if self._faults.keeps_order:
            at_us = self._last_us = max(at_us, self._last_us)
        self._agenda.at(at_us, self._arrive, (self._cut, event))

    def _arrive(self, what: tuple[int, ev.Event]) -> None:
        cut, event = what
        if cut == self._cut and self.is_up:
            self._deliver(event)
        else:
            self._note_damage(event)

    def _note_damage(self, event: ev.Event) -> None:
        if isinstance(event, ev.LineEvent):
            self.damaged.add(event.attempt_id)
        if isinstance(event, ev.CallParted | ev.LineEnded):
            self.ends_lost[event.attempt_id] += 1

    def go_down(self) -> None:
        """The link is cut: what is under way is lost."""
        self.is_up = False
        self._cut += 1

    def come_up(self, legs: tuple[ev.LegSeen, ...], missed: list[ev.LineEvent]) -> None:
        """The link is back: what the dialplan noted, then what is really up."""
        self.is_up = True
        for event in missed:
            self._deliver(replace(event, at=float(int(event.at))))  # AstDB keeps whole seconds
        self._deliver(ev.LinkCameUp(at=self._agenda.now, legs=legs))
