"""One crawl process: a shard on standard input, visits on standard output.

The reactor cannot be restarted, so every crawl is a process of its own; it has no
database. What it printed is kept by the caller line by line, so that a kill loses
nothing but what was in flight.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from crawler.settings import CONTACT, settings_for
from crawler.source import SourceSpec
from crawler.visit import Shard, Visit
from molva.model import from_dict, from_json, to_json


class CrawlError(RuntimeError):
    """The crawl process ended without doing its work."""


def crawl(shard: Shard) -> Iterator[Visit]:
    """Crawl the shard's sources in a child process; yields visits as they come."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "crawler.run"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(to_json(shard) + "\n")
            process.stdin.close()
            for line in process.stdout:
                yield from_json(Visit, line)
        except BaseException:
            process.terminate()
            raise
        if process.wait() != 0:
            errors.seek(0)
            last = errors.read().strip().splitlines()[-1:] or ["no message"]
            raise CrawlError(f"the crawl process failed: {last[0]}")


def shard_of(specs: list[SourceSpec], **rest: Any) -> Shard:
    """Pack specs into a shard."""
    return Shard(specs=tuple(asdict(spec) for spec in specs), **rest)


class WriteLines:
    """Item pipeline: each Visit is one line, flushed at once."""

    def process_item(self, item: Visit) -> Visit:
        """Write the visit and pass it on."""
        sys.stdout.write(to_json(item) + "\n")
        sys.stdout.flush()
        return item


def main() -> int:
    """Read a shard, crawl its sources side by side, write visits."""
    from scrapy.crawler import AsyncCrawlerProcess, Crawler

    from crawler.spiders.news import NewsSpider

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    shard = from_json(Shard, sys.stdin.readline())
    specs = [from_dict(SourceSpec, spec) for spec in shard.specs]
    contact = shard.contact or CONTACT
    private = {host for spec in specs for host in spec.allow_private}
    process = AsyncCrawlerProcess(settings_for(specs[0], allow_private=private))
    for spec in specs:
        pages = tuple(p for p in shard.pages if p.source == spec.name)
        settings = settings_for(spec, contact=contact, allow_private=private)
        crawler = Crawler(NewsSpider, settings)
        process.crawl(crawler, spec=spec, pages=pages)
    process.start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
