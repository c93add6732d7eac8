"""Sources with a (news) sitemap or an index of sitemaps."""

from __future__ import annotations

from scrapy.http import Response
from scrapy.utils.gz import gunzip

from crawler.feeds import MAX_BYTES, FeedError, FeedItem, parse_sitemap
from crawler.source import SourceSpec

#: Child sitemaps followed from one index, newest first as indexes list them.
MAX_CHILDREN = 5


def discover(response: Response, spec: SourceSpec) -> tuple[list[FeedItem], list[str]]:
    """Return the sitemap's pages and the child sitemaps to follow; raises FeedError."""
    body = response.body
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gunzip(body, max_size=MAX_BYTES)
        except (OSError, EOFError, ValueError) as error:
            raise FeedError(f"not gzip: {error}") from None
    items, children = parse_sitemap(body, response.url)
    return items, children[:MAX_CHILDREN]
