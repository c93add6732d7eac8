"""Review: a person's decision, recorded and carried out in one short transaction.

The terminal and the pages call `review` through the seam `molva.reviews.Decide`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

from sqlite_utils import Database

from db import store
from molva import reviews
from molva.model import Outcome, Review, ReviewVerb, stable_id
from molva.names import key
from molva.pipeline.judge import judge
from molva.pipeline.runs import opened
from molva.reviews import Decisions, Reviewed, ReviewError
from molva.values import one_line


def reviewer(path: Path, *, as_of: date | None = None) -> reviews.Decide:
    """Return what decides on the claims of a file, opening it for each decision."""

    def decide(
        verb: ReviewVerb,
        claim: str | None,
        arguments: Sequence[str] = (),
        *,
        actor: str,
        note: str | None = None,
    ) -> Reviewed:
        with opened(path, create=False) as db:
            return review(
                db, verb, claim, arguments, actor=actor, note=note, as_of=as_of
            )

    return decide


def review(
    db: Database,
    verb: ReviewVerb,
    claim: str | None,
    arguments: Sequence[str] = (),
    *,
    actor: str,
    note: str | None = None,
    as_of: date | None = None,
) -> Reviewed:
    """Record a decision on the claim whose id begins with `claim` and carry it out.

    Raises ReviewError where it makes no sense; nothing is written then.
    """
    with store.transaction(db):
        claim_id = _claim(db, claim) if claim is not None else None
        if claim_id is None and verb not in ("undo", "alias"):
            raise ReviewError(f"{verb} what? molva review CLAIM {verb} …")
        before = _decisions(db)
        undone = _last(db, before, claim_id) if verb == "undo" else None
        made = Review(
            id="",
            claim_id=undone.claim_id if undone else claim_id,
            verb=verb,
            actor=actor,
            at=_now(),
            note=note,
            argument=undone.id if undone else _argument(db, verb, claim_id, arguments),
        )
        made = _named(made)
        store.add_review(db, made)
        if undone:
            store.mark_undone(db, undone.id)
        return _carry_out(db, made, undone, before, as_of)


def _claim(db: Database, prefix: str) -> str:
    try:
        return store.find_claim_id(db, prefix)
    except LookupError as error:
        raise ReviewError(str(error.args[0])) from None


def _decisions(db: Database) -> Decisions:
    return reviews.decide(store.reviews(db))


def _last(db: Database, before: Decisions, claim_id: str | None) -> Review:
    """Return the decision that `undo` takes back."""
    found = reviews.last_standing(store.reviews(db), before, claim_id)
    if found is None:
        about = f"on {claim_id[:6]}" if claim_id else "yet"
        raise ReviewError(f"nothing to undo: no decision {about} stands")
    return found


def _now() -> str:
    """Return this moment, fine enough to tell two decisions of one second apart."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _named(made: Review) -> Review:
    parts = (made.verb, made.claim_id or "", made.argument or "", made.actor, made.at)
    return replace(made, id=stable_id("review", *parts))


# --- what the verbs apply to -------------------------------------------------------


def _argument(
    db: Database, verb: ReviewVerb, claim_id: str | None, given: Sequence[str]
) -> str | None:
    """Check what a verb is given and return it as it is recorded."""
    check = _ARGUMENTS.get(verb)
    if check is None:
        if given:
            raise ReviewError(f"{verb} takes nothing more: leave out {given[0]!r}")
        return None
    return check(db, claim_id or "", given)


def _merge(db: Database, claim_id: str, given: Sequence[str]) -> str:
    if len(given) != 1:
        raise ReviewError("merge takes one claim: molva review CLAIM merge OTHER")
    return _other(db, claim_id, given[0])


def _other(db: Database, claim_id: str, prefix: str) -> str:
    other = _claim(db, prefix)
    if other == claim_id:
        raise ReviewError(f"{prefix} is the same claim as {claim_id[:6]}: name another")
    return other


def _split(db: Database, claim_id: str, given: Sequence[str]) -> str:
    if not given:
        raise ReviewError(
            "split takes statements: molva review CLAIM split STATEMENT… "
            f"(`molva show {claim_id[:6]}` lists them)"
        )
    held = [item.statement.id for item in store.evidence(db, [claim_id])[claim_id]]
    chosen = list(dict.fromkeys(_statement(held, claim_id, one) for one in given))
    if len(chosen) == len(held):
        raise ReviewError(
            f"nothing would be left of {claim_id[:6]}: name fewer of its statements"
        )
    return " ".join(chosen)


def _statement(held: Sequence[str], claim_id: str, prefix: str) -> str:
    found = [name for name in held if name.startswith(prefix.strip().lower())]
    if len(found) == 1:
        return found[0]
    why = "is not unique" if found else "is no statement"
    raise ReviewError(
        f"{prefix} {why} of {claim_id[:6]}: `molva show {claim_id[:6]}` lists them"
    )


def _set(db: Database, claim_id: str, given: Sequence[str]) -> str:
    if len(given) != 2 or given[0] not in _FIELDS:
        raise ReviewError(
            f"set takes a field and a value: {', '.join(_FIELDS)}; "
            "molva review CLAIM set FIELD VALUE"
        )
    name, value = given
    return f"{name}={_FIELDS[name](db, claim_id, value)}"


