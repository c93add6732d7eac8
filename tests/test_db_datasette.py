"""The pages: readable, searchable, and harmless whatever the words say."""

import asyncio
import dataclasses
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette

from db.datasette.serve import build
from db.describe import descriptions
from db.questions import QUERIES, question
from db.store import (
    Topic,
    add_review,
    open_db,
    save_claims,
    save_reports,
    save_topic,
    transaction,
)
from molva.model import Review
from tests.db_samples import NEWS, RUMOR, RUMOR_SAID, fill, filled, report

SCRIPT = "<script>alert(1)</script>"


def get(datasette: Datasette, path: str) -> httpx.Response:
    async def fetch() -> httpx.Response:
        await datasette.invoke_startup()
        answer: httpx.Response = await datasette.client.get(path)
        return answer

    return asyncio.run(fetch())


def close(datasette: Datasette) -> None:
    for database in datasette.databases.values():
        database.close()
    if datasette.executor is not None:
        datasette.executor.shutdown()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Datasette]:
    path = filled(tmp_path)
    db = open_db(path)
    save_topic(db, Topic("Volna & co", entities=("volna",)))
    db.close()
    datasette = build(path)
    yield datasette
    close(datasette)


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Datasette]:
    datasette = build(filled(tmp_path), public=True)
    yield datasette
    close(datasette)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/molva",
        "/molva/claim",
        "/molva/claim?_col=text&_size=1",
        "/molva/claim?_facet=lang&status__not=x&_sort=n&is_dismissed__exact=0",
        "/molva/claim?status=none",
        f"/molva/claim/{RUMOR_SAID.id}",
        "/molva/source/vestnik",
        "/molva/source/volna",
        f"/molva/report/{RUMOR.id}",
        "/molva/entity/volna",
        "/molva/entity",
        "/molva/status_change",
        *(f"/molva/{path.stem}?q=x&since=" for path in QUERIES.glob("*.sql")),
    ],
)
def test_every_page_answers_with_headers_that_stop_scripts(
    site: Datasette, path: str
) -> None:
    answer = get(site, path)
    assert answer.status_code == 200, answer.text[:500]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert 'name="viewport"' in answer.text


def test_tables_and_columns_are_explained(site: Datasette) -> None:
    told = descriptions()
    assert html.escape(told["claim"]["_table"]) in get(site, "/molva").text
    page = html.unescape(get(site, "/molva/claim").text)
    assert told["claim"]["origin_count"] in page
    other = html.unescape(get(site, "/molva/evidence").text)
    assert told["evidence"]["_table"] in other
    assert told["evidence"]["direction"] in other


def test_the_database_is_molva_whatever_the_file_is_called(site: Datasette) -> None:
    assert list(json.loads(get(site, "/.json").text)) == ["molva"]


def test_the_claim_page_answers_a_reporters_questions(site: Datasette) -> None:
    page = get(site, f"/molva/claim/{RUMOR_SAID.id}").text
    for words in (
        "Confirmed, still open",
        "“Volna Motors said on Tuesday",
        "The Courier → Volna Motors",
        "400 electric cars",
        "600 электромобилей",
        "by 31 December 2022",
        "Вестник Заречья",
        "два источника, знакомые с проектом",
        "unnamed, 2 people",
        "origin A",
        "origin B",
        'href="https://vestnik.example/101"',
        "20 July 2022",
        "Volna &amp; co",
    ):
        assert words in page, words
    assert page.index("<h2>Evidence") < page.index("<h2>History")


def test_an_unknown_claim_is_not_found(site: Datasette) -> None:
    assert get(site, "/molva/claim/none").status_code == 404


def test_the_list_shows_words_not_ids_and_counts_by_status(site: Datasette) -> None:
    page = get(site, "/molva/claim").text
    assert 'class="badge confirmed"' in page
    assert 'Confirmed <span class="quiet">1</span>' in page
    assert 'official <span class="quiet">1</span>' in page
    assert 'href="/molva/source/vestnik">Вестник Заречья</a>' in page
    assert f">{RUMOR_SAID.id}<" not in page


def found(site: Datasette, where: str) -> int:
    answer = get(site, f"/molva/claim.json?_shape=array&{where}")
    assert answer.status_code == 200, answer.text
    return len(answer.json())


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("_search=электромобилям", 1),
        ("_search=building+cars", 1),
        ("_search=лодка", 0),
        ("_search=(((", 0),
        ('_search="', 0),
        ("_topic=Volna+%26+co", 1),
        ("_topic=Boats", 0),
        ("_source=courier", 1),
        ("_source=volna", 0),
        ("_entity=volna", 1),
        ("status=rumor", 0),
        ("status=confirmed&_search=Volna", 1),
    ],
)
def test_claims_are_found_by_word_topic_source_and_name(
    site: Datasette, where: str, count: int
) -> None:
    assert found(site, where) == count


def test_the_saved_search_stems_too(site: Datasette) -> None:
    rows = get(site, "/molva/search.json?_shape=array&q=электромобили").json()
    assert [row["claim_id"] for row in rows] == [RUMOR_SAID.id]
    page = get(site, "/molva/search?q=электромобили").text
    assert f'href="/molva/claim/{RUMOR_SAID.id}"' in page


