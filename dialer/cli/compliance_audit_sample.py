"""`callbank compliance audit-sample`: machine verdicts to listen to, and what was heard.

Which verdicts are drawn is nobody's choice (compliance/audits.py). What is found bounds how many
people the detector takes for machines, and so how many more may be abandoned.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dialer.cli.announce import announce
from dialer.cli.database import ready_database_url, settings_of
from dialer.cli.ledger_text import errors_json, errors_sentence, instant, window_json
from dialer.compliance.abandonment import wilson_upper
from dialer.compliance.audits import Heard
from dialer.compliance.ledger import LedgerWindow, LegalLedger
from dialer.errors import UsageError
from dialer.storage.admin import Administration
from dialer.storage.audits import DrawnVerdict
from dialer.storage.books import Books

Json = dict[str, object]


def configure(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--campaign", metavar="NAME", help="only this one's (default: all)")
    parser.add_argument("--attempt", metavar="ID", help="keep what was heard of this attempt")
    parser.add_argument("--verdict", type=Heard, choices=list(Heard), help="what was heard")
    parser.add_argument("--by", metavar="NAME", help="who listened")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0, also where nothing was drawn."""
    given = [args.attempt, args.verdict, args.by]
    if any(given) and not all(given):
        raise UsageError("a review needs all of --attempt, --verdict and --by.")
    if args.by is not None and not (args.by.strip() and args.by.isprintable()):
        raise UsageError("--by needs the name of who listened.")
    ledgers, drawn = asyncio.run(_work(ready_database_url(settings_of(args)), args))
    if args.json:
        print(json.dumps(sample_json(ledgers, drawn), indent=2))
    else:
        print("\n".join(told(ledgers, drawn)))
    return 0


async def _work(
    url: str, args: argparse.Namespace
) -> tuple[tuple[LegalLedger, ...], tuple[DrawnVerdict, ...]]:
    async with Administration.at(url) as office:
        books = Books(office)
        if args.attempt is not None:
            await books.review(args.attempt, args.verdict, args.by.strip())
            announce(f"kept: {args.attempt} is {args.verdict}.")
        return await books.drawn(args.campaign)


def sample_json(ledgers: Sequence[LegalLedger], drawn: Sequence[DrawnVerdict]) -> Json:
    """What `--json` prints."""
    return {
        "legal_campaigns": [_figures(ledger) for ledger in ledgers],
        "to_review": [_drawn(one) for one in drawn if one.verdict is None],
        "reviewed": [_drawn(one) for one in drawn if one.verdict is not None],
    }


def told(ledgers: Sequence[LegalLedger], drawn: Sequence[DrawnVerdict]) -> Iterator[str]:
    """The same in words."""
    waiting = [one for one in drawn if one.verdict is None]
    for one in waiting:
        where = one.recording or "no recording"
        yield f"{one.attempt_id}  {instant(one.answered_at)}  {one.campaign}  {where}"
    done = len(drawn) - len(waiting)
    yield f"{len(waiting)} to be listened to, {done} listened to."
    for ledger in ledgers:
        window, by_sample = ledger.windows[0], _by_sample(ledger)
        yield f"{ledger.pool.legal_campaign}: {errors_sentence(ledger)}"
        yield f"    {window.name}: {_rate(window)}"
        if by_sample is not None and by_sample.bound != window.bound:
            yield f"    by this sample alone: {_rate(by_sample)}"


def _rate(window: LedgerWindow) -> str:
    return (
        f"M = {window.counts.screened_out}, E = {float(window.errors):.1f},"
        f" rate {float(window.rate.share):.2%} (limit {window.limit:.2%})"
    )


def _by_sample(ledger: LegalLedger) -> LedgerWindow | None:
    """The first window as it would be if only the sample counted, however small it is."""
    audit = ledger.audit
    if not audit.sample:
        return None
    return replace(ledger.windows[0], bound=wilson_upper(audit.errors, audit.sample))


def _figures(ledger: LegalLedger) -> Json:
    by_sample = _by_sample(ledger)
    return {
        "legal_campaign": ledger.pool.legal_campaign,
        "campaigns": list(ledger.pool.names),
        "machine_errors": errors_json(ledger),
        "window": window_json(ledger.windows[0]),
        "by_sample_alone": None if by_sample is None else window_json(by_sample),
    }


def _drawn(one: DrawnVerdict) -> Json:
    return {
        "attempt": one.attempt_id,
        "campaign": one.campaign,
        "answered_at": instant(one.answered_at),
        "ended_at": None if one.ended_at is None else instant(one.ended_at),
        "amd_cause": one.amd_cause,
        "trunk": one.trunk,
        "recording": one.recording,
        "verdict": one.verdict,
        "reviewed_by": one.reviewed_by,
        "reviewed_at": None if one.reviewed_at is None else instant(one.reviewed_at),
    }
