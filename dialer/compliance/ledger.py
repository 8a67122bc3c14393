"""The abandonment ledger of a legal campaign: what its windows hold, and what they still allow.

A *pool* is the campaigns of one legal campaign: their calls are counted together. A *tally* is
what their answered calls in one period count as, by the country that was called. The stores count
the tallies; everything that follows from them is worked out here, for the governor's feed
(runtime/watch.py), the gauges and `compliance ledger` alike.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from dialer.compliance.abandonment import (
    Audit,
    Counts,
    Formula,
    Rate,
    machine_error_bound,
    machine_errors,
    rate_of,
)
from dialer.compliance.periods import (
    ELSEWHERE,
    PROFILES,
    Period,
    WindowRule,
    block_at,
    period_of,
)
from dialer.domain.budget import BudgetWindow
from dialer.domain.campaign import Campaign
from dialer.domain.value import value

Tally = Mapping[str, Counts]

NOTHING = Counts()


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """The campaigns whose calls are counted together, and the strictest of their settings."""

    legal_campaign: str
    campaign_ids: tuple[int, ...]
    names: tuple[str, ...]
    limit: float
    default_bound: float

    @classmethod
    def of(cls, campaign: Campaign, all_campaigns: Iterable[Campaign]) -> "Pool":
        """The campaign's pool; finished campaigns are part of it."""
        its = campaign.legal_campaign
        members = [one for one in all_campaigns if one.legal_campaign == its] or [campaign]
        members.sort(key=lambda one: one.id)
        return cls(
            legal_campaign=its,
            campaign_ids=tuple(one.id for one in members),
            names=tuple(one.name for one in members),
            limit=min(one.limits.abandon_limit for one in members),
            default_bound=max(one.limits.machine_error_bound for one in members),
        )


@value
class LedgerWindow:
    """One window of one country: what was counted in it, with the law's limit and ours."""

    country: str
    rule: WindowRule
    period: Period
    counts: Counts
    bound: float  # f_u
    our_limit: float

    @property
    def name(self) -> str:
        """The window's name; other countries' than the usual one's with the country before it."""
        return self.rule.name if self.country == ELSEWHERE else f"{self.country}.{self.rule.name}"

    @property
    def limit(self) -> float:
        """The limit that binds: the stricter of the law's and ours."""
        return min(self.rule.limit, self.our_limit)

    @property
    def errors(self) -> Fraction:
        """E."""
        return machine_errors(self.counts.screened_out, self.bound)

    @property
    def rate(self) -> Rate:
        """By the window's own formula."""
        return rate_of(self.rule.formula, self.counts, self.errors)

    @property
    def strict_rate(self) -> Rate:
        """The same, with those who left before the clock ran out held against us."""
        return rate_of(self.rule.formula, self.counts, self.errors, is_strict=True)

    @property
    def left(self) -> int:
        """How many more people may be abandoned."""
        return self.rate.left(self.limit)

    def budget(self) -> BudgetWindow:
        """What the governor reads: whole people, machine errors not yet counted in."""
        counts = self.counts
        if self.rule.formula is Formula.UK:
            lost = ceil(rate_of(Formula.UK, counts, Fraction(0)).abandoned)
            connected = counts.uk_connected
        else:
            lost, connected = counts.abandoned + counts.unknown, counts.connected
        return BudgetWindow(
            name=self.name,
            answered=connected + lost,
            abandoned=lost,
            machines=counts.screened_out,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LegalLedger:
    """All windows of a legal campaign at an instant."""

    pool: Pool
    at: float
    audit: Audit
    bound: float  # f_u: of the audits, or the default
    windows: tuple[LedgerWindow, ...]

    def budgets(self) -> tuple[BudgetWindow, ...]:
        """The windows that gate."""
        return tuple(window.budget() for window in self.windows if window.rule.is_gate)


def periods_at(
    anchor_at: float | None, now: float, countries: Iterable[str] = PROFILES
) -> tuple[Period, ...]:
    """Every period that the profile of one of the countries may ask for. The block is the one that
    lies in succession from the anchor: the first call, or the end of the last frozen block."""
    block = block_at(anchor_at, now)
    return tuple(
        dict.fromkeys(
            period_of(rule, profile.zone, block, now)
            for profile in map(PROFILES.__getitem__, countries)
            for rule in profile.windows
        )
    )


def ledger_of(
    pool: Pool,
    anchor_at: float | None,
    tallies: Mapping[Period, Tally],
    audit: Audit,
    now: float,
) -> LegalLedger:
    """The ledger from the tallies of `periods_at`, for the countries that were called."""
    block = block_at(anchor_at, now)
    bound = machine_error_bound(audit, pool.default_bound)
    windows = []
    for country in _countries(tallies, block):
        profile = PROFILES[country]
        for rule in profile.windows:
            period = period_of(rule, profile.zone, block, now)
            windows.append(
                LedgerWindow(
                    country=country,
                    rule=rule,
                    period=period,
                    counts=tallies.get(period, {}).get(country, NOTHING),
                    bound=bound,
                    our_limit=pool.limit,
                )
            )
    return LegalLedger(pool=pool, at=now, audit=audit, bound=bound, windows=tuple(windows))


def _countries(tallies: Mapping[Period, Tally], block: Period) -> list[str]:
    """Countries with calls in the block; before any call the usual one."""
    called = tallies.get(block, {})
    return [country for country in PROFILES if country in called] or [ELSEWHERE]


@dataclass(frozen=True, kw_only=True, slots=True)
class FrozenBlock:
    """A 30-day block that is over, as it is kept."""

    legal_campaign: str
    country: str
    period: Period
    campaign_ids: tuple[int, ...]
    counts: Counts
    audit: Audit
    bound: float
    frozen_at: float

    @property
    def errors(self) -> Fraction:
        """E."""
        return machine_errors(self.counts.screened_out, self.bound)

    def rate(self, formula: Formula, *, is_strict: bool = False) -> float:
        """The block's rate by a formula."""
        return float(rate_of(formula, self.counts, self.errors, is_strict=is_strict).share)


def frozen_blocks(
    pool: Pool, period: Period, tally: Tally, audit: Audit, now: float
) -> tuple[FrozenBlock, ...]:
    """The block of each country that was called; without any call one that is empty."""
    countries = [country for country in PROFILES if country in tally] or [ELSEWHERE]
    return tuple(
        FrozenBlock(
            legal_campaign=pool.legal_campaign,
            country=country,
            period=period,
            campaign_ids=pool.campaign_ids,
            counts=tally.get(country, NOTHING),
            audit=audit,
            bound=machine_error_bound(audit, pool.default_bound),
            frozen_at=now,
        )
        for country in countries
    )
