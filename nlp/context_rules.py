"""Cue rules of ConText (Harkema et al. 2009, Chapman et al. 2011): data into matches.

A rule has a category, a direction and phrases; unknown keys raise. Phrases are found
with one look-up per token and no backtracking beyond a phrase's few optional words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from spacy.tokens import Doc

from nlp.data import load

Direction = Literal["forward", "backward", "both"]

#: Of two cues of equal length the category that stands first wins.
CATEGORIES = (
    "pseudo",
    "double_negation",
    "unconfirmed",
    "no_comment",
    "question",
    "not_before",
    "no_plan",
    "failed",
    "withdrawn",
    "denial",
    "unlikely",
    "condition",
    "possibility",
    "forecast",
    "plan",
    "future",
    "negation",
    "terminate",
)
#: Words that `..` may span.
MAX_GAP = 6
_TAGS = ("/VERB", "/NOUN", "/AUX")
_KEYS = {"category", "direction", "phrases", "own"}
_MARKS = frozenset('"«»“”„')
_GAP_STOPS = frozenset(",;:.!?—–()")


@dataclass(frozen=True, slots=True)
class Word:
    """One place of a phrase: words or forms or parts of speech that fit it."""

    words: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    tagged: frozenset[tuple[str, str]] = frozenset()
    at_least: int = 1
    at_most: int = 1
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What a phrase means once found."""

    category: str
    direction: Direction
    is_own: bool
    phrase: tuple[Word, ...]

    @property
    def rank(self) -> int:
        """Place of the category among those that want the same words."""
        return CATEGORIES.index(self.category)


@dataclass(frozen=True, slots=True)
class Found:
    """A cue in a doc: tokens `start` to `end`, end exclusive."""

    start: int
    end: int
    rule: Rule

    @property
    def category(self) -> str:
        """The category of the rule."""
        return self.rule.category


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's cues.toml: rules by the word they may begin with, and words."""

    lang: str
    by_word: dict[str, tuple[Rule, ...]]
    words: dict[str, frozenset[str]]


def normal(text: str) -> str:
    """Return `text` as the rules spell it: lower case, е for ё, straight apostrophe."""
    return text.lower().replace("ё", "е").replace("’", "'")


@cache
def lexicon(lang: str) -> Lexicon:
    """Return the rules of `lang`; ValueError names an unknown key or category."""
    data = load(lang, "cues")
    by_word: dict[str, list[Rule]] = {}
    for entry in data["rule"]:
        for rule in _rules(entry, data["sets"]):
            first = rule.phrase[0]
            for word in first.words | first.forms | {w for w, _ in first.tagged}:
                by_word.setdefault(word, []).append(rule)
    return Lexicon(
        lang=lang,
        by_word={k: tuple(dict.fromkeys(v)) for k, v in by_word.items()},
        words={k: frozenset(map(normal, v)) for k, v in data["words"].items()},
    )


def _rules(entry: dict[str, Any], sets: dict[str, list[str]]) -> Iterator[Rule]:
    unknown = set(entry) - _KEYS
    if unknown:
        raise ValueError(f"cues.toml: unknown keys {sorted(unknown)}")
    if entry["category"] not in CATEGORIES:
        raise ValueError(f"cues.toml: unknown category {entry['category']!r}")
    if entry["direction"] not in get_args(Direction):
        raise ValueError(f"cues.toml: unknown direction {entry['direction']!r}")
    for phrase in entry["phrases"]:
        words = tuple(_word(part, sets) for part in phrase.split())
        if not words or not words[0].at_least or words[0].tags:
            raise ValueError(f"cues.toml: {phrase!r} must begin with a firm word")
        yield Rule(
            entry["category"], entry["direction"], entry.get("own", False), words
        )


