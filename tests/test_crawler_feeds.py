"""Feeds and sitemaps with the oddities of real ones, made by hand."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from crawler.feeds import FeedError, FeedItem, parse_feed, parse_sitemap
from crawler.times import seconds_until

BASE = "https://news.example/rss"


def items(xml: str, *, spaces: str = "", **rest: str) -> list[FeedItem]:
    body = f"<rss version='2.0'{spaces}><channel>{xml}</channel></rss>"
    return parse_feed(body.encode(), BASE, **rest)  # type: ignore[arg-type]


def one(inner: str, *, spaces: str = "") -> FeedItem:
    (item,) = items(f"<item>{inner}</item>", spaces=spaces)
    return item


def test_links_of_related_articles_are_not_the_items() -> None:
    item = one(
        "<r:related_links><link url='https://news.example/other'/>"
        "<link>https://news.example/other</link></r:related_links>"
        "<link>https://news.example/1</link>",
        spaces=" xmlns:r='https://r.example'",
    )
    assert item.url == "https://news.example/1"


def test_a_guid_is_an_address_only_where_it_says_so() -> None:
    assert one("<guid>https://news.example/2</guid>").url == "https://news.example/2"
    assert items("<item><guid isPermaLink='false'>x:15</guid></item>") == []
    assert items("<item><title>No link at all</title></item>") == []


def test_html_names_of_characters_are_known_inside_and_outside_cdata() -> None:
    item = one(
        "<link>/3</link><title>&laquo;Север&raquo; &amp; Ко</title>"
        "<description><![CDATA[&laquo;Да&raquo;&nbsp;<b>нет</b>]]></description>"
    )
    assert item.title == "«Север» & Ко"
    assert item.lead == "«Да» нет"


def test_escaped_markup_and_tables_leave_the_lead() -> None:
    item = one("<link>/4</link><description>&lt;B&gt;Да&lt;/B&gt; #TABLE02: см.")
    assert item.lead == "Да"


def test_a_full_text_keeps_its_paragraphs() -> None:
    item = one(
        "<link>/5</link><y:full-text>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two &lt;b&gt;b"
        "&lt;/b&gt;.&lt;/p&gt;Three.&lt;br/&gt;Four.</y:full-text>",
        spaces=" xmlns:y='http://news.yandex.ru'",
    )
    assert item.full_text == "One.\n\nTwo b.\n\nThree.\n\nFour."


def test_times_keep_their_offset_and_changes_are_told() -> None:
    item = one(
        "<link>/6</link><pubDate>Sun, 12 Apr 2026 16:36:13 +0300</pubDate>"
        "<r:newsModifDate>Sun, 12 Apr 2026 17:00:00 +0300</r:newsModifDate>",
        spaces=" xmlns:r='https://r.example'",
    )
    assert item.published == "2026-04-12T16:36:13+03:00"
    assert item.modified == "2026-04-12T17:00:00+03:00"


def test_windows_1251_feeds_are_read_declared_or_not() -> None:
    inner = "<rss><item><link>/7</link><title>Завод в Лужске</title></item></rss>"
    declared = f"<?xml version='1.0' encoding='windows-1251'?>{inner}".encode("cp1251")
    assert parse_feed(declared, BASE)[0].title == "Завод в Лужске"
    plain = parse_feed(inner.encode("cp1251"), BASE, encoding="cp1251")
    assert plain[0].title == "Завод в Лужске"


def test_atom_is_read() -> None:
    body = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title>"
        b"<link rel='self' href='/self'/><link href='/8'/><category term='Auto'/>"
        b"<published>2024-05-14T10:00:00Z</published>"
        b"<updated>2024-05-14T11:00:00Z</updated><summary>S</summary></entry></feed>"
    )
    (item,) = parse_feed(body, BASE)
    assert item == FeedItem(
        url="https://news.example/8",
        title="T",
        lead="S",
        published="2024-05-14T10:00:00+00:00",
        modified="2024-05-14T11:00:00+00:00",
        categories=("Auto",),
    )


@pytest.mark.parametrize(
    "link",
    ["javascript:x()", "file:///etc/passwd", "https://[bad", "data:,x", "", "/" * 3000],
)
def test_links_that_lead_nowhere_are_left_out(link: str) -> None:
    assert items(f"<item><link>{link}</link></item>") == []


def test_broken_xml_gives_what_can_be_read() -> None:
    found = items("<item><link>/9</link><title>A & B <br></title></item>")
    assert [item.url for item in found] == ["https://news.example/9"]


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Closed</body></html>", b"plain", b"<x/>" * 2_000_000]
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(FeedError):
        parse_feed(body, BASE)
    with pytest.raises(FeedError):
        parse_sitemap(body, BASE)


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = "".join(
        f"<!ENTITY e{n} '{f'&e{n - 1};' * 10 if n else 'ha' * 10}'>" for n in range(9)
    )
    body = (
        f"<!DOCTYPE rss [{bomb}<!ENTITY file SYSTEM 'file:///etc/passwd'>]><rss><item>"
        "<link>/1</link><title>&file;</title><description>&e8;</description></item></rss>"
    )
    began = time.perf_counter()
    for item in parse_feed(body.encode(), BASE):
        assert "root:" not in item.title
        assert len(item.lead) < 1000
    assert time.perf_counter() - began < 1


def test_the_number_of_entries_is_bounded() -> None:
    assert len(items("<item><link>/1</link></item>" * 3000)) == 2000


def test_a_hundred_thousand_entries_take_no_long_time() -> None:
    body = b"<rss>" + b"<item><link>/1</link></item>" * 100_000 + b"</rss>"
    began = time.process_time()
    assert len(parse_feed(body, BASE)) == 2000
    assert time.process_time() - began < 5


def test_a_name_and_a_password_never_come_in_by_a_feed() -> None:
    link = b"<rss><item><link>https://anna:secret@a.example/1</link></item></rss>"
    assert parse_feed(link, BASE) == []


def test_a_news_sitemap_is_read() -> None:
    body = (
        b"<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url>"
        b"<loc>https://news.example/1</loc><lastmod>2024-05-14T12:00:00Z</lastmod>"
        b"<n:news><n:publication_date>2024-05-14T10:00:00+03:00</n:publication_date>"
        b"<n:title>One</n:title></n:news></url><url><loc>javascript:x</loc></url>"
        b"</urlset>"
    )
    (item,), children = parse_sitemap(body, BASE)
    assert (item.title, item.published) == ("One", "2024-05-14T10:00:00+03:00")
    assert item.modified == "2024-05-14T12:00:00+00:00"
    assert children == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Tue, 14 May 2024 10:05:00 GMT", 300),
        ("Tue, 14 May 2024 09:00:00 GMT", 0),
        ("99999999999999999999", 30 * 86400),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int | None) -> None:
    now = datetime(2024, 5, 14, 10, 0, tzinfo=UTC)
    assert seconds_until(value, now=now) == seconds
