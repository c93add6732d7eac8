"""One pass of `molva run`: what is due is crawled, then read, then assessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlite_utils import Database

from crawler.source import SourceSpec
from db import store
from molva.config import Archive
from molva.pipeline.assess import assess, file_statements
from molva.pipeline.crawl import Crawled, Watch, crawl, due_sources
from molva.pipeline.health import Broken, broken_expectations
from molva.pipeline.leases import leased
from molva.pipeline.read import read_batches
from molva.pipeline.runs import Progress, run_row, silent
from molva.pipeline.workers import Workers

#: Name of the lease on reading and assessing; sources have theirs under `source:`.
READING = "reading"


@dataclass(slots=True)
class Pass:
    """What one pass did. `busy` names what another run is at."""

    crawled: Crawled = field(default_factory=lambda: Crawled({}))
    busy: list[str] = field(default_factory=list)
    read: int = 0
    claims: int = 0
    broken: list[Broken] = field(default_factory=list)

    @property
    def is_left_to_others(self) -> bool:
        """Whether another run was at all there was to do."""
        return bool(self.busy) and not self.crawled.tallies and not self.read


def crawl_sources(
    db: Database,
    specs: Sequence[SourceSpec],
    run_id: int,
    *,
    contact: str | None = None,
    archive: Archive | None = None,
    listings: bool = False,
    since: date | None = None,
    as_of: date | None = None,
    watch: Watch | None = None,
    workers: Workers | None = None,
) -> tuple[Crawled, list[str], list[Broken]]:
    """Crawl those of `specs` that no other run is at; then judge what they brought.

    Returns what came, what others are at, and the expectations that do not hold, each
    of which leaves an issue.
    """
    by_lease = {f"source:{spec.name}": spec for spec in specs}
    with leased(db, by_lease) as mine:
        own = [by_lease[name] for name in mine]
        crawled = crawl(
            db,
            own,
            run_id,
            contact=contact,
            archive=archive,
            listings=listings,
            since=since,
            as_of=as_of,
            watch=watch,
            workers=workers,
        )
        broken = broken_expectations(db, own)
        for one in broken:
            store.add_issue(
                db,
                stage="expect",
                reason=f"{one.field}: not as the source file expects",
                run_id=run_id,
                source=one.source,
                detail=one.detail,
            )
    busy = [spec.name for name, spec in by_lease.items() if name not in mine]
    return crawled, busy, broken


def run_pass(
    db: Database,
    specs: Sequence[SourceSpec],
    *,
    contact: str | None = None,
    archive: Archive | None = None,
    as_of: date | None = None,
    watch: Watch | None = None,
    progress: Progress = silent,
    workers: Workers | None = None,
) -> Pass:
    """Do what is due of all three steps; what another run is at is left to it.

    Raises WorkersError where the workers are gone; what was done until then is kept.
    """
    done = Pass()
    workers = workers or Workers()
    with run_row(db, "run") as (run_id, n):
        due = due_sources(db, specs)
        done.crawled, done.busy, done.broken = crawl_sources(
            db,
            due,
            run_id,
            contact=contact,
            archive=archive,
            as_of=as_of,
            watch=watch,
            workers=workers,
        )
        for column in ("new", "changed", "failed"):
            n[column] = done.crawled.total(column)
        with leased(db, [READING]) as mine:
            if mine:
                with store.open_vectors(db) as vectors:
                    for count in read_batches(
                        db, workers, as_of=as_of, progress=progress
                    ):
                        done.read += count
                        # here, while the workers read on
                        done.claims += file_statements(db, vectors, as_of=as_of)
                done.claims += assess(db, as_of=as_of, progress=progress)
                n["read"], n["claims"] = done.read, done.claims
            else:
                done.busy.append(READING)
    return done
