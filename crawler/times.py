"""Publication times as pages and feeds write them; the outlet's own offset is kept."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(.*)")
_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")
#: Longer waits are cut (seconds).
MAX_WAIT = 30 * 86400
_YEARS = range(1990, 2101)


def parse(value: str | None, *, zone: str | None = None) -> str | None:
    """Return an ISO 8601 instant (or a bare day), or None if `value` is no time.

    Understands ISO 8601, RFC 822, compact `yyyyMMddTHHmm` and Unix time in seconds or
    milliseconds. Times without an offset get that of `zone` where it is given, and
    stay without one otherwise.
    """
    if not value or len(value) > 100:
        return None
    text = value.strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text if _day(text) else None
    moment = _epoch(text) or _iso(text) or _rfc822(text)
    if moment is None or moment.year not in _YEARS:
        return None
    if moment.tzinfo is None and zone:
        moment = _placed(moment, zone)
    return moment.isoformat(timespec="seconds")


def is_later(stamp: str | None, than: str | None) -> bool:
    """Say whether an instant is not before another; what cannot be compared is."""
    if not stamp or not than or len(stamp) <= 10 or len(than) <= 10:
        return bool(stamp)
    one, other = datetime.fromisoformat(stamp), datetime.fromisoformat(than)
    if (one.tzinfo is None) != (other.tzinfo is None):
        return True
    return one.replace(second=0) >= other.replace(second=0)


def seconds_until(value: str | None, *, now: datetime | None = None) -> int | None:
    """Return the seconds that a Retry-After header asks for: a number or a date."""
    if not value:
        return None
    if value.strip().isdecimal():
        return min(int(value.strip()[:10]), MAX_WAIT)
    moment = _rfc822(value)
    if moment is None:
        return None
    wait = moment.replace(tzinfo=moment.tzinfo or UTC) - (now or datetime.now(UTC))
    return min(max(int(wait.total_seconds()), 0), MAX_WAIT)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _epoch(text: str) -> datetime | None:
    if not re.fullmatch(r"1\d{9}(?:\d{3})?", text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _iso(text: str) -> datetime | None:
    if match := _COMPACT.fullmatch(text):
        year, month, day, hour, minute, second, rest = match.groups()
        text = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{rest}"
    try:
        return datetime.fromisoformat(_OFFSET.sub(r"\1:\2", text.replace(" +", "+")))
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _placed(moment: datetime, zone: str) -> datetime:
    try:
        return moment.replace(tzinfo=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return moment
