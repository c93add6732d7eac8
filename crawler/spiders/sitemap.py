"""Sources with a (news) sitemap or an index of sitemaps."""

from __future__ import annotations

from scrapy.http import Response

from crawler.feeds import FeedItem, parse_sitemap
from crawler.source import SourceSpec

#: Child sitemaps followed from one index, newest first as indexes list them.
MAX_CHILDREN = 5


def discover(response: Response, spec: SourceSpec) -> tuple[list[FeedItem], list[str]]:
    """Return the sitemap's pages and the child sitemaps to follow; raises FeedError."""
    items, children = parse_sitemap(response.body, response.url)
    return items, children[:MAX_CHILDREN]
