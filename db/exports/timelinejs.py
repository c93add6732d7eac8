"""TimelineJS3's JSON: an event per change of status, and one when it should happen.

The format is https://timeline.knightlab.com/docs/json-format.html; its texts are HTML,
so all that the web wrote is escaped here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup, escape

from db.exports import words
from db.exports.timeline import Timeline, current_dates, spoken
from molva.chronology import day_of
from molva.model import Claim, EventDate, Evidence, StatusChange

_LINK = Markup('<a href="{}" rel="noopener noreferrer nofollow ugc">{}</a>')
_LINE = Markup("<p>{}</p>")
_QUOTE = Markup('<blockquote lang="{}">{}</blockquote>')


def timelinejs(timeline: Timeline) -> str:
    """Return the timeline as TimelineJS reads it; groups are statuses and due dates."""
    events = [
        event
        for claim in timeline.by_first_said()
        for event in _events(timeline, claim)
    ]
    document = {
        "title": {
            "text": {"headline": str(escape(words.plain(timeline.title)))},
            "unique_id": "title",
        },
        "events": events,
        "scale": "human",
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _events(timeline: Timeline, claim: Claim) -> Iterator[dict[str, Any]]:
    for place, change in enumerate(claim.changes):
        if day := day_of(change.changed_at):
            yield {
                "unique_id": f"{claim.id}-{place}",
                "start_date": _day(date.fromisoformat(day)),
                "display_date": timeline.words.day(day),
                "group": timeline.words.STATUS[change.new][1],
                "text": _changed(timeline, claim, change),
                "autolink": False,
            }
    for value in current_dates(claim)[:1]:
        yield {
            "unique_id": f"{claim.id}-due",
            **_span(value),
            "display_date": words.capital(
                timeline.words.span(value.earliest, value.latest)
            ),
            "group": timeline.words.text("expected_group"),
            "text": _due(timeline, claim, value),
            "autolink": False,
        }


def _changed(timeline: Timeline, claim: Claim, change: StatusChange) -> dict[str, str]:
    say = timeline.words
    cause = next(
        (e for e in claim.evidence if e.report.id == change.report_id), spoken(claim)
    )
    sign, word = say.STATUS[change.new]
    why = words.capital(say.rule_words(change.rule))
    told = [_LINE.format(f"{sign} {word}. {why}.")]
    if cause is not None:
        who = f"{timeline.chain(cause)} ({say.voice(cause)})"
        told += [_LINE.format(who), *_quoted(say, claim, cause)]
    told += _links(timeline, claim, cause)
    return _text(words.plain(claim.text), told)


def _due(timeline: Timeline, claim: Claim, value: EventDate) -> dict[str, str]:
    told = [_LINE.format(timeline.words.badge(claim))]
    told.append(_LINE.format(timeline.words.when(value)))
    told += _links(timeline, claim, spoken(claim))
    return _text(words.plain(claim.text), told)


def _quoted(say: words.Words, claim: Claim, item: Evidence) -> list[Markup]:
    said = item.statement
    if said.text == claim.text:
        return []
    return [_QUOTE.format(said.lang, say.quote(said.text))]


def _links(timeline: Timeline, claim: Claim, item: Evidence | None) -> list[Markup]:
    found = []
    if item is not None and (url := words.link(item.report.url)):
        title = words.plain(item.report.title) or timeline.words.text("read_there")
        found.append(_LINE.format(_LINK.format(url, title)))
    if page := timeline.page(claim):
        link = _LINK.format(page, timeline.words.text("claim_page"))
        found.append(_LINE.format(link))
    return found


def _text(headline: str, told: list[Markup]) -> dict[str, str]:
    return {"headline": str(escape(headline)), "text": str(Markup("").join(told))}


def _span(value: EventDate) -> dict[str, Any]:
    """Return start and end; a whole year or month is said by leaving the rest out.

    An open end leaves the day that is known.
    """
    first = date.fromisoformat(value.earliest or value.latest or "")
    last = date.fromisoformat(value.latest or value.earliest or "")
    after = last + timedelta(days=1) if last < date.max else last
    if first.day == 1 and after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        if months == 1:
            return {"start_date": {"year": first.year, "month": first.month}}
        if months == 12 and first.month == 1:
            return {"start_date": {"year": first.year}}
    if first == last:
        return {"start_date": _day(first)}
    return {"start_date": _day(first), "end_date": _day(last)}


def _day(value: date) -> dict[str, int]:
    return {"year": value.year, "month": value.month, "day": value.day}
