"""One rules file as rules and duties, with every mistake named by file and row.

The rule book calls `read_file`; what is wrong between rows is `rule_history`'s to find.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dialer.compliance.checklist import Duty, read_duty
from dialer.compliance.rule import Basis, Rule
from dialer.compliance.rule_rows import OWN, RowError, name_of, read_row
from dialer.yaml_text import Listed, Mapped, Scalar, TextError, Value, parse

_KEYS = ("version", "rules", "checklist")


class RuleBookError(ValueError):
    """Rules that cannot be judged by; `mistakes` has a sentence for each."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What one file says."""

    version: date
    rules: tuple[Rule, ...]
    duties: tuple[Duty, ...]


def read_file(name: str, text: str, *, is_own: bool = False) -> Page:
    """The file's content. `is_own`: an operator's file, which may hold policy alone.

    Raises RuleBookError with a sentence for each row that is wrong.
    """
    try:
        page = _page(parse(text))
        version = _version(page)
        rows, duty_rows = _listed(page, "rules"), _listed(page, "checklist")
    except (TextError, RowError) as error:
        raise RuleBookError([f"{name}: {error}."]) from error
    rules, duties, found = [], [], []
    for row in rows:
        try:
            rules.append(_own(read_row(row), is_own))
        except RowError as error:
            found.append(f"{name}: {name_of(row)} {error}.")
    for row in duty_rows:
        try:
            duties.append(read_duty(row))
        except RowError as error:
            found.append(f"{name}: the duty on line {row.line} {error}.")
    if found:
        raise RuleBookError(found)
    return Page(version=version, rules=tuple(rules), duties=tuple(duties))


def _page(value: Value | None) -> Mapped:
    if not isinstance(value, Mapped):
        raise RowError(
            "the file holds no rules: write `version: 2027-01-31`, then `rules:` and rows"
        )
    for key in value.items:
        if key not in _KEYS:
            raise RowError(f"the file has an unknown key, {key}: use {', '.join(_KEYS)}")
    return value


def _version(page: Mapped) -> date:
    value = page.items.get("version")
    text = value.text if isinstance(value, Scalar) else ""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RowError(
            f"the file's version is no date ({text or 'none is given'}): write one like 2027-01-31"
        ) from None


def _listed(page: Mapped, key: str) -> tuple[Value, ...]:
    value = page.items.get(key)
    if value is None or (isinstance(value, Scalar) and value.is_nothing):
        return ()
    if not isinstance(value, Listed):
        raise RowError(f"{key} on line {value.line} is no list: begin each row with `- `")
    return value.items


def _own(rule: Rule, is_own: bool) -> Rule:
    """The rule, if it stands where it may."""
    if is_own and not rule.id.startswith(OWN):
        raise RowError(f"is a rule of your own: let its id begin with {OWN}")
    if rule.id.startswith(OWN):
        if rule.basis is not Basis.POLICY:
            raise RowError(f"is of basis {rule.basis}: a rule of your own is of basis policy")
        if rule.supersedes and not rule.supersedes.startswith(OWN):
            raise RowError(
                f"supersedes {rule.supersedes}, which is not yours: a policy can only add to the"
                " law, so leave supersedes out"
            )
    elif rule.supersedes.startswith(OWN):
        raise RowError(f"supersedes {rule.supersedes}, an operator's own rule: leave it out")
    return rule
