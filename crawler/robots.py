"""robots.txt that holds: no leak while it loads, closed where it fails (RFC 9309).

Stock Scrapy 2.19 lets requests through that wait together for one host's file, and
reads a 503 or an HTML page as "allow all". This leans on private names: keep the pin.
"""

from __future__ import annotations

import codecs
from typing import Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

DENY_ALL = b"User-agent: *\nDisallow: /\n"
_CLOSED = {401, 403, 429}


class RobotsGate(RobotsTxtMiddleware):
    """Check every request against robots.txt, also those that wait for it."""

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

    async def _parse_robots(self, response: Any, netloc: str, request: Any) -> None:
        head = response.body[:512].removeprefix(codecs.BOM_UTF8).lstrip()
        is_page = head.startswith(b"<")
        status = response.status
        is_closed = status >= 500 or status in _CLOSED or 300 <= status < 400
        if is_closed or (status == 200 and is_page):
            response = response.replace(body=DENY_ALL)
        elif status != 200:
            response = response.replace(body=b"")  # whatever a 404 page says
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        """Timeout, reset, refused: closed for this run."""
        deny = build_from_crawler(self._parserimpl, self.crawler, DENY_ALL)
        waiting, self._parsers[netloc] = self._parsers[netloc], deny
        if isinstance(waiting, Deferred):
            waiting.callback(deny)
