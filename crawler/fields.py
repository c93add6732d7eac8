"""What a page says of itself beside its text: (layer, value) pairs, best first."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from crawler import dates, jsonld, times
from crawler.blocks import Block
from crawler.marks import words
from crawler.page import Page

_TRACKING = re.compile(
    r"(?:^|&)(?:utm_[a-z]+|from|fbclid|gclid|yclid|erid)=[^&]*", re.I
)
#: Where times stand, best first: see `Marks.told`.
_PUBLISHED = (
    ("property", "article:published_time"),
    ("name", "article:published_time"),
    ("itemprop", "datePublished"),
    ("@datetime", "datePublished"),
    ("@content", "datePublished"),
    ("name", "parsely-pub-date"),
    ("name", "sailthru.date"),
    ("name", "publish-date"),
    ("name", "publish_date"),
    ("name", "pubdate"),
    ("name", "date"),
    ("name", "mediator_published_time"),
    ("name", "DC.date.issued"),
    ("name", "dcterms.created"),
    ("name", "dcterms.date"),
    ("name", "DC.date"),
    ("property", "og:published_time"),
    ("property", "og:article:published_time"),
)
_MODIFIED = (
    ("property", "article:modified_time"),
    ("name", "article:modified_time"),
    ("itemprop", "dateModified"),
    ("@datetime", "dateModified"),
    ("@content", "dateModified"),
    ("name", "dcterms.modified"),
    ("name", "last-modified"),
    ("property", "og:updated_time"),
)
_AUTHORS = (
    ("name", "author"),
    ("property", "article:author"),
    ("name", "parsely-author"),
    ("name", "mediator_author"),
    ("name", "DC.creator"),
    ("name", "dcterms.creator"),
)
_SECTIONS = (
    ("property", "article:section"),
    ("name", "article:section"),
    ("itemprop", "articleSection"),
    ("name", "parsely-section"),
    ("name", "mediator_theme"),
)
_SIGNED = "[itemprop=author] [itemprop=name], [itemprop=author], [rel=author]"
#: Elements that hold a time, best first; a site's own header shows that of today.
_TIMES = (
    "//article//time",
    "//main//time",
    "//time[not(ancestor::header or ancestor::nav or ancestor::aside"
    " or ancestor::footer)]",
)
#: Names of boxes with an author's name, and what the name of a person looks like.
_BYLINE = (
    "//*[self::a or self::span or self::div or self::p or self::li or self::address]"
    "[contains(@class,'author') or contains(@class,'byline')"
    " or contains(@class,'Author') or contains(@class,'Byline')"
    " or contains(@href,'/author/')"
    " or contains(@href,'/authors/')]"
)
_PERSON = re.compile(
    r"[A-ZА-ЯЁІЇЄ][\w'’.-]{0,40}"
    r"(?:\s(?:(?:de|da|van|von|der|al|bin|la|le)\s)?[A-ZА-ЯЁІЇЄ][\w'’.-]{0,40}){1,3}"
)
#: Languages usually written in Cyrillic letters.
_IN_CYRILLIC = frozenset(("ru", "uk", "be", "bg", "mk", "kk", "ky", "mn", "tg", "tt"))
#: Boxes in which other people's names and times stand.
_OTHERS = re.compile(r"comment|related|recommend|popular|sidebar|footer|teaser", re.I)
_SIGNS = frozenset(("автор", "авторы", "текст", "author", "by", "words", "written by"))
#: So many characters of a text tell what letters it is written in.
_TELLING = 1_000
_LETTERS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[а-яёА-ЯЁ]+")
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)


def published(
    page: Page, title: str, body: Sequence[Block]
) -> Iterator[tuple[str, str | None]]:
    """Yield minute-exact times in order of trust, then bare days.

    Midnight to the second is how many systems write a day.
    """
    days: list[tuple[str, str]] = []
    for layer, stamp in _stamps(page, title, body):
        if stamp and "T" in stamp and "T00:00:00" not in stamp:
            yield layer, stamp
        elif stamp:
            days.append((layer, stamp))
    yield from days
    has_own = page.spec is not None and page.spec.time.select
    if day := dates.of_url(page.url):
        yield "url", day.isoformat()
    if not has_own and not page.is_large:
        # Slow and only a day; on the pages of a known source its absence is telling.
        from htmldate import find_date

        yield (
            "htmldate",
            find_date(page.html, original_date=True, extensive_search=False),
        )


def _stamps(
    page: Page, title: str, body: Sequence[Block]
) -> Iterator[tuple[str, str | None]]:
    zone = page.zone
    if page.spec and page.spec.time.select:
        for value in page.tree.css(page.spec.time.select).getall():
            yield "source", _moment(value, zone)
    yield "json-ld", _moment(jsonld.text_of(page.data.get("datePublished")), zone)
    for where, name in _PUBLISHED:
        yield "meta", _moment(page.marks.told(where, name), zone)
    yield "time", next((t for t, is_edit in _tagged(page) if not is_edit), None)
    yield (
        "text",
        dates.published(page.blocks, title, body, zone, dates.of_url(page.url)),
    )


def modified(
    page: Page, title: str, body: Sequence[Block]
) -> Iterator[tuple[str, str | None]]:
    """Yield the times of the last change."""
    zone = page.zone
    yield "json-ld", _moment(jsonld.text_of(page.data.get("dateModified")), zone)
    for where, name in _MODIFIED:
        yield "meta", _moment(page.marks.told(where, name), zone)
    yield "time", next((t for t, is_edit in _tagged(page) if is_edit), None)
    yield "text", dates.modified(page.blocks, title, body, zone, dates.of_url(page.url))


def _moment(value: str | None, zone: str | None) -> str | None:
    """A time as machines write it, or as readers see it."""
    shown = " ".join((value or "").split())
    return times.parse(shown, zone=zone) or dates.read(shown, zone=zone)


def _tagged(page: Page) -> Iterator[tuple[str, bool]]:
    """Yield times of `time` elements about this article, and whether of a change."""
    if next(page.tree.root.iter("time"), None) is None:
        return
    places = next((found for p in _TIMES if (found := page.tree.xpath(p))), ())
    for node in places[:20]:
        around = list(itertools.islice(node.root.iterancestors(), 8))
        if any(_OTHERS.search(n.get("class") or "") for n in around):
            continue
        told = (node.root.get(name) for name in ("datetime", "title", "content"))
        stamp = next((t for v in told if (t := _moment(v, page.zone))), None)
        if stamp and "T" in stamp:
            before = (node.root.getprevious(), node.root.getparent())
            words = f"{node.root.get('class') or ''} {_words_before(*before)}"
            yield stamp, dates.is_edit(words)


def _words_before(previous: Any, parent: Any) -> str:
    """The words right before an element: a label such as "Updated"."""
    if previous is not None:
        return (previous.tail or "").strip() or str(previous.xpath("string(.)"))[-30:]
    return (parent.text or "") if parent is not None else ""


def authors(page: Page) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield lists of names."""
    yield "json-ld", _people(page, page.data.get("author"))
    for named in _AUTHORS:
        yield "meta", _people(page, page.marks.metas.get(named, []))
    near = page.tree.css(_SIGNED)[:3]
    yield "microdata", _people(page, [n.xpath("string(.)").get() for n in near])
    yield "byline", tuple(dict.fromkeys(_bylines(page)))[:5]
    yield "text", _signed(page)


