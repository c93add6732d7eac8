"""Writing rows so that what is already there stays untouched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar

from sqlite_utils import Database

Row = tuple[Any, ...]
Item = TypeVar("Item")

#: SQLite's limit on placeholders is 32,766; this leaves room in every query.
CHUNK = 500


def upsert(
    db: Database, table: str, columns: Sequence[str], rows: Iterable[Row], *, keys: int
) -> int:
    """Insert `rows`, or update those that differ; return how many were written.

    The first `keys` columns are the primary key. An equal row is not written at all,
    so that no trigger fires and a second run changes nothing.
    """
    before = db.conn.total_changes
    db.conn.executemany(_upsert(table, tuple(columns), keys), rows)
    return db.conn.total_changes - before


@cache
def _upsert(table: str, columns: tuple[str, ...], keys: int) -> str:
    names = [f'"{name}"' for name in columns]
    rest = names[keys:]
    sql = f"INSERT INTO {table}({', '.join(names)}) VALUES ({marks(names)})"
    sql += f" ON CONFLICT({', '.join(names[:keys])}) DO "
    if not rest:
        return sql + "NOTHING"
    old = ", ".join(f"{table}.{name}" for name in rest)
    new = ", ".join(f"excluded.{name}" for name in rest)
    return (
        sql + f"UPDATE SET ({', '.join(rest)}) = ({new}) WHERE ({old}) IS NOT ({new})"
    )


def replace_rows(
    db: Database,
    table: str,
    columns: Sequence[str],
    owners: Sequence[str],
    rows: Iterable[Row],
) -> set[str]:
    """Make `rows` all that `owners` have in `table`; return whose rows changed.

    The first column names the owner, the second is the position; an equal row is not
    written. A query names all owners, so give some hundreds at a time.
    """
    names = [f'"{name}"' for name in columns]
    old = {row[:2]: row for row in _rows_of(db, table, names, owners)}
    new = {row[:2]: row for row in rows}
    gone = [place for place, row in old.items() if new.get(place) != row]
    come = [row for place, row in new.items() if old.get(place) != row]
    if gone:
        sql = f"DELETE FROM {table} WHERE {names[0]} = ? AND {names[1]} = ?"
        db.conn.executemany(sql, gone)
    if come:
        sql = f"INSERT INTO {table}({', '.join(names)}) VALUES ({marks(names)})"
        db.conn.executemany(sql, come)
    return {owner for owner, *_ in (*gone, *come)}


def differing(
    db: Database, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> list[Row]:
    """Return those of `rows` that `table` does not have so.

    The first column is its key. A query names them all, so give some hundreds at a
    time.
    """
    names = [f'"{name}"' for name in columns]
    keys = [row[0] for row in rows]
    old = {row[0]: row for row in _rows_of(db, table, names, keys)}
    return [row for row in rows if old.get(row[0]) != row]


def _rows_of(
    db: Database, table: str, names: Sequence[str], keys: Sequence[str]
) -> Iterable[Row]:
    """Return the rows whose first column is one of `keys`; `names` are quoted."""
    sql = f"""SELECT {", ".join(names)} FROM {table}
        WHERE {names[0]} IN ({marks(keys)})"""
    return db.conn.execute(sql, keys)


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Yield lists of `size` items, the last one shorter."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


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
