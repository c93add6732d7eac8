"""The one spider: discover addresses by the source's kind, read each new article."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response

from crawler.body import MIN_CHARS
from crawler.extract import PageError, extract
from crawler.feeds import FeedError, FeedItem
from crawler.net import is_on, refusals
from crawler.report import (
    BLOCKED,
    is_challenge,
    is_front_page,
    report_of,
)
from crawler.source import SourceSpec
from crawler.spiders import feed, listing, sitemap
from crawler.times import seconds_until
from crawler.visit import PageState, Visit, VisitOutcome
from molva.model import Report

CHALLENGED = "blocked: an anti-bot page stands in its place"
#: Priority of listings; articles have theirs below 0.
LISTING = 100_000
#: So many refusals in a row end a source's run.
MAX_BLOCKS = 3

#: kind of source → what reads its discovery pages (items, further addresses).
KINDS: dict[str, Callable[[Response, SourceSpec], tuple[list[FeedItem], list[str]]]] = {
    "feed": feed.discover,
    "sitemap": sitemap.discover,
    "listing": listing.discover,
}

_GONE = {404, 410}


class NewsSpider(Spider):
    """Crawl one source once; yields a Visit for every address."""

    name = "news"

    def __init__(self, spec: SourceSpec, pages: tuple[PageState, ...] = ()) -> None:
        super().__init__(name=spec.name)
        self.spec = spec
        self.states = {page.url: page for page in pages}
        self.asked: set[str] = set()
        self.hosts = set(spec.allow)
        self.blocks = 0

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the discovery pages, then for what earlier runs left behind."""
        for url in self.spec.url:
            yield self._request(url, self.parse_listing)
        for state in self.states.values():
            # Without an item it was a listing, which its index names again.
            if not state.item or not state.is_due or state.url in self.spec.url:
                continue
            if request := self._article_request(state.item):
                yield request

    def parse_listing(self, response: Response) -> Iterator[Visit | Request]:
        """Read a feed, sitemap or list page; ask for the articles that are due."""
        if response.status != 200:
            outcome: VisitOutcome = "unchanged" if response.status == 304 else "failed"
            reason = None if response.status == 304 else f"HTTP {response.status}"
            yield self._visit(response, outcome, reason)
            self._mind_blocks(response)
            return
        try:
            items, more = KINDS[self.spec.spider](response, self.spec)
        except FeedError as error:
            is_closed = is_challenge(response)
            reason = CHALLENGED if is_closed else f"feed: {error}"
            yield self._visit(response, "failed", reason)
            return
        wanted, skipped = self._sorted(items)
        yield self._visit(response, "listed", None, found=tuple(wanted))
        for item, reason in skipped:
            yield self._refusal(item.url, "skipped", reason)
        for url in more:
            if is_on(url, self.hosts) and url not in self.asked:
                self.asked.add(url)
                yield self._request(url, self.parse_listing)
        for item in wanted:
            if request := self._article_request(item):
                yield request

    def parse_article(self, response: Response, item: FeedItem) -> Iterator[Visit]:
        """Read one article page; a page that is none becomes a failed visit."""
        if response.status != 200:
            yield self._visit(response, *_failure(response.status))
            self._mind_blocks(response)
            return
        self.blocks = 0
        if part := self.spec.skips(response.url):
            reason = f"redirected to what the source skips: {part!r}"
            yield self._visit(response, "skipped", reason)
        elif is_front_page(response, item.url):
            yield self._visit(response, "gone", "redirected to the front page")
        else:
            yield self._read(response, item)

    def _read(self, response: Response, item: FeedItem) -> Visit:
        try:
            charset = response.headers.get("Content-Type", b"") or b""
            article = extract(
                response.body, response.url, self.spec, charset=_charset(charset)
            )
        except PageError as error:
            return self._visit(response, "failed", str(error))
        if len(article.text) < MIN_CHARS and is_challenge(response):
            return self._visit(response, "failed", CHALLENGED)
        if not article.text and not item.lead and not item.full_text:
            return self._visit(response, "failed", "no text found")
        report = report_of(article, item, response, self.spec, _now())
        return self._visit(response, "read", None, report=report)

    def failed(self, failure: Any) -> Iterator[Visit]:
        """Record why a request brought nothing."""
        request = failure.request
        url = request.meta.get("asked", request.url)
        error = failure.value
        if isinstance(error, IgnoreRequest):
            yield self._refusal(url, "skipped", str(error) or "refused")
        else:
            host = urlsplit(request.url).hostname or ""
            private = refusals.get(host)
            reason = f"{host} is the non-public address {private}" if private else ""
            yield self._refusal(url, "failed", reason or _one_line(error))

    def _mind_blocks(self, response: Response) -> None:
        """Leave a source alone that says so; what was not asked for stays due."""
        waits = response.status in (429, 503) and b"Retry-After" in response.headers
        self.blocks += response.status in BLOCKED
        if waits or self.blocks >= MAX_BLOCKS:
            raise CloseSpider(f"HTTP {response.status}")

    def _sorted(
        self, items: list[FeedItem]
    ) -> tuple[list[FeedItem], list[tuple[FeedItem, str]]]:
        wanted: list[FeedItem] = []
        skipped: list[tuple[FeedItem, str]] = []
        for item in {item.url: item for item in items}.values():
            if part := self.spec.skips(item.url):
                skipped.append((item, f"the source skips {part!r}"))
            elif not is_on(item.url, self.hosts):
                skipped.append((item, "the host is not on the source's list"))
            elif self.spec.needs_category and not item.categories:
                skipped.append((item, "no category: paid matter"))
            else:
                wanted.append(item)
        return wanted, skipped

    def _article_request(self, item: FeedItem) -> Request | None:
        state = self.states.get(item.url)
        if item.url in self.asked:
            return None
        if state and not state.is_due and not _changed_since(item, state.checked_at):
            return None
        self.asked.add(item.url)
        return self._request(item.url, self.parse_article, item=item)

    def _request(self, url: str, callback: Any, **kwargs: Any) -> Request:
        state = self.states.get(url)
        is_listing = callback == self.parse_listing
        headers = {}
        if state and state.etag:
            headers["If-None-Match"] = state.etag
        if state and state.last_modified:
            headers["If-Modified-Since"] = state.last_modified
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            headers=headers,
            cb_kwargs=kwargs,
            meta={"asked": url},  # survives redirects and escaping
            # Listings first, then in the order they were named: newest first.
            priority=(LISTING if is_listing else 0) - len(self.asked),
            dont_filter=True,
        )

    def _visit(
        self,
        response: Response,
        outcome: VisitOutcome,
        reason: str | None,
        *,
        report: Report | None = None,
        found: tuple[FeedItem, ...] = (),
    ) -> Visit:
        def header(name: str) -> str | None:
            value = response.headers.get(name)
            return value.decode("latin-1") if value else None

        return Visit(
            source=self.spec.name,
            url=response.meta.get("asked", response.url),
            outcome=outcome,
            at=_now(),
            status=response.status,
            etag=header("ETag"),
            last_modified=header("Last-Modified"),
            body_sha256=hashlib.sha256(response.body).hexdigest(),
            size=len(response.body),
            reason=reason,
            report=report,
            found=found,
            retry_after=seconds_until(header("Retry-After")),
        )

    def _refusal(self, url: str, outcome: VisitOutcome, reason: str) -> Visit:
        return Visit(
            source=self.spec.name, url=url, outcome=outcome, at=_now(), reason=reason
        )


def _failure(status: int) -> tuple[VisitOutcome, str | None]:
    if status == 304:
        return "unchanged", None
    if status in _GONE:
        return "gone", f"HTTP {status}"
    return "failed", f"HTTP {status}"


def _changed_since(item: FeedItem, checked_at: str | None) -> bool:
    """Whether a sitemap tells of a change after our last visit."""
    if not item.modified or not checked_at:
        return False
    modified, checked = (datetime.fromisoformat(t) for t in (item.modified, checked_at))
    return modified.replace(tzinfo=modified.tzinfo or UTC) > checked


def _charset(content_type: bytes) -> str | None:
    _, _, value = content_type.decode("latin-1").partition("charset=")
    return value.split(";")[0].strip().strip("\"'") or None


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
