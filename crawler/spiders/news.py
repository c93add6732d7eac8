"""The one spider: discover addresses by the source's kind, read each new article."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.extract import Article, PageError, clean_url, extract
from crawler.feeds import FeedError, FeedItem
from crawler.net import refusals
from crawler.source import SourceSpec
from crawler.spiders import feed, listing, sitemap
from crawler.visit import PageState, Visit, VisitOutcome
from molva.model import Report, report_id

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

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the discovery pages, then for what earlier runs left behind."""
        for url in self.spec.url:
            yield self._request(url, self.parse_listing)
        for state in self.states.values():
            if state.is_due and state.url not in self.spec.url:
                item = state.item or FeedItem(url=state.url)
                if request := self._article_request(item):
                    yield request

    def parse_listing(self, response: Response) -> Iterator[Visit | Request]:
        """Read a feed, sitemap or list page; ask for the articles that are due."""
        if response.status != 200:
            yield self._visit(response, *_failure(response.status))
            return
        try:
            items, more = KINDS[self.spec.spider](response, self.spec)
        except FeedError as error:
            yield self._visit(response, "failed", f"feed: {error}")
            return
        wanted, skipped = self._sorted(items)
        yield self._visit(response, "listed", None, found=tuple(wanted))
        for item, reason in skipped:
            yield self._refusal(item.url, "skipped", reason)
        for url in more:
            if self._is_allowed(url):
                yield self._request(url, self.parse_listing)
        for item in wanted:
            if request := self._article_request(item):
                yield request

    def parse_article(self, response: Response, item: FeedItem) -> Iterator[Visit]:
        """Read one article page; a page that is none becomes a failed visit."""
        if response.status != 200:
            yield self._visit(response, *_failure(response.status), url=item.url)
            return
        try:
            charset = response.headers.get("Content-Type", b"") or b""
            article = extract(
                response.body, response.url, self.spec, charset=_charset(charset)
            )
        except PageError as error:
            yield self._visit(response, "failed", str(error), url=item.url)
            return
        if not article.text and not item.lead:
            yield self._visit(response, "failed", "no text found", url=item.url)
            return
        report = self._report(article, item, response)
        yield self._visit(response, "read", None, url=item.url, report=report)

    def failed(self, failure: Any) -> Iterator[Visit]:
        """Record why a request brought nothing."""
        request = failure.request
        url = request.cb_kwargs["item"].url if request.cb_kwargs else request.url
        error = failure.value
        if isinstance(error, HttpError):
            yield self._visit(error.response, "failed", str(error), url=url)
        elif isinstance(error, IgnoreRequest):
            yield self._refusal(url, "skipped", str(error) or "refused")
        else:
            host = request.url.split("/")[2].split(":")[0]
            private = refusals.get(host)
            reason = f"{host} is the non-public address {private}" if private else ""
            yield self._refusal(url, "failed", reason or _one_line(error))

    def _sorted(
        self, items: list[FeedItem]
    ) -> tuple[list[FeedItem], list[tuple[FeedItem, str]]]:
        wanted, skipped = [], []
        for item in {item.url: item for item in items}.values():
            if part := self.spec.skips(item.url):
                skipped.append((item, f"the source skips {part!r}"))
            elif not self._is_allowed(item.url):
                skipped.append((item, "the host is not on the source's list"))
            else:
                wanted.append(item)
        return wanted, skipped

    def _is_allowed(self, url: str) -> bool:
        host = url.split("/")[2].split("@")[-1] if url.count("/") > 2 else ""
        return host in self.spec.allow or host.split(":")[0] in self.spec.allow

    def _article_request(self, item: FeedItem) -> Request | None:
        state = self.states.get(item.url)
        if item.url in self.asked or (state and not state.is_due):
            return None
        self.asked.add(item.url)
        return self._request(item.url, self.parse_article, item=item)

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
            dont_filter=True,
        )

    def _report(self, article: Article, item: FeedItem, response: Response) -> Report:
        """Join page and feed: minute-exact times win, full text wins over a stub."""
        url = article.canonical_url or clean_url(response.url)
        key = self.spec.article_key(url)
        dated = [t for t in (article.published, item.published) if t]
        published = next((t for t in dated if "T" in t), dated[0] if dated else None)
        text, access = article.text or item.lead, article.access
        if item.full_text and len(item.full_text) > len(text):
            text, access = item.full_text, "full"
        return Report(
            id=report_id(self.spec.name, key),
            source=self.spec.name,
            key=key,
            url=url,
            kind=self.spec.kind,
            title=article.title or item.title,
            text=text,
            lang=self.spec.lang,
            published=published,
            modified=article.modified or item.modified,
            authors=article.authors,
            section=article.section or next(iter(item.categories), None),
            access=access,
            seen_at=_now(),
            body_sha256=hashlib.sha256(response.body).hexdigest(),
            layers=article.layers,
        )

    def _visit(
        self,
        response: Response,
        outcome: VisitOutcome,
        reason: str | None,
        *,
        url: str | None = None,
        report: Report | None = None,
        found: tuple[FeedItem, ...] = (),
    ) -> Visit:
        def header(name: str) -> str | None:
            value = response.headers.get(name)
            return value.decode("latin-1") if value else None

        wait = header("Retry-After")
        return Visit(
            source=self.spec.name,
            url=url or response.request.url if response.request else response.url,
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
            retry_after=int(wait) if wait and wait.isdigit() else None,
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


def _charset(content_type: bytes) -> str | None:
    _, _, value = content_type.decode("latin-1").partition("charset=")
    return value.split(";")[0].strip().strip("\"'") or None


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
