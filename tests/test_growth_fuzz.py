"""Any bytes in: no exception but the one that is told, bounds in order, round trips.

`make fuzz SECONDS=600` runs the same with a larger budget and new seeds, then the
doors of `tests/fuzz/targets.py` led by the branches that inputs reach.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import sqlite3
from datetime import date, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import html5lib
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from parsel import Selector
from sqlite_utils import Database

from crawler import dates, jsonld, times
from crawler.decode import decode
from crawler.feeds import parse_feed
from db.exports import EXPORTERS, Timeline, export
from db.exports.csvfile import guard
from db.exports.words import plain
from db.instants import utc
from db.stems import stem_query, stem_text
from db.store import open_db
from molva.revisions import change
from nlp.read import read
from tests.db_samples import report
from tests.fuzz import targets
from tests.fuzz.targets import BASE, NOW
from tests.test_db_exports import story, with_claim

__all__ = ["story"]

#: For what costs a page or a model each time.
FEW = settings(max_examples=max(30, settings().max_examples // 3))


def pieces(*lines: str) -> st.SearchStrategy[str]:
    """Return one of the pieces between the blanks."""
    return st.sampled_from([piece for line in lines for piece in line.split(" ")])


#: Pieces from which odd but likely input is made.
MARKUP = pieces(
    "<rss> </rss> <channel> <item> </item> <title> </title> <link>",
    "</link> <pubDate>",
    "</pubDate> <guid isPermaLink='true'> </guid> <![CDATA[ ]]>",
    "<feed> <entry> <urlset>",
    "<url> <loc> </loc> <lastmod> &amp; &nbsp; &#0; &#x110000;",
    "&#xD800; &x; <!-- -->",
    "<!DOCTYPE x [<!ENTITY a 'b'>]> &a; <html> <head> <body>",
    "<article> <h1> </h1> <p> </p>",
    "<div class='paywall'> <time datetime='2024-13-45'> <script>",
    "</script> <meta",
    "<table> <td> <template> <svg> <math> <![if <? ?> < > \" ' = / \0",
    "\u202e 💥 \ufeff",
    "https://a.example/1 javascript:1 //x ../y http://[::1",
    "2024-05-14T10:30 14 мая 24:61",
    "0000-00-00 99999999999999999999 Zarya said завод",
)
MADE = st.lists(st.one_of(MARKUP, st.text(max_size=8)), max_size=40).map("".join)
BYTES = st.one_of(
    st.binary(max_size=400),
    MADE.map(lambda text: text.encode("utf-8", "replace")),
    MADE.map(
        lambda text: (
            b"<?xml version='1.0'?><rss><channel>" + text.encode("utf-8", "replace")
        )
    ),
    MADE.map(lambda text: text.encode("cp1251", "replace")),
    MADE.map(lambda text: text.encode("utf-16", "replace")),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            pieces(
                "@type @id @graph author name headline datePublished articleBody",
                "itemListElement item isAccessibleForFree hasPart url",
                "mainEntityOfPage",
            )
            | st.text(max_size=6),
            inner
            | st.sampled_from(
                ["NewsArticle", "BreadcrumbList", "Person", "#a", "WebPage"]
            ),
            max_size=6,
        )
    ),
    max_leaves=20,
)
#: What XML and calendars can hold of what a database can.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60
) | st.lists(
    pieces(
        "= + - @ \t \r \n \0 ; , : \\ \" ' ]]> END:VEVENT <script>",
        "</script> javascript:x",
        "| [x](y) # \u2028 \u202e \x1b[31m \x85 💥 ＝ &amp; {{7*7}} Заря",
    ),
    min_size=1,
    max_size=12,
).map("".join)


# --- crawler ----------------------------------------------------------------------


@given(BYTES)
def test_bytes_become_clean_text(data: bytes) -> None:
    text = decode(data)
    assert not set(text) & set("\0\x08\x7f")
    text.encode()


@given(BYTES)
@example(b"<rss><item><link>http://[::1</link></item></rss>")
@example(b"<rss><:item></rss>")
@example(b"<rss><item><title>&#xD800;&#56320;</title><link>/1</link></item></rss>")
def test_a_feed_is_items_or_an_error(data: bytes) -> None:
    targets.feed(data)


@given(BYTES)
@example(b"<:")
def test_a_sitemap_is_pages_or_an_error(data: bytes) -> None:
    targets.sitemap(data)


@given(
    st.text(
        st.characters(
            exclude_categories=["Cc", "Cs", "Cn", "Zs", "Zl", "Zp"],
            exclude_characters="<>&\ufeff",
        ),
        min_size=1,
        max_size=40,
    ),
    st.datetimes(datetime(1990, 1, 2), datetime(2100, 1, 1)),
    st.integers(-14 * 4, 14 * 4),
)
def test_a_feed_gives_back_what_was_put_in(
    title: str, moment: datetime, quarters: int
) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    stamp = moment.replace(tzinfo=zone, microsecond=0)
    body = f"""<rss><channel><item><title>{escape(title)}</title>
        <link>{BASE}1</link><pubDate>{stamp:%a, %d %b %Y %H:%M:%S %z}</pubDate>
        </item></channel></rss>"""
    (item,) = parse_feed(body.encode(), BASE)
    assert item.title == title
    assert item.url == BASE + "1"
    assert item.published is not None
    assert datetime.fromisoformat(item.published) == stamp


@given(st.text(max_size=40) | MADE)
@example("-1")
@example("1e999")
@example("9" * 99)
@example("٣٤٥٦")
@example("²")
@example("Mon, 14 May 2024 10:30:00 +9999")
@example("Mon, 14 May 9999 23:59:59 -2359")
@example("Tue, 07 May 2024 10:30 666666666666666666666666666666666 +0000")
@example("Tue, 07 May 666666666666666666666 10:30:00 +0000")
def test_a_time_is_an_instant_or_none(text: str) -> None:
    for zone in (None, "Europe/Moscow", "No/Where", "../x"):
        stamp = times.parse(text, zone=zone)
        assert stamp is None or 1990 <= datetime.fromisoformat(stamp).year <= 2100
    wait = times.seconds_until(text)
    assert wait is None or 0 <= wait <= times.MAX_WAIT
    told = utc(text)
    assert told is None or datetime.fromisoformat(told)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)),
    st.one_of(st.none(), st.integers(-14 * 4, 14 * 4)),
)
def test_an_iso_time_is_read_as_it_is(moment: datetime, quarters: int | None) -> None:
    moment = moment.replace(microsecond=0)
    if quarters is not None:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)))
    stamp = times.parse(moment.isoformat())
    assert stamp is not None
    assert datetime.fromisoformat(stamp) == moment


@given(
    st.lists(
        pieces(
            "14 31 00 мая May февраля 2024 0000 99 10:30 24:61 , . сегодня",
            "вчера today",
            "обновлено updated AM pm МСК GMT+3 +25:00 - / 1.1.2024 30.02.2024",
        )
        | st.text(max_size=5),
        max_size=12,
    ).map(" ".join)
)
def test_visible_times_lie_in_their_text(text: str) -> None:
    for zone in (None, "Europe/Moscow"):
        for moment in dates.moments(text, zone=zone, day=date(2024, 5, 14)):
            assert 0 <= moment.start < moment.end <= len(text)
            assert datetime.fromisoformat(moment.stamp)
    dates.read(text)
    dates.is_dateline(text)


@given(JSON, st.text(max_size=10))
def test_linked_data_of_any_shape_is_read(data: Any, slip: str) -> None:
    script = json.dumps(data).replace("</", "<\\/") + slip
    html = f'<html><script type="application/ld+json">{script}</script><h1>x</h1>'
    page = Selector(text=html.replace("\0", ""))
    found = jsonld.article(page, BASE + "1")
    assert isinstance(found, dict)
    for name in jsonld.names(found.get("author")):
        assert name == name.strip() != ""
    jsonld.breadcrumbs(page)
    for key in ("headline", "articleBody"):
        assert isinstance(jsonld.text_of(found.get(key)), str | None)
    assert jsonld.is_free(found) in (True, False, None)


@FEW
@given(BYTES, JSON)
@example(b"", None)
@example(b"<h1>Mill</h1><time {ad} datetime=2024-03-04>4 March</time>", None)
def test_a_page_is_an_article_or_an_error(data: bytes, linked: Any) -> None:
    script = json.dumps(linked).replace("</", "<\\/").encode()
    head = b'<html><script type="application/ld+json">' + script + b"</script>"
    for page in (data, head + data):
        targets.page(page)


@given(MADE, MADE, MADE, MADE)
def test_an_edit_has_a_kind_and_no_edit_none(a: str, b: str, c: str, d: str) -> None:
    assert change(a, b, a, b) is None
    change(a, b, c, d)


# --- reading ----------------------------------------------------------------------

WORDS = pieces(
    "Заря Zarya завод компания the company said сообщил выпустит will",
    "build 5 10,5 1.2",
    "1 000 000 млрд млн рублей % $ € between от до не менее at least",
    "up to half a",
    "полтора двести 30 февраля 31 июня 2024 0000 года by the end of",
    "Q5 2027 к середине",
    'вчера next зимой « » " ( ) — , . ? : не not denied опроверг 💥',
    "\u202e \0",
    "10–15 12-й 3 %, 99999999999999999999 1/0 двадцать-тридцать",
)


@FEW
@given(
    st.lists(
        st.lists(WORDS | st.text(max_size=4), max_size=25).map(" ".join),
        min_size=1,
        max_size=4,
    )
)
@example(["d  B0 Zarya"])
@example(["0\x1fK"])
@example(["Заря \U00017000"])
def test_what_is_read_lies_in_its_text(texts: list[str]) -> None:
    reports = [report("a", str(n), text, published=NOW) for n, text in enumerate(texts)]
    for told, reading in zip(reports, read(reports), strict=True):
        for found in reading.statements:
            assert told.text[found.start : found.end] == found.text
            parts: list[Any] = [*found.figures, *found.dates, *found.entities]
            for part in parts:
                assert told.text[part.start : part.end] == part.text
            for figure in found.figures:
                targets.in_order(figure)
            for due in found.dates:
                targets.in_order(due)


# --- storage and exports ----------------------------------------------------------


@pytest.fixture(scope="module")
def searchable() -> Database:
    return open_db(":memory:")


@given(query=TEXTS | st.text(max_size=30))
@example(query='NEAR("a" OR *)')
@example(query="a* -b :c ^d")
def test_any_words_can_be_searched_for(searchable: Database, query: str) -> None:
    assume(not any("\ud800" <= c <= "\udfff" for c in query))
    asked = stem_query(query)
    if asked:
        sql = "SELECT count(*) FROM claim_fts WHERE claim_fts MATCH ?"
        try:
            searchable.conn.execute(sql, (asked,)).fetchone()
        except sqlite3.OperationalError as error:
            raise AssertionError(asked) from error
    stem_text(query)


def told(story: Timeline, text: str, url: str) -> Timeline:
    items = tuple(
        dataclasses.replace(
            item,
            report=dataclasses.replace(item.report, title=text, url=url),
            statement=dataclasses.replace(item.statement, text=text),
        )
        for item in story.claims[0].evidence
    )
    made = with_claim(story, text=text, evidence=items, subject=text)
    return dataclasses.replace(made, title=text, site="https://molva.example")


@given(text=TEXTS, url=TEXTS)
def test_every_format_holds_any_words(story: Timeline, text: str, url: str) -> None:
    shown = told(story, text, url)
    for form in EXPORTERS:
        export(form, shown).encode()


@given(text=TEXTS)
def test_json_and_tables_give_the_words_back(story: Timeline, text: str) -> None:
    shown = told(story, text, "https://a.example/1")
    (claim,) = json.loads(export("json", shown))["claims"]
    assert claim["text"] == text
    (row,) = csv.DictReader(io.StringIO(export("csv", shown), newline=""))
    kept = row["text"]
    assert kept == guard(text)
    assert kept.removeprefix("'") in (plain(text), plain(text).removeprefix("'"))
    assert not kept.startswith(tuple("=+-@\t\r\n＝＋－＠"))


@given(text=TEXTS, url=TEXTS)
def test_calendars_and_feeds_are_whole(story: Timeline, text: str, url: str) -> None:
    shown = told(story, text, url)
    calendar = Calendar.from_ical(export("ics", shown))
    assert len(calendar.events) == 1
    assert not calendar.errors
    assert not calendar.events[0].errors
    root = ET.fromstring(export("atom", shown))
    space = "{http://www.w3.org/2005/Atom}"
    assert len(root.findall(f"{space}entry")) == len(story.claims[0].changes)
    for link in root.iter(f"{space}link"):
        assert link.get("href", "").startswith(("http://", "https://"))
    for form in ("jsonfeed", "timelinejs", "claimreview"):
        assert "javascript:" not in str(json.loads(export(form, shown)).get("url", ""))


@FEW
@given(text=TEXTS, url=TEXTS)
def test_a_page_has_only_our_own_tags(story: Timeline, text: str, url: str) -> None:
    ours = tags(export("html", told(story, "words", "https://a.example/1")))
    assert tags(export("html", told(story, text, url))) <= ours


def tags(page: str) -> set[tuple[str, str]]:
    """Return the elements of a page with the names of their attributes."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = set()
    for node in tree.iter():
        if isinstance(node.tag, str):
            found |= {(node.tag, name) for name in node.attrib} | {(node.tag, "")}
            href = node.get("href", "#")
            assert href.startswith(("http://", "https://", "#")), href
    return found
