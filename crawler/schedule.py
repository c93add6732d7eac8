"""When to look again: a source by its interval, an article while it may change."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

#: Ages at which an article is visited again; edits are news of their own.
REVISITS = tuple(
    timedelta(minutes=m) for m in (15, 60, 4 * 60, 24 * 60, 72 * 60, 7 * 24 * 60)
)
#: Bounds of any wait, whatever the server asks for.
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=1)
GIVE_UP = 6


def next_article_check(
    first_seen: str, now: str, failures: int = 0, retry_after: int | None = None
) -> str | None:
    """Return when to visit an article again (UTC), or None for never.

    Revisits at 15 min, 1 h, 4 h, 24 h, 72 h and 7 d of age; failures double the wait
    and end after `GIVE_UP`.
    """
    at = _instant(now)
    if failures:
        if failures >= GIVE_UP:
            return None
        return _stamp(at + _wait(timedelta(minutes=15) * 2**failures, retry_after))
    born = _instant(first_seen)
    return next((_stamp(born + age) for age in REVISITS if born + age > at), None)


def next_source_check(
    now: str,
    interval: int,
    failures: int = 0,
    retry_after: int | None = None,
    *,
    chance: random.Random | None = None,
) -> str:
    """Return when a listing is due again: interval, longer after failures, ±10 %."""
    jitter = (chance or random.Random()).uniform(0.9, 1.1)
    wait = timedelta(seconds=interval) * (1 + min(failures, 8))
    return _stamp(_instant(now) + _wait(wait, retry_after) * jitter)


def next_attempt(now: str, openings: int, retry_after: int | None = None) -> str:
    """Return until when a source that refused is left alone.

    For as long as it said; else an hour, twice as long each time, a day at most.
    """
    hours = timedelta(hours=2 ** min(openings - 1, 5))
    wait = hours if retry_after is None else timedelta()
    return _stamp(_instant(now) + _wait(wait, retry_after))


def _wait(wait: timedelta, retry_after: int | None) -> timedelta:
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=min(max(retry_after, 0), 10**6)))
    return min(max(wait, SHORTEST), LONGEST)


def _instant(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
