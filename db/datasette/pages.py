"""What each page of ours shows, fetched on one read-only connection."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlite_utils import Database

from db import store
from db.exports import words
from db.exports.timeline import Timeline, current, earlier, spoken
from molva.model import Claim
from molva.reviews import about, decide
from molva.status import contrary
from molva.track import rows_of

Vars = dict[str, Any]
Page = Callable[[sqlite3.Connection, str], Vars]

#: Rows in a list on a page.
_FEW, _MANY = 8, 30

_CARD = """c.id, c.text, c.lang, c.status, c.outcome, c.source_type, c.said_by,
    c.figure_text, c.date_text, c.date_earliest, c.date_latest, c.first_said,
    c.first_source, s.title AS first_outlet, c.origin_count, c.text_polarity"""
_CARDS = f"SELECT {_CARD} FROM claim c LEFT JOIN source s ON s.name = c.first_source"


def front(conn: sqlite3.Connection, _key: str) -> Vars:
    """Return what changed and what is new, what is due, topics, counts by status."""
    today = date.today().isoformat()
    return {
        "counts": dict(
            _rows(
                conn,
                "SELECT status, count(*) FROM claim WHERE is_dismissed = 0 GROUP BY 1",
            )
        ),
        "changes": _dicts(
            conn,
            f"""SELECT {_CARD}, h.old, h.new, h.changed, r.title AS report_title,
              o.title AS outlet FROM status_change h JOIN claim c ON c.id = h.claim_id
            LEFT JOIN source s ON s.name = c.first_source
            LEFT JOIN report r ON r.id = h.report_id
            LEFT JOIN source o ON o.name = r.source
            WHERE c.is_dismissed = 0 AND h.old IS NOT NULL
            ORDER BY h.changed_at DESC, h.claim_id LIMIT {_FEW}""",
        ),
        "newest": _dicts(
            conn,
            f"""{_CARDS} WHERE c.is_dismissed = 0
              ORDER BY c.first_said_at DESC, c.n DESC LIMIT {_FEW}""",
        ),
        "expected": _dicts(
            conn,
            f"""{_CARDS} WHERE c.is_dismissed = 0 AND c.outcome = 'open'
              AND c.date_latest >= ? ORDER BY c.date_latest, c.n LIMIT {_FEW}""",
            today,
        ),
        "overdue": _dicts(
            conn,
            f"""{_CARDS} WHERE c.is_dismissed = 0 AND c.outcome = 'overdue'
              ORDER BY c.date_latest DESC, c.n LIMIT {_FEW}""",
        ),
        "topics": _dicts(conn, "SELECT name, claim_count FROM topic ORDER BY name"),
    }


def claim(conn: sqlite3.Connection, key: str) -> Vars:
    """Return the claim whole, and what is said of it beside the evidence."""
    db = Database(conn)
    found = store.load_claims(db, [key])
    if not found:
        return {}
    told = found[0]
    made = about(store.reviews(db), key)
    verdict = decide(made).verdicts.get(key)
    sources = store.load_sources(db)
    timeline = Timeline(title="", as_of=date.today(), claims=(told,), sources=sources)
    return {
        "claim": told,
        "timeline": timeline,
        "spoken": spoken(told),
        "current": current,
        "earlier": earlier,
        "origins": words.origin_letters(told.evidence),
        "contrary": contrary(told.evidence, verdict) if verdict else [],
        "reports": {item.report.id: item.report for item in told.evidence},
        "subject": _one(conn, "SELECT * FROM entity WHERE key = ?", told.subject),
        "topics": [
            row[0]
            for row in conn.execute(
                "SELECT topic FROM topic_claim WHERE claim_id = ? ORDER BY 1", (key,)
            )
        ],
        "decisions": made,
        "alike": _alike(conn, told),
    }


def _alike(conn: sqlite3.Connection, told: Claim) -> list[Vars]:
    """Return claims that a match suggested as the same."""
    return _dicts(
        conn,
        f"""{_CARDS} JOIN match_suggestion m
          ON c.id = CASE ?1 WHEN m.claim_a THEN m.claim_b ELSE m.claim_a END
        WHERE ?1 IN (m.claim_a, m.claim_b) AND m.is_apart = 0 AND c.is_dismissed = 0
        ORDER BY m.score DESC LIMIT {_FEW}""",
        told.id,
    )


def source(conn: sqlite3.Connection, key: str) -> Vars:
    """Return an outlet's counts, latest reports and the claims it told first."""
    return {
        "source": _one(conn, "SELECT * FROM source WHERE name = ?", key),
        "totals": _one(
            conn,
            """SELECT
              (SELECT count(*) FROM report WHERE source = ?1) AS reports,
              (SELECT count(DISTINCT claim_id) FROM evidence WHERE source = ?1)
                AS claims""",
            key,
        ),
        "track": rows_of(store.carried_by(Database(conn), key)),
        "first": dict(
            _rows(
                conn,
                """SELECT status, count(*) FROM claim
                WHERE first_source = ? AND is_dismissed = 0 GROUP BY status""",
                key,
            )
        ),
        "latest": _dicts(
            conn,
            f"""SELECT id, title, url, published, lang, revision, is_withdrawn,
              (SELECT count(DISTINCT claim_id) FROM evidence
                WHERE report_id = report.id) AS claims
            FROM report WHERE source = ?
            ORDER BY published_at DESC, n DESC LIMIT {_MANY}""",
            key,
        ),
        "cards": _dicts(
            conn,
            f"""{_CARDS} WHERE c.first_source = ? AND c.is_dismissed = 0
              ORDER BY c.first_said_at DESC, c.n DESC LIMIT {_FEW}""",
            key,
        ),
    }


