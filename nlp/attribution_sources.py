"""Source phrases: where they begin and end, and what kind of speaker they name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from molva.names import key as name_key
from nlp.attribution_cases import nominative
from nlp.attribution_words import (
    DASHES,
    QUOTES,
    Name,
    Phrases,
    Words,
    attribution_data,
    folded,
    words_of,
)
from nlp.authority import Kind, Role, Roles, Speaker, roles

_CLAUSES = frozenset(
    {"relcl", "acl:relcl", "ccomp", "parataxis", "advcl", "csubj", "discourse"}
)
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "X", "SYM", "DET"})
_STOPS = frozenset({";", ":", "(", ")", ".", "!", "?", *DASHES})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase by token range with its head."""

    start: int
    end: int
    head: int


@dataclass(frozen=True, slots=True)
class Outlet:
    """A cited outlet by token range."""

    start: int
    end: int
    name: str
    key: str


class Sources:
    """Reads source phrases of one language."""

    def __init__(self, lang: str) -> None:
        data: dict[str, Any] = attribution_data(lang)
        self.lang = lang
        self.roles: Roles = roles(lang)
        anonymous, documents, media = (
            data["anonymous"],
            data["documents"],
            data["media"],
        )
        self.unnamed = words_of(anonymous["nouns"])
        self.always_unnamed = words_of(anonymous["always"])
        self.markers = Phrases(anonymous["markers"])
        self.crowd = words_of(anonymous["groups"])
        self.leaked = words_of(documents["leaked"])
        self.leaked_markers = Phrases(documents["leaked_markers"])
        self.published = words_of(documents["published"])
        self.data = words_of(documents["data"])
        self.hearsay = words_of(documents["hearsay"])
        self.media = words_of(media["nouns"])
        self.media_groups = Phrases(media["groups"])
        self.name_words = words_of(media["name_words"])
        self.outlets = _outlet_index(lang, media["outlets"])
        self.outlet_phrases = Phrases(o.partition("=")[0] for o in media["outlets"])
        self.counts = {
            word: int(number)
            for number, words in data["counts"]["words"].items()
            for word in words_of(words)
        }
        self.one_of = Phrases(data["counts"]["one_of"])
        self.vague = words_of(data["counts"]["vague"])
        self.close = words_of(data["closeness"]["heads"])
        self.close_phrases = Phrases(data["closeness"]["phrases"])
        self.close_prepositions = words_of(data["closeness"]["prepositions"])

    # -- outlets ---------------------------------------------------------------

    def outlets_in(self, words: Words, start: int, end: int) -> list[Outlet]:
        """Return the outlets named in a token range."""
        found: list[Outlet] = []
        at = start
        while at < end:
            outlet = self.outlet_at(words, at, end)
            if outlet is None:
                at += 1
            else:
                found.append(outlet)
                at = outlet.end
        return found

    def outlet_at(self, words: Words, at: int, stop: int) -> Outlet | None:
        """Return the outlet whose name starts at token `at`, if any."""
        word = words.doc[at].text
        if not (word[:1].isupper() or word[:1].isdigit()) or words.pos[at] == "PUNCT":
            return None
        name = words.names.get(at)
        if name is not None and name.label == "PER" and self.lang != "en":
            return None
        end = self.outlet_phrases.end(words, at, stop)
        if end and (name is None or name.end <= end or name.start < at):
            return self._outlet(words, at, end)
        if name is not None and name.start == at and self._is_outlet(words, name):
            return self._outlet(words, name.start, min(name.end, stop))
        return self._named_like_outlet(words, at, stop)

    def _is_outlet(self, words: Words, name: Name) -> bool:
        if name.label not in ("ORG", "PRODUCT", "PER", "LOC"):
            return False
        if gazetteer_says_outlet(name.key):
            return True
        quoted_after_noun = (
            name.label != "LOC"
            and name.start > 0
            and words.lemma[before_quote(words, name.start)] in self.media
        )
        return quoted_after_noun

    def _named_like_outlet(self, words: Words, at: int, stop: int) -> Outlet | None:
        """Two or more capitalised words with one like Times or Вести at an end."""
        end = at
        while end < stop and (
            words.doc[end].text[:1].isupper() or words.lower[end] in ("of", "and", "&")
        ):
            end += 1
        in_quotes = at > 0 and words.lower[at - 1] in QUOTES
        if in_quotes:
            while end < stop and words.lower[end] not in QUOTES:
                end += 1
        if end - at < (1 if in_quotes and self.lang != "en" else 2) or end - at > 5:
            return None
        ends = {
            words.lower[at],
            words.lower[end - 1],
            words.lemma[at],
            words.lemma[end - 1],
        }
        if not ends & self.name_words:
            return None
        if self.lang == "en" and words.lower[end - 1] not in self.name_words:
            return None
        return self._outlet(words, at, end)

    def _outlet(self, words: Words, start: int, end: int) -> Outlet:
        text = self._normal(words, start, end)
        known = self.outlets.get(folded(text)) or self.outlets.get(
            " ".join(words.lemma[start:end])
        )
        name = words.names.get(start)
        if known is None and name is not None and name.end == end:
            return Outlet(start, end, name.name, name.key)
        title = known or text
        return Outlet(start, end, title, name_key(title))

    def _normal(self, words: Words, start: int, end: int) -> str:
        if self.lang == "en":
            text = words.text(start, end)
            return text[4:] if text.lower().startswith("the ") else text
        return nominative(words.doc, start, end)

    # -- phrases ---------------------------------------------------------------

    def phrase(self, words: Words, head: int, avoid: int) -> Phrase:
        """Return the noun phrase of `head`, clauses cut off, on one side of `avoid`."""
        left, right = words.below(head)
        if avoid < head:
            left = max(left, avoid + 1)
        else:
            right = min(right, avoid)
        start = self._start(words, head, left)
        end = self._end(words, head, right)
        return Phrase(start, end, head)

    def _start(self, words: Words, head: int, left: int) -> int:
        start = head
        while start > left:
            before = start - 1
            if words.pos[before] == "SPACE" or words.lower[before] in _STOPS:
                break
            if words.lower[before] == "," and not _listed(words, before, head):
                break
            if words.is_finite(before) or words.pos[before] == "SCONJ":
                break
            start = before
        while start < head and (
            words.lower[start] in (",", "the", "a", "an")
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
            word = words.lower[end]
            if words.pos[end] == "SPACE" or word in _STOPS:
                break
            end += 1
        while end > head + 1 and (
            words.lower[end - 1] in (",", "«", "“")
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
        while at < stop and (
            words.pos[at] in ("ADP", "SPACE") or words.lower[at] == ","
        ):
            at += 1
        if at >= stop:
            return None
        end, head = at, -1
        limit = stop
        while end < limit:
            word = words.lower[end]
            if word in _STOPS or words.pos[end] == "SPACE":
                break
            if (
                word in QUOTES
                and end > at
                and head >= 0
                and not _names_here(words, end)
            ):
                break
            if word == ",":
                further = self._appended(words, end, stop, head)
                if not further:
                    break
                end = further
                continue
            if head >= 0 and (
                words.is_finite(end) or self._new_subject(words, end, head)
            ):
                break
            if head < 0 and words.pos[end] in ("NOUN", "PROPN", "PRON", "NUM", "X"):
                head = end
            if head < 0 and words.is_finite(end):
                return None
            end += 1
        if head < 0:
            return None
        head = self._top(words, at, end, head)
        if self.lang == "en":
            bound = words.below(head)[1]
            if head < bound < end and any(
                words.dep[k].startswith("nsubj") for k in range(bound, end)
            ):
                end = bound
        while end > head + 1 and words.lower[end - 1] in (",", "and", "и"):
            end -= 1
        start = at
        while start < head and (words.pos[start] == "DET" and self.lang == "en"):
            start += 1
        return Phrase(start, end, head)

    def _top(self, words: Words, at: int, end: int, head: int) -> int:
        """Return the token of the range that the others hang on."""
        for i in range(at, end):
            outside = not at <= words.head[i] < end or words.head[i] == i
            if outside and words.pos[i] in ("NOUN", "PROPN", "PRON"):
                return i
        return head

    def _new_subject(self, words: Words, i: int, head: int) -> bool:
        """A nominative after a genitive phrase opens the clause itself."""
        if self.lang == "en":
            return words.pos[i] == "SCONJ" or words.lower[i] == "that"
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
        while at < stop and words.pos[at] in ("DET", "ADV") and self.lang == "en":
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
        if self.lang != "en" and words.feature(at, "Case") == "Nom":
            return 0
        end = at
        while end < stop and words.lower[end] not in (",", *_STOPS):
            if words.is_finite(end):
                return 0
            end += 1
        return end

    # -- describing ------------------------------------------------------------

    def describe(
        self, words: Words, phrase: Phrase, clause: tuple[int, int]
    ) -> Speaker:
        """Say what kind of speaker a phrase names; `clause` holds markers about him."""
        start, end, head = phrase.start, phrase.end, phrase.head
        count = self._count(words, start, head)
        text = self.text(words, phrase, count)
        speaker = Speaker("none", text, start, end)
        person = self._person(words, start, end)
        outlets = self.outlets_in(words, start, end)
        closeness = self._closeness(words, phrase, clause[1])
        role = self._role(words, phrase)
        body = self.body(words, start, end)
        kind = self._kind(words, phrase, clause, person, role, outlets, bool(closeness))
        if kind == "media":
            return self._media(speaker, words, outlets)
        if kind in ("anonymous", "crowd", "leaked"):
            if kind == "leaked" and not outlets:
                outlets = self._seen_by(words, phrase, clause)
            cited = outlets[0] if outlets else None
            return replace(
                speaker,
                kind=kind,
                count=self._unnamed_count(words, phrase, count)
                if kind == "anonymous"
                else None,
                closeness=closeness if kind == "anonymous" else None,
                outlet=cited.name if cited else None,
                outlet_key=cited.key if cited else None,
            )
        if kind in ("published", "data", "person", "body"):
            former = any(
                words.lemma[i] in self.roles.former
                or words.lower[i] in self.roles.former
                for i in range(start, end)
            )
            return replace(speaker, kind=kind, role=role, body=body, is_former=former)
        return speaker

    def _seen_by(
        self, words: Words, phrase: Phrase, clause: tuple[int, int]
    ) -> list[Outlet]:
        """Return the outlet that saw a paper («с которым ознакомились …»)."""
        stop = max(phrase.end, clause[1])
        if not self.leaked_markers.within(words, phrase.start, stop):
            return []
        return self.outlets_in(words, phrase.start, stop)

    def text(self, words: Words, phrase: Phrase, count: int | None = None) -> str:
        """Return the normal form of a phrase: no article, Russian in the nominative."""
        if self.lang == "en":
            return words.text(phrase.start, phrase.end)
        numeral = any(words.pos[i] == "NUM" for i in range(phrase.start, phrase.head))
        return nominative(
            words.doc, phrase.start, phrase.end, phrase.head, count if numeral else None
        )

    def _media(self, speaker: Speaker, words: Words, outlets: list[Outlet]) -> Speaker:
        if not outlets:
            return replace(speaker, kind="media")
        first = outlets[0]
        return replace(
            speaker,
            kind="media",
            text=first.name,
            outlet=first.name,
            outlet_key=first.key,
        )

    def _kind(
        self,
        words: Words,
        phrase: Phrase,
        clause: tuple[int, int],
        person: Name | None,
        role: Role | None,
        outlets: list[Outlet],
        is_close: bool,
    ) -> Kind:
        start, end, head = phrase.start, phrase.end, phrase.head
        lemma = words.lemma[head]
        core = {words.lemma[i] for i in self._core(words, phrase)} | {lemma}
        if core & self.always_unnamed and not (
            person and person.start <= head < person.end
        ):
            return "anonymous"
        if person is not None and not core & (self.published | self.leaked | self.data):
            return "person"
        is_paper = lemma in self.leaked | self.published | self.data
        if is_paper:
            return self._paper_kind(words, phrase, clause)
        if self._is_outlet_head(words, phrase, outlets):
            return "media"
        if core & self.hearsay:
            return "none"
        if core & self.unnamed and self._is_unnamed(
            words, phrase, clause, role, is_close
        ):
            return "anonymous"
        if lemma in self.crowd:
            return "crowd"
        if role in ("experts", "spokespeople", "executives", "offices"):
            return "person"
        name = words.names.get(head)
        if role is not None or (name is not None and name.label in ("ORG", "LOC")):
            return "body"
        if any(n.label == "ORG" for n in self._all_names(words, start, end)):
            return "body"
        if core & self.unnamed:
            return "anonymous"
        return "none"

    def _paper_kind(
        self, words: Words, phrase: Phrase, clause: tuple[int, int]
    ) -> Kind:
        lemma = words.lemma[phrase.head]
        stop = max(phrase.end, min(clause[1], phrase.end + 8))
        if self.leaked_markers.within(words, phrase.start, stop):
            return "leaked"
        if lemma in self.data:
            return "data"
        return "published" if lemma in self.published else "leaked"

    def _is_unnamed(
        self,
        words: Words,
        phrase: Phrase,
        clause: tuple[int, int],
        role: Role | None,
        is_close: bool,
    ) -> bool:
        """Officials and employees are unnamed people when counted or described so."""
        if is_close or self.markers.within(words, phrase.start, clause[1]):
            return True
        if self.one_of.within(words, phrase.start, phrase.end):
            return True
        before = range(max(phrase.start - 1, 0), phrase.head)
        counted = any(
            words.lemma[i] in self.counts or words.lemma[i] in self.vague
            for i in before
        )
        if role in ("offices", "executives", "experts"):
            if role == "experts":
                return self.lang != "en" and counted
            return counted and not self._speaks_as_office(words, phrase)
        return True

    def _speaks_as_office(self, words: Words, phrase: Phrase) -> bool:
        """ "A city official" may go unnamed and still be the office's voice: no."""
        return words.lemma[phrase.head] not in self.unnamed

    def _is_outlet_head(
        self, words: Words, phrase: Phrase, outlets: list[Outlet]
    ) -> bool:
        head = phrase.head
        if any(o.start <= head < o.end for o in outlets):
            return True
        if words.lemma[head] in self.media or words.lower[head] in self.media:
            return True
        if self.media_groups.end(words, phrase.start, phrase.end) == phrase.end:
            return True
        return (
            bool(outlets)
            and outlets[0].start <= phrase.start + 1
            and (outlets[0].end >= phrase.end - 1)
        )

    def _core(self, words: Words, phrase: Phrase) -> list[int]:
        """Return the head with the words that stand for it, complements left out."""
        links = ("compound", "nmod", "appos", "flat", "flat:name", "conj")
        core = [phrase.head]
        for kid in words.kids[phrase.head]:
            if phrase.start <= kid < phrase.end and (
                words.dep[kid] in links[:1] or words.dep[kid] in ("appos", "conj")
            ):
                core.append(kid)
        return core

    def _role(self, words: Words, phrase: Phrase) -> Role | None:
        found = self.roles.find(words, phrase.start, phrase.end)
        if not found:
            return None
        covering = [role for a, b, role in found if a <= phrase.head < b]
        if covering:
            return covering[0]
        stop = next(
            (
                i
                for i in range(phrase.start, phrase.end)
                if words.lower[i] == "," or (words.pos[i] == "ADP" and i > phrase.start)
            ),
            phrase.end,
        )
        near = [role for a, _, role in found if a < stop]
        if near:
            return near[-1] if self.lang == "en" else near[0]
        return found[0][2]

    def _person(self, words: Words, start: int, end: int) -> Name | None:
        for name in self._all_names(words, start, end):
            if name.label == "PER" and name.start >= start:
                return name
        return None

    def _all_names(self, words: Words, start: int, end: int) -> list[Name]:
        seen = {id(n): n for i in range(start, end) if (n := words.names.get(i))}
        return list(seen.values())

    def body(self, words: Words, start: int, end: int) -> str | None:
        """Return the key of the organisation in a phrase; a place if it governs."""
        names = self._all_names(words, start, end)
        for name in names:
            if name.label == "ORG" and not gazetteer_says_outlet(name.key):
                return name.key
        state = [
            f
            for f in self.roles.find(words, start, end)
            if f[2] in ("bodies", "offices")
        ]
        for name in names:
            if name.label == "LOC" and (state or name.end - name.start == end - start):
                return name.key
        bodies = [f for f in state if f[2] == "bodies"]
        if bodies:
            return name_key(self._normal(words, bodies[0][0], end))
        return None

    def _count(self, words: Words, start: int, head: int) -> int | None:
        for i in range(max(start - 1, 0), head):
            if words.lemma[i] in self.counts:
                return self.counts[words.lemma[i]]
            if words.lower[i].isdigit() and int(words.lower[i]) < 100:
                return int(words.lower[i])
        return None

    def _unnamed_count(
        self, words: Words, phrase: Phrase, count: int | None
    ) -> int | None:
        if self.one_of.within(words, phrase.start, phrase.end):
            return 1
        if count is not None:
            others = [
                self._count(words, self._left(words, k), k) or 0
                for k in words.kids[phrase.head]
                if words.dep[k] == "conj" and phrase.start <= k < phrase.end
            ]
            return count + sum(others)
        if any(words.lemma[i] in self.vague for i in range(phrase.start, phrase.end)):
            return None
        plural = words.feature(phrase.head, "Number") == "Plur"
        return None if plural else 1

    def _left(self, words: Words, i: int) -> int:
        return words.below(i)[0]

    def _closeness(self, words: Words, phrase: Phrase, stop: int) -> str | None:
        """Return the words that tell how near an unnamed source is."""
        limit = min(len(words), max(phrase.end, min(stop, phrase.end + 12)))
        for i in range(phrase.start, limit):
            if i >= phrase.end and words.lower[i] in _STOPS:
                break
            starts = words.lower[i] in self.close or words.lemma[i] in self.close
            if starts or self.close_phrases.end(words, i, limit):
                end = i
                while end < limit and words.lower[end] not in (",", *_STOPS):
                    if end > i + 1 and words.is_finite(end) and end >= phrase.end:
                        break
                    end += 1
                return words.text(i, end)
        for i in range(phrase.head + 1, phrase.end):
            if words.lower[i] in self.close_prepositions and words.pos[i] == "ADP":
                return words.text(i, phrase.end)
        return None


def gazetteer_says_outlet(key: str) -> bool:
    """Tell whether the gazetteer lists `key` as a news outlet."""
    try:
        from nlp import gazetteer
    except ImportError:
        return False
    return bool(gazetteer.is_outlet(key))


def before_quote(words: Words, i: int) -> int:
    """Return the token before a name, its opening mark skipped."""
    at = i - 1
    while at > 0 and words.lower[at] in QUOTES:
        at -= 1
    return max(at, 0)


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


def _outlet_index(lang: str, outlets: list[str]) -> dict[str, str]:
    """Return title by folded name; a name that aliases another is in the data as
    "alias=title"."""
    index: dict[str, str] = {}
    for entry in outlets:
        alias, _, title = entry.partition("=")
        index[folded(alias)] = title or alias
    return index
