"""The page of an auditor's bundle that people read: one file of HTML that loads nothing. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from dialer.compliance.rule import Rule

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem }
th, td { border-bottom: 1px solid #ccc }
td.number { text-align: right; font-variant-numeric: tabular-nums }
code { font-size: .9em; word-break: break-all } .bad { color: #b00020; font-weight: 600 }
@media print { body { margin: 0; max-width: none } tr { break-inside: avoid } }
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """Something that must hold, whether it did, and the figures."""

    text: str
    is_kept: bool
    figures: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """All that the page shows. Tables are headings with rows; instants are texts."""

    campaign: str
    seller: str
    offer: str
    since: str
    until: str
    facts: Mapping[str, str]
    promises: Sequence[Promise] = ()
    figures: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    blocks: tuple[Sequence[str], Sequence[Sequence[str]]] = ((), ())
    rules: Sequence[Rule] = ()


def page_of(summary: Summary) -> str:
    """The page. Whatever stands in the summary is shown as text."""
    title = escape(f"Calls of {summary.campaign}, {summary.since} to {summary.until}")
    parts = [
        f"<h1>{title}</h1>",
        f"<p>{_for_whom(summary)} This page sums up the other files beside it; they, and not the"
        " page, are the evidence. It is not legal advice.</p>",
        _table(("", ""), summary.facts.items()),
        "<h2>Promises</h2>",
        _promises(summary.promises),
    ]
    for heading, counts in summary.figures.items():
        parts += [f"<h2>{escape(heading)}</h2>", _counts(counts)]
    headings, rows = summary.blocks
    if rows:
        parts += ["<h2>Abandonment, by block of 30 days</h2>", _table(headings, rows)]
    parts += [
        f"<h2>Rules in force at the end ({len(summary.rules)})</h2>",
        _rules(summary.rules),
        "<h2>How to check this bundle</h2>",
        HOW_TO_CHECK,
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


HOW_TO_CHECK = """<p><code>callbank compliance verify BUNDLE.zip</code> needs no database. It
computes the SHA-256 of every file and compares it with <code>manifest.json</code>; walks the chain
in <code>chain.bin</code> (the digest of each record of the time, 32 bytes each, those of other
campaigns too) from the hash before it to the hash after it; finds each record of
<code>decisions.jsonl</code> in it; and judges the facts of each again by the rule set in
<code>rule_sets/</code> that judged them. By hand: the digest of a record is the SHA-256 of the
length of its subject (2 bytes, big-endian), the subject, and the text of <code>record</code> as it
stands; the hash of a link is the SHA-256 of the hash before, its number (8 bytes, big-endian) and
that digest. A subject is the HMAC-SHA256 of the number under the key in
<code>subjects.csv</code>.</p>"""


def _for_whom(summary: Summary) -> str:
    if not summary.seller:
        return "The campaign names no seller."
    return f"Called for {escape(summary.seller)}: {escape(summary.offer or 'no offer named')}."


def _promises(promises: Sequence[Promise]) -> str:
    rows = [
        "<tr><td>{}</td><td>{}</td><td>{}</td></tr>".format(
            escape(one.text),
            "kept" if one.is_kept else '<span class="bad">NOT KEPT</span>',
            escape(one.figures),
        )
        for one in promises
    ]
    return f"<table>{''.join(rows)}</table>"


def _counts(counts: Mapping[str, int]) -> str:
    rows = [
        f'<tr><td>{escape(name)}</td><td class="number">{count}</td></tr>'
        for name, count in counts.items()
    ]
    return f"<table>{''.join(rows)}</table>" if rows else "<p>None.</p>"


def _rules(rules: Sequence[Rule]) -> str:
    headings = ("rule", "where", "reason", "outcome", "basis", "citation", "review by")
    return _table(
        headings,
        (
            (
                rule.id,
                rule.jurisdiction,
                rule.reason,
                rule.outcome.value,
                rule.basis.value,
                rule.cite,
                rule.review_by.isoformat(),
            )
            for rule in rules
        ),
    )


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in headings) if any(headings) else ""
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>" for row in rows
    )
    return f"<table>{f'<tr>{head}</tr>' if head else ''}{body}</table>"
