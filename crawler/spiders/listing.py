"""Sources with a plain list page: the spec's `article` selector names the links."""

from __future__ import annotations

from parsel import Selector
from scrapy.http import Response

from crawler.decode import decode
from crawler.feeds import MAX_ITEMS, FeedError, FeedItem, web_url
from crawler.source import SourceSpec


def discover(response: Response, spec: SourceSpec) -> tuple[list[FeedItem], list[str]]:
    """Return the linked articles; raises FeedError where the selector finds none."""
    if not spec.article:
        raise FeedError("the source file names no `article` selector for its list page")
    page = Selector(text=decode(response.body, fallback=spec.encoding), type="html")
    links = page.css(spec.article)
    if not links:
        raise FeedError(f"the selector {spec.article!r} finds nothing")
    items = []
    for link in links[:MAX_ITEMS]:
        url = web_url(link.xpath("@href").get() or "", response.url)
        if url:
            title = " ".join((link.xpath("string(.)").get() or "").split())
            items.append(FeedItem(url=url, title=title))
    return items, []
