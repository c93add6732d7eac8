"""Sources with a (news) sitemap or an index of sitemaps."""

from __future__ import annotations

from scrapy.http import Response
from scrapy.utils.gz import gunzip

from crawler import dates
from crawler.feeds import MAX_BYTES, FeedError, FeedItem, parse_sitemap
from crawler.source import SourceSpec

#: Child sitemaps followed from one index, newest first as indexes list them.
MAX_CHILDREN = 5


#: The same when going back to a day; what is left is named again by the next run.
MAX_ARCHIVES = 100


def discover(
    response: Response, spec: SourceSpec, *, since: str | None = None
) -> tuple[list[FeedItem], list[str]]:
    """Return the sitemap's pages and the child sitemaps to follow; raises FeedError.

    `since` is a day: pages that are dated earlier and sitemaps last changed before it
    are left out, and more sitemaps are followed.
    """
    body = response.body
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gunzip(body, max_size=MAX_BYTES)
        except (OSError, EOFError, ValueError) as error:
            raise FeedError(f"not gzip: {error}") from None
    items, children = parse_sitemap(body, response.url, since=since)
    if since:
        return [i for i in items if _day(i) >= since], children[:MAX_ARCHIVES]
    return items, children[:MAX_CHILDREN]


def _day(item: FeedItem) -> str:
    """The latest day on which a page can have appeared; undated ones may be new."""
    named = dates.of_url(item.url)
    told = item.published or (named.isoformat() if named else item.modified)
    return (told or "9999")[:10]
