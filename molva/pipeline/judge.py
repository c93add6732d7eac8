"""Judge claims anew: all that a claim is follows from its evidence and the reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlite_utils import Database

from db import store
from molva import claims, reviews


def judge(db: Database, claim_ids: Iterable[str], *, as_of: date | None = None) -> int:
    """Judge claims by all their evidence and every review; return how many changed.

    A claim that has no evidence any more is removed.
    """
    # spaCy comes with it, which a crawl that took nothing back can do without
    from nlp import gazetteer

    ids = list(dict.fromkeys(claim_ids))
    today = as_of or date.today()
    made = store.reviews(db)
    decisions = reviews.decide(made)
    decided = reviews.by_claim(made, decisions)
    parents = gazetteer.parents()
    found = store.evidence(db, ids)
    judged = [
        claims.assess(
            i,
            [decisions.renamed_evidence(item) for item in found[i]],
            decided.get(i, ()),
            as_of=today,
            parents=parents,
        )
        for i in ids
        if i in found
    ]
    changed = store.save_claims(db, judged)
    store.remove_claims(db, [i for i in ids if i not in found])
    store.tag_claims(db, ids)
    return changed
