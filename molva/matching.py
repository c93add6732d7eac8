"""Do two statements say the same? A score in order, and a decision one can read.

A sentence vector recalls, names and predicates decide: it never merges alone. Another
value of the same measure or another date of the same act is a revision of one claim;
another maker, model, place, ordinal or deed is another claim. Polarity and modality do
not count: talks, plan, start, completion and denial are stages of one claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import exp
from typing import Literal

from molva.features import CONTENT, features
from molva.model import Statement
from molva.signals import Signals, signals

Zone = Literal["auto", "suggest", "none"]

#: Scores from which a match is made, or shown to a person.
AUTO, SUGGEST = 0.75, 0.5
#: Below this cosine a swapped word changes what is said ("start" for "begin" does not).
SWAPPED = 0.75
#: A text with fewer content words than this merges only on a full agreement.
SHORT = 5
#: A text with this many may do without a named predicate, if all else agrees.
LONG = 8


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two statements are (0 to 1), what follows, and why."""

    score: float
    zone: Zone
    reasons: tuple[str, ...] = ()


def match(
    a: Statement,
    b: Statement,
    cosine: float,
    *,
    parents: Mapping[str, str] | None = None,
) -> Match:
    """Compare two statements whose sentence vectors have this cosine.

    `parents` maps the key of a body to that of the one it belongs to.
    """
    found = signals(features(a), features(b), cosine, parents or {})
    value = score(found)
    return Match(round(value, 4), _zone(found, value), _reasons(found))


def score(found: Signals) -> float:
    """Return the probability-like score of the signals: a sum of log odds.

    The weights were set on `tests/pairs.jsonl` (see `bench/matching.py`).
    """
    centre, start = (0.5, -1.8) if found.is_same_language else (0.45, -1.4)
    odds = start + 0.6 * max(-2.5, min(2.5, (found.cosine - centre) / 0.12))
    if _is_one_deed(found):
        # another date or wording is no other claim
        odds += 0.7 if found.dates >= 0 else 1.0
    odds += sum(
        signal * (reward if signal > 0 else penalty)
        for signal, reward, penalty in (
            (found.subject, 0.5, 1.8),
            (found.predicate, 1.4, 2.8),
            (found.names, 1.2, 2.4),
            (found.figures, 0.4, 0.2),
            (found.dates, 0.2, 0.3),
            (found.numbers, 0.6, 4.0),
            (found.scope, 0.0, 2.0),
            (found.swapped, 0.0, 1.4),
        )
    )
    return 1 / (1 + exp(-odds))


def _is_one_deed(found: Signals) -> bool:
    """Say whether who, what and to what all agree, and most of the words."""
    agreed = min(found.subject, found.predicate, found.names)
    alike = found.words >= 0.5 or found.cosine >= 0.5
    return agreed >= 1 and alike and not found.amount and not found.swapped


def _is_close(found: Signals) -> bool:
    """Say whether a figure that one side leaves out is all that it leaves out."""
    across = not found.is_same_language and found.cosine >= 0.55
    return found.predicate >= 0.8 and (found.words >= 0.5 or across)


def _zone(found: Signals, value: float) -> Zone:
    """Decide; a high score alone is not enough for a merge."""
    against = min(found.subject, found.predicate, found.names, found.numbers)
    if value < SUGGEST or against <= -1:
        return "none"
    # a deed that one side leaves out (-0.2) does not forbid a merge
    is_swapped = found.swapped < 0 and found.cosine < SWAPPED
    is_free = against > -0.3 and found.scope >= 0 and not is_swapped
    if is_free and value >= AUTO and _agrees(found):
        return "auto"
    return "suggest"


def _agrees(found: Signals) -> bool:
    """Say whether subject and predicate agree, the more so the shorter the text."""
    if found.is_same_report and found.figures < 0:
        # a report that gives two figures tells of two things, not of a revision
        return False
    if found.amount < 0 or (found.is_one_counted and not _is_close(found)):
        return False
    if found.size < SHORT:
        has_measure = found.predicate >= 0.8 and found.figures > 0
        return found.subject >= 1 and (found.predicate >= 1 or has_measure)
    if found.predicate >= 0.5 and found.subject >= 0.5:
        return True
    if found.predicate >= 0.8 and found.subject >= 0.3:
        # the same figure of the same place or model stands for the subject
        return found.names > 0 and found.figures > 0
    return (
        found.subject >= 1
        and found.size >= LONG
        and found.cosine >= 0.8
        and max(found.figures, found.dates, found.words) >= 0.6
    )


_WORDS = {
    "subject": ("same subject", "other subject"),
    "predicate": ("same predicate or measure", "other predicate"),
    "names": ("names in common", "other names"),
    "figures": ("same figure", "another figure of the same measure"),
    "dates": ("same date", "another date"),
    "numbers": ("same numbers", "other ordinals or model numbers"),
    "scope": ("", "figures of different periods"),
    "amount": ("", "only one side says how much"),
}


def _reasons(found: Signals) -> tuple[str, ...]:
    reasons = [f"cosine {found.cosine:.2f}"]
    for name, (good, bad) in _WORDS.items():
        signal = getattr(found, name)
        if abs(signal) >= 0.3:
            reasons.append(good if signal > 0 else bad)
    return tuple(reasons)


#: Names of a statement that are looked up: more make the index grow, not better.
NAMES = 8


def block_keys(statement: Statement) -> tuple[str, ...]:
    """Return the keys under which candidates are looked up, the most telling first.

    Statements that say the same share one: a name (or what looks like one) with a deed
    or a measure, two names, or a name alone.
    """
    found = features(statement)
    acts = sorted(found.acts)
    entities = list(dict.fromkeys([*filter(None, [found.subject]), *found.names]))
    # prefixes of words: they hold what the reader did not know for a name, too
    marked = {*found.marked, *found.counted}
    words = sorted({*marked, found.first if len(found.first) >= CONTENT else ""} - {""})
    pairs = combinations(sorted(entities[:NAMES]), 2)
    ends = [date.latest for date in found.dates if date.latest]
    keys = [
        *(f"{a}+{b}" for a, b in pairs),
        *(f"{name}|{end}" for name in entities[:2] for end in ends),
        *(f"{word}|{act}" for word in words[:NAMES] for act in acts),
        *entities[:NAMES],
        *sorted(marked)[:NAMES],
    ]
    if not keys:
        # nothing is named: the deed with its words
        keys = [f"~{act}|{word}" for act in acts or "?" for word in sorted(found.stems)]
    return tuple(dict.fromkeys(keys))
