"""Speakers: what kind of source a phrase names, how many, how near, of which body."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from molva.names import key as name_key
from nlp.attribution_outlets import Outlet, Outlets
from nlp.attribution_phrases import NounPhrases, Phrase, is_stop
from nlp.attribution_roles import RoleReader
from nlp.attribution_words import (
    QUOTES,
    Name,
    Phrases,
    Words,
    attribution_data,
    papers,
    words_of,
)
from nlp.authority import Kind, Role, Roles, Speaker, roles
from nlp.gazetteer import is_outlet
from nlp.state_bodies import StateBodies

#: Those of whom "two", "several" without a name are unnamed people.
_COUNTED = (None, "companies", "experts", "executives", "owners")
#: "Both firms" are those named within so many words before.
_EARLIER = 1000


class Sources:
    """Describes the speakers of one language."""

    def __init__(self, lang: str) -> None:
        data: dict[str, Any] = attribution_data(lang)
        self.roles: Roles = roles(lang)
        self.phrases = NounPhrases(lang)
        self.reader = RoleReader(lang, self.roles, self.phrases)
        self.states = StateBodies(lang)
        self.outlets = Outlets(lang)
        anonymous, documents = data["anonymous"], data["documents"]
        self.unnamed = words_of(anonymous["nouns"])
        self.always_unnamed = words_of(anonymous["always"])
        self.markers = Phrases(anonymous["markers"])
        self.crowd = words_of(anonymous["groups"])
        self.leaked = words_of(documents["leaked"])
        self.leaked_markers = Phrases(documents["leaked_markers"])
        self.published_markers = Phrases(documents["published_markers"])
        self.published = words_of(documents["published"])
        self.definite = words_of(data["continued"]["definite"])
        self.registers = words_of(documents["registers"])
        self.data = words_of(documents["data"])
        self.papers = papers(lang)
        self.hearsay = words_of(documents["hearsay"])
        self.negations = words_of(data["particles"]["not"])
        self.media_plurals = words_of(data["media"]["plurals"])
        self.media_groups = Phrases(data["media"]["groups"])
        self.counts = {
            word: int(number)
            for number, words in data["counts"]["words"].items()
            for word in words_of(words)
        }
        self.one_of = Phrases(data["counts"]["one_of"])
        self.vague = words_of(data["counts"]["vague"])
        self.all = words_of(data["counts"]["all"])
        self.companies = self.roles.nouns["companies"]
        self.close = words_of(data["closeness"]["heads"])
        self.close_phrases = Phrases(data["closeness"]["phrases"])
        self.close_prepositions = words_of(data["closeness"]["prepositions"])

    def describe(
        self, words: Words, phrase: Phrase, clause: tuple[int, int]
    ) -> Speaker:
        """Say what kind of speaker a phrase names; `clause` holds markers about him."""
        phrase = self._counted_head(words, phrase)
        start, end, head = phrase.start, phrase.end, phrase.head
        count = self._count(words, start, head)
        first, last = self._span(words, phrase)
        speaker = Speaker("none", words.text(first, last), first, last)
        person = self._person(words, start, end)
        outlets = self.outlets.within(words, start, end)
        nearness = self._nearness(words, phrase, clause[1])
        closeness = nearness or self._whereabouts(words, phrase)
        role = self.reader.role(words, phrase)
        body = self.body(words, start, end)
        kind = self._kind(words, phrase, clause, person, role, outlets, bool(nearness))
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
                or words.lower[i].startswith(self.roles.former_prefixes)
                for i in range(start, end)
            )
            if role in ("offices", "bodies"):
                body = self.states.key(words, phrase) or body
            if body is None and kind in ("person", "body"):
                body = self._office(words, phrase, person, role)
            is_union = any(
                words.lemma[i] in self.roles.unions for i in range(start, end)
            )
            return replace(
                speaker,
                kind=kind,
                role=role,
                body=body,
                is_former=former,
                is_union=is_union,
            )
        return speaker

    def _counted_head(self, words: Words, phrase: Phrase) -> Phrase:
        """Take the suppliers for the head of "one of the suppliers"."""
        if not (end := self.one_of.end(words, phrase.start, phrase.end)):
            return phrase
        for i in range(end, phrase.end):
            if words.pos[i] in ("NOUN", "PROPN"):
                return replace(phrase, head=i)
        return phrase

    def _office(
        self, words: Words, phrase: Phrase, person: Name | None, role: Role | None
    ) -> str | None:
        """Name a body by its office or by a name that nobody knows."""
        if role in ("offices", "bodies", "statistics"):
            end = person.start if person and person.start > phrase.start else phrase.end
            return name_key(self.outlets.normal(words, phrase.start, end)) or None
        proper = self.proper(words, phrase)
        return name_key(proper) if proper and person is None else None

    def proper(self, words: Words, phrase: Phrase) -> str | None:
        """Return the unknown name in a phrase: quoted or capitalised words."""
        found: list[str] = []
        for i in range(phrase.start, phrase.end):
            word = words.doc[i].text
            if not word[:1].isupper() or words.lemma[i] in self.phrases.known:
                if found:
                    break
                continue
            if words.pos[i] in ("PROPN", "NOUN", "X") and not self._may_be_common(
                words, i
            ):
                found.append(word)
        return " ".join(found) or None

    def _may_be_common(self, words: Words, i: int) -> bool:
        """A capital at the start of a sentence proves no name."""
        if words.pos[i] == "PROPN" or (i > 0 and words.lower[i - 1] in QUOTES):
            return False
        if words.feature(i, "Number") == "Plur":
            return True
        return bool(words.doc[i].is_sent_start) and self.phrases.has_cases

    def _seen_by(
        self, words: Words, phrase: Phrase, clause: tuple[int, int]
    ) -> list[Outlet]:
        """Return the outlet that saw a paper («с которым ознакомились …»)."""
        start, stop = min(phrase.start, clause[0]), max(phrase.end, clause[1])
        if not self.leaked_markers.within(words, start, stop):
            return []
        known = self.outlets.within(words, start, stop)
        return known or self._seer(words, phrase.head, stop)

    def _seer(self, words: Words, start: int, stop: int) -> list[Outlet]:
        """Return the unknown name after "seen by"."""
        for i in range(start, stop):
            at = self.phrases.seen_by.end(words, i, stop)
            while at and at < stop and words.lower[at] in self.phrases.articles:
                at += 1
            name = words.names.get(at) if at and at < stop else None
            if name is not None and name.label != "LOC":
                return [self.outlets.made(words, name.start, name.end)]
        return []

    def _span(self, words: Words, phrase: Phrase) -> tuple[int, int]:
        """Return a phrase with its article, without marks that enclose all of it."""
        start, end = phrase.start, phrase.end
        if start > 0 and words.lower[start - 1] in self.phrases.articles:
            return start - 1, end
        enclosed = words.lower[start] in QUOTES and words.lower[end - 1] in QUOTES
        if enclosed and not QUOTES & set(words.lower[start + 1 : end - 1]):
            return start + 1, max(end - 1, start + 2)
        return start, end

    def _media(self, speaker: Speaker, words: Words, outlets: list[Outlet]) -> Speaker:
        if not outlets:
            return replace(speaker, kind="media")
        first = outlets[0]
        return replace(
            speaker,
            kind="media",
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
        head = phrase.head
        core = {words.lemma[i] for i in self._core(words, phrase)} | {words.lemma[head]}
        is_named = person is not None and person.start <= head < person.end
        if core & self.always_unnamed and not is_named:
            return "anonymous"
        if person is not None and not core & self.papers:
            return "person"
        if role is None and self._is_published_by_others(words, phrase):
            return "media"
        if paper := self._paper_kind(words, phrase, clause):
            return paper
        if role == "statistics" and outlets:
            return "body"
        if self._is_outlet_head(words, phrase, outlets):
            return "media"
        if core & self.hearsay:
            return "none"
        is_unnamed = bool(core & self.unnamed)
        if is_unnamed and self._is_unnamed(words, phrase, clause, role, is_close):
            return "anonymous"
        if self._is_seen(words, phrase, clause, role):
            return "leaked"
        return self._common_kind(words, phrase, role, is_unnamed)

    def _is_seen(
        self, words: Words, phrase: Phrase, clause: tuple[int, int], role: Role | None
    ) -> bool:
        """ "The internal plan seen by …": a paper, whatever it is called."""
        head = phrase.head
        if role is not None or words.pos[head] not in ("NOUN", "PROPN"):
            return False
        if words.names.get(head) or words.feature(head, "Animacy") == "Anim":
            return False
        return bool(self.leaked_markers.within(words, phrase.start, clause[1]))

    def _common_kind(
        self, words: Words, phrase: Phrase, role: Role | None, is_unnamed: bool
    ) -> Kind:
        """Tell persons, bodies and crowds that are neither outlets nor papers."""
        if words.lemma[phrase.head] in self.crowd and not self._is_owner(words, phrase):
            return "crowd"
        if role in _COUNTED and self._are_some(words, phrase):
            is_told = role == "companies" and self._are_named(words, phrase)
            return "body" if is_told else "anonymous"
        if self._is_draft(words, phrase):
            return "leaked"
        name = words.names.get(phrase.head)
        is_firm = role == "experts" and name is not None and name.label == "ORG"
        if role in ("experts", "spokespeople", "executives", "offices"):
            return "body" if is_firm else "person"
        return (
            "body" if role is not None else self._plain_kind(words, phrase, is_unnamed)
        )

    def _is_owner(self, words: Words, phrase: Phrase) -> bool:
        """ "Its parent", "parent Nordcom": a company, not somebody's mother."""
        if words.lemma[phrase.head] not in self.roles.nouns["owners"]:
            return False
        is_its = words.lower[phrase.start] in self.roles.we_owned
        return is_its or bool(words.names_in(phrase.start, phrase.end))

    def _plain_kind(self, words: Words, phrase: Phrase, is_unnamed: bool) -> Kind:
        """Tell what a phrase without any known role is."""
        name = words.names.get(phrase.head)
        if name is not None and name.label in ("ORG", "LOC"):
            return "body"
        if self._are_people(words, phrase.head):
            return "crowd"
        names = words.names_in(phrase.start, phrase.end)
        if any(n.label == "ORG" for n in names):
            return "body"
        if is_unnamed:
            return "anonymous"
        if self.phrases.seen_by.end(words, phrase.end, len(words)):
            return "leaked"
        if words.feature(phrase.head, "Animacy") == "Anim" and not person_like(
            words, phrase.head
        ):
            return "crowd"
        return "body" if self.proper(words, phrase) else "none"

    def _are_people(self, words: Words, head: int) -> bool:
        """«шахтёры „Никанора“»: people of a body, not the body."""
        is_many = words.feature(head, "Number") == "Plur"
        is_common = words.pos[head] == "NOUN" and words.doc[head].text.islower()
        return is_many and is_common and words.feature(head, "Animacy") == "Anim"

    def _is_draft(self, words: Words, phrase: Phrase) -> bool:
        """ "A draft agreement", "an internal plan": a paper by its adjective."""
        head = phrase.head
        is_noun = words.pos[head] == "NOUN" and words.names.get(head) is None
        return is_noun and bool(
            self.leaked_markers.within(words, phrase.start, head)
            and words.lemma[head] not in self.phrases.known
        )

    def _in_a_name(self, words: Words, phrase: Phrase) -> bool:
        """Tell Pellwood Paper, a company, from a paper."""
        name = words.names.get(phrase.head)
        if name is not None and name.label == "ORG":
            return True
        inside = range(phrase.start, phrase.head + 1)
        return len(inside) > 1 and all(
            words.pos[i] == "PROPN" and words.doc[i].text[:1].isupper() for i in inside
        )

    def _is_published_by_others(self, words: Words, phrase: Phrase) -> bool:
        """ "Reports", "local headlines": what unnamed outlets have written."""
        return (
            words.lower[phrase.head] in self.media_plurals
            and phrase.head + 1 == phrase.end
            and all(
                n.end - n.start == 1 and n.start == phrase.head
                for n in words.names_in(phrase.start, phrase.end)
            )
        )

    def _paper_kind(
        self, words: Words, phrase: Phrase, clause: tuple[int, int]
    ) -> Kind | None:
        head, lemma = phrase.head, words.lemma[phrase.head]
        if {lemma, words.lower[head]} & self.registers:
            return "published"
        if lemma not in self.papers or self._in_a_name(words, phrase):
            return None
        marked = self.published_markers.within(words, phrase.start, clause[1])
        if marked is not None:
            is_negated = words.lower[max(marked[0] - 1, 0)] in self.negations
            return "leaked" if is_negated else "published"
        stop = max(phrase.end, min(clause[1], phrase.end + 8))
        begin = min(clause[0], phrase.start)
        # a decree («распоряжение») is no proof that somebody has it in hand
        around = ((begin, phrase.start - 1), (phrase.start, head), (head + 1, stop))
        if any(self.leaked_markers.within(words, *part) for part in around):
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
        if role == "executives" and self.phrases.has_cases:
            # without articles an unnamed manager is just anybody
            return True
        if role == "companies":
            # «сотрудник завода» is no company, "a dealer group" is, "that dealer" too
            is_unknown = words.lower[phrase.start] not in self.definite
            return counted or (is_unknown and words.lemma[phrase.head] in self.unnamed)
        return counted or role not in (
            "offices",
            "executives",
            "experts",
            "spokespeople",
            "owners",
        )

    def _are_some(self, words: Words, phrase: Phrase) -> bool:
        """ "Several retailers": companies in a number and without a name."""
        first = words.lemma[phrase.start]
        is_counted = first in self.vague or self.counts.get(first, 0) > 1
        names = words.names_in(phrase.start, phrase.end)
        if self.phrases.has_cases:
            is_living = words.feature(phrase.head, "Animacy") == "Anim"
            may_be = is_living or words.lemma[phrase.head] in self.companies
            return is_counted and may_be and all(n.label != "PER" for n in names)
        return is_counted and not names

    def _are_named(self, words: Words, phrase: Phrase) -> bool:
        """ "The two companies", "both firms": those that the report has named."""
        first = phrase.start
        opening = {words.lemma[first], words.lower[max(first - 1, 0)]}
        is_definite = bool(opening & self.all)
        # without articles a number alone may be definite («две компании»)
        may_be = self.phrases.has_cases and words.lemma[first] not in self.vague
        if not (may_be or is_definite):
            return False
        names = words.names_in(max(first - _EARLIER, 0), first)
        named = {n.key for n in names if n.label != "LOC" and not is_outlet(n.key)}
        # of the two that "both" points at, the models may know one
        return len(named) > (not is_definite)

    def _is_outlet_head(
        self, words: Words, phrase: Phrase, outlets: list[Outlet]
    ) -> bool:
        head = phrase.head
        if any(o.start <= head < o.end for o in outlets):
            return True
        classes = self.outlets.class_nouns | self.outlets.media
        if outlets and words.lemma[head] in classes:
            # «агентство „Автостат“» counts cars, it does not write
            found = self.roles.find(words, phrase.start, phrase.end)
            return all(role != "statistics" for _, _, role in found)
        is_noun = {words.lemma[head], words.lower[head]} & self.outlets.media
        if is_noun and not self._in_a_name(words, phrase):
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

    def _person(self, words: Words, start: int, end: int) -> Name | None:
        for name in words.names_in(start, end):
            if name.label != "PER" or name.start < start:
                continue
            if self._only_owns(words, name, end):
                continue
            # a stand-in («министр», "the analyst") names nobody by itself
            if (
                name.end - name.start > 1
                or words.lemma[name.start] not in self.phrases.known
            ):
                return name
        return None

    def _only_owns(self, words: Words, name: Name, end: int) -> bool:
        """ "Watson's play": the name tells whose, not who."""
        root = words.doc[name.start : name.end].root.i
        return words.dep[root] == "poss" and words.head[root] < end

    def body(self, words: Words, start: int, end: int) -> str | None:
        """Return the key of the organisation in a phrase; a place if it governs."""
        names = words.names_in(start, end)
        for name in names:
            if name.label == "ORG" and not is_outlet(name.key):
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
            return name_key(self.outlets.normal(words, bodies[0][0], end))
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

    def _nearness(self, words: Words, phrase: Phrase, stop: int) -> str | None:
        """Return the words that tell how near an unnamed source is."""
        limit = min(len(words), max(phrase.end, min(stop, phrase.end + 12)))
        for i in range(phrase.start, limit):
            if i >= phrase.end and is_stop(words, i):
                break
            starts = words.lower[i] in self.close or words.lemma[i] in self.close
            if starts or self.close_phrases.end(words, i, limit):
                end = i
                while (
                    end < limit and words.lower[end] != "," and not is_stop(words, end)
                ):
                    if end > i + 1 and words.is_finite(end) and end >= phrase.end:
                        break
                    end += 1
                return words.text(i, end)
        return None

    def _whereabouts(self, words: Words, phrase: Phrase) -> str | None:
        """Return the words that place an unnamed source ("in the government")."""
        for i in range(phrase.head + 1, phrase.end):
            if words.lower[i] in self.close_prepositions and words.pos[i] == "ADP":
                above = words.head[i]
                if phrase.head in (above, words.head[above]):
                    return words.text(i, phrase.end)
        return None


def person_like(words: Words, i: int) -> bool:
    """Say whether an animate word may be a name that no model knew."""
    return words.doc[i].text[:1].isupper() and words.pos[i] == "PROPN"
