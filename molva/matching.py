"""Do two statements say the same? A score in order, and a decision one can read.

A sentence vector recalls, names and predicates decide: it never merges alone. Another
value of the same measure or another date of the same act is a revision of one claim;
another maker, model, place, ordinal or deed is another claim. Polarity and modality do
not count: talks, plan, start, completion and denial are stages of one claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from typing import Literal

from molva.features import Features, features, key_stems
from molva.model import EventDate, Statement
from molva.values import agree, comparable, excludes

Zone = Literal["auto", "suggest", "none"]

#: Scores from which a match is made, or shown to a person.
AUTO, SUGGEST = 0.75, 0.5
#: A text with fewer content words than this merges only on a full agreement.
SHORT = 5
#: A text with this many may do without a named predicate, if all else agrees.
LONG = 8

#: Acts that texts call by each other's name. Anything else that differs is different.
_ALIKE = (
    {"bought", "merged", "owned"},
    {"bought", "ordered", "contracted"},
    {"shipped", "delivered", "transported"},
    {"launched", "opened", "presented"},
    {"built", "opened"},
    {"launched", "produced", "localized"},
    {"launched", "sold"},
    {"built", "produced"},
    {"cut", "fired"},
    {"cut", "closed"},
    {"closed", "left", "suspended"},
    {"left", "resigned", "fired"},
    {"hired", "appointed"},
    {"raised", "grew", "priced"},
    {"cut", "fell", "priced"},
    {"earned", "grew"},
    {"earned", "fell"},
    {"lost", "grew"},
    {"invested", "spent", "funded"},
    {"built", "invested"},
    {"borrowed", "lent", "raised", "funded"},
    {"issued", "launched"},
    {"partnered", "contracted"},
    {"killed", "died"},
    {"approved", "banned"},
    {"developed", "presented"},
    {"developed", "built", "produced"},
)
#: Acts that exclude each other, whatever else agrees.
_OPPOSED = (
    ({"raised", "grew"}, {"cut", "fell"}),
    ({"hired", "appointed"}, {"fired", "resigned"}),
    ({"opened", "launched", "built"}, {"closed", "suspended"}),
    ({"bought"}, {"sold"}),
    ({"exported"}, {"imported"}),
    ({"earned"}, {"lost"}),
    ({"suspended", "closed"}, {"resumed"}),
    ({"entered"}, {"left"}),
    ({"borrowed", "lent"}, {"paid"}),
    ({"produced"}, {"sold", "shipped", "exported", "imported", "bought"}),
    ({"died", "killed"}, {"injured"}),
    ({"ordered"}, {"delivered"}),
)
#: Measures counted by the period: another year's figure is another claim.
_FLOWS = frozenset({"produced", "sold", "shipped", "delivered", "exported"}) | {
    "imported",
    "earned",
    "lost",
    "transported",
    "used",
    "processed",
    "spent",
    "paid",
}


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two statements are (0 to 1), what follows, and why."""

    score: float
    zone: Zone
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signals:
    """What two statements have in common, each from -1 (against) to 1 (for)."""

    cosine: float
    subject: float
    predicate: float
    names: float
    figures: float
    dates: float
    numbers: float
    scope: float
    words: float
    is_same_language: bool
    is_same_report: bool
    size: int


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


def signals(
    a: Features, b: Features, cosine: float, parents: Mapping[str, str]
) -> Signals:
    """Return what two statements have in common."""
    figures = _figures(a, b)
    return Signals(
        cosine=cosine,
        subject=_subject(a, b, parents),
        predicate=_predicate(a, b),
        names=_names(a, b),
        figures=figures,
        dates=_dates(a.dates, b.dates),
        numbers=_numbers(a, b),
        scope=_scope(a, b, figures),
        words=_overlap(a.stems, b.stems),
        is_same_language=a.lang == b.lang,
        is_same_report=a.report_id == b.report_id,
        size=min(a.size, b.size),
    )


