"""What people decided: reviews, in order, folded into the decisions that stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from molva.chronology import moment_of
from molva.model import Review, Status, stable_id
from molva.names import key

#: The verbs that set a status, and the status.
VERDICTS: Mapping[str, Status] = {
    "confirm": "confirmed",
    "deny": "denied",
    "reopen": "rumor",
}

_SEPARATORS = re.compile(r"[,\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The decisions that stand, whatever the rules find.

    `verdicts` and `dismissed` are by claim, `merges` from a claim to the one it went
    into, `splits` from a statement to the claim it was given, `fields` by claim and
    field name, `aliases` from entity key to entity key.
    """

    verdicts: Mapping[str, Review] = field(default_factory=dict)
    dismissed: Collection[str] = frozenset()
    merges: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    undone: Collection[str] = frozenset()

    def home(self, statement_id: str, claim_id: str) -> str:
        """Return the claim a statement belongs in, where the rules say `claim_id`."""
        return self.merged(self.splits.get(statement_id, claim_id))

    def merged(self, claim_id: str) -> str:
        """Return the claim that `claim_id` was merged into, itself if into none."""
        return _end(self.merges, claim_id)

    def alias(self, entity: str) -> str:
        """Return the key of the entity that `entity` is another name of."""
        return _end(self.aliases, entity)


def in_order(reviews: Iterable[Review]) -> list[Review]:
    """Sort reviews by time, then by id."""
    return sorted(reviews, key=lambda review: (moment_of(review.at), review.id))


def undone(reviews: Iterable[Review]) -> dict[str, Review]:
    """Return the ids of reviews that were taken back, with the `undo` that did it.

    An `undo` takes back the last decision on its claim that still stands, or the one
    its `argument` names. A review marked undone without an `undo` stands for itself.
    """
    ordered = in_order(reviews)
    taken: dict[str, Review] = {}
    standing: dict[str | None, list[Review]] = {}
    for review in ordered:
        if review.verb != "undo":
            standing.setdefault(review.claim_id, []).append(review)
            continue
        stack = standing.get(review.claim_id, [])
        target = _target(stack, review.argument)
        if target is not None and not review.is_undone:
            stack.remove(target)
            taken[target.id] = review
    for review in ordered:
        if review.is_undone and review.verb != "undo":
            taken.setdefault(review.id, review)
    return taken


def _target(stack: list[Review], named: str | None) -> Review | None:
    for review in reversed(stack):
        if named is None or review.id == named:
            return review
    return None


def decide(reviews: Iterable[Review]) -> Decisions:
    """Fold reviews into the decisions that stand; the same list gives the same."""
    ordered = in_order(reviews)
    taken = undone(ordered)
    standing = [r for r in ordered if r.verb != "undo" and r.id not in taken]
    return Decisions(
        verdicts={r.claim_id: r for r in standing if r.verb in VERDICTS and r.claim_id},
        dismissed=_dismissed(standing),
        merges=_merges(standing),
        splits=_splits(standing),
        fields=_fields(standing),
        aliases=_aliases(standing),
        undone=frozenset(taken),
    )


def _dismissed(standing: Iterable[Review]) -> frozenset[str]:
    """Return the claims last dismissed rather than opened again."""
    hidden: dict[str, bool] = {}
    for review in standing:
        if review.claim_id and review.verb in ("dismiss", *VERDICTS):
            hidden[review.claim_id] = review.verb == "dismiss"
    return frozenset(claim for claim, is_hidden in hidden.items() if is_hidden)


def _merges(standing: Iterable[Review]) -> dict[str, str]:
    """Map each claim to the one a person put it into: `CLAIM merge OTHER`."""
    merges: dict[str, str] = {}
    for review in standing:
        if review.verb != "merge" or not review.claim_id or not review.argument:
            continue
        into = _end(merges, review.claim_id)
        other = _end(merges, review.argument)
        if other != into:
            merges[other] = into
    return merges


def _splits(standing: Iterable[Review]) -> dict[str, str]:
    """Map each statement split off to its own claim, one claim per review."""
    splits: dict[str, str] = {}
    for review in standing:
        if review.verb != "split" or not review.argument:
            continue
        names = [name for name in _SEPARATORS.split(review.argument) if name]
        for name in names:
            splits[name] = split_claim(names[0], review.claim_id)
    return splits


def split_claim(statement_id: str, claim_id: str | None) -> str:
    """Return the id of the claim that a split founds.

    It is that of its founding statement, unless the old claim has that id already.
    """
    if statement_id == claim_id:
        return stable_id("split", statement_id)
    return statement_id


def _fields(standing: Iterable[Review]) -> dict[tuple[str, str], str]:
    """Read `set` decisions, whose argument is ``field=value``."""
    fields: dict[tuple[str, str], str] = {}
    for review in standing:
        if review.verb == "set" and review.claim_id and review.argument:
            name, _, value = review.argument.partition("=")
            fields[review.claim_id, name.strip()] = value.strip()
    return fields


def _aliases(standing: Iterable[Review]) -> dict[str, str]:
    """Read `alias` decisions, whose argument is ``name=other``: name means other."""
    aliases: dict[str, str] = {}
    for review in standing:
        if review.verb == "alias" and review.argument:
            name, _, other = review.argument.partition("=")
            source, target = key(name), _end(aliases, key(other))
            if source and target and source != target:
                aliases[source] = target
    return aliases


def _end(steps: Mapping[str, str], name: str) -> str:
    """Follow `steps` to the end; a circle ends where it would close."""
    seen = {name}
    while (further := steps.get(name)) is not None and further not in seen:
        name = further
        seen.add(name)
    return name
