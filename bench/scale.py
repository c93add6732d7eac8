"""The whole job on more hands: `python -m bench.scale [COPIES]`.

Raw news is read and assessed by one process, by two beside a writer, and by two
workers of a Dask cluster, each from a fresh database, what it takes to begin them
included. Then ready readings are stored beside raw `executemany` of the very same rows.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlite_utils import Database

from db import store
from db.connection import transaction
from db.instants import now
from molva.model import Reading, Report, Source, stable_id

ROOT = Path(__file__).parents[1]
NEWS = ROOT / ".." / "shared" / "data" / "ruen_raw_news" / "articles.jsonl"
#: How often each text is told, on other days and by other outlets.
COPIES = 2
ROUNDS = 5
_BATCH = 32
_AS_OF = date(2026, 11, 1)
#: What of the store writes when texts are read and claims assessed.
_WRITERS = (
    "save_readings",
    "mark_read",
    "settle_aliases",
    "unfile",
    "place",
    "suggest",
    "save_claims",
    "remove_claims",
    "tag_claims",
)


@dataclass(frozen=True, slots=True)
class Job:
    """What the whole job took: seconds, and those of them spent on writing."""

    reports: int
    seconds: float
    writing: float

    @property
    def rate(self) -> float:
        """Reports a second."""
        return self.reports / self.seconds


def reports(copies: int) -> list[Report]:
    """Return every article so often, a day and an outlet further each time."""
    lines = NEWS.read_text(encoding="utf-8").splitlines()
    first = date(2026, 1, 1)
    found = []
    for copy in range(copies):
        for i, line in enumerate(lines):
            told = json.loads(line)
            name = f"{copy}-{i}"
            found.append(
                Report(
                    id=stable_id("raw", name),
                    source=f"outlet-{copy}",
                    key=name,
                    text=told["text"],
                    title=told["title"],
                    url=f"https://outlet-{copy}.example/{i}",
                    published=f"{first + timedelta(days=i // 2 + copy)}T09:00:00Z",
                    seen_at=now(),
                )
            )
    return found


def fill(db: Database, copies: int) -> int:
    """Store the articles, unread; return how many."""
    names = [f"outlet-{copy}" for copy in range(copies)]
    store.save_sources(
        db, (Source(name=n, title=n, kind="media", lang="und") for n in names)
    )
    found = reports(copies)
    store.save_reports(db, found)
    return len(found)


def job(path: Path, hands: str) -> Job:
    """Do the whole job on a filled database, in this process and its workers.

    `hands` is a number of processes, 1 for this one alone, or a cluster's address.
    """
    from molva.pipeline.passes import run_pass
    from molva.pipeline.workers import Workers, beside, on_cluster

    began = time.perf_counter()
    spent = _watched()
    with closing(store.open_db(path)) as db:
        made: Any = nullcontext(Workers())
        if hands != "1":
            made = beside(int(hands)) if hands.isdigit() else on_cluster(hands)
        with made as workers:
            done = run_pass(db, (), as_of=_AS_OF, workers=workers)
    return Job(done.read, time.perf_counter() - began, sum(spent))


def _watched() -> list[float]:
    """Have what writes tell how long it took; returns the list that it tells."""
    spent: list[float] = []
    for name in _WRITERS:
        setattr(store, name, _timed(getattr(store, name), spent))
    return spent


def _timed(write: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return write(*given, **named)
        finally:
            spent.append(time.perf_counter() - began)

    return timed


def measure(hands: str, copies: int = COPIES) -> Job:
    """Do the job in a process of its own, from an empty database."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        with closing(store.open_db(path)) as db:
            fill(db, copies)
        command = [sys.executable, "-m", "bench.scale", "--job", str(path), hands]
        done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    return Job(**json.loads(done.stdout))


