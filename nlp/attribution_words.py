"""What attribution looks at: a doc's words as lists, phrases, sentences, quotes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from spacy.tokens import Doc

from molva.names import key as name_key
from nlp.data import load
from nlp.extensions import heads_of, span_at, starts_of, text_of
from nlp.gazetteer import tables

_OPENING = frozenset("«“„‟‹")
_CLOSING = frozenset("»”›")
_STRAIGHT = ('"', "``", "''")
DASHES = frozenset({"—", "–", "-", "―", "--"})
QUOTES = frozenset([*_OPENING, *_CLOSING, *_STRAIGHT])
_LABELS = {"PERSON": "PER", "GPE": "LOC", "FAC": "LOC"}
_PASSIVE = frozenset({"nsubjpass", "nsubj:pass", "auxpass", "aux:pass"})
_VERBS = frozenset({"VERB", "AUX"})
_SPEECH_ENDS = (".", "!", "?", ",", "…")
#: A quotation of fewer words is a name, not speech.
_MIN_SPOKEN = 3
#: Longer sentences are read in pieces: what cues look for is near.
_MAX_SENTENCE = 200
_MAX_NAMESAKES = 5
_MAX_DATELINE = 14
#: No word is further below the verb that governs it.
_MAX_STEPS = 12


def folded(word: str) -> str:
    """Return `word` in lower case with ё as е, as all data is compared."""
    return word.lower().replace("ё", "е")


def words_of(value: str | Iterable[str]) -> frozenset[str]:
    """Return the folded words of a TOML value (one string or a list)."""
    items = value.split() if isinstance(value, str) else value
    return frozenset(folded(item) for item in items)


class Phrases:
    """Phrases found word by word, each word as written or as its lemma."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            parts = tuple(folded(phrase).split())
            self._first.setdefault(parts[0], []).append(parts)
        for options in self._first.values():
            options.sort(key=len, reverse=True)

    @property
    def openers(self) -> frozenset[str]:
        """The words with which a phrase can start."""
        return frozenset(self._first)

    def end(self, words: Words, at: int, stop: int) -> int:
        """Return the token after the longest phrase that starts at `at`, 0 if none."""
        best = 0
        if at >= stop:
            return best
        lower, lemma = words.lower, words.lemma
        for start in {lower[at], lemma[at]}:
            for parts in self._first.get(start, ()):
                end = at + len(parts)
                if end > stop or end <= best:
                    continue
                if all(
                    part in (lower[k], lemma[k])
                    for k, part in enumerate(parts[1:], at + 1)
                ):
                    best = end
        return best

    def within(self, words: Words, start: int, stop: int) -> tuple[int, int] | None:
        """Return the first match inside the token range, None if there is none."""
        for at in range(start, stop):
            if end := self.end(words, at, stop):
                return at, end
        return None


@dataclass(frozen=True, slots=True)
class Name:
    """A named thing by token range; `name` its normal form."""

    start: int
    end: int
    label: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation by token range, marks included."""

    start: int
    end: int
    is_speech: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by token range; `paragraph` counts line breaks before it."""

    start: int
    end: int
    paragraph: int


