"""iCalendar (RFC 5545): what should happen when, as whole-day events."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

from db.exports import words
from db.exports.timeline import Timeline, current_dates, spoken
from molva.model import Claim, EventDate

_STATUS = {
    "rumor": "TENTATIVE",
    "disputed": "TENTATIVE",
    "confirmed": "CONFIRMED",
    "denied": "CANCELLED",
}


def ics(timeline: Timeline) -> str:
    """Return an event per claim that has a date; an uncertain date is a span of days.

    An open end leaves the day that is known: the deadline, or the earliest day.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Molva//Timeline//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", words.plain(timeline.title))
    for claim in timeline.by_first_said():
        for value in current_dates(claim)[:1]:
            calendar.add_component(_event(timeline, claim, value))
    return str(calendar.to_ical().decode("utf-8"))


def _event(timeline: Timeline, claim: Claim, value: EventDate) -> Event:
    first = date.fromisoformat(value.earliest or value.latest or "")
    last = date.fromisoformat(value.latest or value.earliest or "")
    say = timeline.words
    event = Event()
    event.add("uid", f"{claim.id}@molva")
    # The day of the export, so that the same timeline gives the same file.
    event.add("dtstamp", datetime.combine(timeline.as_of, time(0), UTC))
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", f"{say.STATUS[claim.status][1]}: {words.plain(claim.text)}")
    event.add("status", _STATUS[claim.status])
    event.add("categories", [claim.status])
    event.add("transp", "TRANSPARENT")
    event.add("description", f"{say.badge(claim)}. {say.when(value)}")
    item = spoken(claim)
    if item is not None and (url := words.link(item.report.url)):
        event.add("url", url)
    return event
