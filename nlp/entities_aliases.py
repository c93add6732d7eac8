"""Other names that a text declares: «ООО „Гранит“ (далее — „ГК“)», "Kama Plant (KAP)".

The bracket behind a name is read piece by piece. With a word of declaration before it
("hereinafter", «далее») any name is one; without, only an abbreviation of the name or,
in English, a quoted name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from molva import names
from nlp.entities_rules import KNOWN, RULE, Mention
from nlp.extensions import texts_of
from nlp.gazetteer import QUOTES, Gazetteer

#: Tokens of the longest declaration, brackets left out.
_MAX_TOKENS = 16
_MAX_NAME = 6
_LABELS = frozenset(("ORG", "PRODUCT"))
_SEPARATORS = frozenset(",;/")
_BLANKS = frozenset("-–—−:") | QUOTES


@dataclass(frozen=True, slots=True)
class Declared:
    """`alias` is another name of `owner`."""

    owner: Mention
    alias: Mention


class Declarations:
    """The declarations of one language; the words are the gazetteer's."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.is_quote_enough = gazetteer.lang == "en"
        marks = sorted(gazetteer.words("aliases", "marks"), key=len, reverse=True)
        self.marks = [tuple(mark.split()) for mark in marks]
        self.joins = gazetteer.words("aliases", "joins")
        # «далее — „Общество“»: parts that any body may play in its own text
        self.roles = {
            *gazetteer.words("aliases", "roles"),
            *gazetteer.labels_of("class_nouns"),
            *gazetteer.labels_of("stand_ins"),
            *gazetteer.words("generic"),
        }

    def find(self, doc: Doc, mentions: list[Mention]) -> list[Declared]:
        """Return what is declared in brackets behind the names of `doc`."""
        texts = texts_of(doc)
        if "(" not in texts:
            return []
        return [
            Declared(owner, alias)
            for owner in mentions
            if owner.label != "PER"
            and (at := _opening(doc, owner.end)) < len(doc)
            and texts[at] == "("
            for alias in self._aliases(doc, owner, at, mentions)
        ]

    def _aliases(
        self, doc: Doc, owner: Mention, at: int, mentions: list[Mention]
    ) -> Iterator[Mention]:
        is_marked = False
        for start, end in self._pieces(doc, at + 1):
            after = self._behind_mark(doc, start, end)
            is_marked = is_marked or after is not None
            first, last = _bare(doc, after or start, end)
            if not self._is_name(doc, first, last):
                continue
            text = doc[first:last].text
            quoted = self.is_quote_enough and doc[start].text in QUOTES
            named = is_marked or (quoted and owner.label in _LABELS)
            if not (named or abbreviates(text, doc[owner.start : owner.end].text)):
                continue
            known = next((m for m in mentions if m.start == first), None)
            if known is None or known.rank != KNOWN:
                yield Mention(first, last, owner.label, RULE, is_quoted=True)
            elif known.end == last and known.label == owner.label:
                yield known

    def _pieces(self, doc: Doc, start: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of the bracket that opens before `start`."""
        at, stop = start, min(len(doc), start + _MAX_TOKENS)
        pieces = []
        for i in range(start, stop):
            text = doc[i].text
            closes = text == ")"
            if closes or text in _SEPARATORS or doc[i].lower_ in self.joins:
                pieces.append((at, i))
                at = i + 1
            if closes:
                yield from (piece for piece in pieces if piece[0] < piece[1])
                return
            if text == "(" or "\n" in text:
                return

    def _behind_mark(self, doc: Doc, start: int, end: int) -> int | None:
        """Return the token behind a word of declaration, None without one."""
        words = [token.lower_ for token in doc[start:end]]
        for mark in self.marks:
            if tuple(words[: len(mark)]) == mark:
                return start + len(mark)
        return None

    def _is_name(self, doc: Doc, start: int, end: int) -> bool:
        if not 0 < end - start <= _MAX_NAME or not doc[start].text[0].isupper():
            return False
        words = [token.lower_ for token in doc[start:end] if token.is_alpha]
        return bool(words) and not all(
            word in self.roles or names.is_legal_form(word) for word in words
        )


def _opening(doc: Doc, at: int) -> int:
    """Return where the first token stands behind a name's quotes and legal form."""
    while at < len(doc) and (
        doc[at].text in QUOTES or names.is_legal_form(doc[at].text)
    ):
        at += 1
    return at


def _bare(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Cut dashes, quotes, articles and legal forms at both ends."""

    def is_loose(i: int) -> bool:
        token = doc[i]
        if token.text in _BLANKS or token.is_space or token.lower_ in ("the", "a"):
            return True
        return end - start > 1 and names.is_legal_form(token.text)

    while start < end and is_loose(start):
        start += 1
    while start < end and is_loose(end - 1):
        end -= 1
    return start, end


def abbreviates(short: str, name: str) -> bool:
    """Say whether `short` may stand for `name`: its first and last letters begin words.

    Letters are compared as Latin ones: «Волгодар-Авто» may be VDA.
    """
    if not short.isupper() or not short.isalpha() or not 2 <= len(short) <= 8:
        return False
    words = re.split(r"[\s-]+", names.legal_form_stripped(name))
    initials = {names.transliterated(word[0]) for word in words if word}
    first, last = (names.transliterated(short[at]) for at in (0, -1))
    begins = names.transliterated(words[0][:1])
    return len(words) > 1 and first == begins and last in initials
