"""Do two statements say the same? A score in order, and a decision one can read.

A sentence vector recalls, names and predicates decide: it never merges alone. Another
value of the same measure or another date of the same act is a revision of one claim;
another maker, model, place, ordinal or deed is another claim. Polarity and modality do
not count: talks, plan, start, completion and denial are stages of one claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import exp
from typing import Literal

from molva.features import CONTENT, Features, features
from molva.model import Statement
from molva.signals import UNTOLD, Signals, signals

Zone = Literal["auto", "suggest", "none"]

#: Scores from which a match is made, or shown to a person. On stories left out of the
#: fit some 94 % of the pairs from AUTO on are right; a lower one joins more, and lets a
#: rumor be confirmed by what was said of something else.
AUTO, SUGGEST = 0.55, 0.3
#: Below this cosine a swapped word changes what is said ("start" for "begin" does not).
SWAPPED = 0.75
#: Below this the same is said of two subjects.
TWIN = -0.5
#: Above this cosine two texts are one wording: a higher one says no more.
ONE_WORDING = 0.7
#: Below this cosine two texts are about different things, whatever they share: in one
#: language, and across languages unless they name one thing beside the subject.
FAR, FAR_ACROSS = 0.25, 0.4
#: The context of two reports that share one name.
PLACE = 0.34
#: A text with fewer content words than this merges only on a full agreement.
SHORT = 5

#: What each term (see `terms`) adds to the log odds that two statements say the same:
#: logistic regression by `python -m bench.fit`, no term against its sense.
WEIGHTS: Mapping[str, float] = {
    "start": -1.28,
    "start across languages": -0.23,
    "cosine": 5.05,
    "words": 1.42,
    "words across languages": 2.04,
    "things": 0.59,
    "things across languages": 1.03,
    "same subject, by guess": 1.04,
    "same subject and deed": 0.49,
    "same deed": 1.16,
    "no deed": 0.0,
    "names": 0.05,
    "numbers": 1.8,
    "context": 0.82,
    "other subject": 2.13,
    "other deed": 3.01,
    "opposed deed": 1.69,
    "other names": 4.64,
    "names told elsewhere": 2.36,
    "other numbers": 4.1,
    "other figure and date": 1.71,
    "other period": 2.73,
    "one word swapped": 1.03,
    "twin": 0.76,
    "objects": 0.0,
    "objects across languages": 0.42,
    "other objects": 0.25,
    "other objects across languages": 1.28,
    "only one says how much": 1.69,
    "only one counts": 1.21,
    "same report": 1.29,
    "said again": 1.56,
    "short": 0.41,
}


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two statements are (0 to 1), what follows, and why.

    `is_excluded` says that something makes two claims of them, however alike they are.
    """

    score: float
    zone: Zone
    reasons: tuple[str, ...] = ()
    is_excluded: bool = False


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
    decided = zone(found, value)
    return Match(round(value, 4), decided, _reasons(found), _excludes(found))


def score(found: Signals) -> float:
    """Return the probability-like score of the signals: a sum of log odds."""
    odds = sum(WEIGHTS[name] * value for name, value in terms(found).items())
    return 1 / (1 + exp(-odds))


def terms(found: Signals) -> dict[str, float]:
    """Return what is summed up, by name; all but the start speaks as its sign does."""
    across = not found.is_same_language
    agrees = max(found.subject, 0.0)
    return {
        "start": 1.0,
        "start across languages": float(across),
        "cosine": min(found.cosine, ONE_WORDING) - 0.5,
        "words": 0.0 if across else found.words,
        "words across languages": found.words if across else 0.0,
        "things": 0.0 if across else found.things,
        "things across languages": found.things if across else 0.0,
        "same subject, by guess": agrees if found.is_guess else 0.0,
        "same subject and deed": agrees * max(found.predicate, 0.0),
        "same deed": float(found.predicate >= 0.8),
        "no deed": float(found.predicate == 0),
        "names": max(found.names, 0.0),
        "numbers": max(found.numbers, 0.0),
        "context": found.context,
        "other subject": 0.0 if found.is_guess else min(found.subject, 0.0),
        "other deed": min(found.predicate, 0.0),
        "opposed deed": -float(found.predicate <= -1),
        "other names": min(found.names, 0.0),
        "names told elsewhere": found.elsewhere,
        "other numbers": min(found.numbers, 0.0),
        "other figure and date": -float(found.figures <= -1 and found.dates <= -1),
        "other period": found.scope,
        "one word swapped": found.swapped,
        "twin": found.twin,
        "objects": 0.0 if across else max(found.objects, 0.0),
        "objects across languages": max(found.objects, 0.0) if across else 0.0,
        "other objects": 0.0 if across else min(found.objects, 0.0),
        "other objects across languages": min(found.objects, 0.0) if across else 0.0,
        "only one says how much": found.amount,
        "only one counts": -float(found.is_one_counted),
        "same report": -float(
            found.is_same_report and found.echo <= 0 and not found.is_answered
        ),
        "said again": found.echo,
        "short": -float(found.size < SHORT),
    }


