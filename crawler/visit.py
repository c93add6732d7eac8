"""What one request gave: the record that leaves the crawl room, one line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from crawler.feeds import FeedItem
from crawler.seen import Packed
from molva.config import Archive
from molva.model import Report

#: Pages asked for and not yet read; the others wait, not in Scrapy's queues.
AT_A_TIME = 16

#: What an address gave. `moved` is `read` (or, without a report, `unchanged`) at the
#: address that it leads to for good.
VisitOutcome = Literal[
    "listed",
    "read",
    "unchanged",
    "moved",
    "skipped",
    "gone",
    "soft_404",
    "blocked",
    "failed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """An address that is due, and what is remembered of it.

    `item` is the feed's entry that led to it, None for listings. `body_sha256` is that
    of a page which gave what it could: the same bytes need no second reading.
    """

    url: str
    source: str
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    item: FeedItem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One address visited, and all that follows from it (one transaction).

    Validators and `body_sha256` are those of pages that could be used. `closes` says
    that the source is left alone from here on. `body` is base64, where asked for.
    """

    source: str
    url: str
    outcome: VisitOutcome
    at: str
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    size: int = 0
    reason: str | None = None
    moved_to: str | None = None
    closes: bool = False
    report: Report | None = None
    found: tuple[FeedItem, ...] = ()
    retry_after: int | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """The work of one crawl process: source specs as data, and what is remembered.

    `pages` are due; `seen` are addresses which are not, by source, each with the time
    of the last visit: a sitemap that tells of a later change makes them due.
    `settings` overrides Scrapy's settings, for tests and for the user's own limits.
    With `keep_bodies` visits bring the bytes of what was fetched; `archive` is where
    they are kept. `since` (a day) goes back through sitemaps so far: what they date
    earlier is left alone.
    """

    specs: tuple[dict[str, object], ...]
    pages: tuple[PageState, ...] = ()
    seen: Mapping[str, Packed] = field(default_factory=dict)
    contact: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    keep_bodies: bool = False
    archive: Archive | None = None
    since: str | None = None
