"""The sample newsroom, and recorded feeds and pages, through the crawl as it is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.extract import extract
from crawler.feeds import FeedItem, parse_feed
from crawler.run import crawl, shard_of
from crawler.source import SourceSpec, load, parse
from crawler.visit import PageState, Visit
from molva import newsroom
from molva.newsroom import Newsroom
from tests.crawler_server import Site, serving, spec_for

PAGES = Path(__file__).parents[2] / "shared" / "data" / "pages"
needs_pages = pytest.mark.skipif(not PAGES.is_dir(), reason="../shared/data is absent")


def outlets(url: str) -> list[SourceSpec]:
    return [
        replace(parse(data, where="newsroom"), allow_private=("127.0.0.1",), delay=0.0)
        for data in newsroom.sources(url)
    ]


@pytest.fixture(scope="module")
def crawled() -> Iterator[tuple[Newsroom, list[Visit]]]:
    with newsroom.serve() as room:
        yield room, list(crawl(shard_of(outlets(room.url))))


def test_the_newsroom_is_read_whole(crawled: tuple[Newsroom, list[Visit]]) -> None:
    _, found = crawled
    reports = [v.report for v in found if v.report]
    articles = Path(newsroom.__file__).parent / "articles"
    news = [f for f in articles.glob("*.md") if not f.stem.startswith(("ad-", "pre"))]
    assert len({r.id for r in reports}) == len(news)
    assert all(r.title and r.text for r in reports)
    assert all(r.published and len(r.published) > 16 for r in reports)
    assert not [v for v in found if v.outcome == "failed"]


def test_what_is_no_news_of_the_newsroom_is_skipped_with_reasons(
    crawled: tuple[Newsroom, list[Visit]],
) -> None:
    reasons = Counter(v.reason for v in crawled[1] if v.outcome == "skipped")
    assert {
        "the source skips '/special/'",
        "the source skips '/sponsored/'",
        "Forbidden by robots.txt",
        "the host is not on the source's list",
    } == set(reasons)


def test_the_second_crawl_brings_only_what_was_edited(
    crawled: tuple[Newsroom, list[Visit]],
) -> None:
    room, found = crawled
    states = tuple(
        PageState(
            url=v.url,
            source=v.source,
            etag=v.etag,
            last_modified=v.last_modified,
            item=FeedItem(url=v.url) if v.outcome == "read" else None,
        )
        for v in found
        if v.outcome != "skipped"
    )
    before = {v.report.id: v.report.text for v in found if v.report}
    room.stage = 2
    try:
        again = list(crawl(shard_of(outlets(room.url), pages=states)))
    finally:
        room.stage = 1
    after = {v.report.id: v.report.text for v in again if v.report}
    assert after.keys() <= before.keys()
    assert sum(after[key] != before[key] for key in after) == 1
    assert sum(v.outcome == "unchanged" for v in again) > 25


@needs_pages
@pytest.mark.parametrize("outlet", ["kommersant", "rbc", "tass", "vedomosti"])
def test_recorded_feeds_pass_through_the_crawl(outlet: str) -> None:
    """Served on loopback, the pages missing: feeds alone give title and time."""
    for file in sorted((PAGES / "rss").glob(f"{outlet}_*.xml")):
        spec = load()[outlet]
        items = parse_feed(file.read_bytes(), spec.url[0], encoding=spec.encoding)
        assert items
        assert all(i.title and "T" in (i.published or "") for i in items)
        assert all(outlet in i.url for i in items), [i.url for i in items]
        with serving() as site:
            _crawl_recorded(site, file.read_bytes(), items)


def _crawl_recorded(site: Site, feed: bytes, items: list[FeedItem]) -> None:
    hosts = {item.url.split("/")[2] for item in items}
    for host in hosts:
        feed = feed.replace(f"https://{host}".encode(), site.url.encode())
    site.put("/feed", feed)
    for item in items:
        path = "/" + item.url.split("/", 3)[3]
        site.put(path, f"<html><body><h1>{item.title}</h1></body></html>")
    found = list(crawl(shard_of([spec_for(site, lang="ru", encoding="cp1251")])))
    reports = {v.url.removeprefix(site.url): v.report for v in found if v.report}
    for item in items:
        if not (item.lead or item.full_text):
            continue
        report = reports["/" + item.url.split("/", 3)[3]]
        assert report.title
        assert report.text
        assert report.published == item.published


@needs_pages
def test_recorded_pages_pass_through_the_crawl() -> None:
    files = sorted((PAGES / "fundus").glob("*.html"))
    with serving() as site:
        site.feed(*(f"/{file.name}" for file in files))
        for file in files:
            site.put(f"/{file.name}", file.read_bytes())
        found = list(crawl(shard_of([spec_for(site)])))
    reports = [v.report for v in found if v.report]
    assert len(reports) == len(files), [v.reason for v in found if v.reason]
    for report in reports:
        assert len(report.title) > 10
        assert len(report.text) > 500
        # The feed of this test says 2024-05-14T10:30: the pages' own times win.
        assert report.published
        assert "T10:30:00+03:00" not in report.published


@needs_pages
def test_recorded_russian_pages_give_a_headline_and_a_text() -> None:
    files = sorted((PAGES / "daniel_ru" / "html").glob("*.html"))
    for file in files:
        article = extract(file.read_bytes(), f"https://{file.stem.split('_')[1]}/a")
        assert len(article.title.split()) > 2, file.name
        assert len(article.text) > 200, file.name
        assert article.lang in ("ru", "uk"), (file.name, article.lang)
