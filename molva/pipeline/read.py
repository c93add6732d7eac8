"""Read: what nobody has read yet becomes statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from db import store
from molva import reviews
from molva.model import Alias, Reading, Report, Source
from molva.names import key
from molva.pipeline.judge import judge
from molva.pipeline.runs import Progress, give_way, silent
from molva.pipeline.workers import WorkerKilledError, Workers
from nlp.encode import encode
from nlp.read import know_aliases, know_outlets
from nlp.read import read as read_reports
from nlp.russian import chunks

#: Reports read in one transaction.
READ_BATCH = 32
#: So few reports are read sooner than a process beside this one has begun.
FEW = 200
#: Texts whose turn is settled at once: what comes meanwhile is read after them.
ROUND = 10_000
#: Names and models are the process's: a worker of many threads reads in one.
_READING = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Texts to read, and the names that whoever reads them must know."""

    reports: tuple[Report, ...]
    outlets: tuple[Source, ...]
    aliases: tuple[Alias, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRead:
    """What a batch gave, by report: its reading, or why it cannot be read.

    `vectors` has a row for each of `texts`, what the statements assert.
    """

    readings: tuple[Reading | str, ...]
    texts: tuple[str, ...] = ()
    vectors: NDArray[np.float32] | None = None


def read_batch(batch: Batch) -> BatchRead:
    """Read texts, wherever that is; one that raises an exception spoils no other."""
    with _READING:
        know_outlets(batch.outlets)
        know_aliases(batch.aliases)
        readings = read_each(batch.reports)
        found = [reading for reading in readings if isinstance(reading, Reading)]
        texts = {s.content: None for r in found for s in r.statements}
        vectors = encode(list(texts))
    return BatchRead(readings=tuple(readings), texts=tuple(texts), vectors=vectors)


def read_each(reports: Sequence[Report]) -> list[Reading | str]:
    """Return the reading of each report, or why it cannot be read."""
    try:
        return list(read_reports(reports, batch_size=READ_BATCH))
    except Exception:
        return [_read_alone(report) for report in reports]


def _read_alone(report: Report) -> Reading | str:
    try:
        (reading,) = read_reports([report])
    except Exception as error:
        return repr(error)
    return reading


def read(
    db: Database, *, as_of: date | None = None, progress: Progress = silent
) -> int:
    """Read every unread report; return how many were read."""
    return sum(read_batches(db, Workers(), as_of=as_of, progress=progress))


def read_batches(
    db: Database,
    workers: Workers,
    *,
    as_of: date | None = None,
    progress: Progress = silent,
) -> Iterator[int]:
    """Read every unread report; yields how many whenever some are kept.

    What cannot be read is an issue and not tried again. Raises WorkersError.
    """
    total, done = store.count_unread(db), 0
    if total < FEW and not workers.is_remote:
        workers = Workers()
    with store.open_vectors(db) as vectors:
        while keys := store.unread_keys(db, ROUND):
            for batch, found in workers.ordered(read_batch, _batches(db, keys)):
                if isinstance(found, WorkerKilledError):
                    found = _one_by_one(batch, workers)
                _keep(db, batch, found, vectors, as_of)
                done += len(batch.reports)
                progress("reading", done, total)
                yield len(batch.reports)
                give_way()
        store.settle_aliases(db)


def _batches(db: Database, keys: Sequence[tuple[str, int]]) -> Iterator[Batch]:
    outlets, aliases = tuple(store.load_sources(db).values()), tuple(_aliases(db))
    for some in chunks(keys, READ_BATCH):
        reports = tuple(store.load_texts(db, some))
        yield Batch(reports=reports, outlets=outlets, aliases=aliases)


def _one_by_one(batch: Batch, workers: Workers) -> BatchRead:
    """Read a batch that killed its worker: one of its texts did."""
    alone = [replace(batch, reports=(report,)) for report in batch.reports]
    readings: list[Reading | str] = []
    for _, found in workers.ordered(read_batch, alone):
        if isinstance(found, WorkerKilledError):
            readings.append(f"its reader was killed: {found}")
        else:
            readings += found.readings
    return BatchRead(readings=tuple(readings))


def _keep(
    db: Database,
    batch: Batch,
    found: BatchRead,
    vectors: store.Vectors,
    as_of: date | None,
) -> None:
    """Store what a batch gave, with the mark that it is read, or nothing of it."""
    if found.vectors is not None:
        vectors.put(found.texts, found.vectors)
    pairs = list(zip(batch.reports, found.readings, strict=True))
    good = [(report, got) for report, got in pairs if isinstance(got, Reading)]
    with store.transaction(db):
        revisions = [report.revision for report, _ in good]
        touched = store.save_readings(db, [reading for _, reading in good], revisions)
        judge(db, touched, as_of=as_of)
        for report, got in pairs:
            if isinstance(got, str):
                _set_aside(db, report, got)


def _set_aside(db: Database, report: Report, reason: str) -> None:
    store.mark_read(db, [(report.id, report.revision or 1)])
    store.add_issue(
        db,
        stage="read",
        reason="cannot be read",
        source=report.source,
        report_id=report.id,
        url=report.url,
        detail=reason,
    )


def _aliases(db: Database) -> list[Alias]:
    """Return the other names that texts declared and those that people gave."""
    decisions = reviews.decide(store.reviews(db))
    given = {name: decisions.alias(key(name)) for name in decisions.names}
    labels = store.entity_labels(db, [*map(key, given), *given.values()])
    people = (
        Alias(
            name=name,
            key=other,
            label=labels.get(other) or labels.get(key(name), "ORG"),
            lang="und",
            is_firm=True,
        )
        for name, other in given.items()
    )
    return [*store.declared_aliases(db), *people]
