"""A claim, assembled from its evidence: nothing in it is known from anywhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import get_args

from molva.chronology import moment, standing
from molva.model import (
    Claim,
    ClaimValue,
    Evidence,
    Outcome,
    Polarity,
    Review,
    SourceType,
    Status,
    StatusChange,
)
from molva.origins import roots
from molva.outcome import outcome, slips
from molva.reviews import decide, in_order
from molva.status import (
    authority,
    contrary,
    credibility,
    direction,
    history,
    is_after,
    is_saying,
    rule_for,
)
from molva.values import (
    ASIDE,
    ON_RECORD,
    comparable,
    excludes,
    is_contradicted,
    strength,
    values,
)

__all__ = ["assess", "direction"]

#: Kinds of source, the strongest attestation first.
_ATTESTATION: tuple[SourceType, ...] = get_args(SourceType)


def assess(
    claim_id: str,
    evidence: Sequence[Evidence],
    reviews: Sequence[Review] = (),
    *,
    as_of: date,
    parents: Mapping[str, str] | None = None,
) -> Claim:
    """Return the claim that this evidence and these reviews make on the day `as_of`.

    `parents` maps the key of a body to that of the body it belongs to. Reviews of
    other claims are ignored. Raises ValueError where there is no evidence at all.
    """
    if not evidence:
        raise ValueError(f"claim {claim_id}: no evidence")
    own = [review for review in reviews if review.claim_id == claim_id]
    decisions = decide(own)
    items = weighed(evidence, parents)
    known = standing(items)
    changes = history(items, own, parents=parents)
    status: Status = changes[-1].new if changes else "rumor"
    verdict = decisions.verdicts.get(claim_id)
    given = values(items, decisions.choices.get(claim_id, ()))
    told = _told(known or items)
    slip_count, slip_days = slips(items)
    first = (known or items)[0].report
    found = outcome(items, given, status, as_of)
    return Claim(
        id=claim_id,
        text=told.statement.text,
        text_polarity=_polarity(told),
        lang=told.statement.lang,
        subject=decisions.fields.get((claim_id, "subject"), _subject(told, items)),
        act=decisions.fields.get((claim_id, "act"), _act(told, items)),
        status=status,
        credibility=credibility(status, items),
        outcome=_set_outcome(decisions.fields.get((claim_id, "outcome")), found),
        first_said_at=first.published,
        first_source=first.source,
        last_changed_at=_last_changed(changes),
        origin_count=origin_count(items),
        slip_count=slip_count,
        slip_days=slip_days,
        is_dismissed=claim_id in decisions.dismissed,
        is_contradicted=is_contradicted(given),
        rules_status=rule_for(items, parents).status if verdict else None,
        is_challenged=bool(verdict and contrary(items, verdict))
        or any(
            _is_outdated(made, items, given, found)
            for made in _last_set(own, decisions.undone)
        ),
        values=given,
        changes=changes,
        evidence=tuple(items),
    )


def weighed(
    evidence: Iterable[Evidence], parents: Mapping[str, str] | None = None
) -> list[Evidence]:
    """Return the evidence in order, with the bearing of each piece on its claim.

    A denial of one figure by a body that the same day gives another touches the figure
    alone; a claim that is itself about calling something off is not denied by doing so.
    """
    items = sorted(
        evidence,
        key=lambda e: (
            moment(e.report),
            e.report.id,
            e.statement.start,
            e.statement.id,
        ),
    )
    act = _deed(items)
    bearing = [replace(e, direction=direction(e.statement, act)) for e in items]
    return [
        replace(item, direction="mentions")
        if _denies_figure_only(item, bearing, parents)
        else item
        for item in bearing
    ]


def _denies_figure_only(
    item: Evidence,
    evidence: Iterable[Evidence],
    parents: Mapping[str, str] | None,
) -> bool:
    body = authority(item.statement, parents)
    if item.direction != "denies" or not body or not item.statement.figures:
        return False
    return any(
        other.direction == "supports"
        and moment(other.report)[0] == moment(item.report)[0]
        and authority(other.statement, parents) == body
        and _corrects(other, item)
        for other in evidence
    )


def _corrects(other: Evidence, item: Evidence) -> bool:
    """Say whether one statement gives another value for a figure of the other."""
    same = other.statement.lang == item.statement.lang
    return any(
        comparable(new, old, is_same_language=same) and excludes(new, old)
        for new in other.statement.figures
        for old in item.statement.figures
    )


def _told(items: Sequence[Evidence]) -> Evidence:
    """Return the evidence whose words stand for the claim.

    The earliest assertion by the strongest attestation; the earliest denial where
    nobody asserted it.
    """

    def weight(item: Evidence) -> tuple[bool, bool, int]:
        said = item.statement.attribution.source_type
        return not is_saying(item), strength(item) == ASIDE, _ATTESTATION.index(said)

    return min(items, key=weight)


def _subject(told: Evidence, items: Iterable[Evidence]) -> str | None:
    names = (item.statement.subject for item in items)
    return told.statement.subject or _common(name for name in names if name)


def _act(told: Evidence, items: Sequence[Evidence]) -> str | None:
    act = told.statement.act
    return act if act and act != "cancelled" else _deed(items)


def _deed(items: Sequence[Evidence]) -> str | None:
    """Return what is done or called off, rather than the calling off."""
    acts = [item.statement.act for item in items if item.statement.act]
    return _common(act for act in acts if act != "cancelled") or _common(acts)


def _polarity(told: Evidence) -> Polarity:
    return "denies" if told.direction == "denies" else told.statement.polarity


def _common(names: Iterable[str]) -> str | None:
    """Return the most frequent name, the alphabetically first of several."""
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], name), default=None)


def _last_set(reviews: Iterable[Review], undone: Collection[str]) -> list[Review]:
    """Return the last decision of each field that a person set."""
    last: dict[str, Review] = {}
    for made in in_order(reviews):
        if made.verb == "set" and made.id not in undone:
            last[(made.argument or "").partition("=")[0].strip()] = made
    return list(last.values())


def _is_outdated(
    made: Review,
    items: Iterable[Evidence],
    given: Iterable[ClaimValue],
    found: Outcome | None,
) -> bool:
    """Say whether what is on record since gives another outcome, figure or date."""
    name, _, value = (made.argument or "").partition("=")
    newer = {
        item.statement.id
        for item in standing(items)
        if strength(item) == ON_RECORD and is_after(item, made)
    }
    if name.strip() == "outcome":
        return bool(newer) and found != value.strip()
    return any(
        one.kind == name.strip()
        and one.relation == "revised"
        and one.statement_id in newer
        for one in given
    )


def _set_outcome(by_person: str | None, found: Outcome | None) -> Outcome | None:
    """Return the outcome a person set, where it is one, else what the rules found."""
    known: tuple[Outcome, ...] = get_args(Outcome)
    return next((name for name in known if name == by_person), found)


def _last_changed(changes: Sequence[StatusChange]) -> str | None:
    return changes[-1].changed_at if changes else None


def origin_count(evidence: Iterable[Evidence]) -> int:
    """Return from how many independent origins a claim is known."""
    saying = [item for item in standing(evidence) if is_saying(item)]
    return len(set(roots(saying or standing(evidence)).values()))
