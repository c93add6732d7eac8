"""Outlets: what the configuration says of them, and what they have told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from db.connection import transaction
from db.rows import upsert
from molva.model import Report, Source

_COLUMNS = ("name", "title", "kind", "lang", "family", "reliability", "home", "aliases")


def save_sources(db: Database, sources: Iterable[Source]) -> int:
    """Write what is new or different about `sources`; return how many that was."""
    rows = [
        (
            source.name,
            source.title,
            source.kind,
            source.lang,
            source.family,
            source.reliability,
            source.home,
            json.dumps(source.aliases, ensure_ascii=False),
        )
        for source in sources
    ]
    with transaction(db):
        return upsert(db, "source", _COLUMNS, rows, keys=1)


def ensure_sources(db: Database, reports: Iterable[Report]) -> None:
    """Give a source that nobody declared a row made of what its report says."""
    rows = {
        report.source: (report.source, report.source, report.kind, report.lang or "und")
        for report in reports
    }
    db.conn.executemany(
        "INSERT INTO source(name, title, kind, lang) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        rows.values(),
    )


def load_sources(db: Database) -> dict[str, Source]:
    """Return all sources by name."""
    sql = f"SELECT {', '.join(_COLUMNS)} FROM source ORDER BY name"
    return {
        row[0]: Source(
            name=row[0],
            title=row[1],
            kind=row[2],
            lang=row[3],
            family=row[4],
            reliability=row[5],
            home=row[6],
            aliases=tuple(json.loads(row[7])),
        )
        for row in db.conn.execute(sql)
    }


def list_sources(db: Database) -> list[dict[str, Any]]:
    """Return sources with counts of reports and claims, and the last time each wrote.

    `claims` counts the claims it bears on, `first` those it told before all others.
    """
    return list(
        db.query(
            """
            WITH told AS (
              SELECT source, count(*) AS reports,
                max(published_at) AS last_published_at,
                max(first_seen_at) AS last_new_at
              FROM report GROUP BY source
            ), borne AS (
              SELECT source, count(DISTINCT claim_id) AS claims
              FROM evidence GROUP BY source
            ), led AS (
              SELECT first_source AS source, count(*) AS first,
                sum(status = 'confirmed') AS first_confirmed,
                sum(status = 'denied') AS first_denied
              FROM claim WHERE is_dismissed = 0 GROUP BY first_source
            )
            SELECT name, title, kind, lang, family, reliability, home,
              coalesce(reports, 0) AS reports, coalesce(claims, 0) AS claims,
              coalesce(first, 0) AS first,
              coalesce(first_confirmed, 0) AS first_confirmed,
              coalesce(first_denied, 0) AS first_denied,
              last_published_at, last_new_at
            FROM source LEFT JOIN told ON told.source = name
            LEFT JOIN borne ON borne.source = name LEFT JOIN led ON led.source = name
            ORDER BY reports DESC, name
            """
        )
    )