@contextmanager
def cluster(count: int) -> Iterator[str]:
    """Run a scheduler and so many workers on this machine; yields the address."""
    with TemporaryDirectory() as folder:
        where = Path(folder) / "scheduler.json"
        common = ("--no-dashboard", "--scheduler-file", str(where))
        scheduler = ("--host", "127.0.0.1", "--port", "0")
        worker = ("--nthreads", "1", "--no-nanny", "--local-directory", folder)
        processes = [_dask("scheduler", *common, *scheduler)]
        try:
            while not where.exists():
                time.sleep(0.1)
            processes += [_dask("worker", *common, *worker) for _ in range(count)]
            yield json.loads(where.read_text())["address"]
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _dask(kind: str, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def ingest(copies: int = 1) -> tuple[float, float, int]:
    """Return the seconds of storing ready readings: ours, raw, how many statements.

    Raw is `executemany` of every row that ours wrote into the same tables, with their
    indexes and triggers, in the same number of transactions.
    """
    from nlp.read import read

    given = reports(copies)
    readings = list(read(given))
    batches = [readings[i : i + _BATCH] for i in range(0, len(readings), _BATCH)]
    times: list[tuple[float, float]] = []
    with TemporaryDirectory() as folder:
        for turn in range(ROUNDS):
            ours, raw = (Path(folder) / f"{name}{turn}.db" for name in ("ours", "raw"))
            for path in (ours, raw):
                with closing(store.open_db(path)) as db:
                    fill(db, copies)
            seconds = _ours(ours, batches)
            times.append((seconds, _raw(raw, _written(ours, batches))))
    count = sum(len(reading.statements) for reading in readings)
    return median(t[0] for t in times), median(t[1] for t in times), count


def _ours(path: Path, batches: Sequence[Sequence[Reading]]) -> float:
    with closing(store.open_db(path)) as db:
        began = time.perf_counter()
        for batch in batches:
            with transaction(db):
                store.save_readings(db, batch)
        return time.perf_counter() - began


#: SQL → the rows it is executed with.
Writes = dict[str, list[Any]]


def _written(path: Path, batches: Sequence[Sequence[Reading]]) -> list[Writes]:
    """Return the rows that each batch added."""
    turn = {r.report_id: i for i, batch in enumerate(batches) for r in batch}
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row

        def rows(table: str) -> list[Any]:
            return conn.execute(f"SELECT * FROM {table}").fetchall()

        said = {row["id"]: turn[row["report_id"]] for row in rows("statement")}
        named: dict[str, int] = {}
        for row in rows("statement_entity"):
            first = said[row["statement_id"]]
            named[row["entity_key"]] = min(named.get(row["entity_key"], first), first)
        found: list[Writes] = [{} for _ in batches]
        tables: tuple[tuple[str, Callable[[Any], int]], ...] = (
            ("entity", lambda row: named.get(row["key"], 0)),
            ("entity_alias", lambda row: named.get(row["entity_key"], 0)),
            ("statement", lambda row: said[row["id"]]),
            ("statement_entity", lambda row: said[row["statement_id"]]),
        )
        for table, batch_of in tables:
            for row in rows(table):
                sql = f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})"
                found[batch_of(row)].setdefault(sql, []).append(tuple(row))
        mark = "UPDATE report_revision SET read_at = ? WHERE report_id = ?"
        for report, batch in turn.items():
            found[batch].setdefault(mark, []).append((now(), report))
    return found


def _raw(path: Path, writes: Sequence[Writes]) -> float:
    with closing(store.open_db(path)) as db:
        began = time.perf_counter()
        for batch in writes:
            with transaction(db):
                for sql, rows in batch.items():
                    db.conn.executemany(sql, rows)
        return time.perf_counter() - began


def main() -> None:
    """Print the table, or with --job do one job and print what it took."""
    if sys.argv[1:2] == ["--job"]:
        done = job(Path(sys.argv[2]), sys.argv[3])
        print(json.dumps(asdict(done)))
        return
    copies = int(sys.argv[1]) if sys.argv[1:] else COPIES
    for hands in ("1", "2"):
        _tell(f"{hands} worker(s)", measure(hands, copies))
    with cluster(2) as address:
        _tell("Dask, 2 workers", measure(address, copies))
    ours, raw, count = ingest()
    print(f"{count} statements: ours {ours:.3f} s, raw {raw:.3f} s, {raw / ours:.2f}")


def _tell(name: str, done: Job) -> None:
    share = done.writing / done.seconds
    print(f"{name:16} {done.rate:6.2f} reports/s, writing {share:.1%} of the time")


if __name__ == "__main__":
    main()
