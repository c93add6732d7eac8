"""Changes of status as entries of a feed, shared by Atom and JSON Feed."""

from __future__ import annotations

from dataclasses import dataclass

from db.exports import words
from db.exports.timeline import Timeline
from db.instants import utc
from molva.model import Claim, StatusChange


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: `at` is UTC, `id` stays the same for ever."""

    id: str
    at: str
    title: str
    summary: str
    url: str | None
    status: str


def entries(timeline: Timeline) -> list[Entry]:
    """Return every dated change of status, the newest first."""
    found = [
        _entry(timeline, claim, position, change)
        for claim in timeline.by_first_said()
        for position, change in enumerate(claim.changes)
        if utc(change.changed_at)
    ]
    return sorted(found, key=lambda entry: (entry.at, entry.id), reverse=True)


def _entry(
    timeline: Timeline, claim: Claim, position: int, change: StatusChange
) -> Entry:
    reports = {item.report.id: item.report for item in claim.evidence}
    report = reports.get(change.report_id or "")
    who = change.actor
    if change.actor == "rules" and report is not None:
        who = timeline.outlet(report.source)
    say = timeline.words
    summary = say.text(
        "change" if change.old else "first_status",
        who=who,
        day=say.day(change.changed_at),
        old=say.status(change.old) if change.old else "",
        new=say.status(change.new),
        why=say.rule_words(change.rule),
    )
    return Entry(
        id=f"urn:molva:{claim.id}:{position}",
        at=utc(change.changed_at) or "",
        title=f"{say.STATUS[change.new][1]}: {words.plain(claim.text)}",
        summary=words.plain(summary),
        url=words.link(report.url) if report else None,
        status=change.new,
    )
