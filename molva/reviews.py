"""What people decided: reviews, in order, folded into the decisions that stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from molva.chronology import moment_of
from molva.model import Evidence, Review, ReviewVerb, Statement, Status, stable_id
from molva.names import key

#: The verbs that set a status, and the status.
VERDICTS: Mapping[str, Status] = {
    "confirm": "confirmed",
    "deny": "denied",
    "reopen": "rumor",
}

#: Fields whose value is one of the values given for the claim.
CHOICES = ("figure", "date")

_SEPARATORS = re.compile(r"[,\s]+")


class ReviewError(ValueError):
    """A decision that cannot be made; the message is one line with the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A decision that was recorded: the claim it left, and the claims it touched.

    `gone` are claims that are empty now, `is_refiling` says that statements wait for
    the next `assess`, because names mean something else.
    """

    review: Review
    claim_id: str | None
    touched: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    undone: Review | None = None
    is_refiling: bool = False


class Decide(Protocol):
    """Records a decision and judges again what it touches; raises ReviewError.

    The terminal and the pages are handed one (`molva.pipeline.review.reviewer`), so
    that no room needs to know how claims are judged.
    """

    def __call__(
        self,
        verb: ReviewVerb,
        claim: str | None,
        arguments: Sequence[str] = (),
        *,
        actor: str,
        note: str | None = None,
    ) -> Reviewed:
        """Decide on the claim whose id begins with `claim`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The decisions that stand, whatever the rules find.

    `verdicts` and `dismissed` are by claim, `merges` from a claim to the one it went
    into, `splits` from a statement to the claim it was given, `returns` from the claim
    of a split that was taken back to the one it came from, `apart` pairs of claims that
    are not the same, `fields` by claim and field name, `choices` by claim the values
    that stand, the last chosen last, `aliases` from entity key to entity key,
    `names` the names that became another's, as people wrote them.
    """

    verdicts: Mapping[str, Review] = field(default_factory=dict)
    dismissed: Collection[str] = frozenset()
    merges: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    returns: Mapping[str, str] = field(default_factory=dict)
    apart: Collection[frozenset[str]] = frozenset()
    fields: Mapping[tuple[str, str], str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    names: Collection[str] = ()
    undone: Collection[str] = frozenset()

    def placed(self, statement_id: str, claim_id: str) -> str:
        """Return the claim of a statement before any merge."""
        return _end(self.returns, self.splits.get(statement_id, claim_id))

    def home(self, statement_id: str, claim_id: str) -> str:
        """Return the claim a statement belongs in, where the rules say `claim_id`."""
        return self.merged(self.placed(statement_id, claim_id))

    def merged(self, claim_id: str) -> str:
        """Return the claim that `claim_id` was merged into, itself if into none."""
        return _end(self.merges, claim_id)

    def alias(self, entity: str) -> str:
        """Return the key of the entity that `entity` is another name of."""
        return _end(self.aliases, entity)

    def are_apart(self, claim: str, other: str) -> bool:
        """Say whether a person found that two claims are not the same."""
        return frozenset((claim, other)) in self.apart

    def renamed(self, statement: Statement) -> Statement:
        """Return a statement with the entity keys that people gave its names."""
        if not self.aliases:
            return statement
        said = statement.attribution
        return replace(
            statement,
            subject=statement.subject and self.alias(statement.subject),
            attribution=replace(
                said, authority=said.authority and self.alias(said.authority)
            ),
            entities=tuple(
                replace(e, key=self.alias(e.key)) for e in statement.entities
            ),
        )

    def renamed_evidence(self, item: Evidence) -> Evidence:
        """Return evidence whose statement and origin have the names people gave."""
        if not self.aliases:
            return item
        kind, _, name = item.origin.partition(":")
        return replace(
            item,
            statement=self.renamed(item.statement),
            origin=f"{kind}:{self.alias(name)}",
        )


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
    merges, splits, returns = _moves(ordered, taken)
    return Decisions(
        verdicts={r.claim_id: r for r in standing if r.verb in VERDICTS and r.claim_id},
        dismissed=_dismissed(standing),
        merges=merges,
        splits=splits,
        returns=returns,
        apart=_apart(standing, splits),
        fields=_fields(standing),
        choices=_choices(standing),
        aliases=_aliases(standing),
        names=tuple(dict.fromkeys(_names(standing))),
        undone=frozenset(taken),
    )


def by_claim(
    reviews: Sequence[Review], decisions: Decisions
) -> dict[str, tuple[Review, ...]]:
    """Return the reviews of each claim, in order, with verdicts on what it absorbed.

    A verdict stands though its claim was merged into another; what was set on that
    claim, or that it was dismissed, goes with it.
    """
    targets = {by.id: target for target, by in undone(reviews).items()}
    verbs = {review.id: review.verb for review in reviews}
    found: dict[str, list[Review]] = {}
    for review in in_order(reviews):
        if review.claim_id is None:
            continue
        home = decisions.merged(review.claim_id)
        if review.verb == "undo":
            # which decision it takes back was settled where it was made
            review = replace(review, argument=targets.get(review.id, ""))
        about = (
            verbs.get(review.argument or "") if review.verb == "undo" else review.verb
        )
        if home == review.claim_id or about in VERDICTS:
            found.setdefault(home, []).append(replace(review, claim_id=home))
    return {claim: tuple(made) for claim, made in found.items()}


def about(reviews: Iterable[Review], claim_id: str) -> list[Review]:
    """Return all that was decided on a claim and on those merged into it, in order."""
    made = in_order(reviews)
    decisions = decide(made)
    return [r for r in made if r.claim_id and decisions.merged(r.claim_id) == claim_id]


def last_standing(
    reviews: Sequence[Review], decisions: Decisions, claim_id: str | None
) -> Review | None:
    """Return the last decision on a claim (None: on anything) that still stands."""
    for review in reversed(in_order(reviews)):
        if review.verb == "undo" or review.id in decisions.undone:
            continue
        about = review.claim_id
        if claim_id is None or (about and decisions.merged(about) == claim_id):
            return review
    return None


def _dismissed(standing: Iterable[Review]) -> frozenset[str]:
    """Return the claims last dismissed rather than opened again."""
    hidden: dict[str, bool] = {}
    for review in standing:
        if review.claim_id and review.verb in ("dismiss", *VERDICTS):
            hidden[review.claim_id] = review.verb == "dismiss"
    return frozenset(claim for claim, is_hidden in hidden.items() if is_hidden)


_Moves = tuple[dict[str, str], dict[str, str], dict[str, str]]


def _moves(ordered: Iterable[Review], taken: Collection[str]) -> _Moves:
    """Fold merges (`CLAIM merge OTHER`) and splits; return merges, splits, returns.

    What was split off after a merge is a claim of its own, whatever its name was.
    """
    merges: dict[str, str] = {}
    splits: dict[str, str] = {}
    returns: dict[str, str] = {}
    used: set[str] = set()
    for review in ordered:
        if not review.claim_id or not review.argument:
            continue
        if review.verb == "merge":
            into, other = _end(merges, review.claim_id), _end(merges, review.argument)
            used |= {review.argument, other}
            if other != into and review.id not in taken:
                merges[other] = into
        elif review.verb == "split":
            names = statements_of(review)
            claim = split_claim(review, used)
            if review.id in taken:
                returns[claim] = review.claim_id
            else:
                splits |= dict.fromkeys(names, claim)
    for claim in splits.values():
        returns.pop(claim, None)
    return merges, splits, returns


def statements_of(review: Review) -> list[str]:
    """Return the statements that a `split` names."""
    return [name for name in _SEPARATORS.split(review.argument or "") if name]


def split_claim(review: Review, used: Collection[str]) -> str:
    """Return the id of the claim that a split founds.

    It is that of its founding statement, unless the old claim has that id or a claim
    of that id was merged into another before.
    """
    first = statements_of(review)[0]
    if first == review.claim_id or first in used:
        return stable_id("split", review.id)
    return first


def _apart(
    standing: Iterable[Review], splits: Mapping[str, str]
) -> frozenset[frozenset[str]]:
    """Return pairs of claims that a person set apart, or split and never merged."""
    pairs: set[frozenset[str]] = set()
    for review in standing:
        if not review.claim_id or not review.argument:
            continue
        name, _, other = review.argument.partition("=")
        if review.verb == "set" and name.strip() == "apart":
            pairs.add(frozenset((review.claim_id, other.strip())))
        elif review.verb == "split":
            claims = {splits[name] for name in statements_of(review)}
            pairs |= {frozenset((review.claim_id, claim)) for claim in claims}
        elif review.verb == "merge":
            pairs.discard(frozenset((review.claim_id, review.argument)))
    return frozenset(pairs)


def _choices(standing: Iterable[Review]) -> dict[str, tuple[str, ...]]:
    """Read which values a person chose, by claim."""
    chosen: dict[str, tuple[str, ...]] = {}
    for review in standing:
        if review.verb == "set" and review.claim_id and review.argument:
            name, _, value = review.argument.partition("=")
            if name.strip() in CHOICES:
                before = chosen.get(review.claim_id, ())
                chosen[review.claim_id] = (*before, value.strip())
    return chosen


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


def _names(standing: Iterable[Review]) -> Iterator[str]:
    for review in standing:
        if review.verb == "alias" and review.argument:
            yield review.argument.partition("=")[0].strip()


def _end(steps: Mapping[str, str], name: str) -> str:
    """Follow `steps` to the end; a circle ends where it would close."""
    if name not in steps:
        return name
    seen = {name}
    while (further := steps.get(name)) is not None and further not in seen:
        name = further
        seen.add(name)
    return name