def report(conn: sqlite3.Connection, key: str) -> Vars:
    """Return an article's place and what it asserts, in the order of its text."""
    return {
        "report": _one(
            conn,
            """SELECT r.*, s.title AS outlet FROM report r
            JOIN source s ON s.name = r.source WHERE r.id = ?""",
            key,
        ),
        "statements": _dicts(
            conn,
            """SELECT t.*, e.claim_id, e.direction, c.status, c.outcome
            FROM statement t LEFT JOIN evidence e ON e.statement_id = t.id
            LEFT JOIN claim c ON c.id = e.claim_id
            WHERE t.report_id = ? ORDER BY t.start, t.id""",
            key,
        ),
    }


def entity(conn: sqlite3.Connection, key: str) -> Vars:
    """Return the names of a thing and the claims about it."""
    return {
        "entity": _one(conn, "SELECT * FROM entity WHERE key = ?", key),
        "aliases": [
            row[0]
            for row in conn.execute(
                "SELECT DISTINCT alias FROM entity_alias WHERE entity_key = ?"
                " ORDER BY 1",
                (key,),
            )
        ],
        "cards": _dicts(
            conn,
            f"""{_CARDS} WHERE c.is_dismissed = 0 AND c.id IN (
                SELECT e.claim_id FROM statement_entity x
                JOIN evidence e ON e.statement_id = x.statement_id
                WHERE x.entity_key = ?)
              ORDER BY c.last_said_at DESC, c.n LIMIT {_MANY}""",
            key,
        ),
    }


ROW_PAGES: Mapping[str, Page] = {
    "claim": claim,
    "source": source,
    "report": report,
    "entity": entity,
}

#: Address parameter → (SQL, words for the reader).
_CLAIM_FILTERS = {
    "_topic": (
        "id in (select claim_id from topic_claim where topic = :f_topic)",
        "in the topic {}",
    ),
    "_source": (
        "id in (select claim_id from evidence where source = :f_source)",
        "told by {}",
    ),
    "_entity": (
        """id in (select e.claim_id from statement_entity x
        join evidence e on e.statement_id = x.statement_id
        where x.entity_key = :f_entity)""",
        "that name {}",
    ),
}


def claim_filters(
    args: Mapping[str, str],
) -> tuple[list[str], dict[str, str], list[str]]:
    """Return SQL conditions, their parameters and words for the address given."""
    where, params, told = [], {}, []
    for name, (sql, said) in _CLAIM_FILTERS.items():
        if value := args.get(name):
            where.append(sql)
            params[f"f{name}"] = value
            told.append(said.format(value))
    if not any(name.split("__")[0] == "is_dismissed" for name in args):
        where.append("is_dismissed = 0")
    return where, params, told


def _rows(conn: sqlite3.Connection, sql: str, *given: object) -> list[tuple[Any, Any]]:
    return [(row[0], row[1]) for row in conn.execute(sql, given)]


def _dicts(conn: sqlite3.Connection, sql: str, *given: object) -> list[Vars]:
    cursor = conn.execute(sql, given)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _one(conn: sqlite3.Connection, sql: str, key: str | None) -> Vars | None:
    found = _dicts(conn, sql, key)
    if not found:
        return None
    if "aliases" in found[0]:
        found[0]["aliases"] = json.loads(found[0]["aliases"])
    return found[0]
