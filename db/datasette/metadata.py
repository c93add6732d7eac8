"""Titles, facets, hidden tables, saved questions: Datasette's metadata, built."""

from __future__ import annotations

from typing import Any

from db.describe import descriptions
from db.questions import QUERIES, question

_TABLES: dict[str, dict[str, Any]] = {
    "claim": {
        "title": "Claims",
        "label_column": "text",
        "sort_desc": "last_said_at",
        "facets": ["status", "source_type", "outcome"],
        "fts_table": "claim_fts",
        "fts_pk": "n",
        "size": 30,
    },
    "source": {"title": "Sources", "label_column": "title", "facets": ["kind", "lang"]},
    "report": {
        "title": "Reports",
        "label_column": "title",
        "sort_desc": "published_at",
        "fts_table": "report_fts",
        "fts_pk": "n",
    },
    "statement": {"title": "Statements", "label_column": "text"},
    "entity": {
        "title": "Entities",
        "label_column": "name",
        "sort_desc": "statement_count",
        "facets": ["label"],
    },
    "status_change": {
        "title": "Changes",
        "sort_desc": "changed_at",
        "facets": ["new"],
    },
    "topic": {"title": "Topics"},
    "run": {"title": "Runs", "sort_desc": "id"},
    "issue": {"title": "Issues", "sort_desc": "last_at", "facets": ["stage"]},
}
#: Bookkeeping that is of use to Molva alone.
_HIDDEN = (
    "claim_key",
    "claim_search",
    "entity_alias",
    "match_suggestion",
    "page",
    "report_band",
    "report_revision",
    "report_search",
    "statement_entity",
    "topic_claim",
    "_sqlite_migrations",
)
#: Article texts (under copyright), people's notes and addresses not yet published.
_PRIVATE = (
    "claim_story",  # has people's notes, as has status_change
    "status_change",
    "report_fts",  # its stems are nearly the text
    "report_search",
    "report_revision",
    "claim_fts",
    "claim_search",
    "review",
    "match_suggestion",
    "page",
    "issue",
    "run",
    "_sqlite_migrations",
)
#: What people have still to decide.
_PRIVATE_QUERIES = ("needs_eyes",)
_SHADOWS = tuple(
    f"{index}_{part}"
    for index in ("claim_fts", "report_fts")
    for part in ("data", "idx", "content", "docsize", "config")
)


def metadata(*, public: bool = False, lang: str | None = None) -> dict[str, Any]:
    """Return what Datasette is told about the database."""
    tables = {name: dict(options) for name, options in _TABLES.items()}
    for name in _HIDDEN:
        tables.setdefault(name, {})["hidden"] = True
    denied = _SHADOWS + (_PRIVATE if public else ())
    for name in denied:
        tables.setdefault(name, {}).update(allow=False, hidden=True)
    return {
        "title": "Molva",
        "plugins": {"molva": {"public": public, "lang": lang}},
        "databases": {
            "molva": {
                "title": "Molva",
                "tables": tables,
                "queries": {
                    path.stem: _query(path.stem)
                    for path in sorted(QUERIES.glob("*.sql"))
                    if not (public and path.stem in _PRIVATE_QUERIES)
                },
            }
        },
    }


def described() -> dict[str, Any]:
    """Return what tables and columns mean, made anew, as Datasette merges into it.

    Apart from `metadata`, of which Datasette copies all for every permission it checks.
    """
    tables = {
        name: {"description": columns["_table"], "columns": _columns(columns)}
        for name, columns in descriptions().items()
    }
    return {"databases": {"molva": {"tables": tables}}}


def _columns(columns: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in columns.items() if name != "_table"}


def _query(name: str) -> dict[str, Any]:
    asked = question(name)
    return {
        "title": asked.title,
        "description": asked.about,
        "sql": asked.sql,
        "hide_sql": True,
    }
