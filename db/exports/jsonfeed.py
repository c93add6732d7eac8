"""JSON Feed 1.1: one item per change of status."""

from __future__ import annotations

import json

from db.exports.changes import Entry, entries
from db.exports.timeline import Timeline


def jsonfeed(timeline: Timeline) -> str:
    """Return the changes of status as a JSON Feed (jsonfeed.org/version/1.1)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": timeline.title,
        "items": [_item(entry) for entry in entries(timeline)],
    }
    return json.dumps(feed, ensure_ascii=False, indent=2) + "\n"


def _item(entry: Entry) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.id,
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": entry.at,
        "tags": [entry.status],
    }
    if entry.url:
        item["external_url"] = entry.url
    return item
