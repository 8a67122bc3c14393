"""Which pacer a dial method has. A new method is a pacer and a row here."""

from collections.abc import Callable

from dialer.domain.campaign import DialMethod
from dialer.pacing.by_rule import ByAgents, Progressive, Ratio
from dialer.pacing.floor import Pacer
from dialer.pacing.predictive import Predictive

PacerFactory = Callable[[DialMethod], Pacer]

_PACERS: dict[DialMethod, Callable[[], Pacer]] = {
    DialMethod.MANUAL: ByAgents,
    DialMethod.PREVIEW: ByAgents,
    DialMethod.PROGRESSIVE: Progressive,
    DialMethod.RATIO: Ratio,
    DialMethod.PREDICTIVE: Predictive,
}


def pacer_for(method: DialMethod) -> Pacer:
    """A new pacer of the method, that has learned nothing yet."""
    return _PACERS[method]()
