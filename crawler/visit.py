"""What one request gave: the record that leaves the crawl room, one line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from crawler.feeds import FeedItem
from molva.model import Report

#: What an address gave. `moved` is `read` (or, without a report, `unchanged`) at the
#: address that it leads to for good; `withdrawn` is `gone` or `soft_404` where there
#: was a report before.
VisitOutcome = Literal[
    "listed",
    "read",
    "unchanged",
    "moved",
    "skipped",
    "gone",
    "soft_404",
    "withdrawn",
    "blocked",
    "failed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """What is remembered of an address between runs; `item` is the feed's entry.

    `checked_at` is the time of the last visit (UTC): a sitemap that tells of a later
    change makes the page due. `has_report` tells whether it gave a report before.
    """

    url: str
    source: str
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    has_report: bool = False
    is_due: bool = True
    item: FeedItem | None = None
    checked_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One address visited, and all that follows from it (one transaction).

    Validators and `body_sha256` are those of pages that could be used. `closes` says
    that the source is left alone from here on.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """The work of one crawl process: source specs as data, and what is remembered.

    `settings` overrides Scrapy's settings, for tests and for the user's own limits.
    """

    specs: tuple[dict[str, object], ...]
    pages: tuple[PageState, ...] = ()
    contact: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
