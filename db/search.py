"""The rows behind full text search: what is missing, and making them anew."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from db.connection import transaction
from db.rows import upsert
from db.stems import stem_text


def rebuild_search(db: Database) -> None:
    """Make both search indexes anew from the rows they index."""
    with transaction(db):
        for index in ("claim_fts", "report_fts"):
            db.conn.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")


def missing(db: Database) -> tuple[list[str], list[str]]:
    """Return ids of claims whose search row is absent or another's, and of reports."""
    claims = """SELECT id FROM claim c LEFT JOIN claim_search s ON s.n = c.n
        WHERE s.text IS NOT c.text"""
    reports = """SELECT id FROM report r LEFT JOIN report_search s ON s.n = r.n
        WHERE s.n IS NULL"""
    return _ids(db, claims), _ids(db, reports)


def save_missing(db: Database) -> Iterable[str]:
    """Write the rows of reports; return the claims, whose rows come with judging."""
    claims, reports = missing(db)
    for report_id in reports:
        row = db.conn.execute(
            """SELECT r.n, r.title, coalesce(v.text, '') FROM report r
            LEFT JOIN report_revision v
              ON v.report_id = r.id AND v.revision = r.revision WHERE r.id = ?""",
            (report_id,),
        ).fetchone()
        save_report(db, *row)
    return claims


def save_report(db: Database, n: int, title: str, text: str) -> None:
    """Index a report by its title and text."""
    row = (n, title, stem_text(f"{title}\n{text}"))
    upsert(db, "report_search", ("n", "title", "stems"), [row], keys=1)


def _ids(db: Database, sql: str) -> list[str]:
    return [row[0] for row in db.conn.execute(sql)]
