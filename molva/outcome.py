"""Did it come true? What became of claims about the future, and how far dates slipped.

Only what is on the record counts as done: a rumor never ages into a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from molva.chronology import day, days_between, standing
from molva.deeds import CHANGES
from molva.model import ClaimValue, EventDate, Evidence, Outcome, Status
from molva.status import authority, is_own_voice, voices
from molva.values import COSTS, ON_RECORD, PHYSICAL, strength
from molva.words import has_rate, is_begun

#: What something costs, holds or measures: no day comes on which it is done.
_ATTRIBUTES = COSTS | PHYSICAL | {"capacity", "capitalization", "volume", "population"}
#: Deeds that take long: to begin one is not to have done it.
_LONG = frozenset({"built", "modernized", "developed", "demolished"})


def outcome(
    evidence: Iterable[Evidence],
    values: Sequence[ClaimValue],
    status: Status,
    as_of: date,
) -> Outcome | None:
    """Return what became of a claim by the end of the day `as_of`.

    None for claims about the past and about attributes, which have no outcome.
    """
    known = standing(evidence)
    if not any(is_about_future(item) for item in known):
        return None
    worth = [item for item in known if is_attribute(item)]
    if 2 * len(worth) > len(known) and worth[0] is known[0]:
        return None
    promised = _first_promise(known)
    done = _done_on(known)
    if done is not None and status == "confirmed":
        return "fulfilled" if promised is None or done <= promised else "late"
    if status == "denied":
        return "missed"
    due = due_on(values)
    if due is not None and due < as_of.isoformat():
        return "overdue"
    moved = _promises(known)
    return "late" if moved and promised and max(moved) > promised else "open"


def is_about_future(item: Evidence) -> bool:
    """Say whether a statement is about what is still to happen when it is made."""
    statement = item.statement
    if statement.modality in ("plan", "forecast"):
        return True
    today, dates = day(item.report), statement.asserted().dates
    if statement.modality == "fact":
        # "the launch has been put off to 2028"
        starts = [given.earliest for given in dates if given.earliest]
        return today is not None and max(starts, default="") > today
    ends = [given.latest for given in dates if given.latest]
    is_open = not ends or today is None or max(ends) >= today
    return statement.modality == "possibility" and is_open


def is_attribute(item: Evidence) -> bool:
    """Say whether a statement only tells a price, a capacity, a size or a rate."""
    said = item.statement.asserted()
    if not said.figures or any(given.latest for given in said.dates):
        return False
    if has_rate(said.text, said.lang):
        return True
    measures = {figure.measure for figure in said.figures}
    if said.act in CHANGES:
        # no deed of its own, but a price that rises is one (of fares)
        return measures <= _ATTRIBUTES - {"priced"}
    is_deed = said.act is not None and said.act not in _ATTRIBUTES
    return measures <= _ATTRIBUTES and not is_deed


def due_on(values: Iterable[ClaimValue]) -> str | None:
    """Return the latest day that the current dates allow, None if open.

    A date that was past when it was named is that of something else ("… the concept
    shown in 2020").
    """
    ends = [
        v.value.latest
        for v in values
        if v.is_current
        and isinstance(v.value, EventDate)
        and v.value.latest
        and v.value.latest >= (v.said_at or "")[:10]
    ]
    return max(ends, default=None)


def slips(evidence: Iterable[Evidence]) -> tuple[int, int]:
    """Return how often a claim's date moved back, and by how many days in all.

    Dates on the record are compared with each other only, once there are any.
    """
    known = standing(evidence)
    ends = _promises(known) or _ends(known)
    moves = [
        days_between(before, after)
        for before, after in pairwise(ends)
        if after > before
    ]
    return len(moves), sum(moves)


def _first_promise(evidence: Sequence[Evidence]) -> str | None:
    """Return the latest day of the first date on the record."""
    return next(iter(_promises(evidence)), None)


def _promises(evidence: Sequence[Evidence]) -> list[str]:
    """Return the last days of the dates on the record, in order of speaking."""
    return _ends([item for item in evidence if strength(item) == ON_RECORD])


def _ends(evidence: Sequence[Evidence]) -> list[str]:
    ends = (_end(item) for item in evidence)
    return [end for end in ends if end is not None]


def _end(item: Evidence) -> str | None:
    """Return the last of the days that one statement names."""
    dates = item.statement.asserted().dates
    return max((given.latest for given in dates if given.latest), default=None)


def _done_on(evidence: Sequence[Evidence]) -> str | None:
    """Return the day by which the claim was attested as done, None if it was not.

    That is the day the statement names, else the day of its report.
    """
    done = [item for item in evidence if _is_done(item)]
    if not any(authority(item.statement) for item in done):
        said = voices(evidence)
        if not (said.is_silent and len(said.outlets) >= 2):
            return None
    return min((_day_done(item) for item in done), default=None)


def _is_done(item: Evidence) -> bool:
    statement = item.statement
    if item.direction != "supports" or statement.modality != "fact":
        return False
    if not (authority(statement) or is_own_voice(item)):
        return False
    if statement.act in _LONG and is_begun(statement.text, statement.lang):
        return False
    today, end = day(item.report), _end(item)
    return end is None or today is None or _start(item) <= today


def _start(item: Evidence) -> str:
    dates = item.statement.asserted().dates
    return min((d.earliest or d.latest or "" for d in dates), default="")


def _day_done(item: Evidence) -> str:
    today = day(item.report) or "9999-12-31"
    return min(_end(item) or today, today)
