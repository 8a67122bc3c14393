"""The hopper: leads claimed from the store, waiting in memory to be dialed.

Two queues, because the number decides how it may be dialed (pacing.floor.LeadClass). Within a
queue: those who are wanted back first, then by the list's priority, then by the odds that a
person answers, then as they came. Claims run out in the store, so a lead that has waited too
long is given back rather than dialed: another engine may have claimed it by then.
"""

import heapq
import itertools
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from math import inf

from dialer.domain.lead import Lead
from dialer.domain.value import value
from dialer.pacing.floor import LeadClass

CLAIM_TRUSTED_S = 240.0
"""How long we rely on a claim here. The store holds claims for 15 minutes, which leaves room for
the ten for which a lead may be shown to an agent (agents.PREVIEW_TIMEOUT_S)."""

CLAIM_ANSWER_TIMEOUT_S = 10.0

CLAIM_MAX = 50
"""Leads asked for in one go. Reading hundreds at once would hold up, for a blink, the answered
calls that wait to be routed; the next claim follows at once where these do not suffice."""

MOST_IN_STOCK = 1.5
"""Leads of a class are not asked for while the hopper holds so many times what is wanted in all."""

NONE_AGAIN_S = 60.0
"""How long after the store had none of a class it is asked for that class again."""

FIRST = 10**9
"""A priority above all that a list may give."""

EXPIRY_LOOK_S = 5.0
"""How often the hopper is looked through for claims that are too old."""


@value
class Claim:
    """A lead of ours since `at`, with its class and the odds that a person answers."""

    lead: Lead
    at: float
    leads: LeadClass
    odds: float


Place = tuple[bool, int, float, int, Claim]
"""A claim in its queue, behind what decides when it is dialed. The serials are all different."""


