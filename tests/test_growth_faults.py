"""Faults of the machine and of its owner: one line, an exit code, nothing half done."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import CliRunner

from crawler.source import SourceError, read_file
from db import connection, leases
from db.store import doctor, open_db
from molva.cli import cli
from molva.pipeline.leases import leased
from tests.db_samples import filled
from tests.test_growth_care import molva

TEXT = "Zarya Motors will build 500 buses by the end of 2027, its director said.\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return filled(tmp_path)


def one_line(done: subprocess.CompletedProcess[str], code: int, words: str) -> None:
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


# --- the machine ------------------------------------------------------------------


def test_a_full_disk_is_told_and_the_next_run_goes_on(
    path: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT * 20_000)
    size = path.stat().st_size

    def full() -> None:
        # files cannot grow past what there is: a disk without room
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = molva(path, "add", "--no-read", str(page), preexec_fn=full)
    assert done.returncode == 3, done.stderr
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr
    again = molva(path, "add", "--no-read", str(page))
    assert again.returncode == 0, again.stderr
    with closing(open_db(path)) as db:
        assert all(finding.is_ok for finding in doctor(db))
        states = [row[0] for row in db.conn.execute("SELECT state FROM run")]
    assert "running" not in states
    assert states[-1] == "done"


#: Root may write anywhere, unless it gives that up.
MORTAL = () if os.getuid() else ("setpriv", "--bounding-set=-dac_override")


@pytest.mark.skipif(
    bool(MORTAL) and not shutil.which("setpriv"), reason="root may write anywhere"
)
@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("claims",), "folder"),
        (("run", "--no-crawl"), "file"),
        (("run", "--no-crawl"), "folder"),
    ],
)
def test_what_may_not_be_written_is_refused_in_one_line(
    path: Path, words: tuple[str, ...], what: str
) -> None:
    before = path.read_bytes()
    path.chmod(0o444)
    if what == "folder":
        path.parent.chmod(0o555)
    try:
        one_line(molva(path, *words, under=MORTAL), 3, str(path))
    finally:
        path.parent.chmod(0o755)
    assert path.read_bytes() == before


def test_a_busy_database_is_waited_for_then_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding = """import sqlite3, sys
conn = sqlite3.connect(sys.argv[1]); conn.execute("BEGIN IMMEDIATE")
print("held", flush=True); sys.stdin.readline()"""
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.2)
        done = CliRunner().invoke(cli, ["--db", str(path), "run", "--no-crawl"])
        assert isinstance(done.exception, connection.StorageError)
        assert "is busy" in str(done.exception)
        other.communicate("\n")
    assert molva(path, "run", "--no-crawl").returncode == 0


def test_a_lease_from_a_clock_that_ran_ahead_holds_nobody_up(path: Path) -> None:
    """The clock stood in 2099 and was set back; the holder is on another machine."""
    with closing(open_db(path)) as db:
        leases.take(db, ["reading"], "elsewhere/1/2", "2099-01-01T00:00:00Z")
        leases.take(db, ["source:a"], "elsewhere/1/2", "2000-01-01T00:00:00Z")
        with leased(db, ["reading", "source:a"]) as mine:
            assert mine == ["reading", "source:a"]
        assert not db.conn.execute("SELECT 1 FROM lease").fetchall()


class Backwards(datetime):
    """A clock that somebody sets back an hour whenever it is looked at."""

    looks = 0

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        cls.looks += 1
        return cls(2026, 11, 29, tzinfo=tz) - timedelta(hours=cls.looks)


def test_a_clock_that_goes_back_during_a_run_changes_no_claim(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT)
    added = molva(path, "add", "--no-read", "--published", "2026-11-20", str(page))
    assert added.returncode == 0, added.stderr
    straight = Path(shutil.copy(path, tmp_path / "straight.db"))
    assert molva(straight, "run", "--no-crawl").returncode == 0
    for module in ("db.instants", "molva.pipeline.leases", "molva.pipeline.health"):
        monkeypatch.setattr(f"{module}.datetime", Backwards)
    done = CliRunner().invoke(cli, ["--db", str(path), "run", "--no-crawl"])
    assert done.exit_code == 0, done.output
    assert Backwards.looks > 3
    claims = molva(path, "claims", "--json").stdout
    assert "500 buses" in claims
    assert claims == molva(straight, "claims", "--json").stdout
    again = molva(path, "run", "--no-crawl", "--fail-if-busy")
    assert again.returncode == 0, again.stderr
    with closing(open_db(path)) as db:
        assert all(finding.is_ok for finding in doctor(db))


def test_an_older_file_is_brought_up_by_any_command(tmp_path: Path) -> None:
    from tests.test_growth_kills import first_schema

    old = first_schema(tmp_path / "old.db", reports=3)
    done = molva(old, "sources", "--json")
    assert done.returncode == 0, done.stderr
    with closing(open_db(old)) as db:
        assert db.table("report").count == 3
        assert all(finding.is_ok for finding in doctor(db))


# --- its owner --------------------------------------------------------------------

GOOD = {
    "name": '"a"',
    "title": '"A"',
    "lang": '"en"',
    "kind": '"media"',
    "url": '["https://a.example/feed"]',
}


def source_file(folder: Path, **values: str) -> Path:
    made = folder / "a.toml"
    made.write_text("\n".join(f"{k} = {v}" for k, v in {**GOOD, **values}.items()))
    return made


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", '"../../etc/cron.d/x"'),
        ("name", '"a\\nb"'),
        ("name", '"a\\u0000"'),
        ("lang", '"../../x"'),
        ("lang", '"en/../.."'),
        ("url", '["file:///etc/passwd"]'),
        ("url", '["javascript:alert(1)"]'),
        ("url", '["https://[::1"]'),
        ("url", '["https://anna:secret@a.example/feed"]'),
        ("sitemap", '["https://anna:secret@a.example/map"]'),
        ("sitemap", '["ftp://a.example/x"]'),
        ("delay", "nan"),
        ("delay", "inf"),
        ("delay", "true"),
        ("delay", "-1"),
        ("interval", '"999999999999999999d"'),
        ("interval", '"0s"'),
        ("encoding", '"no-such-encoding"'),
        ("key", '"("'),
        ("key", '"no group"'),
        ("article", '"p[["'),
        ("time", '{zone = "../../../etc/passwd"}'),
        ("time", '{zone = "Nowhere/Town"}'),
        ("expect", "{min = true}"),
        ("expect", "{empty = {text = nan}}"),
        ("url", "[" * 5000 + "]" * 5000),
        ("title", "2022-01-01"),
        ("aliases", '"one"'),
        ("hook", '"rm -rf /"'),
    ],
)
def test_a_hostile_source_file_is_refused_by_name(
    tmp_path: Path, key: str, value: str
) -> None:
    made = source_file(tmp_path, **{key: value})
    with pytest.raises(SourceError) as caught:
        read_file(made)
    assert str(made) in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_source_file_runs_nothing_of_the_environment(tmp_path: Path) -> None:
    spec = read_file(source_file(tmp_path, title='"$HOME ${PATH} %(x)s {base}"'))
    assert spec.title == "$HOME ${PATH} %(x)s {base}"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x00" * 50, b"a = " + b"[" * 9000])
def test_what_is_no_toml_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    made = tmp_path / "a.toml"
    made.write_bytes(data)
    with pytest.raises(SourceError, match=r"a\.toml"):
        read_file(made)


def run_cli(path: Path, *words: str) -> Any:
    return CliRunner().invoke(cli, ["--db", str(path), *words])


@pytest.mark.parametrize(
    "target",
    ["{tmp}/none/out.md", "{tmp}", "{tmp}/story.db/x.md", "/dev/full"],
)
def test_an_export_that_cannot_be_written_is_told(
    path: Path, tmp_path: Path, target: str
) -> None:
    before = path.read_bytes()
    done = run_cli(path, "timeline", "-o", target.format(tmp=tmp_path))
    assert done.exit_code != 0
    assert type(done.exception).__name__ in ("Failure", "SystemExit"), done.exception
    assert path.read_bytes() == before


@pytest.mark.parametrize("words", [("timeline", "-o"), ("publish",), ("backup",)])
def test_no_output_overwrites_the_database_itself(
    path: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    link = tmp_path / "other-name.db"
    link.symlink_to(path)
    for target in (path, link, tmp_path / "x" / ".." / path.name):
        (tmp_path / "x").mkdir(exist_ok=True)
        done = run_cli(path, *words, str(target))
        assert done.exit_code != 0, target
        with closing(sqlite3.connect(path)) as conn:
            assert conn.execute("SELECT count(*) FROM report_revision").fetchone()[0]
        assert link.is_symlink()


@pytest.mark.parametrize(
    "words",
    [
        ("show", "' OR 1=1 --"),
        ("show", "%"),
        ("claims", "--entity", "x'); DROP TABLE claim; --"),
        ("claims", "--source", '" OR ""="'),
        ("timeline", "a\x00b'\"; DROP TABLE claim"),
        ("timeline", "--topic", "'; --"),
        ("topics", "add", "x'); DROP TABLE topic; --", "--word", '") OR 1=1 NEAR('),
        ("topics", "remove", "' OR ''='"),
        ("runs", "1; DROP TABLE run"),
    ],
)
def test_what_is_typed_is_never_sql(path: Path, words: tuple[str, ...]) -> None:
    done = run_cli(path, *words)
    assert done.exception is None or type(done.exception).__name__ in (
        "Failure",
        "SystemExit",
    ), repr(done.exception)
    with closing(open_db(path)) as db:
        assert db.table("claim").count == 1
        assert all(finding.is_ok for finding in doctor(db))
