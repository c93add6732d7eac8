"""Reports and their revisions: what came in, what is unread, what is a near copy."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import msgspec
from sqlite_utils import Database

from db.bands import bands
from db.connection import transaction
from db.instants import now, utc
from db.rows import Row, chunks, marks, next_n
from db.search import save_report
from db.sources import ensure_sources
from molva.model import Report, ReportHead
from molva.origins import shingles as minhash
from molva.revisions import Change, change, plain

#: Reports stored before, and after, that may share a band with one, and those of them
#: that are compared.
NEAR, SIMILAR = 100, 32

#: Six times as fast as `json`.
_SHINGLES = msgspec.json.Decoder(tuple[int, ...])


@dataclass(frozen=True, slots=True)
class Saved:
    """Report ids by what saving them did: a changed one has a new, unread revision."""

    new: list[str]
    changed: list[str]
    unchanged: list[str]


@dataclass(frozen=True, slots=True)
class _Known:
    n: int
    revision: int
    title: str
    text: str
    seen_at: str


def save_reports(
    db: Database, reports: Iterable[Report], run_id: int | None = None
) -> Saved:
    """Store reports by id; what readers see changed makes a revision, and a kind of it.

    Fields that a later copy does not give keep their value, and a copy that was seen
    before the current revision (an archive's) changes nothing. `run_id` is taken for
    symmetry with the other steps; nothing in a report depends on it.
    """
    saved = Saved([], [], [])
    batch = list(reports)
    with transaction(db):
        ensure_sources(db, batch)
        known = _known(db, [report.id for report in batch])
        free = next_n(db, "report")
        for report in batch:
            was = known.get(report.id)
            seen = utc(report.seen_at) or now()
            if was is None:
                was = _Known(free, 1, report.title, report.text, seen)
                free += 1
                _add(db, report, was)
                saved.new.append(report.id)
            elif seen < was.seen_at:
                saved.unchanged.append(report.id)
            elif kind := change(was.title, was.text, report.title, report.text):
                title = report.title or was.title
                was = _Known(was.n, was.revision + 1, title, report.text, seen)
                _revise(db, report, was, kind)
                saved.changed.append(report.id)
            else:
                _touch(db, report)
                saved.unchanged.append(report.id)
            known[report.id] = was
    return saved


def text_hash(text: str) -> str:
    """Return the SHA-256 of what a reader sees: no soft hyphens, NBSP or space runs."""
    return sha256(plain(text).encode("utf-8", "replace")).hexdigest()


def _known(db: Database, ids: Sequence[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for chunk in chunks(ids):
        sql = f"""
            SELECT r.id, r.n, r.revision, v.title, v.text, v.seen_at FROM report r
            JOIN report_revision v ON v.report_id = r.id AND v.revision = r.revision
            WHERE r.id IN ({marks(chunk)})"""
        for row in db.conn.execute(sql, chunk):
            found[row[0]] = _Known(*row[1:])
    return found


def _add(db: Database, report: Report, state: _Known) -> None:
    db.conn.execute(
        """INSERT INTO report(id, n, source, key, url, title, kind, lang, published,
          published_at, modified, authors, section, access, first_seen_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            report.id,
            state.n,
            report.source,
            report.key,
            report.url,
            report.title,
            report.kind,
            report.lang,
            report.published,
            utc(report.published),
            report.modified,
            json.dumps(report.authors, ensure_ascii=False),
            report.section,
            report.access,
            state.seen_at,
        ),
    )
    _add_revision(db, report, state, "new")


def _revise(db: Database, report: Report, state: _Known, kind: Change) -> None:
    db.conn.execute(
        "UPDATE report SET revision = ? WHERE id = ?", (state.revision, report.id)
    )
    _touch(db, report)
    _add_revision(db, report, state, kind)


def _touch(db: Database, report: Report) -> None:
    """Take over what a later copy of the same text knows better."""
    given = {
        "url": report.url,
        "title": report.title or None,
        "lang": report.lang,
        "published": report.published,
        "published_at": utc(report.published),
        "modified": report.modified,
        "section": report.section,
        "authors": json.dumps(report.authors, ensure_ascii=False)
        if report.authors
        else None,
    }
    given = {name: value for name, value in given.items() if value is not None}
    if given:
        names = ", ".join(given)
        values = tuple(given.values())
        db.conn.execute(
            f"UPDATE report SET ({names}) = ({marks(values)})"
            f" WHERE id = ? AND ({names}) IS NOT ({marks(values)})"
            if len(given) > 1
            else f"UPDATE report SET {names} = ? WHERE id = ? AND {names} IS NOT ?",
            (*values, report.id, *values),
        )


