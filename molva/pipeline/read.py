"""Read: what nobody has read yet becomes statements."""

from __future__ import annotations

from datetime import date

from sqlite_utils import Database

from db import store
from molva import reviews
from molva.model import Alias
from molva.names import key
from molva.pipeline.judge import judge
from molva.pipeline.runs import Progress, give_way, silent
from nlp.read import know_aliases, know_outlets
from nlp.read import read as read_reports

#: Reports read in one transaction.
READ_BATCH = 32


def read(
    db: Database, *, as_of: date | None = None, progress: Progress = silent
) -> int:
    """Read every unread report; return how many were read."""
    total = store.count_unread(db)
    done = 0
    if total:
        know_outlets(store.load_sources(db).values())
        know_aliases(_aliases(db))
    while batch := store.unread(db, READ_BATCH):
        readings = list(read_reports(batch, batch_size=READ_BATCH))
        with store.transaction(db):
            revisions = [report.revision for report in batch]
            touched = store.save_readings(db, readings, revisions)
            judge(db, touched, as_of=as_of)
        done += len(batch)
        progress("reading", done, total)
        give_way()
    return done


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
