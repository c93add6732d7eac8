"""What every step needs: the database, a row of its run, a progress hook."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from db import store
from molva.pipeline.leases import bury_the_dead, holder

#: Seconds between two batches in which somebody else can write.
PAUSE = 0.02

#: Called with (stage, done so far, total or None).
Progress = Callable[[str, int, int | None], None]


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Report nothing."""


@contextmanager
def opened(path: Path, *, create: bool = True) -> Iterator[Database]:
    """Open the database for the length of the block; raises StorageError."""
    db = store.open_db(path, create=create)
    try:
        yield db
    finally:
        db.close()


def give_way() -> None:
    """Pause between two batches, so that a person's decision comes through."""
    time.sleep(PAUSE)


def forget_vectors(path: Path) -> None:
    """Delete the vectors beside a database; they are made again when needed."""
    vectors = store.vectors_path(path)
    for end in ("", "-wal", "-shm"):
        Path(f"{vectors}{end}").unlink(missing_ok=True)


@contextmanager
def run_row(db: Database, command: str) -> Iterator[tuple[int, Counter[str]]]:
    """Keep a row of this run; what the block counts is stored with it."""
    bury_the_dead(db)
    run_id = store.start_run(db, command, holder())
    counts: Counter[str] = Counter()
    try:
        yield run_id, counts
    except BaseException as error:
        stopped = isinstance(error, KeyboardInterrupt | SystemExit)
        state: Literal["stopped", "failed"] = "stopped" if stopped else "failed"
        store.finish_run(db, run_id, state, counts, " ".join(str(error).split())[:500])
        raise
    store.finish_run(db, run_id, "done", counts)


def last_report_day(db: Database) -> date:
    """Return the day of the newest report, today where none is dated."""
    found = db.conn.execute("SELECT max(published_at) FROM report").fetchone()[0]
    return date.fromisoformat(found[:10]) if found else date.today()
