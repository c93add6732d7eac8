"""What a claim was on an earlier day: only what was public by then counts.

Which statements are of one claim, and what belongs to a topic, is as it is known now;
status, values, outcome and words are judged anew from what had been published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from molva.chronology import day, day_of
from molva.claims import assess
from molva.model import Claim, Evidence, Review, ReviewVerb, Status
from molva.reviews import by_claim, decide, undone

_VERB: Mapping[Status, ReviewVerb] = {
    "confirmed": "confirm",
    "denied": "deny",
    "rumor": "reopen",
}


def as_known(
    claims: Iterable[Claim],
    reviews: Sequence[Review],
    on: date,
    *,
    parents: Mapping[str, str] | None = None,
    withdrawn: Mapping[str, str] | None = None,
) -> list[Claim]:
    """Return claims as they stood at the end of the day `on`, without unheard ones.

    `reviews` are all decisions, `parents` maps bodies to those they belong to.
    `withdrawn` gives the instant by report where it was taken back.
    """
    told = list(claims)
    made = before(reviews, on) or _kept(told, on)
    decisions = decide(made)
    decided = by_claim(made, decisions)
    found = []
    for claim in told:
        known = [
            decisions.renamed_evidence(_unless_later(item, on, withdrawn or {}))
            for item in claim.evidence
            if _is_by(day(item.report), on)
        ]
        if known:
            own = decided.get(claim.id, ())
            found.append(assess(claim.id, known, own, as_of=on, parents=parents))
    return found


def before(reviews: Sequence[Review], on: date) -> list[Review]:
    """Return the decisions made by the end of a day; what was undone since stands."""
    later = {
        target for target, undo in undone(reviews).items() if not _is_by(undo.at, on)
    }
    return [
        replace(review, is_undone=False) if review.id in later else review
        for review in reviews
        if _is_by(review.at, on)
    ]


def _kept(claims: Iterable[Claim], on: date) -> list[Review]:
    """Return people's verdicts from histories: a published copy has no reviews."""
    return [
        Review(
            id=f"{claim.id}-{place}",
            claim_id=claim.id,
            verb=_VERB[change.new],
            actor=change.actor,
            at=change.changed_at or "",
            note=change.note,
        )
        for claim in claims
        for place, change in enumerate(claim.changes)
        if change.actor != "rules" and change.new in _VERB
        if _is_by(change.changed_at, on)
    ]


def _unless_later(item: Evidence, on: date, withdrawn: Mapping[str, str]) -> Evidence:
    """Return evidence whose report was not yet withdrawn as of a report that stands."""
    at = withdrawn.get(item.report.id)
    if at is None or _is_by(at, on):
        return item
    return replace(item, report=replace(item.report, is_withdrawn=False))


def _is_by(stamp: str | None, on: date) -> bool:
    found = day_of(stamp)
    return found is not None and found <= on.isoformat()
