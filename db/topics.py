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


#: What belongs to a topic: claims one of whose statements, or whose subject, is one of
#: its entities, and claims that a word of its own finds.
_ENTITIES, _WORDS = (
    """SELECT e.claim_id FROM statement_entity x
      JOIN evidence e ON e.statement_id = x.statement_id
    WHERE x.entity_key IN (SELECT value FROM json_each(:entities))
    UNION SELECT id FROM claim
    WHERE subject IN (SELECT value FROM json_each(:entities))""",
    """SELECT c.id FROM claim_fts f JOIN claim c ON c.n = f.rowid
    WHERE claim_fts MATCH :query""",
)
#: The same of a few claims: asked claim by claim, however large the topic is.
_ENTITIES_OF, _WORDS_OF = (
    """SELECT e.claim_id FROM json_each(:only) o
      CROSS JOIN evidence e ON e.claim_id = o.value
      CROSS JOIN statement_entity x ON x.statement_id = e.statement_id
    WHERE x.entity_key IN (SELECT value FROM json_each(:entities))
    UNION SELECT c.id FROM json_each(:only) o CROSS JOIN claim c ON c.id = o.value
    WHERE c.subject IN (SELECT value FROM json_each(:entities))""",
    """SELECT c.id FROM json_each(:only) o CROSS JOIN claim c ON c.id = o.value
      CROSS JOIN claim_fts f ON f.rowid = c.n
    WHERE claim_fts MATCH :query""",
)


def _tag(db: Database, topic: Topic, only: str | None = None) -> int:
    given = {
        "topic": topic.name,
        "entities": json.dumps(topic.entities),
        "query": _query(topic.words),
        "only": only,
    }
    run = db.conn.execute
    run("DROP TABLE IF EXISTS temp.belongs")
    run("CREATE TEMP TABLE belongs(claim_id TEXT PRIMARY KEY)")
    asked = [_ENTITIES if only is None else _ENTITIES_OF]
    if given["query"]:
        asked.append(_WORDS if only is None else _WORDS_OF)
    for sql in asked:
        run(f"INSERT OR IGNORE INTO temp.belongs {sql}", given)
    here = "claim_id IN (SELECT value FROM json_each(:only))"
    gone = run(
        f"""DELETE FROM topic_claim WHERE topic = :topic
          AND {"true" if only is None else here}
          AND claim_id NOT IN (SELECT claim_id FROM temp.belongs)""",
        given,
    ).rowcount
    come = run(
        """INSERT INTO topic_claim(topic, claim_id)
        SELECT :topic, claim_id FROM temp.belongs WHERE true ON CONFLICT DO NOTHING""",
        given,
    ).rowcount
    return gone + come


def _query(words: Iterable[str]) -> str | None:
    """Return an FTS5 query for any of `words`, each a phrase of stems."""
    phrases = [stems for word in words if (stems := stem_text(word))]
    if not phrases:
        return None
    return "stems : (" + " OR ".join(f'"{phrase}"' for phrase in phrases) + ")"
