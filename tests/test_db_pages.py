"""What pages add to the rows: charts, marks, edits, filters, downloads, language."""

import asyncio
import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette

from db.datasette import chart, language, marks, pages
from db.datasette.marks import Piece, Span
from db.datasette.review import Desk
from db.datasette.serve import build
from db.exports import EXPORTERS
from db.questions import QUERIES, question
from db.store import (
    Topic,
    add_review,
    open_db,
    save_claims,
    save_reports,
    save_topic,
    suggest,
    transaction,
)
from molva import matching
from molva.model import Claim, ClaimValue, EventDate, Figure, Review
from tests.db_samples import (
    NEWS,
    NEWS_SAID,
    RUMOR,
    RUMOR_SAID,
    claim,
    fill,
    filled,
    report,
)
from tests.test_db_datasette import close, get
from tests.test_db_review_desk import browse

TEMPLATES = Path("db/datasette/templates")
SECRET = "Only our lawyer may know"


def fetch(site: Datasette, path: str, **headers: str) -> httpx.Response:
    async def go() -> httpx.Response:
        await site.invoke_startup()
        answer: httpx.Response = await site.client.get(path, headers=headers)
        return answer

    return asyncio.run(go())


def noted(folder: Path) -> Path:
    """The story with a topic, a decision and a note that is nobody's business."""
    path = filled(folder)
    db = open_db(path)
    save_topic(db, Topic("Volna & co", entities=("volna",)))
    told = fill(db)
    change = dataclasses.replace(told.changes[-1], actor="anna", note=SECRET)
    save_claims(db, [dataclasses.replace(told, changes=(told.changes[0], change))])
    made = Review(
        id="r", claim_id=told.id, verb="confirm", actor="anna", at="2022", note=SECRET
    )
    add_review(db, made)
    db.close()
    return path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Datasette]:
    datasette = build(noted(tmp_path))
    yield datasette
    close(datasette)


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Datasette]:
    datasette = build(noted(tmp_path), public=True)
    yield datasette
    close(datasette)


# --- pages -------------------------------------------------------------------------


def test_the_front_page_tells_what_changed(site: Datasette) -> None:
    page = get(site, "/").text
    assert "In the week to 26 July 2022" in page
    assert "1 new rumor" in page
    assert "1 rumor confirmed" in page
    assert page.index("Rumors confirmed") < page.index("Volna Motors said")
    assert 'href="/molva/topic/Volna+~26+co"' in page


def test_a_topic_shows_its_claims_by_status_and_its_figures(site: Datasette) -> None:
    page = get(site, "/molva/topic/Volna+~26+co").text
    assert "Key figures over time" in page
    assert '<svg class="chart"' in page
    assert "By 31 Dec 2022" in page
    assert 'href="/molva/claim?_topic=Volna%20%26%20co&amp;status=confirmed"' in page


