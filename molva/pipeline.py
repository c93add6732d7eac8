"""The one module that joins the rooms: crawl, read, assess, and all of it in turn.

Every step takes what is due from the database and commits results together with the
mark that their input is done: a step can be stopped anywhere and run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from crawler.extract import PageError
from crawler.extract import extract as extract_page
from crawler.feeds import FeedItem
from crawler.files import BY_HAND, Defaults, Problem, reports_in, spec_for
from crawler.run import crawl as crawl_shard
from crawler.run import shard_of
from crawler.schedule import next_article_check, next_source_check
from crawler.source import SourceSpec
from crawler.source import load as load_sources
from crawler.source import parse as parse_source
from crawler.visit import PageState, Visit
from db import store, visits
from molva import claims, index, matching, origins, replay, reviews, shapes, status
from molva.model import Reading, Report, ReportHead, Source, Statement
from nlp import gazetteer
from nlp.encode import encode
from nlp.read import know_outlets
from nlp.read import language as read_language
from nlp.read import read as read_reports

#: Reports read, and statements filed, in one transaction.
READ_BATCH = 32
ASSESS_BATCH = 256

#: A moment at which everything is due.
FAR = "9999-12-31T23:59:59Z"

#: Called with (stage, done so far, total or None).
Progress = Callable[[str, int, int | None], None]


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl brought, by source; `visits` counts outcomes."""

    visits: Mapping[str, Counter[str]]

    def total(self, outcome: str) -> int:
        """Return how many visits of all sources had this outcome."""
        return sum(counts[outcome] for counts in self.visits.values())


# --- crawl -------------------------------------------------------------------------


def crawl(
    db: Database,
    specs: Sequence[SourceSpec],
    run_id: int,
    *,
    contact: str | None = None,
    revisit: bool = False,
    progress: Progress = silent,
) -> Crawled:
    """Crawl `specs` once; every visit is committed as it comes.

    `revisit` asks for every address known, due or not.
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
            kept = _keep(db, visit, by_name[visit.source], known, run_id)
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
        store.withdraw(db, gone)
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


#: The source of documents for which the user named none.
_BY_HAND = Source(name=BY_HAND, title="added by hand", kind="media", lang="und")


# --- add ---------------------------------------------------------------------------


def add_documents(
    db: Database,
    documents: Iterable[str],
    defaults: Defaults,
    specs: dict[str, SourceSpec],
    run_id: int,
) -> tuple[store.Saved, list[Problem]]:
    """Store files and addresses; each that cannot be used is a Problem and an issue."""
    saved = store.Saved([], [], [])
    problems: list[Problem] = []
    for document in documents:
        is_address = document.startswith(("http://", "https://"))
        found_here = (
            fetch(document, defaults, specs)
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
            one = store.save_reports(db, [replace(found, seen_at=now())], run_id)
            saved.new.extend(one.new)
            saved.changed.extend(one.changed)
            saved.unchanged.extend(one.unchanged)
    return saved, problems


def fetch(
    url: str, defaults: Defaults, specs: Mapping[str, SourceSpec]
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
    for visit in crawl_shard(shard_of([spec], pages=(page,))):
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


# --- read --------------------------------------------------------------------------


def read(
    db: Database, *, as_of: date | None = None, progress: Progress = silent
) -> int:
    """Read every unread report; return how many were read."""
    total = store.count_unread(db)
    done = 0
    if total:
        know_outlets(store.load_sources(db).values())
    while batch := store.unread(db, READ_BATCH):
        readings = list(read_reports(batch, batch_size=READ_BATCH))
        with store.transaction(db):
            touched = store.save_readings(db, readings)
            _recompute(db, touched, as_of=as_of)
        done += len(batch)
        progress("reading", done, total)
    return done


# --- assess ------------------------------------------------------------------------


class StoredIndex:
    """The candidates of a statement, from the database and the vectors beside it."""

    def __init__(self, db: Database, vectors: store.Vectors) -> None:
        self.db = db
        self.vectors = vectors

    def candidates(self, statement: Statement) -> list[index.Candidate]:
        """Return statements of claims that share a blocking key."""
        found = store.candidates(self.db, matching.block_keys(statement))
        matrix = vectors_of(self.vectors, [s.asserted().text for _, s in found])
        return [
            index.Candidate(claim_id, other, vector)
            for (claim_id, other), vector in zip(found, matrix, strict=True)
        ]


def vectors_of(vectors: store.Vectors, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return a vector per text; those not kept yet are made and kept."""
    matrix, known = vectors.get(texts)
    missing = [i for i, is_known in enumerate(known) if not is_known]
    if missing:
        wanted = [texts[i] for i in missing]
        vectors.put(wanted, encode(wanted))
        # what is kept is quantised: use the same values in this run and the next
        matrix[missing] = vectors.get(wanted)[0]
    return matrix


