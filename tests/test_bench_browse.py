"""The benchmark of the pages: what it makes is a database, and what it asks answers."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bench import browse, news
from db.doctor import doctor, mend
from db.store import load_claims, open_db


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("news") / "news.db"
    news.make(path, 300, 1500, reports=200)
    return path


def test_it_makes_as_many_as_it_is_asked_for(made: Path) -> None:
    with closing(sqlite3.connect(made)) as conn:
        for table, count in (("claim", 300), ("statement", 1500), ("evidence", 1500)):
            found = conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            assert found == count
        told = [n for (n,) in conn.execute("SELECT evidence_count FROM claim")]
        assert min(told) == 1
        assert max(told) > 20, "some claims are told very often"
        assert not conn.execute("PRAGMA foreign_key_check").fetchall()


def test_what_it_makes_is_sound_and_whole(made: Path) -> None:
    db = open_db(made)
    mend(db)  # what follows from the rows (counts, keys of matching) is not made
    assert [found for found in doctor(db) if not found.is_ok] == []
    ids = [row[0] for row in db.conn.execute("SELECT id FROM claim LIMIT 20")]
    for claim in load_claims(db, ids):
        assert claim.evidence
        assert claim.changes
    db.close()


@pytest.fixture(scope="module")
def site(made: Path) -> Iterator[httpx.Client]:
    with browse.server("molva", "--db", str(made), "browse") as client:
        yield client


def test_every_page_it_times_is_there(made: Path, site: httpx.Client) -> None:
    told = browse.Timed()
    for page in browse.pages(made):
        for address in page.ours[:3]:
            browse.fetch(site, address, told)
    assert told.failures == []
    assert len(told.milliseconds) > 15


def test_answers_do_not_wait_for_the_readers_acknowledgement(
    made: Path, site: httpx.Client
) -> None:
    (page,) = [page for page in browse.pages(made) if page.name == "claim page"]
    told = browse.Timed()
    for address in page.ours:
        browse.fetch(site, address, told)
    assert min(told.milliseconds) < 38, "Nagle's algorithm adds 40 ms to each"


def test_the_writer_writes_while_pages_are_asked(
    made: Path, site: httpx.Client
) -> None:
    with browse.writer(made) as written:
        told = browse.Timed()
        for _ in range(10):
            browse.fetch(site, "/molva/claim", told)
        assert written() > 0
    assert told.failures == []