@pytest.mark.parametrize("large", [0, 1000])
def test_a_topic_shows_its_changes_however_large_it_is(
    site: Datasette, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(pages, "_LARGE", large)
    page = get(site, "/molva/topic/Volna~20~26~20co").text
    assert page.count('<span class="was">Rumor →</span>') == 1


def test_a_topic_counts_the_claims_that_its_picture_leaves_out(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    told = fill(db)
    more = [dataclasses.replace(told, id=f"{n:04x}", evidence=()) for n in range(40)]
    save_claims(db, more)
    save_topic(db, Topic("Volna", entities=("volna",)))
    db.close()
    site = build(path)
    page = get(site, "/molva/topic/Volna").text
    close(site)
    assert "and 29 more claims" in page
    assert "All 41</a>" in page
    assert page.count('class="when"') == 30


def test_the_front_page_and_topics_change_with_each_write(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    told = fill(db)
    save_topic(db, Topic("Volna", entities=("volna",)))
    site = build(path)
    for status in ("denied", "disputed"):
        save_claims(db, [dataclasses.replace(told, status=status)])
        for address in ("/", "/molva/topic/Volna"):
            page = get(site, address).text
            assert f'class="badge {status}"' in page
            assert get(site, address).text == page
    close(site)
    db.close()


def test_what_comes_stands_before_what_has_passed() -> None:
    def due(day: str) -> tuple[EventDate, Claim]:
        value = dataclasses.replace(NEWS_SAID.dates[0], latest=day)
        return value, claim((), id=day)

    given = [due(f"2024-0{month}-01") for month in range(1, 6)]
    found = pages._coming_first(given, date(2024, 3, 1))
    assert [value.latest[5:7] for value, _ in found if value.latest] == [
        "03",
        "04",
        "05",
        "02",
        "01",
    ]


def test_a_claim_says_what_would_change_it(site: Datasette) -> None:
    page = get(site, f"/molva/claim/{RUMOR_SAID.id}").text
    assert "What would change it" in page
    assert "A denial on the record by Волна" in page


def test_a_rumor_says_what_would_settle_it(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    told = fill(db)
    save_claims(db, [dataclasses.replace(told, status="rumor", outcome=None)])
    db.close()
    site = build(path)
    page = get(site, f"/molva/claim/{told.id}").text
    assert "What would settle it" in page
    assert "So far: 2 independent origins" in page
    close(site)


def test_suggested_merges_are_shown_at_home_only(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    told = fill(db)
    other = claim((), id="0feed", text="Volna will build a van.", status="rumor")
    save_claims(db, [other])
    with transaction(db):
        suggest(db, told.id, other.id, 0.7, ["same subject"])
    db.close()
    for is_public, count in ((False, 1), (True, 0)):
        site = build(path, public=is_public)
        page = get(site, f"/molva/claim/{told.id}").text
        assert page.count("Volna will build a van.") == count
        close(site)


def test_a_report_marks_what_was_read_in_its_text(site: Datasette) -> None:
    page = get(site, f"/molva/report/{NEWS.id}").text
    assert '<span class="mk figure">400 electric cars</span>' in page
    assert '<span class="mk date">by the end of 2022</span>' in page
    assert 'class="st confirmed"' in page


def test_a_report_shows_its_edits_word_by_word(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    fill(db)
    edited = NEWS.text.replace("400 electric", "4,500 electric")
    save_reports(db, [dataclasses.replace(NEWS, text=edited)])
    db.close()
    site = build(path)
    page = get(site, f"/molva/report/{NEWS.id}").text
    assert "<del>400</del><ins>4,500</ins>" in page
    assert "<ins>" not in get(site, f"/molva/report/{RUMOR.id}").text
    close(site)


def test_search_ranks_and_marks_every_form(site: Datasette) -> None:
    page = get(site, "/molva/search?q=building").text
    assert "1 claim, the best match first" in page
    page = get(site, "/molva/search?q=cars+volna").text
    assert "<mark>Volna</mark>" in page
    assert "<mark>cars</mark>" in page
    assert "No claim fits." in get(site, "/molva/search?q=лодка").text


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("_since=2022-07-26", 1),
        ("_since=2022-07-27", 0),
        ("_until=2022-07-20", 1),
        ("_until=2022-07-19", 0),
        ("_facet_date=first_said_at&_since=2022-07-01", 1),
    ],
)
def test_claims_are_found_by_their_days(
    site: Datasette, where: str, count: int
) -> None:
    rows = get(site, f"/molva/claim.json?_shape=array&{where}").json()
    assert len(rows) == count
    assert get(site, f"/molva/claim?{where}").status_code == 200


# --- downloads ---------------------------------------------------------------------


@pytest.mark.parametrize("form", list(EXPORTERS))
@pytest.mark.parametrize(
    "query",
    ["", "topic=Volna+%26+co", "entity=volna", f"claim={RUMOR_SAID.id}", "_lang=ru"],
)
def test_every_format_can_be_taken_along(
    site: Datasette, form: str, query: str
) -> None:
    answer = get(site, f"/-/timeline.{form}?{query}")
    assert answer.status_code == 200
    assert "400 electric cars" in answer.text.replace("\r\n ", "")
    is_file = "attachment" in answer.headers.get("content-disposition", "")
    assert is_file == (form not in ("atom", "jsonfeed"))


def test_downloads_are_filtered_and_honest(site: Datasette) -> None:
    empty = get(site, "/-/timeline.json?status=denied").text
    assert "400 electric cars" not in empty
    for path, status in (
        ("/-/timeline.exe", 404),
        ("/-/timeline.md?claim=none", 404),
        ("/-/timeline.md?as_of=soon", 400),
        ("/-/timeline.md?since=soon", 400),
        ("/-/timeline.md?status=maybe", 400),
        ("/-/timeline.md?most=-1", 400),
        ("/-/slides?most=many", 400),
    ):
        assert get(site, path).status_code == status, path


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/molva/claim?_sort=nope", 400, "nope"),
        ("/molva/claim?_sort=id&_sort_desc=id", 400, "_sort_desc"),
        ("/molva/source?_sort=nope", 400, "nope"),
        ("/molva/claim?_size=many", 400, "_size"),
        ("/molva/claim?_timelimit=long", 400, "long"),
        ("/molva/claim?_through=%7B%7D", 400, "table"),
        ("/molva/claim?id__in=[", 400, ""),
        ("/molva/claim?origin_count__gt=" + "9" * 30, 400, ""),
        ("/molva/claim?_since=soon", 400, "soon"),
        ("/molva/claim?_until=2024-02-30", 400, "2024-02-30"),
        ("/-/timeline.md?until=soon", 400, "soon"),
        ("/molva/claim/none", 404, "none"),
        ("/nowhere", 404, ""),
        ("/-/review", 403, ""),
    ],
)
def test_what_cannot_be_answered_is_told_in_the_readers_language(
    site: Datasette,
    address: str,
    status: int,
    said: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    heads = {
        "en": {400: "cannot be answered", 403: "not open", 404: "no such page"},
        "ru": {400: "ответить нельзя", 403: "вам нельзя", 404: "Такой страницы нет"},
    }
    for lang, words in heads.items():
        answer = fetch(site, address, **{"accept-language": lang})
        assert answer.status_code == status
        assert f'<html lang="{lang}">' in answer.text
        assert words[status] in answer.text
        assert said in answer.text
    assert "locals" not in capfd.readouterr().out  # no page of stack for each slip
    if address.startswith("/molva/claim?"):
        table, query = address.split("?")
        found = get(site, f"{table}.json?{query}")
        assert (found.status_code, found.json()["ok"]) == (status, False)


def test_a_fault_of_ours_is_logged_and_tells_strangers_nothing(
    public: Datasette, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("the secret of row 7")

    monkeypatch.setattr(pages, "filter_choices", broken)
    answer = get(public, "/molva/claim")
    assert answer.status_code == 500
    assert "Something broke here" in answer.text
    assert "row 7" not in answer.text
    assert "row 7" in caplog.text


def test_a_status_nobody_has_is_an_empty_list(site: Datasette) -> None:
    answer = get(site, "/molva/claim?status=maybe")
    assert answer.status_code == 200
    assert "400 electric cars" not in answer.text


def test_facets_are_counted_again_after_each_write(tmp_path: Path) -> None:
    path = filled(tmp_path)
    site = build(path)

    def counted() -> dict[str, int]:
        facets = json.loads(get(site, "/molva/claim.json?_facet=status").text)
        told = facets["facet_results"]["status"]["results"]
        assert facets["filtered_table_rows_count"] == sum(f["count"] for f in told)
        return {facet["value"]: facet["count"] for facet in told}

    assert counted() == counted() == {"confirmed": 1}
    kept = site.get_database("molva")
    asked = dict(kept._kept)
    counted()
    assert all(kept._kept[key] is asked[key] for key in asked), "answered from memory"
    db = open_db(path)
    save_claims(db, [claim((), id="0feed", text="A van.", status="rumor")])
    assert counted() == {"confirmed": 1, "rumor": 1}
    save_claims(db, [claim((), id="0feed", text="A van.", status="denied")])
    assert counted() == {"confirmed": 1, "denied": 1}
    db.close()
    assert len(kept._kept) <= 512
    close(site)


# --- what strangers are not shown --------------------------------------------------

EVERYWHERE = (
    "/",
    "/molva/claim",
    f"/molva/claim/{RUMOR_SAID.id}",
    f"/molva/claim/{RUMOR_SAID.id}.json",
    "/molva/status_change.json",
    "/molva/claim_story.json",
    "/molva/review.json",
    "/molva/latest_changes.json?since=",
    *(f"/-/timeline.{form}" for form in EXPORTERS),
)


@pytest.mark.parametrize("path", EVERYWHERE)
def test_notes_are_not_shown_to_strangers(public: Datasette, path: str) -> None:
    answer = get(public, path)
    assert SECRET not in answer.text
    assert "anna" not in answer.text


@pytest.mark.parametrize(
    "path", [f"/molva/report/{RUMOR.id}", "/molva/report_fts.json", "/molva/report"]
)
def test_texts_are_not_shown_to_strangers(public: Datasette, path: str) -> None:
    assert "о ценах" not in get(public, path).text.lower()


def test_other_tables_cannot_be_probed(public: Datasette) -> None:
    through = json.dumps({"table": "review", "column": "note", "value": SECRET})
    assert get(public, f"/molva/claim.json?_through={through}").status_code == 404


def test_at_home_notes_and_texts_are_shown(site: Datasette) -> None:
    assert SECRET in get(site, f"/molva/claim/{RUMOR_SAID.id}").text
    assert "о ценах" in get(site, f"/molva/report/{RUMOR.id}").text


# --- charts ------------------------------------------------------------------------


def value(
    low: float | None, high: float | None, day: str, **more: object
) -> ClaimValue:
    told = Figure(
        start=0,
        end=1,
        text=f"{low} to {high}",
        low=low,
        high=high,
        unit=str(more.pop("unit", "car")),
        bound="exact",
        measure=str(more.pop("measure", "produced")),
    )
    return ClaimValue(
        kind="figure",
        value=told,
        statement_id=NEWS_SAID.id,
        report_id=NEWS.id,
        said_at=day,
        is_current=bool(more.get("now")),
        relation="current" if more.get("now") else "revised",
    )


def drawn(*values: ClaimValue, lang: str = "en") -> list[chart.Chart]:
    return chart.figures(claim((), values=values), lang)


def test_a_chart_goes_from_the_first_value_to_the_last() -> None:
    (found,) = drawn(
        value(400, 400, "2022-08-01T00:00:00Z", now=True),
        value(500, 700, "2022-07-10", unit="машина"),
        value(600, 600, "2022-07-01"),
    )
    assert [point.label for point in found.points] == ["600", "500–700", "400"]
    assert [point.is_current for point in found.points] == [False, False, True]
    xs = [point.x for point in found.points]
    assert xs == sorted(xs)
    low, high = found.points[1].low, found.points[1].high
    assert high < found.points[1].y < low  # the axis points down
    assert found.path.count("H") == 3


def test_a_value_that_was_repeated_stands_from_the_day_it_was_first_given() -> None:
    (found,) = drawn(
        value(400, 400, "2022-09-01", now=True),
        value(400, 400, "2022-08-01"),
        value(600, 600, "2022-07-01"),
    )
    days = [(point.day, point.is_current) for point in found.points]
    assert days == [("2022-07-01", False), ("2022-08-01", True)]


@pytest.mark.parametrize(
    "values",
    [
        (value(400, 400, "2022-08-01", now=True),),
        (value(400, 400, "2022-08-01", now=True), value(400, 400, "2022-07-01")),
        (value(400, 400, "2022-08-01", now=True), value(900, 900, "2022-08-01")),
        (value(4, 4, "2022-08-01"), value(9, 9, "2022-07-01", measure="sold")),
        (value(4, 4, "2022-08-01", unit="RUB"), value(9, 9, "2022-07-01", unit="USD")),
        (value(None, None, "2022-08-01"), value(9, 9, "2022-07-01")),
        (value(4, 4, "some day"), value(9, 9, "2022-07-01")),
    ],
)
def test_there_is_no_chart_of_what_did_not_change(
    values: tuple[ClaimValue, ...],
) -> None:
    assert drawn(*values) == []


def test_labels_are_short_in_the_language_of_the_page() -> None:
    told = value(14.5e9, 14.5e9, "2022-07-01", unit="RUB").value
    assert isinstance(told, Figure)
    assert chart.label(told, "en") == "14.5B"
    assert chart.label(told, "ru") == "14,5\xa0млрд"
    open_ended = dataclasses.replace(told, low=50_000, high=None, bound="min")
    assert chart.label(open_ended, "en") == "≥ 50K"


# --- marks -------------------------------------------------------------------------


def test_overlapping_marks_are_cut_where_they_meet() -> None:
    pieces = marks.cut("abcdef", [Span(1, 4, "x"), Span(3, 9, "y")])
    assert pieces == [
        Piece("a"),
        Piece("bc", ("x",)),
        Piece("d", ("x", "y")),
        Piece("ef", ("y",)),
    ]
    assert "".join(p.text for p in marks.cut("abc", [Span(5, 9, "x")])) == "abc"


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("Завод соберёт 600 электромобилей", "электромобили", ["электромобилей"]),
        ("Ёлку привезли", "елка", ["Ёлку"]),
        ("They built a plant", "plants building", ["plant"]),
        ("Электробус и электромобиль", "электро*", ["Электробус", "электромобиль"]),
        ("Nothing here", "", []),
    ],
)
def test_hits_are_marked_in_every_form(text: str, query: str, hits: list[str]) -> None:
    pieces = marks.found_in(text, query)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.kinds] == hits


def test_an_edit_shows_only_what_is_near_it() -> None:
    before = "First paragraph.\n" + "word " * 200 + "old end"
    pieces = marks.edit(before, before.replace("old", "new"))
    kinds = [piece.kinds for piece in pieces if piece.kinds]
    assert kinds == [("del",), ("ins",)]
    assert sum(len(piece.text) for piece in pieces) < 200
    assert marks.edit(before, before) == []


# --- language ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "query", "fixed", "lang"),
    [
        ({}, "", None, "en"),
        ({"accept-language": "ru-RU,ru;q=0.9,en;q=0.8"}, "", None, "ru"),
        ({"accept-language": "fr, en;q=0.5, ru;q=0.9"}, "", None, "ru"),
        ({"accept-language": "ru;q=0, en;q=0.1"}, "", None, "en"),
        ({"accept-language": "ru;q=x"}, "", None, "en"),
        ({"accept-language": "ru"}, "", "en", "en"),
        ({"cookie": "a=b; molva_lang=ru"}, "", "en", "ru"),
        ({"cookie": "molva_lang=ru"}, "_lang=en", None, "en"),
        ({"cookie": "molva_lang=xx"}, "_lang=../x", None, "en"),
    ],
)
def test_the_reader_chooses_before_the_server_and_the_browser(
    headers: dict[str, str], query: str, fixed: str | None, lang: str
) -> None:
    assert language.choose(headers, query, fixed) == lang