def assess(
    db: Database, *, as_of: date | None = None, progress: Progress = silent
) -> int:
    """File statements under claims and judge those touched; return how many changed.

    Claims whose date has passed since they were last judged are judged again.
    """
    total = store.count_unplaced(db)
    done = changed = 0
    with store.Vectors(store.vectors_path(_path(db))) as vectors:
        while batch := store.unplaced(db, ASSESS_BATCH):
            with store.transaction(db):
                touched = _file(db, batch, vectors)
                changed += _recompute(db, touched, as_of=as_of)
            done += len(batch)
            progress("assessing", done, total)
    with store.transaction(db):
        changed += _recompute(
            db, store.open_claim_ids(db, as_of or date.today()), as_of=as_of
        )
    return changed


def _file(
    db: Database,
    batch: Sequence[tuple[Statement, ReportHead]],
    vectors: store.Vectors,
) -> list[str]:
    stored = StoredIndex(db, vectors)
    decisions = reviews.decide(store.reviews(db))
    outlets = origins.outlet_roots(store.load_sources(db).values())
    parents = gazetteer.parents()
    matrix = vectors_of(vectors, [statement.asserted().text for statement, _ in batch])
    touched: dict[str, None] = {}
    earlier: dict[str, list[ReportHead]] = {}
    for (statement, head), vector in zip(batch, matrix, strict=True):
        if head.id not in earlier:
            earlier[head.id] = store.similar_heads(db, head)
        found = index.place(statement, vector, stored, parents=parents)
        claim_id = decisions.home(statement.id, found.claim_id)
        store.place(
            db,
            statement,
            claim_id,
            matching.block_keys(statement),
            origins.origin(statement, head, earlier[head.id], outlets=outlets),
            status.direction(statement),
            found.match.score if found.match else None,
        )
        for other, match in found.suggestions:
            if other != claim_id:
                store.suggest(db, claim_id, other, match.score, match.reasons)
        touched[claim_id] = None
    return list(touched)


def _recompute(db: Database, claim_ids: Iterable[str], *, as_of: date | None) -> int:
    """Judge claims anew from all their evidence and every review."""
    ids = list(dict.fromkeys(claim_ids))
    today = as_of or date.today()
    decided = store.reviews(db)
    parents = gazetteer.parents()
    found = store.evidence(db, ids)
    judged = [
        claims.assess(i, found[i], decided, as_of=today, parents=parents)
        for i in ids
        if i in found
    ]
    changed = store.save_claims(db, judged)
    store.tag_claims(db, ids)
    return changed


# --- filters -----------------------------------------------------------------------


def extract(reports: Iterable[tuple[Any, Report]]) -> Iterator[shapes.Line]:
    """Yield the output line of `molva extract` for each (line id, report)."""
    pairs = list(reports)
    for (line_id, _), reading in zip(
        pairs, read_reports(report for _, report in pairs), strict=True
    ):
        yield shapes.extract_line(line_id, reading)


def replayed(
    reports: Sequence[tuple[Any, Report]], *, as_of: date | None = None
) -> Iterator[shapes.Line]:
    """Yield the output lines of `molva replay`, one a claim."""
    names = {report.id: line_id for line_id, report in reports}
    plain = [report for _, report in reports]
    know_outlets(
        Source(name=r.source, title=r.source, kind=r.kind, lang=r.lang or "und")
        for r in plain
    )
    pairs: Iterable[tuple[Report, Reading]] = zip(
        plain, read_reports(plain), strict=True
    )
    for claim in replay.replay(pairs, encode, as_of=as_of, parents=gazetteer.parents()):
        yield shapes.replay_line(claim, names)


