"""Cues: the words that give content to a source, found sentence by sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from nlp.attribution_asides import Asides
from nlp.attribution_words import (
    DASHES,
    QUOTES,
    Phrases,
    Sentence,
    Words,
    attribution_data,
    papers,
    words_of,
)
from nlp.authority import roles

CueKind = Literal[
    "verb",
    "impersonal",
    "preposition",
    "citing",
    "hearsay",
    "headline",
    "credit",
    "decree",
]
#: A verb after one of these comes before its subject: «"…," added KCNA».
_BEFORE_INVERTED = QUOTES | {","}
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "nsubj:pass", "csubj"})
_MAX_HEADLINE_SPEAKER = 6
#: What something is called stands within so many words of the verb.
_CALLED = 8
_ENDS = frozenset(",.;:!?")
_MAX_HEADLINE = 25
_MAX_CREDIT = 14
#: A cue so near before an unknown verb speaks itself («сказал, отрезав»).
_ASIDE = 3
#: A verb and the forecast that it revises stand within so many words.
_REVISED = 8
#: Between the verb and the words that it quotes stands an outlet's name.
_QUOTED = 7
#: A clause of saying that ends the sentence is no longer, its head no further off.
_CLOSING, _HEAD = 20, 6
_NOT_SPOKEN = ("preposition", "citing")


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue by token range; `group` is the verb's class."""

    start: int
    end: int
    kind: CueKind
    group: str = ""
    #: the possessive inside a prepositional cue («по его словам»)
    pronoun: int | None = None
    #: any verb, known by its place as the author's word
    is_aside: bool = False
    #: how many words before `start` belong to the cue («не скрывает»)
    lead: int = 0


