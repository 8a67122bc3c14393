"""A campaign's settings and figures as plain text, for `campaign show` and `campaign status`."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from dialer.cli.campaign_destinations import destinations_text
from dialer.domain.campaign import Campaign
from dialer.engine.view import standing_in_words
from dialer.storage.figures import CampaignFigures


def settings_text(campaign: Campaign) -> str:
    """One setting a line."""
    values = asdict(campaign) | {"destinations": destinations_text(campaign.destinations)}
    return "\n".join(f"{name:32} {value}" for name, value in _settings(values))


def _settings(values: dict[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _settings(value, f"{name}.")
        elif isinstance(value, tuple):
            yield prefix + name, ", ".join(map(str, value))
        else:
            yield prefix + name, str(value)


def figures_text(figures: CampaignFigures, abandon_limit: float) -> str:
    """The figures as lines."""
    ended = ", ".join(f"{count:,} {name}" for name, count in figures.attempts.items() if count)
    bridge = ", ".join(
        f"{name} {_shown(value, ' ms')}" for name, value in figures.bridge_ms.items()
    )
    rate = "none yet" if figures.abandon_rate is None else f"{figures.abandon_rate:.2%}"
    share = "none yet" if figures.utilisation is None else f"{figures.utilisation:.1%}"
    return "\n".join(
        (
            f"  attempts        {sum(figures.attempts.values()):,} ended"
            + (f" ({ended})" if ended else "")
            + f", {figures.open_attempts:,} open",
            f"  people          {figures.answered:,} answered, {figures.connected:,} connected, "
            f"{figures.abandoned:,} abandoned",
            f"  abandon rate    {rate} of at most {abandon_limit:.0%}",
            f"  answer to agent {bridge}",
            f"  agents          utilisation {share}, mean wait {_shown(figures.wait_s_mean, ' s')}",
            f"  double dials    {figures.double_dials}",
            *_wishes(figures.waiting_by_language),
        )
    )


def _wishes(waiting: Mapping[str, int]) -> Iterator[str]:
    """Nothing where nobody wants another language."""
    if waiting:
        told = ", ".join(f"{count:,} {language}" for language, count in waiting.items())
        yield f"  other language  {told} wait for a volunteer who speaks it"


def _shown(value: float | None, unit: str) -> str:
    return "none yet" if value is None else f"{value:,.1f}{unit}"


def live_text(live: Mapping[str, Any]) -> Iterator[str]:
    """What it does now, from the daemon, as lines."""
    standing = standing_in_words(
        live["agents_at_work"], live["utilisation"], live["reachable"]
    )
    if standing:
        yield f"  now             {standing}"
    if live["has_message_failed"]:
        yield "  message         cannot be played: one line for one agent until it is mended"
    yield f"  pacing          {live['last_decision']}"
