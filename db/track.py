"""What became of what each source carried."""

from __future__ import annotations

from sqlite_utils import Database

from molva.track import Carried


def carried_by(db: Database, source: str | None = None) -> list[Carried]:
    """Return what one source, or all of them, carried before its fate was known."""
    sql = """SELECT source, source_type, fate, lead_days FROM track
        WHERE ? IS NULL OR source = ? ORDER BY source, source_type"""
    return [Carried(*row) for row in db.conn.execute(sql, (source, source))]
