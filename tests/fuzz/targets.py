"""What must hold for any bytes at all: one function a door that the web comes in by.

Each takes bytes and raises AssertionError, or whatever nobody foresaw, where a promise
is broken. `tests/test_growth_fuzz.py` and `tests.fuzz.run` (led by coverage) call them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from crawler import dates as shown
from crawler.extract import Article, PageError, extract
from crawler.feeds import FeedError, FeedItem, parse_feed, parse_sitemap
from crawler.source import Body, SourceSpec, Time
from molva.model import EventDate, Figure, Report
from nlp import extensions as extensions  # registers the Doc._ attributes
from nlp.components import dates as dates  # registers its factory
from nlp.components import figures as figures  # registers its factory
from nlp.read import language, readable

BASE = "https://vestnik.example/news/"
NOW = "2024-05-14T10:30:00+03:00"
#: No source of one's own; one whose every rule is set.
SPECS = (
    None,
    SourceSpec(
        name="vestnik",
        title="Vestnik",
        lang="ru",
        kind="media",
        encoding="cp1251",
        body=Body(
            select="article p",
            strip=("aside", "[class*=box]"),
            lead=".lead",
            paywall=".paywall",
            drop=("Read also",),
        ),
        time=Time(select="time::attr(datetime)", zone="Europe/Moscow"),
    ),
)


def _reader(lang: str) -> Language:
    """Return a pipeline of the finders that can do without a true parse."""
    nlp = spacy.blank(lang)
    for name in ("molva_dates", "molva_figures"):
        nlp.add_pipe(name, config={"lang": lang})
    return nlp


_READERS = {lang: _reader(lang) for lang in ("en", "ru")}


def fuzz_extract(data: bytes) -> None:
    """Read a page; its length chooses the spec."""
    page(data, SPECS[len(data) % len(SPECS)])


def page(data: bytes, spec: SourceSpec | None = None) -> Article | None:
    """Return the article, None where the page is refused as it should be."""
    try:
        found = extract(data, BASE + "1", spec)
    except PageError:
        return None
    assert "\0" not in found.title + found.text
    (found.title + found.text).encode()
    _are_instants(found.published, found.modified)
    return found


def fuzz_feeds(data: bytes) -> None:
    """Read a feed, and the same bytes as a sitemap."""
    feed(data)
    sitemap(data)


def feed(data: bytes) -> list[FeedItem]:
    """Return the entries, none where the feed is refused."""
    try:
        items = parse_feed(data, BASE)
    except FeedError:
        return []
    _are_web(item.url for item in items)
    for item in items:
        _are_instants(item.published, item.modified)
        (item.title + item.lead + (item.full_text or "")).encode()
    return items


def sitemap(data: bytes) -> list[str]:
    """Return the addresses of pages and child sitemaps, none where it is refused."""
    try:
        items, children = parse_sitemap(data, BASE, since="2024-01-01")
    except FeedError:
        return []
    urls = [*(item.url for item in items), *children]
    _are_web(urls)
    return urls


def fuzz_text(data: bytes) -> None:
    """Read the dates and figures of a text in its language, and of a visible time."""
    text = data.decode("utf-8", "replace")
    safe = readable(text)
    assert len(safe) == len(text)
    numbers(safe)
    for moment in shown.moments(text, zone="Europe/Moscow", day=date(2024, 5, 14)):
        assert 0 <= moment.start < moment.end <= len(text)
        assert datetime.fromisoformat(moment.stamp)


def numbers(text: str) -> tuple[list[EventDate], list[Figure]]:
    """Return the dates and figures that the words alone tell, without a parse."""
    nlp = _READERS[language(text)]
    doc = _stars(nlp.make_doc(text))
    doc._.report = Report(id="a", source="a", key="1", text=text, published=NOW)
    doc = nlp(doc)
    for part in (*doc._.dates, *doc._.figures):
        assert text[part.start : part.end] == part.text != ""
    for due in doc._.dates:
        in_order(due)
    for figure in doc._.figures:
        in_order(figure)
    return list(doc._.dates), list(doc._.figures)


def _stars(doc: Doc) -> Doc:
    """Return the document in sentences of 16 tokens that all hang on the first.

    Finders lean on there being a parse, which real pipelines always give.
    """
    words, blanks = [t.text for t in doc], [bool(t.whitespace_) for t in doc]
    heads = [i - i % 16 for i in range(len(doc))]
    deps = ["dep" if i % 16 else "ROOT" for i in range(len(doc))]
    return Doc(doc.vocab, words=words, spaces=blanks, heads=heads, deps=deps)


def in_order(found: EventDate | Figure) -> None:
    """Bounds are days or finite numbers, and the lower comes first."""
    if isinstance(found, EventDate):
        days = [date.fromisoformat(d) for d in (found.earliest, found.latest) if d]
        assert days == sorted(days)
        return
    ends = [end for end in (found.low, found.high) if end is not None]
    assert all(math.isfinite(end) for end in ends)
    assert ends == sorted(ends)


def _are_instants(*stamps: str | None) -> None:
    for stamp in stamps:
        assert stamp is None or datetime.fromisoformat(stamp)


def _are_web(urls: Iterable[str]) -> None:
    for url in urls:
        assert url.startswith(("http://", "https://")), url


TARGETS: dict[str, Callable[[bytes], None]] = {
    "extract": fuzz_extract,
    "feeds": fuzz_feeds,
    "text": fuzz_text,
}
