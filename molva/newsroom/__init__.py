"""The embedded sample newsroom: six invented outlets over real HTTP on loopback.

`with serve() as newsroom:` runs it; `sources(newsroom.url)` are its outlets as the
crawler reads them. Crawl, set `newsroom.stage = 2`, and crawl again: one article has
been edited and its sitemap says so, all else answers 304 where it can. `story()` tells
which claims should come of it. Feeds also name what a crawl must leave out: an
advertisement, a sponsored post, a draft closed by robots.txt and a foreign host.
"""

from molva.newsroom.content import outlets, sources, story, topics, write_sources
from molva.newsroom.server import Newsroom, serve

__all__ = [
    "Newsroom",
    "outlets",
    "serve",
    "sources",
    "story",
    "topics",
    "write_sources",
]
