"""Recorded messages left on machines in the telephone world in memory. For fake.py only."""

import asyncio
from collections.abc import Callable, Mapping

from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.telephony.fake_lines import FakeLine

GREETING_S = 0.3
"""How long a machine still speaks when the message is to be left there."""

CAMPAIGNS = frozenset({1})
"""Those that have one."""


class FakeVoicemail:
    """What becomes of lines that are given over to the message; `end` ends one."""

    def __init__(
        self,
        lines: Mapping[str, FakeLine],
        emit: Callable[[ev.Event], None],
        end: Callable[[str, int, int | None], None],
        clock: Callable[[], float],
    ) -> None:
        self._lines = lines
        self._emit = emit
        self._end = end
        self._clock = clock

    def play(self, command: cmd.PlayVoicemail) -> None:
        """Take the machine out of its conversation; the rest goes by itself."""
        line = self._lines.get(command.attempt_id)
        if line is None:
            return
        if not line.is_on_hold:
            self._emit(ev.CallParted(at=self._clock(), attempt_id=line.id))
        line.agent_id, line.is_on_hold, line.is_voicemail = None, False, True
        if command.campaign_id in CAMPAIGNS:
            loop = asyncio.get_running_loop()
            line.timer = loop.call_later(GREETING_S, self._greeted, line.id)
        else:
            self._emit(ev.MessageFailed(at=self._clock(), attempt_id=line.id))
            self._end(line.id, 16, None)

    def _greeted(self, attempt_id: str) -> None:
        self._emit(ev.MessageStarted(at=self._clock(), attempt_id=attempt_id))
        self._emit(ev.MessageFinished(at=self._clock(), attempt_id=attempt_id))
        self._end(attempt_id, 16, None)
