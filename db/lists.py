"""Look-ups for the command line: lists of claims and of changes."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from db.instants import utc

#: What `--sort` takes → SQL.
SORTS = {
    "changed": "last_changed_at DESC, n",
    "first": "first_said_at, n",
    "last": "last_said_at DESC, n",
    "origins": "origin_count DESC, last_said_at DESC, n",
    "due": "date_latest IS NULL, date_latest, n",
    "status": "status, last_changed_at DESC, n",
}

_FILTERS = {
    "topic": "id IN (SELECT claim_id FROM topic_claim WHERE topic = :topic)",
    "status": "status = :status",
    "outcome": "outcome = :outcome",
    "source": "id IN (SELECT claim_id FROM evidence WHERE source = :source)",
    "lang": "lang = :lang",
    "entity": """(subject IN (SELECT key FROM named) OR id IN (
        SELECT e.claim_id FROM statement_entity x
        JOIN evidence e ON e.statement_id = x.statement_id
        WHERE x.entity_key IN (SELECT key FROM named)))""",
    "since": "last_said_at >= :since",
    "until": "first_said_at < :until",
}

_NAMED = """WITH named AS (
    SELECT key FROM entity WHERE :entity IN (key, name)
    UNION SELECT entity_key FROM entity_alias WHERE alias = :entity)"""


def list_claims(
    db: Database,
    *,
    topic: str | None = None,
    status: str | None = None,
    outcome: str | None = None,
    source: str | None = None,
    entity: str | None = None,
    since: str | None = None,
    until: str | None = None,
    lang: str | None = None,
    sort: str = "changed",
    limit: int | None = None,
    dismissed: bool = False,
) -> list[dict[str, Any]]:
    """Return claim rows that pass every filter given; ValueError for a bad sort.

    `entity` is a key, a name or an alias; `since` and `until` are days or instants,
    a day as `until` is included.
    """
    if sort not in SORTS:
        raise ValueError(f"cannot sort by {sort}: use {', '.join(SORTS)}")
    given = {
        "topic": topic,
        "status": status,
        "outcome": outcome,
        "source": source,
        "entity": entity,
        "since": utc(since),
        "until": end_of(until),
        "lang": lang,
    }
    where = [_FILTERS[name] for name, value in given.items() if value is not None]
    if not dismissed:
        where.append("is_dismissed = 0")
    sql = f"""{_NAMED} SELECT * FROM claim WHERE {" AND ".join(where) or "true"}
        ORDER BY {SORTS[sort]} LIMIT :limit"""
    return list(db.query(sql, {**given, "limit": -1 if limit is None else limit}))


def list_changes(
    db: Database,
    since: str | None = None,
    until: str | None = None,
    *,
    topic: str | None = None,
) -> list[dict[str, Any]]:
    """Return changes of status from `since` on, the oldest first, with the claim."""
    return list(
        db.query(
            """
            SELECT h.claim_id, h.changed AS changed_at, h.old, h.new, h.rule, h.actor,
              h.note, h.report_id, c.text, c.lang, c.subject, c.outcome, c.source_type,
              c.said_by, c.figure_text, c.date_text, c.first_source,
              r.source, r.url, r.title
            FROM status_change h JOIN claim c ON c.id = h.claim_id
            LEFT JOIN report r ON r.id = h.report_id
            WHERE c.is_dismissed = 0
              AND (:since IS NULL OR h.changed_at >= :since)
              AND (:until IS NULL OR h.changed_at < :until)
              AND (:topic IS NULL OR c.id IN
                (SELECT claim_id FROM topic_claim WHERE topic = :topic))
            ORDER BY h.changed_at, c.n, h.position
            """,
            {"since": utc(since), "until": end_of(until), "topic": topic},
        )
    )


def end_of(until: str | None) -> str | None:
    """Return the instant that ends `until`, a day included whole."""
    if until and len(until.strip()) == len("2022-07-20"):
        return utc(until.strip() + "T23:59:59")
    return utc(until)
