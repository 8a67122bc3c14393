"""The rule book of a data directory: the shipped rules and the operator's own, from `rules/`.

Whoever judges calls or shows the law asks `rule_book`; `doctor` asks `check`.
"""

from pathlib import Path

from dialer.compliance import rulebook
from dialer.compliance.rulebook import RuleBook, RuleBookError
from dialer.errors import CallbankError
from dialer.parts.checkup import Finding, fail, ok, warn

SOON_S = 30 * 86400
FOLDER = "rules"
ENDINGS = (".yaml", ".yml")


def rule_book(home: Path) -> RuleBook:
    """The rules that hold in this data directory.

    Raises CallbankError with a sentence for each mistake: no rule is ever left out for one.
    """
    try:
        book = rulebook.shipped()
        texts = own_texts(home)
        return book.with_policy(texts) if texts else book
    except RuleBookError as error:
        raise CallbankError(
            f"{error}\nNothing is dialed by rules that cannot be read; your own are in"
            f" {home / FOLDER}."
        ) from error


def own_texts(home: Path) -> dict[str, str]:
    """The operator's own rules files, by name.

    Raises CallbankError for a file that cannot be one: whoever put it there believes that it holds.
    """
    folder = home / FOLDER
    texts = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") or path.name.endswith("~"):  # left by an editor
            continue
        if path.suffix.casefold() not in ENDINGS or not path.is_file():
            raise CallbankError(
                f"{path} is no rules file: let its name end in .yaml, or move it elsewhere."
            )
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise CallbankError(
                f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8."
            ) from error
        except OSError as error:
            raise CallbankError(
                f"{path} cannot be read ({error.strerror}): let Callbank's user read it."
            ) from error
    return texts


def check(home: Path, at: float) -> Finding:
    """Doctor's line about the rules: can they be read, and is one past its review?"""
    try:
        book = rule_book(home)
    except CallbankError as error:
        return fail("rules", str(error), "mend the file: nothing is dialed before")
    says = f"version {book.version}, {len(book.in_force(at))} rules in force"
    stale = book.stale_rules(at)
    if stale:
        return warn(
            "rules",
            f"{says}; {len(stale)} past review: {_first_ids([rule.id for rule in stale])}",
            "automated dialing stops where they hold: update Callbank, or let somebody answer for"
            " them (./callbank compliance sign-on)",
        )
    soon = [rule.id for rule in book.in_force(at) if book.stale_from(rule) <= at + SOON_S]
    if soon:
        return warn(
            "rules",
            f"{says}; {len(soon)} to be reviewed within 30 days: {_first_ids(soon)}",
            "update Callbank, or have counsel look at them (./callbank compliance rules)",
        )
    return ok("rules", f"{says}, none past its review")


def _first_ids(ids: list[str]) -> str:
    shown = ", ".join(ids[:3])
    return shown if len(ids) <= 3 else f"{shown} and {len(ids) - 3} more"
