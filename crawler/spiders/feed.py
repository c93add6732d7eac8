"""Sources with an RSS or Atom feed."""

from __future__ import annotations

from scrapy.http import Response

from crawler.feeds import FeedItem, parse_feed
from crawler.source import SourceSpec


def discover(response: Response, spec: SourceSpec) -> tuple[list[FeedItem], list[str]]:
    """Return the feed's entries; raises FeedError."""
    return parse_feed(response.body, response.url, encoding=spec.encoding), []
