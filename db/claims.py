"""Claims: finding candidates, filing evidence, and keeping what follows from it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlite_utils import Database

from db.claim_rows import (
    CHANGE_COLUMNS,
    CLAIM_COLUMNS,
    TRACK_COLUMNS,
    VALUE_COLUMNS,
    change_of,
    change_row,
    claim_of,
    claim_row,
    track_rows,
    value_of,
    value_row,
)
from db.connection import transaction
from db.reports import HEAD_WIDTH, IN_TURN, SAID_COLUMNS, SAID_TABLES, head_of
from db.reviews import reviews
from db.rows import (
    chunks,
    differing,
    marks,
    next_n,
    number_of,
    replace_rows,
    upsert,
)
from db.statements import statement_of
from db.stems import SEPARATOR, stem_text
from molva.index import CANDIDATES, POSTINGS, ranked, spread
from molva.matching import block_keys
from molva.model import Claim, Direction, Evidence, Statement
from molva.reviews import decide
from molva.status import RULE_WORDS

#: Ids that a message about several names.
_SHOWN = 3


def candidates(
    db: Database, keys: Sequence[str], limit: int = CANDIDATES
) -> list[tuple[str, Statement]]:
    """Return (claim id, statement) pairs that share a blocking key, best first.

    The claim is the one that matching found, whatever people merged since. Only the
    newest statements under a key are looked at, and few of one claim, so that the cost
    is the same however many there are.
    """
    best = ranked(_posting(db, key) for key in sorted(set(keys)))[: 2 * limit]
    homes = _homes(db, best)
    chosen = spread([n for n in best if n in homes], homes.__getitem__, limit)
    sql = f"SELECT n, record FROM statement WHERE n IN ({marks(chosen)})"
    records = dict(db.conn.execute(sql, chosen))
    return [(homes[n], statement_of(records[n])) for n in chosen]


def _posting(db: Database, key: str) -> list[int]:
    sql = "SELECT n FROM claim_key WHERE key = ? ORDER BY n DESC LIMIT ?"
    return [n for (n,) in db.conn.execute(sql, (number_of(key), POSTINGS))]


def _homes(db: Database, numbers: Sequence[int]) -> dict[int, str]:
    """Return the claims of statements, by the numbers of these."""
    sql = f"""SELECT s.n, e.found_claim_id FROM statement s
        JOIN evidence e ON e.statement_id = s.id WHERE s.n IN ({marks(numbers)})"""
    return dict(db.conn.execute(sql, numbers))


def place(
    db: Database,
    statement: Statement,
    claim_id: str,
    keys: Iterable[str],
    origin: str,
    direction: Direction,
    score: float | None = None,
    found_claim_id: str | None = None,
) -> None:
    """File a statement as evidence of a claim, or move it there from another.

    `found_claim_id` is the claim that matching found, where a person's decision leads
    to another. The claim's own row may follow later in the same transaction.
    """
    with transaction(db):
        source = db.conn.execute(
            "SELECT source FROM report WHERE id = ?", (statement.report_id,)
        ).fetchone()[0]
        upsert(
            db,
            "evidence",
            (
                "statement_id",
                "claim_id",
                "direction",
                "origin",
                "score",
                "report_id",
                "source",
                "found_claim_id",
            ),
            [
                (
                    statement.id,
                    claim_id,
                    direction,
                    origin,
                    score,
                    statement.report_id,
                    source,
                    found_claim_id or claim_id,
                )
            ],
            keys=1,
        )
        _index(db, statement.id, sorted({number_of(key) for key in keys}))


def _index(db: Database, statement_id: str, keys: Sequence[int]) -> None:
    """Make `keys` those under which a statement is found; number it if it is new."""
    sql = "SELECT n FROM statement WHERE id = ?"
    (n,) = db.conn.execute(sql, (statement_id,)).fetchone()
    if n is None:
        n = next_n(db, "statement")
        db.conn.execute("UPDATE statement SET n = ? WHERE id = ?", (n, statement_id))
    else:
        db.conn.execute(
            f"DELETE FROM claim_key WHERE n = ? AND key NOT IN ({marks(keys)})",
            (n, *keys),
        )
    upsert(db, "claim_key", ("key", "n"), [(key, n) for key in keys], keys=2)


def lost(db: Database) -> list[Statement]:
    """Return statements that are filed but never found as candidates."""
    sql = """SELECT n, record FROM statement s WHERE is_placed = 1 AND NOT EXISTS
        (SELECT 1 FROM claim_key WHERE claim_key.n = s.n) ORDER BY id"""
    found = [(n, statement_of(record)) for n, record in db.conn.execute(sql)]
    # a text that names nothing has no key, and is found by nothing
    return [s for n, s in found if n is None or block_keys(s)]


def find_again(db: Database) -> None:
    """Enter statements that are never found under their keys."""
    decisions = decide(reviews(db))
    with transaction(db):
        for statement in lost(db):
            keys = block_keys(decisions.renamed(statement))
            _index(db, statement.id, sorted({number_of(key) for key in keys}))


def homes(db: Database, claim_ids: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return (statement, claim found by matching, claim) of all that claims hold.

    Those that hold a statement now, and those that matching found for one.
    """
    ids = sorted(set(claim_ids))
    sql = f"""SELECT statement_id, found_claim_id, claim_id FROM evidence
        WHERE claim_id IN ({marks(ids)}) OR found_claim_id IN ({marks(ids)})"""
    return list(db.conn.execute(sql, (*ids, *ids)))


