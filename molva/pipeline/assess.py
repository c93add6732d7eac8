"""Assess: statements are filed under claims, and the claims judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from db import store
from molva import index, matching, origins, reviews, status
from molva.model import ReportHead, Statement
from molva.pipeline.judge import judge
from molva.pipeline.runs import Progress, give_way, silent
from nlp import gazetteer
from nlp.encode import encode
from nlp.russian import chunks

#: Statements filed in one transaction.
ASSESS_BATCH = 256
#: Statements whose turn is settled at once: what comes meanwhile is filed after them.
ROUND = 100_000


class StoredIndex:
    """The candidates of a statement, from the database and the vectors beside it."""

    def __init__(
        self, db: Database, vectors: store.Vectors, decisions: reviews.Decisions
    ) -> None:
        self.db = db
        self.vectors = vectors
        self.decisions = decisions

    def candidates(self, statement: Statement) -> list[index.Candidate]:
        """Return statements of claims that share a blocking key.

        What a person split off is a claim of its own; merges come later, so that they
        can be undone.
        """
        found = store.candidates(self.db, matching.block_keys(statement))
        matrix = vectors_of(self.vectors, [s.content for _, s in found])
        return [
            index.Candidate(
                self.decisions.placed(other.id, claim_id),
                self.decisions.renamed(other),
                vector,
            )
            for (claim_id, other), vector in zip(found, matrix, strict=True)
        ]


def vectors_of(vectors: store.Vectors, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return a vector per text; those not kept yet are made and kept."""
    matrix, known = vectors.get(texts)
    missing = [i for i, is_known in enumerate(known) if not is_known]
    if missing:
        wanted = [texts[i] for i in missing]
        vectors.put(wanted, encode(wanted))
        # what is kept is quantised: use the same values in this run and the next
        matrix[missing] = vectors.get(wanted)[0]
    return matrix


def assess(
    db: Database, *, as_of: date | None = None, progress: Progress = silent
) -> int:
    """File statements under claims and judge those touched; return how many changed.

    Claims whose date has passed since they were last judged are judged again.
    """
    with store.open_vectors(db) as vectors:
        changed = file_statements(db, vectors, as_of=as_of, progress=progress)
    with store.transaction(db):
        changed += judge(
            db, store.open_claim_ids(db, as_of or date.today()), as_of=as_of
        )
    return changed


def file_statements(
    db: Database,
    vectors: store.Vectors,
    *,
    as_of: date | None = None,
    progress: Progress = silent,
) -> int:
    """File what no claim has yet and judge those touched; return how many changed."""
    total, done, changed = store.count_unplaced(db), 0, 0
    while ids := store.unplaced_ids(db, ROUND):
        for some in chunks(ids, ASSESS_BATCH):
            with store.transaction(db):
                touched = _file(db, store.said(db, some), vectors)
                changed += judge(db, touched, as_of=as_of)
            done += len(some)
            progress("assessing", done, total)
            give_way()
    return changed


def _file(
    db: Database,
    batch: Sequence[tuple[Statement, ReportHead]],
    vectors: store.Vectors,
) -> list[str]:
    decisions = reviews.decide(store.reviews(db))
    stored = StoredIndex(db, vectors, decisions)
    outlets = origins.outlet_roots(store.load_sources(db).values())
    parents = gazetteer.parents()
    matrix = vectors_of(vectors, [statement.content for statement, _ in batch])
    # those that are filed already wait to be filed anew: a name has another meaning
    left = store.unfile(db, [statement.id for statement, _ in batch])
    touched = dict.fromkeys(left)
    earlier: dict[str, list[ReportHead]] = {}
    for (read, head), vector in zip(batch, matrix, strict=True):
        statement = decisions.renamed(read)
        if head.id not in earlier:
            earlier[head.id] = store.similar_heads(db, head)
        found = index.place(statement, vector, stored, parents=parents)
        claim_id = decisions.home(statement.id, found.claim_id)
        store.place(
            db,
            statement,
            claim_id,
            matching.block_keys(statement),
            origins.origin(statement, head, earlier[head.id], outlets=outlets),
            status.direction(statement),
            found.match.score if found.match else None,
            found.claim_id,
        )
        for suggested, match in found.suggestions:
            other = decisions.merged(suggested)
            if other != claim_id and not decisions.are_apart(claim_id, other):
                store.suggest(db, claim_id, other, match.score, match.reasons)
        touched[claim_id] = None
    return list(touched)
