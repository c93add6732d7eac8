"""All that the storage room offers, under one name."""

from db.claims import (
    all_claim_ids,
    candidates,
    drop_suggestion,
    empty_claims,
    evidence,
    find_claim,
    find_claim_id,
    list_suggestions,
    load_claims,
    open_claim_ids,
    place,
    remove_claims,
    save_claims,
    suggest,
)
from db.connection import StorageError, open_db, transaction
from db.doctor import Finding, doctor, rebuild_search
from db.lists import SORTS, list_changes, list_claims
from db.reports import (
    Saved,
    count_unread,
    heads,
    load_report,
    mark_unread,
    save_reports,
    similar_heads,
    unread,
    withdraw,
)
from db.reviews import add_review, reviews
from db.runs import add_issue, finish_run, list_issues, list_runs, start_run
from db.sources import list_sources, load_sources, save_sources
from db.statements import (
    count_unplaced,
    load_statements,
    save_readings,
    unplaced,
)
from db.topics import Topic, remove_topic, save_topic, tag_claims, topics
from db.vectors import Vectors, vectors_path

__all__ = [
    "SORTS",
    "Finding",
    "Saved",
    "StorageError",
    "Topic",
    "Vectors",
    "add_issue",
    "add_review",
    "all_claim_ids",
    "candidates",
    "count_unplaced",
    "count_unread",
    "doctor",
    "drop_suggestion",
    "empty_claims",
    "evidence",
    "find_claim",
    "find_claim_id",
    "finish_run",
    "heads",
    "list_changes",
    "list_claims",
    "list_issues",
    "list_runs",
    "list_sources",
    "list_suggestions",
    "load_claims",
    "load_report",
    "load_sources",
    "load_statements",
    "mark_unread",
    "open_claim_ids",
    "open_db",
    "place",
    "rebuild_search",
    "remove_claims",
    "remove_topic",
    "reviews",
    "save_claims",
    "save_readings",
    "save_reports",
    "save_sources",
    "save_topic",
    "similar_heads",
    "start_run",
    "suggest",
    "tag_claims",
    "topics",
    "transaction",
    "unplaced",
    "unread",
    "vectors_path",
    "withdraw",
]
