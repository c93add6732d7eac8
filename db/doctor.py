"""Is the file sound? Checks that change nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from sqlite_utils import Database

from db.connection import StorageError, transaction


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: `is_ok`, and in words what was found."""

    check: str
    is_ok: bool
    message: str


def doctor(db: Database) -> list[Finding]:
    """Run every check; a file in order gives findings that are all `is_ok`."""
    findings = []
    for name, check in _CHECKS.items():
        try:
            problem = check(db)
        except sqlite3.DatabaseError as error:
            problem = str(error)
        findings.append(Finding(name, problem is None, problem or "in order"))
    return findings


def _integrity(db: Database) -> str | None:
    rows = [row[0] for row in db.conn.execute("PRAGMA integrity_check(5)")]
    return None if rows == ["ok"] else "; ".join(rows)


def _foreign_keys(db: Database) -> str | None:
    rows = db.conn.execute("PRAGMA foreign_key_check").fetchall()
    if not rows:
        return None
    tables = sorted({f"{row[0]} → {row[2]}" for row in rows})
    return f"{len(rows)} rows point at nothing: {', '.join(tables)}"


def _search(db: Database) -> str | None:
    for index in ("claim_fts", "report_fts"):
        try:
            with transaction(db):
                # Rank 1 compares the index with the rows it was made of.
                db.conn.execute(
                    f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)"
                )
        except StorageError:
            return f"{index} is out of step; `rebuild_search` makes it anew"
    return None


def _count(sql: str, words: str) -> Callable[[Database], str | None]:
    def check(db: Database) -> str | None:
        count = db.conn.execute(sql).fetchone()[0]
        return f"{count} {words}" if count else None

    return check


_CHECKS: dict[str, Callable[[Database], str | None]] = {
    "file": _integrity,
    "links between tables": _foreign_keys,
    "search index": _search,
    "claims": _count(
        """SELECT count(*) FROM claim WHERE NOT EXISTS
        (SELECT 1 FROM evidence WHERE claim_id = claim.id)""",
        "claims have no evidence",
    ),
    "counts": _count(
        """SELECT count(*) FROM claim WHERE evidence_count <>
        (SELECT count(*) FROM evidence WHERE claim_id = claim.id)""",
        "claims count their evidence wrongly; `molva assess` counts again",
    ),
    "evidence": _count(
        """SELECT count(*) FROM evidence e JOIN statement s ON s.id = e.statement_id
        WHERE s.report_id <> e.report_id""",
        "pieces of evidence name another report than their statement",
    ),
    "queue": _count(
        """SELECT count(*) FROM statement s WHERE is_placed <>
        EXISTS (SELECT 1 FROM evidence WHERE statement_id = s.id)""",
        "statements are marked wrongly as placed or not",
    ),
    "revisions": _count(
        """SELECT count(*) FROM report r WHERE NOT EXISTS (SELECT 1 FROM
        report_revision WHERE report_id = r.id AND revision = r.revision)""",
        "reports lack the text of their current revision",
    ),
}


def rebuild_search(db: Database) -> None:
    """Make both search indexes anew from the rows they index."""
    with transaction(db):
        for index in ("claim_fts", "report_fts"):
            db.conn.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")