def score(found: Signals) -> float:
    """Return the probability-like score of the signals: a sum of log odds.

    The weights were set on `tests/pairs.jsonl` (see `bench/matching.py`).
    """
    centre, width = (0.5, 0.12) if found.is_same_language else (0.45, 0.12)
    odds = -0.6 + 0.8 * max(-2.5, min(2.5, (found.cosine - centre) / width))
    odds += _weighed(found.subject, 1.2, 3.0)
    odds += _weighed(found.predicate, 1.3, 2.6)
    odds += _weighed(found.names, 0.8, 2.5)
    odds += _weighed(found.figures, 0.8, 0.4)
    odds += _weighed(found.dates, 0.4, 0.3)
    odds += _weighed(found.numbers, 0.5, 2.5)
    odds += _weighed(found.scope, 0.0, 2.0)
    if found.is_same_language:
        odds += 1.0 * (found.words - 0.4)
    return 1 / (1 + exp(-odds))


def _weighed(signal: float, reward: float, penalty: float) -> float:
    return signal * (reward if signal > 0 else penalty)


def _zone(found: Signals, value: float) -> Zone:
    """Decide; a high score alone is not enough for a merge."""
    against = min(found.subject, found.predicate, found.names, found.numbers)
    if value < SUGGEST or against <= -1:
        return "none"
    is_free = against >= 0 and found.scope >= 0
    if is_free and value >= AUTO and _agrees(found):
        return "auto"
    return "suggest"


def _agrees(found: Signals) -> bool:
    """Say whether subject and predicate agree, the more so the shorter the text."""
    if found.is_same_report and found.figures < 0:
        # a report that gives two figures tells of two things, not of a revision
        return False
    if found.size < SHORT:
        return found.subject >= 1 and found.predicate >= 1
    if found.predicate >= 0.5:
        return found.subject >= 0.5
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
}


def _reasons(found: Signals) -> tuple[str, ...]:
    reasons = [f"cosine {found.cosine:.2f}"]
    for name, (good, bad) in _WORDS.items():
        signal = getattr(found, name)
        if signal:
            reasons.append(good if signal > 0 else bad)
    return tuple(reasons)


def _subject(a: Features, b: Features, parents: Mapping[str, str]) -> float:
    if a.subject and b.subject:
        return _resolved(a, b, parents)
    if a.subject or b.subject:
        known, other = (a, b) if a.subject else (b, a)
        if known.subject and _mentions(other, known.subject):
            return 0.6
        return -0.5 if known.names and _foreign(other, known) else 0.0
    if not a.names or not b.names:
        return 0.0
    shared = [name for name in a.names if _mentions(b, name)]
    return 0.5 if shared else -0.5


def _resolved(a: Features, b: Features, parents: Mapping[str, str]) -> float:
    one, other = a.subject or "", b.subject or ""
    if one == other or _top(one, parents) == _top(other, parents):
        return 1.0
    if key_stems(one) <= key_stems(other) or key_stems(other) <= key_stems(one):
        return 0.8
    if _mentions(b, one) and _mentions(a, other):
        return 0.6
    if _mentions(b, one) or _mentions(a, other):
        return 0.3
    return -1.0


def _top(name: str, parents: Mapping[str, str]) -> str:
    seen = {name}
    while (parent := parents.get(name)) is not None and parent not in seen:
        name = parent
        seen.add(name)
    return name


def _mentions(text: Features, name: str) -> bool:
    return name in text.names or key_stems(name) <= text.stems


def _foreign(a: Features, b: Features) -> bool:
    """Say whether `a` has names and none of them occurs in `b`."""
    return bool(a.names) and not any(_mentions(b, name) for name in a.names)


def _predicate(a: Features, b: Features) -> float:
    one, other = _act(a, b), _act(b, a)
    if one and other:
        if one == other:
            return 1.0
        if _opposed(one, other):
            return -1.0
        if a.acts & b.acts or _alike(one, other):
            return 0.5
        return -1.0
    if a.acts & b.acts:
        return 1.0
    if any(_alike(x, y) for x in a.acts for y in b.acts):
        return 0.5
    return -0.7 if a.acts and b.acts else 0.0