class Words:
    """The tokens of one doc as lists of strings and numbers, made once."""

    def __init__(self, doc: Doc, lang: str) -> None:
        self.doc = doc
        self.raw = text_of(doc)
        self.lang = lang
        strings = doc.vocab.strings
        # four lists, not one a token: the collector would walk them all
        lowers, lemmas, tags, deps = doc.to_array(
            ["LOWER", "LEMMA", "POS", "DEP"]
        ).T.tolist()
        texts = {n: strings[n] for n in {*lowers, *lemmas, *tags, *deps}}
        fold = {n: folded(texts[n]) for n in {*lowers, *lemmas}}
        self.lower = [fold[n] for n in lowers]
        self.lemma = [fold[n] or fold[m] for n, m in zip(lemmas, lowers, strict=True)]
        self.pos = [
            "SPACE" if texts[m].isspace() else texts[n]
            for n, m in zip(tags, lowers, strict=True)
        ]
        self.dep = [texts[n] for n in deps]
        self.head = heads_of(doc)
        self.idx = starts_of(doc)
        self.kids: list[list[int]] = [[] for _ in lowers]
        for i, head in enumerate(self.head):
            if head != i:
                self.kids[head].append(i)
        self.names = _names(doc, lang)
        if attribution_data(lang)["particles"]["articles"]:
            self.names = _without_lone_people(self)
        self.sentences = list(_sentences(self))
        self._starts = [s.start for s in self.sentences]
        self.quotes = _quotes(self)
        self.quote_at = {
            i: quote for quote in self.quotes for i in range(quote.start, quote.end)
        }

    @cached_property
    def people(self) -> dict[str, list[Name]]:
        """The first full names of persons by the key of their last word."""
        found: dict[str, list[Name]] = {}
        for name in dict.fromkeys(self.names.values()):
            if name.label == "PER" and name.end - name.start > 1:
                same = found.setdefault(name_key(name.name).split(" ")[-1], [])
                if len(same) < _MAX_NAMESAKES:
                    same.append(name)
        return found

    def names_in(self, start: int, end: int) -> list[Name]:
        """Return the names that touch a token range, in order."""
        found = (self.names.get(i) for i in range(start, end))
        return list({id(n): n for n in found if n is not None}.values())

    def number_of(self, i: int) -> int:
        """Return the number of the sentence that holds token `i`."""
        return max(bisect_right(self._starts, i) - 1, 0)

    def __len__(self) -> int:
        return len(self.lower)

    def chars(self, start: int, end: int) -> tuple[int, int]:
        """Return the character range of a token range."""
        return self.idx[start], self.idx[end - 1] + len(self.doc[end - 1])

    def text(self, start: int, end: int) -> str:
        """Return the verbatim text of a token range."""
        first, last = self.chars(start, end)
        return self.raw[first:last]

    def is_verb(self, i: int) -> bool:
        """Tell whether token `i` is a verb."""
        return self.pos[i] in _VERBS

    def is_finite(self, i: int) -> bool:
        """Tell whether token `i` is a finite verb."""
        if self.pos[i] not in _VERBS or self.dep[i] == "compound":
            return False
        form = self.feature(i, "VerbForm")
        if self.feature(i, "Variant") == "Short":
            return True
        return form == "Fin" or (not form and self.dep[i] != "acl")

    def feature(self, i: int, name: str) -> str:
        """Return one morphological feature of token `i`, "" if it has none."""
        values = self.doc[i].morph.get(name, [])
        return values[0] if values else ""

    def is_passive(self, verb: int) -> bool:
        """Tell whether a verb has a passive subject or auxiliary."""
        return any(self.dep[k] in _PASSIVE for k in self.kids[verb])

    def is_below(self, i: int, above: int) -> bool:
        """Tell whether token `i` hangs on `above`."""
        for _ in range(_MAX_STEPS):
            if self.head[i] == i:
                return False
            i = self.head[i]
            if i == above:
                return True
        return False

    def below(self, i: int) -> tuple[int, int]:
        """Return the token range that the subtree of `i` spans."""
        token = self.doc[i]
        return token.left_edge.i, token.right_edge.i + 1


def _names(doc: Doc, lang: str) -> dict[int, Name]:
    """Return the name that covers each token: resolved entities, else the model's."""
    found: dict[int, Name] = {}
    for entity in doc._.entities or ():
        span = span_at(doc, entity.start, entity.end)
        if span is not None:
            name = Name(span.start, span.end, entity.label, entity.name, entity.key)
            found.update(dict.fromkeys(range(span.start, span.end), name))
    if doc._.entities:
        return found
    for span in doc.ents:
        label = _LABELS.get(span.label_, span.label_)
        if label in ("PER", "ORG", "LOC", "PRODUCT"):
            text = span.text.strip("«»“”\"'")
            if not attribution_data(lang)["particles"]["articles"]:
                text = nominative_name(span)
            name = Name(span.start, span.end, label, text, name_key(text))
            found.update(dict.fromkeys(range(span.start, span.end), name))
    return found


def _without_lone_people(words: Words) -> dict[int, Name]:
    """Take for bodies the people of one name whom nothing introduces.

    English news gives a person's first name, title or role at first sight.
    """
    known = tables(words.lang)
    firms, classes = known["suffixes"]["ORG"], known["class_nouns"]["ORG"]
    given = known["given"]["words"]
    changed: dict[Name, Name] = {}
    for name in dict.fromkeys(words.names.values()):
        if name.label != "PER":
            continue
        before, parts = name.start - 1, words.lower[name.start : name.end]
        if len(parts) > 1:
            is_firm = parts[-1] in firms or parts[0] in classes
            is_firm = is_firm or (parts[0] not in given and _is_it(words, name))
        elif before >= 0 and words.head[before] == name.start:
            is_firm = words.lower[before] in (*classes, "the")
        else:
            is_person = words.lower[name.end : name.end + 2] == [",", "who"]
            is_person = is_person or words.dep[name.start] == "appos"
            surname = name_key(name.name).split(" ")[-1]
            is_firm = not is_person and surname not in words.people
        if is_firm:
            changed[name] = replace(name, label="ORG")
    return {i: changed.get(name, name) for i, name in words.names.items()}


