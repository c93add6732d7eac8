"""Pages read in processes of their own, beside the one that fetches.

Reading takes longer than fetching from a server that need not be spared, and a page
that hangs or crashes a parser must not take the crawl with it.
"""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import get_ident
from typing import IO, Any

from crawler.extract import Article, PageError, extract
from crawler.source import SourceSpec

#: Seconds that a page may take; real ones take hundredths.
LONGEST = 60.0
#: Children on a machine of so many cores: one reads while the other is spoken to.
WORKERS = max(2, min(4, os.cpu_count() or 1))
COMMAND = (sys.executable, "-m", "crawler.reader")


class Reader:
    """Reads pages in `workers` children, which end when this process does."""

    def __init__(
        self,
        workers: int = WORKERS,
        longest: float = LONGEST,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._longest = longest
        self._command = command
        # A thread speaks to a child of its own.
        self._threads = ThreadPoolExecutor(workers)
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def read(
        self, body: bytes, url: str, spec: SourceSpec, charset: str | None
    ) -> Future[Article]:
        """Have a page read; the future raises what `extract` raises."""
        return self._threads.submit(self._ask, (body, url, spec, charset))

    def close(self) -> None:
        """End the children."""
        self._threads.shutdown()
        for thread in list(self._children):
            self._end(thread)

    def _ask(self, page: tuple[Any, ...]) -> Article:
        try:
            answer = self._answer(page)
        except (EOFError, OSError, pickle.UnpicklingError):
            self._end(get_ident())
            raise PageError("its reader crashed") from None
        if answer is None:
            self._end(get_ident())
            raise PageError(f"takes longer than {self._longest:.0f} s to read")
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Article)
        return answer

    def _answer(self, page: tuple[Any, ...]) -> Any:
        """Return what the child says, None where it takes too long."""
        process = self._children.get(get_ident()) or self._begin()
        assert process.stdin
        assert process.stdout
        pickle.dump(page, process.stdin)
        process.stdin.flush()
        if not select.select([process.stdout], [], [], self._longest)[0]:
            return None
        return pickle.load(process.stdout)

    def _begin(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._children[get_ident()] = process
        return process

    def _end(self, thread: int) -> None:
        process = self._children.pop(thread)
        process.kill()
        process.communicate()


def serve(pages: IO[bytes], answers: IO[bytes]) -> None:
    """Read pages until there are no more."""
    while True:
        try:
            body, url, spec, charset = pickle.load(pages)
        except EOFError:
            return
        try:
            answer: Article | Exception = extract(body, url, spec, charset=charset)
        except Exception as error:  # whatever a page does to a parser: the next one
            answer = error if _travels(error) else ValueError(repr(error))
        pickle.dump(answer, answers)
        answers.flush()


def _travels(error: Exception) -> bool:
    """Whether an exception can be made again on the other side."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return False
    return True


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
