"""The crawler's memory of pages: what was fetched, when to look again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from db.connection import transaction
from db.rows import upsert
from db.sources import load_sources

PageState = Literal["pending", "fetched", "failed", "gone", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address; `url_key` is its normal form, instants are UTC."""

    url_key: str
    url: str
    first_seen_at: str
    source: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    next_check_at: str | None = None
    checks: int = 0
    failures: int = 0
    state: PageState = "pending"
    moved_to: str | None = None


_COLUMNS = tuple(field.name for field in dataclasses.fields(Page))


def save_pages(db: Database, pages: Iterable[Page]) -> int:
    """Write new and changed pages; return how many that was."""
    with transaction(db):
        known = load_sources(db)
        rows = []
        for page in pages:
            if page.source not in known:
                page = dataclasses.replace(page, source=None)
            rows.append(dataclasses.astuple(page))
        return upsert(db, "page", _COLUMNS, rows, keys=1)


def load_pages(
    db: Database, source: str, *, due_at: str | None = None
) -> dict[str, Page]:
    """Return a source's pages by `url_key`: all, or those to look at by `due_at`."""
    sql = f"""SELECT {", ".join(_COLUMNS)} FROM page WHERE source = :source
        AND (:due IS NULL OR next_check_at <= :due) ORDER BY next_check_at, url_key"""
    rows = db.conn.execute(sql, {"source": source, "due": due_at})
    return {row[0]: Page(**dict(zip(_COLUMNS, row, strict=True))) for row in rows}
