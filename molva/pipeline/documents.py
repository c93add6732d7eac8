"""Add: files and addresses that somebody names, stored as reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from sqlite_utils import Database

from crawler.feeds import FeedItem
from crawler.files import BY_HAND, Defaults, Problem, reports_in, spec_for
from crawler.run import crawl as crawl_shard
from crawler.run import shard_of
from crawler.source import SourceSpec
from crawler.visit import PageState
from db import store
from db.instants import now
from molva.config import Archive
from molva.model import Report, Source

#: The source of documents for which the user named none.
_BY_HAND = Source(name=BY_HAND, title="added by hand", kind="media", lang="und")


def add_documents(
    db: Database,
    documents: Iterable[str],
    defaults: Defaults,
    specs: dict[str, SourceSpec],
    run_id: int,
    archive: Archive | None = None,
) -> tuple[store.Saved, list[Problem]]:
    """Store files and addresses; each that cannot be used is a Problem and an issue.

    What is fetched goes to `archive`, if there is one.
    """
    saved = store.Saved([], [], [])
    problems: list[Problem] = []
    for document in documents:
        is_address = document.startswith(("http://", "https://"))
        found_here = (
            fetch(document, defaults, specs, archive)
            if is_address
            else reports_in(Path(document), defaults, specs)
        )
        for found in found_here:
            if isinstance(found, Problem):
                problems.append(found)
                store.add_issue(
                    db,
                    stage="add",
                    reason=found.reason,
                    run_id=run_id,
                    url=found.where,
                )
                continue
            if found.source in specs:
                store.save_sources(db, [specs[found.source].source()])
            elif found.source == BY_HAND:
                store.save_sources(db, [_BY_HAND])
            one = store.save_reports(
                db, [replace(found, seen_at=found.seen_at or now())], run_id
            )
            saved.new.extend(one.new)
            saved.changed.extend(one.changed)
            saved.unchanged.extend(one.unchanged)
    return saved, problems


def fetch(
    url: str,
    defaults: Defaults,
    specs: Mapping[str, SourceSpec],
    archive: Archive | None = None,
) -> Iterator[Report | Problem]:
    """Fetch one address as politely as any crawl."""
    host = urlsplit(url).netloc
    known = spec_for(url, dict(specs))
    spec = known or SourceSpec(
        name=defaults.source or host.partition(":")[0] or BY_HAND,
        title=host,
        lang=defaults.lang or "und",
        kind=defaults.kind or "media",
        delay=0.0,
    )
    spec = replace(spec, url=(), allow=(*spec.allow, host))
    page = PageState(url=url, source=spec.name, item=FeedItem(url=url))
    for visit in crawl_shard(shard_of([spec], pages=(page,), archive=archive)):
        if visit.report is None:
            yield Problem(where=url, reason=visit.reason or visit.outcome)
            continue
        told = visit.report
        yield replace(
            told,
            title=defaults.title or told.title,
            published=defaults.published or told.published,
            kind=defaults.kind or told.kind,
        )
