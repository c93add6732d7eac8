"""Crawl a local site beside a bare Scrapy spider: `python -m bench.crawl [PAGES …]`.

Pages a second, politeness off, from the start of the process to its end: ours extracts,
keeps every page in the archive and writes the database; the bare spider reads the
feed's links, asks for each and stores nothing. Peak memory is that of the process
which crawls and of the one which writes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.crawl_site import FEED

ROOT = Path(__file__).parents[1]


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
    done = subprocess.run(
        [sys.executable, "-m", "bench.crawl", kind, base, str(pages)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    seconds = time.perf_counter() - began
    told = json.loads(done.stdout.splitlines()[-1])
    return Crawl(told["pages"], seconds, told["crawler"], told["writer"])


def feeds(base: str, pages: int) -> tuple[str, ...]:
    return tuple(f"{base}/feed/{n}" for n in range((pages + FEED - 1) // FEED))


def ours(base: str, pages: int) -> dict[str, float]:
    """Crawl into a database and an archive, both thrown away."""
    from crawler.source import SourceSpec
    from db import store
    from molva.config import Archive
    from molva.pipeline.crawl import crawl

    spec = SourceSpec(
        name="site",
        title="Site",
        lang="en",
        kind="media",
        url=feeds(base, pages),
        allow=("127.0.0.1",),
        allow_private=("127.0.0.1",),
        delay=0.0,
    )
    with TemporaryDirectory() as folder:
        db = store.open_db(Path(folder) / "molva.db")
        archive = Archive(folder=str(Path(folder) / "molva.warc"))
        crawled = crawl(db, [spec], store.start_run(db, "crawl"), archive=archive)
        db.close()
    return {
        "pages": crawled.total("new"),
        "crawler": _peak(resource.RUSAGE_CHILDREN),
        "writer": _peak(resource.RUSAGE_SELF),
    }


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

    settings = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False}
    process = AsyncCrawlerProcess(settings | {"REMOTE_CONTROL_ENABLED": False})
    process.crawl(Bare)
    process.start()
    return {"pages": count, "crawler": _peak(resource.RUSAGE_SELF), "writer": 0.0}


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] in ("ours", "bare"):
        kind, base, count = arguments
        print(json.dumps({"ours": ours, "bare": bare}[kind](base, int(count))))
        return
    for pages in map(int, arguments or ["2000"]):
        with serving(pages) as base:
            for kind in ("bare", "ours"):
                told = measured(kind, base, pages)
                print(
                    f"{kind}: {told.pages} pages, {told.seconds:.1f} s, "
                    f"{told.rate:.0f} pages/s, crawler {told.crawler:.0f} MiB, "
                    f"writer {told.writer:.0f} MiB",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1:])