def move(db: Database, homes: Mapping[str, str]) -> None:
    """Put statements (by id) into other claims, whose rows may follow."""
    rows = [(claim, statement) for statement, claim in homes.items()]
    with transaction(db):
        sql = "UPDATE evidence SET claim_id = ? WHERE statement_id = ?"
        db.conn.executemany(sql, rows)


def unfile(db: Database, statement_ids: Sequence[str]) -> list[str]:
    """Take statements out of their claims; return the claims they were in.

    What was suggested for claims that they founded is forgotten: filing says it anew.
    """
    here = f"WHERE statement_id IN ({marks(statement_ids)})"
    with transaction(db):
        sql = f"SELECT DISTINCT claim_id FROM evidence {here}"
        left = [row[0] for row in db.conn.execute(sql, statement_ids)]
        if not left:
            return []
        db.conn.execute(f"DELETE FROM evidence {here}", statement_ids)
        db.conn.execute(
            "DELETE FROM claim_key WHERE n IN"
            f" (SELECT n FROM statement WHERE id IN ({marks(statement_ids)}))",
            statement_ids,
        )
        for end in ("claim_a", "claim_b"):
            db.conn.execute(
                "DELETE FROM match_suggestion WHERE is_apart = 0"
                f" AND {end} IN ({marks(statement_ids)})",
                statement_ids,
            )
    return left


def evidence(db: Database, claim_ids: Iterable[str]) -> dict[str, list[Evidence]]:
    """Return the evidence of claims in order of publication; no entry if none."""
    found: dict[str, list[Evidence]] = {}
    for chunk in chunks(claim_ids):
        sql = f"""
            SELECT {SAID_COLUMNS}, t.record, e.direction, e.origin, e.claim_id
            FROM {SAID_TABLES} JOIN evidence e ON e.statement_id = t.id
            WHERE e.claim_id IN ({marks(chunk)})
            ORDER BY {IN_TURN},
              t.start, t.id"""
        for row in db.conn.execute(sql, chunk):
            record, direction, origin, claim_id = row[HEAD_WIDTH:]
            found.setdefault(claim_id, []).append(
                Evidence(
                    statement=statement_of(record),
                    report=head_of(row),
                    direction=direction,
                    origin=origin,
                )
            )
    return found


def save_claims(db: Database, claims: Iterable[Claim]) -> int:
    """Store claims with their values and history; return how many were different."""
    changed = 0
    with transaction(db):
        upsert(db, "rule", ("name", "words"), RULE_WORDS.items(), keys=1)
        for some in chunks(claims):
            changed += len(_save(db, some))
    return changed


def _save(db: Database, claims: Sequence[Claim]) -> set[str]:
    """Store some hundreds of claims; return the ids of those that were different."""
    ids = [claim.id for claim in claims]
    numbers = _numbers(db, ids)
    rows = [claim_row(claim, numbers[claim.id]) for claim in claims]
    rows = differing(db, "claim", CLAIM_COLUMNS, rows)
    upsert(db, "claim", CLAIM_COLUMNS, rows, keys=1)
    wrote = {row[0] for row in rows}
    values = (value_row(c.id, i, v) for c in claims for i, v in enumerate(c.values))
    wrote |= replace_rows(db, "claim_value", VALUE_COLUMNS, ids, values)
    changes = (change_row(c.id, i, v) for c in claims for i, v in enumerate(c.changes))
    wrote |= replace_rows(db, "status_change", CHANGE_COLUMNS, ids, changes)
    tracks = (row for claim in claims for row in track_rows(claim))
    wrote |= replace_rows(db, "track", TRACK_COLUMNS, ids, tracks)
    words = [(numbers[claim.id], claim.text, _stems(claim)) for claim in claims]
    upsert(db, "claim_search", ("n", "text", "stems"), words, keys=1)
    return wrote


