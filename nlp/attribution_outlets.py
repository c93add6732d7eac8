"""Outlets: who is cited, by the gazetteer, by a class noun or by the look of a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from molva.names import key as name_key
from nlp.attribution_cases import nominative
from nlp.attribution_words import QUOTES, Name, Words, attribution_data, words_of
from nlp.gazetteer import is_outlet, tables
from nlp.sites import ADDRESS

_MAX_NAME = 5
#: A shorter word at the end of a compound tells nothing.
_TELLING = 5
#: "Finance.ua": a name that is an address.
_SITE = re.compile(r"\w\.[a-zа-я]{2,4}$")


@dataclass(frozen=True, slots=True)
class Outlet:
    """A cited outlet by token range."""

    start: int
    end: int
    name: str
    key: str


class Outlets:
    """Finds the outlets that a text of one language names."""

    def __init__(self, lang: str) -> None:
        data: dict[str, Any] = attribution_data(lang)
        self.media = words_of(data["media"]["nouns"])
        #: nouns that stand before an outlet's name («агентство „Интерфакс“»)
        self.class_nouns = words_of(data["continued"]["outlet"])
        self.name_words = words_of(data["media"]["name_words"])
        self.openers = words_of(data["media"]["openers"])
        self.joiners = words_of(data["media"]["joiners"])
        self.articles = words_of(data["particles"]["articles"])
        self.titles = _titles(lang)

    def within(self, words: Words, start: int, end: int) -> list[Outlet]:
        """Return the outlets named in a token range."""
        found: list[Outlet] = []
        at = start
        while at < end:
            outlet = self.at(words, at, end)
            if outlet is None:
                at += 1
            else:
                found.append(outlet)
                at = outlet.end
        return found

    def at(self, words: Words, at: int, stop: int) -> Outlet | None:
        """Return the outlet whose name starts at token `at`, if any."""
        if site := self._site(words, at):
            return site
        word = words.doc[at].text
        name = words.names.get(at)
        if name is not None and name.start == at and self._is_known(words, name):
            return self.made(words, name.start, min(name.end, stop))
        if not (word[:1].isupper() or word[:1].isdigit()) or words.pos[at] == "PUNCT":
            return None
        if name is not None and name.label == "PER" and not self.articles:
            return None
        return self._after_noun(words, at, stop) or self._named_like(words, at, stop)

    def _site(self, words: Words, at: int) -> Outlet | None:
        """ "According to phys.org": an address names a site."""
        is_site = ADDRESS.fullmatch(words.doc[at].text) is not None
        return self.made(words, at, at + 1) if is_site else None

    def _after_noun(self, words: Words, at: int, stop: int) -> Outlet | None:
        """ "The newspaper Le Courrier du Nord": any name after such a noun."""
        if not self.articles or at == 0 or words.lemma[at - 1] not in self.media:
            return None
        end = at
        for i in range(at, min(stop, at + _MAX_NAME)):
            if words.doc[i].text[:1].isupper():
                end = i + 1
            elif words.pos[i] in ("PUNCT", "VERB", "AUX", "SPACE"):
                break
        return self.made(words, at, end) if end > at else None

    def _is_known(self, words: Words, name: Name) -> bool:
        if name.label not in ("ORG", "PRODUCT", "PER", "LOC"):
            return False
        if is_outlet(name.key):
            return True
        if _SITE.search(words.text(name.start, name.end)):
            return True
        before = before_quote(words, name.start)
        is_first = before >= name.start
        if name.label == "LOC" or is_first or words.lemma[before] not in self.media:
            return False
        # «сайт компании»: whose site, not which
        is_quoted = words.lower[max(name.start - 1, 0)] in QUOTES
        return is_quoted or words.feature(name.start, "Case") in ("", "Nom")

    def _named_like(self, words: Words, at: int, stop: int) -> Outlet | None:
        """Two or more capitalised words with one like Times or Вести at an end."""
        end = at
        stop = min(stop, at + _MAX_NAME + 1)
        while end < stop and (
            words.doc[end].text[:1].isupper() or words.lower[end] in self.joiners
        ):
            end += 1
        in_quotes = at > 0 and words.lower[at - 1] in QUOTES
        if in_quotes:
            while end < stop and words.lower[end] not in QUOTES:
                end += 1
        least = 1 if self._may_be_short(words, at, in_quotes) else 2
        if not least <= end - at <= _MAX_NAME:
            return None
        ends = {
            words.lower[at],
            words.lower[end - 1],
            words.lemma[at],
            words.lemma[end - 1],
        }
        is_compound = in_quotes and self._ends_like_a_paper(words.lemma[at])
        if not ends & self.name_words and not is_compound:
            return None
        is_last = words.lower[end - 1] in self.name_words
        if self.articles and not is_last and words.lower[at] not in self.openers:
            return None
        return self.made(words, at, end)

    def _ends_like_a_paper(self, word: str) -> bool:
        """«Автокурьер», «Нефтегазета»: the last part of a compound name tells."""
        return any(
            word.endswith(last) and len(last) >= _TELLING and word != last
            for last in self.name_words
        )

    def _may_be_short(self, words: Words, at: int, in_quotes: bool) -> bool:
        """«Вести» in quotes, "the Gazette": one word is a name."""
        if not self.articles:
            return in_quotes
        return words.lower[max(at - 1, 0)] in self.articles and words.pos[at] == "PROPN"

    def made(self, words: Words, start: int, end: int) -> Outlet:
        """Return the outlet whose name is a token range."""
        name = words.names.get(start)
        if name is not None and name.end == end:
            return Outlet(start, end, self.titles.get(name.key, name.name), name.key)
        title = self.normal(words, start, end)
        return Outlet(start, end, title, name_key(title))

    def normal(self, words: Words, start: int, end: int) -> str:
        """Return a range's text without its article, in the nominative."""
        while start < end - 1 and words.lower[start] in self.articles:
            start += 1
        if self.articles:
            return words.text(start, end)
        return nominative(words.doc, start, end)


def before_quote(words: Words, i: int) -> int:
    """Return the token before a name, its opening mark skipped."""
    at = i - 1
    while at > 0 and words.lower[at] in QUOTES:
        at -= 1
    return max(at, 0)


@cache
def _titles(lang: str) -> dict[str, str]:
    """Return the name under which each known outlet is cited, by key."""
    known = tables(lang)
    return {
        name_key(key): aliases[0]
        for kind in ("outlet", "agency")
        for key, aliases in known[kind].items()
        if aliases
    }
