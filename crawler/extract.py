"""One page to one article: layers in order, each field with the layer that gave it.

Layers: the source's own selectors, JSON-LD, meta, the page's visible text, and three
readers of the body that vote. Pure: bytes and a spec in, a frozen record out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from parsel import Selector

from crawler import body, density, fields, jsonld, state, times, titles
from crawler.blocks import Block, blocks
from crawler.fields import clean_url
from crawler.page import Page, PageError, parse
from crawler.source import SourceSpec
from molva.model import Access

__all__ = ["Article", "PageError", "clean_url", "extract"]

_TIER = ("property", "article:content_tier")
_PAYWALL = ".box-paywall, .paywall, [class*=paywall], [id*=paywall]"


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
    page = parse(data, url, spec, charset)
    layers: dict[str, str] = {}

    def first(name: str, candidates: Iterator[tuple[str, Any]]) -> Any:
        for layer, value in candidates:
            if value:
                layers[name] = layer
                return value
        return None

    title = body.tidy(first("title", titles.candidates(page)) or "")
    dense = density.article(page.blocks, title)
    text, layers["text"] = _text(page, dense)
    if len(text) < body.MIN_CHARS and (held := state.article(page.tree, title)):
        if told := body.tidy(_plain(held.pop("articleBody"))):
            text, layers["text"] = told, "script"
        page = replace(page, data=held | page.data)
    published = first("published", fields.published(page, title, dense))
    modified = first("modified", fields.modified(page, title, dense))
    return Article(
        url=url,
        title=title,
        text=text,
        published=published,
        modified=modified if times.is_later(modified, published) else None,
        authors=first("authors", fields.authors(page)) or (),
        section=first("section", fields.sections(page, title)),
        lang=first("lang", fields.languages(page, text)),
        canonical_url=first("canonical_url", fields.canonical(page)),
        access=_access(page, text, dense),
        layers=layers,
    )


def _text(page: Page, dense: Sequence[Block]) -> tuple[str, str]:
    text, layer = _selected(page), "source"
    if not text:
        told = page.data.get("articleBody")
        told = body.tidy(_plain(told)) if isinstance(told, str) else ""
        text, layer = body.found(page, dense, told)
    if page.spec and page.spec.body.lead:
        lead = body.selected(page.tree, page.spec.body.lead, ())
        if lead and lead not in text:
            text = f"{lead}\n\n{text}".strip()
    return page.spec.without_furniture(text) if page.spec else text, layer


def _selected(page: Page) -> str:
    rule = page.spec.body if page.spec else None
    if rule is None or not rule.select:
        return ""
    return body.selected(page.tree, rule.select, rule.strip)


def _plain(markup: str) -> str:
    """JSON-LD bodies are text, sometimes with tags or entities left in."""
    if "<" not in markup and "&" not in markup:
        return markup
    tree = Selector(text=markup.replace("\n", "<br>"), type="html")
    return "\n\n".join(block.text for block in blocks(tree.root))


def _access(page: Page, text: str, dense: Sequence[Block]) -> Access:
    """What the publisher declares; else its boxes and words of a paywall.

    Any page may hold such a box unseen: it counts where the text is short too, but
    for the source's own.
    """
    free = jsonld.is_free(page.data)
    tier = (page.marks.told(*_TIER) or "").lower()
    own = page.spec.body.paywall if page.spec else None
    if free is False or tier == "locked" or (own and page.tree.css(own)):
        return "partial"
    if free or tier == "free":
        return "full"
    if len(text) >= 5 * body.MIN_CHARS:
        return "full"
    is_walled = not own and bool(page.tree.css(_PAYWALL))
    if is_walled or density.gates(page.blocks, dense):
        return "partial"
    return "partial" if len(text) < body.MIN_CHARS else "full"
