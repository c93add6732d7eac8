"""Topics: what people follow. A claim is in one by an entity or a stemmed word."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from db.connection import transaction
from db.rows import upsert
from db.stems import stem_text


@dataclass(frozen=True, slots=True)
class Topic:
    """A name for `entities` (entity keys) and `words` (words or short phrases)."""

    name: str
    entities: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def save_topic(db: Database, topic: Topic) -> None:
    """Add a topic or change what it follows, and file the claims under it."""
    row = (
        topic.name,
        json.dumps(topic.entities, ensure_ascii=False),
        json.dumps(topic.words, ensure_ascii=False),
    )
    with transaction(db):
        upsert(db, "topic", ("name", "entities", "words"), [row], keys=1)
        _tag(db, topic)


def remove_topic(db: Database, name: str) -> bool:
    """Stop following; the claims stay. Return whether there was such a topic."""
    with transaction(db):
        sql = "DELETE FROM topic WHERE name = ?"
        return db.conn.execute(sql, (name,)).rowcount > 0


def topics(db: Database) -> list[Topic]:
    """Return what is followed, by name."""
    sql = "SELECT name, entities, words FROM topic ORDER BY name"
    return [
        Topic(name, tuple(json.loads(entities)), tuple(json.loads(words)))
        for name, entities, words in db.conn.execute(sql)
    ]


def tag_claims(db: Database, claim_ids: Iterable[str] | None = None) -> int:
    """File claims (all, or those given) under topics; return how many links changed."""
    only = None if claim_ids is None else json.dumps(list(claim_ids))
    with transaction(db):
        return sum(_tag(db, topic, only) for topic in topics(db))


def _tag(db: Database, topic: Topic, only: str | None = None) -> int:
    given = {
        "topic": topic.name,
        "entities": json.dumps(topic.entities),
        "query": _query(topic.words),
        "only": only,
    }
    here = ":only IS NULL OR {} IN (SELECT value FROM json_each(:only))"
    db.conn.execute("DROP TABLE IF EXISTS temp.belongs")
    db.conn.execute("CREATE TEMP TABLE belongs(claim_id TEXT PRIMARY KEY)")
    db.conn.execute(
        f"""INSERT OR IGNORE INTO temp.belongs
        SELECT e.claim_id FROM statement_entity x
        JOIN evidence e ON e.statement_id = x.statement_id
        WHERE x.entity_key IN (SELECT value FROM json_each(:entities))
          AND ({here.format("e.claim_id")})
        UNION SELECT id FROM claim
        WHERE subject IN (SELECT value FROM json_each(:entities))
          AND ({here.format("id")})""",
        given,
    )
    if given["query"]:
        db.conn.execute(
            f"""INSERT OR IGNORE INTO temp.belongs
            SELECT c.id FROM claim_fts f JOIN claim c ON c.n = f.rowid
            WHERE claim_fts MATCH :query AND ({here.format("c.id")})""",
            given,
        )
    before = db.conn.total_changes
    db.conn.execute(
        f"""DELETE FROM topic_claim WHERE topic = :topic
          AND claim_id NOT IN (SELECT claim_id FROM temp.belongs)
          AND ({here.format("claim_id")})""",
        given,
    )
    db.conn.execute(
        """INSERT INTO topic_claim(topic, claim_id)
        SELECT :topic, claim_id FROM temp.belongs WHERE true ON CONFLICT DO NOTHING""",
        given,
    )
    changed = db.conn.total_changes - before
    db.conn.execute(
        """UPDATE topic SET claim_count =
          (SELECT count(*) FROM topic_claim WHERE topic = :topic)
        WHERE name = :topic""",
        given,
    )
    return changed


def _query(words: Iterable[str]) -> str | None:
    """Return an FTS5 query for any of `words`, each a phrase of stems."""
    phrases = [stems for word in words if (stems := stem_text(word))]
    if not phrases:
        return None
    return "stems : (" + " OR ".join(f'"{phrase}"' for phrase in phrases) + ")"
