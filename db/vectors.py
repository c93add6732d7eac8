"""Sentence vectors in a file of their own: a cache that can be deleted at any time.

Each vector is 512 signed bytes and a scale, 516 bytes against 2,048 as float32; the
cosine of two of them is off by less than 0.01.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from db.rows import chunks, marks

WIDTH = 512
#: Rows kept in memory, 2 KB each: what is told is told again soon.
KEPT = 8192
_SCHEMA = """CREATE TABLE IF NOT EXISTS vector (
  id BLOB PRIMARY KEY, scale REAL NOT NULL, bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID"""

Matrix = NDArray[np.float32]
Row = NDArray[np.float32]


class Vectors:
    """The vectors beside a database; keys are texts."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self._conn = _open(self.path)
        self._kept: dict[bytes, Row] = {}

    def get(self, texts: Sequence[str]) -> tuple[Matrix, NDArray[np.bool_]]:
        """Return a row per text (zeros where unknown) and which rows are known."""
        matrix = np.zeros((len(texts), WIDTH), dtype=np.float32)
        known = np.zeros(len(texts), dtype=np.bool_)
        keys = [text_key(text) for text in texts]
        rows = self._rows(dict.fromkeys(keys))
        for i, key in enumerate(keys):
            if key in rows:
                matrix[i], known[i] = rows[key], True
        return matrix, known

    def _rows(self, keys: Iterable[bytes]) -> dict[bytes, Row]:
        found = {key: self._kept[key] for key in keys if key in self._kept}
        missing = [key for key in keys if key not in found]
        for chunk in chunks(missing):
            sql = f"SELECT id, scale, bytes FROM vector WHERE id IN ({marks(chunk)})"
            for key, scale, data in self._conn.execute(sql, chunk):
                row = np.frombuffer(data, dtype=np.int8).astype(np.float32) * scale
                found[key] = self._kept[key] = row
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]  # what was looked up first
        return found

    def put(self, texts: Sequence[str], matrix: Matrix) -> None:
        """Keep one row per text, shape (len(texts), WIDTH)."""
        if matrix.shape != (len(texts), WIDTH):
            raise ValueError(f"expected {(len(texts), WIDTH)}, got {matrix.shape}")
        scales = np.maximum(np.abs(matrix).max(axis=1, initial=0.0), 1e-9) / 127
        small = np.rint(matrix / scales[:, None]).astype(np.int8)
        rows = [
            (text_key(text), float(scale), row.tobytes())
            for text, scale, row in zip(texts, scales, small, strict=True)
        ]
        for key, *_ in rows:
            self._kept.pop(key, None)
        with self._conn:
            self._conn.executemany("REPLACE INTO vector VALUES (?, ?, ?)", rows)

    def __len__(self) -> int:
        return int(self._conn.execute("SELECT count(*) FROM vector").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._conn.close()

    def __enter__(self) -> Vectors:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_vectors(db: Database) -> Vectors:
    """Open the vectors beside an open database."""
    return Vectors(vectors_path(db.conn.execute("PRAGMA database_list").fetchone()[2]))


def vectors_path(database: str | Path) -> Path:
    """Return where the vectors of a database lie: `molva.db` → `molva.vectors`."""
    return Path(database).with_suffix(".vectors")


def text_key(text: str) -> bytes:
    """Return the 16-byte key of a text."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def _open(path: str) -> sqlite3.Connection:
    """Open the cache; a damaged or foreign file is a cache lost, so begin anew."""
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for end in ("", "-wal", "-shm"):
            Path(path + end).unlink(missing_ok=True)
        return _connect(path)


def _connect(path: str) -> sqlite3.Connection:
    conn = sqlite3.connect(path, timeout=30)
    try:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute(_SCHEMA)
    except sqlite3.Error:
        conn.close()
        raise
    return conn
