"""What two statements have in common and what sets them apart, signal by signal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from molva.chronology import days_between
from molva.deeds import CHANGES, alike, alike_counts, opposed
from molva.features import (
    CONTENT,
    COST,
    PREFIX,
    Features,
    consonants,
    key_stems,
    marks,
)
from molva.model import EventDate
from molva.values import agree, comparable, excludes

#: Share of common words that makes two texts one frame with something swapped.
FRAME = 0.75

#: Names that two reports share when they surely tell one story.
ENOUGH = 3

#: A project that costs so many times as much is another one.
DEARER = 3

#: Words that differ, at most, for a frame to have something swapped.
SWAP = 3

#: What it says of the subjects that one is known and the other report never names it.
UNTOLD = -0.8

#: Letters that an ending may have: the rest of a word makes another name of it.
ENDING = 2

#: Characters that part a statement from the quote that says it again, at most.
ASIDE = 200

#: A duration in months or years, as TIMEX3 writes it.
_SPAN = re.compile(r"P([1-9]\d{0,2})([MY])")

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
    things: float
    objects: float
    swapped: float
    amount: float
    elsewhere: float
    context: float
    twin: float
    echo: float
    is_guess: bool
    is_same_language: bool
    is_same_report: bool
    is_answered: bool
    is_one_counted: bool
    is_nameless: bool
    is_other_story: bool
    size: int


def signals(
    a: Features, b: Features, cosine: float, parents: Mapping[str, str]
) -> Signals:
    """Return what two statements have in common."""
    figures = _figures(a, b)
    subject, predicate = _subject(a, b, parents), _predicate(a, b)
    names, elsewhere = _names(a, b, is_same_subject=subject > 0)
    return Signals(
        cosine=cosine,
        subject=subject,
        predicate=predicate,
        names=names,
        elsewhere=elsewhere,
        context=_context(a, b),
        twin=_twin(a, b, subject, cosine),
        echo=_echo(a, b, predicate),
        is_guess=not (a.is_named and b.is_named),
        figures=figures,
        dates=_dates(a.dates, b.dates),
        numbers=_numbers(a, b),
        scope=_scope(a, b, figures),
        words=_overlap(a.stems, b.stems),
        things=_overlap(a.things, b.things),
        objects=_objects(a, b),
        swapped=_swapped(a, b, predicate),
        amount=_amount(a, b),
        is_same_language=a.lang == b.lang,
        is_same_report=a.report_id == b.report_id,
        is_answered=subject > 0.5 and predicate > 0.5 and _is_answered(a, b),
        is_one_counted=bool(a.figures) != bool(b.figures),
        is_nameless=not (a.subject or b.subject or a.marked or b.marked),
        is_other_story=_is_other_story(a, b),
        size=min(a.size, b.size),
    )


def _subject(a: Features, b: Features, parents: Mapping[str, str]) -> float:
    if a.subject and b.subject:
        return _resolved(a, b, parents)
    if a.subject or b.subject:
        known, other = (a, b) if a.subject else (b, a)
        if _mentions(other, known.subject or ""):
            return 0.8
        if _is_untold(other, known.subject or ""):
            return UNTOLD
        has_another = _missing(other, known) or other.first not in known.stems
        return -0.6 if has_another else 0.0
    shared = _shared(a, b)
    if not shared:
        return 0.0
    places = {word for word in shared if a.names.get(a.marked.get(word, "")) == "LOC"}
    # a first word in common may be any word
    named = {word for word in shared - places if word in {*a.marked, *b.marked}}
    return 0.5 if named else 0.3


def _resolved(a: Features, b: Features, parents: Mapping[str, str]) -> float:
    one, other = a.subject or "", b.subject or ""
    if one == other or _top(one, parents) == _top(other, parents):
        return 1.0
    if _is_part(one, other) or _is_part(other, one):
        return 0.8
    if _mentions(b, one) and _mentions(a, other):
        return 0.6
    if _mentions(b, one) or _mentions(a, other):
        return 0.3
    if _may_translate(a, one, b, other):
        return -0.4
    if _is_untold(a, other) and _is_untold(b, one):
        return -1.0
    if _is_stranger(a, one, b, other) or _is_stranger(b, other, a, one):
        return UNTOLD
    kinds = {a.names.get(one), b.names.get(other)}
    # what a pronoun stands for is a guess, and a model may stand for its maker
    is_guess = not (a.is_named and b.is_named)
    # and a place for what is done there
    is_other_kind = len(kinds) > 1 and not kinds.isdisjoint({"PRODUCT", "LOC"})
    return -0.4 if is_guess or is_other_kind else -1.0


def _is_untold(text: Features, name: str) -> bool:
    """Say whether the whole report of a text never names something."""
    words = name.split()
    return bool(text.told) and not any(
        _may_be_one(word, known) for word in words for known in text.told
    )


def _is_stranger(a: Features, one: str, b: Features, other: str) -> bool:
    """Say whether `b` tells of somebody else, whom `a` never names, beside `one`.

    "Rival Hollin will open shops" is no news of the chain in the other report.
    """
    kinds = {a.names.get(one), b.names.get(other)}
    is_known = bool(b.told) and not _is_untold(b, one)
    is_body = kinds.isdisjoint({"PRODUCT", "LOC"})
    return b.is_named and is_body and is_known and _is_untold(a, other)


def _may_be_one(a: str, b: str) -> bool:
    """Say whether two words are one, or sound so in two scripts."""
    if a[:PREFIX] == b[:PREFIX]:
        return _is_one(a, b)
    sound = consonants(a)
    return len(sound) > 2 and sound == consonants(b)


def _may_translate(a: Features, one: str, b: Features, other: str) -> bool:
    """Say whether one name may be the other in translation: «Зерновые линии».

    That is a name of several words, in a report of the same story in another language
    that never uses it.
    """
    if a.lang == b.lang or min(len(one.split()), len(other.split())) < 2:
        return False
    is_used = not b.known.isdisjoint(marks(one)) and not a.known.isdisjoint(
        marks(other)
    )
    return _context(a, b) > 0 and not is_used


def _twin(a: Features, b: Features, subject: float, cosine: float) -> float:
    """Return how surely one thing is said of two subjects, 0 to -1.

    "Competitor Hollin will close 32 stores" after "Dale will close 32 stores".
    """
    if subject > -1:
        return 0.0
    if a.lang != b.lang:
        return -max(0.0, min(1.0, 2 * cosine - 1))
    return -_overlap(a.things, b.things)


def _echo(a: Features, b: Features, predicate: float) -> float:
    """Return 1 for a quote in which a speaker says again what was just reported.

    "We are staying in Leeds," she said, after the chief executive scrapped the move.
    """
    first, second = sorted((a, b), key=lambda text: text.span)
    gap = second.span[0] - first.span[1]
    is_next = a.report_id == b.report_id and 0 <= gap <= ASIDE and second.is_quote
    if not is_next or not first.speaker or first.speaker != second.speaker:
        return 0.0
    is_about_one = _shared(a, b) or a.things & b.things or predicate >= 0.5
    is_other = predicate <= -1 or _figures(a, b) < 0 or _numbers(a, b) < 0
    return 1.0 if is_about_one and not is_other else 0.0


def _is_answered(a: Features, b: Features) -> bool:
    """«Построит завод, рассказал источник. В компании это опровергли»: one report."""
    first, second = sorted((a, b), key=lambda text: text.span)
    is_denied = second.is_denial and not first.is_denial
    return a.report_id == b.report_id and is_denied


def _top(name: str, parents: Mapping[str, str]) -> str:
    seen = {name}
    while (parent := parents.get(name)) is not None and parent not in seen:
        name = parent
        seen.add(name)
    return name


def _mentions(text: Features, name: str) -> bool:
    """Say whether a text has the entity, or all words of its name in any script."""
    return name in text.names or all(_has_word(text, word) for word in name.split())


def _has_word(text: Features, word: str) -> bool:
    begin = word[:PREFIX]
    if _is_other_word(word, text.marked.get(begin, "")):
        return False
    sound = consonants(word)
    return begin in text.stems or begin == text.first or sound in text.heard


def _is_part(name: str, other: str) -> bool:
    """Say whether all words of a name are words of the other, endings apart."""
    return all(any(_is_one(a, b) for b in other.split()) for a in name.split())


def _is_other_word(word: str, name: str) -> bool:
    """Say whether a name has another word that begins alike: Gazprom, Gazprombank."""
    alike = [w for w in name.split() if w[:PREFIX] == word[:PREFIX]]
    return bool(alike) and not any(_is_one(word, w) for w in alike)


def _is_one(a: str, b: str) -> bool:
    """Say whether two words are one but for their endings."""
    stem = max(PREFIX - 1, len(a) - ENDING, len(b) - ENDING)
    return a[:stem] == b[:stem]


def _differ(a: Features, b: Features, begin: str) -> bool:
    """Say whether names of both that begin alike are two."""
    one, other = a.marked.get(begin, ""), b.marked.get(begin, "")
    if not other or one == other:
        return False
    words = [word for word in one.split() if word[:PREFIX] == begin]
    return bool(words) and all(_is_other_word(word, other) for word in words)


def _predicate(a: Features, b: Features) -> float:
    """Compare what is done or measured; 0 where one side does not say."""
    if a.act == b.act == COST:
        return _same_cost(a, b)
    return _same_deed(a, b)


def _same_deed(a: Features, b: Features) -> float:
    one, other = _act(a, b), _act(b, a)
    is_apart = _are_apart(a.measures, b.measures)
    if one and other:
        if _is_one_deal(a, b, one, other):
            return 0.5
        if opposed(one, other):
            return -1.0
        if one == other:
            return -1.0 if one in CHANGES and is_apart else 1.0
        if one in CHANGES and other in CHANGES:
            return -1.0 if is_apart else 0.8
    if a.acts & b.acts:
        return 0.8
    if is_apart and not (one and other):
        return -0.8
    if _are_alike(a, b):
        return 0.5 if not is_apart else -0.3
    if a.acts and b.acts:
        # texts call one deed by many verbs: only what excludes it is surely another
        return -0.7
    # a deed that only one side names is more often another one than the same
    return -0.2 if a.acts or b.acts else 0.0


def _same_cost(a: Features, b: Features) -> float:
    """Compare what two costs are of: «стоимость завода», «инвестиции составят».

    Where neither says it and the words differ, the reports must share two names.
    """
    ends = [max(f.high or f.low or 0 for f in text.figures) for text in (a, b)]
    is_other = a.lang == b.lang and a.things and b.things and not a.things & b.things
    if is_other or max(ends) > DEARER * min(ends):
        return -0.8
    is_told = a.things & b.things or _shared(a, b) or a.measures & b.measures
    return 1.0 if is_told or _context(a, b) > 1 / ENOUGH else -0.2


def _are_alike(a: Features, b: Features) -> bool:
    """Say whether an act or a measure of both is one deed in two words."""
    return any(alike(x, y) for x in a.acts for y in b.acts) or any(
        alike_counts(x, y) for x in a.measures for y in b.measures
    )


def _is_one_deal(a: Features, b: Features, one: str, other: str) -> bool:
    """Say whether one side sells to the other what the other buys."""
    if {one, other} == {"bought", "delivered"}:
        # the contract of two that both texts name, on as much
        return len(_shared(a, b)) > 1 and bool(a.figures) == bool(b.figures)
    return (
        {one, other} == {"bought", "sold"}
        and a.subject is not None
        and b.subject is not None
        and a.subject != b.subject
        and _mentions(a, b.subject)
        and _mentions(b, a.subject)
    )


def _are_apart(a: frozenset[str], b: frozenset[str]) -> bool:
    """Say whether both sides measure something and it is not the same."""
    return bool(a and b) and not any(x == y or alike_counts(x, y) for x in a for y in b)


def _act(text: Features, other: Features) -> str | None:
    """Return the act of a text, None where the other language could not name it."""
    if text.act and not text.act.isascii() and text.lang != other.lang:
        return None
    return text.act


def _objects(a: Features, b: Features) -> float:
    """Return how much of what it is done to two texts share, -1 for nothing at all.

    That is what is named beside the subject, and in one language the nouns: "makes vans
    since 1994" and "begins to make the Iskra" have only the subject in common.
    """
    subjects = frozenset().union(*(key_stems(t.subject or "") for t in (a, b)))
    one, other = ((t.counted | set(t.marked)) - subjects for t in (a, b))
    names = len((_shared(a, b) | (a.counted & b.counted)) - subjects)
    if a.lang == b.lang:
        one, other = one | a.things, other | b.things
        names += len(a.things & b.things)
    if not one or not other:
        return 0.0
    return min(1.0, names / min(len(one), len(other))) if names else -1.0


def _context(a: Features, b: Features) -> float:
    """Return how much of what two reports are about is the same, 0 to 1."""
    if not a.topic or not b.topic:
        return 0.0
    shared = sum(not b.known.isdisjoint(name) for name in a.topic)
    return min(shared, ENOUGH) / ENOUGH


def _is_other_story(a: Features, b: Features) -> bool:
    """Say whether two reports have no more in common than whom a statement is about.

    A company's plant in one town and its depot in another: each report names a place,
    a partner or a model that the other does not know.
    """
    subjects = frozenset().union(*(marks(t.subject) for t in (a, b) if t.subject))
    one, other = (
        [name for name in t.topic if name.isdisjoint(subjects)] for t in (a, b)
    )
    others = frozenset().union(*other)
    if not (one and other and all(name.isdisjoint(others) for name in one)):
        return False
    if a.things & b.things and not (a.is_bare and b.is_bare):
        return False
    # a first word in common may be any word
    return (_shared(a, b) & {*a.marked, *b.marked}) <= subjects


def _names(a: Features, b: Features, *, is_same_subject: bool) -> tuple[float, float]:
    """Compare what is named: another maker, model, person or place is another claim.

    A name counts against only where the other side has one of its own as well. The
    second value is for names that the other report tells of elsewhere.
    """
    only_a, only_b = _missing(a, b), _missing(b, a)
    if is_same_subject:
        # a parent and its daughter are no two makers
        only_a = {word for word in only_a if a.marked[word] != a.subject}
        only_b = {word for word in only_b if b.marked[word] != b.subject}
    shared = 1.0 if _shared(a, b) else 0.0
    if only_a and only_b:
        labels = _labels(a, only_a) & _labels(b, only_b)
        if _all_may_translate(a, only_a, b, only_b):
            return shared, -0.5
        if _is_told(only_a, a, b) or _is_told(only_b, b, a):
            return shared, -1.0 if labels - {""} else -0.5
        if a.lang == b.lang or labels & {"PRODUCT", "PER"}:
            return -1.0, 0.0
        return (-0.5 if shared else -0.8), 0.0
    if a.lang == b.lang and not is_same_subject and _is_swapped(a, b):
        return -1.0, 0.0
    return shared, 0.0


def _all_may_translate(
    a: Features, only_a: set[str], b: Features, only_b: set[str]
) -> bool:
    """Say whether each name that differs may be one of the other in translation."""
    ones, others = ({t.marked[w] for w in o} for t, o in ((a, only_a), (b, only_b)))
    return all(_may_translate(a, x, b, y) for x in ones for y in others)


def _is_told(words: Iterable[str], a: Features, b: Features) -> bool:
    """Say whether all these names of `a` are among what the other report is about."""
    if not b.topic:
        return False
    return all(
        word in b.known or f"~{a.sounds.get(word, '')}" in b.known for word in words
    )


def _labels(text: Features, words: set[str]) -> set[str]:
    return {text.names.get(text.marked[word], "") for word in words}


def _missing(a: Features, b: Features) -> set[str]:
    """Return the name-like words of `a` of which `b` has no trace."""
    return {
        word
        for word, entity in a.marked.items()
        if _differ(a, b, word)
        or (
            word not in b.stems
            and word != b.first
            and a.sounds.get(word) not in b.heard
            and entity not in b.names
        )
    }


def _shared(a: Features, b: Features) -> set[str]:
    """Return the name-like words that both texts have."""
    found = (a.capitals & b.capitals) | {
        word for word, entity in a.marked.items() if entity in b.names
    }
    return {word for word in found if not _differ(a, b, word)}


def _is_swapped(a: Features, b: Features) -> bool:
    """Say whether two first words differ in an otherwise common frame."""
    if not _has_own_first(a, b) or not _has_own_first(b, a):
        return False
    rest_a, rest_b = a.stems - {a.first}, b.stems - {b.first}
    return min(len(rest_a), len(rest_b)) > 1 and _overlap(rest_a, rest_b) >= FRAME


def _has_own_first(a: Features, b: Features) -> bool:
    """Say whether `a` begins with a word of which `b` has no trace."""
    if len(a.first) < CONTENT or a.first in a.things:
        return False
    return a.first not in b.stems and a.marked.get(a.first, "") not in b.names


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
    """Return -1 for figures of a flow over different periods."""
    if not figures or not (a.acts & b.acts & _FLOWS):
        return 0.0
    periods = [(one, other) for one in _periods(a) for other in _periods(b)]
    return -1.0 if periods and all(_are_unlike(*pair) for pair in periods) else 0.0


def _are_unlike(a: EventDate, b: EventDate) -> bool:
    """Say whether two periods exclude each other, or one is a part of the other."""
    return excludes(a, b) or not 0.8 < _days(a) / _days(b) < 1.25


def _days(date: EventDate) -> int:
    if months := _months(date):
        return months * 30
    return days_between(date.earliest or "", date.latest or "") + 1


def _amount(a: Features, b: Features) -> float:
    """Return -1 where one side tells how much of a flow, the other only that it flows.

    "Will begin production" and "will produce 27,000" are two claims.
    """
    flows = a.acts & b.acts & _FLOWS
    counted = [bool(flows & text.measures) for text in (a, b)]
    return -1.0 if flows and counted[0] != counted[1] else 0.0


def _periods(text: Features) -> list[EventDate]:
    """Return the dates that are whole periods, not deadlines or days."""
    return [
        date
        for date in text.dates
        if (date.earliest and date.latest and date.earliest < date.latest)
        or _months(date)
    ]


def _months(date: EventDate) -> int:
    """Return the months of a period without a place in time: "for nine months"."""
    found = _SPAN.fullmatch(date.timex or "")
    is_free = found is not None and not (date.earliest or date.latest)
    return int(found[1]) * (12 if found[2] == "Y" else 1) if found and is_free else 0


def _numbers(a: Features, b: Features) -> float:
    """Compare ordinals, model numbers and years: -1 if each has one of its own."""
    # "Unit 2" is the second unit, but "the first trams" are no "tram 1"
    all_a, all_b = (t.numbers | (t.ordinals - {"1"}) for t in (a, b))
    kinds = (
        (a.numbers, b.numbers, all_a, all_b),
        (a.ordinals, b.ordinals, a.ordinals | a.numbers, b.ordinals | b.numbers),
        (a.sides, b.sides, a.sides, b.sides),
    )
    if any(one - known_b and other - known_a for one, other, known_a, known_b in kinds):
        return -1.0
    return 1.0 if all_a & all_b else 0.0


def _swapped(a: Features, b: Features, predicate: float) -> float:
    """Return -1 where one word of a common frame stands for another.

    "Electric buses", "trolley buses". Where the deed is not known, the other word may
    be one more verb for it (-0.8), and where no thing is swapped, it hardly counts.
    """
    if a.lang != b.lang or _overlap(a.stems, b.stems) < 0.5:
        return 0.0
    only_a, only_b = _long(a.stems - b.stems), _long(b.stems - a.stems)
    if not only_a or not only_b or len(only_a) + len(only_b) > SWAP:
        return 0.0
    is_thing = only_a & a.things and only_b & b.things
    if not is_thing and (a.things or b.things):
        return -0.7
    return -1.0 if predicate > 0 else -0.8


def _long(stems: frozenset[str]) -> frozenset[str]:
    """Leave out what is short enough to be a helping word."""
    return frozenset(word for word in stems if len(word) == PREFIX)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