def _known_entity(db: Database, _claim_id: str, value: str) -> str:
    found = store.find_entity(db, value) or store.find_entity(db, key(value))
    if found is None:
        raise ReviewError(f"nothing is named {value!r}: write it as the reports do")
    return found


def _known_act(db: Database, _claim_id: str, value: str) -> str:
    if not store.is_act(db, value):
        raise ReviewError(
            f"no statement has the act {value!r}: use one that the claims show"
        )
    return value


def _known_outcome(_db: Database, _claim_id: str, value: str) -> str:
    if value not in get_args(Outcome):
        raise ReviewError(
            f"{value!r} is no outcome: use {', '.join(get_args(Outcome))}"
        )
    return value


def _given_value(kind: str) -> Callable[[Database, str, str], str]:
    """Return the check that a value is one of those given for the claim."""

    def check(db: Database, claim_id: str, value: str) -> str:
        told = store.load_claims(db, [claim_id])[0]
        words = [given.value.text for given in told.values if given.kind == kind]
        for text in words:
            if one_line(text) == one_line(value):
                return text
        known = ", ".join(dict.fromkeys(words)) or "none"
        raise ReviewError(f"{value!r} is no {kind} of {claim_id[:6]}: {known}")

    return check


#: Field → what checks its value and returns it as it is recorded.
_FIELDS: dict[str, Callable[[Database, str, str], str]] = {
    "subject": _known_entity,
    "act": _known_act,
    "outcome": _known_outcome,
    "figure": _given_value("figure"),
    "date": _given_value("date"),
    "apart": _other,
}


def _alias(db: Database, _claim_id: str, given: Sequence[str]) -> str:
    if len(given) != 2:
        raise ReviewError("alias takes two names: molva review alias NAME OTHER")
    name, other = (_clean(one) for one in given)
    before = _decisions(db)
    ends = _known_entity(db, "", name), store.find_entity(db, other) or key(other)
    if before.alias(ends[0]) == before.alias(ends[1]):
        raise ReviewError(f"{name!r} and {other!r} are one name already")
    # as it was written where that gives the key, so that the trail reads well
    names = (
        one if key(one) == end else end
        for one, end in zip((name, other), ends, strict=True)
    )
    return "=".join(names)


def _clean(name: str) -> str:
    return " ".join(name.replace("=", " ").split())


_ARGUMENTS: dict[ReviewVerb, Callable[[Database, str, Sequence[str]], str]] = {
    "merge": _merge,
    "split": _split,
    "set": _set,
    "alias": _alias,
}


# --- carrying out ------------------------------------------------------------------


def _carry_out(
    db: Database,
    made: Review,
    undone: Review | None,
    before: Decisions,
    as_of: date | None,
) -> Reviewed:
    """Move what a decision moves, and judge the claims it is about."""
    after = _decisions(db)
    subject = undone or made
    about = _claims_of(subject, before) | _claims_of(subject, after)
    touched = about | _refile(db, about, after)
    if made.verb == "merge" and made.claim_id and made.argument:
        store.settle_suggestions(db, made.id, made.argument, made.claim_id)
    judge(db, sorted(touched), as_of=as_of)
    if undone and undone.verb == "merge":
        store.unsettle_suggestions(db, undone.id)
    for claim_id in about:
        store.keep_apart(db, claim_id, after.apart)
    is_refiling = subject.verb == "alias" and _renames(db, subject, after)
    left = [claim.id for claim in store.load_claims(db, sorted(touched))]
    home = after.merged(made.claim_id) if made.claim_id else None
    return Reviewed(
        review=made,
        claim_id=home,
        touched=tuple(left),
        gone=tuple(sorted(touched - set(left))),
        undone=undone,
        is_refiling=is_refiling,
    )


def _claims_of(review: Review, decisions: Decisions) -> set[str]:
    """Return the claims that a decision is about, as they stand."""
    found = {review.claim_id} if review.claim_id else set()
    if review.verb == "merge" and review.argument:
        found.add(review.argument)
    if review.verb == "split":
        names = reviews.statements_of(review)
        found |= {decisions.placed(name, name) for name in names}
    if review.verb == "set" and review.argument:
        name, _, value = review.argument.partition("=")
        found |= {value} if name == "apart" else set()
    return found | {decisions.merged(claim) for claim in found}


def _refile(db: Database, claim_ids: set[str], decisions: Decisions) -> set[str]:
    """Move statements to where decisions lead; return the claims left and reached."""
    moves: dict[str, str] = {}
    touched: set[str] = set()
    for statement, found, current in store.homes(db, claim_ids):
        home = decisions.home(statement, found)
        if home != current:
            moves[statement] = home
            touched |= {home, current}
    store.move(db, moves)
    return touched


def _renames(db: Database, alias: Review, decisions: Decisions) -> bool:
    """Put statements that a name is in back in the queue; say whether there are any."""
    name, _, other = (alias.argument or "").partition("=")
    is_on = decisions.alias(key(name)) == decisions.alias(key(other))
    store.alias_entity(db, (key(name), name), (key(other), other), is_on=is_on)
    return store.mark_unplaced(db, key(name)) > 0
