"""Time the pages over a large database beside stock Datasette; then under a writer.

    python -m bench.browse [FILE] [--rounds N]

FILE is made if it is not there (`bench.news`: 200,000 claims, 1,000,000 statements).
Both servers are processes of their own; requests go one by one over HTTP on this
machine, in turn, and the medians are compared. Then ours is asked once more while a
writer commits every `PAUSE` what a run commits: a claim judged anew.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import quote

import httpx

from bench import news
from bench.news import WORDS
from bench.table import Row

ROUNDS = 15
#: Seconds between two commits of the writer, as in a run.
PAUSE = 0.02
_TODAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Page:
    """A page to time: its addresses with us and in stock Datasette, and the target."""

    name: str
    ours: tuple[str, ...]
    stock: tuple[str, ...]
    target: float | None = None


@dataclass(slots=True)
class Timed:
    """Milliseconds per request, and the answers that were no page."""

    milliseconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def pages(path: Path) -> list[Page]:
    """Return what is timed in a file."""
    rng = random.Random(4)
    with closing(sqlite3.connect(path)) as conn:
        count = conn.execute("SELECT count(*) FROM claim").fetchone()[0]
        numbers = rng.sample(range(1, count + 1), 40)
        holes = ", ".join("?" * len(numbers))
        sql = f"SELECT id FROM claim WHERE n IN ({holes})"
        ids = [row[0] for row in conn.execute(sql, numbers)]
    words = [word for pairs in WORDS.values() for word, _ in pairs]
    facets = "_facet=status&_facet=source_type"
    return [
        Page(
            "claim table, three facets",
            ("/molva/claim",),
            (f"/news/claim?{facets}&_facet=outcome",),
            100,
        ),
        Page(
            "claim table, five facets",
            ("/molva/claim?_facet=lang&_facet=first_source",),
            (f"/news/claim?{facets}&_facet=outcome&_facet=lang&_facet=first_source",),
        ),
        Page(
            "claims of a status, facets",
            ("/molva/claim?status=denied", "/molva/claim?status=rumor"),
            tuple(f"/news/claim?status={s}&{facets}" for s in ("denied", "rumor")),
            100,
        ),
        Page(
            "claim page",
            tuple(f"/molva/claim/{one}" for one in ids),
            tuple(f"/news/claim/{one}" for one in ids),
            15,
        ),
        Page(
            "search",
            tuple(f"/molva/search?q={quote(word)}" for word in words),
            tuple(f"/news/claim_search?_search={quote(word)}" for word in words),
            150,
        ),
        Page(
            "search in the table",
            tuple(f"/molva/claim?_search={quote(word)}" for word in words),
            tuple(f"/news/claim_search?_search={quote(word)}" for word in words),
            150,
        ),
        Page("front page", ("/",), ("/news",)),
        Page("topic page", ("/molva/topic/Topic+3",), ("/news/topic/Topic+3",)),
        Page("name page", ("/molva/entity/e2",), ("/news/entity/e2",)),
        Page("source page", ("/molva/source/s1",), ("/news/source/s1",)),
        Page(
            "topic as a file, JSON",
            ("/-/timeline.json?topic=Topic+3&since=2025-11-01",),
            ("/news/topic_claim.json?topic=Topic+3",),
        ),
    ]


@contextmanager
def server(*command: str) -> Iterator[httpx.Client]:
    """Run a server on a free port until the block ends; yield a client of it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = str(free.getsockname()[1])
    with subprocess.Popen(
        [sys.executable, "-m", *command, "--port", port],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", timeout=60
            ) as client:
                _wait(client, process)
                yield client
        finally:
            process.terminate()


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            client.get("/-/versions.json")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not answer")


def write(path: Path, stop: Event, written: multiprocessing.Queue[int]) -> None:
    """Judge claims anew until stopped, each in a transaction of its own."""
    from db.store import load_claims, open_db, save_claims
    from molva.claims import assess

    db, count, rng = open_db(path), 0, random.Random(5)
    last = db.conn.execute("SELECT max(n) FROM claim").fetchone()[0]
    while not stop.is_set():
        sql = "SELECT id FROM claim WHERE n = ?"
        row = db.conn.execute(sql, (rng.randint(1, last),)).fetchone()
        (claim,) = load_claims(db, [row[0]])
        save_claims(db, [assess(claim.id, claim.evidence, as_of=_TODAY)])
        count += 1
        time.sleep(PAUSE)
    db.close()
    written.put(count)


