"""The running picture of a campaign: a live board on a terminal, a line every 5 s elsewhere.

It asks the daemon over HTTP like any other client, so it goes on when the daemon is killed and
comes back. `picture_of` and `line_of` are pure; the demo runs a `Narrator` beside the bots.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dialer.domain.agent import AgentState
from dialer.domain.campaign import DialMethod
from dialer.domain.outcome import Outcome
from dialer.engine.view import standing_in_words
from dialer.web.client import ApiClient, ApiRefused, DaemonAway, Json

LIVE_EVERY_S = 1.0
PLAIN_EVERY_S = 5.0
BAR_WIDTH = 24
OVER_DIALING = frozenset({DialMethod.RATIO.value, DialMethod.PREDICTIVE.value})


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What the narration knows at a moment."""

    campaign: str
    elapsed_s: float
    abandon_limit: float = 0.03
    is_daemon_there: bool = True
    link_is_up: bool = False
    store_is_up: bool = False
    attempts: Mapping[str, int] = field(default_factory=dict)
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    abandon_rate: float | None = None
    agents: Mapping[str, int] = field(default_factory=dict)
    lines_dialing: int = 0
    people_waiting: int = 0
    people_talking: int = 0
    bridge_p99_ms: float | None = None
    decision: str = ""
    standing: str = ""
    warm_up_answers: int = 0
    over_dials: bool = False  # by its method, if list and budget let it


def scene_of(status: Json, floor: Json, elapsed_s: float) -> Scene:
    """A scene from the API's campaign status and floor."""
    figures, live = dict(status["figures"]), dict(status["live"] or {})
    return Scene(
        campaign=str(status["name"]),
        elapsed_s=elapsed_s,
        abandon_limit=float(status["abandon_limit"]),
        link_is_up=bool(floor["link_is_up"]),
        store_is_up=bool(floor["store_is_up"]),
        attempts=figures["attempts"],
        answered=figures["answered"],
        connected=figures["connected"],
        abandoned=figures["abandoned"],
        abandon_rate=figures["abandon_rate"],
        agents=status["agents"],
        lines_dialing=live.get("lines_dialing", 0),
        people_waiting=live.get("people_waiting", 0),
        people_talking=live.get("people_talking", 0),
        bridge_p99_ms=figures["bridge_ms"].get("p99"),
        decision=str(live.get("last_decision", "")),
        standing=standing_in_words(
            live.get("agents_at_work", 0), live.get("utilisation"), live.get("reachable")
        ),
        warm_up_answers=status["warm_up_answers"],
        over_dials=status["dial_method"] in OVER_DIALING,
    )


def line_of(scene: Scene) -> str:
    """The scene as one line of plain text."""
    if not scene.is_daemon_there:
        return f"{_clock(scene.elapsed_s)}  the daemon does not answer; waiting for it"
    ends = Counter(scene.attempts)
    attempts = ", ".join(f"{name} {count}" for name, count in ends.most_common() if count)
    agents = ", ".join(f"{name} {count}" for name, count in scene.agents.items() if count)
    return (
        f"{_clock(scene.elapsed_s)}  attempts {ends.total()}"
        + (f" ({attempts})" if attempts else "")
        + f" | dialing {scene.lines_dialing}, waiting {scene.people_waiting}"
        + f" | volunteers: {agents or 'none'}"
        + f" | {_abandonment(scene)}{_trouble(scene)}"
        + "".join(f" | {words}" for words in (scene.standing, _pacing(scene)) if words)
    )


def picture_of(scene: Scene) -> RenderableType:
    """The scene as a board for a terminal."""
    if not scene.is_daemon_there:
        waiting = Text("The daemon does not answer; waiting for it to come back.", style="yellow")
        return Panel(waiting, title=_title(scene))
    is_legal = (scene.abandon_rate or 0.0) <= scene.abandon_limit
    return Panel(
        Group(
            Columns([_outcome_table(scene), _agent_table(scene)], padding=(0, 4)),
            Text(_abandonment(scene), style="green" if is_legal else "bold red"),
            Text(scene.standing, style="bold"),
            Text(_pacing(scene), style="dim"),
            Text(_trouble(scene).strip(" |"), style="bold yellow"),
        ),
        title=_title(scene),
    )


