"""Writing rows so that what is already there stays untouched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from sqlite_utils import Database

Row = tuple[Any, ...]


def upsert(
    db: Database, table: str, columns: Sequence[str], rows: Iterable[Row], *, keys: int
) -> int:
    """Insert `rows`, or update those that differ; return how many were written.

    The first `keys` columns are the primary key. An equal row is not written at all,
    so that no trigger fires and a second run changes nothing.
    """
    names = [f'"{name}"' for name in columns]
    rest = names[keys:]
    marks = ", ".join("?" * len(names))
    sql = f"INSERT INTO {table}({', '.join(names)}) VALUES ({marks})"
    sql += f" ON CONFLICT({', '.join(names[:keys])}) DO "
    if rest:
        old = ", ".join(f"{table}.{name}" for name in rest)
        new = ", ".join(f"excluded.{name}" for name in rest)
        sql += f"UPDATE SET ({', '.join(rest)}) = ({new}) WHERE ({old}) IS NOT ({new})"
    else:
        sql += "NOTHING"
    before = db.conn.total_changes
    db.conn.executemany(sql, rows)
    return db.conn.total_changes - before


def replace_rows(
    db: Database,
    table: str,
    columns: Sequence[str],
    owner: str,
    rows: Sequence[Row],
) -> bool:
    """Make `rows` all that `owner` has in `table`; return whether anything changed.

    The first column names the owner, the second is the position.
    """
    names = [f'"{name}"' for name in columns]
    sql = f"SELECT {', '.join(names)} FROM {table} WHERE {names[0]} = ? ORDER BY 2"
    old: list[Row] = db.conn.execute(sql, (owner,)).fetchall()
    if old == list(rows):
        return False
    kept = [row for row, was in zip(rows, old, strict=False) if row == was]
    same = {row[1] for row in kept}
    db.conn.executemany(
        f"DELETE FROM {table} WHERE {names[0]} = ? AND {names[1]} = ?",
        [(owner, row[1]) for row in old if row[1] not in same],
    )
    db.conn.executemany(
        f"INSERT INTO {table}({', '.join(names)})"
        f" VALUES ({', '.join('?' * len(names))})",
        [row for row in rows if row[1] not in same],
    )
    return True


def next_n(db: Database, table: str) -> int:
    """Return the number that the next new row of `table` gets in column `n`."""
    return int(
        db.conn.execute(f"SELECT coalesce(max(n), 0) + 1 FROM {table}").fetchone()[0]
    )


def marks(values: Sequence[object]) -> str:
    """Return the placeholders for `values`: `?, ?, ?`."""
    return ", ".join("?" * len(values))


def number_of(text: str) -> int:
    """Return a number of 63 bits that stands for `text` in an index."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1
