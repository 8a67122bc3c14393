"""An evening is not the first of its campaign: the abandonment ledger holds what came before it.

Without a past the governor keeps to one line for one volunteer until a hundred people have
answered, and for the first of every day until a few dozen have; a small team spends an hour and
more on that. `Rules.past_answered` people are added to every count of the ledger, of whom nearly
as many were abandoned as the campaign aims at.
"""

from collections.abc import Callable

from dialer.domain.value import changed
from dialer.engine import events as ev
from dialer.runtime.ports import Sink
from dialer.sim.world import Rules

KEPT_UNDER_TARGET = 0.95


def with_past(rules: Rules, sink: Sink) -> Sink:
    """The sink, hearing the ledger with the past in each of its windows."""
    if not rules.past_answered:
        return sink
    return _added(rules, sink)


def _added(rules: Rules, sink: Sink) -> Callable[[ev.Event], None]:
    abandoned = int(KEPT_UNDER_TARGET * rules.abandon_target * rules.past_answered)

    def hear(event: ev.Event) -> None:
        if isinstance(event, ev.AbandonmentCounted):
            windows = tuple(
                changed(
                    window,
                    answered=window.answered + rules.past_answered,
                    abandoned=window.abandoned + abandoned,
                )
                for window in event.windows
            )
            event = changed(event, windows=windows)
        sink(event)

    return hear
