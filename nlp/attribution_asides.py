"""The author's words: who speaks by where the clause stands, whatever its verb.

A finite verb right after a quotation and a dash («…», — отрезал он), or one that closes
the sentence before its human subject («…, гордится финдиректор»), gives the words
before it to that subject. No list of verbs is complete: this reads what they leave.
(Розенталь, Справочник по правописанию, § 47–49: слова автора при прямой речи.)
"""

from __future__ import annotations

from nlp.attribution_words import DASHES, QUOTES, Sentence, Words
from nlp.authority import Roles

#: The verb stands within so many words after the dash or the quotation.
_NEAR = 4
#: … and its subject within so many after the verb.
_SUBJECT = 8
#: A closing clause without a quotation is short.
_MAX_ASIDE = 20
_MARKS = frozenset(",.!?…")
_ENDS = frozenset(",;:")
_SUBJECTS = frozenset({"nsubj", "nsubj:pass"})


class Asides:
    """Finds verbs in the place of a verb of speech, in one language."""

    def __init__(
        self,
        roles: Roles,
        known: frozenset[str],
        relatives: frozenset[str],
        *,
        has_cases: bool,
    ) -> None:
        self.roles = roles
        self.known = known
        self.relatives = relatives
        self.has_cases = has_cases

    def find(self, words: Words, sentence: Sentence) -> int | None:
        """Return the verb through which the author's words give the speaker."""
        verb = self._after_quotation(words, sentence)
        if verb is None and self.has_cases:
            verb = self._after_comma(words, sentence)
        return verb

    def _after_quotation(self, words: Words, sentence: Sentence) -> int | None:
        if words.lower[sentence.start] in DASHES:
            return self._between(words, sentence.start, sentence)
        for at in range(sentence.start, sentence.end):
            quote = words.quote_at.get(at)
            if quote is None or quote.start != at or not quote.is_speech:
                continue
            if self.has_cases and (inner := self._between(words, at, sentence)):
                return inner
            begin = self._past_marks(words, quote.end, sentence.end)
            if begin is None:
                continue
            return self._first_verb(words, begin, sentence)
        return None

    def _between(self, words: Words, start: int, sentence: Sentence) -> int | None:
        """«— Не продаём, — усмехнулся директор»: inside the marks of the speech."""
        for i in range(start + 2, sentence.end - 1):
            if words.lower[i] in DASHES and words.lower[i - 1] in _MARKS:
                return self._first_verb(words, i + 1, sentence)
        return None

    def _first_verb(self, words: Words, begin: int, sentence: Sentence) -> int | None:
        for i in range(begin, min(begin + _NEAR, sentence.end)):
            if words.lower[i] in _ENDS or words.lower[i] in QUOTES:
                break
            if self._is_verb(words, i):
                return i if self._speaker_near(words, i, begin, sentence) else None
        return None

    def _past_marks(self, words: Words, at: int, stop: int) -> int | None:
        """Return where the author's words begin after a quotation, None if not."""
        while at < stop and words.lower[at] in _MARKS:
            at += 1
        if self.has_cases:
            is_marked = at < stop and words.lower[at] in DASHES
            return at + 1 if is_marked else None
        last = words.lower[at - 2] if words.lower[at - 1] in QUOTES else ""
        return at if last in _MARKS else None

    def _after_comma(self, words: Words, sentence: Sentence) -> int | None:
        """«…, гордится финдиректор», «…, негодуют в ассоциации» at the very end."""
        first = max(sentence.start + 1, sentence.end - _MAX_ASIDE)
        for i in range(sentence.end - 2, first, -1):
            if words.lower[i - 1] != "," or i - 1 in words.quote_at:
                continue
            if not self._is_verb(words, i) or not self._is_apart(words, i):
                continue
            if not any(words.is_finite(k) for k in range(sentence.start, i - 1)):
                return None
            is_last = self._closes(words, i, sentence)
            is_near = self._speaker_near(words, i, i, sentence)
            return i if is_last and is_near else None
        return None

    def _closes(self, words: Words, verb: int, sentence: Sentence) -> bool:
        """Say whether nothing but the speaker follows the verb («…, кто владеет …»)."""
        for i in range(verb + 1, sentence.end):
            if i in words.quote_at:
                continue
            if words.lower[i] == "," and self.relatives & set(
                words.lemma[i + 1 : i + 3]
            ):
                return True
            if words.lower[i] in _ENDS or words.is_finite(i):
                return False
        return True

    def _is_apart(self, words: Words, verb: int) -> bool:
        """Say whether the clause stands beside the sentence, not in a row with it."""
        if words.dep[verb] in ("parataxis", "ROOT"):
            return True
        if words.lemma[verb] in self.known:
            return True
        return words.dep[verb] == "conj" and words.feature(verb, "Tense") == "Pres"

    def _is_verb(self, words: Words, i: int) -> bool:
        return words.is_finite(i) and words.feature(i, "Variant") != "Short"

    def _speaker_near(
        self, words: Words, verb: int, begin: int, sentence: Sentence
    ) -> bool:
        """Say whether a person or a body stands beside the verb as its subject."""
        stop = min(verb + _SUBJECT, sentence.end)
        near = [*range(verb + 1, stop), *range(begin, verb)]
        if any(self._speaks(words, i) for i in near):
            return True
        is_many = words.feature(verb, "Number") == "Plur"
        has_subject = any(words.dep[k] in _SUBJECTS for k in words.kids[verb])
        return self.has_cases and is_many and not has_subject and verb == begin

    def _speaks(self, words: Words, i: int) -> bool:
        if self.has_cases and words.feature(i, "Case") not in ("Nom", ""):
            return False
        name = words.names.get(i)
        if name is not None and name.label == "PER":
            return True
        is_noun = words.pos[i] in ("NOUN", "PROPN")
        if is_noun and (
            words.feature(i, "Animacy") == "Anim" or self.roles.of(words, i)
        ):
            return True
        is_pronoun = words.pos[i] == "PRON" and words.feature(i, "Person") == "3"
        return is_pronoun and words.feature(i, "Case") == "Nom"
