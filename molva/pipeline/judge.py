"""Judge claims anew: all that a claim is follows from its evidence and the reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlite_utils import Database

from db import store
from molva import claims
from nlp import gazetteer


def judge(db: Database, claim_ids: Iterable[str], *, as_of: date | None) -> int:
    """Judge claims anew from all their evidence and every review."""
    ids = list(dict.fromkeys(claim_ids))
    today = as_of or date.today()
    decided = store.reviews(db)
    parents = gazetteer.parents()
    found = store.evidence(db, ids)
    judged = [
        claims.assess(i, found[i], decided, as_of=today, parents=parents)
        for i in ids
        if i in found
    ]
    changed = store.save_claims(db, judged)
    store.tag_claims(db, ids)
    return changed