def _word(part: str, sets: dict[str, list[str]]) -> Word:
    if part == "..":
        return Word(is_gap=True, at_least=0, at_most=MAX_GAP)
    at_least, at_most = 1, 1
    if part[0] == "?":
        at_least, part = 0, part[1:]
    elif part[0] == "*" and len(part) > 1:
        at_least, at_most, part = 0, MAX_GAP, part[1:]
    words: set[str] = set()
    forms: set[str] = set()
    tags: set[str] = set()
    tagged: set[tuple[str, str]] = set()
    for choice in _choices(part, sets):
        if choice.startswith("<"):
            tags.add(choice.strip("<>"))
        elif choice.startswith("=") and len(choice) > 1:
            forms.add(normal(choice[1:]))
        elif choice.endswith(_TAGS):
            word, _, tag = choice.partition("/")
            tagged.add((normal(word), tag))
        else:
            words.add(normal(choice))
    return Word(
        frozenset(words),
        frozenset(forms),
        frozenset(tags),
        frozenset(tagged),
        at_least,
        at_most,
    )


def _choices(part: str, sets: dict[str, list[str]]) -> Iterator[str]:
    for choice in part.split("|"):
        if choice.startswith("@"):
            yield from sets[choice[1:]]
        else:
            yield choice


def find_cues(doc: Doc, lang: str) -> list[Found]:
    """Return the cues of `doc` in text order; none overlap, the longest wins."""
    rules = lexicon(lang)
    orths, bases = doc.to_array(["ORTH", "LEMMA"]).T.tolist()
    fold = {n: normal(doc.vocab.strings[n]) for n in {*orths, *bases}}
    forms, lemmas = [fold[n] for n in orths], [fold[n] for n in bases]
    found: list[Found] = []
    for at, (form, lemma) in enumerate(zip(forms, lemmas, strict=True)):
        candidates = rules.by_word.get(form, ())
        if lemma != form:
            candidates += rules.by_word.get(lemma, ())
        best: Found | None = None
        for rule in candidates:
            end = _match(doc, forms, lemmas, rule.phrase, at)
            if end and (
                best is None or (end, -rule.rank) > (best.end, -best.rule.rank)
            ):
                best = Found(at, end, rule)
        if best is not None:
            found.append(best)
    return _without_overlaps(found)


def _without_overlaps(found: list[Found]) -> list[Found]:
    """Keep the longest of overlapping cues, the first of equals."""
    kept: list[Found] = []
    for cue in found:
        while kept and cue.start < kept[-1].end:
            if cue.end - cue.start <= kept[-1].end - kept[-1].start:
                break
            kept.pop()
        else:
            kept.append(cue)
    return kept


def _match(
    doc: Doc, forms: list[str], lemmas: list[str], phrase: tuple[Word, ...], at: int
) -> int:
    """Return the token after the longest match of `phrase` at `at`, 0 for none."""
    size = len(forms)
    ends = {at}
    for word in phrase:
        if word.at_least == word.at_most == 1:
            ends = {
                end + 1
                for end in ends
                if end < size and _fits(doc, forms, lemmas, word, end)
            }
        else:
            ends = {end for i in ends for end in _steps(doc, forms, lemmas, word, i)}
        if not ends:
            return 0
    return max(ends)


def _steps(
    doc: Doc, forms: list[str], lemmas: list[str], word: Word, at: int
) -> Iterator[int]:
    """Yield where `word` may end, having begun at `at`."""
    if word.at_least == 0:
        yield at
    while 0 < at < len(forms) and forms[at] in _MARKS:
        at += 1  # "were \"pure fiction\"", "dismissed as \"fake\""
        if word.at_least == 0:
            yield at
    for count in range(1, word.at_most + 1):
        place = at + count - 1
        if place >= len(forms) or not _fits(doc, forms, lemmas, word, place):
            return
        if count >= word.at_least:
            yield place + 1


def _fits(doc: Doc, forms: list[str], lemmas: list[str], word: Word, at: int) -> bool:
    form = forms[at]
    if word.is_gap:
        return form not in _GAP_STOPS and "\n" not in form
    if form in word.forms or form in word.words or lemmas[at] in word.words:
        return True
    if not word.tags and not word.tagged:
        return False
    if "INF" in word.tags and "VerbForm=Inf" in str(doc[at].morph):
        return True
    tag = doc[at].pos_
    return tag in word.tags or (lemmas[at], tag) in word.tagged
