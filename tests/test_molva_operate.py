"""Every day's work from the command line: schedules, kills, health, heartbeats."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.run import IN_FLIGHT
from db import leases, store
from molva.pipeline.leases import holder, is_alive
from tests.crawler_server import Site, page, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


class Place:
    """A folder with a database, one source on the local site, and `molva` in it."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.folder = folder
        self.site = site
        self.db = folder / "molva.db"
        (folder / "sources").mkdir()
        self.settings()
        self.source()

    def settings(self, more: str = "") -> None:
        text = f"shipped = false\nsources = ['sources']\n{more}"
        (self.folder / "molva.toml").write_text(text)

    def source(self, name: str = "local", more: str = "", **values: Any) -> None:
        told = {
            "name": name,
            "title": name.title(),
            "lang": "en",
            "kind": "media",
            "url": [self.site.url + "/feed"],
            "allow": ["127.0.0.1"],
            "allow_private": ["127.0.0.1"],
            "delay": 0.0,
            **values,
        }
        lines = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
        path = self.folder / "sources" / f"{name}.toml"
        path.write_text("\n".join([*lines, more]))

    def molva(self, *words: str, **rest: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            timeout=120,
            **rest,
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*words),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "molva", "--db", str(self.db), *words]

    def rows(self, sql: str) -> list[Any]:
        db = store.open_db(self.db)
        try:
            return db.conn.execute(sql).fetchall()
        finally:
            db.close()


