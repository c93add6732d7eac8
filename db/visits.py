"""The crawler's memory: every address seen, its validators, and when it is due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from db.connection import transaction
from db.rows import Row, marks

PageState = Literal["pending", "fetched", "failed", "gone", "moved"]


@dataclass(frozen=True, slots=True)
class Page:
    """One address. `item` is the feed entry that led to it, as plain data."""

    url: str
    source: str
    etag: str | None
    last_modified: str | None
    checked_at: str | None
    item: dict[str, Any] | None
    is_due: bool
    checks: int
    failures: int
    first_seen_at: str


def known_pages(db: Database, sources: Sequence[str], at: str) -> list[Page]:
    """Return every address of `sources`, each with whether it is due at `at` (UTC)."""
    sql = f"""SELECT url, source, etag, last_modified, checked_at, item,
          state = 'pending' OR coalesce(next_check_at <= ?, 0),
          checks, failures, first_seen_at
        FROM page WHERE source IN ({marks(sources)}) ORDER BY first_seen_at, url"""
    return [_page(row) for row in db.conn.execute(sql, (at, *sources))]


def _page(row: Row) -> Page:
    return Page(
        url=row[0],
        source=row[1],
        etag=row[2],
        last_modified=row[3],
        checked_at=row[4],
        item=json.loads(row[5]) if row[5] else None,
        is_due=bool(row[6]),
        checks=row[7],
        failures=row[8],
        first_seen_at=row[9],
    )


def add_pages(
    db: Database, source: str, items: Iterable[Mapping[str, Any]], at: str
) -> int:
    """Note addresses that a listing named; return how many were new."""
    rows = [
        (item["url"], item["url"], source, at, json.dumps(item, ensure_ascii=False))
        for item in items
    ]
    with transaction(db):
        return db.conn.executemany(
            """INSERT INTO page(url_key, url, source, first_seen_at, item)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
            rows,
        ).rowcount


def note_visit(
    db: Database,
    *,
    url: str,
    source: str,
    state: PageState,
    at: str,
    next_check_at: str | None,
    etag: str | None = None,
    last_modified: str | None = None,
    body_sha256: str | None = None,
    report_id: str | None = None,
) -> None:
    """Remember one visit; validators that an answer leaves out keep their value."""
    kept = (etag, last_modified, body_sha256, report_id)
    with transaction(db):
        db.conn.execute(
            """INSERT INTO page(url_key, url, source, first_seen_at)
            VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING""",
            (url, url, source, at),
        )
        db.conn.execute(
            """UPDATE page SET state = ?, checked_at = ?, next_check_at = ?,
              checks = checks + 1,
              failures = CASE ? WHEN 'failed' THEN failures + 1 ELSE 0 END,
              etag = coalesce(?, etag), last_modified = coalesce(?, last_modified),
              body_sha256 = coalesce(?, body_sha256),
              report_id = coalesce(?, report_id)
            WHERE url_key = ?""",
            (state, at, next_check_at, state, *kept, url),
        )


def is_known(db: Database, url: str) -> bool:
    """Say whether a listing named this address, or a visit was noted."""
    sql = "SELECT 1 FROM page WHERE url_key = ?"
    return db.conn.execute(sql, (url,)).fetchone() is not None


def report_at(db: Database, url: str) -> str | None:
    """Return the id of the report that this address gave, if any."""
    sql = "SELECT report_id FROM page WHERE url_key = ?"
    row = db.conn.execute(sql, (url,)).fetchone()
    return row[0] if row else None
