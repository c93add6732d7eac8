"""How sources fare: a row a run, the week behind, and who is left alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db.connection import transaction
from db.rows import upsert

#: Columns of `source_run`, the key first.
_COLUMNS = (
    "run_id",
    "source",
    "started_at",
    "seconds",
    "state",
    "requests",
    "found",
    "new",
    "changed",
    "unchanged",
    "moved",
    "gone",
    "withdrawn",
    "skipped",
    "failed",
    "bytes",
    "feed_age",
    "coverage",
    "reasons",
)
#: Field of a report → the condition under which it is empty.
FIELDS = {
    "title": "r.title = ''",
    "text": "r.access = 'partial'",
    "published": "r.published IS NULL",
    "time": "coalesce(r.published, '') NOT LIKE '%T%'",
    "authors": "r.authors = '[]'",
    "section": "r.section IS NULL",
}


def save_source_run(db: Database, row: Mapping[str, Any]) -> None:
    """Write how a source fares in a run; `coverage` and `reasons` are mappings."""
    told = {**row}
    for name in ("coverage", "reasons"):
        told[name] = json.dumps(dict(row[name]), ensure_ascii=False)
    values = tuple(told[name] for name in _COLUMNS)
    with transaction(db):
        upsert(db, "source_run", _COLUMNS, [values], keys=2)


def source_runs(db: Database, run_id: int) -> list[dict[str, Any]]:
    """Return how each source fared in one run."""
    sql = "SELECT * FROM source_run WHERE run_id = ? ORDER BY source"
    return [_row(row) for row in db.query(sql, [run_id])]


def last_source_runs(db: Database) -> dict[str, dict[str, Any]]:
    """Return the latest row of each source."""
    sql = """SELECT * FROM source_run s WHERE run_id =
        (SELECT max(run_id) FROM source_run WHERE source = s.source)"""
    return {row["source"]: _row(row) for row in db.query(sql)}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "coverage": json.loads(row["coverage"]),
        "reasons": json.loads(row["reasons"]),
    }


@dataclass(frozen=True, slots=True)
class Week:
    """What a source brought since a moment: reports, empty fields, days with a run."""

    reports: int
    empty: Mapping[str, int]
    days: int


def since(db: Database, source: str, at: str) -> Week:
    """Sum up what a source brought since `at` (UTC)."""
    empty = ", ".join(f"sum({condition})" for condition in FIELDS.values())
    sql = f"""SELECT count(*), {empty} FROM report r
        WHERE source = ? AND first_seen_at >= ?"""
    count, *sums = db.conn.execute(sql, (source, at)).fetchone()
    days = db.conn.execute(
        """SELECT count(DISTINCT substr(started_at, 1, 10)) FROM source_run
        WHERE source = ? AND started_at >= ?""",
        (source, at),
    ).fetchone()[0]
    named = zip(FIELDS, sums, strict=True)
    return Week(count, {name: n or 0 for name, n in named}, days)


def open_circuit(db: Database, source: str, at: str, until: str, reason: str) -> None:
    """Leave a source alone until a moment (UTC)."""
    with transaction(db):
        db.conn.execute(
            """INSERT INTO circuit(source, opened_at, until_at, reason)
            VALUES (?, ?, ?, ?) ON CONFLICT(source) DO UPDATE SET
              opened_at = excluded.opened_at, until_at = excluded.until_at,
              reason = excluded.reason, openings = openings + 1""",
            (source, at, until, reason),
        )


def close_circuit(db: Database, source: str) -> None:
    """Note that a source answers again."""
    db.conn.execute("DELETE FROM circuit WHERE source = ?", (source,))


def circuits(db: Database) -> dict[str, dict[str, Any]]:
    """Return the sources that refused last time, also those whose wait is over."""
    return {row["source"]: row for row in db.query("SELECT * FROM circuit")}
