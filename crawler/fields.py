"""What a page says of itself beside its text: (layer, value) pairs, best first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit, urlunsplit

from htmldate import find_date

from crawler import dates, jsonld, times
from crawler.blocks import Block
from crawler.page import Page

_TRACKING = re.compile(
    r"(?:^|&)(?:utm_[a-z]+|from|fbclid|gclid|yclid|erid)=[^&]*", re.I
)
_PUBLISHED = (
    'meta[property="article:published_time"]::attr(content)',
    'meta[itemprop="datePublished"]::attr(content)',
    '[itemprop="datePublished"]::attr(datetime)',
    '[itemprop="datePublished"]::attr(content)',
    'meta[name="parsely-pub-date"]::attr(content)',
    'meta[name="publish-date"]::attr(content)',
    'meta[name="pubdate"]::attr(content)',
    'meta[name="date"]::attr(content)',
    'meta[name="DC.date.issued"]::attr(content)',
    'meta[property="og:published_time"]::attr(content)',
    "article time[datetime]::attr(datetime)",
    "time[pubdate]::attr(datetime)",
)
_MODIFIED = (
    'meta[property="article:modified_time"]::attr(content)',
    'meta[itemprop="dateModified"]::attr(content)',
    '[itemprop="dateModified"]::attr(datetime)',
    'meta[property="og:updated_time"]::attr(content)',
)
_AUTHORS = (
    'meta[name="author"]::attr(content)',
    'meta[property="article:author"]::attr(content)',
    'meta[name="parsely-author"]::attr(content)',
)
_SIGNED = "[itemprop=author] [itemprop=name], [itemprop=author], [rel=author]"
_LANGUAGE = (
    "html::attr(lang)",
    'meta[property="og:locale"]::attr(content)',
    'meta[http-equiv="Content-Language"]::attr(content)',
)
#: Languages usually written in Cyrillic letters.
_IN_CYRILLIC = frozenset(("ru", "uk", "be", "bg", "mk", "kk", "ky", "mn", "tg", "tt"))
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
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
    if not has_own and not page.is_large:
        # Slow and only a day; on the pages of a known source its absence is telling.
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
            shown = " ".join(value.split())
            yield (
                "source",
                times.parse(shown, zone=zone) or dates.read(shown, zone=zone),
            )
    told = jsonld.text_of(page.data.get("datePublished"))
    yield "json-ld", times.parse(told, zone=zone)
    for css in _PUBLISHED:
        yield "meta", times.parse(page.get(css), zone=zone)
    yield "text", dates.published(page.blocks, title, body, zone)


def modified(page: Page) -> Iterator[tuple[str, str | None]]:
    """Yield the times of the last change."""
    told = jsonld.text_of(page.data.get("dateModified"))
    yield "json-ld", times.parse(told, zone=page.zone)
    for css in _MODIFIED:
        yield "meta", times.parse(page.get(css), zone=page.zone)


def authors(page: Page) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield lists of names."""
    yield "json-ld", jsonld.names(page.data.get("author"))
    for css in _AUTHORS:
        yield "meta", jsonld.names(page.tree.css(css).getall())
    near = page.tree.css(_SIGNED)[:3]
    yield "microdata", jsonld.names([n.xpath("string(.)").get() for n in near])


def sections(page: Page) -> Iterator[tuple[str, str | None]]:
    """Yield the rubric."""
    yield "json-ld", jsonld.text_of(page.data.get("articleSection"))
    yield "meta", page.get('meta[property="article:section"]::attr(content)')


def canonical(page: Page) -> Iterator[tuple[str, str]]:
    """Yield addresses: the page's own claim only as http(s) and below the front page.

    Some sites give every page the front page as its canonical address.
    """
    path = urlsplit(page.url).path
    for layer, css in (
        ("link", 'link[rel="canonical"]::attr(href)'),
        ("meta", 'meta[property="og:url"]::attr(content)'),
    ):
        value = page.get(css)
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

    A kept query loses what only tracks the reader.
    """
    parts = urlsplit(url)
    query = _TRACKING.sub("", parts.query).strip("&") if keep_query else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def languages(page: Page, text: str) -> Iterator[tuple[str, str | None]]:
    """Yield two-letter codes: the declared where the letters fit, else told by them."""
    letters = sum(c.isalpha() for c in text)
    is_cyrillic = len(_CYRILLIC.findall(text)) > letters / 2
    for css in _LANGUAGE:
        code = (page.get(css) or "").strip()[:2].lower()
        is_code = len(code) == 2 and code.isalpha()
        fits = not letters or (code in _IN_CYRILLIC) == is_cyrillic
        yield "meta", code if is_code and fits else None
    if letters and is_cyrillic:
        is_ukrainian = len(_UKRAINIAN.findall(text)) > letters / 50
        yield "letters", "uk" if is_ukrainian else "ru"