@pytest.fixture
def place(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    root = Path(__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", str(root))
    return Place(tmp_path, site)


def fill(site: Site, count: int) -> list[str]:
    paths = [f"/news/{n}" for n in range(count)]
    for path in paths:
        site.article(path, f"Trucks number {path}")
    site.feed(*paths)
    return paths


def test_what_is_not_due_is_left_alone_unless_named(place: Place, site: Site) -> None:
    fill(site, 2)
    first = place.molva("crawl")
    assert first.returncode == 0, first.stderr
    assert "local" in first.stderr
    asked = len(site.paths())
    again = place.molva("crawl")
    assert "nothing is due; the next is local at" in again.stderr
    assert len(site.paths()) == asked
    place.molva("crawl", "local")
    assert site.paths()[asked:] == ["/robots.txt", "/feed"]


def test_a_kill_at_any_moment_loses_nothing_and_repeats_only_what_was_in_flight(
    place: Place, site: Site
) -> None:
    paths = fill(site, 60)
    chance = random.Random(7)
    kills = 0
    for _ in range(6):
        process = place.start("crawl", "local")
        wanted = len(site.paths()) + chance.randint(1, 25)
        until = time.monotonic() + 20
        while len(site.paths()) < wanted and time.monotonic() < until:
            time.sleep(0.005)
        if process.poll() is None:
            process.kill()
            kills += 1
        process.wait()
    last = place.molva("crawl", "local")
    assert last.returncode == 0, last.stderr
    assert kills >= 3
    asked = Counter(path for path in site.paths() if path.startswith("/news/"))
    assert set(asked) == set(paths)
    reports = place.rows("SELECT key FROM report")
    assert len(reports) == 60
    assert sum(asked.values()) - 60 <= IN_FLIGHT * kills
    states = dict(place.rows("SELECT state, count(*) FROM run GROUP BY state"))
    assert states.get("running", 0) == 0
    assert place.rows("PRAGMA integrity_check") == [("ok",)]
    assert not place.rows("SELECT 1 FROM lease")


def test_two_runs_at_once_share_no_source(place: Place, site: Site) -> None:
    fill(site, 20)
    both = [
        place.start("run", "--no-crawl"),
        place.start("crawl"),
        place.start("crawl"),
    ]
    for process in both:
        assert process.wait(100) == 0
    asked = Counter(site.paths())
    assert max(asked[path] for path in asked if path.startswith("/news/")) == 1
    assert place.rows("SELECT count(*) FROM report") == [(20,)]


def test_a_run_that_another_one_holds_says_so(place: Place, site: Site) -> None:
    fill(site, 1)
    db = store.open_db(place.db)
    until = (datetime.now(UTC) + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    leases.take(db, ["source:local", "reading"], holder(), until)
    held = place.molva("run", "--fail-if-busy")
    assert held.returncode == 4
    assert "another run is at work" in held.stderr
    assert place.molva("run").returncode == 0
    assert site.paths() == []
    leases.release(db, holder())
    db.close()


def test_what_a_clock_that_ran_ahead_put_off_is_due_by_itself(
    place: Place, site: Site
) -> None:
    """The clock stood in 2099 during one run, and was set back."""
    fill(site, 2)
    assert place.molva("crawl").returncode == 0
    db = store.open_db(place.db)
    with store.transaction(db):
        ahead = "2099-01-01T00:00:00Z"
        db.conn.execute(
            "UPDATE page SET checked_at = ?, next_check_at = ?", [ahead] * 2
        )
        store.open_circuit(db, "local", ahead, "2099-01-01T01:00:00Z", "HTTP 403")
    db.close()
    asked = len(site.paths())
    done = place.molva("crawl")
    assert done.returncode == 0, done.stderr
    assert sorted(site.paths()[asked:]) == [
        "/feed",
        "/news/0",
        "/news/1",
        "/robots.txt",
    ]
    assert not place.rows("SELECT 1 FROM page WHERE next_check_at > '2098'")
    assert place.rows("SELECT count(*) FROM report") == [(2,)]


def test_a_lease_of_a_dead_process_is_none(place: Place, site: Site) -> None:
    fill(site, 1)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    name = holder(ended.pid)
    ended.wait()
    assert not is_alive(name)
    assert is_alive(holder())
    assert is_alive("elsewhere/1/2")
    with subprocess.Popen([sys.executable], stdin=subprocess.PIPE) as killed:
        name = holder(killed.pid)
        assert is_alive(name)
        killed.kill()
        os.waitid(os.P_PID, killed.pid, os.WEXITED | os.WNOWAIT)
        assert not is_alive(name)  # ended, though nobody has asked after it
    db = store.open_db(place.db)
    run_id = store.start_run(db, "run", name)
    leases.take(db, ["source:local"], name, "2999-01-01T00:00:00Z")
    db.close()
    assert place.molva("run", "--fail-if-busy").returncode == 0
    assert "/feed" in site.paths()
    told = place.rows(f"SELECT state, message FROM run WHERE id = {run_id}")
    assert told == [("stopped", "killed")]


def test_one_dead_feed_never_fails_a_run(place: Place, site: Site) -> None:
    fill(site, 2)
    place.source("dead", url=["http://127.0.0.1:9/feed"])
    done = place.molva("run")
    assert done.returncode == 0, done.stderr
    assert place.rows("SELECT count(*) FROM report") == [(2,)]
    (row,) = [r for r in shown(place, "sources") if r["name"] == "dead"]
    assert row["state"] == "failed"
    assert "out of reach" in next(iter(row["reasons"]))
    assert (
        place.molva("crawl", "dead", "--strict").returncode == 0
    )  # skipped, not failed


def shown(place: Place, *words: str) -> list[dict[str, Any]]:
    done = place.molva(*words, "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_health_tells_what_each_run_brought(place: Place, site: Site) -> None:
    fill(site, 3)
    site.put("/news/1", status=500)
    site.put("/news/2", status=404)
    site.feed("/news/0", "/news/1", "/news/2", "http://elsewhere.example/1")
    place.molva("crawl")
    (row,) = shown(place, "sources")
    told = {name: row[name] for name in ("found", "new", "failed", "skipped", "week")}
    assert told == {"found": 3, "new": 1, "failed": 1, "skipped": 1, "week": 1}
    assert row["coverage"]["read"] == 1
    assert row["coverage"]["time"] == 1
    assert row["reasons"]["HTTP 500"] == 1
    assert row["bytes"] > 500
    (run,) = shown(place, "runs", "1")
    (by_source,) = run["sources"]
    assert (by_source["gone"], by_source["state"]) == (1, "done")
    assert by_source["feed_age"] > 10**6
    assert {issue["reason"] for issue in run["issues"]} >= {"HTTP 500"}


def test_a_field_emptier_than_expected_is_an_issue_and_exit_code_1(
    place: Place, site: Site
) -> None:
    fill(site, 12)
    place.source(more="[expect.empty]\nauthors = 0.5\ntitle = 0.1\n")
    done = place.molva("crawl")
    assert done.returncode == 1
    assert "local: authors is empty in 100% of 12 reports of a week" in done.stderr
    issues = place.rows("SELECT stage, reason FROM issue")
    assert issues == [("expect", "authors: not as the source file expects")]
    (row,) = shown(place, "sources")
    assert row["amiss"]


def test_a_source_that_refuses_is_left_alone_for_longer_each_time(
    place: Place, site: Site
) -> None:
    site.put("/feed", status=403)
    assert place.molva("crawl").returncode == 0
    ((first,),) = place.rows("SELECT julianday(until_at) - julianday() FROM circuit")
    assert first * 24 == pytest.approx(1, abs=0.1)
    asked = len(site.paths())
    named = place.molva("crawl", "local")
    assert "local is left alone until" in named.stderr
    place.molva("run")
    assert len(site.paths()) == asked
    place.molva("crawl", "local", "--force")
    ((second,),) = place.rows("SELECT julianday(until_at) - julianday() FROM circuit")
    assert second * 24 == pytest.approx(2, abs=0.1)
    fill(site, 1)
    place.molva("crawl", "local", "--force")
    assert place.rows("SELECT * FROM circuit") == []


@pytest.mark.parametrize(("wait", "hours"), [("7200", 2), ("999999999", 24), ("-5", 1)])
def test_retry_after_is_kept_within_bounds(
    place: Place, site: Site, wait: str, hours: float
) -> None:
    site.put("/feed", status=503, headers={"Retry-After": wait})
    place.molva("crawl")
    ((until,),) = place.rows("SELECT julianday(until_at) - julianday() FROM circuit")
    assert until * 24 == pytest.approx(hours, abs=0.02)


def test_after_downtime_each_source_is_asked_once(place: Place, site: Site) -> None:
    fill(site, 1)
    place.molva("crawl")
    place.rows("UPDATE page SET next_check_at = '2020-01-01T00:00:00Z'")
    asked = len(site.paths())
    place.molva("run")
    assert Counter(site.paths()[asked:]) == {"/robots.txt": 1, "/feed": 1, "/news/0": 1}
    assert "nothing was due" in place.molva("run").stderr


def test_sources_of_one_host_take_turns(place: Place, site: Site) -> None:
    for name in ("one", "two"):
        for n in range(4):
            site.article(f"/{name}/{n}")
        links = "".join(
            f"<item><link>{site.at(f'/{name}/{n}')}</link></item>" for n in range(4)
        )
        site.put(f"/{name}/feed", f"<rss><channel>{links}</channel></rss>")
        place.source(name, url=[f"{site.url}/{name}/feed"])
    (place.folder / "sources" / "local.toml").unlink()
    place.molva("crawl")
    told = [path[:4] for path in site.paths() if path != "/robots.txt"]
    assert told == ["/one"] * 5 + ["/two"] * 5


def test_a_heartbeat_tells_how_a_run_ended(
    place: Place, site: Site, tmp_path: Path
) -> None:
    fill(site, 12)
    beat = tmp_path / "beat.py"
    note = tmp_path / "note.txt"
    beat.write_text(f"import sys; open({str(note)!r}, 'w').write(sys.stdin.read())")
    place.settings(
        f"[heartbeat]\nsuccess = '{site.url}/ping/secret'\n"
        f"failure = '{sys.executable} {beat}'\n"
    )
    assert place.molva("run").returncode == 0
    ((path, message),) = site.told
    assert path == "/ping/secret"
    assert "12 new" in message
    place.source(more="[expect.empty]\nauthors = 0.5\n")
    place.rows("UPDATE page SET next_check_at = '2020-01-01T00:00:00Z'")
    assert place.molva("run").returncode == 1
    assert "authors is empty" in note.read_text()
    place.settings("[heartbeat]\nsuccess = 'http://127.0.0.1:9/secret'\n")
    place.source()
    lost = place.molva("run")
    assert lost.returncode == 0
    assert "heartbeat http://127.0.0.1:9:" in lost.stderr
    assert "secret" not in lost.stderr


def test_a_loop_goes_on_until_it_is_stopped(place: Place, site: Site) -> None:
    fill(site, 1)
    process = place.start("run", "--loop")
    until = time.monotonic() + 60
    while time.monotonic() < until and not _is_read(place):
        time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 143
    assert place.rows("SELECT count(*) FROM report") == [(1,)]


def _is_read(place: Place) -> bool:
    done = "SELECT count(*) FROM run WHERE state = 'done'"
    return place.db.exists() and place.rows(done) != [(0,)]


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH on which systemctl and crontab note what they are told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    scripts = {
        "systemctl": f'echo "$@" >> {folder}/systemctl.log',
        "crontab": f'[ "$1" = -l ] && cat {folder}/table || cat > {folder}/table',
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_systemd_units_are_printed_or_put_in_place(
    place: Place, tools: Path, tmp_path: Path
) -> None:
    printed = place.molva("schedule", "--systemd", "--every", "15m").stdout
    assert "OnCalendar=*:0/15" in printed
    assert "Persistent=true" in printed
    assert f"--db {place.db} run" in printed
    folder = tmp_path / "config" / "systemd" / "user"
    assert not folder.exists()
    assert place.molva("schedule", "--systemd", "--install").returncode == 0
    assert {f.name for f in folder.iterdir()} == {"molva.service", "molva.timer"}
    told = (tools / "systemctl.log").read_text().splitlines()
    assert told == ["--user daemon-reload", "--user enable --now molva.timer"]


def test_the_crontab_keeps_its_other_lines(place: Place, tools: Path) -> None:
    (tools / "table").write_text("0 1 * * * backup\n")
    for every in ("5m", "1h"):
        done = place.molva("schedule", "--cron", "--every", every, "--install")
        assert done.returncode == 0, done.stderr
    first, second = (tools / "table").read_text().splitlines()
    assert first == "0 1 * * * backup"
    assert second.startswith("0 */1 * * *")
    assert second.endswith(f"run  # molva: {place.db}")


@pytest.mark.parametrize("every", ["7m", "soon", "0m", "5h", "2d"])
def test_an_interval_that_no_timer_keeps_is_refused(place: Place, every: str) -> None:
    done = place.molva("schedule", "--every", every)
    assert done.returncode == 2
    assert "write 5m, 15m, 1h" in done.stderr


def test_show_names_the_record_of_the_page(place: Place, site: Site) -> None:
    words = "The plant in Luzhsk will launch a small truck in 2027, its director said. "
    site.put("/1", page("Luzhsk will launch a truck", words * 4))
    site.feed("/1")
    assert place.molva("run").returncode == 0
    (claim, *_) = json.loads(place.molva("claims", "--json").stdout)
    ((file, offset),) = set(
        place.rows("SELECT record_file, record_offset FROM report_revision")
    )
    path = place.folder / "molva.warc" / file
    assert path.is_file()
    shown = place.molva("show", claim["id"], env=_wide())
    assert f"page in {path} at byte {offset}" in shown.stdout
    told = json.loads(place.molva("show", claim["id"], "--json").stdout)[0]
    assert [file, offset] in told["records"].values()
    path.unlink()
    shown = place.molva("show", claim["id"], env=_wide())
    assert f"{path} at byte {offset}, no longer kept" in shown.stdout


def _wide() -> dict[str, str]:
    return os.environ | {"COLUMNS": "300"}


def test_the_archive_is_where_the_settings_say_or_nowhere(
    place: Place, site: Site
) -> None:
    fill(site, 2)
    place.settings("[archive]\nfolder = 'pages'\nfile_mb = 1\n")
    assert place.molva("crawl").returncode == 0
    assert len(list((place.folder / "pages").iterdir())) == 1
    place.settings("[archive]\nkeep = false\nfolder = 'none'\n")
    site.article("/news/0", "Another title")
    place.db.unlink()
    assert place.molva("crawl").returncode == 0
    assert len(place.rows("SELECT 1 FROM report")) == 2
    assert not (place.folder / "none").exists()
    place.settings("[archive]\ndays = 'many'\n")
    done = place.molva("crawl")
    assert done.returncode == 2
    assert "[archive]: days: a whole number is expected" in done.stderr
