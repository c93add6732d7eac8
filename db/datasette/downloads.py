"""Timelines as files: how the exports of `db.exports` are handed out."""

from __future__ import annotations

import re
from urllib.parse import quote

from datasette.utils.asgi import Response

from db.exports import export
from db.exports.timeline import Timeline

#: Format → media type and the end of the file's name; others are plain text.
_MEDIA = {
    "md": ("text/markdown", "md"),
    "html": ("text/html", "html"),
    "json": ("application/json", "json"),
    "csv": ("text/csv", "csv"),
    "ics": ("text/calendar", "ics"),
    "atom": ("application/atom+xml", "atom"),
    "jsonfeed": ("application/feed+json", "feed.json"),
    "timelinejs": ("application/json", "timeline.json"),
    "claimreview": ("application/ld+json", "claims.jsonld"),
}
#: Formats that readers fetch again and again, not files to keep.
_FEEDS = ("atom", "jsonfeed")
#: Claims in one file; more is for the command line.
LIMIT = 2000


def answer(form: str, timeline: Timeline, name: str) -> Response:
    """Return a timeline as a file to keep, or as a feed."""
    media, end = _MEDIA.get(form, ("text/plain", form))
    headers = {}
    if form not in _FEEDS:
        file = re.sub(r"[^\w-]+", "-", name).strip("-") or "molva"
        headers["Content-Disposition"] = (
            f'attachment; filename="molva.{end}"; '
            f"filename*=UTF-8''{quote(file)}.{end}"  # RFC 6266: Cyrillic names too
        )
    return Response(
        export(form, timeline),
        headers=headers,
        content_type=f"{media}; charset=utf-8",
    )