def test_pages_speak_russian(site: Datasette) -> None:
    answer = fetch(site, "/", **{"accept-language": "ru"})
    assert '<html lang="ru">' in answer.text
    assert "За неделю по 26 июля 2022 года" in answer.text
    assert "1 новый слух, 1 слух подтверждён" in answer.text
    assert answer.headers["content-language"] == "ru"
    assert "Accept-Language" in answer.headers["vary"]
    told = fetch(site, f"/molva/claim/{RUMOR_SAID.id}?_lang=ru").text
    for words in ("Подтверждено, пока не наступило", "2 человека", "На чём основано"):
        assert words in told, words


def test_the_switch_keeps_the_language(site: Datasette) -> None:
    answer = fetch(site, "/-/lang?to=ru&next=/molva/claim")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/molva/claim"
    assert "molva_lang=ru" in answer.headers["set-cookie"]
    assert "set-cookie" not in fetch(site, "/-/lang?to=xx&next=//evil.example").headers


def english() -> set[str]:
    """Return every word of a template or a page's code that is to be translated."""
    found = {asked.title for asked in map(question, names())}
    found |= {asked.about for asked in map(question, names())}
    for path in (*TEMPLATES.glob("*.html"), *TEMPLATES.parent.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'(?:\b_|translate)\(\s*"([^"]+)"', text))
    return found