def _add_revision(db: Database, report: Report, state: _Known, kind: Change) -> None:
    shingles = minhash(report.text)
    db.conn.execute(
        """INSERT INTO report_revision(report_id, revision, title, text, text_sha256,
          body_sha256, record_file, record_offset, seen_at, change_class, layers,
          shingles)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            report.id,
            state.revision,
            state.title,
            report.text,
            text_hash(report.text),
            report.body_sha256,
            report.record_file,
            report.record_offset,
            state.seen_at,
            kind,
            json.dumps(dict(report.layers), ensure_ascii=False),
            json.dumps(shingles),
        ),
    )
    db.conn.execute("DELETE FROM report_band WHERE n = ?", (state.n,))
    db.conn.executemany(
        "INSERT INTO report_band(band, n) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(band, state.n) for band in bands(shingles)],
    )
    save_report(db, state.n, state.title, report.text)


def withdraw(
    db: Database, report_id: str, *, withdrawn: bool = True, at: str | None = None
) -> list[str]:
    """Note that the outlet took a report back (`at`, UTC), or published it again.

    That is a revision of its own: the words stay as they were, and are not read again.
    Returns the ids of the claims that the report bears on, which want judging again;
    none where nothing changed.
    """
    with transaction(db):
        turned = db.conn.execute(
            "UPDATE report SET is_withdrawn = ? WHERE id = ? AND is_withdrawn <> ?",
            (int(withdrawn), report_id, int(withdrawn)),
        )
        if not turned.rowcount:
            return []
        _mark_revision(db, report_id, "withdrawn" if withdrawn else "restored", at)
        sql = "SELECT DISTINCT claim_id FROM evidence WHERE report_id = ? ORDER BY 1"
        return [row[0] for row in db.conn.execute(sql, (report_id,))]


def _mark_revision(db: Database, report_id: str, kind: Change, at: str | None) -> None:
    """Repeat the current revision under another kind; its statements go along."""
    where = "WHERE report_id = :id AND revision = (SELECT revision FROM report"
    told = {"id": report_id, "kind": kind, "at": at or now()}
    db.conn.execute(
        f"""INSERT INTO report_revision(report_id, revision, title, text, text_sha256,
          seen_at, change_class, layers, shingles, read_at)
        SELECT report_id, revision + 1, title, text, text_sha256, :at, :kind, layers,
          shingles, read_at
        FROM report_revision {where} WHERE id = :id)""",
        told,
    )
    db.conn.execute(
        """UPDATE statement SET last_revision = last_revision + 1 WHERE report_id = :id
        AND last_revision = (SELECT revision FROM report WHERE id = :id)""",
        told,
    )
    db.conn.execute("UPDATE report SET revision = revision + 1 WHERE id = :id", told)


def is_withdrawn(db: Database, report_id: str) -> bool:
    """Say whether the outlet took this report back."""
    sql = "SELECT is_withdrawn FROM report WHERE id = ?"
    row = db.conn.execute(sql, (report_id,)).fetchone()
    return bool(row and row[0])


_REPORT_COLUMNS = """r.id, r.source, r.key, v.text, v.title, r.url, r.kind, r.lang,
    r.published, r.modified, r.authors, r.section, r.access, v.seen_at, v.body_sha256,
    v.layers, v.revision"""


#: Texts to read: the current ones, and those that an edit took back unread.
_UNREAD_SQL = """report_revision v JOIN report r ON r.id = v.report_id
    WHERE v.read_at IS NULL AND (v.revision = r.revision OR EXISTS (
      SELECT 1 FROM report_revision a
      WHERE a.report_id = v.report_id AND a.revision = v.revision + 1
        AND a.change_class IN ('correction', 'substantive')))"""


#: Reports as they were published, undated ones last, as they were first seen. Of two at
#: one time neither comes first for having been fetched first.
IN_TURN = """r.published_at IS NULL, r.published_at,
    iif(r.published_at IS NULL, r.first_seen_at, ''), r.id"""


def unread_keys(db: Database, limit: int) -> list[tuple[str, int]]:
    """Return which texts nobody has read, the oldest first: report, revision.

    A text that was edited before it was read is evidence of what was said too, unless
    the edit kept its words.
    """
    sql = f"""SELECT r.id, v.revision FROM {_UNREAD_SQL}
        ORDER BY {IN_TURN},
          v.revision
        LIMIT ?"""
    return db.conn.execute(sql, (limit,)).fetchall()


def load_texts(db: Database, keys: Iterable[tuple[str, int]]) -> list[Report]:
    """Return reports as they were in a revision, in order; unknown ones are left out.

    `keys` are pairs of report and revision.
    """
    sql = f"""SELECT {_REPORT_COLUMNS} FROM report r JOIN report_revision v
        ON v.report_id = r.id WHERE r.id = ? AND v.revision = ?"""
    found = (db.conn.execute(sql, key).fetchone() for key in keys)
    return [_report(row) for row in found if row]


def count_unread(db: Database) -> int:
    """Return how many keys `unread_keys` would give without a limit."""
    sql = f"SELECT count(*) FROM {_UNREAD_SQL}"
    return int(db.conn.execute(sql).fetchone()[0])


def load_report(db: Database, report_id: str) -> Report | None:
    """Return a report with its current text."""
    sql = f"""SELECT {_REPORT_COLUMNS} FROM report r JOIN report_revision v
        ON v.report_id = r.id AND v.revision = r.revision WHERE r.id = ?"""
    row = db.conn.execute(sql, (report_id,)).fetchone()
    return _report(row) if row else None


def records(db: Database, statement_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Return where the page lies that said each statement first: WARC file, offset.

    Statements whose page was not kept are left out.
    """
    found: dict[str, tuple[str, int]] = {}
    for chunk in chunks(statement_ids):
        sql = f"""SELECT t.id, v.record_file, v.record_offset FROM statement t
            JOIN report_revision v ON v.report_id = t.report_id
              AND v.revision BETWEEN t.first_revision AND t.last_revision
            WHERE t.id IN ({marks(chunk)}) AND v.record_file IS NOT NULL
            ORDER BY v.revision DESC"""
        found |= {row[0]: (row[1], row[2]) for row in db.conn.execute(sql, chunk)}
    return found


