"""A copy of the database that is whole, made while others read and write."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from db.connection import BUSY_SECONDS, StorageError, explain, is_molva

#: Pages copied between two calls of the progress hook (4 MB of 4-KB pages).
_STEP = 1024

#: Called with (pages copied, pages in all).
Copied = Callable[[int, int], None]


def backup(path: str | Path, output: str | Path, copied: Copied | None = None) -> int:
    """Copy the database at `path` to `output`; return the copy's size in bytes.

    The copy is the state of one moment, of whichever Molva wrote it: it is not
    migrated. It has no journal beside it and comes into being whole and checked, or
    not at all. Raises FileExistsError, and StorageError where either file is at fault.
    """
    source, target = Path(path), Path(output)
    if not source.is_file():
        raise StorageError(f"{source} does not exist")
    if target.exists():
        raise FileExistsError(f"{target} is there already: name another file")
    if not target.parent.is_dir():
        raise StorageError(f"{target}: the folder {target.parent} does not exist")
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".molva-") as folder:
            made = Path(folder) / "copy.db"
            _copy(source, made, copied)
            _check(made, source)
            os.replace(made, target)
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror}") from error
    return target.stat().st_size


def _copy(source: Path, made: Path, copied: Copied | None) -> None:
    def tell(_status: int, remaining: int, total: int) -> None:
        if copied:
            copied(total - remaining, total)

    try:
        # opened as it is, read-only where the folder is
        uri = f"{source.absolute().as_uri()}?mode={_mode(source)}"
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as old:
            old.isolation_level = None
            if not is_molva(old):
                raise StorageError(f"{source} holds something else, not Molva's")
            # One snapshot for the whole copy: without it every commit of a writer
            # would make the copy begin again.
            old.execute("BEGIN")
            old.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            with closing(sqlite3.connect(made)) as new:
                _write(old, new, made, tell)
    except sqlite3.Error as error:
        raise StorageError(explain(error, str(source))) from error


def _mode(source: Path) -> str:
    is_writable = os.access(source, os.W_OK) and os.access(source.parent, os.W_OK)
    return "rw" if is_writable else "ro"


def _write(
    old: sqlite3.Connection,
    new: sqlite3.Connection,
    made: Path,
    tell: Callable[[int, int, int], None],
) -> None:
    try:
        old.backup(new, pages=_STEP, progress=tell)
        # a file that can be carried away and served from a read-only folder
        new.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "full" not in str(error) and "I/O" not in str(error):
            raise
        raise StorageError(explain(error, str(made.parent.parent))) from error


def _check(made: Path, source: Path) -> None:
    """Refuse to hand over a copy that is not sound."""
    with closing(sqlite3.connect(made)) as conn:
        try:
            told = [row[0] for row in conn.execute("PRAGMA integrity_check(1)")]
        except sqlite3.DatabaseError as error:
            told = [str(error)]
    if told != ["ok"]:
        raise StorageError(
            f"{source} is damaged ({told[0]}): no backup of it was kept; "
            "`molva doctor` tells more"
        )
