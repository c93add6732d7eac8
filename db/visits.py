"""The crawler's memory: every address seen, its validators, and when it is due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from db.connection import transaction
from db.rows import Row

PageState = Literal["pending", "fetched", "failed", "gone", "moved"]


@dataclass(frozen=True, slots=True)
class Page:
    """One address. `item` is the feed entry that led to it, as plain data.

    Pages that are not due have none: there may be many of them, and nobody asks.
    """

    url: str
    source: str
    etag: str | None
    last_modified: str | None
    body_sha256: str | None
    checked_at: str | None
    item: dict[str, Any] | None
    report_id: str | None
    state: PageState
    is_due: bool
    failures: int
    first_seen_at: str


_IS_DUE = "(state = 'pending' OR coalesce(next_check_at <= :at, 0))"
_PAGE_SQL = f"""SELECT url, source, etag, last_modified, body_sha256, checked_at,
      CASE WHEN {_IS_DUE} THEN item END, report_id, state, {_IS_DUE}, failures,
      first_seen_at
    FROM page"""


def known_pages(db: Database, sources: Iterable[str], at: str) -> Iterator[Page]:
    """Yield every address of `sources`, each with whether it is due at `at` (UTC)."""
    sql = f"""{_PAGE_SQL} WHERE source IN (SELECT value FROM json_each(:sources))
        ORDER BY first_seen_at, url"""
    told = {"at": at, "sources": json.dumps(list(sources))}
    yield from map(_page, db.conn.execute(sql, told))


def find_page(db: Database, url: str) -> Page | None:
    """Return what is remembered of one address."""
    sql = f"{_PAGE_SQL} WHERE url_key = :url"
    row = db.conn.execute(sql, {"at": "", "url": url}).fetchone()
    return _page(row) if row else None


def _page(row: Row) -> Page:
    return Page(
        url=row[0],
        source=row[1],
        etag=row[2],
        last_modified=row[3],
        body_sha256=row[4],
        checked_at=row[5],
        item=json.loads(row[6]) if row[6] else None,
        report_id=row[7],
        state=row[8],
        is_due=bool(row[9]),
        failures=row[10],
        first_seen_at=row[11],
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
    moved_to: str | None = None,
) -> None:
    """Remember one visit; validators that an answer leaves out keep their value.

    Where the address has moved, the new one takes over its feed entry and its report.
    """
    kept = (etag, last_modified, body_sha256, report_id, moved_to)
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
              report_id = coalesce(?, report_id), moved_to = coalesce(?, moved_to)
            WHERE url_key = ?""",
            (state, at, next_check_at, state, *kept, url),
        )
        if moved_to:
            db.conn.execute(
                """INSERT INTO page(url_key, url, source, first_seen_at, item)
                SELECT :new, :new, source, first_seen_at, json_set(item, '$.url', :new)
                FROM page WHERE url_key = :old ON CONFLICT DO NOTHING""",
                {"new": moved_to, "old": url},
            )
