"""The abandonment ledger as JSON and as a table. For compliance_ledger.py and
compliance_audit_sample.py.

The short letters are compliance.md 1.5's: T_L connected in time, D abandoned, U undecided and
abandoned, M ended as machines, G machines that an agent heard, H_x left early, E machine errors.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite

from rich.table import Table

from dialer.compliance.abandonment import Counts, Formula, wilson_upper
from dialer.compliance.ledger import LedgerWindow, LegalLedger
from dialer.storage.ledger import BlockNow

Json = dict[str, object]


def ledger_json(ledger: LegalLedger, blocks: Sequence[BlockNow]) -> Json:
    """Everything that `compliance ledger --json` prints."""
    return {
        "legal_campaign": ledger.pool.legal_campaign,
        "campaigns": list(ledger.pool.names),
        "at": instant(ledger.at),
        "machine_errors": errors_json(ledger),
        "windows": [window_json(window) for window in ledger.windows],
        "frozen_blocks": [_block_json(one) for one in blocks],
    }


def errors_json(ledger: LegalLedger) -> Json:
    """What is known of the detector's errors, and what is reckoned with."""
    audit = ledger.audit
    return {
        "reviewed": audit.sample,
        "people": audit.persons,
        "unclear": audit.unclear,
        "f": audit.share,
        "f_u_wilson": wilson_upper(audit.errors, audit.sample) if audit.sample else None,
        "f_u_default": ledger.pool.default_bound,
        "f_u": ledger.bound,
    }


def window_json(window: LedgerWindow) -> Json:
    """One window with its formula's figures."""
    counts = window.counts
    if window.rule.formula is Formula.UK:
        figures = {
            "T_L": counts.uk_connected, "D": counts.uk_abandoned, "U": 0,
            "H_x": counts.uk_left_early,
        }  # fmt: skip
    else:
        figures = {
            "T_L": counts.connected, "D": counts.abandoned, "U": counts.unknown,
            "H_x": counts.left_early,
        }  # fmt: skip
    period, rate = window.period, window.rate
    return {
        "name": window.name,
        "country": window.country,
        "formula": window.rule.formula,
        "began_at": instant(period.began_at),
        "ends_at": instant(period.ends_at) if isfinite(period.ends_at) else None,
        "is_legal": window.rule.is_legal,
        "is_gate": window.rule.is_gate,
        "limit": window.limit,
        "legal_limit": window.rule.limit if window.rule.is_legal else None,
        "source": window.rule.source,
        **figures,
        "M": counts.screened_out,
        "G": counts.machines_to_agents,
        "E": round(float(window.errors), 6),
        "answered": round(float(rate.answered), 6),
        "abandoned": round(float(rate.abandoned), 6),
        "rate": round(float(rate.share), 6),
        "rate_strict": round(float(window.strict_rate.share), 6),
        "is_kept": rate.keeps(window.limit),
        "left": window.left,
    }


def window_table(ledger: LegalLedger) -> Table:
    """The windows for people."""
    names = ", ".join(ledger.pool.names)
    table = Table(title=f"{ledger.pool.legal_campaign} ({names})")
    table.add_column("window")
    table.add_column("since")
    for name in ("T_L", "D", "U", "H_x", "M", "G", "E", "rate", "strict", "limit", "left"):
        table.add_column(name, justify="right")
    for window in ledger.windows:
        its = window_json(window)
        table.add_row(
            window.name + ("  (law)" if window.rule.is_legal else ""),
            str(its["began_at"])[:16].replace("T", " "),
            *(str(its[name]) for name in ("T_L", "D", "U", "H_x", "M", "G")),
            f"{its['E']:.1f}",
            f"{its['rate']:.2%}",
            f"{its['rate_strict']:.2%}",
            f"{window.limit:.2%}",
            str(window.left),
        )
    return table


def block_table(blocks: Sequence[BlockNow]) -> Table:
    """The frozen blocks for people; with what was corrected since."""
    table = Table(title="30-day blocks that are over, as they were frozen")
    table.add_column("block")
    for name in ("T_L", "D", "U", "H_x", "M", "G", "f_u", "rate", "strict", "UK", "CA"):
        table.add_column(name, justify="right")
    table.add_column("counted today")
    for one in blocks:
        frozen, counts = one.frozen, one.frozen.counts
        table.add_row(
            f"{frozen.country} {instant(frozen.period.began_at)[:10]}"
            f" to {instant(frozen.period.ends_at)[:10]}",
            *_letters(counts),
            f"{frozen.bound:.2%}",
            f"{frozen.rate(Formula.US):.2%}",
            f"{frozen.rate(Formula.US, is_strict=True):.2%}",
            f"{frozen.rate(Formula.UK):.2%}",
            f"{frozen.rate(Formula.CA):.2%}",
            "the same" if one.counts_now == counts else " ".join(_letters(one.counts_now)),
        )
    return table


def errors_sentence(ledger: LegalLedger) -> str:
    """What is known of the detector's errors, in a sentence."""
    audit = ledger.audit
    if not audit.sample:
        return (
            "Nobody has listened to a machine verdict yet: up to"
            f" {ledger.bound:.1%} of them are reckoned to be people."
        )
    upper = wilson_upper(audit.errors, audit.sample)
    said = (
        f"Of {audit.sample} machine verdicts that were listened to {audit.persons} were people"
        f" and {audit.unclear} unclear: f = {audit.share:.2%}, f_u = {upper:.2%} (Wilson, 95 %)."
    )
    if ledger.bound == upper:
        return said
    return said + f" Until more are reviewed the default of {ledger.bound:.1%} stands."


def instant(at: float) -> str:
    """An instant in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _letters(counts: Counts) -> list[str]:
    return [
        str(one)
        for one in (
            counts.connected, counts.abandoned, counts.unknown, counts.left_early,
            counts.screened_out, counts.machines_to_agents,
        )
    ]  # fmt: skip


def _block_json(one: BlockNow) -> Json:
    frozen = one.frozen
    return {
        "country": frozen.country,
        "began_at": instant(frozen.period.began_at),
        "ended_at": instant(frozen.period.ends_at),
        "frozen_at": instant(frozen.frozen_at),
        "campaign_ids": list(frozen.campaign_ids),
        **asdict(frozen.counts),
        "reviewed": frozen.audit.sample,
        "f": frozen.audit.share,
        "f_u": frozen.bound,
        "E": round(float(frozen.errors), 6),
        "rate": round(frozen.rate(Formula.US), 6),
        "rate_strict": round(frozen.rate(Formula.US, is_strict=True), 6),
        "uk_rate": round(frozen.rate(Formula.UK), 6),
        "ca_rate": round(frozen.rate(Formula.CA), 6),
        "counted_today": None if one.counts_now == frozen.counts else asdict(one.counts_now),
    }