def _people(page: Page, value: Any) -> tuple[str, ...]:
    """Names without accounts, addresses and the host of the page."""
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    names = jsonld.names(value)
    return tuple(n for n in names if "@" not in n and n.lower() not in (host, "admin"))


def _bylines(page: Page) -> Iterator[str]:
    for node in page.tree.xpath(_BYLINE)[:12]:
        around = list(itertools.islice(node.root.iterancestors(), 8))
        if any(_OTHERS.search(n.get("class") or "") for n in [node.root, *around]):
            continue
        told = " ".join((node.xpath("string(.)").get() or "").split())
        if len(told) <= 80:
            yield from (n for n in jsonld.names(told) if _PERSON.fullmatch(n))


def _signed(page: Page) -> tuple[str, ...]:
    """Names in a short line such as "Автор: Анна Сорокина"."""
    for block in page.blocks:
        label, colon, told = block.text.partition(":")
        if colon and len(block.text) < 80 and label.strip().lower() in _SIGNS:
            names = tuple(n for n in jsonld.names(told) if _PERSON.fullmatch(n))
            if names:
                return names
    return ()


def sections(page: Page, title: str) -> Iterator[tuple[str, str | None]]:
    """Yield the rubric: told, or the last step to the article that is not itself."""
    yield "json-ld", jsonld.text_of(page.data.get("articleSection"))
    for where, name in _SECTIONS:
        yield "meta", page.marks.told(where, name)
    marked = page.marks.props.get("articleSection", ())
    yield "microdata", next((" ".join(words(node).split()) for node in marked), None)
    steps = [name for name in jsonld.breadcrumbs(page.tree)[1:] if name != title]
    yield "breadcrumbs", next((s for s in reversed(steps) if len(s) < 60), None)


def canonical(page: Page) -> Iterator[tuple[str, str]]:
    """Yield addresses: the page's own claim only as http(s) and below the front page.

    Some sites give every page the front page as its canonical address.
    """
    path = urlsplit(page.url).path
    for layer, value in (
        ("link", page.tree.css('link[rel="canonical"]::attr(href)').get()),
        ("meta", page.marks.told("property", "og:url")),
    ):
        if not value or len(value) > 2048:
            continue
        try:
            full = urljoin(page.url, value.strip())
            parts = urlsplit(full)
        except ValueError:
            continue
        is_web = parts.scheme in ("http", "https") and parts.netloc
        if is_web and (parts.path.strip("/") or parts.query or not path.strip("/")):
            yield layer, clean_url(full, keep_query=True)
    yield (
        "url",
        clean_url(page.url, keep_query=bool(page.spec and page.spec.keep_query)),
    )


def clean_url(url: str, *, keep_query: bool = False) -> str:
    """Return `url` without fragment and, unless kept, without its query.

    A kept query loses what only tracks the reader; a name and a password go.
    """
    parts = urlsplit(url)
    query = _TRACKING.sub("", parts.query).strip("&") if keep_query else ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def languages(page: Page, text: str) -> Iterator[tuple[str, str | None]]:
    """Yield two-letter codes: the declared where the letters fit, else told by them."""
    text = text[:_TELLING]
    letters = sum(map(len, _LETTERS.findall(text)))
    is_cyrillic = sum(map(len, _CYRILLIC.findall(text))) > letters / 2
    for code in (
        page.tree.root.get("lang"),
        page.marks.told("property", "og:locale"),
        page.marks.told("http-equiv", "Content-Language"),
        jsonld.text_of(page.data.get("inLanguage")),
    ):
        code = (code or "").strip()[:2].lower()
        is_code = len(code) == 2 and code.isalpha()
        fits = not letters or (code in _IN_CYRILLIC) == is_cyrillic
        yield "meta", code if is_code and fits else None
    if letters and is_cyrillic:
        is_ukrainian = len(_UKRAINIAN.findall(text)) > letters / 50
        yield "letters", "uk" if is_ukrainian else "ru"
