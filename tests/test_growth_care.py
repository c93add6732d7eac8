"""Backups while others write, and a doctor that says and does what a file needs."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from db import leases
from db.backup import backup
from db.connection import StorageError, open_db
from db.migrations import migrations
from db.publish import publish
from db.store import doctor
from molva.cli import cli
from tests.db_samples import dump, filled

ROOT = Path(__file__).parents[1]


def molva(
    db: Path, *words: str, under: Sequence[str] = (), **rest: Any
) -> subprocess.CompletedProcess[str]:
    """Run `molva` in a process of its own, as a word of the command `under`."""
    return subprocess.run(
        [*under, sys.executable, "-m", "molva", "--db", str(db), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **rest,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return filled(tmp_path)


def rows(path: Path) -> Any:
    with closing(open_db(path)) as db:
        return dump(db)


# --- backup -----------------------------------------------------------------------


def test_a_backup_is_one_file_with_the_same_rows(path: Path, tmp_path: Path) -> None:
    made = tmp_path / "copies" / "monday.db"
    made.parent.mkdir()
    done = molva(path, "backup", str(made))
    assert done.returncode == 0, done.stderr
    assert "checked" in done.stderr
    assert [p.name for p in made.parent.iterdir()] == ["monday.db"]
    assert rows(made) == rows(path)


def test_a_backup_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    done = molva(path, "backup", str(kept))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert kept.read_text() == "mine"


def test_a_backup_is_of_one_moment_while_a_writer_is_busy(
    path: Path, tmp_path: Path
) -> None:
    """Each commit adds a topic and takes one away: a mixture would hold another sum."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("CREATE TABLE filler(x)")
        # enough pages that the copy takes many steps
        conn.execute(
            """INSERT INTO filler WITH RECURSIVE n(i) AS
            (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
            SELECT zeroblob(4000) FROM n"""
        )
        conn.execute("INSERT INTO topic(name, claim_count) VALUES ('a', 0), ('b', 0)")
        conn.commit()
    stop, commits = threading.Event(), []

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30)) as conn:
            while not stop.is_set():
                sql = "UPDATE topic SET claim_count = claim_count + ? WHERE name = ?"
                conn.executemany(sql, [(1, "a"), (-1, "b")])
                conn.execute("UPDATE filler SET x = zeroblob(4000) WHERE rowid < 50")
                conn.commit()
                commits.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    told: list[tuple[int, int]] = []
    during: list[int] = []

    def copied(done: int, pages: int) -> None:
        told.append((done, pages))
        during.append(len(commits))

    try:
        backup(path, tmp_path / "copy.db", copied)
    finally:
        stop.set()
        writer.join()
    assert len(told) > 5
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert during[-1] > during[0], "nobody wrote meanwhile"
    with closing(sqlite3.connect(tmp_path / "copy.db")) as conn:
        counts = dict(conn.execute("SELECT name, claim_count FROM topic"))
        assert counts["a"] + counts["b"] == 0
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_older_file_is_copied_as_it_is(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    db = Database(old)
    migrations.apply(db, stop_before="m0008_changes")
    db.close()
    backup(old, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as conn:
        names = [r[0] for r in conn.execute("SELECT name FROM _sqlite_migrations")]
    assert names[-1] == "m0007_reviews"


@pytest.mark.parametrize("content", [b"", b"some words " * 900])
def test_what_is_no_database_of_ours_is_not_copied(
    tmp_path: Path, content: bytes
) -> None:
    other = tmp_path / "notes"
    other.write_bytes(content)
    with pytest.raises(StorageError):
        backup(other, tmp_path / "copy.db")
    assert [p.name for p in tmp_path.iterdir()] == ["notes"]


def test_a_damaged_file_leaves_no_backup(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'statement_subject'"
        (page,) = conn.execute(sql).fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size + 100 : page * size] = b"\xff" * (size - 100)
    path.write_bytes(data)
    done = molva(path, "backup", str(tmp_path / "copy.db"))
    assert done.returncode == 3
    assert "damaged" in done.stderr
    assert not (tmp_path / "copy.db").exists()


def test_a_full_disk_leaves_no_half_backup(path: Path, tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    folder = tmp_path / "small"
    folder.mkdir()
    # Python ignores SIGXFSZ, so that writing past the limit is an error like no space
    done = molva(path, "backup", str(folder / "copy.db"), preexec_fn=limit)
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("\n") == 1
    assert str(folder) in done.stderr
    assert list(folder.iterdir()) == []


def test_a_restored_backup_goes_on_where_it_was(path: Path, tmp_path: Path) -> None:
    backup(path, tmp_path / "copy.db")
    told = rows(path)
    with closing(open_db(path)) as db:
        db.conn.execute("DELETE FROM status_change")
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy.db", path)
    assert rows(path) == told
    assert molva(path, "doctor").returncode == 0


# --- doctor -----------------------------------------------------------------------


def sql(*statements: str) -> Callable[[Path], None]:
    def harm(path: Path) -> None:
        with closing(sqlite3.connect(path)) as conn:
            for statement in statements:
                conn.execute(statement)
            conn.commit()

    return harm


def stale_lease(path: Path) -> None:
    with closing(open_db(path)) as db:
        leases.take(db, ["source:vestnik"], "elsewhere/1/2", "2001-01-01T00:00:00Z")
        leases.take(db, ["reading"], "elsewhere/1/3", "2999-01-01T00:00:00Z")


HARMS: dict[str, Callable[[Path], None]] = {
    "links between tables": sql("DELETE FROM entity"),
    "search index": sql("INSERT INTO claim_fts(claim_fts) VALUES ('delete-all')"),
    "search rows": sql("DELETE FROM claim_search", "DELETE FROM report_search"),
    "evidence": sql("UPDATE evidence SET source = 'volna'"),
    "claims": sql("DELETE FROM evidence"),
    "counts": sql("UPDATE claim SET evidence_count = 7"),
    "queue": sql("UPDATE statement SET is_placed = 0"),
    "candidates": sql("DELETE FROM claim_key"),
    "revisions": sql("UPDATE report SET revision = revision + 4"),
    "names": sql("UPDATE entity SET statement_count = 99"),
    "topics": sql("INSERT INTO topic(name, claim_count) VALUES ('cars', 3)"),
    "clock": sql(
        """INSERT INTO page(url_key, url, source, first_seen_at, checked_at,
        next_check_at, state) VALUES ('k', 'https://vestnik.example/', 'vestnik',
        '2099-01-01T00:00:00Z', '2099-01-01T00:00:00Z', '2099-01-02T00:00:00Z',
        'fetched')"""
    ),
    "leases": stale_lease,
}


def findings(path: Path, *words: str) -> tuple[int, dict[str, dict[str, Any]]]:
    done = CliRunner().invoke(cli, ["--db", str(path), "doctor", "--json", *words])
    return done.exit_code, {row["check"]: row for row in json.loads(done.stdout)}


@pytest.mark.parametrize("check", list(HARMS))
def test_the_doctor_tells_and_mends(path: Path, check: str) -> None:
    HARMS[check](path)
    harmed = rows(path)
    code, told = findings(path)
    assert code == 3
    assert not told[check]["is_ok"]
    assert told[check]["remedy"]
    assert rows(path) == harmed, "looking changed something"
    code, told = findings(path, "--fix")
    assert code == 0, [row for row in told.values() if not row["is_ok"]]
    assert told[check]["is_fixed"]
    assert findings(path)[0] == 0


@pytest.mark.parametrize("check", ["search index", "search rows", "counts", "evidence"])
def test_a_mend_gives_back_the_rows_there_were(path: Path, check: str) -> None:
    # judged once by the rules, so that judging anew can be compared with it
    sql("UPDATE claim SET evidence_count = 7")(path)
    assert findings(path, "--fix")[0] == 0
    before = rows(path)
    HARMS[check](path)
    assert findings(path, "--fix")[0] == 0
    after = rows(path)
    # how an index packs its words depends on the order in which they came
    assert {t: r for t, r in after.items() if "_fts_" not in t} == {
        t: r for t, r in before.items() if "_fts_" not in t
    }


def test_candidates_are_entered_as_they_were(demo_db: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    backup(demo_db, path)
    before = rows(path)["claim_key"]
    assert before
    HARMS["candidates"](path)
    assert findings(path, "--fix")[0] == 0
    assert rows(path)["claim_key"] == before


def test_every_check_is_harmed_here(path: Path) -> None:
    with closing(open_db(path)) as db:
        names = {finding.check for finding in doctor(db)}
    assert names - set(HARMS) == {"file", "schema"}


def test_a_report_keeps_its_text_when_its_source_is_gone(path: Path) -> None:
    sql("DELETE FROM source WHERE name = 'vestnik'")(path)
    assert findings(path, "--fix")[0] == 0
    with closing(open_db(path)) as db:
        sources = [r[0] for r in db.conn.execute("SELECT source FROM report")]
    assert "vestnik" in sources


def test_an_index_out_of_step_is_made_anew(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA writable_schema = ON")
        conn.execute(
            """UPDATE sqlite_schema SET sql = replace(sql, '(lang)', '(url)')
            WHERE name = 'report_lang'"""
        )
        conn.commit()
    code, told = findings(path)
    assert code == 3
    assert "report_lang" in told["file"]["message"]
    code, told = findings(path, "--fix")
    assert code == 0
    assert told["file"]["is_fixed"]


def test_a_file_of_an_older_molva_is_told_and_migrated_only_when_asked(
    tmp_path: Path,
) -> None:
    old = tmp_path / "old.db"
    db = Database(old)
    migrations.apply(db, stop_before="m0008_changes")
    db.close()
    code, told = findings(old)
    assert code == 3
    assert "m0008_changes" in told["schema"]["message"]
    assert set(told) == {"file", "schema"}
    code, told = findings(old, "--fix")
    assert code == 0
    assert told["schema"]["is_fixed"]
    assert "leases" in told


def test_what_is_amiss_in_an_older_file_is_mended_in_the_same_call(
    tmp_path: Path,
) -> None:
    from tests.test_growth_kills import first_schema

    old = first_schema(tmp_path / "old.db", reports=3)
    sql(
        "UPDATE report SET revision = revision + 4",
        "INSERT INTO topic(name, claim_count) VALUES ('cars', 3)",
    )(old)
    code, told = findings(old, "--fix")
    assert code == 0, [row for row in told.values() if not row["is_ok"]]
    fixed = {name for name, row in told.items() if row["is_fixed"]}
    assert {"schema", "revisions", "topics"} <= fixed
    assert "counts" not in fixed
    code, told = findings(old)
    assert code == 0
    assert not any(row["is_fixed"] for row in told.values())


def test_a_file_of_a_newer_molva_is_refused_and_left_alone(path: Path) -> None:
    sql(
        """INSERT INTO _sqlite_migrations(migration_set, name, applied_at)
        VALUES ('molva', 'm9999_future', '2031')"""
    )(path)
    before = path.read_bytes()
    for words in (["doctor", "--fix"], ["claims"], ["run", "--no-crawl"]):
        done = molva(path, *words)
        assert done.returncode == 3, words
        assert "newer Molva" in done.stderr
    assert path.read_bytes() == before


def test_a_published_copy_is_no_patient(path: Path, tmp_path: Path) -> None:
    with closing(open_db(path)) as db:
        publish(db, tmp_path / "public.db")
    backup(tmp_path / "public.db", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_size
