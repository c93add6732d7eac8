"""A crawl from end to end on loopback: outcomes, limits, politeness, kills."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from crawler import run
from crawler.feeds import FeedItem
from crawler.run import CrawlError, crawl, shard_of
from crawler.visit import PageState, Shard, Visit
from molva.model import Report
from tests.crawler_server import (
    WORDS,
    Answer,
    Site,
    outcome,
    page,
    serving,
    spec_for,
    visits,
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


def report(found: list[Visit], path: str) -> Report:
    (visit,) = [v for v in found if v.url.endswith(path)]
    assert visit.report is not None, visit
    return visit.report


def test_each_kind_of_answer_has_its_outcome(site: Site) -> None:
    site.feed("/good", "/gone", "/missing", "/broken", "/empty", "/picture")
    site.article("/good")
    site.put("/gone", status=410)
    site.put("/broken", status=500)
    site.put("/empty", b"")
    site.put("/picture", bytes(range(200)) * 5)
    found = visits(site)
    assert outcome(found, "/feed") == ("listed", "")
    assert outcome(found, "/good") == ("read", "")
    assert outcome(found, "/gone") == ("gone", "HTTP 410")
    assert outcome(found, "/missing") == ("gone", "HTTP 404")
    assert outcome(found, "/broken") == ("failed", "HTTP 500")
    assert outcome(found, "/empty") == ("failed", "empty page")
    assert outcome(found, "/picture")[0] == "failed"


def test_the_listed_visit_comes_first_and_names_what_it_found(site: Site) -> None:
    """So that a kill later in the run loses no address."""
    site.feed("/1", "/2")
    site.article("/1")
    site.article("/2")
    first = visits(site)[0]
    assert [item.url for item in first.found] == [site.at("/1"), site.at("/2")]


def test_what_has_not_changed_is_neither_sent_nor_read_again(site: Site) -> None:
    site.feed("/1")
    site.article("/1", headers={"ETag": '"one"', "Last-Modified": "x"})
    (_, first) = visits(site)
    state = PageState(
        url=first.url,
        source="local",
        etag=first.etag,
        last_modified=first.last_modified,
        item=FeedItem(url=first.url),
    )
    assert outcome(visits(site, state), "/1") == ("unchanged", "")
    assert len(visits(site, seen={first.url: first.at})) == 1


def test_a_page_without_validators_is_compared(site: Site) -> None:
    site.feed("/1")
    site.article("/1")
    (feed, first) = visits(site)
    states = [
        PageState(
            url=visit.url,
            source="local",
            body_sha256=visit.body_sha256,
            item=None if visit is feed else FeedItem(url=visit.url),
        )
        for visit in (feed, first)
    ]
    assert [v.outcome for v in visits(site, *states)] == ["unchanged"] * 2


@pytest.mark.parametrize(
    "title",
    [
        "Ошибка 404",
        "404 — страница не найдена",
        "Такой страницы не существует",
        "Материал удалён по решению редакции",
        "Page not found",
        "Sorry, we could not find that page",
        "This article is no longer available",
    ],
)
def test_a_page_that_says_it_is_not_there_is_believed(site: Site, title: str) -> None:
    site.feed("/1")
    site.put("/1", page(title, text="Try the search, or read what is new today."))
    kind, reason = outcome(visits(site), "/1")
    assert kind == "soft_404"
    assert title in reason


def test_an_article_about_lost_pages_is_an_article(site: Site) -> None:
    site.feed("/1", "/2")
    site.put("/1", page("Page not found: why links rot", text=WORDS * 4))
    site.article("/2", "Luzhsk found 404 old coins under the works")
    found = visits(site)
    assert [outcome(found, path)[0] for path in ("/1", "/2")] == ["read", "read"]


@pytest.mark.parametrize(
    ("status", "kind"), [(301, "moved"), (308, "moved"), (302, "read"), (307, "read")]
)
def test_a_move_for_good_is_told_from_one_for_now(
    site: Site, status: int, kind: str
) -> None:
    site.feed("/old")
    site.put("/old", status=status, headers={"Location": "/new"})
    site.article("/new")
    (visit,) = [v for v in visits(site) if v.url.endswith("/old")]
    assert visit.outcome == kind
    assert visit.moved_to == (site.at("/new") if kind == "moved" else None)


def test_a_redirect_to_the_section_is_a_soft_404(site: Site) -> None:
    site.feed("/news/2024/15")
    site.put("/news/2024/15", status=302, headers={"Location": "/news/"})
    site.put("/news/", page("All our news"))
    assert outcome(visits(site), "/15") == ("soft_404", "redirected to /news/")


def test_a_listing_that_is_not_due_is_not_asked_for(site: Site) -> None:
    site.feed("/1")
    site.article("/2")
    item = FeedItem(url=site.at("/2"))
    due = PageState(url=item.url, source="local", item=item)
    visits(site, due, seen={site.at("/feed"): None})
    assert site.paths() == ["/robots.txt", "/2"]


def test_an_index_of_sitemaps_is_always_followed(site: Site) -> None:
    """Where it has not changed, what it names may have."""
    child = f"<sitemap><loc>{site.at('/a.xml')}</loc></sitemap>"
    index = f"<sitemapindex>{child}</sitemapindex>"
    site.put("/feed", index, headers={"ETag": '"1"'})
    site.put("/a.xml", "<urlset/>")
    found = visits(site, spider="sitemap")
    (listed,) = [v for v in found if v.url.endswith("/feed")]
    assert (listed.etag, listed.body_sha256) == (None, None)


def test_pages_left_behind_are_asked_for_again(site: Site) -> None:
    site.feed()
    site.article("/left")
    item = FeedItem(url=site.at("/left"), title="Left")
    state = PageState(url=item.url, source="local", item=item)
    assert outcome(visits(site, state), "/left")[0] == "read"


def test_a_listing_of_an_earlier_run_is_not_taken_for_an_article(site: Site) -> None:
    site.feed()
    site.put("/sitemap-child.xml", "<urlset/>")
    state = PageState(url=site.at("/sitemap-child.xml"), source="local")
    visits(site, state)
    assert "/sitemap-child.xml" not in site.paths()


@pytest.mark.parametrize(("checked", "is_asked"), [("10:00", True), ("12:00", False)])
def test_a_newer_lastmod_makes_a_page_due(
    site: Site, checked: str, is_asked: bool
) -> None:
    site.article("/1")
    site.put(
        "/feed",
        f"<urlset><url><loc>{site.at('/1')}</loc>"
        "<lastmod>2024-05-14T14:00:00+03:00</lastmod></url></urlset>",
    )
    seen = {site.at("/1"): f"2024-05-14T{checked}:00Z"}
    visits(site, seen=seen, spider="sitemap")
    assert ("/1" in site.paths()) == is_asked


def test_a_packed_sitemap_index_is_followed_newest_first(site: Site) -> None:
    children = "".join(
        f"<sitemap><loc>{site.at(path)}</loc><lastmod>{day}</lastmod></sitemap>"
        for path, day in (("/old.xml", "2020-01-01"), ("/new.xml.gz", "2024-05-01"))
    )
    site.put("/feed", f"<sitemapindex>{children}</sitemapindex>")
    urlset = f"<urlset><url><loc>{site.at('/1')}</loc></url></urlset>"
    site.put("/new.xml.gz", gzip.compress(urlset.encode()))
    site.put("/old.xml", "<urlset/>")
    site.article("/1")
    found = visits(site, spider="sitemap")
    assert outcome(found, "/1")[0] == "read"
    assert site.paths().index("/new.xml.gz") < site.paths().index("/old.xml")


def test_a_list_page_names_its_articles(site: Site) -> None:
    links = '<a class=card href="/1"> One </a><a href="/about">About</a>'
    site.put("/feed", f"{links}<a class=card href='javascript:x()'>x</a>")
    site.article("/1")
    found = visits(site, spider="listing", article="a.card")
    assert [v.outcome for v in found] == ["listed", "read"]
    broken = visits(site, spider="listing", article="a.gone")
    assert outcome(broken, "/feed") == (
        "failed",
        "feed: the selector 'a.gone' finds nothing",
    )


def test_paid_matter_is_skipped_with_its_reason(site: Site) -> None:
    site.feed("/special/1", "/2")
    found = visits(site, skip=("/special/",), needs_category=True)
    assert outcome(found, "/special/1") == ("skipped", "the source skips '/special/'")
    assert outcome(found, "/2") == ("skipped", "no category: paid matter")


def test_a_redirect_to_paid_matter_is_skipped(site: Site) -> None:
    site.feed("/1")
    site.put("/1", status=302, headers={"Location": "/special/1"})
    site.article("/special/1")
    found = visits(site, skip=("/special/",))
    assert outcome(found, "/1")[0] == "skipped"


def test_page_and_feed_are_joined(site: Site) -> None:
    site.feed("/1", "/2")
    exact = '<meta property="article:published_time" content="2024-05-14T09:07+03:00">'
    site.put("/1", page("Trucks", head=exact))
    site.put("/2", page("", text="Short."))
    found = visits(site)
    assert report(found, "/1").published == "2024-05-14T09:07:00+03:00"
    assert report(found, "/2").published == "2024-05-14T10:30:00+03:00"
    assert report(found, "/2").title == "News 1"
    assert report(found, "/2").access == "partial"


def test_the_time_of_fetching_is_never_that_of_publication(site: Site) -> None:
    feed = f"<rss><item><link>{site.at('/1')}</link></item></rss>"
    site.put("/feed", feed)
    site.article("/1")
    found = report(visits(site), "/1")
    assert found.published is None
    assert found.seen_at


def test_a_full_text_in_the_feed_beats_a_stub(site: Site) -> None:
    text = f"&lt;p&gt;{WORDS}&lt;/p&gt;&lt;p&gt;{WORDS}&lt;/p&gt;"
    site.put(
        "/feed",
        '<rss xmlns:yandex="http://news.yandex.ru"><item>'
        f"<link>{site.at('/1')}</link><yandex:full-text>{text}&lt;p&gt;Stay in touch"
        "&lt;/p&gt;</yandex:full-text></item></rss>",
    )
    site.put("/1", page("Trucks", text="Subscribe."))
    from crawler.source import Body

    found = report(visits(site, body=Body(drop=("Stay in touch",))), "/1")
    assert found.text == f"{WORDS.strip()}\n\n{WORDS.strip()}"
    assert found.access == "full"


def test_the_same_article_under_two_addresses_has_one_id(site: Site) -> None:
    site.feed("/news/15-slug", "/news/15-slug-changed", "/news/15-slug?utm_source=rss")
    for path in ("/news/15-slug", "/news/15-slug-changed"):
        site.article(path)
    site.article("/news/15-slug?utm_source=rss")
    found = visits(site, key=r"/(\d+)-[^/]+$")
    assert len({v.report.id for v in found if v.report}) == 1


def test_an_anti_bot_page_is_left_alone(site: Site) -> None:
    site.feed("/1")
    site.put("/1", "<html><script src=//servicepipe.ru/x.js></script>Wait</html>")
    found = visits(site)
    assert outcome(found, "/1")[0] == "blocked"
    assert "anti-bot" in outcome(found, "/1")[1]


def test_a_feed_behind_an_anti_bot_page_closes_the_source(site: Site) -> None:
    site.put("/feed", "<html><script src=//servicepipe.ru/x.js></script>Wait</html>")
    item = FeedItem(url=site.at("/left"))
    left = PageState(url=item.url, source="local", item=item)
    found = visits(site, left, delay=0.2)
    assert outcome(found, "/feed")[0] == "blocked"
    assert [v.closes for v in found if v.url.endswith("/feed")] == [True]
    assert site.paths().count("/left") <= 1


def test_a_feed_that_tells_of_such_a_service_is_read(site: Site) -> None:
    site.feed("/1")
    feed = site.answers["/feed"].body.replace(b"News 0", b"Qrator Labs grows")
    site.put("/feed", feed)
    site.article("/1")
    assert outcome(visits(site), "/feed")[0] == "listed"


def test_a_source_that_refuses_is_left_alone(site: Site) -> None:
    paths = [f"/{n}" for n in range(20)]
    for path in paths:
        site.put(path, status=403)
    site.feed(*paths)
    found = visits(site, delay=0.1)
    assert 3 <= sum(v.outcome == "blocked" for v in found) <= 8
    assert [v.closes for v in found if v.outcome == "blocked"][:4].count(True) >= 1


@pytest.mark.parametrize(
    ("value", "low", "high"), [("120", 120, 120), ("date", 3500, 3600)]
)
def test_retry_after_is_passed_on_and_obeyed(
    site: Site, value: str, low: int, high: int
) -> None:
    from email.utils import formatdate

    wait = formatdate(time.time() + 3600, usegmt=True) if value == "date" else value
    site.put("/feed", status=429, headers={"Retry-After": wait})
    (visit,) = visits(site, settings={"RETRY_ENABLED": True})
    assert low <= (visit.retry_after or 0) <= high
    assert site.paths().count("/feed") == 1


def test_a_gzip_bomb_is_refused(site: Site) -> None:
    bomb = gzip.compress(bytes(64 * 2**20))
    site.feed("/bomb", "/1")
    site.put("/bomb", bomb, headers={"Content-Encoding": "gzip"})
    site.article("/1")
    found = visits(site)
    assert outcome(found, "/bomb")[0] in ("failed", "skipped")
    assert outcome(found, "/1")[0] == "read"


def _endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    try:
        while True:
            request.wfile.write(b"<p>more</p>" * 10_000)
    except OSError:
        return


def _drip(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    try:
        for _ in range(200):
            request.wfile.write(b"<p>")
            request.wfile.flush()
            time.sleep(0.1)
    except OSError:
        return


@pytest.mark.parametrize("send", [_endless, _drip])
def test_bodies_that_do_not_end_are_bounded(site: Site, send: object) -> None:
    site.feed("/bad", "/1")
    site.answers["/bad"] = Answer(send=send)  # type: ignore[arg-type]
    site.article("/1")
    began = time.monotonic()
    found = visits(site, settings={"DOWNLOAD_TIMEOUT": 2})
    assert time.monotonic() - began < 12
    assert outcome(found, "/bad")[0] == "failed"
    assert outcome(found, "/1")[0] == "read"


def _many_headers(request: BaseHTTPRequestHandler) -> None:
    lines = "".join(f"X-Line-{n}: {n}\r\n" for n in range(20_000))
    try:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n" + lines.encode() + b"\r\n<p>more")
    except OSError:
        return


def test_an_answer_of_headers_alone_costs_one_page(site: Site) -> None:
    site.feed("/bad", "/1")
    site.answers["/bad"] = Answer(send=_many_headers)
    site.article("/1")
    found = visits(site)
    assert outcome(found, "/bad")[0] in ("failed", "skipped")
    assert outcome(found, "/1")[0] == "read"


def test_an_article_in_two_feeds_is_asked_for_once(site: Site) -> None:
    site.feed("/1", "/2")
    site.answers["/other"] = site.answers["/feed"]
    for path in ("/1", "/2"):
        site.article(path)
    found = visits(site, url=(site.at("/feed"), site.at("/other")))
    assert [v.outcome for v in found].count("read") == 2
    assert sorted(site.paths()) == ["/1", "/2", "/feed", "/other", "/robots.txt"]


def test_one_bad_page_stops_no_other(site: Site) -> None:
    attributes = " ".join(f"a{n}=1" for n in range(60_000))
    site.feed("/bomb", "/1")
    site.put("/bomb", f"<html><p {attributes}>x</p></html>")
    site.article("/1")
    found = visits(site)
    assert "attributes" in outcome(found, "/bomb")[1]
    assert outcome(found, "/1")[0] == "read"


def test_a_dead_source_stops_no_other(site: Site) -> None:
    site.feed("/1")
    site.article("/1")
    dead = spec_for(site, name="dead", url=("http://127.0.0.1:9/feed",))
    quick = {"DOWNLOAD_TIMEOUT": 3, "RETRY_ENABLED": False}
    shard = shard_of([dead, spec_for(site)], settings=quick)
    found = list(crawl(shard))
    assert {v.source: v.outcome for v in found if v.url.endswith("/feed")} == {
        "dead": "skipped",
        "local": "listed",
    }


def test_visits_come_while_the_crawl_goes_on(site: Site) -> None:
    paths = [f"/{n}" for n in range(6)]
    for path in paths:
        site.article(path)
    site.feed(*paths)
    stream = crawl(shard_of([spec_for(site, delay=0.3)]))
    first = next(stream)
    assert first.outcome == "listed"
    assert len(site.paths()) < 6
    assert len(list(stream)) == 6


def test_a_killed_crawl_keeps_what_came_before(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[str]] = []
    popen = subprocess.Popen

    def spy(*args: object, **kwargs: object) -> subprocess.Popen[str]:
        started.append(popen(*args, **kwargs))  # type: ignore[call-overload]
        return started[0]

    monkeypatch.setattr(run.subprocess, "Popen", spy)  # type: ignore[attr-defined]
    paths = [f"/{n}" for n in range(10)]
    for path in paths:
        site.article(path)
    site.feed(*paths)
    stream = crawl(shard_of([spec_for(site, delay=0.3)]))
    kept = [next(stream), next(stream)]
    os.kill(started[0].pid, signal.SIGKILL)
    with pytest.raises(CrawlError):
        kept.extend(stream)
    assert kept[0].outcome == "listed"
    assert len(site.paths()) < 12


def test_a_crawl_never_runs_far_ahead_of_who_keeps_its_visits(site: Site) -> None:
    paths = [f"/{n}" for n in range(4 * run.IN_FLIGHT)]
    for path in paths:
        site.article(path)
    site.feed(*paths)
    stream = run.batches([shard_of([spec_for(site)])])
    kept = list(next(stream))
    while len(kept) < 5:
        kept += next(stream)
    time.sleep(2)
    asked = [path for path in site.paths() if path in paths]
    assert len(asked) <= len(kept) + run.IN_FLIGHT
    kept += [visit for batch in stream for visit in batch]
    assert sorted(v.url for v in kept[1:]) == sorted(map(site.at, paths))


def test_who_stops_reading_stops_the_crawl(site: Site) -> None:
    paths = [f"/{n}" for n in range(30)]
    for path in paths:
        site.article(path)
    site.feed(*paths)
    stream = crawl(shard_of([spec_for(site, delay=0.3)]))
    next(stream)
    stream.close()
    asked = len(site.paths())
    time.sleep(0.8)
    assert len(site.paths()) <= asked + 1


def test_a_crawl_that_cannot_start_says_why() -> None:
    with pytest.raises(CrawlError, match="colour"):
        list(crawl(Shard(specs=({"colour": "red"},))))


def test_the_agent_is_honest(site: Site) -> None:
    site.feed()
    visits(site)
    agents = {head.get("User-Agent", "") for _, head in site.asked}
    assert len(agents) == 1
    assert agents.pop().startswith("molva/")


def test_crawl_delay_is_kept(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 1\n")
    site.feed("/1", "/2", "/3")
    began = time.monotonic()
    visits(site, settings={"DOWNLOAD_DELAY_JITTER": 0})
    assert time.monotonic() - began > 2.9


def test_the_memory_of_who_begins_a_crawl_is_not_held_against_it(site: Site) -> None:
    site.feed("/good")
    site.article("/good")
    models = bytearray(b"x" * 500 * 2**20)
    found = visits(site, settings={"MEMUSAGE_LIMIT_MB": 450})
    assert outcome(found, "/good") == ("read", "")
    assert len(models) == 500 * 2**20
