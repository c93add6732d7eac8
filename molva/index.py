"""Find the claim a statement belongs to without looking at all of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from molva.matching import AUTO, SUGGEST, Match, Zone, block_keys, match
from molva.model import Statement

Vector = NDArray[np.float32]

#: The newest statements kept under one key: old news of a busy name drops out of its
#: broad keys first, and stays under its narrow ones.
POSTINGS = 200
#: Statements of one claim among the candidates, lest one told often crowds out others.
PER_CLAIM = 4
#: Candidates looked up.
CANDIDATES = 64
#: Candidates compared in full: those that share the rarest keys, then the nearest.
KEYED, NEAREST = 12, 12
#: Score from which a statement that says another thing speaks against its claim.
AGAINST = 0.05
#: What the most alike statement of a claim counts beside the next.
BEST = 0.6

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A statement that is in a claim already, with its unit sentence vector."""

    claim_id: str
    statement: Statement
    vector: Vector


class CandidateIndex(Protocol):
    """What finds the statements of claims that could say the same."""

    def candidates(self, statement: Statement) -> Sequence[Candidate]:
        """Return statements that share a block key with `statement`."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a statement belongs: `claim_id` is its own id if it founds a claim.

    `match` is None for a founder; `suggestions` are claims a person should look at,
    the most alike first.
    """

    claim_id: str
    match: Match | None
    suggestions: tuple[tuple[str, Match], ...] = ()


class MemoryIndex:
    """A candidate index in memory; a look-up costs the same however many claims."""

    def __init__(self, *, postings: int = POSTINGS, limit: int = CANDIDATES) -> None:
        self._postings = postings
        self._limit = limit
        self._keys: dict[str, deque[int]] = {}
        self._entries: list[tuple[Statement, Vector]] = []
        self._claims: list[str] = []
        self._members: dict[str, list[int]] = {}

    def add(self, claim_id: str, statement: Statement, vector: Vector) -> None:
        """Remember that `statement` is in the claim."""
        number = len(self._entries)
        self._entries.append((statement, vector))
        self._claims.append(claim_id)
        self._members.setdefault(claim_id, []).append(number)
        for name in block_keys(statement):
            posting = self._keys.get(name)
            if posting is None:
                posting = self._keys[name] = deque(maxlen=self._postings)
            posting.append(number)

    def candidates(self, statement: Statement) -> list[Candidate]:
        """Return the statements that share the most, and the rarest, block keys."""
        best = ranked(self._keys.get(name, ()) for name in block_keys(statement))
        return [
            Candidate(self._claims[number], *self._entries[number])
            for number in spread(best, self._claims.__getitem__, self._limit)
        ]

    def move(self, claim_id_from: str, claim_id_to: str) -> None:
        """Put all statements of one claim into another."""
        numbers = self._members.pop(claim_id_from, [])
        for number in numbers:
            self._claims[number] = claim_id_to
        self._members.setdefault(claim_id_to, []).extend(numbers)


def ranked(postings: Iterable[Sequence[int]]) -> list[int]:
    """Return the numbers in `postings` (one a key), the most and rarest keys first.

    Of equals the newest, which has the highest number, comes first.
    """
    weights: dict[int, float] = {}
    for posting in postings:
        weight = 1.0 / max(1, len(posting))
        for number in posting:
            weights[number] = weights.get(number, 0.0) + weight
    newest = sorted(weights, reverse=True)
    return sorted(newest, key=weights.__getitem__, reverse=True)


def spread(
    items: Iterable[Item], claim_of: Callable[[Item], str], limit: int = CANDIDATES
) -> list[Item]:
    """Return the first `limit` items of which few are of one claim."""
    told: dict[str, int] = {}
    found: list[Item] = []
    for item in items:
        claim = claim_of(item)
        told[claim] = told.get(claim, 0) + 1
        if told[claim] <= PER_CLAIM:
            found.append(item)
        if len(found) == limit:
            break
    return found


def place(
    statement: Statement,
    vector: Vector,
    index: CandidateIndex,
    *,
    parents: Mapping[str, str] | None = None,
) -> Placement:
    """Return the claim that `statement` belongs to; the index is only read.

    What people merged or split is the caller's to apply (`reviews.Decisions.home`).
    """
    found = index.candidates(statement)
    for candidate in found:
        if candidate.statement.id == statement.id:
            # read again: an unchanged sentence stays where it is
            return Placement(candidate.claim_id, None)
    told: dict[str, list[Match]] = {}
    for candidate, cosine in _compared(found, _cosines(vector, found)):
        alike = match(statement, candidate.statement, cosine, parents=parents)
        told.setdefault(candidate.claim_id, []).append(alike)
    best = {claim_id: _together(matches) for claim_id, matches in told.items()}
    ranked = sorted(
        best.items(), key=lambda pair: (*map(_minus, _rank(pair[1])), pair[0])
    )
    suggestions = tuple(pair for pair in ranked if pair[1].zone == "suggest")
    if ranked and ranked[0][1].zone == "auto":
        return Placement(ranked[0][0], ranked[0][1], suggestions)
    return Placement(statement.id, None, suggestions)


def _together(matches: Sequence[Match]) -> Match:
    """Return how alike a claim is by its two most alike statements.

    A statement that is near to two claims does not join them by one weak likeness, and
    the statements of which it surely says another thing count against it.
    """
    first, *others = sorted(matches, key=_rank, reverse=True)[:2]
    score = first.score
    for second in others:
        score = BEST * score + (1 - BEST) * _witness(second)
    score *= 1 - fmean(m.is_excluded and m.score >= AGAINST for m in matches)
    zone: Zone = "suggest" if first.zone == "auto" and score < AUTO else first.zone
    return replace(first, score=round(score, 4), zone=zone)


def _witness(alike: Match) -> float:
    """Return what a further statement says for a claim: doubt is no support."""
    most = {"auto": 1.0, "suggest": SUGGEST, "none": 0.0}[alike.zone]
    return min(alike.score, most)


def _compared(
    found: Sequence[Candidate], cosines: Sequence[float]
) -> list[tuple[Candidate, float]]:
    """Return what is compared in full: the first by key, of the others the nearest."""
    pairs = list(zip(found, cosines, strict=True))
    others = sorted(pairs[KEYED:], key=lambda pair: -pair[1])
    return pairs[:KEYED] + others[:NEAREST]


def _cosines(vector: Vector, found: Iterable[Candidate]) -> list[float]:
    vectors = [candidate.vector for candidate in found]
    if not vectors:
        return []
    return [float(value) for value in np.stack(vectors) @ vector]


def _rank(alike: Match) -> tuple[int, float]:
    return ("none", "suggest", "auto").index(alike.zone), alike.score


def _minus(value: float) -> float:
    return -value
