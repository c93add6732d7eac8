"""Crawl: what is due is fetched, and every visit is committed as it comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from crawler.feeds import FeedItem
from crawler.run import crawl as crawl_shard
from crawler.run import shard_of
from crawler.schedule import next_article_check, next_source_check
from crawler.source import SourceSpec
from crawler.source import parse as parse_source
from crawler.visit import PageState, Visit
from db import store, visits
from molva.pipeline.judge import judge
from molva.pipeline.runs import Progress, now, silent

#: A moment at which everything is due.
FAR = "9999-12-31T23:59:59Z"


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl brought, by source; `visits` counts outcomes."""

    visits: Mapping[str, Counter[str]]

    def total(self, outcome: str) -> int:
        """Return how many visits of all sources had this outcome."""
        return sum(counts[outcome] for counts in self.visits.values())


def crawl(
    db: Database,
    specs: Sequence[SourceSpec],
    run_id: int,
    *,
    contact: str | None = None,
    revisit: bool = False,
    as_of: date | None = None,
    progress: Progress = silent,
) -> Crawled:
    """Crawl `specs` once; every visit is committed as it comes.

    `revisit` asks for every address known, due or not. What an outlet took back no
    longer counts: its claims are judged again, as of the day `as_of`.
    """
    store.save_sources(db, (spec.source() for spec in specs))
    counts: dict[str, Counter[str]] = {spec.name: Counter() for spec in specs}
    if not specs:
        return Crawled(counts)
    by_name = {spec.name: spec for spec in specs}
    pages = visits.known_pages(db, list(by_name), FAR if revisit else now())
    known = {page.url: page for page in pages}
    shard = shard_of(list(specs), pages=_states(pages), contact=contact)
    for done, visit in enumerate(crawl_shard(shard), 1):
        with store.transaction(db):
            kept = _keep(db, visit, by_name[visit.source], known, run_id, as_of)
        counts[visit.source][visit.outcome] += 1
        counts[visit.source].update(kept)
        progress(visit.source, done, None)
    return Crawled(counts)


def due_sources(db: Database, specs: Iterable[SourceSpec]) -> list[SourceSpec]:
    """Return the enabled sources of which a listing is due, or was never read."""
    enabled = [spec for spec in specs if spec.enabled]
    pages = visits.known_pages(db, [spec.name for spec in enabled], now())
    waiting = {page.url for page in pages if not page.is_due}
    return [s for s in enabled if not s.url or not waiting.issuperset(s.url)]


def _states(pages: Iterable[visits.Page]) -> tuple[PageState, ...]:
    return tuple(
        PageState(
            url=page.url,
            source=page.source,
            etag=page.etag,
            last_modified=page.last_modified,
            checked_at=page.checked_at,
            is_due=page.is_due,
            item=_item(page.item) if page.item else None,
        )
        for page in pages
    )


def _item(data: Mapping[str, Any]) -> FeedItem:
    return FeedItem(**{**data, "categories": tuple(data.get("categories", ()))})


def _keep(
    db: Database,
    visit: Visit,
    spec: SourceSpec,
    known: Mapping[str, visits.Page],
    run_id: int,
    as_of: date | None,
) -> Counter[str]:
    """Write all that follows from one visit; return what was new or changed."""
    counts: Counter[str] = Counter()
    report_id = None
    if visit.report:
        report_id = visit.report.id
        saved = store.save_reports(db, [visit.report], run_id)
        counts["new"], counts["changed"] = len(saved.new), len(saved.changed)
    if visit.found:
        items = [asdict(item) for item in visit.found]
        counts["found"] = visits.add_pages(db, visit.source, items, visit.at)
    if visit.outcome == "gone" and (gone := visits.report_at(db, visit.url)):
        judge(db, store.withdraw(db, gone), as_of=as_of)
    if visit.outcome in ("failed", "skipped"):
        store.add_issue(
            db,
            stage="crawl",
            reason=visit.reason or "no reason given",
            run_id=run_id,
            source=visit.source,
            url=visit.url,
        )
    # what a listing's own rules leave out is not remembered, what robots.txt closes is
    if visit.outcome != "skipped" or visits.is_known(db, visit.url):
        _remember(db, visit, spec, known.get(visit.url), report_id)
    return counts


def _remember(
    db: Database,
    visit: Visit,
    spec: SourceSpec,
    page: visits.Page | None,
    report_id: str | None,
) -> None:
    is_failure = visit.outcome in ("failed", "skipped")
    failures = (page.failures if page else 0) + 1 if is_failure else 0
    first_seen = page.first_seen_at if page else visit.at
    due: str | None
    if visit.outcome == "gone":
        due = None
    elif visit.url in spec.url or visit.outcome == "listed":
        due = next_source_check(visit.at, spec.interval, failures, visit.retry_after)
    else:
        due = next_article_check(first_seen, visit.at, failures, visit.retry_after)
    state: visits.PageState = "failed" if is_failure else "fetched"
    if visit.outcome == "gone":
        state = "gone"
    visits.note_visit(
        db,
        url=visit.url,
        source=visit.source,
        state=state,
        at=visit.at,
        next_check_at=due,
        etag=visit.etag,
        last_modified=visit.last_modified,
        body_sha256=visit.body_sha256,
        report_id=report_id,
    )


def specs_of(sources: Iterable[Mapping[str, Any]]) -> list[SourceSpec]:
    """Return specs of sources on this machine, for which loopback is no secret."""
    return [
        replace(parse_source(data, where="newsroom"), allow_private=("127.0.0.1",))
        for data in sources
    ]
