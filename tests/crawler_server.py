"""A web server on loopback: answers as a test tells it, remembers the asking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Lock, Thread
from typing import Any

from crawler.run import crawl, shard_of
from crawler.seen import pack
from crawler.source import SourceSpec
from crawler.visit import PageState, Shard, Visit
from molva.config import Archive

OPEN = b"User-agent: *\nDisallow:\n"
WORDS = "The plant in Luzhsk will make four hundred small trucks this year. " * 5


@dataclass
class Answer:
    """What one path gives; `send` writes a response of its own instead."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    send: Callable[[BaseHTTPRequestHandler], None] | None = None


class Site:
    """Answers by path; `asked` holds (path, headers), `told` posts, in order."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, Answer] = {"/robots.txt": Answer(OPEN)}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.told: list[tuple[str, str]] = []
        self.lock = Lock()

    def put(self, path: str, body: bytes | str = b"", **rest: Any) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.answers[path] = Answer(data, **rest)

    def paths(self) -> list[str]:
        with self.lock:
            return [path for path, _ in self.asked]

    def feed(self, *paths: str) -> None:
        """Put an RSS feed of these paths (or whole addresses) at /feed."""
        items = "".join(
            f"<item><title>News {n}</title><link>{self.at(path)}</link>"
            "<pubDate>Tue, 14 May 2024 10:30:00 +0300</pubDate></item>"
            for n, path in enumerate(paths)
        )
        self.put("/feed", f"<rss><channel>{items}</channel></rss>")

    def article(
        self, path: str, title: str = "Trucks from Luzhsk", **rest: Any
    ) -> None:
        self.put(path, page(title), **rest)

    def at(self, path: str) -> str:
        return path if "://" in path else self.url + path


def page(title: str, text: str = WORDS, head: str = "") -> bytes:
    return (
        f"<html lang=en><head><title>{title}</title>{head}</head>"
        f"<body><h1>{title}</h1><p>{text}</p><p>{text}</p></body></html>"
    ).encode()


@contextmanager
def serving(tls: SSLContext | None = None) -> Iterator[Site]:
    """Run a site on a free port of 127.0.0.1, over `tls` where given."""
    site = Site()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(site)) as server:
        server.daemon_threads = True
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "https" if tls else "http"
        site.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def spec_for(site: Site, **rest: Any) -> SourceSpec:
    """A source whose feed is the site's /feed."""
    values: dict[str, Any] = {
        "name": "local",
        "title": "Local",
        "lang": "en",
        "kind": "media",
        "url": (site.url + "/feed",),
        "allow": ("127.0.0.1",),
        "allow_private": ("127.0.0.1",),
        "delay": 0.0,
    }
    return SourceSpec(**{**values, **rest})


def visits(
    site: Site,
    *pages: PageState,
    settings: Mapping[str, Any] | None = None,
    seen: Mapping[str, str | None] | None = None,
    archive: Archive | None = None,
    **rest: Any,
) -> list[Visit]:
    """Crawl the site once, for real; short timeouts and no retries."""
    quick = {"DOWNLOAD_TIMEOUT": 5, "RETRY_ENABLED": False, **(settings or {})}
    spec = spec_for(site, **rest)
    shard = replace(
        shard_of([spec], archive=archive),
        pages=pages,
        settings=quick,
        seen={spec.name: pack((seen or {}).items())},
    )
    assert isinstance(shard, Shard)
    return list(crawl(shard))


def outcome(found: list[Visit], path: str) -> tuple[str, str]:
    """The outcome and the reason of the one visit whose address ends with `path`."""
    (visit,) = [v for v in found if v.url.endswith(path)]
    return visit.outcome, visit.reason or ""


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            with site.lock:
                site.told.append((self.path, self.rfile.read(size).decode()))
            self.send_response(204)
            self.end_headers()

        def do_GET(self) -> None:
            with site.lock:
                site.asked.append((self.path, dict(self.headers)))
            answer = site.answers.get(self.path, Answer(b"nothing here", 404))
            if answer.send:
                answer.send(self)
                self.close_connection = True
                return
            tag = answer.headers.get("ETag")
            if tag and self.headers.get("If-None-Match") == tag:
                answer = Answer(b"", 304, answer.headers)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet: `Site.asked` is the log."""

    return Handler
