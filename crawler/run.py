"""One crawl process: a shard on standard input, visits on standard output.

The reactor cannot be restarted, so every crawl is a process of its own; it has no
database. What it printed is kept by the caller line by line, so that a kill loses
nothing but what was in flight.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crawler.settings import CONTACT, hosts_of, process_settings, settings_for
from crawler.source import SourceSpec
from crawler.visit import Shard, Visit
from molva.model import from_dict, from_json, to_json

#: Seconds a crawl gets to end by itself when nobody wants its visits any more.
PATIENCE = 5


class CrawlError(RuntimeError):
    """The crawl process ended without doing its work."""


def crawl(shard: Shard) -> Generator[Visit, None, None]:
    """Crawl the shard's sources in a child process; yields visits as they come.

    Raises CrawlError where the process fails, after what it had brought until then.
    """
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "crawler.run"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            env=_environment(),
        ) as process,
    ):
        try:
            yield from _visits(process, shard)
        except BaseException:
            _end(process)
            raise
        if process.wait() != 0:
            errors.seek(0)
            last = errors.read().strip().splitlines()[-1:] or ["no message"]
            raise CrawlError(f"the crawl process failed: {last[0]}")


def _visits(process: subprocess.Popen[str], shard: Shard) -> Iterator[Visit]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(to_json(shard) + "\n")
        process.stdin.close()
    except BrokenPipeError:
        return  # it died at once: its exit code and message tell why
    for line in process.stdout:
        if line.endswith("\n"):  # else it was killed in the middle of the line
            yield from_json(Visit, line)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def _environment() -> dict[str, str]:
    """The child finds this package wherever the parent runs."""
    home = str(Path(__file__).parents[1])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def shard_of(specs: list[SourceSpec], **rest: Any) -> Shard:
    """Pack specs into a shard."""
    return Shard(specs=tuple(asdict(spec) for spec in specs), **rest)


class WriteLines:
    """Item pipeline: each Visit is one line, flushed at once."""

    def process_item(self, item: Visit) -> Visit:
        """Write the visit and pass it on."""
        try:
            sys.stdout.write(to_json(item) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            os._exit(1)  # nobody keeps what we fetch any more: stop asking for it
        return item


def one_host_at_a_time(specs: Iterable[SourceSpec]) -> list[list[SourceSpec]]:
    """Group sources that share a host: each group is crawled one after the other.

    Every crawler counts its own requests; two at one host would be twice the burden.
    """
    groups: list[tuple[set[str], list[SourceSpec]]] = []
    for spec in specs:
        hosts, members = set(hosts_of(spec)), [spec]
        for group in [g for g in groups if g[0] & hosts]:
            groups.remove(group)
            hosts |= group[0]
            members = [*group[1], *members]
        groups.append((hosts, members))
    return [members for _, members in groups]


def main() -> int:
    """Read a shard, crawl its sources side by side, write visits."""
    from scrapy.crawler import AsyncCrawlerProcess, Crawler

    from crawler.archive import ArchiveWriter
    from crawler.spiders.news import NewsSpider

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    shard = from_json(Shard, sys.stdin.readline())
    specs = [from_dict(SourceSpec, spec) for spec in shard.specs]
    archive = ArchiveWriter(shard.archive) if shard.archive else None
    process = AsyncCrawlerProcess(process_settings(specs) | dict(shard.settings))

    def begin(waiting: list[SourceSpec]) -> None:
        spec = waiting.pop(0)
        settings = settings_for(spec, contact=shard.contact or CONTACT)
        task = process.crawl(
            Crawler(NewsSpider, settings | dict(shard.settings)),
            spec=spec,
            pages=tuple(p for p in shard.pages if p.source == spec.name),
            seen=shard.seen.get(spec.name, {}),
            keep_bodies=shard.keep_bodies,
            archive=archive,
            since=shard.since,
        )
        if waiting:
            task.add_done_callback(lambda _: begin(waiting))

    for group in one_host_at_a_time(specs):
        begin(group)
    process.start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
