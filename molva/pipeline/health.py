"""How a source fares: one tally a run and source, and what its file expects of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from crawler.source import SourceSpec
from crawler.visit import Visit
from db import store, visits
from molva.model import Report

#: Days looked back at, and on how many of them a run is needed to judge by.
WEEK, ENOUGH_DAYS = 7, 6
#: Reports from which on empty fields are judged.
ENOUGH_REPORTS = 10

#: Outcome of a visit → the column that counts it; a report makes its own counts.
_COUNTED = {
    "unchanged": "unchanged",
    "moved": "moved",
    "gone": "gone",
    "soft_404": "gone",
    "skipped": "skipped",
    "blocked": "failed",
    "failed": "failed",
}


@dataclass(slots=True)
class Tally:
    """What one source brought in one run, counted as it comes."""

    source: str
    run_id: int
    started_at: str
    counts: Counter[str] = field(default_factory=Counter)
    coverage: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    newest: str | None = None
    state: str = "running"
    note: str = ""
    _listings: Counter[str] = field(default_factory=Counter)
    _began: float = field(default_factory=time.monotonic)

    def add(self, visit: Visit, kept: Counter[str], *, is_listing: bool) -> None:
        """Count one visit, and what the database took from it."""
        self.counts.update(kept)
        self.counts["requests"] += 1
        self.counts["bytes"] += visit.size
        if column := _COUNTED.get(visit.outcome):
            self.counts[column] += 1
        if visit.outcome in ("skipped", "failed", "blocked"):
            self.note = visit.reason or visit.outcome
            self.reasons[self.note] += 1
        if visit.report:
            self._cover(visit.report)
        if is_listing:
            self._listings[visit.outcome] += 1
        for item in visit.found:
            self.newest = max(
                filter(None, (self.newest, _utc(item.published))), default=None
            )
        if visit.closes:
            self.state = "blocked"

    def _cover(self, report: Report) -> None:
        filled = {
            "title": bool(report.title),
            "text": report.access == "full",
            "published": report.published is not None,
            "time": "T" in (report.published or ""),
            "authors": bool(report.authors),
            "section": report.section is not None,
        }
        self.coverage["read"] += 1
        self.coverage.update(name for name, is_there in filled.items() if is_there)

    def end(self) -> None:
        """Note how it ended: failed where no listing at all could be read."""
        if self.state != "running":
            return
        is_read = self._listings["listed"] + self._listings["unchanged"]
        has_failed = self._listings and not is_read
        self.state = "failed" if has_failed else "done"

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return round(time.monotonic() - self._began, 1)

    def row(self) -> dict[str, Any]:
        """Return the row of `source_run`."""
        names = (*_COLUMNS, *dict.fromkeys(_COUNTED.values()))
        return {
            "run_id": self.run_id,
            "source": self.source,
            "started_at": self.started_at,
            "seconds": self.seconds,
            "state": self.state,
            **{name: self.counts[name] for name in names},
            "feed_age": _age(self.newest),
            "coverage": dict(self.coverage),
            "reasons": dict(self.reasons.most_common(10)),
        }


_COLUMNS = ("requests", "found", "new", "changed", "withdrawn", "bytes")


def _utc(stamp: str | None) -> str | None:
    if not stamp or "T" not in stamp:
        return None
    moment = datetime.fromisoformat(stamp)
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _age(newest: str | None) -> int | None:
    if newest is None:
        return None
    past = datetime.now(UTC) - datetime.fromisoformat(newest)
    return max(0, int(past.total_seconds()))


@dataclass(frozen=True, slots=True)
class Broken:
    """An expectation of a source file that does not hold; `field` is what is amiss."""

    source: str
    field: str
    detail: str


def broken_expectations(
    db: Database, specs: Iterable[SourceSpec], *, now: datetime | None = None
) -> list[Broken]:
    """Compare the week behind with what the source files expect.

    How many reports are too few is judged only where there was a run on nearly every
    day: a week in which nothing ran says nothing about the source.
    """
    stamp = _week_ago(now)
    found: list[Broken] = []
    for spec in specs:
        found += _broken(spec, store.since(db, spec.name, stamp))
    return found


def _week_ago(now: datetime | None) -> str:
    return _stamp((now or datetime.now(UTC)) - timedelta(days=WEEK))


def _stamp(moment: datetime | None) -> str:
    return (moment or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _broken(spec: SourceSpec, week: store.Week) -> Iterable[Broken]:
    expect = spec.expect
    is_judged = expect.min is not None and week.days >= ENOUGH_DAYS
    if is_judged and week.reports < (expect.min or 0):
        told = f"{week.reports} reports in a week, at least {expect.min} expected"
        yield Broken(spec.name, "reports", told)
    if expect.max is not None and week.reports > expect.max:
        told = f"{week.reports} reports in a week, at most {expect.max} expected"
        yield Broken(spec.name, "reports", told)
    if week.reports < ENOUGH_REPORTS:
        return
    for name, limit in expect.empty.items():
        share = week.empty[name] / week.reports
        if share > limit:
            yield Broken(
                spec.name,
                name,
                f"{name} is empty in {share:.0%} of {week.reports} reports of a week, "
                f"at most {limit:.0%} expected",
            )


def source_health(db: Database, specs: Iterable[SourceSpec]) -> list[dict[str, Any]]:
    """Return every source, configured or met, with its last run and its week.

    `amiss` says in words which expectation does not hold, `why` what failed last.
    """
    by_name = {spec.name: spec for spec in specs}
    told = {row["name"]: row for row in store.list_sources(db)}
    last = store.last_source_runs(db)
    held, due = store.circuits(db), visits.next_due(db)
    stamp = _week_ago(None)
    found = []
    for name in dict.fromkeys([*by_name, *told]):
        spec = by_name.get(name)
        week = store.since(db, name, stamp)
        row = last.get(name, {})
        until = held[name]["until_at"] if name in held else None
        found.append(
            {
                **_told(spec, told.get(name, {})),
                "state": row.get("state", "waiting"),
                "last_run_at": row.get("started_at"),
                "next_at": _next(spec, due.get(name), until),
                **{n: row.get(n, 0) for n in ("found", "new", "changed", "failed")},
                "skipped": row.get("skipped", 0),
                "bytes": row.get("bytes", 0),
                "seconds": row.get("seconds"),
                "week": week.reports,
                "coverage": row.get("coverage", {}),
                "reasons": row.get("reasons", {}),
                "feed_age": row.get("feed_age"),
                "left_alone_until": until if until and until > _stamp(None) else None,
                "amiss": [b.detail for b in _broken(spec, week)] if spec else [],
            }
        )
    return found


def _told(spec: SourceSpec | None, row: Mapping[str, Any]) -> dict[str, Any]:
    on = "added" if spec is None else "yes" if spec.enabled else "no"
    about = spec.source() if spec else None
    return {
        "name": about.name if about else row["name"],
        "title": about.title if about else row["title"],
        "kind": about.kind if about else row["kind"],
        "lang": about.lang if about else row["lang"],
        "on": on,
        "off_because": (spec.reason or spec.terms) if spec and on == "no" else None,
        **{n: row.get(n, 0) for n in ("reports", "claims", "first")},
        "last_published_at": row.get("last_published_at"),
    }


def _next(spec: SourceSpec | None, due: str | None, until: str | None) -> str | None:
    if spec is None or not spec.enabled:
        return None
    return max(due or _stamp(None), until or "")