def zone(found: Signals, value: float) -> Zone:
    """Decide; a high score alone is not enough for a merge."""
    if value < SUGGEST or _excludes(found):
        return "none"
    is_free = value >= AUTO and _agrees(found) and not _differs(found)
    return "auto" if is_free else "suggest"


def _excludes(found: Signals) -> bool:
    """Say whether another maker, model, ordinal, deed or period makes two claims."""
    against = min(found.names, found.numbers, found.predicate, found.scope)
    return against <= -1 or found.twin < TWIN


def _agrees(found: Signals) -> bool:
    """Say whether more than the vector agrees: who or what, and the deed or its words.

    The story that both reports tell stands for a subject, unless one of them never
    names the other's; and so does the same figure of something that has a name, or on
    the same date. A place in common is no story: where nothing is named it takes more.
    """
    is_story = found.context > (PLACE if found.is_nameless else 0)
    is_about_one = found.subject >= 0.5 or (is_story and found.subject > UNTOLD)
    is_about_one |= max(found.subject, found.names) > 0 and found.figures > 0
    is_about_one |= min(found.figures, found.dates) > 0 or found.echo > 0
    if found.is_other_story and found.figures <= 0:
        # "It should open in 2028": which of the company's projects, the reports tell
        return False
    if found.predicate >= 0.5:
        return is_about_one
    has_more = max(found.things, found.words, found.figures) > 0
    return is_about_one and has_more and found.predicate > -1


def _differs(found: Signals) -> bool:
    """Say whether something differs that can make two claims of one wording."""
    is_across = not found.is_same_language and found.objects <= 0
    if found.cosine < (FAR_ACROSS if is_across else FAR) and found.echo <= 0:
        return True
    if found.swapped <= -0.8 and found.cosine < SWAPPED:
        return True
    # a report that gives two figures tells of two things, not of a revision
    return found.amount < 0 or (found.is_same_report and found.figures < 0)


#: Signal → why two claims may be one, and why not.
REASONS = {
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
    for name, (good, bad) in REASONS.items():
        signal = getattr(found, name)
        if abs(signal) >= 0.3:
            reasons.append(good if signal > 0 else bad)
    return tuple(reasons)


#: Names of a statement that are looked up: more make the index grow, not better.
NAMES = 8


#: Names of a report's topic, and words of a statement, that make keys of a story.
TOPIC, THINGS = 3, 5


def _story_keys(found: Features) -> Iterator[str]:
    """Yield keys for what names nothing itself: the report's names with a thing."""
    things = sorted(found.things, key=lambda word: (-len(word), word))[:THINGS]
    marks = [min(name) for name in found.topic[:TOPIC]]
    for mark in marks:
        yield from (f"@{mark}|{thing}" for thing in (*sorted(found.acts), *things))
    yield from (f"@{mark}" for mark in marks)


@lru_cache(maxsize=256)
def block_keys(statement: Statement) -> tuple[str, ...]:
    """Return the keys under which candidates are looked up, the most telling first.

    Statements that say the same share one: a name (or what looks like one) with a deed
    or a measure, two names, or a name alone. Cached: they are asked for to look for
    its like, then to file it.
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
        *_story_keys(found),
    ]
    if not keys:
        # nothing is named: the deed with its words
        keys = [f"~{act}|{word}" for act in acts or "?" for word in sorted(found.stems)]
    return tuple(dict.fromkeys(keys))