def fetch(client: httpx.Client, address: str, into: Timed) -> None:
    """Time one request; what is no page is told apart."""
    start = time.perf_counter()
    answer = client.get(address, headers={"accept-language": "en"})
    into.milliseconds.append((time.perf_counter() - start) * 1000)
    if answer.status_code != 200:
        into.failures.append(f"{answer.status_code} {address}")


@dataclass(frozen=True, slots=True)
class Measured:
    """A row per page timed in quiet; then, while `writes` claims were written, how many
    requests were made and the answers that were no page."""

    rows: list[Row]
    requests: int
    writes: int
    failures: list[str]


def measure(path: Path, rounds: int = ROUNDS) -> Measured:
    """Time every page, ours and stock Datasette's; then ask ours again under load."""
    with TemporaryDirectory() as folder:
        # stock Datasette names a database after its file
        linked = Path(folder) / "news.db"
        linked.symlink_to(path.resolve())
        asked = pages(path)
        ours = ("molva", "--db", str(path), "browse")
        with server(*ours) as mine:
            with server("datasette", "serve", str(linked)) as theirs:
                rows = [_timed(page, mine, theirs, rounds) for page in asked]
            with writer(path) as written:
                told = Timed()
                for page in asked:
                    for place in range(rounds):
                        fetch(mine, page.ours[place % len(page.ours)], told)
                count = written()
    return Measured(rows, len(told.milliseconds), count, told.failures)


@contextmanager
def writer(path: Path) -> Iterator[Callable[[], int]]:
    """Write until the block ends; what is yielded stops it and tells how often."""
    stop = multiprocessing.Event()
    written: multiprocessing.Queue[int] = multiprocessing.Queue()
    process = multiprocessing.Process(target=write, args=(path, stop, written))

    def count() -> int:
        stop.set()
        return written.get(timeout=60)

    process.start()
    try:
        yield count
    finally:
        stop.set()
        process.join()


def _timed(page: Page, mine: httpx.Client, theirs: httpx.Client, rounds: int) -> Row:
    told, other = Timed(), Timed()
    for place in range(max(rounds, len(page.ours))):
        fetch(mine, page.ours[place % len(page.ours)], told)
        fetch(theirs, page.stock[place % len(page.stock)], other)
    return _row(page, told, other)


def _row(page: Page, told: Timed, other: Timed) -> Row:
    return Row(
        set="browsing",
        measure=f"{page.name}, ms",
        n=len(told.milliseconds),
        ours=round(median(told.milliseconds), 1),
        peers={"stock Datasette": round(median(other.milliseconds), 1)},
        target=page.target,
        is_cost=True,
        note=", ".join((*told.failures[:3], *other.failures[:3])),
    )


def browse_rows(given: Path | None = None, rounds: int = ROUNDS) -> Iterator[Row]:
    """Yield the rows of the table, from a file or one made for them."""
    with TemporaryDirectory() as folder:
        path = given or Path(folder) / "molva.db"
        if not path.exists():
            news.make(path)
        found = measure(path, rounds)
    yield from found.rows
    yield Row(
        set="browsing",
        measure="failures while a writer is busy",
        n=found.requests,
        ours=len(found.failures),
        target=0,
        is_cost=True,
        note=f"{found.writes} claims written meanwhile",
    )


def main() -> None:
    """Make the file if need be, time the pages, print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    for row in browse_rows(given.file, given.rounds):
        goal = "" if row.target is None else f"target {row.target:g}"
        stock = "".join(f"stock {ms:8.1f}" for ms in row.peers.values())
        print(f"{row.measure:34} {row.ours:8.1f}  {goal:11} {stock} {row.note}")


if __name__ == "__main__":
    main()
