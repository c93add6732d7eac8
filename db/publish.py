"""A copy of the database for others: one file, without what is not theirs to read."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from db.stems import stem_text

#: Marks the copies (SQLite's application id): "MOLV".
_MARK = 0x4D4F4C56
#: Article texts, decisions with their notes, addresses, and what only runs need.
_EMPTIED = (
    "report_revision",
    "report_band",
    "claim_key",
    "review",
    "match_suggestion",
    "page",
    "issue",
    "run",
)


def publish(db: Database, output: Path) -> None:
    """Write the copy in the place of `output`, in one step; raises OSError.

    It is not in WAL mode, so that a read-only folder can serve it.
    """
    with TemporaryDirectory(dir=output.parent, prefix=".molva-") as folder:
        made = Path(folder) / "copy.db"
        db.conn.execute("VACUUM INTO ?", (str(made),))
        with closing(sqlite3.connect(made, isolation_level=None)) as conn:
            conn.execute("PRAGMA journal_mode = DELETE")
            conn.execute(f"PRAGMA application_id = {_MARK}")
            conn.execute("PRAGMA foreign_keys = OFF")
            conn.execute("PRAGMA secure_delete = ON")
            _empty(conn)
            conn.execute("ANALYZE")
            conn.execute("VACUUM")
        made.chmod(0o644)
        os.replace(made, output)


def is_published(path: str | Path) -> bool:
    """Say whether a file is such a copy (by its header, byte 68 on)."""
    with Path(path).open("rb") as file:
        return file.read(72)[68:] == _MARK.to_bytes(4, "big")


def _empty(conn: sqlite3.Connection) -> None:
    conn.execute("BEGIN")
    for table in _EMPTIED:
        conn.execute(f"DELETE FROM {table}")
    conn.execute("UPDATE status_change SET note = NULL")
    conn.execute("UPDATE status_change SET actor = 'person' WHERE actor != 'rules'")
    # The stems of a report's words, in their order, are nearly its text.
    titles = conn.execute("SELECT n, title FROM report_search").fetchall()
    conn.executemany(
        "UPDATE report_search SET stems = ? WHERE n = ?",
        [(stem_text(title), n) for n, title in titles],
    )
    conn.execute("COMMIT")
    conn.execute("INSERT INTO report_fts(report_fts) VALUES ('rebuild')")
