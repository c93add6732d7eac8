"""`molva demo`: the whole job on the embedded sample newsroom, from nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from db import store
from molva import newsroom
from molva.names import key
from molva.pipeline.assess import assess
from molva.pipeline.crawl import crawl, specs_of
from molva.pipeline.health import Tally
from molva.pipeline.read import read
from molva.pipeline.runs import (
    Progress,
    forget_vectors,
    last_report_day,
    opened,
    run_row,
)


class NotADemoError(ValueError):
    """The file holds what no demo wrote; it is left alone."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made: counts, the topic it follows, and its "now"."""

    reports: int
    claims: int
    topic: str
    as_of: date


def run(path: Path, progress: Progress) -> Demo:
    """Build `path` anew from the newsroom; raises NotADemoError for any other file.

    The newsroom is crawled twice: one article is edited in between.
    """
    _clear(path)

    def watch(tally: Tally) -> None:
        progress(tally.source, tally.counts["requests"], None)

    with newsroom.serve() as server:
        specs = specs_of(newsroom.sources(server.url))
        with opened(path) as db:
            for stage in (1, 2):
                server.stage = stage
                with run_row(db, "demo") as (run_id, counts):
                    crawled = crawl(db, specs, run_id, revisit=True, watch=watch)
                    counts["new"] = crawled.total("new")
                    counts["changed"] = crawled.total("changed")
                    as_of = last_report_day(db)
                    read(db, as_of=as_of, progress=progress)
                    assess(db, as_of=as_of, progress=progress)
            _follow(db)
            return Demo(
                reports=db.table("report").count,
                claims=db.table("claim").count,
                topic=newsroom.topics()[0]["name"],
                as_of=as_of,
            )


def _follow(db: Database) -> None:
    for topic in newsroom.topics():
        entities = [key(name) for name in topic["entities"]]
        store.save_topic(
            db, store.Topic(topic["name"], tuple(entities), tuple(topic["words"]))
        )


def _clear(path: Path) -> None:
    """Remove an earlier demo; refuse a file with any other source in it."""
    if not path.exists():
        return
    names = {outlet["name"] for outlet in newsroom.outlets()}
    with opened(path, create=False) as db:
        others = {row["name"] for row in db.table("source").rows}
        topics = {row["name"] for row in db.table("topic").rows}
        foreign = sorted(others - names) + sorted(
            topics - {topic["name"] for topic in newsroom.topics()}
        )
    if foreign:
        raise NotADemoError(
            f"{path} holds {foreign[0]} and is no demo: name another file with --db"
        )
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    forget_vectors(path)