def _act(text: Features, other: Features) -> str | None:
    """Return the act of a text, None where the other language could not name it."""
    if text.act and not text.act.isascii() and text.lang != other.lang:
        return None
    return text.act


def _alike(a: str, b: str) -> bool:
    return any(a in acts and b in acts for acts in _ALIKE)


def _opposed(a: str, b: str) -> bool:
    return any(
        (a in left and b in right) or (b in left and a in right)
        for left, right in _OPPOSED
    )


def _names(a: Features, b: Features) -> float:
    """Compare what else is named: another model, person or place is another claim."""
    only_a = _missing(a, b)
    only_b = _missing(b, a)
    labels = set(only_a.values()) & set(only_b.values())
    if "PRODUCT" in labels or "PER" in labels:
        return -1.0
    if labels:
        return -0.7 if a.lang == b.lang else -0.5
    if a.lang == b.lang and a.capitals - b.stems and b.capitals - a.stems:
        return -0.5
    shared = [name for name in a.names if _mentions(b, name) and name != a.subject]
    return 1.0 if shared else 0.0


def _missing(a: Features, b: Features) -> dict[str, str]:
    """Return the names of `a`, but for its subject, of which `b` has no word."""
    return {
        name: label
        for name, label in a.names.items()
        if name != a.subject
        and name not in b.names
        and not key_stems(name) & b.stems
        and not any(key_stems(name) & key_stems(other) for other in b.names)
    }


def _figures(a: Features, b: Features) -> float:
    """Compare figures: 1 for a common one, below 0 for another value of a measure."""
    if not a.figures or not b.figures:
        return 0.0
    same = a.lang == b.lang
    pairs = [
        (one, other)
        for one in a.figures
        for other in b.figures
        if comparable(one, other, is_same_language=same)
    ]
    if any(agree(one, other) for one, other in pairs):
        return 1.0
    return -1.0 if pairs else -0.5


def _dates(a: Iterable[EventDate], b: Iterable[EventDate]) -> float:
    pairs = [(one, other) for one in a for other in b]
    if any(agree(one, other) for one, other in pairs):
        return 1.0
    return -1.0 if pairs and all(excludes(*pair) for pair in pairs) else 0.0


def _scope(a: Features, b: Features, figures: float) -> float:
    """Return -1 for unequal figures of a flow over different periods."""
    if figures >= 0 or not (a.acts & b.acts & _FLOWS):
        return 0.0
    periods = [(one, other) for one in _periods(a) for other in _periods(b)]
    return -1.0 if periods and all(excludes(*pair) for pair in periods) else 0.0


def _periods(text: Features) -> list[EventDate]:
    """Return the dates that are whole periods, not deadlines or days."""
    return [
        date
        for date in text.dates
        if date.earliest and date.latest and date.earliest < date.latest
    ]


def _numbers(a: Features, b: Features) -> float:
    """Compare ordinals, model numbers and years: -1 if each has one of its own."""
    if a.numbers - b.numbers and b.numbers - a.numbers:
        return -1.0
    return 1.0 if a.numbers & b.numbers else 0.0


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def block_keys(statement: Statement) -> tuple[str, ...]:
    """Return the keys under which candidates are looked up, the most telling first.

    Statements that say the same share one: a name with a deed, a measure, another
    name or a date; names alone come last.
    """
    found = features(statement)
    names = list(dict.fromkeys([*filter(None, [found.subject]), *found.names]))
    acts = sorted(found.acts)
    if not names:
        # nothing is named: the deed with its rarest words
        words = sorted(found.stems, key=lambda word: (-len(word), word))
        return tuple(f"~{act}|{word}" for act in acts or ["?"] for word in words)
    ends = sorted({date.latest for date in found.dates if date.latest})
    return tuple(
        dict.fromkeys(
            [
                *(
                    f"{name}|{act}|{end}"
                    for name in names
                    for act in acts
                    for end in ends
                ),
                *(f"{x}+{y}" for x in sorted(names) for y in sorted(names) if x < y),
                *(f"{name}|{act}" for name in names for act in acts),
                *names,
            ]
        )
    )
