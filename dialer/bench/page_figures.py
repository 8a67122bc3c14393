"""What a run of `bench page` says: as JSON under the published keys, and as a table.

A *conversation* is an attempt that was connected to one of the browsers. It is *lost* when its
page never showed it, or when its line or the volunteer's broke off by our fault. An answer is lost
when it was tapped and is not in the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from dialer.storage.placed import percentile
from dialer.web.client import Json

CARD_MS_MOST = 150.0
SAVED_MS_MOST = 100.0
READY_MS_MOST = 200.0
JOINED_S_MOST = 25.0
"""Aims: 95 of 100 at most so long, of joining each."""

PARTS = {"p50": 0.50, "p95": 0.95, "max": 1.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What was measured; times in the order in which they came."""

    browsers: int
    seconds: float
    conversations: int
    lost_calls: int
    answers_tapped: int
    answers_lost: int
    page_errors: Sequence[str]
    card_ms: Sequence[float]  # from bridged until the card was painted and the page said so
    saved_ms: Sequence[float]  # from a tap until the server had it
    ready_ms: Sequence[float]  # from the tap on the result until the next call was possible
    joined_s: Sequence[float]  # from opening the link until the first conversation

    def as_json(self) -> Json:
        """The published keys."""
        return {
            "browsers": self.browsers,
            "joined": len(self.joined_s),
            "seconds": round(self.seconds, 1),
            "conversations": self.conversations,
            "lost_calls": self.lost_calls,
            "answers_tapped": self.answers_tapped,
            "answers_lost": self.answers_lost,
            "page_errors": list(self.page_errors),
            "bridge_to_card_ms": spread(self.card_ms),
            "click_to_saved_ms": spread(self.saved_ms),
            "result_to_ready_ms": spread(self.ready_ms),
            "link_to_conversation_s": spread(self.joined_s),
        }

    def shortcomings(self) -> list[str]:
        """Which aims were missed, a sentence each."""
        found = []
        if len(self.joined_s) < self.browsers:
            found.append(f"Only {len(self.joined_s)} of {self.browsers} got to a conversation.")
        if not self.conversations:
            found.append("Nobody talked with anybody.")
        if self.lost_calls:
            found.append(f"{self.lost_calls} calls were lost.")
        if self.answers_lost:
            found.append(f"{self.answers_lost} answers were lost.")
        found += [f"A page had an error: {error}" for error in self.page_errors]
        for what, times, unit, most in self._aims():
            p95 = spread(times)["p95"]
            if p95 is not None and p95 > most:
                found.append(f"{what}: p95 is {p95:g} {unit}, above {most:g} {unit}.")
        if (slowest := spread(self.joined_s)["max"]) is not None and slowest > JOINED_S_MOST:
            found.append(
                f"From the link to the first conversation it took {slowest:g} s, above"
                f" {JOINED_S_MOST:g} s."
            )
        return found

    def table(self) -> Table:
        """For people."""
        table = Table(title=f"{self.browsers} browsers, {self.seconds:.0f} s")
        table.add_column("figure")
        table.add_column("measured", justify="right")
        table.add_column("aim", justify="right")
        table.add_row("joined", str(len(self.joined_s)), str(self.browsers))
        table.add_row("conversations", f"{self.conversations:,}", "")
        table.add_row("lost calls", str(self.lost_calls), "0")
        table.add_row("lost answers", f"{self.answers_lost} of {self.answers_tapped:,}", "0")
        for what, times, unit, most in self._aims():
            table.add_row(f"{what}, {unit}", _shown(times), f"p95 at most {most:g}")
        joined = f"at most {JOINED_S_MOST:g}"
        table.add_row("link to first conversation, s", _shown(self.joined_s), joined)
        return table

    def _aims(self) -> list[tuple[str, Sequence[float], str, float]]:
        return [
            ("Bridged to card visible", self.card_ms, "ms", CARD_MS_MOST),
            ("Tap to saved", self.saved_ms, "ms", SAVED_MS_MOST),
            ("Result to next call possible", self.ready_ms, "ms", READY_MS_MOST),
        ]


def spread(times: Sequence[float]) -> dict[str, float | None]:
    """Each is a time that was really measured; None of none."""
    ordered = sorted(times)
    return {name: percentile(ordered, part) for name, part in PARTS.items()}


def _shown(times: Sequence[float]) -> str:
    return ", ".join(
        f"{name} {'-' if value is None else f'{value:g}'}" for name, value in spread(times).items()
    )
