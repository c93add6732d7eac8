"""Timelines as files: the exports of `db.exports`, filtered by the address."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

from datasette.utils.asgi import Response
from sqlite_utils import Database

from db import store
from db.exports import export
from db.exports.timeline import Timeline
from molva.model import Claim

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
#: Filters of the address, as `store.list_claims` has them.
FILTERS = ("topic", "entity", "source", "status", "since", "until", "lang")
#: Claims in one file; more is for the command line.
_LIMIT = 2000


def timeline_of(
    conn: sqlite3.Connection,
    given: Mapping[str, str],
    lang: str,
    anonymous: str | None = None,
) -> Timeline | None:
    """Return the claims that an address asks for; None where there is no such claim.

    With `anonymous`, shown for their names, people's reasons are left out. Raises
    ValueError for a bad day.
    """
    db = Database(conn)
    chosen: dict[str, Any] = {
        name: value for name in FILTERS if (value := given.get(name))
    }
    as_of = given.get("as_of")
    if claim_id := given.get("claim"):
        ids = [claim_id]
    else:
        rows = store.list_claims(db, sort="first", limit=_LIMIT, **chosen)
        ids = [row["id"] for row in rows]
    claims = store.load_claims(db, ids)
    if given.get("claim") and not claims:
        return None
    return Timeline(
        title=_title(conn, chosen),
        as_of=date.fromisoformat(as_of) if as_of else date.today(),
        claims=tuple(_unsigned(told, anonymous) for told in claims),
        sources=store.load_sources(db),
        lang=lang,
    )


def _title(conn: sqlite3.Connection, chosen: Mapping[str, str]) -> str:
    if key := chosen.get("entity"):
        row = conn.execute("SELECT name FROM entity WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else key
    return chosen.get("topic") or chosen.get("source") or "Molva"


def _unsigned(claim: Claim, anonymous: str | None) -> Claim:
    """Return the claim without people's reasons, and `anonymous` for their names."""
    if anonymous is None:
        return claim
    changes = tuple(
        change
        if change.actor == "rules"
        else replace(change, note=None, actor=anonymous)
        for change in claim.changes
    )
    return replace(claim, changes=changes)


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
