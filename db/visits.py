"""The crawler's memory: every address seen, its validators, and when it is due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from db.connection import transaction
from db.instants import utc
from db.rows import Row

PageState = Literal["pending", "fetched", "failed", "gone", "moved"]


@dataclass(frozen=True, slots=True)
class Page:
    """One address. `item` is the feed entry that led to it, as plain data."""

    url: str
    source: str
    etag: str | None
    last_modified: str | None
    body_sha256: str | None
    item: dict[str, Any] | None
    report_id: str | None
    state: PageState
    failures: int
    first_seen_at: str


_COLUMNS = """url, source, etag, last_modified, body_sha256, item, report_id, state,
    failures, first_seen_at"""
#: No wait is longer (`crawler.schedule`): what lies further ahead was put there by a
#: clock that ran ahead, and is due.
FURTHEST = timedelta(days=8)
_IS_DUE = """(state = 'pending' OR coalesce(next_check_at <= :at, 0)
    OR coalesce(next_check_at > :beyond, 0))"""
_OF = "source IN (SELECT value FROM json_each(:sources))"
#: Addresses that one shard gets of one source: its memory does not grow with a backlog.
SHARD = 2_000


def due_pages(db: Database, sources: Iterable[str], at: str) -> Iterator[Page]:
    """Yield the addresses that are due at `at` (UTC): listings, then the latest found.

    No more than `SHARD` of a source: the rest stays due.
    """
    sql = f"""SELECT {_COLUMNS} FROM (
          SELECT *, row_number() OVER (PARTITION BY source
            ORDER BY item IS NOT NULL, first_seen_at DESC, rowid) AS place
          FROM page WHERE {_OF} AND {_IS_DUE})
        WHERE place <= {SHARD} ORDER BY place"""
    yield from map(_page, db.conn.execute(sql, _told(sources, at)))


def seen_pages(db: Database, source: str, at: str) -> Iterator[tuple[str, str | None]]:
    """Yield the addresses of a source that are not due, with their last visit."""
    sql = f"SELECT url, checked_at FROM page WHERE {_OF} AND NOT {_IS_DUE}"
    yield from db.conn.execute(sql, _told([source], at))


def names_due(db: Database, at: str) -> set[str]:
    """Return the sources of which any address is due at `at` (UTC)."""
    sql = f"SELECT DISTINCT source FROM page WHERE {_IS_DUE}"
    return {row[0] for row in db.conn.execute(sql, _moment(at))}


def names_pending(db: Database) -> set[str]:
    """Return the sources of which an address was found and never visited."""
    sql = "SELECT DISTINCT source FROM page WHERE state = 'pending'"
    return {row[0] for row in db.conn.execute(sql)}


def next_due(db: Database) -> dict[str, str]:
    """Return when each source is due next (UTC), by its listings and its articles."""
    sql = """SELECT source, min(CASE state WHEN 'pending' THEN first_seen_at
        ELSE next_check_at END) FROM page GROUP BY source"""
    return {name: at for name, at in db.conn.execute(sql) if at}


def known(db: Database, urls: Iterable[str]) -> set[str]:
    """Return those of `urls` that were visited or named before."""
    sql = "SELECT url FROM page WHERE url_key IN (SELECT value FROM json_each(?))"
    return {row[0] for row in db.conn.execute(sql, (json.dumps(list(urls)),))}


def beyond(at: str) -> str:
    """Return the latest moment (UTC) that anything can be put off to at `at`."""
    try:
        return utc((datetime.fromisoformat(at) + FURTHEST).isoformat()) or at
    except OverflowError:  # the end of the calendar, by which all is due
        return at


def _told(sources: Iterable[str], at: str) -> dict[str, str]:
    return {"sources": json.dumps(list(sources)), **_moment(at)}


def _moment(at: str) -> dict[str, str]:
    return {"at": at, "beyond": beyond(at)}


def find_page(db: Database, url: str) -> Page | None:
    """Return what is remembered of one address."""
    row = db.conn.execute(
        f"SELECT {_COLUMNS} FROM page WHERE url_key = ?", (url,)
    ).fetchone()
    return _page(row) if row else None


def _page(row: Row) -> Page:
    values = list(row)
    values[5] = json.loads(row[5]) if row[5] else None
    return Page(*values)


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