def match_scores(pairs: Sequence[tuple[shapes.Text, shapes.Text]]) -> list[float]:
    """Return for each pair of texts how likely both say the same, 0 to 1."""
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    number = {text: i for i, text in enumerate(texts)}
    vectors = encode([text.text for text in texts])
    reports = [
        Report(id=str(i), source="stdin", key=str(i), text=text.text, lang=text.lang)
        for i, text in enumerate(texts)
    ]
    whole = [
        shapes.statement_of(reading, text.text)
        for reading, text in zip(read_reports(reports), texts, strict=True)
    ]
    parents = gazetteer.parents()
    return [
        matching.match(
            whole[i], whole[j], float(vectors[i] @ vectors[j]), parents=parents
        ).score
        for i, j in ((number[a], number[b]) for a, b in pairs)
    ]


def match_lines(
    pairs: Sequence[tuple[Any, tuple[shapes.Text, shapes.Text]]],
) -> list[shapes.Line]:
    """Return the output lines of `molva match`."""
    scores = match_scores([pair for _, pair in pairs])
    return [
        {"id": line_id, "score": score}
        for (line_id, _), score in zip(pairs, scores, strict=True)
    ]


def articles(pages: Iterable[tuple[Any, shapes.SavedPage]]) -> Iterator[shapes.Line]:
    """Yield the output line of `molva article` for each saved page."""
    specs = load_sources()
    for line_id, page in pages:
        try:
            data = Path(page.path).read_bytes()
            article = extract_page(data, page.url, spec_for(page.url, specs))
        except (OSError, PageError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            yield {"id": line_id, "error": f"{page.path}: {reason}"}
            continue
        yield {
            "id": line_id,
            "title": article.title,
            "text": article.text,
            "published": article.published,
            "modified": article.modified,
            "authors": list(article.authors),
            "lang": article.lang or read_language(article.text),
            "canonical_url": article.canonical_url,
            "paywalled": article.access == "partial",
            "layers": article.layers,
        }


# --- small things ------------------------------------------------------------------


@contextmanager
def opened(path: Path, *, create: bool = True) -> Iterator[Database]:
    """Open the database for the length of the block; raises StorageError."""
    db = store.open_db(path, create=create)
    try:
        yield db
    finally:
        db.close()


def specs_of(sources: Iterable[Mapping[str, Any]]) -> list[SourceSpec]:
    """Return specs of sources on this machine, for which loopback is no secret."""
    return [
        replace(parse_source(data, where="newsroom"), allow_private=("127.0.0.1",))
        for data in sources
    ]


def follow(
    db: Database, name: str, entities: Iterable[str], words: Iterable[str]
) -> None:
    """Follow a topic; `entities` are entity keys."""
    store.save_topic(db, store.Topic(name, tuple(entities), tuple(words)))


def forget_vectors(path: Path) -> None:
    """Delete the vectors beside a database; they are made again when needed."""
    vectors = store.vectors_path(path)
    for end in ("", "-wal", "-shm"):
        Path(f"{vectors}{end}").unlink(missing_ok=True)


@contextmanager
def run_row(db: Database, command: str) -> Iterator[tuple[int, Counter[str]]]:
    """Keep a row of this run; what the block counts is stored with it."""
    run_id = store.start_run(db, command)
    counts: Counter[str] = Counter()
    try:
        yield run_id, counts
    except BaseException as error:
        stopped = isinstance(error, KeyboardInterrupt | SystemExit)
        state: Literal["stopped", "failed"] = "stopped" if stopped else "failed"
        store.finish_run(db, run_id, state, counts, " ".join(str(error).split())[:500])
        raise
    store.finish_run(db, run_id, "done", counts)


def last_report_day(db: Database) -> date:
    """Return the day of the newest report, today where none is dated."""
    found = db.conn.execute("SELECT max(published_at) FROM report").fetchone()[0]
    return date.fromisoformat(found[:10]) if found else date.today()


def now() -> str:
    """Return this second in UTC, `2022-07-20T09:00:00Z`."""
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    return stamp.replace("+00:00", "Z")


def _path(db: Database) -> str:
    return str(db.conn.execute("PRAGMA database_list").fetchone()[2])
