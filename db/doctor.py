"""Is the file sound? Checks that change nothing, each with the mend that it has.

What a mend touches is derived: indexes, counts, marks, rows that point at nothing.
Texts, statements and decisions are never made up: where they are gone, only a backup
helps, and the finding has no remedy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from db import leases
from db.claims import empty_claims, find_again, lost, remove_claims
from db.connection import migrate, pending, transaction
from db.instants import now, utc
from db.rows import marks
from db.search import missing as unsearchable
from db.search import rebuild_search, save_missing

#: Clocks of two machines, or of one before and after it was set, may differ by this.
CLOCK = timedelta(minutes=5)
#: No lease is taken for longer (`molva.pipeline.leases.LONGEST`, with room for clocks).
LEASE = timedelta(hours=1) + CLOCK

#: Says whether the process of a lease's holder still runs.
IsAlive = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: `is_ok`, and in words what was found.

    `remedy` is what `mend` does about it, None where it can do nothing.
    """

    check: str
    is_ok: bool
    message: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """What a mend did: the names of its checks, and ids of claims to judge anew."""

    checks: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at, and what is done where it is amiss.

    `look` returns in words what is wrong, None for nothing; `mend` puts it right and
    returns the ids of claims to judge anew.
    """

    name: str
    look: Callable[[Database], str | None]
    remedy: str | None = None
    mend: Callable[[Database], Iterable[str]] | None = None


def doctor(db: Database, *, is_alive: IsAlive = lambda _: True) -> list[Finding]:
    """Run every check; a file in order gives findings that are all `is_ok`."""
    return [_finding(db, check) for check in _checks(db, is_alive)]


def mend(db: Database, *, is_alive: IsAlive = lambda _: True) -> Mended:
    """Mend all that can be mended; an older file is brought up first, then looked at.

    The claims that it names are to be judged anew.
    """
    mended: list[str] = []
    touched: dict[str, None] = {}
    if pending(db):
        migrate(db)
        mended.append(_SCHEMA.name)
    for check in _checks(db, is_alive):
        if check.mend is None or _finding(db, check).is_ok:
            continue
        with transaction(db):
            touched |= dict.fromkeys(check.mend(db))
        mended.append(check.name)
    return Mended(tuple(mended), tuple(touched))


def _finding(db: Database, check: Check) -> Finding:
    remedy = check.remedy
    try:
        problem = check.look(db)
    except sqlite3.DatabaseError as error:
        problem, remedy = str(error), None
    return Finding(
        check.name, problem is None, problem or "in order", problem and remedy
    )


def _checks(db: Database, is_alive: IsAlive) -> tuple[Check, ...]:
    """Return what can be looked at: of an older schema only whether it is whole."""
    if pending(db):
        return (_FILE, _SCHEMA)
    leases_check = Check(
        "leases",
        lambda db: _leases(db, is_alive),
        "give them back",
        lambda db: _release(db, is_alive),
    )
    return (_FILE, _SCHEMA, *_CHECKS, leases_check)


def _schema(db: Database) -> str | None:
    steps = pending(db)
    return f"made by an older Molva: it lacks {', '.join(steps)}" if steps else None


# --- the file ---------------------------------------------------------------------


def _integrity(db: Database) -> str | None:
    rows = [row[0] for row in db.conn.execute("PRAGMA integrity_check(5)")]
    return None if rows == ["ok"] else "; ".join(rows)


def _reindex(db: Database) -> Iterable[str]:
    """Make every index anew: all that can be done for a file without a backup."""
    db.conn.execute("REINDEX")
    return ()


# --- rows that point at nothing ---------------------------------------------------


def _foreign_keys(db: Database) -> str | None:
    rows = db.conn.execute("PRAGMA foreign_key_check").fetchall()
    if not rows:
        return None
    tables = sorted({f"{row[0]} → {row[2]}" for row in rows})
    return f"{len(rows)} rows point at nothing: {', '.join(tables)}"


def _drop_dangling(db: Database) -> Iterable[str]:
    """Do what each constraint does when its row goes; return the claims that lose.

    A report of a source that is gone keeps its text: the source is made of its name.
    """
    touched: dict[str, None] = {}
    while broken := {
        (row[0], row[3]) for row in db.conn.execute("PRAGMA foreign_key_check")
    }:
        for child, number in sorted(broken):
            parent, column, key, action = _constraint(db, child, number)
            where = f""""{column}" IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM "{parent}" p WHERE p."{key}" = "{child}"."{column}")"""
            if parent == "source" and child != "source_run":
                db.conn.execute(
                    f"""INSERT OR IGNORE INTO source(name, title, kind, lang)
                    SELECT DISTINCT "{column}", "{column}", 'media', 'und'
                    FROM "{child}" WHERE {where}"""
                )
            elif action == "SET NULL":
                db.conn.execute(f'UPDATE "{child}" SET "{column}" = NULL WHERE {where}')
            else:
                if child == "statement_entity":
                    _read_again(db, where)
                if child in ("evidence", "claim_value", "status_change"):
                    sql = f'SELECT DISTINCT claim_id FROM "{child}" WHERE {where}'
                    touched |= {row[0]: None for row in db.conn.execute(sql)}
                db.conn.execute(f'DELETE FROM "{child}" WHERE {where}')
    known = db.conn.execute(
        f"SELECT id FROM claim WHERE id IN ({marks(list(touched))})", list(touched)
    )
    return [row[0] for row in known]


def _constraint(db: Database, child: str, number: int) -> tuple[str, str, str, str]:
    for row in db.conn.execute(f'PRAGMA foreign_key_list("{child}")'):
        if row[0] == number:
            return row[2], row[3], row[4], row[6]
    raise LookupError(f"{child} has no constraint {number}")


def _read_again(db: Database, where: str) -> None:
    """Let the reports be read again whose names of things are gone."""
    db.conn.execute(
        f"""UPDATE report_revision SET read_at = NULL WHERE report_id IN
        (SELECT report_id FROM statement WHERE id IN
          (SELECT statement_id FROM statement_entity WHERE {where}))"""
    )


# --- search -----------------------------------------------------------------------


def _search(db: Database) -> str | None:
    for index in ("claim_fts", "report_fts"):
        try:
            with transaction(db):
                # Rank 1 compares the index with the rows it was made of.
                db.conn.execute(
                    f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)"
                )
        except Exception as error:
            if "malformed" in str(error.__cause__ or error):
                return f"{index} is out of step with the rows it was made of"
            raise
    return None


def _rebuild(db: Database) -> Iterable[str]:
    rebuild_search(db)
    return ()


def _unsearchable(db: Database) -> str | None:
    count = sum(len(found) for found in unsearchable(db))
    return f"{count} claims and reports cannot be found by words" if count else None


def _save_search(db: Database) -> Iterable[str]:
    return save_missing(db)


# --- what follows from other rows -------------------------------------------------


def _count(sql: str, words: str) -> Callable[[Database], str | None]:
    def check(db: Database) -> str | None:
        count = db.conn.execute(f"SELECT count(*) FROM {sql}").fetchone()[0]
        return f"{count} {words}" if count else None

    return check


def _run(*statements: str, judge: str | None = None) -> Callable[[Database], list[str]]:
    """Return a mend of SQL statements; `judge` selects the claims that they touch."""

    def run(db: Database) -> list[str]:
        ids = [row[0] for row in db.conn.execute(judge)] if judge else []
        for sql in statements:
            db.conn.execute(sql, {"now": now(), "late": _ahead(CLOCK)})
        return ids

    return run


def _drop_empty(db: Database) -> Iterable[str]:
    remove_claims(db, empty_claims(db))
    return ()


def _lost(db: Database) -> str | None:
    count = len(lost(db))
    return (
        f"{count} statements are not found when others are matched" if count else None
    )


def _find_again(db: Database) -> Iterable[str]:
    find_again(db)
    return ()


def _ahead(by: timedelta) -> str:
    return utc((datetime.now(UTC) + by).isoformat()) or ""


_MISCOUNTED = """claim WHERE evidence_count <>
    (SELECT count(*) FROM evidence WHERE claim_id = claim.id)"""
_MISFILED = """evidence e JOIN statement s ON s.id = e.statement_id
    JOIN report r ON r.id = s.report_id
    WHERE e.report_id <> s.report_id OR e.source <> r.source"""
_MISMARKED = """statement WHERE is_placed <>
    EXISTS (SELECT 1 FROM evidence WHERE statement_id = statement.id)"""
_TEXTLESS = """report WHERE NOT EXISTS (SELECT 1 FROM report_revision
    WHERE report_id = report.id AND revision = report.revision)"""
_THINGS = """entity WHERE statement_count <> (SELECT count(DISTINCT statement_id)
    FROM statement_entity WHERE entity_key = key)"""
_FOLLOWED = """topic WHERE claim_count <>
    (SELECT count(*) FROM topic_claim WHERE topic = name)"""


def _clock(db: Database) -> str | None:
    late = _ahead(CLOCK)
    count = 0
    for table, column in (("page", "checked_at"), ("circuit", "opened_at")):
        sql = f"SELECT count(*) FROM {table} WHERE {column} > ?"
        count += db.conn.execute(sql, (late,)).fetchone()[0]
    return (
        f"{count} addresses and sources were visited in the future" if count else None
    )


_SCHEMA = Check("schema", _schema, "bring it up to this Molva, then mend the rest")
_FILE = Check("file", _integrity, "make every index anew", _reindex)
_CHECKS = (
    Check(
        "links between tables",
        _foreign_keys,
        "drop them; read again what lost its names",
        _drop_dangling,
    ),
    Check("search index", _search, "make it anew from its rows", _rebuild),
    Check("search rows", _unsearchable, "write them from the texts", _save_search),
    Check(
        "evidence",
        _count(
            _MISFILED, "pieces of evidence name another report than their statement"
        ),
        "take report and source from the statement",
        _run(
            """UPDATE evidence SET (report_id, source) = (SELECT r.id, r.source
              FROM statement s JOIN report r ON r.id = s.report_id
              WHERE s.id = statement_id)
            WHERE (report_id, source) IS NOT (SELECT r.id, r.source
              FROM statement s JOIN report r ON r.id = s.report_id
              WHERE s.id = statement_id)""",
            judge=f"SELECT DISTINCT e.claim_id FROM {_MISFILED}",
        ),
    ),
    Check(
        "claims",
        _count(
            """claim WHERE NOT EXISTS
            (SELECT 1 FROM evidence WHERE claim_id = claim.id)""",
            "claims have no evidence",
        ),
        "drop them",
        _drop_empty,
    ),
    Check(
        "counts",
        _count(_MISCOUNTED, "claims count their evidence wrongly"),
        "judge them anew",
        _run(judge=f"SELECT id FROM {_MISCOUNTED}"),
    ),
    Check(
        "queue",
        _count(_MISMARKED, "statements are marked wrongly as placed or not"),
        "mark them by their evidence; `molva assess` files those that have none",
        _run(
            """UPDATE statement SET is_placed = NOT is_placed WHERE is_placed <>
            EXISTS (SELECT 1 FROM evidence WHERE statement_id = id)"""
        ),
    ),
    Check(
        "candidates",
        _lost,
        "enter them under their keys",
        _find_again,
    ),
    Check(
        "revisions",
        _count(_TEXTLESS, "reports lack the text of their current revision"),
        "go back to the newest revision there is",
        _run(
            f"""UPDATE report SET revision = (SELECT max(revision) FROM report_revision
              WHERE report_id = report.id)
            WHERE id IN (SELECT id FROM {_TEXTLESS}) AND EXISTS
              (SELECT 1 FROM report_revision WHERE report_id = report.id)"""
        ),
    ),
    Check(
        "names",
        _count(_THINGS, "named things count their statements wrongly"),
        "count again",
        _run(
            """UPDATE entity SET statement_count = (SELECT count(DISTINCT statement_id)
            FROM statement_entity WHERE entity_key = key)"""
        ),
    ),
    Check(
        "topics",
        _count(_FOLLOWED, "topics count their claims wrongly"),
        "count again",
        _run(
            """UPDATE topic SET claim_count =
            (SELECT count(*) FROM topic_claim WHERE topic = name)"""
        ),
    ),
    Check(
        "clock",
        _clock,
        "let them be due now",
        _run(
            """UPDATE page SET checked_at = :now, next_check_at = :now
            WHERE checked_at > :late""",
            "DELETE FROM circuit WHERE opened_at > :late",
        ),
    ),
)


# --- who is at work ---------------------------------------------------------------


def _leases(db: Database, is_alive: IsAlive) -> str | None:
    names = [*_stale(db), *(h for h in leases.holders(db) if not is_alive(h))]
    return (
        f"{len(names)} leases or runs of nobody: {', '.join(names)}" if names else None
    )


def _stale(db: Database) -> list[str]:
    """Return leases that are over, or were taken by a clock that ran ahead."""
    sql = "SELECT name FROM lease WHERE until_at <= ? OR until_at > ? ORDER BY name"
    return [row[0] for row in db.conn.execute(sql, (now(), _ahead(LEASE)))]


def _release(db: Database, is_alive: IsAlive) -> Iterable[str]:
    names = _stale(db)
    db.conn.execute(f"DELETE FROM lease WHERE name IN ({marks(names)})", names)
    for holder in leases.holders(db):
        if not is_alive(holder):
            leases.bury(db, holder)
    return ()