def _numbers(db: Database, claim_ids: Sequence[str]) -> dict[str, int]:
    """Return the number of each claim, the next free one where it is new."""
    sql = f"SELECT id, n FROM claim WHERE id IN ({marks(claim_ids)})"
    numbers: dict[str, int] = dict(db.conn.execute(sql, claim_ids).fetchall())
    for free, claim_id in enumerate(
        (i for i in claim_ids if i not in numbers), next_n(db, "claim")
    ):
        numbers[claim_id] = free
    return numbers


def _stems(claim: Claim) -> str:
    """Index every wording, so that a claim is found in each language it was told."""
    texts = dict.fromkeys([claim.text, *(e.statement.text for e in claim.evidence)])
    return f" {SEPARATOR} ".join(map(stem_text, texts))


def remove_claims(db: Database, claim_ids: Iterable[str]) -> None:
    """Drop claims that a merge has emptied; evidence still theirs becomes unplaced."""
    with transaction(db):
        db.conn.executemany("DELETE FROM claim WHERE id = ?", [(i,) for i in claim_ids])


def empty_claims(db: Database) -> list[str]:
    """Return the ids of claims without evidence."""
    sql = """SELECT id FROM claim WHERE NOT EXISTS
        (SELECT 1 FROM evidence WHERE claim_id = id) ORDER BY n"""
    return [row[0] for row in db.conn.execute(sql)]


def suggest(
    db: Database, claim_a: str, claim_b: str, score: float, reasons: Sequence[str] = ()
) -> None:
    """Note that two claims may be one; a person decides."""
    first, second = sorted((claim_a, claim_b))
    if first == second:
        return
    row = (first, second, score, json.dumps(list(reasons), ensure_ascii=False))
    with transaction(db):
        columns = ("claim_a", "claim_b", "score", "reasons")
        upsert(db, "match_suggestion", columns, [row], keys=2)


def list_suggestions(db: Database, claim_id: str | None = None) -> list[dict[str, Any]]:
    """Return suggested merges with both texts, the likeliest first."""
    return list(
        db.query(
            """SELECT m.claim_a, a.text AS text_a, m.claim_b, b.text AS text_b, m.score,
              m.reasons FROM match_suggestion m JOIN claim a ON a.id = m.claim_a
            JOIN claim b ON b.id = m.claim_b
            WHERE m.is_apart = 0 AND (:id IS NULL OR :id IN (m.claim_a, m.claim_b))
            ORDER BY m.score DESC, m.claim_a, m.claim_b""",
            {"id": claim_id},
        )
    )


def keep_apart(db: Database, claim_id: str, pairs: Collection[frozenset[str]]) -> None:
    """Suggest what people did not set apart, of all that a claim was suggested for."""
    sql = "SELECT claim_a, claim_b FROM match_suggestion WHERE ? IN (claim_a, claim_b)"
    found = db.conn.execute(sql, (claim_id,)).fetchall()
    rows = [(frozenset(pair) in pairs, *pair) for pair in found]
    with transaction(db):
        db.conn.executemany(
            "UPDATE match_suggestion SET is_apart = ?"
            " WHERE (claim_a, claim_b) = (?, ?)",
            rows,
        )


def settle_suggestions(db: Database, review_id: str, claim_id: str, into: str) -> None:
    """Hand what was suggested for a claim to the one that a review merged it into."""
    sql = """SELECT claim_a, claim_b, score, reasons FROM match_suggestion
        WHERE ? IN (claim_a, claim_b) AND is_apart = 0"""
    found = [
        (b if a == claim_id else a, score, json.loads(reasons))
        for a, b, score, reasons in db.conn.execute(sql, (claim_id,)).fetchall()
    ]
    kept = json.dumps([(claim_id, *row) for row in found], ensure_ascii=False)
    with transaction(db):
        db.conn.execute("UPDATE review SET settled = ? WHERE id = ?", (kept, review_id))
        for other, score, reasons in found:
            suggest(db, into, other, score, reasons)


