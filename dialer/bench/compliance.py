"""How many numbers a second the gate can judge, alone and with the look-up behind it.

A made-up list with a do-not-call register of millions lies in a database that is thrown away.
`alone`: leads in memory are judged again and again, for political, charity and sales campaigns in
turn. `with look-up`: the hopper's way, leads claimed in its batches and each judged once. Times
alone are those of this process's CPU, one core; with look-ups they are the clock's, because the
server works meanwhile.
"""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

from dialer.compliance.circumstances import Circumstances, OwnCallerId
from dialer.compliance.facts_of import Mode
from dialer.compliance.gate import DialPermit, may_dial
from dialer.compliance.rulebook import RuleBook, shipped
from dialer.domain.campaign import Campaign, CampaignState, DialMethod, Organisation, Purpose
from dialer.domain.lead import Lead
from dialer.engine.hopper import CLAIM_MAX
from dialer.storage.sample_facts import fill
from dialer.storage.store import PostgresStore

DECISIONS_AIM = 20_000
JUDGED_AT_ONCE = 500
OURS = "+12025550100"

Show = Callable[[str, float], None]
"""Told of a phase and how far it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What was measured. Memory is the most that this process ever held."""

    numbers: int
    decisions: int
    decisions_per_s: float
    with_lookup: int
    decisions_with_lookup_per_s: float
    lookup_ms_per_batch: float
    permits: int
    memory_mb: float
    verify_per_s: float = 0.0  # records of evidence, with every verdict replayed
    verify_chain_per_s: float = 0.0  # the chain alone

    def as_json(self) -> dict[str, object]:
        """The published keys."""
        return {
            "numbers": self.numbers,
            "decisions": self.decisions,
            "decisions_per_s": round(self.decisions_per_s),
            "decisions_with_lookup": self.with_lookup,
            "decisions_with_lookup_per_s": round(self.decisions_with_lookup_per_s),
            "lookup_ms_per_batch": round(self.lookup_ms_per_batch, 2),
            "batch": CLAIM_MAX,
            "permits": self.permits,
            "memory_mb": round(self.memory_mb, 1),
            "verify_per_s": round(self.verify_per_s),
            "verify_chain_per_s": round(self.verify_chain_per_s),
        }


async def measure(url: str, numbers: int, seconds: float, show: Show) -> Figures:
    """Fill the empty database at `url` and measure each phase for so long. What `verify` costs is
    measured by the command, which owns its processes."""
    show("Filling", 0.0)
    fill(url, numbers)
    show("Filling", 1.0)
    store = PostgresStore.at(url)
    try:
        gate = _Gate(await store.circumstances(), shipped(), time.time())
        batches, wall_s, lookup_s, leads = 0, 0.0, 0.0, list[Lead]()
        permits = 0
        while wall_s < seconds:
            began = time.perf_counter()
            batch = await store.claim_leads(1, CLAIM_MAX, gate.now)
            lookup_s += time.perf_counter() - began
            if not batch:
                break
            permits += gate.judge(batch)
            wall_s += time.perf_counter() - began
            batches += 1
            leads += batch
            show("With look-ups", wall_s / seconds)
    finally:
        await store.close()
    count, cpu_s = _alone(gate, leads, seconds, show)
    return Figures(
        numbers=numbers,
        decisions=count,
        decisions_per_s=count / cpu_s,
        with_lookup=len(leads),
        decisions_with_lookup_per_s=len(leads) / wall_s,
        lookup_ms_per_batch=1000 * lookup_s / max(1, batches),
        permits=permits,
        memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _alone(gate: "_Gate", leads: list[Lead], seconds: float, show: Show) -> tuple[int, float]:
    count, cpu_s = 0, 0.0
    parts = [leads[at : at + JUDGED_AT_ONCE] for at in range(0, len(leads), JUDGED_AT_ONCE)]
    for part in cycle(parts):
        began = time.process_time()
        gate.judge(part)
        cpu_s += time.process_time() - began
        count += len(part)
        gate.now += 1.0
        show("Alone", cpu_s / seconds)
        if cpu_s >= seconds:
            break
    return count, cpu_s


class _Gate:
    """Judges leads for three kinds of campaigns in turn, with agents reserved and without."""

    def __init__(self, circumstances: Circumstances, book: RuleBook, now: float) -> None:
        own = OwnCallerId(number=OURS, authorised_from=0.0, takes_calls=True)
        self._circumstances = Circumstances(
            registers_as_of=circumstances.registers_as_of, caller_ids=(own,)
        )
        self._book = book
        self.now = now
        self._campaigns = [
            _campaign(1, Purpose.POLITICAL, Organisation.COMMITTEE),
            _campaign(2, Purpose.SALES, Organisation.BUSINESS),
            _campaign(3, Purpose.CHARITY, Organisation.CHARITY),
        ]
        self._modes = [
            Mode(method=DialMethod.PREDICTIVE, has_reserved_agent=reserved)
            for reserved in (True, False)
        ]

    def judge(self, leads: "list[Lead] | tuple[Lead, ...]") -> int:
        """How many of them got a permit."""
        permits = 0
        ways = cycle([(one, mode) for mode in self._modes for one in self._campaigns])
        for lead, (campaign, mode) in zip(leads, ways, strict=False):
            answer = may_dial(
                lead,
                lead.number,
                campaign,
                mode,
                lead.history,
                self.now,
                circumstances=self._circumstances,
                book=self._book,
            )
            permits += isinstance(answer, DialPermit)
        return permits


def _campaign(number: int, purpose: Purpose, organisation: Organisation) -> Campaign:
    return Campaign(
        id=number,
        name=f"measured {number}",
        state=CampaignState.RUNNING,
        purpose=purpose,
        organisation=organisation,
        dial_method=DialMethod.PREDICTIVE,
        caller_id=OURS,
        caller_name="Measured Callers",
        message_text="This is Measured Callers, for telemarketing purposes. Call 202 555 0100."
        " Press 9 to be taken off our list.",
    )
