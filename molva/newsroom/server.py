"""The sample newsroom's HTTP server: six outlets behind one loopback address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

from molva.newsroom import feeds, pages
from molva.newsroom.content import FOLDER, Article, articles, at_stage

XML = "application/xml"
RSS = "application/rss+xml"

PHOTO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9">'
    b'<rect width="16" height="9" fill="#d8d2c4"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and its headers; without `changed` the server sends no validators."""

    body: bytes
    content_type: str
    changed: str | None = None

    @property
    def etag(self) -> str:
        """A strong entity tag made of the body."""
        return f'"{blake2b(self.body, digest_size=8).hexdigest()}"'

    @property
    def last_modified(self) -> str:
        """The HTTP date of the last change, empty where the answer has none."""
        return http_date(self.changed) if self.changed else ""


class Newsroom:
    """The running newsroom: its address, its stage and what was asked of it.

    `stage` is 1 for the first crawl and 2 for the second, by which time one article
    has been edited; it may be set while the server runs.
    """

    def __init__(self, stage: int = 1) -> None:
        self.stage = stage
        self.url = ""
        self._requests: list[str] = []
        self._lock = Lock()

    @property
    def requests(self) -> list[str]:
        """The paths asked for so far, in order, query included (a copy)."""
        with self._lock:
            return list(self._requests)

    def note(self, path: str) -> None:
        """Add a path to the log."""
        with self._lock:
            self._requests.append(path)

    def answer(self, path: str) -> Answer | None:
        """Return what stands at `path` (no query) at this stage; None: not found."""
        found = [at_stage(a, self.stage) for a in articles()]
        by_path = {f"/{a.outlet}{a.path}": a for a in found}
        if path in by_path:
            return _article(by_path[path])
        return self._file(path) or self._listing(path, found)

    def _file(self, path: str) -> Answer | None:
        files = {
            "/": lambda: Answer(pages.index_page(), "text/html"),
            "/robots.txt": lambda: Answer(feeds.ROBOTS.encode(), "text/plain"),
            "/style.css": lambda: Answer(_stylesheet(), "text/css"),
            "/photo.svg": lambda: Answer(PHOTO, "image/svg+xml"),
        }
        return files[path]() if path in files else None

    def _listing(self, path: str, found: list[Article]) -> Answer | None:
        match = re.match(r"/(\w+)(/.*)", path)
        if match is None:
            return None
        outlet, rest = match.groups()
        own = [a for a in found if a.outlet == outlet]
        if rest == "/" and own:
            news = [a for a in own if pages.is_news(a)]
            return Answer(pages.front_page(outlet, news), "text/html")
        body = self._feed(outlet, rest, own)
        if body is None:
            return None
        newest = max((a.modified or a.published for a in own), key=_instant)
        is_sitemap = outlet in ("okamotor", "ledger")
        return Answer(body, XML if is_sitemap else RSS, newest)

    def _feed(self, outlet: str, rest: str, own: list[Article]) -> bytes | None:
        if (outlet, rest) == ("granki", "/rss/articles"):
            return feeds.granki([a for a in own if "/articles/" in a.path], self.url)
        makers = {
            ("granki", "/rss/news"): feeds.granki,
            ("verstak", "/export/rss.xml"): feeds.verstak,
            ("vestovoy", "/rss.xml"): feeds.vestovoy,
            ("axle", "/feed/"): feeds.axle,
            ("okamotor", "/sitemap-news.xml"): feeds.sitemap,
            ("ledger", "/sitemaps/news.xml"): feeds.sitemap,
        }
        make = makers.get((outlet, rest))
        return make(own, self.url) if make else None


@contextmanager
def serve(stage: int = 1, host: str = "127.0.0.1") -> Iterator[Newsroom]:
    """Run the newsroom on a free port of a host until the block is left."""
    newsroom = Newsroom(stage)
    with ThreadingHTTPServer((host, 0), _handler(newsroom)) as server:
        server.daemon_threads = True
        newsroom.url = f"http://{host}:{server.server_address[1]}"
        thread = Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="newsroom",
            daemon=True,
        )
        thread.start()
        try:
            yield newsroom
        finally:
            server.shutdown()
            thread.join()


def _handler(newsroom: Newsroom) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            newsroom.note(self.path)
            answer = newsroom.answer(urlsplit(self.path).path)
            if answer is None:
                self.send_error(HTTPStatus.NOT_FOUND)
            elif _is_known(answer, self):
                self._send(HTTPStatus.NOT_MODIFIED, answer, b"")
            else:
                self._send(HTTPStatus.OK, answer, answer.body)

        do_HEAD = do_GET  # noqa: N815 (http.server names it)

        def _send(self, status: HTTPStatus, answer: Answer, body: bytes) -> None:
            self.send_response(status)
            if status is HTTPStatus.OK:
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(body)))
            if answer.changed:
                self.send_header("ETag", answer.etag)
                self.send_header("Last-Modified", answer.last_modified)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet: `Newsroom.requests` is the log."""

    return Handler


def _is_known(answer: Answer, request: BaseHTTPRequestHandler) -> bool:
    """Whether the client has this very answer (RFC 9110: the tag outranks the date)."""
    if not answer.changed:
        return False
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return answer.etag in tags or tags.strip() == "*"
    since = request.headers.get("If-Modified-Since")
    return since == answer.last_modified


def _article(article: Article) -> Answer:
    # The agency, like some real ones, sends no validators.
    changed = article.modified or article.published
    return Answer(
        pages.page(article),
        pages.content_type(article),
        None if article.outlet == "vestovoy" else changed,
    )


def http_date(instant: str) -> str:
    """Return an ISO instant as an HTTP date in GMT."""
    return format_datetime(_instant(instant), usegmt=True)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _stylesheet() -> bytes:
    return (FOLDER / "style.css").read_bytes()
