"""Workers beside this process: in order, though they are killed; one bad text apart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.run import shard_of, split
from crawler.seen import pack
from crawler.source import SourceSpec
from crawler.visit import PageState
from db import store
from db.backup import backup
from molva.pipeline import read as reading
from molva.pipeline import workers
from molva.pipeline.read import read_batches
from molva.pipeline.workers import WorkerKilledError, Workers, beside
from nlp.read import read as read_reports
from tests.growth_steps import AS_OF
from tests.test_growth_kills import rows, unread


def times_ten(number: int) -> int:
    return number * 10


def dies_of_seven(number: int) -> int:
    """Kill the worker that gets a seven; a text that crashes a parser does so."""
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def dies_once(path: Path) -> str:
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return path.name


@pytest.fixture(scope="module")
def two() -> Iterator[Workers]:
    with beside(2) as made:
        yield made


def test_results_come_in_the_order_of_the_tasks(two: Workers) -> None:
    found = list(two.ordered(times_ten, range(20)))
    assert found == [(n, 10 * n) for n in range(20)]


def test_a_task_that_kills_its_worker_spoils_no_other(two: Workers) -> None:
    found = dict(two.ordered(dies_of_seven, range(12)))
    assert isinstance(found.pop(7), WorkerKilledError)
    assert found == {n: n for n in range(12) if n != 7}


def test_what_a_killed_worker_was_at_is_done_again(
    two: Workers, tmp_path: Path
) -> None:
    (tmp_path / "calm").touch()
    paths = [tmp_path / "calm", tmp_path / "deadly", tmp_path / "calm"]
    found = [result for _, result in two.ordered(dies_once, paths)]
    assert found == ["calm", "deadly", "calm"]


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, signal, time\n"
        "from molva.pipeline.workers import beside\n"
        "if __name__ == '__main__':\n"
        "    with beside(1) as one:\n"
        "        for _, pid in one.ordered(os.getpgid, [0]):\n"
        "            print(*one._executor._processes, flush=True)\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    told = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == -signal.SIGKILL, told.stderr
    worker = Path(f"/proc/{told.stdout.strip()}")
    until = time.monotonic() + 20
    while worker.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not worker.exists()


def test_a_cluster_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "PATIENCE", 1)
    with (
        pytest.raises(workers.WorkersError, match="no cluster at tcp"),
        workers.on_cluster("tcp://127.0.0.1:9"),
    ):
        pass


def test_shards_share_no_host_and_about_the_work() -> None:
    hosts = [f"site-{n % 7}.example" for n in range(20)]
    specs = [
        SourceSpec(
            name=f"s{n}",
            title="",
            lang="en",
            kind="media",
            url=(f"https://{host}/{n}",),
        )
        for n, host in enumerate(hosts)
    ]
    pages = [PageState(url=f"https://{hosts[0]}/{n}", source="s0") for n in range(30)]
    known = pack([("u", None)])
    shard = shard_of(specs, pages=tuple(pages), seen={"s1": known})
    parts = split(shard, 3)
    names = [{str(spec["name"]) for spec in part.specs} for part in parts]
    assert sorted(name for some in names for name in some) == sorted(
        spec.name for spec in specs
    )
    where = [{hosts[int(name[1:])] for name in some} for some in names]
    assert sum(map(len, where)) == 7
    assert {len(part.specs) for part in parts if not part.pages} == {8, 9}
    assert sum(len(part.pages) for part in parts) == 30
    assert [part.seen for part in parts if part.seen] == [{"s1": known}]


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FEW", 0)


def test_two_workers_read_what_one_process_reads(
    demo_db: Path, tmp_path: Path, few_are_many: None
) -> None:
    here = unread(demo_db, tmp_path / "here.db")
    there = tmp_path / "there.db"
    backup(here, there)
    with closing(store.open_db(here)) as db:
        count = reading.read(db, as_of=AS_OF)
    with closing(store.open_db(there)) as db, beside(2) as both:
        assert sum(read_batches(db, both, as_of=AS_OF)) == count
    assert rows(there) == rows(here)


class CrashError(Exception):
    """What a text does to a parser in a test."""


def test_a_text_that_cannot_be_read_is_set_aside_and_told(
    demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = unread(demo_db, tmp_path / "some.db")

    def crashing(reports: list[object], **options: object) -> Iterator[object]:
        for report in reports:
            if report.id == bad:  # type: ignore[attr-defined]
                raise CrashError("in the middle of it")
        yield from read_reports(reports, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("molva.pipeline.read.read_reports", crashing)
    with closing(store.open_db(path)) as db:
        (bad, _), *others = store.unread_keys(db, 99)
        assert reading.read(db, as_of=AS_OF) == len(others) + 1
        assert store.count_unread(db) == 0
        (issue,) = [i for i in store.list_issues(db) if i["stage"] == "read"]
        assert issue["report_id"] == bad
        assert "in the middle of it" in issue["detail"]
        assert _has_statements(db, others[0][0])
        assert not _has_statements(db, bad)


def _has_statements(db: Database, report: str) -> bool:
    sql = "SELECT EXISTS (SELECT 1 FROM statement WHERE report_id = ?)"
    return bool(db.conn.execute(sql, (report,)).fetchone()[0])
