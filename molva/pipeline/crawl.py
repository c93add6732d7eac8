"""Crawl: what is due is fetched, and visits are committed as they come."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from crawler.feeds import FeedItem
from crawler.run import CrawlError, shard_of, split
from crawler.schedule import next_article_check, next_attempt, next_source_check
from crawler.seen import pack
from crawler.source import SourceSpec
from crawler.source import parse as parse_source
from crawler.visit import PageState, Shard, Visit
from db import store, visits
from db.instants import now
from molva.config import Archive
from molva.model import Report, from_dict
from molva.pipeline.health import Tally
from molva.pipeline.judge import judge
from molva.pipeline.workers import Workers

#: Seconds after which no further shard is begun: what is left stays due.
LONGEST_RUN = 540
#: Sources for which a crawl process of their own is worthwhile, and the most of one.
FEWEST, MOST = 10, 200
#: Outcomes that leave an issue.
_TROUBLES = ("failed", "blocked", "skipped")
#: Outcome → what is remembered of the address, if not that it was fetched.
_STATES: dict[str, visits.PageState] = {
    "failed": "failed",
    "blocked": "failed",
    "skipped": "failed",
    "gone": "gone",
    "soft_404": "gone",
}
#: A moment at which everything is due.
FAR = "9999-12-31T23:59:59Z"


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl brought, by source."""

    tallies: Mapping[str, Tally]

    def total(self, column: str) -> int:
        """Return the sum of one column of `source_run`."""
        return sum(tally.counts[column] for tally in self.tallies.values())

    @property
    def has_failed(self) -> bool:
        """Whether any visit of any source failed."""
        return self.total("failed") > 0


#: Called with a source's tally after each visit.
Watch = Callable[[Tally], None]


def crawl(
    db: Database,
    specs: Sequence[SourceSpec],
    run_id: int,
    *,
    contact: str | None = None,
    archive: Archive | None = None,
    revisit: bool = False,
    listings: bool = False,
    since: date | None = None,
    as_of: date | None = None,
    watch: Watch | None = None,
    workers: Workers | None = None,
) -> Crawled:
    """Crawl `specs` once; visits are committed as they come.

    Pages go to `archive`, if there is one that the workers can reach. What a crawl
    process that was killed left undone is begun once more.

    `listings` asks for the feeds whether due or not, `revisit` for every address known;
    `since` goes back to that day through the sources' sitemaps instead of their feeds
    (raises SourceError where none is known). What an outlet took back no longer counts:
    its claims are judged again, as of the day `as_of`.
    """
    store.save_sources(db, (spec.source() for spec in specs))
    tallies = {spec.name: Tally(spec.name, run_id, now()) for spec in specs}
    workers = workers or Workers()
    began = time.monotonic()
    has_failed = False
    todo = [spec.backfill() for spec in specs] if since else list(specs)
    try:
        while todo:
            shard = _shard(db, todo, revisit, listings, since)
            kept = None if workers.is_remote else archive
            shard = replace(shard, contact=contact, archive=kept)
            shards = split(shard, _parts(todo, workers))
            visited: set[str] = set()
            try:
                for names in _crawl(db, shards, workers, tallies, as_of, watch):
                    visited |= names
            except CrawlError:
                if has_failed:
                    raise
                has_failed = True
                continue
            revisit, listings, since = False, False, None
            # what did not fit into one shard goes on, unless the source said stop
            left = visits.names_pending(db) & visited
            is_late = time.monotonic() - began > LONGEST_RUN
            open_ = {name for name in left if tallies[name].state != "blocked"}
            todo = [] if is_late else [spec for spec in todo if spec.name in open_]
    except BaseException:
        for tally in tallies.values():
            tally.state = "stopped" if tally.state == "running" else tally.state
        raise
    finally:
        for tally in tallies.values():
            tally.end()
            store.save_source_run(db, tally.row())
    return Crawled(tallies)


