"""Where pages are crawled and reports read: here, beside this process, or on Dask.

The seam is `concurrent.futures.Executor`. Whatever becomes of a worker, nothing is
lost: the database is the queue, and what was not kept is still due.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    as_completed,
)
from contextlib import contextmanager
from importlib.metadata import version
from multiprocessing.connection import wait
from threading import Thread
from typing import Any, TypeVar

from crawler.run import CrawlError, batches, crawl
from crawler.visit import Shard, Visit

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Tasks given to each worker beforehand, so that none waits for the writer.
AHEAD = 2
#: Seconds to wait for a cluster, and for the first worker of one.
PATIENCE = 30
GONE = "the cluster is gone: run again, what it had not done is still due"


class WorkersError(RuntimeError):
    """The workers cannot be had or are gone; run again: nothing is lost."""


class WorkerKilledError(RuntimeError):
    """A task's worker was killed, each time that it was tried."""


class Here(Executor):
    """Does at once, in this process, what it is given: nothing to start."""

    def submit(
        self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
    ) -> Future[Result]:
        """Call `fn` and return what came of it."""
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Workers:
    """`count` workers of an executor, which is begun when there is work for it.

    With `is_remote` they share no disk with this process. `deadly` is what is raised
    where a task's worker was killed.
    """

    def __init__(
        self,
        begin: Callable[[], Executor] = Here,
        count: int = 1,
        *,
        is_remote: bool = False,
        deadly: type[Exception] = BrokenExecutor,
    ) -> None:
        self.count = count
        self.is_remote = is_remote
        self._deadly = deadly
        self._begin = begin
        self._executor: Executor | None = None
        self._ahead = 0 if begin is Here else AHEAD * count

    def crawl(self, shards: Iterable[Shard]) -> Generator[Iterable[Visit], None, None]:
        """Yield what visits brought as it comes; beyond this machine, by shard.

        Raises CrawlError where a crawl process fails, when the others are done.
        """
        if not self.is_remote:
            yield from batches(shards, self.count)
            return
        failed: list[Exception] = []
        for future in as_completed([self._submit(crawl_shard, s) for s in shards]):
            try:
                yield self._outcome(future)
            except (CrawlError, WorkerKilledError) as error:
                failed.append(error)
        if failed:
            raise CrawlError(f"a crawl on the cluster failed: {failed[0]}")

    def ordered(
        self, function: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result | WorkerKilledError]]:
        """Yield tasks with what came of them, in order: a result, or WorkerKilled.

        A task whose worker was killed is done again, alone, and only then given up.
        Raises WorkersError where the cluster is gone, and whatever a task raises.
        """
        waiting: deque[tuple[Task, Future[Result]]] = deque()
        try:
            for task in tasks:
                waiting.append((task, self._submit(function, task)))
                if len(waiting) > self._ahead:
                    yield self._next(function, waiting)
            while waiting:
                yield self._next(function, waiting)
        finally:
            for _, future in waiting:
                future.cancel()

    def _next(
        self,
        function: Callable[[Task], Any],
        waiting: deque[tuple[Task, Future[Any]]],
    ) -> tuple[Task, Any]:
        if self._is_broken(waiting[0][1]):
            self.end()
            # which of those at work killed the worker, nobody knows
            for i, (task, future) in enumerate(waiting):
                if self._is_broken(future):
                    waiting[i] = task, self._alone(function, task)
        task, future = waiting.popleft()
        try:
            return task, self._outcome(future)
        except WorkerKilledError as error:
            return task, error

    def _alone(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        future = self._submit(function, task)
        if self._is_broken(future):
            self.end()
        return future

    def _is_broken(self, future: Future[Any]) -> bool:
        """Whether this process's own pool broke; a cluster tries again by itself."""
        return not self.is_remote and isinstance(future.exception(), BrokenExecutor)

    def _outcome(self, future: Future[Any]) -> Any:
        try:
            return future.result()
        except self._deadly as error:
            raise WorkerKilledError(str(error)) from None
        except (CancelledError, OSError, TimeoutError) as error:
            if self.is_remote:
                raise WorkersError(GONE) from error
            raise

    def _submit(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        try:
            return self._now().submit(function, task)
        except BrokenExecutor as error:
            broken: Future[Result] = Future()
            broken.set_exception(error)
            return broken

    def _now(self) -> Executor:
        self._executor = self._executor or self._begin()
        return self._executor

    def end(self) -> None:
        """Leave the executor; it is begun anew where there is more to do."""
        if self._executor:
            self._executor.shutdown()
        self._executor = None


def crawl_shard(shard: Shard) -> list[Visit]:
    """Crawl a shard on a machine from which no stream leads back."""
    return list(crawl(shard))


@contextmanager
def beside(count: int) -> Iterator[Workers]:
    """Yield `count` processes of this machine; they end when this one does."""

    def begin() -> Executor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(count, context, initializer=_begin_worker)

    workers = Workers(begin, count)
    try:
        yield workers
    finally:
        workers.end()


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the writer ends, then they do
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


@contextmanager
def on_cluster(address: str) -> Iterator[Workers]:
    """Yield the workers of a Dask cluster; raises WorkersError where it is no use."""
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise WorkersError("a cluster needs Dask: pip install 'molva[dask]'") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise WorkersError(f"no cluster at {address}: {error}") from None
    with client:
        yield Workers(
            lambda: client.get_executor(retries=2),
            _count(client),
            is_remote=True,
            deadly=KilledWorker,
        )


def _count(client: Any) -> int:
    """Return how many workers there are; all must have the Molva that we have."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        versions = client.run(version, "molva")
    except TimeoutError:
        raise WorkersError(f"no worker at {client.scheduler.address}") from None
    except Exception as error:
        raise WorkersError(f"a worker cannot do Molva's work: {error!r}") from None
    for worker, found in versions.items():
        if found != version("molva"):
            raise WorkersError(
                f"{worker} has Molva {found}, here is {version('molva')}"
            )
    return len(versions)
