"""Opening the database, and the one kind of transaction that writes to it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from db.migrations import migrations

try:
    import fcntl
except ImportError:  # pragma: no cover
    fcntl = None  # type: ignore[assignment]

#: Seconds a writer waits for another one to finish.
BUSY_SECONDS = 30

#: Pages kept in memory: with SQLite's own 2 MB a look-up goes to the system each time.
CACHE_KIB = 32_768


class StorageError(Exception):
    """The database cannot be used; the message is one line that says why."""


def open_db(path: str | Path, *, create: bool = True) -> Database:
    """Open `path` with every migration applied; raise StorageError otherwise."""
    where = str(path)
    _check_path(where, create=create)
    conn: sqlite3.Connection | None = None
    try:
        conn = sqlite3.connect(where, timeout=BUSY_SECONDS, cached_statements=512)
        # No implicit BEGIN: `transaction` is the only place that starts one.
        conn.isolation_level = None
        with _alone(where):
            return _prepare(conn, where)
    except (sqlite3.Error, StorageError) as error:
        if conn is not None:
            conn.close()
        if isinstance(error, StorageError):
            raise
        raise StorageError(explain(error, where)) from error


def _check_path(where: str, *, create: bool) -> None:
    if where == ":memory:":
        return
    path = Path(where)
    if path.is_dir():
        raise StorageError(f"{where} is a folder, not a database")
    if path.exists():
        return
    if not create:
        raise StorageError(f"{where} does not exist; `molva add` or `crawl` makes it")
    if not path.parent.is_dir():
        raise StorageError(f"{where}: the folder {path.parent} does not exist")


@contextmanager
def _alone(where: str) -> Iterator[None]:
    """Let no other process prepare a database in the same folder meanwhile.

    Two that make it at once would both run the migrations. Where there is no flock
    (Windows), the second fails and its next try is good.
    """
    if where == ":memory:" or fcntl is None:
        yield
        return
    folder = os.open(Path(where).absolute().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextmanager
def as_it_is(path: str | Path) -> Iterator[Database]:
    """Open a database for the block without migrating it; raise StorageError."""
    where = str(path)
    _check_path(where, create=False)
    try:
        conn = sqlite3.connect(where, timeout=BUSY_SECONDS)
    except sqlite3.Error as error:
        raise StorageError(explain(error, where)) from error
    conn.isolation_level = None
    try:
        _refuse_others(Database(conn), where)
        conn.execute("PRAGMA foreign_keys = ON")
        yield Database(conn)
    except sqlite3.Error as error:
        raise StorageError(explain(error, where)) from error
    finally:
        conn.close()


def migrate(db: Database) -> None:
    """Apply the steps that a database opened as it is still lacks."""
    with _alone(_path_of(db.conn)):
        migrations.apply(db)


def pending(db: Database) -> list[str]:
    """Return the names of the steps that a database still lacks."""
    return [step.name for step in migrations.pending(db)]


def is_molva(conn: sqlite3.Connection) -> bool:
    """Say whether a database is Molva's, of any version."""
    sql = "SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'"
    return conn.execute(sql).fetchone() is not None


def _refuse_others(db: Database, where: str) -> None:
    known = {m.name for m in migrations.pending(Database(memory=True))}
    newer = sorted({m.name for m in migrations.applied(db)} - known)
    if newer:
        raise StorageError(f"{where} was written by a newer Molva (it has {newer[-1]})")
    if db.table_names() and not is_molva(db.conn):
        raise StorageError(f"{where} holds something else, not a Molva database")


def _prepare(conn: sqlite3.Connection, where: str) -> Database:
    db = Database(conn)
    _refuse_others(db, where)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    conn.execute("PRAGMA synchronous = FULL")
    if conn.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        conn.execute("PRAGMA journal_mode = WAL")
    if migrations.pending(db):
        migrations.apply(db)
    conn.execute("BEGIN IMMEDIATE")  # refuse a read-only file now, not half-way
    conn.execute("ROLLBACK")
    return db


@contextmanager
def transaction(db: Database) -> Iterator[Database]:
    """Commit what the block writes, or none of it; inside another, join that one.

    BEGIN IMMEDIATE, because a deferred transaction that reads first fails at once
    when another writer commits in between, whatever the timeout.
    """
    conn = db.conn
    if conn.in_transaction:
        yield db
        return
    try:
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise
    except sqlite3.IntegrityError:
        raise  # a mistake of ours, not the file's: keep the traceback
    except sqlite3.DatabaseError as error:
        if not _is_the_files_fault(error):
            raise
        raise StorageError(explain(error, _path_of(conn))) from error


def _path_of(conn: sqlite3.Connection) -> str:
    return str(conn.execute("PRAGMA database_list").fetchone()[2] or "the database")


#: What SQLite says → what a reader can act on.
_EXPLANATIONS = {
    "file is not a database": "is not a database",
    "file is encrypted": "is not a database",
    "malformed": "is damaged; `molva doctor` tells more; else restore a backup",
    "readonly": "is read-only",
    "read-only": "is read-only",
    "unable to open": "cannot be opened; check its folder and permissions",
    "locked": "is busy: another program has been writing for too long",
    "disk is full": "cannot grow: the disk is full",
    "disk I/O error": "cannot be read or written: the disk reports an error",
}


def _is_the_files_fault(error: sqlite3.Error) -> bool:
    return any(said in str(error) for said in _EXPLANATIONS)


def explain(error: sqlite3.Error, where: str) -> str:
    """Say in one line what is the matter with the file at `where`."""
    for said, meaning in _EXPLANATIONS.items():
        if said in str(error):
            return f"{where} {meaning}"
    return f"{where} cannot be used: {error}"