def _shard(
    db: Database,
    specs: Sequence[SourceSpec],
    revisit: bool,
    listings: bool,
    since: date | None,
) -> Shard:
    names = [spec.name for spec in specs]
    at = FAR if revisit else now()
    own = {url for spec in specs for url in spec.url}
    asked = own if listings or since else set()
    pages = list(visits.due_pages(db, names, at))
    if since:  # sitemaps are read whole, whatever is remembered of them
        pages = [page for page in pages if page.item]
    elif listings:
        others = own - {page.url for page in pages}
        pages += filter(None, (visits.find_page(db, url) for url in sorted(others)))
    seen = {
        name: pack(v for v in visits.seen_pages(db, name, at) if v[0] not in asked)
        for name in names
    }
    return shard_of(
        list(specs),
        pages=tuple(map(_state, pages)),
        seen=seen,
        since=since.isoformat() if since else None,
    )


def _parts(specs: Sequence[SourceSpec], workers: Workers) -> int:
    """Return into how many shards to divide: small ones, where many share the work."""
    few = -(-len(specs) // FEWEST)
    return min(few, max(workers.count, -(-len(specs) // MOST)))


def _crawl(
    db: Database,
    shards: Sequence[Shard],
    workers: Workers,
    tallies: Mapping[str, Tally],
    as_of: date | None,
    watch: Watch | None,
) -> Iterator[set[str]]:
    """Crawl shards; yields the sources of which anything was visited, as it is kept."""
    specs = {
        str(data["name"]): from_dict(SourceSpec, data)
        for shard in shards
        for data in shard.specs
    }
    with closing(workers.crawl(shards)) as found:
        for batch in found:
            names = set()
            with store.transaction(db):
                for visit in batch:
                    names.add(visit.source)
                    spec, tally = specs[visit.source], tallies[visit.source]
                    kept = _keep(db, visit, spec, tally.run_id, as_of)
                    is_listing = visit.url in spec.url or visit.outcome == "listed"
                    tally.add(visit, kept, is_listing=is_listing)
                for name in names:
                    store.save_source_run(db, tallies[name].row())
            if watch:
                for name in names:
                    watch(tallies[name])
            yield names


def due_sources(db: Database, specs: Iterable[SourceSpec]) -> list[SourceSpec]:
    """Return the enabled sources of which anything is due, or was never read.

    Sources that asked to be left alone wait until the moment they named.
    """
    enabled = [spec for spec in specs if spec.enabled]
    at = now()
    held = held_sources(db, at)
    due = visits.names_due(db, at)
    known = visits.known(db, (url for spec in enabled for url in spec.url))
    return [
        spec
        for spec in enabled
        if spec.name not in held and (spec.name in due or set(spec.url) - known)
    ]


def held_sources(db: Database, at: str) -> dict[str, Mapping[str, Any]]:
    """Return the sources that are left alone at the moment `at` (UTC).

    Not those whose wait a clock began that ran ahead: none is as long.
    """
    beyond = visits.beyond(at)
    held = store.circuits(db).items()
    return {name: row for name, row in held if at < row["until_at"] <= beyond}


def _state(page: visits.Page) -> PageState:
    # what gave no report, or was taken down, is read whole even if it is the same
    is_there = page.state == "fetched" and (page.report_id or not page.item)
    return PageState(
        url=page.url,
        source=page.source,
        etag=page.etag if is_there else None,
        last_modified=page.last_modified if is_there else None,
        body_sha256=page.body_sha256 if is_there else None,
        item=_item(page.item) if page.item else None,
    )


def _item(data: Mapping[str, Any]) -> FeedItem:
    return FeedItem(**{**data, "categories": tuple(data.get("categories", ()))})


def _keep(
    db: Database, visit: Visit, spec: SourceSpec, run_id: int, as_of: date | None
) -> Counter[str]:
    """Write all that follows from one visit; return what was new or changed."""
    counts: Counter[str] = Counter()
    page = visits.find_page(db, visit.url)
    report_id = page.report_id if page else None
    if visit.report:
        report_id, saved = _save(db, visit.report, report_id, run_id, as_of)
        counts["new"], counts["changed"] = len(saved.new), len(saved.changed)
    if visit.found:
        items = [asdict(item) for item in visit.found]
        counts["found"] = visits.add_pages(db, visit.source, items, visit.at)
    if visit.outcome in ("gone", "soft_404") and report_id:
        counts["withdrawn"] = 1
        judge(db, store.withdraw(db, report_id, at=visit.at), as_of=as_of)
    _mind_circuit(db, visit)
    if reason := _trouble(visit):
        store.add_issue(
            db,
            stage="crawl",
            reason=reason,
            run_id=run_id,
            source=visit.source,
            url=visit.url,
        )
    # what a listing's own rules leave out is not remembered, what robots.txt closes is
    if visit.outcome != "skipped" or page or visit.url in spec.url:
        _remember(db, visit, spec, page, report_id)
    return counts


def _save(
    db: Database, report: Report, known: str | None, run_id: int, as_of: date | None
) -> tuple[str, store.Saved]:
    """Store a report; the one that its address gave before stays the same report.

    What was taken back and is there again counts again.
    """
    if known and known != report.id and (was := store.load_report(db, known)):
        report = replace(report, id=was.id, source=was.source, key=was.key)
    if store.is_withdrawn(db, report.id):
        judge(db, store.withdraw(db, report.id, withdrawn=False), as_of=as_of)
    return report.id, store.save_reports(db, [report], run_id)


def _mind_circuit(db: Database, visit: Visit) -> None:
    """Leave a source alone that refuses, for longer each time; forget it when over."""
    if visit.closes:
        was = store.circuits(db).get(visit.source)
        openings = was["openings"] + 1 if was else 1
        until = next_attempt(visit.at, openings, visit.retry_after)
        reason = visit.reason or visit.outcome
        store.open_circuit(db, visit.source, visit.at, until, reason)
    elif visit.outcome in ("listed", "read"):
        store.close_circuit(db, visit.source)


def _trouble(visit: Visit) -> str | None:
    """Return what a person should hear of this visit, if anything."""
    if visit.outcome in _TROUBLES:
        return visit.reason or "no reason given"
    if visit.outcome == "listed" and visit.moved_to:
        return f"moved for good to {visit.moved_to}: correct the source file"
    return None


def _remember(
    db: Database,
    visit: Visit,
    spec: SourceSpec,
    page: visits.Page | None,
    report_id: str | None,
) -> None:
    state = _STATES.get(visit.outcome, "fetched")
    failures = (page.failures if page else 0) + 1 if state == "failed" else 0
    first_seen = page.first_seen_at if page else visit.at
    is_listing = visit.url in spec.url or visit.outcome == "listed"
    due: str | None
    if is_listing:
        due = next_source_check(visit.at, spec.interval, failures, visit.retry_after)
    elif visit.status == 410:
        due = None
    else:
        due = next_article_check(first_seen, visit.at, failures, visit.retry_after)
    moved_to = visit.moved_to if visit.outcome == "moved" else None
    known: dict[str, Any] = {
        "source": visit.source,
        "at": visit.at,
        "etag": visit.etag,
        "last_modified": visit.last_modified,
        "body_sha256": visit.body_sha256,
        "report_id": report_id,
    }
    if moved_to and moved_to != visit.url:
        visits.note_visit(
            db,
            url=visit.url,
            state="moved",
            next_check_at=None,
            moved_to=moved_to,
            **known,
        )
        visits.note_visit(db, url=moved_to, state="fetched", next_check_at=due, **known)
    else:
        visits.note_visit(db, url=visit.url, state=state, next_check_at=due, **known)


def specs_of(sources: Iterable[Mapping[str, Any]]) -> list[SourceSpec]:
    """Return specs of sources on this machine, for which loopback is no secret."""
    return [
        replace(parse_source(data, where="newsroom"), allow_private=("127.0.0.1",))
        for data in sources
    ]
