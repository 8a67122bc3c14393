"""What an auditor's bundle is asked for, and what is noted while it is written. For bundle.py."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dialer.compliance.proof import Walked
from dialer.storage.named import load_queries

SQL = load_queries(Path(__file__).with_name("bundle.sql"))


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleWish:
    """Of the campaign `campaign_id`, from `since` until before `until` (seconds UTC)."""

    campaign_id: int
    campaign: str
    since: float
    until: float
    by: str
    reason: str
    exported_at: float
    sounds: Path  # where message-<version>.wav and message-<campaign id>.wav lie


@dataclass(kw_only=True, slots=True)
class Told:
    """What was found on the way, for the manifest and the page."""

    first: int = 0
    last: int = -1
    rule_sets: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    refusals: Counter[str] = field(default_factory=Counter)
    walked: Walked = field(default_factory=Walked)
    chain: dict[str, object] = field(default_factory=dict)


def said(at: float) -> str:
    """An instant as files have it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