def names() -> list[str]:
    return [path.stem for path in QUERIES.glob("*.sql")]


def test_everything_the_pages_say_is_said_in_russian_too() -> None:
    path = TEMPLATES.parent / "lang" / "ru.toml"
    russian = tomllib.loads(path.read_text(encoding="utf-8"))
    assert sorted(english() - set(russian)) == []
    for said, told in russian.items():
        fields = set(re.findall(r"\{\w+\}", said))
        assert set(re.findall(r"\{\w+\}", told)) == fields, said
        assert re.search("[а-яё]", told, re.IGNORECASE), said


def test_why_two_claims_may_be_one_is_said_in_russian_too(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    told = fill(db)
    other = claim((), id="0feed", text="Volna will build a van.", status="rumor")
    save_claims(db, [dataclasses.replace(told, outcome="overdue"), other])
    reasons = [word for pair in matching.REASONS.values() for word in pair if word]
    with transaction(db):
        suggest(db, told.id, other.id, 0.714, ["cosine 0.80", *reasons])
    db.close()
    site = build(path, desk=Desk(lambda *_, **__: pytest.fail("decided"), "anna"))
    (page,) = browse(site, ("GET", "/-/review?_lang=ru", None))
    close(site)
    assert "похожи на 71 %: о том же, " in page
    assert "срок: до 31 дек. 2022" in page
    assert [said for said in ("alike", "due ", *reasons) if said in page] == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/molva/source?_lang=ru", ("<h1>Источники", "СМИ", "английский")),
        ("/molva/entity?_lang=ru", ("<h1>Имена", "Организация", "/molva/entity/volna")),
        ("/molva/entity?_lang=ru&name__contains=zzz", ("<h1>Имена", "Пока нет.")),
        ("/molva/entity?_lang=ru&_col=name", ("<h1>Имена", "rows-and-columns")),
    ],
)
def test_sources_and_names_are_listed_for_readers(
    site: Datasette, address: str, words: tuple[str, ...]
) -> None:
    page = get(site, address).text
    assert [word for word in words if word not in page] == []
    assert "View and edit SQL" not in page


def test_reports_of_unknown_sources_have_pages_too(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    fill(db)
    bare = report("vestnik", "bare", "", title="", url=None, lang=None)
    save_reports(db, [bare])
    db.close()
    site = build(path)
    assert "Untitled" in get(site, f"/molva/report/{bare.id}").text
    close(site)