def mark_unread(db: Database) -> int:
    """Let everything be read again, after a change of the readers."""
    with transaction(db):
        return db.conn.execute(
            "UPDATE report_revision SET read_at = NULL WHERE read_at IS NOT NULL"
        ).rowcount


def _report(row: Row) -> Report:
    return Report(
        id=row[0],
        source=row[1],
        key=row[2],
        text=row[3],
        title=row[4],
        url=row[5],
        kind=row[6],
        lang=row[7],
        published=row[8],
        modified=row[9],
        authors=tuple(json.loads(row[10])),
        section=row[11],
        access=row[12],
        seen_at=row[13],
        body_sha256=row[14],
        layers=json.loads(row[15]),
        revision=row[16],
    )


def _head_columns(published: str) -> str:
    return f"""r.id, r.source, r.kind, coalesce(r.lang, s.lang), r.title, r.url,
    {published}, r.first_seen_at, s.family, s.reliability, r.is_withdrawn,
    coalesce(v.shingles, '[]')"""


HEAD_COLUMNS = _head_columns("r.published")
#: A published copy has no revisions, so that reports there have no shingles.
HEAD_TABLES = """report r JOIN source s ON s.name = r.source
    LEFT JOIN report_revision v ON v.report_id = r.id AND v.revision = r.revision"""
HEAD_WIDTH = 12
#: The same for a statement `t`: what an edit added was said when the page tells that it
#: was edited, else by the time the edit was seen.
SAID_COLUMNS = _head_columns(
    """coalesce(CASE added.revision WHEN r.revision THEN r.modified END,
      added.seen_at, r.published)"""
)
SAID_TABLES = f"""{HEAD_TABLES} JOIN statement t ON t.report_id = r.id
    LEFT JOIN report_revision added ON t.first_revision > 1
      AND added.report_id = r.id AND added.revision = t.first_revision"""


def heads(db: Database, report_ids: Iterable[str]) -> dict[str, ReportHead]:
    """Return what the ledger needs to know of reports, by id."""
    found: dict[str, ReportHead] = {}
    for chunk in chunks(report_ids):
        sql = f"SELECT {HEAD_COLUMNS} FROM {HEAD_TABLES} WHERE r.id IN ({marks(chunk)})"
        found |= {row[0]: head_of(row) for row in db.conn.execute(sql, chunk)}
    return found


def head_of(row: Row) -> ReportHead:
    """Build a head from a row of `HEAD_COLUMNS`."""
    return ReportHead(
        id=row[0],
        source=row[1],
        kind=row[2],
        lang=row[3],
        title=row[4],
        url=row[5],
        published=row[6],
        seen_at=row[7],
        family=row[8],
        reliability=row[9],
        is_withdrawn=bool(row[10]),
        shingles=_shingles(row[11]),
    )


@lru_cache(maxsize=4096)
def _shingles(kept: str) -> tuple[int, ...]:
    return _SHINGLES.decode(kept)


def similar_heads(db: Database, head: ReportHead) -> list[ReportHead]:
    """Return earlier reports that share a band of the MinHash, most bands first.

    Of a band only the reports stored next to this one are looked at, so that the cost
    is the same however many tell the weather in the same words; of equals the first
    stored comes first.
    """
    sql = "SELECT n FROM report WHERE id = ?"
    (own,) = db.conn.execute(sql, (head.id,)).fetchone()
    shared = Counter(n for band in bands(head.shingles) for n in _near(db, band, own))
    best = sorted(shared, key=lambda n: (-shared[n], n))[:SIMILAR]
    sql = f"SELECT n, id FROM report WHERE n IN ({marks(best)})"
    ids = dict(db.conn.execute(sql, best))
    found = heads(db, ids.values())
    turn = _order(head)
    return [found[ids[n]] for n in best if _order(found[ids[n]]) < turn]


def _near(db: Database, band: int, own: int) -> Iterator[int]:
    """Yield the numbers of reports in a band, those nearest to one of them."""
    for side in ("< ? ORDER BY n DESC", "> ? ORDER BY n"):
        sql = f"SELECT n FROM report_band WHERE band = ? AND n {side} LIMIT {NEAR}"
        yield from (n for (n,) in db.conn.execute(sql, (band, own)))


def _order(head: ReportHead) -> tuple[str, str]:
    """Sort by the time of publication, else by when we first saw it, then by id."""
    return (utc(head.published) or utc(head.seen_at) or "9999", head.id)
