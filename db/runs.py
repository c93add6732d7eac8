"""Runs, and whatever they skipped or failed at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from sqlite_utils import Database

from db.connection import transaction
from db.instants import now
from molva.model import stable_id


def start_run(db: Database, command: str, holder: str | None = None) -> int:
    """Note that a command began, and in which process; return the run's number."""
    with transaction(db):
        cursor = db.conn.execute(
            "INSERT INTO run(command, started_at, holder) VALUES (?, ?, ?)",
            (command, now(), holder),
        )
        return int(cursor.lastrowid or 0)


def finish_run(
    db: Database,
    run_id: int,
    state: Literal["done", "failed", "stopped"] = "done",
    counts: Mapping[str, int] | None = None,
    message: str | None = None,
) -> None:
    """Note how a run ended and what it counted."""
    with transaction(db):
        db.conn.execute(
            "UPDATE run SET finished_at = ?, state = ?, counts = ?, message = ?"
            " WHERE id = ?",
            (now(), state, json.dumps(dict(counts or {})), message, run_id),
        )


def list_runs(
    db: Database, limit: int = 20, run_id: int | None = None
) -> list[dict[str, Any]]:
    """Return one run, or the latest, newest first, with the number of their issues."""
    rows = db.query(
        """SELECT r.*, (SELECT count(*) FROM issue WHERE run_id = r.id) AS issues
        FROM run r WHERE :run IS NULL OR id = :run ORDER BY id DESC LIMIT :limit""",
        {"run": run_id, "limit": limit},
    )
    return [{**row, "counts": json.loads(row["counts"] or "{}")} for row in rows]


def add_issue(
    db: Database,
    *,
    stage: str,
    reason: str,
    run_id: int | None = None,
    source: str | None = None,
    report_id: str | None = None,
    url: str | None = None,
    detail: str | None = None,
) -> str:
    """Record what was skipped or failed; met again it is counted, not repeated."""
    parts = (stage, reason, source or "", report_id or "", url or "")
    issue_id = stable_id("issue", *parts)
    at = now()
    with transaction(db):
        db.conn.execute(
            """INSERT INTO issue(id, run_id, stage, reason, source, report_id, url,
              detail, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(id) DO UPDATE SET run_id = excluded.run_id,
              detail = excluded.detail, last_at = excluded.last_at, times = times + 1
            """,
            (
                issue_id,
                run_id,
                stage,
                reason,
                source,
                report_id,
                url,
                detail,
                at,
                at,
            ),
        )
    return issue_id


def list_issues(
    db: Database, run_id: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Return what went wrong, in one run or lately, the newest first."""
    return list(
        db.query(
            """SELECT * FROM issue WHERE :run IS NULL OR run_id = :run
            ORDER BY last_at DESC, id LIMIT :limit""",
            {"run": run_id, "limit": limit},
        )
    )
