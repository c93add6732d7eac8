"""Statements: what a reading gave, and which of them no claim has taken yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from itertools import chain, repeat

import msgspec
from sqlite_utils import Database

from db.connection import transaction
from db.instants import now
from db.reports import HEAD_WIDTH, IN_TURN, SAID_COLUMNS, SAID_TABLES, head_of
from db.rows import Row, marks, upsert
from molva.model import Alias, Reading, ReportHead, Statement

_COLUMNS = (
    "id",
    "report_id",
    "last_revision",
    "position",
    "start",
    "end",
    "lang",
    "text",
    "modality",
    "polarity",
    "subject",
    "act",
    "change",
    "source_type",
    "source_text",
    "source_count",
    "cue_text",
    "outlet_text",
    "authority",
    "closeness",
    "record",
    "first_revision",
)


#: Records are read far more often than anything else: nine times as fast as `json`.
_DECODER = msgspec.json.Decoder(Statement)
_ENCODER = msgspec.json.Encoder()


def save_readings(
    db: Database, readings: Iterable[Reading], revisions: Iterable[int | None] = ()
) -> list[str]:
    """Store what reports were found to say and mark them read.

    `revisions` are those that were read, an earlier one of a report first; where none
    is told it was the current one. A statement that an edit removed stays, with the
    last revision that had it. Returns the ids of claims whose evidence now reads
    differently and wants assessing again.
    """
    told = list(zip(readings, chain(revisions, repeat(None)), strict=False))
    with transaction(db):
        current = _current(db, [reading.report_id for reading, _ in told])
        read = [(r, revision or current[r.report_id]) for r, revision in told]
        first = _first_revisions(db, current)
        known = frozenset(first)
        rows = [
            _row(_of_edition(statement, first, revision), revision, position)
            for reading, revision in read
            for position, statement in enumerate(_distinct(reading.statements))
        ]
        touched = _claims_of_changed(db, [row for row in rows if row[0] in known])
        _write(db, rows, known)
        _save_entities(
            db, [s for reading, _ in read for s in reading.statements], known
        )
        for reading, _ in read:
            _save_aliases(db, reading)
        mark_read(db, [(reading.report_id, revision) for reading, revision in read])
        db.conn.executemany(
            "UPDATE report SET lang = ? WHERE id = ? AND lang IS NULL",
            [(reading.lang, reading.report_id) for reading, _ in read],
        )
    return sorted(touched)


def _current(db: Database, report_ids: Sequence[str]) -> dict[str, int]:
    """Return the current revision of each report; raises KeyError without one."""
    ids = list(dict.fromkeys(report_ids))
    sql = f"SELECT id, revision FROM report WHERE id IN ({marks(ids)})"
    found = dict(db.conn.execute(sql, ids).fetchall())
    for i in ids:
        if i not in found:
            raise KeyError(f"no report {i}")
    return found


def _of_edition(
    statement: Statement, first: dict[str, int], revision: int
) -> Statement:
    """Return a statement with the revision that first had it."""
    edition = first.setdefault(statement.id, revision)
    if edition == statement.edition:
        return statement
    return replace(statement, edition=edition)


def mark_read(db: Database, texts: Iterable[tuple[str, int]]) -> None:
    """Note that nobody need read these reports any more, each up to a revision."""
    at = now()
    with transaction(db):
        db.conn.executemany(
            """UPDATE report_revision SET read_at = ?
            WHERE report_id = ? AND revision <= ? AND read_at IS NULL""",
            [(at, report_id, revision) for report_id, revision in texts],
        )


def _first_revisions(db: Database, report_ids: Iterable[str]) -> dict[str, int]:
    """Return the revision that first had each known statement of these reports."""
    ids = list(report_ids)
    sql = f"""SELECT id, first_revision FROM statement
        WHERE report_id IN ({marks(ids)})"""
    return dict(db.conn.execute(sql, ids).fetchall())


def _distinct(statements: Iterable[Statement]) -> list[Statement]:
    return list({statement.id: statement for statement in statements}.values())


def _row(statement: Statement, revision: int, position: int) -> Row:
    said = statement.attribution
    return (
        statement.id,
        statement.report_id,
        revision,
        position,
        statement.start,
        statement.end,
        statement.lang,
        statement.text,
        statement.modality,
        statement.polarity,
        statement.subject,
        statement.act,
        statement.change,
        said.source_type,
        said.source,
        said.count,
        said.cue,
        said.outlet,
        said.authority,
        said.closeness,
        _ENCODER.encode(statement).decode(),
        revision,
    )


def _claims_of_changed(db: Database, rows: Sequence[Row]) -> set[str]:
    """Find the claims of known statements whose record is not what it was."""
    sql = """SELECT e.claim_id FROM statement s
        JOIN evidence e ON e.statement_id = s.id WHERE s.id = ? AND s.record <> ?"""
    return {
        claim
        for row in rows
        for (claim,) in db.conn.execute(sql, (row[0], row[-2])).fetchall()
    }


def _write(db: Database, rows: Sequence[Row], known: Set[str]) -> None:
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    kept = _COLUMNS[1:-1]  # the first revision stays what it was
    old = ", ".join(f'statement."{name}"' for name in kept)
    new = ", ".join(f'excluded."{name}"' for name in kept)
    insert = f"INSERT INTO statement({names}) VALUES ({marks(_COLUMNS)})"
    update = f"""{insert} ON CONFLICT(id) DO UPDATE SET
        ({", ".join(f'"{n}"' for n in kept)}) = ({new}) WHERE ({old}) IS NOT ({new})"""
    fresh: dict[str, Row] = {}
    others = []
    for row in rows:
        if row[0] in known or row[0] in fresh:
            others.append(row)
        else:
            fresh[row[0]] = row
    db.conn.executemany(insert, fresh.values())
    db.conn.executemany(update, others)


def _save_entities(
    db: Database, statements: Iterable[Statement], known: Set[str]
) -> None:
    """Link statements to the things they name; the first name of a thing stays.

    `known` are the statements that may have links already.
    """
    links: dict[str, dict[Row, Row]] = {}
    things: dict[str, Row] = {}
    aliases: dict[Row, None] = {}
    for statement in statements:
        of_it = links[statement.id] = {}
        for entity in statement.entities:
            things.setdefault(entity.key, (entity.key, entity.name, entity.label))
            aliases[(entity.key, entity.name, statement.lang)] = None
            link = (statement.id, entity.key, entity.start)
            of_it[link] = (*link, entity.end, entity.text)
    execute = db.conn.executemany
    execute(
        "INSERT INTO entity(key, name, label) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        things.values(),
    )
    execute(
        "INSERT INTO entity_alias(entity_key, alias, lang) VALUES (?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        aliases,
    )
    more: Counter[str] = Counter()
    for i, of_it in links.items():
        if i in known:
            more.subtract(_unlink(db, i, of_it))
        more.update({key for _, key, _ in of_it})
    upsert(
        db,
        "statement_entity",
        ("statement_id", "entity_key", "start", "end", "text"),
        [row for of_it in links.values() for row in of_it.values()],
        keys=3,
    )
    execute(
        "UPDATE entity SET statement_count = statement_count + ? WHERE key = ?",
        [(count, key) for key, count in more.items() if count],
    )


def _unlink(db: Database, statement: str, links: Collection[Row]) -> set[str]:
    """Take away the links that are not in `links`; return what it was linked to."""
    linked = db.conn.execute(
        "SELECT statement_id, entity_key, start FROM statement_entity"
        " WHERE statement_id = ?",
        (statement,),
    ).fetchall()
    db.conn.executemany(
        "DELETE FROM statement_entity WHERE (statement_id, entity_key, start)"
        " = (?, ?, ?)",
        [link for link in linked if link not in links],
    )
    return {key for _, key, _ in linked}


def _save_aliases(db: Database, reading: Reading) -> None:
    """Keep the other names that a text declares; a person's word stays a person's."""
    if not reading.aliases:
        return
    called = {entity.key: entity.name for entity in reading.entities}
    db.conn.executemany(
        "INSERT INTO entity(key, name, label) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(a.key, called.get(a.key, a.key), a.label) for a in reading.aliases],
    )
    db.conn.executemany(
        """INSERT INTO entity_alias(entity_key, alias, lang, made_by)
        VALUES (?, ?, ?, 'new text')
        ON CONFLICT DO UPDATE SET made_by = 'new text' WHERE made_by = 'reading'""",
        [(a.key, a.name, a.lang) for a in reading.aliases],
    )


def settle_aliases(db: Database) -> None:
    """Have the next reading know what texts declared in this one.

    Until all is read nobody knows it: a reading that is broken off and goes on finds
    what one that was not finds.
    """
    with transaction(db):
        db.conn.execute(
            "UPDATE entity_alias SET made_by = 'text' WHERE made_by = 'new text'"
        )


def declared_aliases(db: Database) -> list[Alias]:
    """Return the other names that texts declared, in a fixed order."""
    sql = """SELECT a.alias, a.entity_key, e.label, a.lang FROM entity_alias a
        JOIN entity e ON e.key = a.entity_key
        WHERE a.made_by = 'text' ORDER BY a.alias, a.entity_key, a.lang"""
    return [
        Alias(name=name, key=key, label=label, lang=lang)
        for name, key, label, lang in db.conn.execute(sql)
    ]


def entity_labels(db: Database, keys: Sequence[str]) -> dict[str, str]:
    """Return the label of each of these entities that is known."""
    sql = f"SELECT key, label FROM entity WHERE key IN ({marks(keys)})"
    return dict(db.conn.execute(sql, keys).fetchall())


def unplaced_ids(db: Database, limit: int) -> list[str]:
    """Return ids of statements that belong to no claim, also those an edit removed.

    In the order the ledger needs: by publication (unknown ones last, by when first
    seen), then report, then place in the text.
    """
    sql = f"""
        SELECT t.id FROM statement t JOIN report r ON r.id = t.report_id
        WHERE t.is_placed = 0
        ORDER BY {IN_TURN},
          t.start, t.id
        LIMIT ?"""
    return [row[0] for row in db.conn.execute(sql, (limit,))]


def said(db: Database, ids: Sequence[str]) -> list[tuple[Statement, ReportHead]]:
    """Return statements with the head of their report, in the order of `ids`."""
    sql = f"""SELECT {SAID_COLUMNS}, t.record FROM {SAID_TABLES}
        WHERE t.id IN ({marks(ids)})"""
    found = (
        (statement_of(row[HEAD_WIDTH]), head_of(row))
        for row in db.conn.execute(sql, ids)
    )
    by_id = {statement.id: (statement, head) for statement, head in found}
    return [by_id[i] for i in ids if i in by_id]


def mark_unplaced(db: Database, key: str) -> int:
    """Ask for statements about or by an entity to be filed anew; return how many."""
    with transaction(db):
        return db.conn.execute(
            """UPDATE statement SET is_placed = 0 WHERE is_placed = 1
            AND (subject = :key OR authority = :key OR id IN
              (SELECT statement_id FROM statement_entity WHERE entity_key = :key))
            AND last_revision =
              (SELECT revision FROM report WHERE id = statement.report_id)""",
            {"key": key},
        ).rowcount


def find_entity(db: Database, name: str) -> str | None:
    """Return the key of what goes by this key or name, the most told of several."""
    found = db.conn.execute(
        """SELECT key FROM entity WHERE :name IN (key, name) OR key IN
          (SELECT entity_key FROM entity_alias WHERE alias = :name)
        ORDER BY statement_count DESC, key LIMIT 1""",
        {"name": name},
    ).fetchone()
    return found[0] if found else None


def is_act(db: Database, act: str) -> bool:
    """Say whether any statement has this act."""
    sql = "SELECT 1 FROM statement WHERE act = ? LIMIT 1"
    return db.conn.execute(sql, (act,)).fetchone() is not None


def alias_entity(
    db: Database, one: tuple[str, str], other: tuple[str, str], *, is_on: bool
) -> None:
    """Make two entities (key, name) findable by each other's name, or no longer so."""
    pairs = [(one[0], other[1]), (other[0], one[1])]
    sql = "DELETE FROM entity_alias WHERE made_by = 'person' AND (entity_key, alias)"
    with transaction(db):
        db.conn.executemany(f"{sql} = (?, ?)", pairs)
        if is_on:
            db.conn.executemany(
                """INSERT INTO entity_alias(entity_key, alias, lang, made_by)
                SELECT key, ?, 'und', 'person' FROM entity WHERE key = ?
                ON CONFLICT DO NOTHING""",
                [(alias, key) for key, alias in pairs],
            )


def count_unplaced(db: Database) -> int:
    """Return how many ids `unplaced_ids` would give without a limit."""
    sql = "SELECT count(*) FROM statement WHERE is_placed = 0"
    return int(db.conn.execute(sql).fetchone()[0])


def load_statements(db: Database, ids: Sequence[str]) -> dict[str, Statement]:
    """Return statements by id; those that do not exist are left out."""
    sql = f"SELECT id, record FROM statement WHERE id IN ({marks(ids)})"
    return {i: statement_of(record) for i, record in db.conn.execute(sql, ids)}


@lru_cache(maxsize=8192)
def statement_of(record: str) -> Statement:
    """Build a statement from its JSON; the same text gives the same object."""
    return _DECODER.decode(record)