def _is_it(words: Words, name: Name) -> bool:
    """ "Goldwater Mining denied a report that it …": a name that is a thing."""
    last = name.end - 1
    verb = words.head[last]
    if words.dep[last] != "nsubj" or words.lower[name.end : name.end + 1] == [","]:
        return False
    told = [k for k in words.kids[verb] if words.dep[k] in ("ccomp", "dobj")]
    told += [k for up in told for k in words.kids[up] if words.dep[k] == "acl"]
    return any(
        words.lower[i] == "it" and words.dep[i] == "nsubj" and words.lemma[k] != "be"
        for k in told
        for i in words.kids[k]
    )


def nominative_name(span: Any) -> str:
    """Return a Russian name's words in the nominative."""
    from nlp.attribution_cases import nominative

    return nominative(span.doc, span.start, span.end).strip("«»“”\"'")


def _sentences(words: Words) -> Iterator[Sentence]:
    """Yield sentences without blanks at their ends; a line break always ends one."""
    paragraph = 0
    for sent in words.doc.sents:
        start = sent.start
        for i in range(sent.start, sent.end):
            is_blank = words.pos[i] == "SPACE"
            if is_blank or i - start >= _MAX_SENTENCE:
                is_break = "\n" in words.lower[i] or not is_blank
                if start < i and is_break:
                    yield Sentence(start, i, paragraph)
                if start == i or is_break:
                    start = i + is_blank
                paragraph += "\n" in words.lower[i]
        if start < sent.end:
            yield Sentence(_after_dateline(words, start, sent.end), sent.end, paragraph)


def _after_dateline(words: Words, start: int, end: int) -> int:
    """Return where a sentence begins after "BEIJING (AP) —"."""
    if not words.doc[start].is_upper or words.pos[start] == "PUNCT":
        return start
    for i in range(start + 1, min(start + _MAX_DATELINE, end - 1)):
        if words.is_verb(i):
            return start
        if words.lower[i] in DASHES and words.doc[i - 1].whitespace_:
            return i + 1
    return start


def _quotes(words: Words) -> list[Quote]:
    """Find outermost quotations; a line break closes what was left open."""
    found: list[Quote] = []
    start, marks = 0, list[str]()
    for i, word in enumerate(words.lower):
        if "\n" in word:
            # an unclosed mark at the start of a paragraph: the speech goes on
            if marks and (start == 0 or "\n" in words.lower[start - 1]):
                found.append(_quote(words, start, i))
            marks = []
        elif word not in QUOTES:
            continue
        elif not marks:
            if word not in _CLOSING:
                start, marks = i, [word]
        elif word == marks[0] == "“" and words.lower[i - 1] in _SPEECH_ENDS:
            # English opens each paragraph of a speech and closes the last
            found.append(_quote(words, start, i))
            start, marks = i, [word]
        else:
            _step(word, marks)
            if not marks:
                found.append(_quote(words, start, i + 1))
    return found


def _step(word: str, marks: list[str]) -> None:
    """Close the innermost of the open `marks` with `word`, or open another inside."""
    mark = marks[-1]
    if mark in _STRAIGHT:
        is_closed = word in _STRAIGHT
    else:
        is_closed = word in _CLOSING or (mark == "„" and word == "“")
    if is_closed:
        marks.pop()
    elif word not in _STRAIGHT and mark not in _STRAIGHT:
        marks.append(word)


def _quote(words: Words, start: int, end: int) -> Quote:
    inner = range(start + 1, end - 1)
    spoken = sum(1 for i in inner if words.pos[i] not in ("PUNCT", "SPACE"))
    has_verb = any(words.is_verb(i) for i in inner)
    # «Это ерунда», — заявил он: a dash after the comma marks speech of any length
    after = words.lower[end : end + 2]
    is_marked = len(after) > 1 and after[0] == "," and after[1] in DASHES
    return Quote(start, end, is_marked or (spoken >= _MIN_SPOKEN and has_verb))


@cache
def papers(lang: str) -> frozenset[str]:
    """Return the nouns of papers that speak: leaked, published, statistics."""
    documents = attribution_data(lang)["documents"]
    return words_of(
        f"{documents['leaked']} {documents['published']} {documents['data']}"
    )


@cache
def attribution_data(lang: str) -> dict[str, Any]:
    """Return `attribution.toml` of a language."""
    return load(lang, "attribution")
