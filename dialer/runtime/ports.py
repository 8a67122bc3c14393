"""What the pump needs of the world. Adapters implement these; one contract suite tests each port.

Two errors only: `TelephonyAway` and `StoreAway`. Everything else an adapter raises is a defect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.ledger import LegalLedger
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign
from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.line import KnownLine
from dialer.domain.list_order import ListOrder
from dialer.domain.trunk import Trunk
from dialer.engine.commands import Command, RouteCall, TelephoneCommand
from dialer.engine.events import Event, Restored, RouteAsked, VisitAsked
from dialer.engine.store_commands import StoreCommand
from dialer.engine.view import FloorView
from dialer.pacing.floor import Fact, LeadClass

LOOKED_AT = 500
"""So many of the leads that are due, from the first on, are looked at for those of a class: so that
a list of a million of the other class costs no more than a glance."""

Sink = Callable[[Event], None]
"""Where an adapter puts what happened. Never blocks, never raises."""


class TelephonyAway(Exception):
    """The telephone side cannot be reached; the command was not and will not be executed."""


class StoreAway(Exception):
    """The database cannot be reached; nothing of the batch was written."""


class Telephony(Protocol):
    """Asterisk, as the pump sees it. Emits line, agent-leg and link events into the sink."""

    async def start(self, sink: Sink) -> None:
        """Connect in the background; `LinkCameUp` follows when the link works."""

    async def stop(self) -> None:
        """Let go of the link. Calls in progress stay up."""

    async def execute(self, command: TelephoneCommand) -> None:
        """Carry out one command, at most once. Raises TelephonyAway."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FactNews:
    """What others changed about the numbers of the leads that are held for us.

    `imports` is how many files of facts were ever taken in, and how often somebody was erased: one
    more may concern any number.
    """

    barred: frozenset[str] = frozenset()  # on the do-not-call list
    revoked: frozenset[str] = frozenset()  # a consent was taken back since the lead was claimed
    imports: int = 0


class Store(Protocol):
    """The database, as the pump sees it. Every method may raise StoreAway."""

    async def write(self, batch: Sequence[StoreCommand]) -> None:
        """Write all of the batch in one transaction, or nothing."""

    async def claim_leads(
        self,
        campaign_id: int,
        count: int,
        now: float,
        leads: LeadClass | None = None,
        languages: tuple[Language, ...] = (),
    ) -> tuple[Lead, ...]:
        """Claim leads that are due at `now`: callbacks, then by priority, then by odds bucket.

        Those who want no language of their own; or with `languages` (and of either class) those
        who want one of these, callbacks first, then by when they are due.

        Of one class (by `Lead.may_hear_recording`) those are claimed that are found among the next
        LOOKED_AT in that order.
        """

    async def rescore_leads(self, campaign_id: int, order: ListOrder) -> None:
        """Put the campaign's list in this order, a piece at a time."""

    async def restore(self, now: float) -> Restored:
        """Open attempts and agents on duty, as an earlier engine left them; frees stale claims."""

    async def campaigns(self) -> tuple[Campaign, ...]:
        """Every campaign that is not finished."""

    async def agents(self) -> tuple[Agent, ...]:
        """Every agent who may log in."""

    async def agent_by_name(self, name: str) -> Agent | None:
        """The agent of that log-in name."""

    async def ledger(self, campaign: Campaign, now: float) -> LegalLedger:
        """The abandonment ledger of the campaign's legal campaign, as of now."""

    async def keep_books(self, now: float) -> None:
        """Freeze the 30-day blocks that are over, and draw machine verdicts to be listened to."""

    async def past_facts(self, campaign_id: int, limit: int) -> tuple[Fact, ...]:
        """What the campaign's last attempts taught, so many of them at most, oldest fact first."""

    async def remove_decisions(self, before: float) -> int:
        """Remove kept decisions from before an instant, not all at once; how many."""

    async def circumstances(self) -> Circumstances:
        """What the law asks of the whole phone bank, as it is now."""

    async def fact_news(self) -> FactNews:
        """What others changed about the numbers that are held for us."""

    async def lead_for_number(self, campaign_id: int, e164: str) -> Lead | None:
        """The lead of that number (manual dialing), claimed for us."""

    async def leads_of_caller(self, e164: str) -> tuple[Lead, ...]:
        """The number's leads in all campaigns that are not finished, some of them at most, the one
        that was tried last first. Not claimed."""


class LineTypeProvider(Protocol):
    """Whoever knows carriers' data. A number that it does not know is taken for wireless."""

    async def line_types(self, e164s: Sequence[str]) -> Mapping[str, KnownLine]:
        """What is known of the lines, of those of which something is."""


class TrunkSource(Protocol):
    """Where the trunks are configured."""

    def trunks(self) -> tuple[Trunk, ...]:
        """Every trunk, in the order of preference."""


class KeypadEvent(StrEnum):
    """Why a volunteer's telephone asks what is next."""

    CAME = "came"  # he called us and pressed star
    KEYS = "keys"  # he typed what he was asked for, or nothing
    PRESSED = "pressed"  # he pressed a key while he waited or talked
    AFTER = "after"  # he and a person have parted
    PARTED = "parted"  # his leg ended before his call did
    GONE = "gone"  # he hung up


class KeypadNext(StrEnum):
    """What his telephone does after a turn. The values are the dialplan's CB_NEXT."""

    ASK = "ask"  # say something and wait for keys
    HOLD = "hold"  # say something, then be held for the next person
    BACK = "back"  # stay where he is
    BYE = "bye"  # say something and hang up


@dataclass(frozen=True, kw_only=True, slots=True)
class KeypadAsked:
    """One question of a volunteer's telephone; what follows `keys` was kept in his call.

    `caller` has digits or is empty, `extension` is his as soon as he has a session, `invitation`
    the code of that by which he joins in this call.
    """

    event: KeypadEvent
    caller: str = ""
    keys: str = ""
    step: str = ""
    tries: int = 0
    extension: str = ""
    invitation: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeypadTurn:
    """The answer. `sound` is a file without its ending, `digits` how many keys are waited for."""

    next: KeypadNext
    sound: str = ""
    digits: int = 1
    wait_s: int = 10
    step: str = ""
    tries: int = 0
    extension: str = ""
    invitation: str = ""


class Keypad(Protocol):
    """Who leads volunteers without a screen through their shift."""

    async def turn(self, asked: KeypadAsked) -> KeypadTurn:
        """What is next. Raises StoreAway."""


class FrontDesk(Protocol):
    """The pump, as call scripts and browsers see it."""

    async def route(self, asked: RouteAsked) -> RouteCall:
        """Where the answered call goes; answered at once, without waiting for the store."""

    async def incoming(self, asked: VisitAsked) -> RouteCall:
        """Where somebody goes who calls us; his leads are looked up first."""

    async def post(self, event: Event) -> tuple[Command, ...]:
        """Hand the engine an event; returns its wishes once their store commands are committed.

        Raises StoreAway when they could not be committed in time (they stay queued).
        """

    def now(self) -> float:
        """The engine's instant; a view of a large floor has it too, and is not free."""

    def view(self) -> FloorView:
        """What is going on at this moment."""
