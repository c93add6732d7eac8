"""One crawl process: a shard on standard input, visits on standard output.

The reactor cannot be restarted, so every crawl is a process of its own; it has no
database. What it printed is kept by the caller line by line, so that a kill loses
nothing but what was in flight.
"""

from __future__ import annotations

import heapq
import os
import selectors
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import closing, suppress
from dataclasses import asdict, replace
from itertools import islice
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
    with closing(batches([shard])) as found:
        for batch in found:
            yield from batch


def batches(
    shards: Iterable[Shard], at_once: int = 1
) -> Generator[Iterable[Visit], None, None]:
    """Do as `crawl` does, so many shards at once; yield together what has come.

    A batch is read once, a visit at a time: a listing's may be large.

    Whoever asks for the next batch has kept the last one: a child never runs further
    ahead than `UNKEPT` visits. A child that fails does not stop the others: CrawlError
    comes when all are done.
    """
    waiting = iter(shards)
    failed: list[str] = []
    with selectors.DefaultSelector() as ready:

        def begin(count: int) -> None:
            for shard in islice(waiting, count):
                child = _Child(shard)
                ready.register(child.stdout, selectors.EVENT_READ, child)

        begin(at_once)
        try:
            while ready.get_map():
                for key, _ in ready.select():
                    child: _Child = key.data
                    lines = child.take()
                    if lines is None:
                        ready.unregister(child.stdout)
                        failed += filter(None, [child.end()])
                        begin(1)
                    elif lines:
                        yield map(_DECODER.decode, lines)
                        child.ask(len(lines))
        except BaseException:
            for key in list(ready.get_map().values()):
                key.data.stop()
            raise
    if failed:
        raise CrawlError(f"the crawl process failed: {failed[0]}")


class _Child:
    """A crawl process at work on a shard; `stdout` is ready when it has news."""

    def __init__(self, shard: Shard) -> None:
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crawler.run"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            env=_environment(),
        )
        self._rest = b""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.stdin, self.stdout = self._process.stdin, self._process.stdout
        with suppress(BrokenPipeError):  # its exit code and message will tell why
            _write_all(self.stdin, _ENCODER.encode(shard) + b"\n")

    def take(self) -> list[bytes] | None:
        """Return the visits that have come, a line each, None at the end."""
        data = self.stdout.read(_PIPE)
        if not data:
            return None
        *lines, self._rest = (self._rest + data).split(b"\n")
        return lines

    def ask(self, count: int) -> None:
        """Let it bring so many more: as many have been kept."""
        with suppress(BrokenPipeError):
            self.stdin.write(b"." * count)

    def end(self) -> str | None:
        """Wait for its end; return its last words where it failed."""
        with self._process, self._errors:
            self.stdin.close()
            if self._process.wait() == 0:
                return None
            self._errors.seek(0)
            return (self._errors.read().strip().splitlines() or ["no message"])[-1]

    def stop(self) -> None:
        """End it, since nobody wants its visits any more."""
        with self._process, self._errors:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()


def _write_all(stream: IO[bytes], data: bytes) -> None:
    while data:
        data = data[stream.write(data) :]


def _environment() -> dict[str, str]:
    """The child finds this package wherever the parent runs."""
    home = str(Path(__file__).parents[1])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def shard_of(specs: list[SourceSpec], **rest: Any) -> Shard:
    """Pack specs into a shard."""
    return Shard(specs=tuple(asdict(spec) for spec in specs), **rest)


def split(shard: Shard, count: int) -> list[Shard]:
    """Divide a shard by host into `count` of about equal work, or fewer.

    What shares a host stays together, so that no two processes burden it at once.
    """
    due = Counter(page.source for page in shard.pages)
    specs = [from_dict(SourceSpec, spec) for spec in shard.specs]
    groups = [
        (sum(due[spec.name] + 1 for spec in group), {spec.name for spec in group})
        for group in one_host_at_a_time(specs)
    ]
    parts: list[tuple[int, int, set[str]]] = [(0, i, set()) for i in range(count)]
    # the longest first, each to whoever has the least to do (Graham 1969)
    for work, group in sorted(groups, key=lambda found: -found[0]):
        load, i, names = parts[0]
        heapq.heapreplace(parts, (load + work, i, names | group))
    return [_part(shard, names) for _, _, names in sorted(parts) if names]


def _part(shard: Shard, names: set[str]) -> Shard:
    return replace(
        shard,
        specs=tuple(spec for spec in shard.specs if spec["name"] in names),
        pages=tuple(page for page in shard.pages if page.source in names),
        seen={name: known for name, known in shard.seen.items() if name in names},
    )


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
