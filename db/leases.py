"""Who is at work on what: no two processes crawl one source or take one step."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from db.connection import transaction
from db.instants import now


def take(db: Database, names: Iterable[str], holder: str, until: str) -> list[str]:
    """Take the leases that nobody else has; return their names in order."""
    wanted = list(dict.fromkeys(names))
    with transaction(db):
        db.conn.executemany(
            """INSERT INTO lease(name, holder, until_at) VALUES (?, ?, ?)
            ON CONFLICT(name) DO UPDATE SET holder = excluded.holder,
              until_at = excluded.until_at
            WHERE lease.until_at <= ? OR lease.holder = excluded.holder""",
            [(name, holder, until, now()) for name in wanted],
        )
        rows = db.conn.execute("SELECT name FROM lease WHERE holder = ?", (holder,))
        mine = {row[0] for row in rows}
    return [name for name in wanted if name in mine]


def release(db: Database, holder: str, names: Iterable[str] | None = None) -> None:
    """Give leases back: those named, or all that the holder has."""
    told = None if names is None else json.dumps(list(names))
    with transaction(db):
        db.conn.execute(
            """DELETE FROM lease WHERE holder = :holder AND
            (:names IS NULL OR name IN (SELECT value FROM json_each(:names)))""",
            {"holder": holder, "names": told},
        )


def drop_beyond(db: Database, latest: str) -> None:
    """Drop leases until after `latest` (UTC): a clock that ran ahead gave them."""
    with transaction(db):
        db.conn.execute("DELETE FROM lease WHERE until_at > ?", (latest,))


def holders(db: Database) -> set[str]:
    """Return who holds leases, or has a run that did not end."""
    sql = """SELECT holder FROM lease UNION
        SELECT holder FROM run WHERE state = 'running' AND holder IS NOT NULL"""
    return {row[0] for row in db.conn.execute(sql)}


def bury(db: Database, holder: str) -> None:
    """Clear up after a process that is no more: its leases, its unfinished runs."""
    with transaction(db):
        release(db, holder)
        db.conn.execute(
            """UPDATE source_run SET state = 'stopped' WHERE state = 'running'
            AND run_id IN (SELECT id FROM run WHERE holder = ?)""",
            (holder,),
        )
        db.conn.execute(
            """UPDATE run SET state = 'stopped', finished_at = ?, message = 'killed'
            WHERE state = 'running' AND holder = ?""",
            (now(), holder),
        )
