"""Noun phrases that name a source: where they begin, end and have their head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nlp.attribution_words import (
    DASHES,
    QUOTES,
    Phrases,
    Words,
    attribution_data,
    words_of,
)
from nlp.authority import roles

_CLAUSES = frozenset(
    {"relcl", "acl:relcl", "ccomp", "parataxis", "advcl", "csubj", "discourse"}
)
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "X", "SYM", "DET"})
_STOPS = frozenset({";", ":", "(", ")", ".", "!", "?"})
_HEADS = frozenset({"NOUN", "PROPN", "PRON", "NUM", "X"})
_OPENS_APPOSITION = frozenset({"experts", "spokespeople", "executives", "offices"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase by token range with its head."""

    start: int
    end: int
    head: int


class NounPhrases:
    """Reads noun phrases off a parse and, where that may err, off the words."""

    def __init__(self, lang: str) -> None:
        data: dict[str, Any] = attribution_data(lang)
        anonymous, documents = data["anonymous"], data["documents"]
        self.roles = roles(lang)
        self.articles = words_of(data["particles"]["articles"])
        self.possessive = words_of(data["particles"]["possessive"])
        self.relatives = words_of(data["particles"]["relative"])
        self.complements = words_of(data["particles"]["that"])
        self.conjunctions = words_of(data["particles"]["and"])
        self.close = words_of(data["closeness"]["heads"])
        self.seen_by = Phrases(documents["seen_by"])
        #: nouns that may speak: they head a phrase even where the tagger errs
        self.known = self.roles.all_nouns | words_of(
            " ".join(
                (
                    anonymous["nouns"],
                    anonymous["groups"],
                    documents["leaked"],
                    documents["published"],
                    documents["data"],
                    data["media"]["nouns"],
                )
            )
        )

    @property
    def has_cases(self) -> bool:
        """A language without articles shows by case where a phrase ends."""
        return not self.articles

    def of(self, words: Words, head: int, avoid: int) -> Phrase:
        """Return the noun phrase of `head`, clauses cut off, on one side of `avoid`."""
        left, right = words.below(head)
        if avoid < head:
            left = max(left, avoid + 1)
        else:
            right = min(right, avoid)
        start = self._past_hyphen(words, self._start(words, head, left))
        end = self._end(words, head, right)
        return Phrase(start, end, head)

    def _past_hyphen(self, words: Words, start: int) -> int:
        """ "Its co-founder Jo Doe", though the parser hangs "co" on the verb."""
        first = start
        while first > 1 and words.lower[first - 1] == "-":
            if words.doc[first - 1].whitespace_ or words.doc[first - 2].whitespace_:
                return start
            first -= 2
        is_owned = first < start and words.lower[first - 1] in self.roles.we_owned
        return first - is_owned

    def _start(self, words: Words, head: int, left: int) -> int:
        start = head
        while start > left:
            before = start - 1
            if words.pos[before] == "SPACE" or is_stop(words, before):
                break
            if words.lower[before] == "," and not _listed(words, before, head):
                break
            if words.is_finite(before) or words.pos[before] == "SCONJ":
                break
            start = before
        while start < head and (
            words.lower[start] in self.articles | self.possessive
            or words.lower[start] == ","
            or words.pos[start] in ("ADP", "CCONJ")
        ):
            if words.lower[start] in QUOTES:
                break
            start += 1
        return start

    def _end(self, words: Words, head: int, right: int) -> int:
        cut = right
        for kid in _descend(words, head, right):
            if kid > head and words.dep[kid] in _CLAUSES:
                cut = min(cut, words.below(kid)[0])
        end = head + 1
        while end < cut:
            if words.pos[end] == "SPACE" or is_stop(words, end):
                break
            if self.seen_by.end(words, end, cut):
                break
            end += 1
        while end > head + 1 and (
            words.lower[end - 1] in (",", "«", "“")
            or words.lower[end - 1] in self.relatives
            or words.lemma[end - 1] in self.relatives
            or words.pos[end - 1] in ("ADP", "CCONJ")
        ):
            end -= 1
        # a name's closing mark belongs to it
        if (
            end < len(words)
            and words.lower[end] in ("»", "”")
            and any(w in ("«", "“") for w in words.lower[head:end])
        ):
            end += 1
        return end

    def after(self, words: Words, at: int, stop: int) -> Phrase | None:
        """Return the noun phrase that follows a preposition, read word by word."""
        while at < stop and (words.pos[at] == "SPACE" or words.lower[at] == ","):
            at += 1
        if at < stop and words.pos[at] == "ADP":
            # «по данным на 1 июля»: as of when, not by whom
            return None
        end, head = self._walk(words, at, stop)
        if head < 0:
            return None
        head = self._top(words, at, end, head)
        if not self.has_cases:
            bound = words.below(head)[1]
            if head < bound < end and any(
                words.dep[k].startswith("nsubj") for k in range(bound, end)
            ):
                end = bound
        loose = self.conjunctions | self.relatives
        while end > head + 1 and words.lower[end - 1] in loose:
            end -= 1
        while at < head and words.pos[at] == "DET" and not self.has_cases:
            at += 1
        return Phrase(at, end, head)

    def _walk(self, words: Words, at: int, stop: int) -> tuple[int, int]:
        """Return where the phrase from `at` ends and its first noun (-1: none)."""
        end, head = at, -1
        while end < stop:
            if is_stop(words, end) or words.pos[end] == "SPACE":
                break
            if words.lower[end] == ",":
                further = self._appended(words, end, stop, head)
                if not further:
                    break
                end = further
                continue
            if head >= 0 and self._ends_phrase(words, end, stop, head):
                break
            if head < 0 and words.is_finite(end):
                break
            if head < 0 and words.pos[end] in _HEADS:
                head = end
            end += 1
        return end, head

    def _ends_phrase(self, words: Words, i: int, stop: int, head: int) -> bool:
        return (
            bool(self.seen_by.end(words, i, stop))
            or (words.lower[i] in QUOTES and not _names_here(words, i))
            # "officials briefed on it": a participle that looks like a finite verb
            or (words.is_finite(i) and words.lower[i] not in self.close)
            or self._new_subject(words, i, head)
        )

    def _top(self, words: Words, at: int, end: int, head: int) -> int:
        """Return the token of the range that the others hang on."""
        for i in range(at, end):
            outside = not at <= words.head[i] < end or words.head[i] == i
            if outside and words.pos[i] in ("NOUN", "PROPN", "PRON"):
                # a noun mistaken for an adjective still leads its genitive
                first = next(
                    (
                        k
                        for k in range(at, i)
                        if words.lemma[k] in self.known and words.pos[k - 1] != "ADP"
                    ),
                    i,
                )
                return first if self.has_cases else i
        return head

    def _new_subject(self, words: Words, i: int, head: int) -> bool:
        """A nominative after a genitive phrase opens the clause itself."""
        if not self.has_cases:
            return words.pos[i] == "SCONJ" or words.lower[i] in self.complements
        if words.names.get(i) and words.names.get(i) is words.names.get(head):
            return False
        if words.lower[i - 1] in ("«", "„", "“") or words.names.get(i):
            return False
        return (
            words.feature(head, "Case") in ("Gen", "Dat", "Loc", "Ins")
            and words.feature(i, "Case") == "Nom"
            and words.pos[i] in ("NOUN", "PRON", "ADJ")
        )

    def _appended(self, words: Words, comma: int, stop: int, head: int) -> int:
        """Return the end of an apposition or participle after a comma, 0 if none."""
        at = comma + 1
        if at >= stop or head < 0:
            return 0
        while at < stop and words.pos[at] in ("DET", "ADV") and not self.has_cases:
            at += 1
        if at >= stop:
            return 0
        opens = (
            words.lemma[at] in self.close
            or words.lower[at] in self.close
            or self.roles.of(words, at)
            in ("experts", "spokespeople", "executives", "offices")
            or any(
                role
                for _, _, role in self.roles.find(words, at, min(at + 3, stop))[:1]
                if role in ("executives", "experts", "spokespeople")
            )
        )
        if not opens:
            return 0
        if self.has_cases and words.feature(at, "Case") == "Nom":
            return 0
        end = at
        while end < stop and words.lower[end] != "," and not is_stop(words, end):
            if words.is_finite(end):
                return 0
            end += 1
        return end


def is_stop(words: Words, i: int) -> bool:
    """Tell whether a mark ends a noun phrase; a hyphen inside a word does not."""
    word = words.lower[i]
    if word in DASHES:
        return not (word == "-" and i > 0 and not words.doc[i - 1].whitespace_)
    return word in _STOPS


def _names_here(words: Words, i: int) -> bool:
    """A mark that opens or closes a name rather than speech."""
    quote = words.quote_at.get(i)
    return quote is not None and not quote.is_speech


def _listed(words: Words, comma: int, head: int) -> bool:
    """A comma inside the phrase: between adjectives or before an apposition."""
    return words.head[comma] == head and comma > 0 and words.pos[comma - 1] in _NOMINAL


def _descend(words: Words, head: int, right: int) -> list[int]:
    out: list[int] = []
    queue = [head]
    while queue and len(out) < 60:
        at = queue.pop()
        for kid in words.kids[at]:
            if kid < right:
                out.append(kid)
                queue.append(kid)
    return out
