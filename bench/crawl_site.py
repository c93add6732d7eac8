"""A local news site for measuring crawls: `python -m bench.crawl_site PAGES`.

Prints its address on the first line, then serves until standard input closes. Feeds of
2,000 items, pages in the shape of a newspaper's (heading, meta, JSON-LD, navigation,
teasers, 12 paragraphs; about 20 KB), text invented and different on each page.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from functools import cache

#: Items of one feed (the crawler's own limit).
FEED = 2_000
PARAGRAPHS = 12
#: So many different texts; the number of the page stands in each paragraph.
KINDS = 400
#: Addresses that robots.txt disallows and that were asked for; /asked tells how many.
closed: set[str] = set()
_WORDS = """
    plant minister company region budget launch quarter board van river harbour mayor
    railway order price factory council engine export growth union licence supplier
    project spring deadline meeting report market steel bridge
    """
WORDS = _WORDS.split()
_SMALL = "the a of its in on for and with by that this will from at"
SMALL = _SMALL.split()


def page(number: int) -> bytes:
    """Return the article of this number; the same one each time.

    Texts are made of `KINDS` moulds, so that serving costs next to nothing.
    """
    return mould(number % KINDS).replace(b"NUMBER", str(number).encode())


@cache
def mould(number: int) -> bytes:
    chance = random.Random(number)

    def words(count: int) -> str:
        told = chance.choices(WORDS, k=count // 2 + 1)
        return " ".join(f"{chance.choice(SMALL)} {word}" for word in told)

    title = f"{words(8).capitalize()} NUMBER"
    body = "".join(
        f"<p>{words(20).capitalize()} NUMBER {words(25)}.</p>"
        for _ in range(PARAGRAPHS)
    )
    teasers = "".join(
        f'<li class="teaser"><a href="/news/{n}-{n}"><img src="/i/{n}.jpg" alt="">'
        f"<span>{words(9)}</span></a></li>"
        for n in range(60)
    )
    menu = "".join(f'<li><a href="/{w}">{w}</a></li>' for w in WORDS)
    told = json.dumps(
        {
            "@type": "NewsArticle",
            "headline": title,
            "datePublished": "2024-05-14T10:30:00+03:00",
            "author": {"name": "Anna Petrova"},
            "articleSection": "News",
        }
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title} - The Luzhsk Post</title>"
        f'<script type="application/ld+json">{told}</script></head>'
        f"<body><nav><ul>{menu}</ul></nav><main><article><h1>{title}</h1>"
        f'<div class="article-text">{body}</div></article></main>'
        f"<aside><ul>{teasers}</ul></aside><footer><ul>{menu}</ul></footer></body></html>"
    ).encode()


def feed(base: str, first: int, last: int) -> bytes:
    """Return an RSS feed of articles `first` to `last`, the last left out."""
    items = "".join(
        f"<item><title>News {n}</title><link>{base}/news/{n}-{n}</link>"
        "<pubDate>Tue, 14 May 2024 10:30:00 +0300</pubDate></item>"
        for n in range(first, last)
    )
    return f"<rss><channel>{items}</channel></rss>".encode()


def answer(path: str, base: str, pages: int) -> tuple[int, str, bytes]:
    """Return status, type and body of one path."""
    if path == "/robots.txt":
        return 200, "text/plain", b"User-agent: *\nDisallow: /closed/\n"
    if path == "/asked":
        return 200, "text/plain", str(len(closed)).encode()
    if path.startswith("/closed/"):
        closed.add(path)
        return 200, "application/rss+xml", b"<rss/>"
    if path.startswith("/feed/"):
        first = int(path.removeprefix("/feed/")) * FEED
        return 200, "application/rss+xml", feed(base, first, min(pages, first + FEED))
    if path.startswith("/news/"):
        return 200, "text/html", page(int(path.rpartition("-")[2]))
    return 404, "text/plain", b"nothing here"


async def serve(pages: int) -> None:
    """Serve on a free port until standard input closes."""
    base = ""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                status, kind, body = answer(path, base, pages)
                told = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n"
                told += f"Content-Length: {len(body)}\r\n\r\n"
                writer.write(told.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(base, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
