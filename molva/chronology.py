"""When a report spoke: the order in which evidence counts.

Reports of one day are ordered by their instants; reports that give the same instant, or
only the same date, have no order, and nothing may depend on which of them came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import groupby

from molva.model import Evidence, ReportHead

#: After every date: a report of which nobody knows when it appeared.
_LAST = ("9999-99-99", 0.0)

Moment = tuple[str, float]


def moment(head: ReportHead) -> Moment:
    """Return the sort key of a report: its own local day, then its instant.

    Falls back to the time it was first seen where the page gave no time.
    """
    return moment_of(head.published or head.seen_at)


@lru_cache(maxsize=65536)
def moment_of(stamp: str | None) -> Moment:
    """Return the sort key of an ISO date or time; a bare date comes before its hours.

    None and what is no ISO date come last.
    """
    if not stamp or (day_of(stamp) is None):
        return _LAST
    if len(stamp) <= len("2022-07-20"):
        return stamp, float("-inf")
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp[:10], float("-inf")
    return stamp[:10], (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def instant_of(stamp: str) -> float:
    """Return an ISO date or time in seconds, a bare date as the end of its day.

    What is no ISO date is before everything.
    """
    is_bare = len(stamp) <= len("2022-07-20")
    try:
        at = datetime.fromisoformat(f"{stamp}T23:59:59" if is_bare else stamp)
    except ValueError:
        return float("-inf")
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def day(head: ReportHead) -> str | None:
    """Return the local day of a report (YYYY-MM-DD), by first seen if need be."""
    return day_of(head.published or head.seen_at)


def day_of(stamp: str | None) -> str | None:
    """Return the day of an ISO date or time, None where there is none."""
    try:
        return date.fromisoformat((stamp or "")[:10]).isoformat()
    except ValueError:
        return None


def in_order(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Sort evidence by report, then by id, so that arrival leaves no trace."""
    return sorted(evidence, key=_order)


def by_moment(evidence: Iterable[Evidence]) -> list[list[Evidence]]:
    """Group evidence into the moments at which it was published, oldest first."""
    ordered = in_order(evidence)
    return [list(group) for _, group in groupby(ordered, lambda e: moment(e.report))]


def standing(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return the evidence of reports that were not withdrawn, in order."""
    return in_order(e for e in evidence if not e.report.is_withdrawn)


def days_between(first: str, last: str) -> int:
    """Return the number of days from one ISO day to another (negative if earlier)."""
    return (date.fromisoformat(last[:10]) - date.fromisoformat(first[:10])).days


def _order(evidence: Evidence) -> tuple[Moment, str, int, str]:
    statement = evidence.statement
    return moment(evidence.report), evidence.report.id, statement.start, statement.id


def latest(evidence: Sequence[Evidence]) -> Moment:
    """Return the moment of the newest evidence."""
    return max((moment(e.report) for e in evidence), default=_LAST)