def test_dismissed_claims_are_hidden_but_not_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    save_claims(db, [dataclasses.replace(fill(db), is_dismissed=True)])
    db.close()
    site = build(path)
    assert found(site, "") == 0
    assert found(site, "is_dismissed=1") == 1
    assert get(site, f"/molva/claim/{RUMOR_SAID.id}").status_code == 200
    close(site)


def test_hostile_words_run_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    told = fill(db)
    save_claims(db, [dataclasses.replace(told, text=SCRIPT)])
    bad = report("vestnik", "bad", "Text.", title=SCRIPT, url="javascript:alert(1)")
    save_reports(db, [bad])
    add_review(
        db,
        Review(
            id="r", claim_id=told.id, verb="confirm", actor="a", at="2022", note=SCRIPT
        ),
    )
    db.close()
    site = build(path)
    for page in (
        "/",
        "/molva/claim",
        f"/molva/claim/{told.id}",
        "/molva/source/vestnik",
        f"/molva/report/{bad.id}",
        "/molva/latest_changes?since=",
    ):
        text = get(site, page).text
        assert SCRIPT not in text, page
        assert "javascript:alert" not in text.replace(SCRIPT, ""), page
    close(site)


def test_a_claim_of_which_little_is_known_has_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    told = fill(db)
    bare = dataclasses.replace(
        told, subject=None, first_source=None, outcome=None, values=(), changes=()
    )
    save_claims(db, [bare, dataclasses.replace(bare, id="feed", evidence=())])
    db.close()
    site = build(path)
    for page in ("/", "/molva/claim", f"/molva/claim/{told.id}", "/molva/claim/feed"):
        assert get(site, page).status_code == 200, page
    close(site)


def test_names_with_odd_signs_have_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    told = fill(db)
    with transaction(db):
        db.conn.execute("INSERT INTO entity VALUES ('a/b & c.d ё', 'A/B', 'ORG', 0)")
    save_claims(db, [dataclasses.replace(told, subject="a/b & c.d ё")])
    db.close()
    site = build(path)
    page = get(site, f"/molva/claim/{told.id}").text
    link = re.search(r'href="(/molva/entity/[^"]+)"', page)
    assert link is not None
    assert "<h1>A/B</h1>" in get(site, html.unescape(link[1])).text
    close(site)


def test_a_report_page_tells_what_it_says(site: Datasette) -> None:
    page = get(site, f"/molva/report/{NEWS.id}").text
    assert "Volna Motors said on Tuesday" in page
    assert f'href="/molva/claim/{RUMOR_SAID.id}"' in page


def test_strangers_cannot_run_sql_or_read_what_is_private(public: Datasette) -> None:
    refused = (
        "/molva?sql=select+1",
        "/molva/claim?_where=1",
        "/molva/report_revision",
        "/molva/report_search",
        "/molva/report_fts.json",
        "/molva/claim_story.json",
        "/molva/status_change.json",
        "/molva/review",
        "/molva/claim_fts_data",
        "/-/databases.json",
        "/-/settings.json",
        "/-/plugins.json",
        "/molva.db",
    )
    for path in refused:
        assert get(public, path).status_code in (403, 404), path
    for path in (
        "/",
        "/molva/claim?_search=volna",
        "/molva/report?_search=volna",
        "/molva/search?q=volna",
    ):
        assert get(public, path).status_code == 200, path


@pytest.mark.parametrize("is_public", [False, True])
def test_strangers_see_no_notes_and_no_names_of_who_decided(
    tmp_path: Path, is_public: bool
) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    told = fill(db)
    who, why = "edna", "rang the plant"
    by_hand = dataclasses.replace(told.changes[-1], actor=who, note=why)
    save_claims(db, [dataclasses.replace(told, changes=(by_hand,))])
    add_review(
        db,
        Review(
            id="r", claim_id=told.id, verb="confirm", actor=who, at="2022", note=why
        ),
    )
    db.close()
    site = build(path, public=is_public)
    page = get(site, f"/molva/claim/{told.id}").text
    asked = get(site, "/molva/latest_changes.json?since=")
    close(site)
    assert (who in page, why in page) == (not is_public, not is_public)
    assert asked.json()["rows"]
    assert who not in asked.text


def test_at_home_sql_works_and_the_index_tables_stay_closed(site: Datasette) -> None:
    assert get(site, "/molva.json?sql=select+1").status_code == 200
    assert get(site, "/molva/claim_fts_data").status_code == 403
    assert get(site, "/molva.db").status_code == 403


def test_every_saved_question_has_a_title_and_an_explanation() -> None:
    files = sorted(QUERIES.glob("*.sql"))
    assert len(files) >= 5
    for path in files:
        asked = question(path.stem)
        assert asked.title, path
        assert asked.about.endswith("."), path
        assert asked.sql.startswith(("SELECT", "WITH")), path


def test_pages_show_what_a_writer_has_just_committed(tmp_path: Path) -> None:
    path = filled(tmp_path)
    site = build(path)
    assert found(site, "status=denied") == 0
    db = open_db(path)
    save_claims(db, [dataclasses.replace(fill(db), status="denied")])
    assert found(site, "status=denied") == 1
    db.close()
    close(site)
