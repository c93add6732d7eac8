"""robots.txt that holds: no leak while it loads, closed where it fails (RFC 9309).

Stock Scrapy 2.19 lets requests through that wait together for one host's file, and
reads a 503 or an HTML page as "allow all". This leans on private names: keep the pin.
"""

from __future__ import annotations

import codecs
from typing import Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

from crawler.net import fault_of, refusals

DENY_ALL = b"User-agent: *\nDisallow: /\n"
#: Longer Crawl-delays are cut (seconds).
LONGEST_DELAY = 30.0
_CLOSED = {401, 403, 429}


class RobotsGate(RobotsTxtMiddleware):
    """Check every request against robots.txt, also those that wait for it."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._closed: dict[str, str] = {}

    async def robot_parser(self, request: Any) -> Any:
        """Return the parser; each waiter gets its own Deferred of it."""
        waiting = self._parsers.get(urlparse_cached(request).netloc)
        if isinstance(waiting, Deferred):
            mine: Deferred[Any] = Deferred()

            def share(parser: Any) -> Any:
                mine.callback(parser)
                return parser

            waiting.addCallback(share)
            return await maybe_deferred_to_future(mine)
        return await super().robot_parser(request)

    def process_request_2(self, rp: Any, request: Any) -> None:
        """Refuse with the reason why a whole host is closed, where it is."""
        why = self._closed.get(urlparse_cached(request).netloc)
        if why:
            raise IgnoreRequest(why)
        super().process_request_2(rp, request)
        self._slow_down(rp, request)

    def _slow_down(self, rp: Any, request: Any) -> None:
        """Keep to Crawl-delay; AutoThrottle may have lowered it since."""
        wait = rp.crawl_delay(self._default_useragent) if rp else None
        if not wait:
            return
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        if slot is not None:
            slot.delay = max(slot.delay, min(float(wait), LONGEST_DELAY))

    async def _parse_robots(self, response: Any, netloc: str, request: Any) -> None:
        head = response.body[:512].removeprefix(codecs.BOM_UTF8).lstrip()
        is_page = head.startswith(b"<")
        status = response.status
        is_closed = status >= 500 or status in _CLOSED or 300 <= status < 400
        if is_closed or (status == 200 and is_page):
            told = "is a web page" if is_page else f"answers HTTP {status}"
            self._closed[netloc] = f"robots.txt {told}: closed for this run"
            response = response.replace(body=DENY_ALL)
        elif status != 200:
            response = response.replace(body=b"")  # whatever a 404 page says
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        """Timeout, reset, refused: closed for this run."""
        host = netloc.rpartition("@")[2].partition(":")[0]
        # or of where it was redirected to: then only the error names the host
        named = {host, *(word.strip(".,:'\"") for word in str(exc).split())}
        private = next((name for name in refusals if name in named), None)
        told = str(exc) if isinstance(exc, IgnoreRequest) else ""
        out_of_reach = "robots.txt is out of reach: closed for this run"
        why = fault_of(private or host, exc) or told or out_of_reach
        self._closed[netloc] = why
        deny = build_from_crawler(self._parserimpl, self.crawler, DENY_ALL)
        waiting, self._parsers[netloc] = self._parsers[netloc], deny
        if isinstance(waiting, Deferred):
            waiting.callback(deny)
