"""The words that exports and pages use: statuses, dates and who says so, in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from db.exports.timeline import Timeline
from molva.chronology import in_order
from molva.model import Claim, ClaimValue, EventDate, Evidence, SourceType, Status
from molva.origins import roots
from molva.status import RULE_WORDS

#: Status → a sign that differs in shape, and the word.
STATUS: dict[Status, tuple[str, str]] = {
    "rumor": ("○", "Rumor"),
    "confirmed": ("●", "Confirmed"),
    "denied": ("✕", "Denied"),
    "disputed": ("◐", "Disputed"),
}
OUTCOME: dict[str, str] = {
    "open": "still open",
    "fulfilled": "came true",
    "late": "came late",
    "missed": "did not happen",
    "overdue": "overdue",
}
VOICE: dict[SourceType, str] = {
    "official": "on the record, with authority over the matter",
    "expert": "on the record, named",
    "document": "an unpublished document",
    "anonymous": "unnamed",
    "media": "another outlet",
    "unattributed": "in its own words",
}
CREDIBILITY: dict[int, str] = {
    1: "confirmed",
    2: "several independent origins",
    3: "one origin, a named speaker or several insiders",
    4: "disputed",
    5: "denied",
    6: "cannot be judged",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SEASONS = {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}
_SPACES = re.compile(r"\s+")


def plain(text: str | None) -> str:
    """Return text on one line without control signs or signs that turn its direction.

    Marks such as U+202E would let scraped words change how the rest of a page reads.
    """
    text = _SPACES.sub(" ", text or "").strip()
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


def link(url: str | None) -> str | None:
    """Return an address that is safe to link: http or https, no spaces or quotes."""
    if not url or not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return None
    return re.sub(r"[\s\"'<>`\\(){}|^\x00-\x20]", lambda m: f"%{ord(m[0]):02X}", url)


def day(text: str | None) -> str:
    """Return the day of an ISO instant, as the outlet wrote it: `20 July 2022`."""
    try:
        return _day(date.fromisoformat((text or "")[:10]))
    except ValueError:
        return "undated"


def _day(value: date) -> str:
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def span(earliest: str | None, latest: str | None) -> str:
    """Say in words between which days: `by 31 December 2022`, `July 2022`, `2024`."""
    first = date.fromisoformat(earliest) if earliest else None
    last = date.fromisoformat(latest) if latest else None
    if first is None or last is None:
        if last is not None:
            return f"by {_day(last)}"
        return f"from {_day(first)} on" if first is not None else ""
    if first == last:
        return _day(first)
    return _period(first, last) or f"{_day(first)} to {_day(last)}"


def _period(first: date, last: date) -> str | None:
    """Name a whole year, half, season, quarter or month."""
    after = last + timedelta(days=1)
    if first.day != 1 or after.day != 1:
        return None
    months = (after.year - first.year) * 12 + after.month - first.month
    if months == 1:
        return f"{_MONTHS[first.month - 1]} {first.year}"
    if months == 12 and first.month == 1:
        return str(first.year)
    if months == 3 and first.month % 3 == 1:
        return f"quarter {first.month // 3 + 1} of {first.year}"
    if months == 3 and (name := _SEASONS.get(first.month)):
        return f"{name} {first.year}"
    if months == 6 and first.month in (1, 7):
        return f"{'first' if first.month == 1 else 'second'} half of {first.year}"
    return None


def when(value: EventDate) -> str:
    """Return the verbatim date, with its days where the words do not give them."""
    days = span(value.earliest, value.latest)
    words = plain(value.text)
    return f"{words} ({days})" if days and days.lower() != words.lower() else words


def value_words(given: ClaimValue) -> str:
    """Return a figure or date as it is shown."""
    if isinstance(given.value, EventDate):
        return when(given.value)
    return plain(given.value.text)


def chain(timeline: Timeline, item: Evidence) -> str:
    """Say who says so, outermost first: `The Courier → Vedomosti → two insiders`."""
    return " → ".join(hops(timeline, item))


def hops(timeline: Timeline, item: Evidence) -> list[str]:
    """Return the outlet, the outlet it cites and the speaker, each name once."""
    said = item.statement.attribution
    found = [plain(timeline.outlet(item.report.source))]
    for name in map(plain, (said.outlet, said.source)):
        if name and name.casefold() not in {hop.casefold() for hop in found}:
            found.append(name)
    return found


def origin_letters(evidence: Sequence[Evidence]) -> dict[str, tuple[str, str]]:
    """Name the roots of evidence A, B, C … in order; (letter, name) by statement."""
    root = roots(evidence)
    letters: dict[str, str] = {}
    for item in in_order(evidence):
        place = len(letters)
        letter = chr(ord("A") + place) if place < 26 else str(place + 1)
        letters.setdefault(root[item.statement.id], letter)
    return {
        statement: (letters[name], name.partition(":")[2])
        for statement, name in root.items()
    }


def voice(item: Evidence) -> str:
    """Say in words what kind of speaker stands behind a piece of evidence."""
    said = item.statement.attribution
    words = VOICE[said.source_type]
    if said.source_type == "anonymous" and said.count:
        words += f", {said.count} {'person' if said.count == 1 else 'people'}"
    return words


def stance(item: Evidence) -> str:
    """Say how a piece of evidence bears on the claim."""
    if item.direction == "denies":
        return "denies it"
    if item.direction == "mentions":
        return "raises it" if item.statement.modality == "question" else "mentions it"
    return "says so"


def rule_words(rule: str) -> str:
    """Return a rule's name in words."""
    return RULE_WORDS.get(rule, rule.replace("-", " ").replace("_", " "))


def badge(claim: Claim) -> str:
    """Return sign and word of a claim's status, and what became of it."""
    sign, word = STATUS[claim.status]
    outcome = OUTCOME.get(claim.outcome or "")
    return f"{sign} {word}" + (f", {outcome}" if outcome else "")
