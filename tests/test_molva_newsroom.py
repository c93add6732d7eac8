from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from parsel import Selector

from molva.newsroom import Newsroom, outlets, serve, sources, topics, write_sources
from molva.newsroom.content import Article, articles, at_stage, read_article, story
from molva.newsroom.pages import is_news

NEWS = [article for article in articles() if is_news(article)]
OUTLETS = {outlet["name"]: outlet for outlet in outlets()}
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with serve() as running:
        yield running


class Reply:
    """Status, headers and body of one request."""

    def __init__(self, url: str, **headers: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname == "127.0.0.1"
        connection = HTTPConnection(parts.netloc, timeout=10)
        try:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers=names)
            response = connection.getresponse()
            self.status, self.body = response.status, response.read()
            self.headers = dict(response.getheaders())
        finally:
            connection.close()

    def text(self, article: Article) -> str:
        return self.body.decode("cp1251" if article.outlet == "verstak" else "utf-8")


def address(newsroom: Newsroom, article: Article) -> str:
    return f"{newsroom.url}/{article.outlet}{article.path}"


def spaced(text: str) -> str:
    return " ".join(text.split())


def listed(newsroom: Newsroom, name: str) -> list[str]:
    """Return the links that an outlet's feeds and sitemaps name, as a crawler would."""
    spec = next(s for s in sources(newsroom.url) if s["name"] == name)
    links: list[str] = []
    for url in spec["url"]:
        xml = Selector(text=Reply(url).body.decode(spec["encoding"]), type="xml")
        links += xml.xpath("//item/link/text()").getall()
        links += xml.xpath("//s:url/s:loc/text()", namespaces={"s": SITEMAP}).getall()
    return links


@pytest.mark.parametrize("name", OUTLETS)
def test_every_article_is_listed_and_answers(newsroom: Newsroom, name: str) -> None:
    links = listed(newsroom, name)
    own = {address(newsroom, a) for a in NEWS if a.outlet == name}
    reachable = {link.partition("?")[0] for link in links}
    assert own <= reachable
    assert {Reply(link).status for link in links if newsroom.url in link} == {200}
    expect = OUTLETS[name]["expect"]
    assert expect["min"] <= len(own) <= len(links) <= expect["max"]


def test_feeds_hold_what_a_crawl_must_leave_out(newsroom: Newsroom) -> None:
    robots = RobotFileParser()
    robots.parse(Reply(f"{newsroom.url}/robots.txt").body.decode().splitlines())
    links = {link for name in OUTLETS for link in listed(newsroom, name)}
    closed = {link for link in links if not robots.can_fetch("molva", link)}
    draft = next(a for a in articles() if a.disallowed)
    assert closed == {address(newsroom, draft)}
    foreign = {link for link in links if not link.startswith(newsroom.url)}
    assert {urlsplit(link).hostname for link in foreign} == {"loteriya-moment.example"}
    for article in articles():
        skipped = any(word in article.path for word in OUTLETS[article.outlet]["skip"])
        assert skipped == article.ad


@pytest.mark.parametrize("article", NEWS, ids=lambda a: a.id)
def test_source_files_fit_the_pages(newsroom: Newsroom, article: Article) -> None:
    spec = OUTLETS[article.outlet]
    page = Selector(text=Reply(address(newsroom, article)).text(article))
    for junk in spec["body"]["strip"]:
        page.css(junk).drop()
    body = " ".join(
        " ".join(node.xpath(".//text()").getall())
        for node in page.css(spec["body"]["select"])
    )
    # Links inside a sentence leave no blanks once the text is joined as it stands.
    assert spaced(body).replace(" ", "") == spaced(article.text).replace(" ", "")
    if "time" in spec:
        found = page.css(spec["time"]["select"]).get()
        assert found is not None
        assert article.at.isoformat().startswith(found.removesuffix("+03:00"))
    canonical = page.css("link[rel=canonical]::attr(href)").get()
    assert canonical == f"https://{spec['home']}{article.path}"
    assert re.search(spec["key"], canonical)
    footer = page.css("footer").get() or ""
    assert ("вымышлен" if spec["lang"] == "ru" else "invented") in footer


def test_keys_tell_articles_apart() -> None:
    keys = [re.findall(OUTLETS[a.outlet]["key"], a.path)[0] for a in NEWS]
    assert len({(a.outlet, key) for a, key in zip(NEWS, keys, strict=True)}) == len(
        NEWS
    )


def test_windows_1251_is_declared_nowhere(newsroom: Newsroom) -> None:
    pages = [a for a in NEWS if a.outlet == "verstak"]
    assert pages
    for article in pages:
        reply = Reply(address(newsroom, article))
        assert reply.headers["Content-Type"] == "text/html"
        assert not re.search(rb"(?i)charset|encoding|1251", reply.body)
        with pytest.raises(UnicodeDecodeError):
            reply.body.decode("utf-8")
        assert escape(article.title) in reply.body.decode("cp1251")


def json_ld(newsroom: Newsroom, article: Article) -> dict[str, Any]:
    page = Selector(text=Reply(address(newsroom, article)).text(article))
    script = page.css("script[type='application/ld+json']::text").get() or ""
    data = json.loads(re.sub(r"//(<!\[CDATA\[|\]\]>)", "", script), strict=False)
    nodes = data.get("@graph", [data])
    return next(node for node in nodes if node["@type"] == "NewsArticle")


