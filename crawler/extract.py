"""One page to one article: layers in order, each field with the layer that gave it.

Layers: JSON-LD, meta, the source's own selectors, trafilatura, a second opinion.
Pure: bytes and a spec in, a frozen record out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from htmldate import find_date
from parsel import Selector

from crawler import body, jsonld, times
from crawler.decode import decode
from crawler.source import SourceSpec
from molva.model import Access

#: Larger pages are refused; tags longer than this are quadratic in libxml2.
MAX_BYTES = 5 * 2**20
MAX_TAG = 65_536

_SUFFIX = re.compile(r"\s+[|–—-]\s+[^|–—-]{2,40}$")
_PAYWALL = ".box-paywall, .paywall, [class*=paywall], [id*=paywall]"
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


class PageError(ValueError):
    """A page that cannot be read as an article; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What one page says of itself. `layers` maps each field to its layer."""

    url: str
    title: str
    text: str
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    lang: str | None = None
    canonical_url: str | None = None
    access: Access = "full"
    layers: dict[str, str] = field(default_factory=dict)


def extract(
    data: bytes, url: str, spec: SourceSpec | None = None, *, charset: str | None = None
) -> Article:
    """Return the article on a page; raises PageError where it is none.

    `charset` is what the server declared. Times come from the page alone: null where
    it gives none, a bare day where it gives only that.
    """
    page, html = _parsed(data, spec, charset)
    data_ld = jsonld.article(page)
    layers: dict[str, str] = {}

    def first(name: str, candidates: Iterator[tuple[str, Any]]) -> Any:
        for layer, value in candidates:
            if value:
                layers[name] = layer
                return value
        return None

    text, layers["text"] = _body(page, html, url, spec, data_ld)
    title = first("title", _titles(page, data_ld)) or ""
    lead = spec.body.lead if spec else None
    if lead:
        text = _with_lead(text, body.selected(page, lead, ()))
    return Article(
        url=url,
        title=body.tidy(title),
        text=text,
        published=first("published", _published(page, html, data_ld, spec)),
        modified=first("modified", _modified(page, data_ld)),
        authors=first("authors", _authors(page, data_ld)) or (),
        section=first("section", _sections(page, data_ld)),
        lang=_lang(page),
        canonical_url=first("canonical_url", _canonical(page, url, spec)),
        access=_access(page, text, data_ld, spec),
        layers=layers,
    )


def clean_url(url: str, *, keep_query: bool = False) -> str:
    """Return `url` without fragment and, unless kept, without its query."""
    parts = urlsplit(url)
    query = _TRACKING.sub("", parts.query).strip("&") if keep_query else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _parsed(
    data: bytes, spec: SourceSpec | None, charset: str | None
) -> tuple[Selector, str]:
    if len(data) > MAX_BYTES:
        raise PageError(f"larger than {MAX_BYTES // 2**20} MiB")
    html = decode(data, declared=charset, fallback=spec.encoding if spec else None)
    if not html.strip():
        raise PageError("empty page")
    if "<" not in html:
        raise PageError("no HTML")
    if any(len(tag) > MAX_TAG for tag in _tags(html)):
        raise PageError(f"a tag longer than {MAX_TAG // 1024} KiB")
    return Selector(text=html, type="html"), html


def _tags(html: str) -> Iterator[str]:
    """Yield what stands between < and the next > (a linear scan)."""
    at = html.find("<")
    while at >= 0:
        end = html.find(">", at)
        if end < 0:
            yield html[at:]
            return
        if html.startswith("<!--", at) or html.startswith("<![", at):
            yield ""
        else:
            yield html[at:end]
        at = html.find("<", end)


def _titles(page: Selector, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "json-ld", jsonld.text_of(data.get("headline"))
    heading = page.css("h1[itemprop=headline]").xpath("string(.)").get()
    yield "microdata", heading
    yield "meta", page.css('meta[property="og:title"]::attr(content)').get()
    yield "h1", page.css("h1").xpath("string(.)").get()
    title = page.css("title::text").get()
    yield "title", _SUFFIX.sub("", title.strip()) if title else None


def _published(
    page: Selector, html: str, data: dict[str, Any], spec: SourceSpec | None
) -> Iterator[tuple[str, Any]]:
    zone = spec.time.zone if spec else None
    if spec and spec.time.select:
        for value in page.css(spec.time.select).getall():
            yield "source", times.parse(value, zone=zone)
    yield "json-ld", times.parse(jsonld.text_of(data.get("datePublished")), zone=zone)
    for css in _PUBLISHED:
        yield "meta", times.parse(page.css(css).get(), zone=zone)
    yield "htmldate", find_date(html, original_date=True, extensive_search=False)


def _modified(page: Selector, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "json-ld", times.parse(jsonld.text_of(data.get("dateModified")))
    for css in _MODIFIED:
        yield "meta", times.parse(page.css(css).get())


def _authors(page: Selector, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "json-ld", jsonld.names(data.get("author"))
    for css in (
        'meta[name="author"]::attr(content)',
        'meta[property="article:author"]::attr(content)',
        'meta[name="parsely-author"]::attr(content)',
    ):
        yield "meta", jsonld.names(page.css(css).getall())
    near = page.css(
        "[itemprop=author] [itemprop=name], [itemprop=author], [rel=author]"
    )
    yield "microdata", jsonld.names([n.xpath("string(.)").get() for n in near[:3]])


def _sections(page: Selector, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "json-ld", jsonld.text_of(data.get("articleSection"))
    yield "meta", page.css('meta[property="article:section"]::attr(content)').get()


def _canonical(
    page: Selector, url: str, spec: SourceSpec | None
) -> Iterator[tuple[str, Any]]:
    """A canonical address is believed only as http(s); else the page's own, cleaned."""
    for layer, css in (
        ("link", 'link[rel="canonical"]::attr(href)'),
        ("meta", 'meta[property="og:url"]::attr(content)'),
    ):
        value = page.css(css).get()
        full = urljoin(url, value.strip()) if value else ""
        if urlsplit(full).scheme in ("http", "https") and urlsplit(full).netloc:
            yield layer, clean_url(full, keep_query=True)
    yield "url", clean_url(url, keep_query=bool(spec and spec.keep_query))