@dataclass(kw_only=True, slots=True)
class Hopper:
    """The claimed leads of one campaign. Queues are heaps."""

    queues: dict[LeadClass, list[Place]] = field(
        default_factory=lambda: {each: [] for each in LeadClass}
    )
    asked_at: float | None = None
    asked_for: LeadClass | None = None
    dry_until: float = 0.0  # the store had nothing due; not asked again before
    none_until: dict[LeadClass, float] = field(default_factory=dict)  # the same of one class
    looked_through_at: float = 0.0
    oldest_claim: float = inf  # its instant, or an earlier one; it moves with the claims
    serials: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __len__(self) -> int:
        count = 0  # a loop, which is quicker than `sum`: this is asked at almost every event
        for queue in self.queues.values():
            count += len(queue)
        return count

    def is_empty(self) -> bool:
        """Whether no lead is here."""
        return not any(self.queues.values())

    def fill(self, claims: Sequence[Claim], now: float) -> None:
        """Take in what the store claimed for us."""
        self.asked_at = None
        for claim in claims:
            self._push(claim, next(self.serials))
        if self.asked_for is not None:
            if not any(claim.leads is self.asked_for for claim in claims):
                self.none_until[self.asked_for] = now + NONE_AGAIN_S
        elif not claims:
            self.dry_until = now + 1.0

    def peek(self, leads: LeadClass | None = None) -> Claim | None:
        """The lead whose turn it is, of one class or of either."""
        front = self._front(leads)
        return front[0][-1] if front else None

    def next_claim(self, leads: LeadClass | None = None) -> Claim | None:
        """Take out the lead whose turn it is, of one class or of either."""
        front = self._front(leads)
        return heapq.heappop(front)[-1] if front else None

    def next_of(self, is_wanted: Callable[[Claim], bool]) -> Claim | None:
        """Take out the first lead in turn of those that are wanted."""
        turns = sorted(place for queue in self.queues.values() for place in queue)
        for place in turns:
            if is_wanted(place[-1]):
                queue = self.queues[place[-1].leads]
                queue.remove(place)
                heapq.heapify(queue)
                return place[-1]
        return None

    def count_of(self, lead_ids: Set[int]) -> int:
        """How many of these leads are here."""
        places = (place for queue in self.queues.values() for place in queue)
        return sum(place[-1].lead.id in lead_ids for place in places)

    def put_back(self, claim: Claim) -> None:
        """Return a lead to its place: it could not be dialed for a reason of ours.

        Its claim grows no younger by that.
        """
        self._push(claim, -next(self.serials))  # it was before all that are alike

    def bring_forward(self, lead_id: int) -> None:
        """Make it this lead's turn, if he is here (a replay follows what was dialed)."""
        for queue in self.queues.values():
            for place in queue:
                if place[-1].lead.id == lead_id:
                    queue.remove(place)
                    queue.append((False, -FIRST, -FIRST, -next(self.serials), place[-1]))
                    heapq.heapify(queue)
                    return

    def next_look(self) -> float:
        """When time alone may make something of the hopper due."""
        due = self.looked_through_at + EXPIRY_LOOK_S
        if self.asked_at is not None:
            return min(due, self.asked_at + CLAIM_ANSWER_TIMEOUT_S)
        if self.is_empty() or self.dry_until > self.looked_through_at:
            return min(due, self.dry_until)
        return due

    def expired(self, now: float) -> tuple[int, ...]:
        """Take out the leads whose claim is too old to rely on; returns their ids."""
        if now - self.looked_through_at < EXPIRY_LOOK_S:
            return ()
        self.looked_through_at = now
        if now - self.oldest_claim <= CLAIM_TRUSTED_S:
            return ()
        gone = self._take_out(lambda claim: now - claim.at > CLAIM_TRUSTED_S)
        claims = (place[-1] for queue in self.queues.values() for place in queue)
        self.oldest_claim = min((claim.at for claim in claims), default=inf)
        return gone

    def move_claims(self, by_s: float) -> None:
        """Make every claim older or younger: the clock was set."""
        self.oldest_claim += by_s
        for queue in self.queues.values():
            queue[:] = [
                (*turn, replace(claim, at=claim.at + by_s)) for *turn, claim in queue
            ]

    def empty(self) -> tuple[int, ...]:
        """Take out everything; returns the ids."""
        return self._take_out(lambda _: True)

    def take_number(self, e164: str) -> Lead | None:
        """Take out the lead of a number, whatever its turn."""
        for queue in self.queues.values():
            for place in queue:
                if place[-1].lead.e164 == e164:
                    queue.remove(place)
                    heapq.heapify(queue)
                    return place[-1].lead
        return None

    def drop_number(self, e164: str) -> tuple[int, ...]:
        """Take out every lead of a number that must not be called any more."""
        return self._take_out(lambda claim: claim.lead.e164 == e164)

    def shortage(self, wanted: int, now: float, *, by_class: bool) -> tuple[int, LeadClass | None]:
        """How many leads to ask the store for now, and of which class; 0 while an answer is
        awaited.

        With `by_class` both classes are kept in stock, as far as the list holds them: one that
        nearly ran out is asked for by itself, though there be enough of the other.
        """
        if self.asked_at is not None and now - self.asked_at < CLAIM_ANSWER_TIMEOUT_S:
            return 0, None
        there, its = len(self), None
        if there < wanted / 2 and now >= self.dry_until:
            count = wanted - there
        elif by_class and there < wanted * MOST_IN_STOCK:
            its = self._scarce(wanted / 4, now)
            count = 0 if its is None else wanted // 2 - len(self.queues[its])
        else:
            count = 0
        if count:
            self.asked_at, self.asked_for = now, its
        return min(CLAIM_MAX, count), its

    def _scarce(self, enough: float, now: float) -> LeadClass | None:
        """The class of which there is not enough, and of which the store may hold more."""
        for leads, queue in self.queues.items():
            if len(queue) < enough and now >= self.none_until.get(leads, 0.0):
                return leads
        return None

    def _front(self, leads: LeadClass | None) -> list[Place] | None:
        """The queue whose first lead's turn it is; None when there is no lead."""
        if leads is not None:
            return self.queues[leads] or None
        filled = [queue for queue in self.queues.values() if queue]
        if len(filled) < 2:
            return filled[0] if filled else None
        return min(filled, key=lambda queue: queue[0][:-1])

    def _push(self, claim: Claim, serial: int) -> None:
        lead = claim.lead
        place = (not lead.is_callback, -lead.priority, -claim.odds, serial, claim)
        heapq.heappush(self.queues[claim.leads], place)
        if claim.at < self.oldest_claim:
            self.oldest_claim = claim.at

    def _take_out(self, is_unwanted: Callable[[Claim], bool]) -> tuple[int, ...]:
        gone: list[int] = []
        for queue in self.queues.values():
            unwanted = [place for place in queue if is_unwanted(place[-1])]
            if unwanted:
                out = {place[-2] for place in unwanted}  # by serial
                queue[:] = [place for place in queue if place[-2] not in out]
                heapq.heapify(queue)
                gone += [place[-1].lead.id for place in unwanted]
        return tuple(gone)
