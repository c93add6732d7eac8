"""Subjects: which phrase speaks, by syntax and, where that fails, by word order."""

from __future__ import annotations

from typing import Any

from nlp.attribution_cues import Cues, closing_paper
from nlp.attribution_phrases import Phrase
from nlp.attribution_sources import Sources
from nlp.attribution_words import (
    DASHES,
    QUOTES,
    Sentence,
    Words,
    attribution_data,
    words_of,
)

_SUBJECTS = frozenset({"nsubj", "nsubjpass", "nsubj:pass"})
#: Verbs that share one subject are not stacked deeper.
_MAX_DEPTH = 4
#: A title before a name is no longer.
_MAX_TITLE = 6
_RELATIVE = frozenset({"relcl", "acl:relcl"})


class Subjects:
    """Finds the speaking phrase of a cue in one language."""

    def __init__(self, lang: str, cues: Cues, sources: Sources) -> None:
        data: dict[str, Any] = attribution_data(lang)
        self.cues = cues
        self.sources = sources
        self.places = words_of(data["particles"]["place"])
        self.relatives = words_of(data["particles"]["relative"])
        self.quoting = words_of(data["quoting"]["verbs"])
        self.matters = words_of(data["about_this"]["details"]) | words_of(
            data["documents"]["data"]
        )

    def find(
        self, words: Words, verb: int, sentence: Sentence, group: str
    ) -> Phrase | None:
        """Return the phrase that speaks through `verb`, None if there is none."""
        found = self._find(words, verb, sentence, group)
        return found and self._with_title(words, found, verb)

    def _with_title(self, words: Words, phrase: Phrase, verb: int) -> Phrase:
        """«замгубернатора Юлия Сенцова»: a title whose form hides its case."""
        first = phrase.start - 1
        if not self.sources.phrases.has_cases or first <= verb:
            return phrase
        name = words.names.get(phrase.start)
        is_title = words.lower[first] in self.sources.roles.all_nouns
        if is_title and name is not None and name.label == "PER":
            return Phrase(first, phrase.end, phrase.head)
        return phrase

    def _find(
        self, words: Words, verb: int, sentence: Sentence, group: str
    ) -> Phrase | None:
        inverted = self._inverted(words, verb, sentence)
        if inverted is not None:
            return inverted
        if words.pos[verb] == "NOUN" and not self.sources.phrases.has_cases:
            paper = closing_paper(words, verb, self.sources.papers)
            if paper is not None:
                return self.sources.phrases.of(words, paper, verb)
        token = self._subject_token(words, verb)
        if token is not None and (
            self._is_plural_alone(words, verb, token, sentence)
            or self._has_own_place(words, verb, token, sentence)
        ):
            token = None
        if token is not None and self._is_what_is_told(words, verb, token):
            return self._nearest(words, verb, sentence, group)
        if token is not None:
            if token < sentence.start <= verb:  # of the dateline
                return self.sources.phrases.after(words, sentence.start, verb)
            token = self._past_outlet(words, verb, token, sentence)
            return self._with_place(words, self.sources.phrases.of(words, token, verb))
        found = self.place(words, verb, sentence) or self._nearest(
            words, verb, sentence, group
        )
        head = words.head[verb]
        if found is None and words.dep[verb] == "conj" and words.is_verb(head):
            return self.place(words, head, sentence)
        return found

    def _with_place(self, words: Words, phrase: Phrase) -> Phrase:
        """«Собеседник в правительстве уверяет»: the place is his, not the verb's."""
        at = phrase.end
        is_unnamed = words.lemma[phrase.head] in self.sources.always_unnamed
        follows = words.lower[at] if at < len(words) else ""
        if not is_unnamed or follows not in self.sources.close_prepositions:
            return phrase
        end = at + 1
        while end < len(words) and words.pos[end] in ("NOUN", "PROPN", "ADJ"):
            end += 1
        is_whole = end > at + 1 and end < len(words) and words.is_verb(end)
        return Phrase(phrase.start, end, phrase.head) if is_whole else phrase

    def _inverted(self, words: Words, verb: int, sentence: Sentence) -> Phrase | None:
        """ "…, forecasts the ministry.": a speaker parsed as an object."""
        if self.sources.phrases.has_cases or verb == sentence.start:
            return None
        if words.feature(verb, "Aspect") == "Prog":
            return None  # "…, calling the reports untrue"
        if words.lower[verb - 1] not in {",", *QUOTES} or any(
            words.dep[k] in _SUBJECTS for k in words.kids[verb]
        ):
            return None
        phrase = self.sources.phrases.after(words, verb + 1, sentence.end)
        if phrase is None or phrase.start - verb > 2:
            return None
        rest = range(phrase.end, min(phrase.end + 1, sentence.end))
        if any(words.lower[i] not in (".", ",", ";", *QUOTES) for i in rest):
            return None
        speaker = self.sources.describe(words, phrase, (verb, phrase.end))
        return None if speaker.kind == "none" else phrase

    def _is_plural_alone(
        self, words: Words, verb: int, token: int, sentence: Sentence
    ) -> bool:
        """«Цех закроют, опасаются в порту»: one thing is no subject of a plural."""
        if words.feature(verb, "Number") != "Plur":
            return False
        is_noun = words.pos[token] in ("NOUN", "PROPN")
        if words.feature(token, "Number") != "Sing" or not is_noun:
            return False
        if words.lemma[token] in self.sources.vague:
            return False
        if any(words.dep[k].startswith(("conj", "nummod")) for k in words.kids[token]):
            return False
        return self.place(words, verb, sentence) is not None

    def _has_own_place(
        self, words: Words, verb: int, token: int, sentence: Sentence
    ) -> bool:
        """«Жители жалуются, в мэрии это отрицают»: no subject of the first verb's."""
        if words.head[token] == verb or words.feature(verb, "Number") != "Plur":
            return False
        place = self.place(words, verb, sentence)
        if place is None or not words.head[token] < place.start < verb:
            return False
        before = range(words.head[token], place.start)
        return any(words.lower[i] == "," for i in before)

    def _is_what_is_told(self, words: Words, verb: int, token: int) -> bool:
        """«Такие данные привела министр»: an object that looks like a subject."""
        if not self.sources.phrases.has_cases or token > verb:
            return False
        if words.lemma[token] not in self.matters:
            return False
        return words.feature(token, "Number") != words.feature(verb, "Number") or any(
            words.dep[k] == "nsubj" and k > verb for k in words.kids[verb]
        )

    def _past_outlet(
        self, words: Words, verb: int, token: int, sentence: Sentence
    ) -> int:
        """«рассказал Frank Media директор»: a name without cases is who was told."""
        name = words.names.get(token)
        if not self.sources.phrases.has_cases or token < verb or name is None:
            return token
        at, is_quoted = name.end, words.lower[name.start - 1] in QUOTES
        is_latin = words.doc[name.start].text[:1].isascii()
        if name.label == "PER" or not (is_latin or is_quoted):
            return token
        at += is_quoted
        speaks = at < sentence.end and self._may_speak(words, at, verb)
        return (
            at if speaks and words.lemma[at] in self.sources.roles.all_nouns else token
        )

    def _subject_token(self, words: Words, verb: int, depth: int = 0) -> int | None:
        """Return the head of the subject or agent, borrowed from a governing verb."""
        is_passive = False
        for kid in sorted(words.kids[verb], key=lambda k: abs(k - verb)):
            dep = words.dep[kid]
            if dep in ("agent", "obl:agent"):
                inner = [k for k in words.kids[kid] if words.dep[k] == "pobj"]
                return inner[0] if inner else kid
            if dep == "nsubj":
                return self._antecedent(words, verb, kid)
            is_passive = is_passive or dep in _SUBJECTS
        if is_passive or depth > _MAX_DEPTH or words.head[verb] == verb:
            return None
        return self._borrowed(words, verb, depth)

    def _borrowed(self, words: Words, verb: int, depth: int) -> int | None:
        """Return the subject that a verb without its own shares with another."""
        head, dep = words.head[verb], words.dep[verb]
        if dep == "amod" and head > verb:
            return head
        is_predicate = words.is_verb(head) or words.feature(head, "Variant") == "Short"
        if dep == "conj" and is_predicate and not self._stands_apart(words, verb):
            return self._subject_token(words, head, depth + 1)
        if dep == "acomp" and depth == 0:
            return self._subject_token(words, head, depth + 1)
        above = words.head[head]
        if dep == "pcomp" and words.lemma[above] in self.quoting:
            quoted = [k for k in words.kids[above] if words.dep[k] == "nsubjpass"]
            return quoted[0] if quoted else None
        form = words.feature(verb, "VerbForm")
        if form == "Inf" and dep == "xcomp" and words.is_verb(head):
            return self._subject_token(words, head, depth + 1)
        if form not in ("Part", "Ger", "Conv"):
            return None
        if dep in ("advcl", "xcomp", "dep") and words.is_verb(head):
            return self._subject_token(words, head, depth + 1)
        is_saying = dep == "acl" and words.feature(verb, "Aspect") == "Prog"
        return head if is_saying and words.pos[head] in ("NOUN", "PROPN") else None

    def _stands_apart(self, words: Words, verb: int) -> bool:
        """ "Crude will rise, Jo Doe, a strategist, wrote": no second verb of crude."""
        if self.sources.phrases.has_cases:
            return False
        between = range(words.head[verb] + 1, verb)
        return any(_is_person(words, i) for i in between) and not any(
            words.pos[i] == "CCONJ" for i in between
        )

    def _antecedent(self, words: Words, verb: int, subject: int) -> int:
        """Return whom "who", «который» stands for, else the subject itself."""
        forms = {words.lower[subject], words.lemma[subject]}
        if forms & self.relatives and words.dep[verb] in _RELATIVE:
            return words.head[verb]
        return subject

    def place(self, words: Words, verb: int, sentence: Sentence) -> Phrase | None:
        """«в компании заявили»: a body that speaks through a preposition of place."""
        best: Phrase | None = None
        distance = 0
        for at in range(sentence.start, sentence.end - 1):
            if words.lower[at] not in self.places or words.pos[at] != "ADP":
                continue
            head = words.head[at] if words.head[at] > at else at + 1
            if not (words.head[head] == verb or abs(head - verb) <= 4):
                continue
            if not self._is_body(words, at, head):
                continue
            phrase = self._after_place(words, at, head, verb)
            gap = min(abs(phrase.start - verb), abs(phrase.end - verb))
            if best is None or gap < distance:
                best, distance = phrase, gap
        return best

    def _after_place(self, words: Words, at: int, head: int, verb: int) -> Phrase:
        phrase = self.sources.phrases.of(words, head, verb)
        return Phrase(max(phrase.start, at + 1), phrase.end, head)

    def _is_body(self, words: Words, at: int, head: int) -> bool:
        if words.feature(head, "Case") not in ("Loc", ""):
            return False
        name = words.names.get(head)
        if name is not None and name.label != "LOC":
            return name.label == "ORG"
        quoted = (
            words.doc[at + 2 : at + 3].text if words.lower[at + 1] in QUOTES else ""
        )
        if quoted[:1].isupper():
            return True  # «в „Ростракторе“»
        lemma = words.lemma[head]
        roles = self.sources.roles
        if lemma in self.sources.papers:
            return True
        return lemma in roles.all_nouns or lemma in self.sources.outlets.media

    def _nearest(
        self, words: Words, verb: int, sentence: Sentence, group: str
    ) -> Phrase | None:
        """Fall back to the nearest nominative right of the cue, then left of it."""
        if not self.sources.phrases.has_cases:
            return self._beside_verb(words, verb, sentence, group)
        if words.feature(verb, "VerbForm") in (
            "Conv",
            "Part",
        ):
            return None
        for i in range(verb + 1, min(verb + 8, sentence.end)):
            if words.lower[i] in (",", ".", ":") or words.lower[i] in DASHES:
                break
            if self._may_speak(words, i, verb):
                return self.sources.phrases.of(words, i, verb)
        for i in range(verb - 1, max(verb - 5, sentence.start - 1), -1):
            if words.lower[i] in (",", ".", ":") or words.lower[i] in DASHES:
                break
            if self._may_speak(words, i, verb):
                return self.sources.phrases.of(words, i, verb)
        return None

    def _beside_verb(
        self, words: Words, verb: int, sentence: Sentence, group: str
    ) -> Phrase | None:
        """Read the speaker off the order: before the verb, or after a quotation."""
        is_last = verb + 2 >= sentence.end  # "…, Autocar understands."
        if words.is_passive(verb) or (group == "think" and not is_last):
            return None
        if (
            verb > 0
            and words.lower[verb - 1] in {",", *QUOTES}
            and (verb + 1 < sentence.end and words.pos[verb + 1] in ("PROPN", "DET"))
        ):
            return self.sources.phrases.after(words, verb + 1, sentence.end)
        start = verb
        while start > sentence.start and words.lower[start - 1] not in QUOTES:
            if words.is_finite(start - 1) or words.lower[start - 1] in self.relatives:
                break
            start -= 1
        parts = _parts(words, start, verb)
        named = [p for p in parts if any(_is_person(words, i) for i in range(*p))]
        titled = self._titled(words, parts, named) or self._with_post(
            words, parts, named
        )
        if titled:
            return titled
        for first, last in (*named, *parts[-1:]):
            if words.pos[first] in ("PROPN", "NOUN", "DET", "ADJ"):
                return self.sources.phrases.after(words, first, last)
        return None

    def _titled(
        self, words: Words, parts: list[tuple[int, int]], named: list[tuple[int, int]]
    ) -> Phrase | None:
        """Return "its president, Lidia Romero" in one, if the name closes `parts`."""
        if len(parts) < 2 or named != parts[-1:]:
            return None
        first, last = parts[-2]
        is_title = last - first <= _MAX_TITLE and words.pos[first] in ("PRON", "DET")
        if not is_title or not self.sources.roles.find(words, first, last):
            return None
        end = parts[-1][1]
        return Phrase(first, end, words.doc[parts[-1][0] : end].root.i)

    def _with_post(
        self, words: Words, parts: list[tuple[int, int]], named: list[tuple[int, int]]
    ) -> Phrase | None:
        """Return "Jo Doe, chief strategist at Fjordbank" in one."""
        if not named or named[0] not in parts[:-1]:
            return None
        first, last = named[0]
        following = parts[parts.index(named[0]) + 1]
        if not self.sources.roles.find(words, *following):
            return None
        return Phrase(first, parts[-1][1], words.doc[first:last].root.i)

    def _may_speak(self, words: Words, i: int, verb: int) -> bool:
        if words.pos[i] not in ("NOUN", "PROPN", "X"):
            return False
        counted = any(words.pos[k] == "NUM" and k < i for k in words.kids[i])
        if words.feature(i, "Case") not in ("Nom", "") and not counted:
            return False
        head = words.head[i]
        # a subject hung on a verb across the cue or a comma is a slip of the parser
        return (
            head == verb
            or not words.is_verb(head)
            or head < verb < i
            or "," in words.lower[i:head]
        )


def _parts(words: Words, start: int, end: int) -> list[tuple[int, int]]:
    """Split a token range at commas."""
    out: list[tuple[int, int]] = []
    begin = start
    for i in range(start, end + 1):
        if i == end or words.lower[i] == ",":
            if begin < i:
                out.append((begin, i))
            begin = i + 1
    return out


def _is_person(words: Words, i: int) -> bool:
    name = words.names.get(i)
    return name is not None and name.label == "PER"