def _lang(page: Selector) -> str | None:
    value = page.css("html::attr(lang)").get() or ""
    code = value.strip()[:2].lower()
    return code if code.isalpha() and len(code) == 2 else None


def _body(
    page: Selector, html: str, url: str, spec: SourceSpec | None, data: dict[str, Any]
) -> tuple[str, str]:
    if spec and spec.body.select:
        text = body.selected(page, spec.body.select, spec.body.strip)
        if text:
            return text, "source"
    told = data.get("articleBody")
    if isinstance(told, str) and len(told) >= body.MIN_CHARS:
        return body.tidy(_plain(told)), "json-ld"
    marked = body.selected(page, "[itemprop=articleBody] p", ())
    if len(marked) >= body.MIN_CHARS:
        return marked, "microdata"
    return body.best(html, url)


def _plain(markup: str) -> str:
    """JSON-LD bodies are text, sometimes with tags or entities left in."""
    if "<" not in markup and "&" not in markup:
        return markup
    text: str = (
        Selector(text=markup.replace("\n", "<br>"), type="html")
        .xpath("string(.)")
        .get()
        or ""
    )
    return text


def _with_lead(text: str, lead: str) -> str:
    return text if not lead or lead in text else f"{lead}\n\n{text}".strip()


def _access(
    page: Selector, text: str, data: dict[str, Any], spec: SourceSpec | None
) -> Access:
    free = str(data.get("isAccessibleForFree", "")).lower()
    box = page.css((spec.body.paywall if spec else None) or _PAYWALL)
    short = len(text) < body.MIN_CHARS
    if free == "false" or (box and len(text) < 5 * body.MIN_CHARS) or short:
        return "partial"
    return "full"
