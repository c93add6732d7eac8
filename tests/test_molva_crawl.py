"""What a crawl leaves in the database: revisions, moves, withdrawals, and when next."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.files import Defaults
from crawler.run import CrawlError
from crawler.source import SourceError
from db import store
from molva.config import Archive
from molva.model import EventDate
from molva.pipeline.assess import assess
from molva.pipeline.crawl import Crawled, crawl
from molva.pipeline.documents import add_documents
from molva.pipeline.read import read
from tests.crawler_server import WORDS, Site, page, serving, spec_for


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def db() -> Database:
    return store.open_db(":memory:")


def crawled(db: Database, site: Site, **rest: Any) -> Crawled:
    """Crawl the site, every known address included."""
    run_id = store.start_run(db, "crawl")
    return crawl(db, [spec_for(site, **rest)], run_id, revisit=True)


def revisions(db: Database) -> list[tuple[int, str]]:
    rows = db.conn.execute(
        "SELECT revision, change_class FROM report_revision ORDER BY report_id, 1"
    )
    return rows.fetchall()


def state_of(db: Database, path: str) -> dict[str, Any]:
    (row,) = db.query("SELECT * FROM page WHERE url LIKE ?", [f"%{path}"])
    return row


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Trucks from Luzhsk", WORDS.replace(" ", "  "), None),
        ("Trucks from Luzhsk", WORDS.replace("plant in", "plant, in"), "cosmetic"),
        ("Vans from Luzhsk", WORDS, "title"),
        ("Trucks from Luzhsk", WORDS.replace("four", "six"), "correction"),
        ("Trucks from Luzhsk", f"{WORDS} The mayor has denied it.", "substantive"),
    ],
)
def test_an_edit_is_a_revision_of_its_kind(
    db: Database, site: Site, title: str, text: str, kind: str | None
) -> None:
    site.feed("/1")
    site.article("/1")
    crawled(db, site)
    site.put("/1", page(title, text))
    crawled(db, site)
    expected = [(1, "new"), (2, kind)] if kind else [(1, "new")]
    assert revisions(db) == expected
    # nobody read the first text: where the edit changed what it says, both are
    assert store.count_unread(db) == (2 if kind in ("correction", "substantive") else 1)


def test_a_page_taken_down_and_put_back_is_one_report(db: Database, site: Site) -> None:
    site.feed("/1")
    site.article("/1")
    crawled(db, site)
    site.put("/1", status=404)
    assert crawled(db, site).total("withdrawn") == 1
    assert state_of(db, "/1")["state"] == "gone"
    (report,) = db.table("report").rows
    assert report["is_withdrawn"]
    assert crawled(db, site).total("withdrawn") == 1
    assert revisions(db) == [(1, "new"), (2, "withdrawn")]
    site.article("/1")
    crawled(db, site)
    (report,) = db.table("report").rows
    assert not report["is_withdrawn"]
    assert revisions(db) == [(1, "new"), (2, "withdrawn"), (3, "restored")]


def test_what_was_kept_gives_the_same_reports_again(
    db: Database, site: Site, tmp_path: Path
) -> None:
    site.feed("/1", "/2")
    site.article("/1")
    site.article("/2", "Vans from Luzhsk")
    kept = Archive(folder=str(tmp_path))
    crawl(db, [spec_for(site)], store.start_run(db, "crawl"), archive=kept)
    site.put("/1", page("Trucks from Luzhsk", WORDS.replace("four", "six")))
    site.put("/2", status=404)
    run_id = store.start_run(db, "crawl")
    crawl(db, [spec_for(site)], run_id, archive=kept, revisit=True)
    (file,) = tmp_path.glob("*.warc.gz")
    other = store.open_db(":memory:")
    saved, problems = add_documents(
        other,
        [str(file)],
        Defaults(),
        {"local": spec_for(site)},
        store.start_run(other, "add"),
    )
    assert not problems
    assert (len(saved.new), len(saved.changed)) == (2, 1)
    sql = """SELECT report_id, text, body_sha256, record_offset, change_class, seen_at
        FROM report_revision WHERE change_class <> 'withdrawn' ORDER BY 1, revision"""
    first, again = (list(d.conn.execute(sql)) for d in (db, other))
    assert len(first) == 3
    assert first == again
    files = other.conn.execute("SELECT DISTINCT record_file FROM report_revision")
    assert files.fetchall() == [(str(file),)]
    # what was seen before is no news: nothing changes, whichever is added again
    for one in (db, other):
        run_id = store.start_run(one, "add")
        before = list(one.conn.execute(sql))
        specs = {"local": spec_for(site)}
        saved, _ = add_documents(one, [str(file)], Defaults(), specs, run_id)
        assert (len(saved.new), len(saved.changed)) == (0, 0)
        assert list(one.conn.execute(sql)) == before


def test_what_an_edit_changes_is_a_revision_of_the_day_of_the_edit(
    tmp_path: Path, site: Site
) -> None:
    db = store.open_db(tmp_path / "a.db")
    told = "Volna Steel will open a plant in Luzhsk in {}, the company said Tuesday. "
    told += "The town has waited for work since the old mill closed, its mayor said."
    site.feed("/1")
    for month in ("May 2027", "September 2027"):
        site.put("/1", page("Volna to open a plant", told.format(month)))
        crawl(db, [spec_for(site)], store.start_run(db, "crawl"), revisit=True)
        read(db)
        assess(db)
    ids = [row[0] for row in db.conn.execute("SELECT id FROM claim")]
    (found,) = [c for c in store.load_claims(db, ids) if "Volna" in c.text]
    dates = [v for v in found.values if isinstance(v.value, EventDate)]
    (stands,) = [v for v in dates if v.is_current]
    seen = "SELECT seen_at FROM report_revision WHERE revision = 2"
    assert isinstance(stands.value, EventDate)
    assert stands.value.timex == "2027-09"
    assert stands.said_at == db.conn.execute(seen).fetchone()[0]
    assert "contradicted" not in {v.relation for v in dates}
    assert (found.slip_count, found.slip_days) == (1, 122)


def test_a_moved_page_stays_the_same_report(db: Database, site: Site) -> None:
    site.feed("/old")
    site.article("/old")
    crawled(db, site)
    site.put("/old", status=301, headers={"Location": "/new"})
    site.article("/new")
    assert crawled(db, site).total("moved") == 1
    assert state_of(db, "/old")["moved_to"] == site.at("/new")
    site.feed("/old", "/new")
    site.put("/new", page("Trucks from Luzhsk", WORDS.replace("four", "six")))
    crawled(db, site)
    (report,) = db.table("report").rows
    assert report["url"] == site.at("/new")
    assert revisions(db) == [(1, "new"), (2, "correction")]


def test_a_moved_feed_is_an_issue_not_an_adoption(db: Database, site: Site) -> None:
    site.feed("/1")
    site.put("/rss", site.answers["/feed"].body)
    site.put("/feed", status=301, headers={"Location": "/rss"})
    site.article("/1")
    assert crawled(db, site).total("new") == 1
    (issue,) = store.list_issues(db)
    assert issue["reason"].startswith(f"moved for good to {site.at('/rss')}")
    assert state_of(db, "/feed")["state"] == "fetched"


def test_a_page_is_looked_at_again_at_the_ages_where_edits_happen(
    db: Database, site: Site
) -> None:
    site.feed("/1", "/lost", "/dead")
    site.article("/1")
    site.put("/dead", status=410)
    crawled(db, site)
    for path in ("/1", "/lost"):
        row = state_of(db, path)
        assert row["next_check_at"] > row["first_seen_at"], path
        assert row["failures"] == 0
    assert state_of(db, "/dead")["next_check_at"] is None


def test_a_source_closed_by_robots_txt_is_not_asked_at_every_tick(
    db: Database, site: Site
) -> None:
    site.feed("/1")
    site.put("/robots.txt", status=503)
    crawled(db, site)
    row = state_of(db, "/feed")
    assert row["failures"] == 1
    assert row["next_check_at"] > row["checked_at"]


def sitemap(*entries: tuple[str, str], kind: str = "url") -> str:
    told = "".join(
        f"<{kind}><loc>{url}</loc><lastmod>{day}</lastmod></{kind}>"
        for url, day in entries
    )
    root = "urlset" if kind == "url" else "sitemapindex"
    return f"<{root}>{told}</{root}>"


def test_an_archive_is_read_back_to_a_day(db: Database, site: Site) -> None:
    site.feed("/new")
    for path in ("/new", "/2024/05/14/a", "/2024/03/01/b", "/2024/01/09/c", "/d"):
        site.article(path)
    months = {
        "/may.xml": [("/2024/05/14/a", "2024-05-14")],
        # changed long after it appeared: its address tells its day
        "/march.xml": [
            ("/2024/03/01/b", "2024-03-02"),
            ("/2024/01/09/c", "2024-05-01"),
        ],
        "/january.xml": [("/d", "2024-01-20")],
    }
    for path, entries in months.items():
        site.put(path, sitemap(*((site.url + url, day) for url, day in entries)))
    dates = ("2024-05-31", "2024-03-31", "2024-01-31")
    index = [(site.url + path, day) for path, day in zip(months, dates, strict=True)]
    site.put("/index.xml", sitemap(*index, kind="sitemap"))
    spec = spec_for(site, sitemap=(site.url + "/index.xml",))
    since = date(2024, 2, 1)
    for _ in range(2):  # what is remembered of the sitemaps does not hide them
        crawl(db, [spec], store.start_run(db, "crawl"), since=since)
    asked = Counter(site.paths())
    assert (asked["/2024/05/14/a"], asked["/2024/03/01/b"]) == (1, 1)
    assert asked["/index.xml"] == 2
    assert not {"/feed", "/new", "/january.xml", "/2024/01/09/c", "/d"} & set(asked)


def test_a_source_without_a_sitemap_cannot_be_read_back(site: Site) -> None:
    with pytest.raises(SourceError, match="local: no sitemap is known"):
        spec_for(site).backfill()


def test_a_crawl_process_that_is_killed_is_begun_once_more(
    db: Database, site: Site
) -> None:
    paths = [f"/{n}" for n in range(12)]
    for path in paths:
        site.article(path)
    site.feed(*paths)
    killed: list[int] = []

    def kill(_: object) -> None:
        if not killed:
            killed.extend(_crawling())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    spec = spec_for(site, delay=0.1)
    crawl(db, [spec], store.start_run(db, "crawl"), watch=kill)
    assert killed
    assert db.table("report").count == len(paths)


def _crawling() -> list[int]:
    """Return the crawl processes of this one."""
    me = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [
        int(child)
        for child in me.read_text().split()
        if b"crawler.run" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def test_a_crawl_that_fails_again_is_told(
    db: Database, site: Site, tmp_path: Path
) -> None:
    site.article("/1")
    site.feed("/1")
    (tmp_path / "kept").touch()
    archive = Archive(folder=str(tmp_path / "kept"))
    run_id = store.start_run(db, "crawl")
    with pytest.raises(CrawlError, match="File exists"):
        crawl(db, [spec_for(site)], run_id, archive=archive)
