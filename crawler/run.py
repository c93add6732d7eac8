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
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import msgspec

from crawler.seen import Packed, Seen
from crawler.settings import CONTACT, hosts_of, process_settings, settings_for
from crawler.source import SourceSpec
from crawler.visit import AT_A_TIME, Shard, Visit
from molva.model import from_dict

#: Visits are many: several times as fast as `json` and dataclasses by name.
_ENCODER, _DECODER = msgspec.json.Encoder(), msgspec.json.Decoder(Visit)
#: Visits written and not yet kept by whom they are for.
UNKEPT = 16
#: Pages that a kill at any moment may have fetched in vain.
IN_FLIGHT = AT_A_TIME + UNKEPT
#: Bytes read from the child at a time: what a pipe holds.
_PIPE = 2**16
#: Seconds a crawl gets to end by itself when nobody wants its visits any more.
PATIENCE = 5


class CrawlError(RuntimeError):
    """The crawl process ended without doing its work."""


def crawl(shard: Shard) -> Generator[Visit, None, None]:
    """Crawl the shard's sources in a child process; yields visits as they come.

    Raises CrawlError where the process fails, after what it had brought until then.
    """
    with closing(batches(shard)) as found:
        for batch in found:
            yield from batch


def batches(shard: Shard) -> Generator[Iterable[Visit], None, None]:
    """Do as `crawl` does, but yield together what has come meanwhile.

    A batch is read once, a visit at a time: a listing's may be large.

    Whoever asks for the next batch has kept the last one: the child never runs further
    ahead than `UNKEPT` visits.
    """
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "crawler.run"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            bufsize=0,
            env=_environment(),
        ) as process,
    ):
        try:
            yield from _batches(process, shard)
        except BaseException:
            _end(process)
            raise
        if process.wait() != 0:
            errors.seek(0)
            last = errors.read().strip().splitlines()[-1:] or ["no message"]
            raise CrawlError(f"the crawl process failed: {last[0]}")


def _batches(
    process: subprocess.Popen[bytes], shard: Shard
) -> Iterator[Iterable[Visit]]:
    assert process.stdin is not None
    assert process.stdout is not None
    rest = b""
    # Where it died, its exit code and message tell why.
    with suppress(BrokenPipeError):
        _write_all(process.stdin, _ENCODER.encode(shard) + b"\n")
        while data := process.stdout.read(_PIPE):
            *lines, rest = (rest + data).split(b"\n")
            if lines:
                yield map(_DECODER.decode, lines)
                process.stdin.write(b"." * len(lines))


def _write_all(stream: IO[bytes], data: bytes) -> None:
    while data:
        data = data[stream.write(data) :]


def _end(process: subprocess.Popen[bytes]) -> None:
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
    """Item pipeline: each Visit is one line, flushed at once.

    Waits while `UNKEPT` lines have not been kept, a point on standard input for each.
    """

    def __init__(self) -> None:
        self.unkept = 0

    def process_item(self, item: Visit) -> Visit:
        """Write the visit and pass it on."""
        try:
            sys.stdout.buffer.write(_ENCODER.encode(item) + b"\n")
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os._exit(1)  # nobody keeps what we fetch any more: stop asking for it
        self.unkept += 1
        while self.unkept >= UNKEPT:
            kept = os.read(sys.stdin.fileno(), UNKEPT)
            if not kept:
                os._exit(1)
            self.unkept -= len(kept)
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
    from crawler.reader import Reader
    from crawler.spiders.news import NewsSpider

    shard = msgspec.json.decode(sys.stdin.buffer.readline(), type=Shard)
    specs = [from_dict(SourceSpec, spec) for spec in shard.specs]
    archive = ArchiveWriter(shard.archive) if shard.archive else None
    # Between requests that wait there is time enough to read.
    reader = None if all(spec.delay for spec in specs) else Reader()
    process = AsyncCrawlerProcess(process_settings(specs) | dict(shard.settings))

    def begin(waiting: list[SourceSpec]) -> None:
        spec = waiting.pop(0)
        settings = settings_for(spec, contact=shard.contact or CONTACT)
        task = process.crawl(
            Crawler(NewsSpider, settings | dict(shard.settings)),
            spec=spec,
            pages=tuple(p for p in shard.pages if p.source == spec.name),
            seen=Seen(shard.seen.get(spec.name, Packed())),
            keep_bodies=shard.keep_bodies,
            archive=archive,
            reader=None if spec.delay else reader,
            since=shard.since,
        )
        if waiting:
            task.add_done_callback(lambda _: begin(waiting))

    for group in one_host_at_a_time(specs):
        begin(group)
    process.start()
    if reader:
        reader.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