def unsettle_suggestions(db: Database, review_id: str) -> None:
    """Suggest again what a merge had settled, where both claims are there."""
    sql = "SELECT settled FROM review WHERE id = ?"
    kept = db.conn.execute(sql, (review_id,)).fetchone()[0]
    with transaction(db):
        for claim_id, other, score, reasons in json.loads(kept or "[]"):
            known = "SELECT count(*) FROM claim WHERE id IN (?, ?)"
            if db.conn.execute(known, (claim_id, other)).fetchone()[0] == 2:
                suggest(db, claim_id, other, score, reasons)


def load_claims(db: Database, claim_ids: Sequence[str]) -> list[Claim]:
    """Rebuild claims whole, in the order asked for; unknown ids are left out."""
    return _in_order(db, claim_ids, is_whole=True)


def load_outlines(db: Database, claim_ids: Sequence[str]) -> list[Claim]:
    """Rebuild claims without their evidence, most of what a claim told often is."""
    return _in_order(db, claim_ids, is_whole=False)


def _in_order(db: Database, claim_ids: Sequence[str], *, is_whole: bool) -> list[Claim]:
    found: dict[str, Claim] = {}
    for chunk in chunks(claim_ids):
        found |= _load(db, chunk, is_whole)
    return [found[i] for i in claim_ids if i in found]


def _load(db: Database, ids: list[str], is_whole: bool) -> dict[str, Claim]:
    where = f"WHERE claim_id IN ({marks(ids)}) ORDER BY claim_id, position"
    values: dict[str, list[Any]] = {}
    names = ", ".join(f'"{name}"' for name in VALUE_COLUMNS)
    for row in db.conn.execute(f"SELECT {names} FROM claim_value {where}", ids):
        values.setdefault(row[0], []).append(value_of(row))
    changes: dict[str, list[Any]] = {}
    names = ", ".join(CHANGE_COLUMNS)
    for row in db.conn.execute(f"SELECT {names} FROM status_change {where}", ids):
        changes.setdefault(row[0], []).append(change_of(row))
    borne = evidence(db, ids) if is_whole else {}
    names = ", ".join(CLAIM_COLUMNS)
    sql = f"SELECT {names} FROM claim WHERE id IN ({marks(ids)})"
    return {
        row[0]: claim_of(
            row,
            values=tuple(values.get(row[0], ())),
            changes=tuple(changes.get(row[0], ())),
            evidence=tuple(borne.get(row[0], ())),
        )
        for row in db.conn.execute(sql, ids)
    }


def find_claim(db: Database, prefix: str) -> Claim:
    """Return the claim whose id starts so; LookupError if none or several do."""
    return load_claims(db, [find_claim_id(db, prefix)])[0]


def find_claim_id(db: Database, prefix: str) -> str:
    """Return the one claim whose id, or that of one it absorbed, starts so.

    Raises LookupError, whose one line says what to do, if none or several do.
    """
    prefix = prefix.strip().lower()
    if not prefix:
        raise LookupError("give the first letters of a claim's id")
    sql = "SELECT id FROM claim WHERE id >= ? AND id < ? ORDER BY id LIMIT 4"
    given = (prefix, prefix + "\U0010ffff")
    ids = [row[0] for row in db.conn.execute(sql, given)]
    if not ids:
        # a claim that was merged is where its founding statement is
        sql = """SELECT DISTINCT claim_id FROM evidence
            WHERE statement_id >= ? AND statement_id < ? LIMIT 4"""
        ids = [row[0] for row in db.conn.execute(sql, given)]
    if not ids:
        raise LookupError(
            f"no claim's id starts with {prefix}: `molva claims` lists them"
        )
    if len(ids) > 1 and ids[0] != prefix:
        raise LookupError(
            f"{prefix} is not unique: {', '.join(ids[:_SHOWN])}{_more(ids)}"
        )
    return str(ids[0])


def _more(ids: Sequence[str]) -> str:
    return " …" if len(ids) > _SHOWN else ""


def all_claim_ids(db: Database) -> list[str]:
    """Return every claim's id, the oldest row first."""
    return [row[0] for row in db.conn.execute("SELECT id FROM claim ORDER BY n")]


def open_claim_ids(db: Database, as_of: date | None = None) -> list[str]:
    """Return claims whose outcome the calendar alone may change.

    With `as_of` only those that it does change; without, all that wait for a date.
    """
    day = as_of.isoformat() if as_of else None
    sql = """
        SELECT n, id FROM claim WHERE outcome = 'open' AND date_latest < :open_before
        UNION ALL
        SELECT n, id FROM claim WHERE outcome = 'overdue' AND date_latest >= :due_from
        ORDER BY n"""
    given = {"open_before": day or "9999-99", "due_from": day or ""}
    return [row[1] for row in db.conn.execute(sql, given)]
