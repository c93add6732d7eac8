"""Crawl a local site beside a bare Scrapy spider: `python -m bench.crawl [PAGES …]`.

Pages a second, politeness off, from the start of the process to its end: ours extracts,
keeps every page in the archive and writes the database; the bare spider reads the
feed's links, asks for each and stores nothing, and news-please fetches and reads a list
of them. Peak memory is that of the process which crawls and of the one which writes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from bench.crawl_site import FEED
from bench.peers_client import PYTHON, AbsentError
from crawler.source import SourceSpec

ROOT = Path(__file__).parents[1]
#: Requests that robots.txt disallows, all asked for at once.
CLOSED = 40
#: Pages of one measurement.
PAGES = 2_000
#: Pages that news-please, which is slow, is timed on.
FEW = 300
_MANY = {"CONCURRENT_REQUESTS": 64, "CONCURRENT_REQUESTS_PER_DOMAIN": 64}
_QUIET = {
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
}


@dataclass(frozen=True, slots=True)
class Crawl:
    """What one crawl of the site took; memory in MiB, of the crawler and the writer."""

    pages: int
    seconds: float
    crawler: float
    writer: float

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


@contextmanager
def serving(pages: int) -> Iterator[str]:
    """Run the site in a process of its own; yields its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.crawl_site", str(pages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.communicate()


def measured(kind: str, base: str, pages: int) -> Crawl:
    """Run one crawl (`ours` or `bare`) in a fresh process."""
    began = time.perf_counter()
    told = _run("bench.crawl", kind, base, pages)
    seconds = time.perf_counter() - began
    return Crawl(told["pages"], seconds, told["crawler"], told["writer"])


def news_please(base: str, pages: int) -> Crawl:
    """Run news-please; raises AbsentError where it cannot run."""
    if not PYTHON.exists():
        raise AbsentError(".venv-bench is absent: run `make bench`")
    began = time.perf_counter()
    told = _run("bench.peers_crawl", base, pages, python=PYTHON)
    seconds = time.perf_counter() - began
    if "absent" in told:
        raise AbsentError(told["absent"])
    return Crawl(told["pages"], seconds, 0.0, 0.0)


def _run(
    module: str,
    *words: object,
    python: Path = Path(sys.executable),
) -> dict[str, Any]:
    done = subprocess.run(
        [str(python), "-m", module, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def feeds(base: str, pages: int) -> tuple[str, ...]:
    return tuple(f"{base}/feed/{n}" for n in range((pages + FEED - 1) // FEED))


def _spec(urls: tuple[str, ...]) -> SourceSpec:
    return SourceSpec(
        name="site",
        title="Site",
        lang="en",
        kind="media",
        url=urls,
        allow=("127.0.0.1",),
        allow_private=("127.0.0.1",),
        delay=0.0,
    )


def ours(base: str, pages: int) -> dict[str, float]:
    """Crawl into a database and an archive, both thrown away."""
    from db import store
    from molva.config import Archive
    from molva.pipeline.crawl import crawl

    spec = _spec(feeds(base, pages))
    with TemporaryDirectory() as folder:
        db = store.open_db(Path(folder) / "molva.db")
        archive = Archive(folder=str(Path(folder) / "molva.warc"))
        with _watching() as seen:
            crawled = crawl(db, [spec], store.start_run(db, "crawl"), archive=archive)
        db.close()
    return {
        "pages": crawled.total("new"),
        "crawler": max(seen, default=0.0),
        "writer": _peak(os.getpid()),
    }


def ours_robots(base: str, pages: int) -> dict[str, float]:
    """Ask at once for addresses that robots.txt disallows."""
    from crawler.run import crawl, shard_of

    spec = _spec(tuple(f"{base}/closed/{n}" for n in range(pages)))
    return {"pages": len(list(crawl(shard_of([spec], settings=_MANY))))}


def bare_robots(base: str, pages: int) -> dict[str, float]:
    """Do so with Scrapy as it is."""
    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess

    class Bare(scrapy.Spider):
        name = "bare"

        async def start(self) -> Any:
            for n in range(pages):
                yield scrapy.Request(f"{base}/closed/{n}")

        def parse(self, response: Any) -> None:
            """Nothing to do."""

    process = AsyncCrawlerProcess(_QUIET | _MANY | {"ROBOTSTXT_OBEY": True})
    process.crawl(Bare)
    process.start()
    return {"pages": pages}


def leaks(kind: str, count: int = CLOSED) -> int:
    """Return how many of `count` disallowed requests left (`ours` or `bare`)."""
    with serving(0) as base:
        _run("bench.crawl", f"{kind}_robots", base, count)
        with urlopen(f"{base}/asked") as answer:
            return int(answer.read())


def bare(base: str, pages: int) -> dict[str, float]:
    """Ask for every page as Scrapy does by itself."""
    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess

    count = 0

    class Bare(scrapy.Spider):
        name = "bare"

        async def start(self) -> Any:
            for url in feeds(base, pages):
                yield scrapy.Request(url)

        def parse(self, response: Any) -> Any:
            for url in response.xpath("//item/link/text()").getall():
                yield scrapy.Request(url, self.read)

        def read(self, response: Any) -> None:
            nonlocal count
            count += 1

    process = AsyncCrawlerProcess(_QUIET)
    process.crawl(Bare)
    process.start()
    return {"pages": count, "crawler": _peak(os.getpid()), "writer": 0.0}


@contextmanager
def _watching() -> Iterator[list[float]]:
    """Note the peaks of the crawl processes of this one, twice a second.

    getrusage would count what a child had of ours before it became a program.
    """
    peaks: list[float] = []
    is_over = threading.Event()

    def watch() -> None:
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
        while not is_over.wait(0.5):
            with suppress(OSError):
                peaks.extend(_peak(int(pid)) for pid in children.read_text().split())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        is_over.set()
        thread.join()


def _peak(pid: int) -> float:
    """Return the most memory that a process has had, in MiB."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


#: Name → one crawl, in the process that `_run` begins.
KINDS = {
    "ours": ours,
    "bare": bare,
    "ours_robots": ours_robots,
    "bare_robots": bare_robots,
}


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] in KINDS:
        kind, base, count = arguments
        print(json.dumps(KINDS[kind](base, int(count))))
        return
    for kind in ("bare", "ours"):
        print(f"{kind}: {leaks(kind)} of {CLOSED} disallowed requests left", flush=True)
    for pages in map(int, arguments or [str(PAGES)]):
        with serving(pages) as base:
            for kind in ("bare", "ours"):
                told = measured(kind, base, pages)
                print(
                    f"{kind}: {told.pages} pages, {told.seconds:.1f} s, "
                    f"{told.rate:.0f} pages/s, crawler {told.crawler:.0f} MiB, "
                    f"writer {told.writer:.0f} MiB",
                    flush=True,
                )
    with serving(FEW) as base:
        try:
            told = news_please(base, FEW)
            print(f"news-please: {told.pages} pages, {told.rate:.0f} pages/s")
        except AbsentError as error:
            print(f"news-please: {error}")


def rates(rounds: int = 3) -> dict[str, float]:
    """Return pages a second of `ours` and `bare`: medians of interleaved rounds."""
    found: dict[str, list[float]] = {"bare": [], "ours": []}
    with serving(PAGES) as base:
        for _ in range(rounds):
            for kind, rate in found.items():
                rate.append(measured(kind, base, PAGES).rate)
    return {kind: median(rate) for kind, rate in found.items()}


if __name__ == "__main__":
    main(sys.argv[1:])
