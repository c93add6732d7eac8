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
from db.instants import now
from molva.model import Report
from molva.pipeline.judge import judge
from molva.pipeline.runs import Progress, silent

#: Outcomes that leave an issue.
_TROUBLES = ("failed", "blocked", "skipped")
#: Outcome → what is remembered of the address, if not that it was fetched.
_STATES: dict[str, visits.PageState] = {
    "failed": "failed",
    "blocked": "failed",
    "skipped": "failed",
    "gone": "gone",
    "soft_404": "gone",
    "withdrawn": "gone",
}
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
    pages = visits.known_pages(db, by_name, FAR if revisit else now())
    shard = shard_of(list(specs), pages=_states(pages), contact=contact)
    for done, visit in enumerate(crawl_shard(shard), 1):
        with store.transaction(db):
            kept = _keep(db, visit, by_name[visit.source], run_id, as_of)
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
    return tuple(_state(page) for page in pages)


def _state(page: visits.Page) -> PageState:
    # what was taken down is read whole when it is there again, even if it is the same
    is_there = page.state != "gone"
    return PageState(
        url=page.url,
        source=page.source,
        etag=page.etag if is_there else None,
        last_modified=page.last_modified if is_there else None,
        body_sha256=page.body_sha256 if is_there else None,
        has_report=page.report_id is not None,
        checked_at=page.checked_at,
        is_due=page.is_due,
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
    if visit.outcome == "withdrawn" and report_id:
        judge(db, store.withdraw(db, report_id, at=visit.at), as_of=as_of)
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
