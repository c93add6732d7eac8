"""The one spider: discover addresses by the source's kind, read each new article."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from base64 import b64encode
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response

from crawler.archive import ArchiveWriter, Record
from crawler.body import MIN_CHARS
from crawler.extract import Article, PageError, extract
from crawler.feeds import FeedError, FeedItem
from crawler.net import fault_of, is_on
from crawler.reader import Reader
from crawler.report import (
    BLOCKED,
    is_challenge,
    leads_up,
    report_of,
    soft_404,
)
from crawler.seen import Packed, Seen
from crawler.source import SourceSpec
from crawler.spiders import feed, listing, sitemap
from crawler.times import seconds_until
from crawler.visit import AT_A_TIME, PageState, Visit, VisitOutcome

CHALLENGED = "blocked: an anti-bot page stands in its place"
#: Pages that may wait; the rest is left for the next shard, so that memory stays flat.
MAX_WAITING = 2_000
#: So many refusals in a row end a source's run.
MAX_BLOCKS = 3

#: kind of source → what reads its discovery pages (items, further addresses).
KINDS: dict[str, Callable[[Response, SourceSpec], tuple[list[FeedItem], list[str]]]] = {
    "feed": feed.discover,
    "sitemap": sitemap.discover,
    "listing": listing.discover,
}

_GONE = {404, 410}
#: Redirects that tell of a new address for good.
_FOR_GOOD = {301, 308}
#: Outcomes of pages that could be used: their validators and hash are worth keeping.
_USABLE = {"listed", "read", "moved", "unchanged"}


class NewsSpider(Spider):
    """Crawl one source once; yields a Visit for every address."""

    name = "news"

    def __init__(
        self,
        spec: SourceSpec,
        pages: tuple[PageState, ...] = (),
        seen: Seen | None = None,
        *,
        keep_bodies: bool = False,
        archive: ArchiveWriter | None = None,
        reader: Reader | None = None,
        since: str | None = None,
    ) -> None:
        super().__init__(name=spec.name)
        self.since = since
        self.keep_bodies = keep_bodies
        self.archive = archive
        self.reader = reader
        self.spec = spec
        self.states = {page.url: page for page in pages}
        self.seen = seen or Seen(Packed())
        self.asked: set[str] = set()
        self.hosts = set(spec.allow)
        self.waiting: deque[FeedItem] = deque()
        self.running = 0
        self.blocks = 0

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the discovery pages that are due, then for what was left behind."""
        for url in self.spec.url:
            if url not in self.seen:
                yield self._request(url, self.parse_listing)
        for state in self.states.values():
            # Without an item it was a listing, which its index names again.
            if state.item and state.url not in self.spec.url:
                self._queue([state.item])
        for request in self._next():
            yield request

    def parse_listing(self, response: Response) -> Iterator[Visit | Request]:
        """Read a feed, sitemap or list page; ask for the articles that are due."""
        self._keep(response)
        if response.status == 304 or self._is_same(response):
            yield self._visit(response, "unchanged")
            return
        if response.status != 200:
            yield from self._refused(response, is_listing=True)
            return
        try:
            if self.since:
                items, more = sitemap.discover(response, self.spec, since=self.since)
            else:
                items, more = KINDS[self.spec.spider](response, self.spec)
        except FeedError as error:
            if is_challenge(response):
                yield from self._refused(response, is_listing=True)
            yield self._visit(response, "failed", f"feed: {error}")
            return
        yield from self._listed(response, items, more)

    def _listed(
        self, response: Response, items: list[FeedItem], more: list[str]
    ) -> Iterator[Visit | Request]:
        wanted, skipped = self._sorted(items)
        listed = self._visit(response, "listed", found=tuple(wanted))
        listed = replace(listed, moved_to=self._moved_to(response))
        if more:  # an index: what it names may have changed though it has not
            listed = replace(listed, etag=None, last_modified=None, body_sha256=None)
        yield listed
        for item, reason in skipped:
            yield self._refusal(item.url, "skipped", reason)
        for url in more:
            if is_on(url, self.hosts) and url not in self.asked:
                self.asked.add(url)
                yield self._request(url, self.parse_listing)
        self._queue(wanted, first=True)
        yield from self._next()

    async def parse_article(
        self, response: Response, item: FeedItem
    ) -> AsyncIterator[Visit | Request]:
        """Read one article page, then ask for the next ones."""
        try:
            async for visit in self._article(response, item):
                yield visit
        except CloseSpider:
            raise
        except Exception as error:  # whatever a page does to a parser: the next one
            yield self._visit(response, "failed", f"bug: {_one_line(error)}")
        self.running -= 1
        for request in self._next():
            yield request

    async def _article(
        self, response: Response, item: FeedItem
    ) -> AsyncIterator[Visit]:
        """Tell what the page gave; a page that is no article tells why."""
        record = self._keep(response)
        moved_to = self._moved_to(response)
        if response.status == 304:
            how: VisitOutcome = "moved" if moved_to else "unchanged"
            yield replace(self._visit(response, how), moved_to=moved_to)
        elif response.status in _GONE:
            yield self._missing(response, "gone", f"HTTP {response.status}")
        elif response.status != 200:
            for visit in self._refused(response):
                yield visit
        elif part := self.spec.skips(response.url):
            reason = f"redirected to what the source skips: {part!r}"
            yield self._visit(response, "skipped", reason)
        elif leads_up(response, item.url):
            where = urlsplit(response.url).path or "/"
            yield self._missing(response, "soft_404", f"redirected to {where}")
        elif self._is_same(response) and not moved_to:
            yield self._visit(response, "unchanged")
        else:
            try:
                article = await self._extract(response)
            except PageError as error:
                yield self._visit(response, "failed", str(error))
                return
            for visit in self._read(article, response, item, record):
                yield visit

    async def _extract(self, response: Response) -> Article:
        """Read the page here, or in the reader's process if there is one."""
        charset = _charset(response.headers.get("Content-Type", b"") or b"")
        page = (response.body, response.url, self.spec)
        # a few pages are read sooner than a process begins
        if self.reader is None or len(self.asked) <= AT_A_TIME:
            return extract(*page, charset=charset)
        return await asyncio.wrap_future(self.reader.read(*page, charset))

    def _read(
        self,
        article: Article,
        response: Response,
        item: FeedItem,
        record: Record | None,
    ) -> Iterator[Visit]:
        if len(article.text) < MIN_CHARS and is_challenge(response):
            yield from self._refused(response)
            return
        self.blocks = 0
        if told := soft_404(article):
            yield self._missing(response, "soft_404", f"the page says: {told}")
        elif not article.text and not item.lead and not item.full_text:
            yield self._visit(response, "failed", "no text found")
        else:
            at = record.at if record else _now()
            report = report_of(article, item, response, self.spec, at, record)
            moved_to = self._moved_to(response)
            outcome: VisitOutcome = "moved" if moved_to else "read"
            yield replace(
                self._visit(response, outcome), report=report, moved_to=moved_to
            )

    def _keep(self, response: Response) -> Record | None:
        """Put what has not been seen before into the archive, before it is read."""
        is_new = (
            response.status != 304 and response.body and not self._is_same(response)
        )
        if self.archive is None or not is_new:
            return None
        try:
            return self.archive.keep(response, _now())
        except OSError as error:
            where = error.filename or self.archive.folder
            sys.stderr.write(f"{where}: {error.strerror or error}\n")
            os._exit(1)  # what cannot be kept is not fetched

    def _missing(self, response: Response, how: VisitOutcome, reason: str) -> Visit:
        self.blocks = 0
        return self._visit(response, how, reason)

    def _is_same(self, response: Response) -> bool:
        state = self.states.get(_asked(response))
        return bool(
            response.status == 200
            and state
            and state.body_sha256
            and state.body_sha256 == _digest(response)
        )

    def _moved_to(self, response: Response) -> str | None:
        """The address that this one leads to for good, if any."""
        reasons = response.meta.get("redirect_reasons")
        is_for_good = reasons and all(reason in _FOR_GOOD for reason in reasons)
        return response.url if is_for_good else None

    def _refused(
        self, response: Response, *, is_listing: bool = False
    ) -> Iterator[Visit]:
        """A page in the place of what was asked for; some end the source's run.

        A listing that is refused, an answer that says when to come back, and so many
        refusals in a row close the source; what was not asked for stays due.
        """
        is_challenged = is_challenge(response)
        waits = response.status in (429, 503) and b"Retry-After" in response.headers
        is_block = is_challenged or waits or response.status in BLOCKED
        self.blocks += is_block
        closes = is_block and (is_listing or waits or self.blocks >= MAX_BLOCKS)
        reason = CHALLENGED if is_challenged else f"HTTP {response.status}"
        visit = self._visit(response, "blocked" if is_block else "failed", reason)
        yield replace(visit, closes=closes)
        if closes:
            raise CloseSpider(reason)

    def failed(self, failure: Any) -> Iterator[Visit | Request]:
        """Record why a request brought nothing, then ask for the next ones."""
        request = failure.request
        self.running -= "item" in request.cb_kwargs
        url = request.meta.get("asked", request.url)
        error = failure.value
        if isinstance(error, IgnoreRequest):
            yield self._refusal(url, "skipped", str(error) or "refused")
        else:
            host = urlsplit(request.url).hostname or ""
            reason = fault_of(host, error) or _one_line(error)
            yield self._refusal(url, "failed", reason)
        yield from self._next()

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

    def _queue(self, items: list[FeedItem], *, first: bool = False) -> None:
        """Let the items wait that are due; news goes before what was left behind."""
        room = MAX_WAITING - len(self.waiting)
        due = [item for item in items if self._is_due(item)][: max(room, 0)]
        self.asked.update(item.url for item in due)
        if first:
            self.waiting.extendleft(reversed(due))
        else:
            self.waiting.extend(due)

    def _is_due(self, item: FeedItem) -> bool:
        if item.url in self.asked:
            return False
        if item.url not in self.seen:
            return True
        return _changed_since(item, self.seen.visited(item.url))

    def _next(self) -> Iterator[Request]:
        while self.waiting and self.running < AT_A_TIME:
            item = self.waiting.popleft()
            self.running += 1
            yield self._request(item.url, self.parse_article, item=item)

    def _request(self, url: str, callback: Any, **kwargs: Any) -> Request:
        state = self.states.get(url)
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
            priority=0 if kwargs else 1,  # listings first
            dont_filter=True,
        )

    def _visit(
        self,
        response: Response,
        outcome: VisitOutcome,
        reason: str | None = None,
        *,
        found: tuple[FeedItem, ...] = (),
    ) -> Visit:
        def header(name: str) -> str | None:
            value = response.headers.get(name)
            return value.decode("latin-1") if value else None

        is_usable = outcome in _USABLE and response.status == 200
        return Visit(
            source=self.spec.name,
            url=_asked(response),
            outcome=outcome,
            at=_now(),
            status=response.status,
            etag=header("ETag") if is_usable else None,
            last_modified=header("Last-Modified") if is_usable else None,
            body_sha256=_digest(response) if is_usable else None,
            size=len(response.body),
            reason=reason,
            found=found,
            retry_after=seconds_until(header("Retry-After")),
            body=b64encode(response.body).decode() if self.keep_bodies else None,
        )

    def _refusal(self, url: str, outcome: VisitOutcome, reason: str) -> Visit:
        return Visit(
            source=self.spec.name, url=url, outcome=outcome, at=_now(), reason=reason
        )


def _asked(response: Response) -> str:
    return str(response.meta.get("asked", response.url))


def _digest(response: Response) -> str:
    return hashlib.sha256(response.body).hexdigest()


def _changed_since(item: FeedItem, visited: datetime | None) -> bool:
    """Whether a sitemap tells of a change after our last visit."""
    if not item.modified or not visited:
        return False
    modified = datetime.fromisoformat(item.modified)
    return modified.replace(tzinfo=modified.tzinfo or UTC) > visited


def _charset(content_type: bytes) -> str | None:
    _, _, value = content_type.decode("latin-1").partition("charset=")
    return value.split(";")[0].strip().strip("\"'") or None


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
