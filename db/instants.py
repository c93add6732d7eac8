"""Instants as text: what an outlet wrote, and the same in UTC so that it sorts."""

from __future__ import annotations

from datetime import UTC, date, datetime


def utc(text: str | None) -> str | None:
    """Return an ISO 8601 instant as `2022-07-20T09:00:00Z`; None if unreadable.

    A date without a time counts from its midnight, an instant without an offset
    as UTC.
    """
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    try:
        return _format(instant.astimezone(UTC))
    except OverflowError:  # year 1 or 9999, moved past the calendar's end
        return None


def is_day(text: str) -> bool:
    """Say whether a text begins with a day as `2022-07-20` is one."""
    try:
        return date.fromisoformat(text[:10]).isoformat() == text[:10]
    except ValueError:
        return False


def now() -> str:
    """Return this second in UTC."""
    return _format(datetime.now(UTC))


def _format(instant: datetime) -> str:
    return instant.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
