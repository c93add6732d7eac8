"""Reviews: what people decided, when, and why."""

from __future__ import annotations

from sqlite_utils import Database

from db.connection import transaction
from db.rows import upsert
from molva.model import Review

_COLUMNS = ("id", "claim_id", "verb", "actor", "at", "note", "argument", "is_undone")


def add_review(db: Database, review: Review) -> None:
    """Record a decision; the same id again changes it (so that it can be undone)."""
    row = (
        review.id,
        review.claim_id,
        review.verb,
        review.actor,
        review.at,
        review.note,
        review.argument,
        int(review.is_undone),
    )
    with transaction(db):
        upsert(db, "review", _COLUMNS, [row], keys=1)


def mark_undone(db: Database, review_id: str) -> None:
    """Note that a decision was taken back; the `undo` that did it is another row."""
    with transaction(db):
        db.conn.execute("UPDATE review SET is_undone = 1 WHERE id = ?", (review_id,))


def reviews(db: Database, claim_id: str | None = None) -> list[Review]:
    """Return decisions, of one claim or all, in the order they were made."""
    sql = f"SELECT {', '.join(_COLUMNS)} FROM review"
    given: tuple[str, ...] = ()
    if claim_id is not None:
        sql += " WHERE claim_id = ?"
        given = (claim_id,)
    return [
        Review(
            id=row[0],
            claim_id=row[1],
            verb=row[2],
            actor=row[3],
            at=row[4],
            note=row[5],
            argument=row[6],
            is_undone=bool(row[7]),
        )
        for row in db.conn.execute(f"{sql} ORDER BY at, rowid", given)
    ]