class Cues:
    """Finds the cues of one language."""

    def __init__(self, lang: str) -> None:
        data: dict[str, Any] = attribution_data(lang)
        self.has_cases = not data["particles"]["articles"]
        self.verbs: dict[str, str] = {}
        for group, lemmas in data["verbs"].items():
            for lemma in words_of(lemmas):
                self.verbs.setdefault(lemma, group)
        self.author = Asides(
            roles(lang),
            frozenset(self.verbs),
            words_of(data["particles"]["relative"]),
            has_cases=self.has_cases,
        )
        self.weak = words_of(data["weak"]["verbs"]) | words_of(data["verbs"]["think"])
        self.quoted = words_of(data["weak"]["quoted"])
        self.nominal = words_of(data["weak"]["nominal"])
        self.inverted = words_of(data["weak"]["inverted"])
        self.written = words_of(data["weak"]["written"])
        self.called = words_of(data["called"]["verbs"])
        self.false = words_of(data["called"]["false"])
        self.impersonal = words_of(data["weak"]["impersonal"])
        self.proposed = words_of(data["weak"]["proposed"])
        self.negations = words_of(data["particles"]["not"])
        self.modals = words_of(data["particles"]["modal"])
        self.asides = words_of(data["particles"]["as"])
        self.complements = words_of(data["particles"]["that"])
        self.sourced = words_of(data["particles"]["from"])
        self.decrees = words_of(data["decreed"]["papers"])
        self.signed = words_of(data["decreed"]["verbs"])
        self.such = words_of(data["decreed"]["such"])
        self.this = words_of(data["decreed"]["this"])
        self.about = words_of(data["particles"]["about"])
        self.auxiliaries = words_of(data["particles"]["do"])
        self.credits = words_of(data["particles"]["credit"])
        self.be = words_of(data["hearsay"]["be"])
        self.prepositions = Phrases(data["prepositions"]["phrases"])
        self.papers = Phrases(data["prepositions"]["papers"])
        self.parted = _parted(
            data["prepositions"]["parted"] or data["prepositions"]["phrases"]
        )
        self.possessives = words_of(data["prepositions"]["possessives"])
        self.paper_nouns = papers(lang)
        self.not_sources = words_of(data["prepositions"]["not_sources"])
        self.citing = Phrases(data["citing"]["phrases"])
        self.without = words_of(data["citing"]["without"])
        self.referring = Phrases(data["citing"]["referring"])
        self.hearsay = Phrases(data["hearsay"]["phrases"])
        self.phrasal = {k: Phrases(v) for k, v in data["phrasal"].items()}
        self.rumors = words_of(data["hearsay"]["nouns"])
        self.passive = Phrases(data["hearsay"]["passive"])
        self.not_said = Phrases(data["not_said"]["phrases"])
        self.not_said_first = Phrases(data["not_said"]["first"])
        lists = (
            *self.phrasal.values(),
            self.prepositions,
            self.papers,
            self.citing,
            self.hearsay,
            self.not_said,
        )
        self.words = words_of(data["weak"]["words"])
        self.word_verbs = words_of(data["weak"]["quoting"])
        self.learnt = words_of(data["weak"]["learnt"])
        self.heard_from = words_of(data["particles"]["heard_from"])
        self.faults = words_of(data["weak"]["faults"])
        self.valued: dict[str, str] = data["weak"]["valued"]
        self.revising = words_of(data["revised"]["verbs"])
        self.forecasts = words_of(data["revised"]["forecasts"])
        self.correcting = words_of(data["revised"]["statistics"])
        self.readings = words_of(data["revised"]["readings"])
        #: no other word can start a cue
        self.openers = frozenset().union(
            self.verbs,
            self.written,
            self.impersonal,
            self.proposed,
            self.rumors,
            self.valued,
            self.revising,
            self.signed,
            self.words,
            self.heard_from,
            self.parted,
            *(p.openers for p in lists),
        )

    def find(self, words: Words, sentence: Sentence) -> list[Hit]:
        """Return the cues of a sentence in order, none overlapping another."""
        hits: list[Hit] = []
        at, stop = sentence.start, sentence.end
        if credit := self._credit(words, sentence):
            return [credit]
        at = self.not_said_first.end(words, at, stop) or at
        while at < stop:
            if not {words.lower[at], words.lemma[at]} & self.openers:
                at += 1
                continue
            if skipped := self.not_said.end(words, at, stop):
                at = skipped
                continue
            hit = self._at(words, at, stop)
            if hit is None:
                at += 1
                continue
            hits.append(hit)
            at = hit.end
        return self._with_aside(words, sentence, hits) or self._headline(
            words, sentence
        )

    def _with_aside(
        self, words: Words, sentence: Sentence, hits: list[Hit]
    ) -> list[Hit]:
        """Add the author's verb, which its place proves and no list needs to know."""
        verb = self.author.find(words, sentence)
        if verb is None:
            return hits
        rivals = (h for h in hits if h.start >= verb - _ASIDE or h.kind in _NOT_SPOKEN)
        if any(hit.start != verb for hit in rivals):
            return hits
        known = next((h for h in hits if h.start == verb), None)
        if known is not None and known.kind != "verb":
            return hits
        aside = known or Hit(verb, verb + 1, "verb", "say")
        kept = [h for h in hits if h is not known]
        return sorted([*kept, replace(aside, is_aside=True)], key=lambda hit: hit.start)

    def _at(self, words: Words, at: int, stop: int) -> Hit | None:
        if end := self.citing.end(words, at, stop):
            if at and words.lower[at - 1] in self.without:
                return None  # "…, without citing a source"
            return Hit(at, end, "citing")
        if words.lower[at] in self.words and self._is_after(words, at, self.word_verbs):
            return Hit(at, at + 1, "citing")
        if words.lower[at] in self.heard_from and self._is_after(
            words, at, self.learnt
        ):
            return Hit(at, at + 1, "citing")
        heard = self._heard(words, at, stop)
        given = self.prepositions.end(words, at, stop)
        if given > heard:
            return Hit(at, given, "preposition")
        if heard:
            return Hit(at, heard, "hearsay")
        if paper := self.papers.end(words, at, stop):
            return Hit(at, paper, "preposition", "paper")
        if words.lemma[at] in self.rumors and words.dep[at] in _SUBJECTS:
            return Hit(at, at + 1, "hearsay", "subject")
        return self._divided(words, at, stop) or self._verb(words, at)

    def _is_after(self, words: Words, at: int, verbs: frozenset[str]) -> bool:
        """«передаёт X слова представителя», «узнал X от двух …»: whom it quotes."""
        for i in range(at - 1, max(at - _QUOTED, 0), -1):
            if words.lemma[i] in verbs:
                return True
            if words.lower[i] in _ENDS:
                break
        return False

    def _divided(self, words: Words, at: int, stop: int) -> Hit | None:
        """«по его словам», «по последним данным»: a word inside the phrase."""
        second = self.parted.get(words.lower[at])
        if second is None or at + 2 >= stop or words.lower[at + 2] not in second:
            return None
        if words.lower[at + 1] in self.possessives:
            return Hit(at, at + 3, "preposition", pronoun=at + 1)
        if words.pos[at + 1] in ("ADJ", "DET"):
            return Hit(at, at + 3, "preposition")
        return None

    def _heard(self, words: Words, at: int, stop: int) -> int:
        """Return where a hearsay phrase ends that starts here, 0 if none does."""
        end = self.hearsay.end(words, at, stop)
        if not end:
            return 0
        if self.passive.end(words, at, stop) == end:
            before = range(max(at - 3, 0), at)
            if not any(
                words.lemma[i] in self.be or words.lower[i] in self.be for i in before
            ):
                return 0
        if any(
            words.dep[k] == "nsubj" and not at <= k < end and words.names.get(k)
            for k in words.kids[end - 1]
        ):
            return 0
        is_verb_alone = end == at + 1 and words.is_verb(at)
        if is_verb_alone and any(words.dep[k] in _SUBJECTS for k in words.kids[at]):
            return 0
        if words.is_verb(at) and self._has_place(words, at):
            return 0
        return end

    def _decree(self, words: Words, verb: int) -> bool:
        """«Распоряжение об этом подписал …»: a paper that opens its sentence."""
        number = words.number_of(verb)
        if not number:
            return False  # nothing stands before it
        first = words.sentences[number].start
        first += words.lower[first] in self.such
        if words.lemma[first] not in self.decrees or words.head[first] != verb:
            return False
        after = words.lower[first + 1 : first + 3]
        if after[0] in self.about and after[1] not in self.this:
            return False  # «Указ о налогах подписан»: news of its own
        return words.lemma[verb] in self.signed and words.is_verb(verb)

    def _has_place(self, words: Words, verb: int) -> bool:
        """«в отчёте сообщается», «в компании говорят»: the source is named."""
        return any(
            words.dep[k] == "obl" and words.feature(k, "Case") == "Loc"
            for k in words.kids[verb]
        )

    def _verb(self, words: Words, at: int) -> Hit | None:
        if self._decree(words, at):
            return Hit(at, at + 1, "decree")
        return (
            self._phrasal(words, at)
            or self._revised(words, at)
            or self._one_verb(words, at)
        )

    def _revised(self, words: Words, at: int) -> Hit | None:
        """ "Cut its full-year profit forecast to", "revised growth to": an estimate."""
        if words.lemma[at] not in self.revising or not words.is_verb(at):
            return None
        for thing in words.kids[at]:
            if words.dep[thing] != "dobj" or not at < thing < at + _REVISED:
                continue
            lemma, kids = words.lemma[thing], words.kids[thing]
            is_own = any(words.lower[k] in self.possessives for k in kids)
            is_reading = words.lemma[at] in self.correcting and lemma in self.readings
            if is_reading or (is_own and lemma in self.forecasts):
                is_unsaid = self._is_unsaid(words, at, "estimate")
                return None if is_unsaid else Hit(at, thing + 1, "verb", "estimate")
        return None

    def _phrasal(self, words: Words, at: int) -> Hit | None:
        """ "Rule out", «не скрывает»: a verb of several words."""
        for name, phrases in self.phrasal.items():
            end = phrases.end(words, at, min(at + 3, len(words)))
            if not end:
                continue
            # «не скрывает»: the verb may stand behind its particle
            verb = at if words.is_verb(at) else end - 1
            if not words.is_verb(verb):
                continue
            if verb != at or not self._is_unsaid(words, verb, name):
                return Hit(verb, end, "verb", name, lead=verb - at)
        return None

    def _one_verb(self, words: Words, at: int) -> Hit | None:
        lemma = words.lemma[at]
        group = "estimate" if self.puts_at(words, at) else self.verbs.get(lemma)
        if lemma in self.proposed and words.is_verb(at):
            return Hit(at, at + 1, "impersonal", "provide")
        if group is None and lemma not in self.impersonal | self.written:
            return None
        if group != "deny" and any(
            words.lemma[k] in self.faults for k in words.kids[at]
        ):
            return None  # «допустил нарушения»: a deed
        if words.pos[at] not in ("VERB", "AUX", "ADJ") and not self._mistagged(
            words, at
        ):
            return None
        after = words.lower[at + 1] if at + 1 < len(words) else ""
        if lemma in self.written and self._is_impersonal(words, at):
            return Hit(at, at + 1, "impersonal", "provide")
        if lemma in self.impersonal and (
            after in self.sourced or self._is_impersonal(words, at)
        ):
            return Hit(at, at + 1, "impersonal", group or "say")
        if group is None:
            return None
        if self._is_unsaid(words, at, group):
            return None
        return Hit(at, at + 1, "verb", self._called(words, at) or group)

    def _called(self, words: Words, verb: int) -> str:
        """«назвал эту информацию ложью» denies."""
        if words.lemma[verb] not in self.called:
            return ""
        for i in range(verb + 1, min(verb + _CALLED, len(words))):
            if words.lower[i] in _ENDS or words.is_finite(i):
                break
            if words.lemma[i] in self.false:
                return "deny"
        return ""

    def puts_at(self, words: Words, at: int) -> bool:
        """ "Puts the loss at 2 billion": an estimate by its verb and preposition."""
        given = self.valued.get(words.lemma[at]) or self.valued.get(words.lower[at])
        prepositions = frozenset((given or "").split())
        return any(
            prepositions & {words.lower[k], *(words.lower[c] for c in words.kids[k])}
            and any(words.pos[n] in ("NUM", "SYM") for n in range(*words.below(k)))
            for k in words.kids[at]
            if k > at
        )

    def _mistagged(self, words: Words, at: int) -> bool:
        """Say whether the tagger took a verb for a noun."""
        if words.pos[at] != "NOUN":
            return False
        after = words.lower[at + 1 : at + 3]
        if len(after) > 1 and after[0] in (",", ":") and after[1] in QUOTES:
            return True
        if self._closes_aside(words, at):
            return True
        has_subject = any(words.dep[k] == "nsubj" for k in words.kids[at])
        # only a language with infinitives in its lemmas tells them from nouns
        return has_subject or (self.has_cases and words.lemma[at] != words.lower[at])

    def _closes_aside(self, words: Words, at: int) -> bool:
        """ "…, agency data show.": a clause of saying whose verb ends the sentence."""
        is_last = at + 1 >= len(words) or words.lower[at + 1] in (".", ",", "\n")
        if self.has_cases or not is_last:
            return False
        start = at
        while start > 0 and words.pos[start - 1] in ("NOUN", "PROPN", "ADJ", "DET"):
            start -= 1
        if start < at and start > 0 and words.lower[start - 1] == ",":
            return True
        return closing_paper(words, at, self.paper_nouns) is not None

    def _is_impersonal(self, words: Words, at: int) -> bool:
        """«сообщается», «сказано», «следует из»: no one speaks, a paper does."""
        if any(words.dep[k] in _SUBJECTS for k in words.kids[at]):
            return words.lemma[at] not in self.verbs
        return words.lemma[at] not in self.verbs or (
            words.feature(at, "Variant") == "Short"
            or words.feature(at, "VerbForm") == "Part"
            or self.verbs.get(words.lemma[at]) == "show"
        )

    def _is_unsaid(self, words: Words, at: int, group: str) -> bool:
        """A denied, future, possible or merely wished utterance attributes nothing."""
        kids = words.kids[at]
        for kid in kids:
            if kid > at:
                continue
            is_aux = words.dep[kid] in ("aux", "neg", "advmod", "mark", "aux:pass")
            is_negation = words.lower[kid] in self.negations and is_aux
            if is_negation and group != "deny" and not self.has_cases:
                return True
            if words.lower[kid] in self.modals and words.dep[kid] in ("aux", "mark"):
                return group != "think"
        form = words.feature(at, "VerbForm")
        if self.has_cases:
            is_negated = at > 0 and words.lower[at - 1] in self.negations
            if is_negated and group != "deny":
                return group not in ("think", "estimate") or not self._has_that(
                    words, at
                )
            if form == "Part" and words.feature(at, "Variant") != "Short":
                return True
            if form == "Inf":
                return not (group == "deny" and self._is_declined(words, at))
            return (
                words.feature(at, "Tense") == "Fut"
                or words.feature(at, "Mood") == "Imp"
                or words.feature(at, "Case") not in ("", "Nom")
            )
        if form == "Inf" and not any(words.lemma[k] in self.auxiliaries for k in kids):
            return group != "think"
        inverted = at > 0 and words.lower[at - 1] in _BEFORE_INVERTED
        return form == "Part" and words.dep[at] == "amod" and not inverted

    def _is_declined(self, words: Words, verb: int) -> bool:
        """«не стал опровергать»: the denial that was not made."""
        head = words.head[verb]
        return any(words.lower[k] in self.negations for k in words.kids[head])

    def _has_that(self, words: Words, verb: int) -> bool:
        """«не верит, что …» is an opinion; «не знает когда» is none."""
        after = words.lower[verb + 1 : verb + 3]
        return len(after) > 1 and after[0] == "," and after[1] in self.complements

    def _credit(self, words: Words, sentence: Sentence) -> Hit | None:
        """ "Photo: Jane Doe / Agency": who made a picture."""
        start, end = sentence.start, sentence.end
        for i in range(start, min(start + 4, end - 1)):
            if words.lower[i] in self.credits and words.lower[i + 1] in (":", ";"):
                return Hit(i, i + 2, "credit") if end - i <= _MAX_CREDIT else None
        return None

    def _headline(self, words: Words, sentence: Sentence) -> list[Hit]:
        """«Камаз: завод запустят в мае», "Minister: plant to open", "…: sources"."""
        start, end = sentence.start, sentence.end
        if end - start > _MAX_HEADLINE or end - start < 4:
            return []
        marks = [
            i
            for i in range(start + 1, end - 1)
            if words.lower[i] == ":" or _is_dash(words, i)
        ]
        if not marks:
            return []
        first, last = marks[0], marks[-1]
        found: list[Hit] = []
        is_prose = words.lower[end - 1] == "."
        if (
            not is_prose
            and end - last - 1 <= _MAX_HEADLINE_SPEAKER
            and last - start > 2
        ):
            found.append(Hit(last, last + 1, "headline", "after"))
        if words.lower[first] == ":" and first - start <= _MAX_HEADLINE_SPEAKER:
            found.append(Hit(first, first + 1, "headline", "before"))
        return found


def _is_dash(words: Words, i: int) -> bool:
    """A dash between words, not a hyphen inside one."""
    return words.lower[i] in DASHES and bool(words.doc[i - 1].whitespace_)


def closing_paper(words: Words, verb: int, papers: frozenset[str]) -> int | None:
    """Return the paper of ", a letter to tenants that was never made public shows"."""
    for i in range(verb - 1, max(verb - _CLOSING, 0), -1):
        if words.lower[i] != "," or words.pos[i + 1] not in ("DET", "NOUN", "PROPN"):
            continue
        for k in range(i + 1, min(i + _HEAD, verb)):
            if words.lemma[k] in papers:
                return k
    return None


def _parted(phrases: list[str]) -> dict[str, frozenset[str]]:
    """Return the second words of two-word phrases by their first."""
    pairs = [phrase.split() for phrase in phrases if len(phrase.split()) == 2]
    return {
        first: words_of([b for a, b in pairs if a == first])
        for first in {a for a, _ in pairs}
    }


@cache
def cues(lang: str) -> Cues:
    """Return the cues of a language, read once."""
    return Cues(lang)