def test_markup_varies_as_on_real_sites(newsroom: Newsroom) -> None:
    first = {name: next(a for a in NEWS if a.outlet == name) for name in OUTLETS}
    for name in ("okamotor", "axle", "ledger"):
        assert json_ld(newsroom, first[name])["datePublished"] == first[name].published
    html = {n: Reply(address(newsroom, a)).text(a) for n, a in first.items()}
    assert "@graph" in html["okamotor"]
    assert "CDATA" in html["okamotor"]
    assert "@graph" in html["ledger"]
    assert '"description": "\n' in html["axle"]
    assert 'itemprop="datePublished"' in html["vestovoy"]
    assert 'property="article:published_time"' in html["granki"]
    for name in ("granki", "verstak", "vestovoy"):
        assert "ld+json" not in html[name]
    assert "<meta" not in html["verstak"]
    apostrophe = next(a for a in NEWS if a.outlet == "ledger" and "'" in a.title)
    assert "&#039;" in json_ld(newsroom, apostrophe)["headline"]


def test_paywalled_pages_show_the_lead_alone(newsroom: Newsroom) -> None:
    walled = [a for a in NEWS if a.paywalled]
    assert len(walled) == 2
    for article in NEWS:
        html = Reply(address(newsroom, article)).text(article)
        assert ('class="paywall"' in html) == article.paywalled
    assert all(len(article.paragraphs) == 1 for article in walled)


@pytest.mark.parametrize("url", [u for o in outlets() for u in o["url"]])
def test_unchanged_feeds_answer_304(newsroom: Newsroom, url: str) -> None:
    url = url.replace("{base}", newsroom.url)
    first = Reply(url)
    for name, value in (
        ("If_None_Match", first.headers["ETag"]),
        ("If_Modified_Since", first.headers["Last-Modified"]),
    ):
        again = Reply(url, **{name: value})
        assert (again.status, again.body) == (304, b"")
    assert Reply(url, If_None_Match='"other"').status == 200


def test_second_stage_changes_one_article_and_its_listing(newsroom: Newsroom) -> None:
    urls = [u for o in sources(newsroom.url) for u in o["url"]]
    urls += [address(newsroom, a) for a in articles()]
    before = {url: Reply(url) for url in urls}
    newsroom.stage = 2
    after = {url: Reply(url) for url in urls}
    changed = {url for url in urls if before[url].body != after[url].body}
    edited = next(a for a in NEWS if a.edit)
    page, sitemap = (
        address(newsroom, edited),
        f"{newsroom.url}/ledger/sitemaps/news.xml",
    )
    assert changed == {page, sitemap}
    assert before[page].headers["ETag"] != after[page].headers["ETag"]
    assert Reply(sitemap, If_None_Match=before[sitemap].headers["ETag"]).status == 200
    assert edited.edit is not None
    assert edited.edit.old in before[page].body.decode()
    assert edited.edit.old not in after[page].body.decode()
    news = json_ld(newsroom, edited)
    assert news["dateModified"] == edited.edit.modified
    assert news["datePublished"] == edited.published


def test_requests_are_logged_from_all_threads(newsroom: Newsroom) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Reply(f"{newsroom.url}/axle/?n={n}"), range(40)))
    assert sorted(newsroom.requests) == sorted(f"/axle/?n={n}" for n in range(40))
    assert Reply(f"{newsroom.url}/nobody/here").status == 404


def test_written_source_files_hold_the_address(tmp_path: Path) -> None:
    files = write_sources(tmp_path / "sources", "http://127.0.0.1:8")
    assert [tomllib.loads(f.read_text("utf-8")) for f in files] == sources(
        "http://127.0.0.1:8"
    )
    kinds = sorted((o["lang"], o["kind"]) for o in outlets())
    assert kinds == [
        ("en", "media"),
        ("en", "trade"),
        ("ru", "agency"),
        ("ru", "media"),
        ("ru", "media"),
        ("ru", "official"),
    ]
    families = [o["family"] for o in outlets() if "family" in o]
    assert len(families) == 2
    assert len(set(families)) == 1
    assert all(t["name"] and t["entities"] and t["words"] for t in topics())


def test_articles_are_short_and_half_of_them_russian() -> None:
    assert 40 <= len(NEWS) <= 46
    russian = [a for a in NEWS if OUTLETS[a.outlet]["lang"] == "ru"]
    assert 0.45 <= len(russian) / len(NEWS) <= 0.55
    for article in NEWS:
        if not article.paywalled:
            assert 70 <= len(article.text.split()) <= 160, article.id


def test_an_article_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text('+++\noutlet = "axle"\npth = "/x"\n+++\nText.\n', "utf-8")
    with pytest.raises(TypeError, match="pth"):
        read_article(file)


def test_story_quotes_its_articles() -> None:
    texts = {a.id: spaced(at_stage(a, 2).text) for a in NEWS}
    claims = story()["claim"]
    ids = {claim["id"] for claim in claims}
    assert len(ids) == len(claims)
    for claim in claims:
        assert set(claim.get("apart", [])) <= ids - {claim["id"]}
        days = [said["article"][:10] for said in claim["said"]]
        assert days == sorted(days), claim["id"]
        for said in claim["said"]:
            assert texts[said["article"]].count(spaced(said["text"])) == 1, said
    assert story()["as_of"] == max(a.at for a in NEWS).date()


def test_story_ends_in_every_status_and_outcome() -> None:
    claims = story()["claim"]
    assert {c["status"] for c in claims} == {
        "rumor",
        "confirmed",
        "denied",
        "disputed",
    }
    assert {c["outcome"] for c in claims if "outcome" in c} == {
        "open",
        "fulfilled",
        "late",
        "missed",
        "overdue",
        "none",
    }
    assert len({c["story"] for c in claims}) == 4
    for claim in claims:
        assert claim.get("history", [claim["status"]])[-1] == claim["status"]
