"""Killed with -9 at any moment, a step loses nothing and repeats nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from db.backup import backup
from db.migrations import migrations
from db.store import doctor, open_db

ROOT = Path(__file__).parents[1]
#: What a clock or the packing of an index makes differ.
NOT_COMPARED = {"run", "issue", "lease"}
CLOCKS = {"read_at", "at", "applied_at"}


class Steps:
    """Steps in processes of their own, that can be killed."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.growth_steps"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def _say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def run(self, step: str, path: Path, kill_after: float | None = None) -> int:
        """Return the exit code of a step, -9 where it was killed."""
        self._say(json.dumps([step, str(path)]))
        pid = int(self._line())
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(pid, signal.SIGKILL)
        self._say("")
        return int(self._line())

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def steps() -> Iterator[Steps]:
    running = Steps()
    yield running
    running.close()


def rows(path: Path) -> dict[str, list[Any]]:
    """Return every row that must be the same whenever and however it was made."""
    found = {}
    with closing(open_db(path)) as db:
        for table in db.tables:
            if table.name in NOT_COMPARED or "_fts" in table.name:
                continue
            columns = [c.name for c in table.columns if c.name not in CLOCKS]
            names = ", ".join(f'"{name}"' for name in columns)
            sql = f'SELECT {names} FROM "{table.name}"'
            found[table.name] = sorted(db.conn.execute(sql).fetchall(), key=repr)
    return found


def is_sound(path: Path) -> bool:
    with closing(open_db(path)) as db:
        return all(finding.is_ok for finding in doctor(db))


def unread(demo_db: Path, path: Path) -> Path:
    """Write a database with the demo's reports, none of them read."""
    backup(demo_db, path)
    with closing(open_db(path)) as db:
        for table in ("claim", "statement", "entity_alias", "entity"):
            db.conn.execute(f"DELETE FROM {table}")
        db.conn.execute("UPDATE report_revision SET read_at = NULL")
    return path


def copied(path: Path, name: str) -> Path:
    made = path.with_name(f"{name}.db")
    backup(path, made)
    return made


def killed(
    steps: Steps, step: str, path: Path, rounds: int, seed: int, begun: Path
) -> None:
    """Take a step to its end, killed `rounds` times on the way; sound after each."""
    seconds = _seconds(steps, step, begun)
    chance = random.Random(seed)
    kills = 0
    for _ in range(4 * rounds):
        code = steps.run(step, path, chance.uniform(0, 3 * seconds / rounds))
        assert code in (0, -signal.SIGKILL)
        kills += code != 0
        assert is_sound(path)
        if kills == rounds:
            break
        if code == 0:  # it got to its end in spite of all: kill it from the start
            _begin_anew(begun, path)
    assert kills == rounds
    assert steps.run(step, path) == 0
    assert is_sound(path)


def _seconds(steps: Steps, step: str, begun: Path) -> float:
    timed = copied(begun, "timed")
    began = time.monotonic()
    assert steps.run(step, timed) == 0
    return time.monotonic() - began


def _begin_anew(begun: Path, path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    backup(begun, path)


ROUNDS = [
    pytest.param(3, 7, id="3"),
    pytest.param(25, 11, id="25", marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
]


@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
def test_reading_and_assessing_end_as_if_nothing_had_been(
    steps: Steps, demo_db: Path, tmp_path: Path, rounds: int, seed: int
) -> None:
    begun = unread(demo_db, tmp_path / "begun.db")
    plain, path = copied(begun, "plain"), copied(begun, "killed")
    assert steps.run("read", plain) == 0
    read = copied(plain, "read")
    killed(steps, "read", path, rounds, seed, begun)
    assert rows(path) == rows(plain)
    assert rows(path)["statement"]

    assert steps.run("assess", plain) == 0
    (tmp_path / "timed.db").unlink()
    killed(steps, "assess", path, rounds, seed + 1, read)
    assert rows(path) == rows(plain)
    assert len(rows(path)["claim"]) > 10


@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
def test_a_decision_is_made_whole_or_not_at_all(
    steps: Steps, demo_db: Path, tmp_path: Path, rounds: int, seed: int
) -> None:
    plain, path = tmp_path / "plain.db", tmp_path / "killed.db"
    backup(demo_db, plain)
    backup(demo_db, path)
    with closing(open_db(plain)) as db:  # the demo's own would be counted with them
        assert db.table("review").count == 0
    assert steps.run("review", plain) == 0
    killed(steps, "review", path, rounds, seed, demo_db)
    assert decided(path) == decided(plain)
    assert len(decided(path)) > 10


def decided(path: Path) -> list[Any]:
    """Return how each claim stands, and every decision on it."""
    with closing(open_db(path)) as db:
        sql = """SELECT c.id, c.status, c.credibility, r.verb, r.actor, r.note
            FROM claim c LEFT JOIN review r ON r.claim_id = c.id ORDER BY 1, 4"""
        return db.conn.execute(sql).fetchall()


@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
def test_a_migration_is_of_the_old_schema_or_the_new(
    steps: Steps, tmp_path: Path, rounds: int, seed: int
) -> None:
    begun = first_schema(tmp_path / "begun.db", reports=1500)
    plain = tmp_path / "plain.db"
    backup(begun, plain)
    began = time.monotonic()
    assert steps.run("migrate", plain) == 0
    seconds = time.monotonic() - began
    names = [step.name for step in migrations.pending(Database(memory=True))]
    chance = random.Random(seed)
    kills, seen = 0, set()
    for number in range(6 * rounds):
        path = tmp_path / f"killed{number}.db"
        backup(begun, path)
        code = steps.run("migrate", path, chance.uniform(0, 1.2 * seconds))
        kills += code != 0
        with closing(sqlite3.connect(path)) as conn:
            done = [r[0] for r in conn.execute("SELECT name FROM _sqlite_migrations")]
            assert done == names[: len(done)]
            seen.add(len(done))
            assert conn.execute("SELECT count(*) FROM report_revision").fetchone() == (
                1500,
            )
        assert steps.run("migrate", path) == 0
        assert schema(path) == schema(plain)
        assert rows(path) == rows(plain)
        path.unlink()
        if kills == rounds:
            break
    assert kills == rounds
    assert len(seen) > 1, "every kill came before, or after, all of it"


def schema(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as conn:
        sql = "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2"
        return conn.execute(sql).fetchall()


def first_schema(path: Path, reports: int) -> Path:
    """Write a database as the first release made it."""
    db = Database(path)
    migrations.apply(db, stop_before="m0007_reviews")
    with db.conn:
        db.execute(
            """INSERT INTO source(name, title, kind, lang)
            VALUES ('a', 'A', 'media', 'en')"""
        )
        db.conn.executemany(
            """INSERT INTO report(id, n, source, key, kind, first_seen_at)
            VALUES (?, ?, 'a', ?, 'media', '2022-01-01T00:00:00Z')""",
            [(f"r{n}", n, str(n)) for n in range(reports)],
        )
        db.execute(
            "INSERT INTO report_search(n, title, stems) SELECT n, '', '' FROM report"
        )
        db.conn.executemany(
            """INSERT INTO report_revision(report_id, revision, text, text_sha256,
              seen_at, change_class)
            VALUES (?, 1, ?, 'x', '2022-01-01T00:00:00Z', 'new')""",
            [(f"r{n}", f"Trucks number {n}. " * 40) for n in range(reports)],
        )
    db.close()
    return path