class Narrator:
    """Tells how the campaign goes until told to stop."""

    def __init__(self, client: ApiClient, token: str, campaign: str, console: Console) -> None:
        self._client = client
        self._token = token
        self._campaign = campaign
        self._console = console
        self._began_at = time.monotonic()

    async def tell(self, closing: asyncio.Event) -> None:
        """Narrate until `closing` is set."""
        if not self._console.is_terminal:
            await self._tell_plainly(closing)
            return
        with Live(console=self._console, auto_refresh=False, transient=True) as live:
            while not closing.is_set():
                live.update(picture_of(await self._scene()), refresh=True)
                await _wait(closing, LIVE_EVERY_S)

    async def _tell_plainly(self, closing: asyncio.Event) -> None:
        while not closing.is_set():
            line = line_of(await self._scene())
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)
            await _wait(closing, PLAIN_EVERY_S)

    async def _scene(self) -> Scene:
        elapsed_s = time.monotonic() - self._began_at
        try:
            status = await self._client.campaign(self._campaign, self._token)
            floor = await self._client.floor(self._token)
        except DaemonAway:
            return Scene(campaign=self._campaign, elapsed_s=elapsed_s, is_daemon_there=False)
        except ApiRefused as refusal:
            if not refusal.is_temporary:
                raise
            return Scene(campaign=self._campaign, elapsed_s=elapsed_s, link_is_up=True)
        return scene_of(status, floor, elapsed_s)


async def _wait(closing: asyncio.Event, at_most_s: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(at_most_s):
            await closing.wait()


def _outcome_table(scene: Scene) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("attempts by outcome")
    table.add_column(str(sum(scene.attempts.values())), justify="right")
    table.add_column("", width=BAR_WIDTH)
    most = max(scene.attempts.values(), default=0)
    for outcome in Outcome:
        count = scene.attempts.get(outcome.value, 0)
        bar = "█" * round(BAR_WIDTH * count / most) if most else ""
        if count:
            table.add_row(_words(outcome.value), str(count), Text(bar, style="cyan"))
    return table


def _agent_table(scene: Scene) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("volunteers")
    table.add_column(str(sum(scene.agents.values())), justify="right")
    for state in AgentState:
        count = scene.agents.get(state.value, 0)
        if count:
            table.add_row(_words(state.value), str(count))
    table.add_row("", "")
    table.add_row("lines dialing", str(scene.lines_dialing))
    table.add_row("people waiting", str(scene.people_waiting))
    table.add_row("people talking", str(scene.people_talking))
    if scene.bridge_p99_ms is not None:
        table.add_row("answer to bridged, p99", f"{scene.bridge_p99_ms:.0f} ms")
    return table


def _abandonment(scene: Scene) -> str:
    has_rate = scene.answered > 0 and scene.abandon_rate is not None
    rate = f"{scene.abandon_rate:.1%}" if has_rate else "no answers yet"
    return (
        f"answered {scene.answered}, connected {scene.connected}, abandoned {scene.abandoned}"
        f" = {rate} (limit {scene.abandon_limit:.0%})"
    )


def _pacing(scene: Scene) -> str:
    """What pacing decides and why; while it may only dial one to one, why that is."""
    is_warming_up = scene.over_dials and scene.answered < scene.warm_up_answers
    warm_up = (
        f"one line to one volunteer until {scene.warm_up_answers} have answered"
        f" ({scene.answered} so far)"
    )
    return "; ".join(words for words in (scene.decision, warm_up if is_warming_up else "") if words)


def _trouble(scene: Scene) -> str:
    away = [
        name
        for name, is_up in (("Asterisk", scene.link_is_up), ("database", scene.store_is_up))
        if not is_up
    ]
    return f" | away: {', '.join(away)}; nothing is dialed" if away else ""


def _title(scene: Scene) -> str:
    return f"{scene.campaign}  {_clock(scene.elapsed_s)}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"


def _words(value: str) -> str:
    return value.replace("_", " ")
