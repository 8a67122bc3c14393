"""Instants: seconds since the epoch in the code, timestamptz with microseconds in the database."""

from datetime import UTC, datetime


def moment(at: float) -> datetime:
    """The instant as the driver wants it."""
    return datetime.fromtimestamp(at, UTC)


def seconds(value: datetime | None) -> float | None:
    """The instant as the code wants it."""
    return None if value is None else value.timestamp()
