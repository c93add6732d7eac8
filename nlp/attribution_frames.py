"""Frames: for each cue its source phrase, who was told, and what it governs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from nlp.attribution_cues import Cues, Hit
from nlp.attribution_outlets import Outlet
from nlp.attribution_phrases import Phrase
from nlp.attribution_sources import Sources
from nlp.attribution_words import (
    DASHES,
    QUOTES,
    Phrases,
    Sentence,
    Words,
    attribution_data,
    words_of,
)

_SUBJECTS = frozenset({"nsubj", "nsubjpass", "nsubj:pass"})
_CLAUSAL = frozenset(
    {"ccomp", "xcomp", "parataxis", "csubj", "advcl", "conj", "acl:relcl"}
)
_OBJECTS = frozenset({"dobj", "obj", "obl", "nmod", "attr", "oprd", "prep"})
_RELATIVE = frozenset({"relcl", "acl:relcl"})


@dataclass(slots=True)
class Frame:
    """One cue with what belongs to it; ranges are tokens."""

    hit: Hit
    sentence: Sentence
    source: Phrase | None = None
    clause: tuple[int, int] = (0, 0)
    #: where the sentence ends for this cue: before a trailing "citing …"
    stop: int = 0
    contents: list[tuple[int, int]] = field(default_factory=list)
    told: Outlet | None = None
    is_about_previous: bool = False
    is_quoted: bool = False


class Frames:
    """Builds the frames of one language's sentences."""

    def __init__(self, lang: str, cues: Cues, sources: Sources) -> None:
        data: dict[str, Any] = attribution_data(lang)
        self.lang = lang
        self.cues = cues
        self.sources = sources
        self.about_this = Phrases(data["about_this"]["phrases"])
        self.this = Phrases(data["about_this"]["objects"])
        self.told_verbs = words_of(data["recipients"]["verbs"])
        self.told_people = words_of(data["recipients"]["people"])
        self.told_prepositions = words_of(data["recipients"]["prepositions"])
        self.quoting = words_of(data["quoting"]["verbs"])
        self.topics = words_of(data["particles"]["about"])
        self.places = words_of(data["particles"]["place"])
        self.sourced = words_of(data["particles"]["from"])
        self.relatives = words_of(data["particles"]["relative"])

    def build(self, words: Words, sentence: Sentence, hits: list[Hit]) -> list[Frame]:
        """Return the frames of a sentence, in the order of their cues."""
        frames = [Frame(hit, sentence) for hit in hits]
        for frame in frames:
            self._set_source(words, frame)
        frames = [f for f in frames if self._stands(words, f)]
        cited = [f for f in frames if f.hit.kind == "citing"]
        for frame in frames:
            frame.stop = sentence.end
            for other in cited:
                if other is not frame and self._closes(
                    words, sentence, other.clause[1]
                ):
                    frame.stop = min(frame.stop, other.clause[0])
        for frame in frames:
            self._set_contents(words, frame, frames)
            for other in cited:
                if other is not frame:
                    frame.contents = without(frame.contents, other.clause)
        return frames

    # -- sources ---------------------------------------------------------------

    def _set_source(self, words: Words, frame: Frame) -> None:
        hit, sentence = frame.hit, frame.sentence
        if hit.kind in ("preposition", "citing"):
            if hit.pronoun is not None:
                frame.source = Phrase(hit.pronoun, hit.pronoun + 1, hit.pronoun)
                frame.clause = (hit.start, hit.end)
                return
            frame.source = self._given(words, hit.end, sentence.end)
            end = frame.source.end if frame.source else hit.end
            start = hit.start
            while start > sentence.start and words.lower[start - 1] in self.relatives:
                start -= 1
            frame.clause = (start, self._past_relative(words, end, sentence.end))
        elif hit.kind == "hearsay":
            outlets = self.sources.outlets.within(
                words, hit.end, min(hit.end + 4, sentence.end)
            )
            frame.told = outlets[0] if outlets else None
            end = frame.told.end if frame.told else hit.end
            while end < sentence.end and words.lower[end] in QUOTES and frame.told:
                end += 1
            frame.clause = (hit.start, end)
        elif hit.kind == "headline":
            self._set_headline(words, frame)
        elif hit.kind == "credit":
            frame.source = self.sources.phrases.after(words, hit.end, sentence.end)
            frame.clause = (hit.start, sentence.end)
        elif hit.kind == "impersonal":
            frame.source = self._place(words, frame) or self._from(words, frame)
            frame.clause = self._clause(words, frame)
            end = frame.clause[1]
            frame.clause = (
                frame.clause[0],
                self._past_relative(words, end, sentence.end),
            )
        else:
            frame.source = self._subject(words, frame)
            frame.clause = self._clause(words, frame)
            self._set_told(words, frame)

    def _given(self, words: Words, at: int, stop: int) -> Phrase | None:
        """Return the phrase after a preposition, the subject of the next verb cut off."""
        phrase = self.sources.phrases.after(words, at, stop)
        if phrase is None or phrase.end >= stop:
            return phrase
        if words.lemma[phrase.end] not in self.cues.verbs:
            return phrase
        for outlet in self.sources.outlets.within(words, phrase.head + 1, phrase.end):
            if outlet.end == phrase.end:
                return Phrase(phrase.start, outlet.start, phrase.head)
        return phrase

    def _past_relative(self, words: Words, end: int, stop: int) -> int:
        """Return the end of a relative clause that follows a source («, с которым …,»)."""
        if end + 2 >= stop:
            return end
        if self.sources.phrases.seen_by.end(words, end, stop):
            return self._to_comma(words, end, stop)
        if words.lower[end] != ",":
            return end
        if words.feature(end + 1, "VerbForm") == "Part":
            return self._to_comma(words, end + 1, stop)
        at = end + 2 if words.pos[end + 1] == "ADP" else end + 1
        if not (words.lower[at] in self.relatives or words.lemma[at] in self.relatives):
            return end
        if words.lower[at] in self.cues.complements:
            return end
        return self._to_comma(words, at, stop)

    def _to_comma(self, words: Words, at: int, stop: int) -> int:
        while at < stop and words.lower[at] not in (",", ".", ";"):
            at += 1
        return at

    def _set_headline(self, words: Words, frame: Frame) -> None:
        hit, sentence = frame.hit, frame.sentence
        if hit.group == "before":
            start, end = sentence.start, hit.start
            frame.clause = (sentence.start, hit.end)
        else:
            start, end = hit.end, sentence.end
            frame.clause = (hit.start, sentence.end)
        while (
            end > start
            and words.pos[end - 1] == "PUNCT"
            and words.lower[end - 1] not in QUOTES
        ):
            end -= 1
        if end > start:
            head = words.doc[start:end].root.i
            frame.source = Phrase(start, end, head)

    def _subject(self, words: Words, frame: Frame) -> Phrase | None:
        verb = frame.hit.start
        token = self._subject_token(words, verb)
        if token is not None:
            return self.sources.phrases.of(words, token, verb)
        return self._place(words, frame) or self._nearest(words, frame)

    def _subject_token(self, words: Words, verb: int, depth: int = 0) -> int | None:
        passive = None
        for kid in sorted(words.kids[verb], key=lambda k: abs(k - verb)):
            dep = words.dep[kid]
            if dep in ("agent", "obl:agent"):
                inner = [k for k in words.kids[kid] if words.dep[k] == "pobj"]
                return inner[0] if inner else kid
            if dep == "nsubj":
                return self._antecedent(words, verb, kid)
            if dep in _SUBJECTS:
                passive = kid
        if passive is not None or depth > 4:
            return None
        head, dep = words.head[verb], words.dep[verb]
        if head == verb:
            return None
        if dep == "conj" and words.is_verb(head):
            return self._subject_token(words, head, depth + 1)
        if dep == "amod" and head > verb:
            return head
        gerund = words.feature(verb, "VerbForm") in ("Part", "Ger", "Conv")
        above = words.head[head]
        if dep == "pcomp" and words.lemma[above] in self.quoting:
            return next(
                (k for k in words.kids[above] if words.dep[k] == "nsubjpass"), None
            )
        if gerund and dep in ("advcl", "xcomp", "dep", "pcomp"):
            if words.is_verb(head):
                return self._subject_token(words, head, depth + 1)
        if dep == "acomp" and depth == 0:
            return self._subject_token(words, head, depth + 1)
        if gerund and dep == "acl" and words.pos[head] in ("NOUN", "PROPN"):
            return head if words.feature(verb, "Aspect") == "Prog" else None
        return None

    def _antecedent(self, words: Words, verb: int, subject: int) -> int:
        if (
            words.lower[subject] in self.relatives
            or words.lemma[subject] in self.relatives
        ):
            if words.dep[verb] in _RELATIVE:
                return words.head[verb]
        return subject

    def _place(self, words: Words, frame: Frame) -> Phrase | None:
        """«в компании заявили»: a body that speaks through a preposition of place."""
        sentence, verb = frame.sentence, frame.hit.start
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
        if name is not None:
            return name.label == "ORG"
        lemma = words.lemma[head]
        roles = self.sources.roles
        if lemma in self.sources.published | self.sources.leaked:
            return True
        return lemma in roles.all_nouns or lemma in self.sources.outlets.media

    def _from(self, words: Words, frame: Frame) -> Phrase | None:
        """«следует из отчётности»: the paper after the verb's preposition."""
        at, stop = frame.hit.end, frame.sentence.end
        if at < stop and words.lower[at] in self.sourced:
            frame.hit = replace(frame.hit, end=at + 1)
            return self.sources.phrases.after(words, at, stop)
        return None

    def _nearest(self, words: Words, frame: Frame) -> Phrase | None:
        """Fall back to the nearest nominative right of the cue, then left of it."""
        if not self.sources.phrases.has_cases:
            return self._beside_verb(words, frame)
        if words.feature(frame.hit.start, "VerbForm") in (
            "Conv",
            "Part",
        ):
            return None
        verb, sentence = frame.hit.start, frame.sentence
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

    def _beside_verb(self, words: Words, frame: Frame) -> Phrase | None:
        """Read the speaker off the word order: before the verb, or after a quotation."""
        verb, sentence = frame.hit.start, frame.sentence
        if self._is_passive(words, verb) or frame.hit.group == "think":
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
        for first, last in (*named, *parts[-1:]):
            if words.pos[first] in ("PROPN", "NOUN", "DET", "ADJ"):
                return self.sources.phrases.after(words, first, last)
        return None

    def _may_speak(self, words: Words, i: int, verb: int) -> bool:
        if words.pos[i] not in ("NOUN", "PROPN", "X"):
            return False
        if words.feature(i, "Case") not in ("Nom", ""):
            return False
        head = words.head[i]
        # a subject hung on a verb across the cue is a slip of the parser
        return head == verb or not words.is_verb(head) or head < verb < i

    # -- the cue's own clause ----------------------------------------------------

    def _clause(self, words: Words, frame: Frame) -> tuple[int, int]:
        """Return the stretch of the cue, its source and its adverbials."""
        hit, sentence = frame.hit, frame.sentence
        start, end = hit.start, hit.end
        source = frame.source
        if source is not None and sentence.start <= source.start < sentence.end:
            start, end = min(start, source.start), max(end, source.end)
        for kid in words.kids[hit.start]:
            if self._is_content(words, kid, hit):
                continue
            left, right = words.below(kid)
            if words.pos[kid] in ("PUNCT", "SPACE") or words.dep[kid] in _CLAUSAL:
                continue
            if sentence.start <= left and right <= sentence.end:
                start, end = min(start, left), max(end, right)
        for i in range(hit.end, end):
            if words.lower[i] in self.cues.complements and words.dep[i] == "mark":
                end = i
                break
        while (
            start > sentence.start
            and words.lower[start - 1] not in (",", ":", ".", ";")
            and (
                words.lower[start - 1] in self.cues.asides
                or words.pos[start - 1] in ("ADP", "DET")
            )
        ):
            start -= 1
        return start, end

    def _is_content(self, words: Words, kid: int, hit: Hit) -> bool:
        if words.dep[kid] in ("ccomp", "xcomp", "parataxis", "conj", "advcl", "csubj"):
            return True
        if words.dep[kid] in ("dobj", "obj"):
            return words.lemma[hit.start] not in self.told_verbs
        preposition = (
            kid
            if words.pos[kid] == "ADP"
            else next((k for k in words.kids[kid] if words.dep[k] == "case"), None)
        )
        return preposition is not None and words.lower[preposition] in self.topics

    # -- who was told --------------------------------------------------------------

    def _set_told(self, words: Words, frame: Frame) -> None:
        start, end = frame.clause
        source = frame.source
        for outlet in self.sources.outlets.within(words, start, end):
            if source is None or not source.start <= outlet.start < source.end:
                frame.told = outlet
                return
        verb = frame.hit.start
        for kid in words.kids[verb]:
            told = self._told(words, verb, kid)
            if told is not None:
                frame.told = told
                return

    def _told(self, words: Words, verb: int, kid: int) -> Outlet | None:
        """A named organisation that is told something is an outlet."""
        name = words.names.get(kid)
        if name is None or name.label not in ("ORG", "PRODUCT", "PER"):
            return None
        roles = self.sources.roles
        if any(words.lemma[i] in roles.all_nouns for i in range(name.start, name.end)):
            return None
        direct = words.lemma[verb] in self.told_verbs and words.dep[kid] in (
            "dobj",
            "dative",
        )
        quoted = kid > 0 and words.lower[kid - 1] in QUOTES
        given = (
            words.dep[kid] == "iobj" and words.feature(kid, "Case") == "Dat" and quoted
        )
        if name.label == "PER" and not given:
            return None
        return (
            Outlet(name.start, name.end, name.name, name.key)
            if direct or given
            else None
        )

    # -- does it attribute at all? -----------------------------------------------

    def _stands(self, words: Words, frame: Frame) -> bool:
        hit = frame.hit
        if hit.kind == "preposition":
            if frame.source is None:
                return False
            noun = words.lemma[frame.source.head]
            if hit.group == "paper":
                return noun in self.sources.published or noun in self.sources.leaked
            return noun not in self.cues.not_sources
        if hit.kind == "citing":
            return frame.source is not None
        if hit.kind in ("hearsay", "impersonal"):
            return True
        if hit.kind in ("headline", "credit"):
            return frame.source is not None
        verb = hit.start
        if self._is_participle(words, verb):
            return False
        if words.lemma[verb] in self.cues.quoted and not self._speech(words, frame):
            return False
        if words.lemma[verb] in self.cues.weak and not self._has_clause(words, frame):
            return False
        if frame.source is not None:
            return True
        if self._is_passive(words, verb):
            return hit.group not in ("demand", "deny") and any(
                words.dep[k] in ("ccomp", "xcomp") for k in words.kids[verb]
            )
        return self.sources.phrases.has_cases

    def _is_participle(self, words: Words, verb: int) -> bool:
        """ "a book written by …": a description, not speech."""
        return words.dep[verb] == "acl" and words.feature(verb, "Aspect") == "Perf"

    def _is_passive(self, words: Words, verb: int) -> bool:
        return any(
            words.dep[k] in ("nsubjpass", "nsubj:pass", "auxpass", "aux:pass")
            for k in words.kids[verb]
        )

    def _has_clause(self, words: Words, frame: Frame) -> bool:
        verb, sentence = frame.hit.start, frame.sentence
        for kid in words.kids[verb]:
            if words.dep[kid] == "ccomp":
                return True
            if words.dep[kid] == "parataxis" and self.lang != "en":
                return True
        group = frame.hit.group
        cited = frame.source is not None and self.sources.outlets.within(
            words, frame.source.start, frame.source.end
        )
        if group in ("say", "announce") or (group == "write" and cited):
            if self._topic(words, verb) is not None:
                return True
        end = frame.clause[1]
        after = end
        while after < sentence.end and words.lower[after] in (",", *QUOTES):
            after += 1
        if after < sentence.end and words.lower[after] in self.cues.complements:
            return True
        if words.dep[verb] == "parataxis" or self._next_to_speech(words, frame):
            return True
        if self._follows_clause(words, frame):
            return True
        return words.lower[frame.clause[0]] in self.cues.asides

    def _follows_clause(self, words: Words, frame: Frame) -> bool:
        """«…, передаёт „Волна“»: the verb before its subject after a finished clause."""
        start, sentence = frame.clause[0], frame.sentence
        if start != frame.hit.start or start <= sentence.start or frame.source is None:
            return False
        return words.lower[start - 1] == "," and any(
            words.is_finite(i) for i in range(sentence.start, start)
        )

    def _next_to_speech(self, words: Words, frame: Frame) -> bool:
        return bool(self._speech(words, frame))

    # -- contents ------------------------------------------------------------------

    def _set_contents(self, words: Words, frame: Frame, frames: list[Frame]) -> None:
        start, end = frame.clause
        sentence = frame.sentence
        if frame.hit.kind == "credit":
            frame.contents = [frame.clause]
            return
        if frame.hit.kind == "headline":
            rest = (
                (end, sentence.end)
                if frame.hit.group == "before"
                else (sentence.start, start)
            )
            frame.contents = [rest]
            return
        if self._is_about_previous(words, frame):
            frame.is_about_previous = True
            if not self._complement_at(words, frame):
                return
        quotes = self._speech(words, frame)
        if quotes:
            frame.contents = without(quotes, _core(frame))
            frame.is_quoted = True
            return
        stop = self._stop(words, frame, frames)
        plain = self._plain(words, frame, stop)
        if frame.hit.kind != "hearsay":
            plain = without(plain, _core(frame))
        frame.contents = [
            r
            for r in plain
            if self._has_words(words, *r) and not self._is_circumstance(words, frame, r)
        ]

    def _is_circumstance(
        self, words: Words, frame: Frame, part: tuple[int, int]
    ) -> bool:
        """ "…, people said, asking not to be named": how it was said, not what."""
        start = part[0]
        while start < part[1] and words.pos[start] == "PUNCT":
            start += 1
        return (
            start > frame.hit.start
            and words.dep[start] in ("advcl", "acl", "xcomp", "dep")
            and words.feature(start, "Aspect") == "Prog"
        )

    def _has_words(self, words: Words, start: int, end: int) -> bool:
        return any(
            words.pos[i] not in ("PUNCT", "SPACE", "CCONJ") for i in range(start, end)
        )

    def _complement_at(self, words: Words, frame: Frame) -> int:
        """Return the token where "that" or a colon after the cue's clause is, or 0."""
        end, stop = frame.clause[1], frame.stop
        for i in range(end, min(end + 3, stop)):
            if words.lower[i] in self.cues.complements or words.lower[i] == ":":
                return i
            if words.lower[i] != ",":
                break
        return 0

    def _plain(self, words: Words, frame: Frame, stop: int) -> list[tuple[int, int]]:
        start, end = frame.clause
        hit = frame.hit
        sentence = self._stretch(words, frame)
        if hit.kind == "hearsay":
            return [(end if start == sentence.start else sentence.start, stop)]
        opening = self._opens(words, sentence, start)
        at_end = self._closes(words, Sentence(sentence.start, frame.stop, 0), end)
        if hit.kind in ("preposition", "citing"):
            if opening and not at_end:
                return [(end, stop)]
            return [(sentence.start, start), (end, stop)]
        complement = self._complement_at(words, frame)
        if complement:
            return [(complement + 1, stop)]
        is_aside = words.lower[start] in self.cues.asides
        if opening and is_aside:
            return [(end, stop)]
        said = self._left_is_clause(words, frame) and self._is_clause(
            words, sentence.start, start
        )
        if at_end and not opening and said:
            return [(sentence.start, start)]
        if is_aside:
            return [(sentence.start, start), (end, stop)]
        if self._is_passive(words, hit.start) and sentence.start < start:
            return [(sentence.start, start)]
        nominal = self._nominal(words, frame)
        clause = [
            k for k in words.kids[hit.start] if words.dep[k] in ("ccomp", "xcomp")
        ]
        if clause and clause[0] > hit.start:
            return [(max(end, words.below(clause[0])[0]), stop)]
        if nominal:
            return [(nominal[0], max(nominal[1], stop))]
        if not opening and self._left_is_clause(words, frame):
            left = [k for k in words.kids[hit.start] if words.dep[k] == "ccomp"]
            if left and all(words.below(k)[1] <= start + 1 for k in left):
                return [(sentence.start, start)]
            return [(sentence.start, start), (end, stop)]
        return [(end, stop)]

    def _stretch(self, words: Words, frame: Frame) -> Sentence:
        """Return the part of the sentence after the last semicolon before the cue."""
        whole = frame.sentence
        for i in range(frame.clause[0] - 1, whole.start, -1):
            if words.lower[i] == ";":
                return Sentence(i + 1, whole.end, whole.paragraph)
        return whole

    def _topic(self, words: Words, verb: int) -> int | None:
        """Return the noun or preposition of "about …", «о …» under a verb."""
        for kid in words.kids[verb]:
            marks = [kid, *(k for k in words.kids[kid] if words.dep[k] == "case")]
            if any(words.lower[k] in self.topics for k in marks):
                return kid
        return None

    def _nominal(self, words: Words, frame: Frame) -> tuple[int, int] | None:
        """What is announced, expected or talked about as a noun phrase."""
        verb = frame.hit.start
        for kid in words.kids[verb]:
            if kid < verb or words.dep[kid] not in _OBJECTS:
                continue
            if frame.source and frame.source.start <= kid < frame.source.end:
                continue
            if self._is_content(words, kid, frame.hit):
                left, right = words.below(kid)
                return max(left, verb + 1), min(right, frame.stop)
        return None

    def _is_clause(self, words: Words, start: int, end: int) -> bool:
        """Say whether a range has a verb of its own, or is too long to be an aside."""
        return any(words.is_finite(i) for i in range(start, end)) or end - start > 8

    def _left_is_clause(self, words: Words, frame: Frame) -> bool:
        start = frame.clause[0]
        if start <= frame.sentence.start:
            return False
        return words.lower[start - 1] in (",", *DASHES, *QUOTES, ";", "…")

    def _opens(self, words: Words, sentence: Sentence, start: int) -> bool:
        """Nothing but connectives stands before the cue's clause."""
        return not any(
            words.pos[i] in ("VERB", "NOUN", "PROPN", "AUX", "NUM", "PRON")
            for i in range(sentence.start, start)
        )

    def _closes(self, words: Words, sentence: Sentence, end: int) -> bool:
        return not any(
            words.is_verb(i) and words.lower[i] not in self.cues.modals
            for i in range(end, sentence.end)
        ) and not (end < sentence.end and words.lower[end] == ":")

    def _stop(self, words: Words, frame: Frame, frames: list[Frame]) -> int:
        """Return where another cue that is not inside this content cuts it off."""
        end = frame.stop
        for other in frames:
            if other is frame or other.hit.kind != "verb" or frame.hit.kind != "verb":
                continue
            start = other.clause[0]
            if start > frame.clause[1] and words.lower[start - 1] == ";":
                return min(end, start)
            if start < frame.clause[1] or words.dep[other.hit.start] != "conj":
                continue
            if words.head[other.hit.start] == frame.hit.start:
                return min(end, start)
        return end

    def _is_about_previous(self, words: Words, frame: Frame) -> bool:
        """«Об этом сообщили в …», "The minister confirmed this"."""
        if frame.hit.kind not in ("verb", "impersonal", "preposition"):
            return False
        sentence = frame.sentence
        start = sentence.start
        while start < sentence.end and words.pos[start] in (
            "CCONJ",
            "PART",
            "ADV",
            "PUNCT",
        ):
            start += 1
        if start < sentence.end and (
            found := self.about_this.end(words, start, sentence.end)
        ):
            if frame.hit.start <= found + 12:
                return True
        verb = frame.hit.start
        if self._complement_at(words, frame) or frame.hit.kind != "verb":
            return False
        for kid in words.kids[verb]:
            if words.dep[kid] in ("dobj", "obj", "nsubjpass") and kid < sentence.end:
                left, right = words.below(kid)
                if self.this.end(words, left, right) == right:
                    return True
        return False

    def _speech(self, words: Words, frame: Frame) -> list[tuple[int, int]]:
        """Return the quotations that only punctuation parts from the cue's clause."""
        start, end = frame.clause
        found: list[tuple[int, int]] = []
        left = self._beside(words, start - 1, -1)
        right = self._beside(words, end, 1)
        for at in (left, right):
            quote = words.quote_at.get(at) if at is not None else None
            inside = quote and quote.start <= frame.hit.start < quote.end
            if quote is not None and quote.is_speech and not inside:
                ended = words.lower[max(quote.end - 2, 0)] == "."
                if quote.end <= frame.sentence.start and ended:
                    continue
                found.append((quote.start, quote.end))
        return found

    def _beside(self, words: Words, at: int, step: int) -> int | None:
        for _ in range(5):
            if not 0 <= at < len(words):
                return None
            word = words.lower[at]
            if word in QUOTES:
                quote = words.quote_at.get(at)
                if quote is not None and quote.is_speech:
                    return at
            if word not in (",", ":", *DASHES) and words.pos[at] != "SPACE":
                return None
            at += step
        return None


def _core(frame: Frame) -> tuple[int, int]:
    """Return the stretch of the cue and its source alone."""
    start, end = frame.hit.start, frame.hit.end
    if frame.source is not None and frame.clause[0] <= frame.source.start:
        if frame.source.end <= frame.clause[1]:
            start, end = min(start, frame.source.start), max(end, frame.source.end)
    return start, end


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


def without(
    ranges: list[tuple[int, int]], cut: tuple[int, int]
) -> list[tuple[int, int]]:
    """Return token ranges with one range taken out of them."""
    out: list[tuple[int, int]] = []
    for start, end in ranges:
        if cut[1] <= start or end <= cut[0]:
            out.append((start, end))
            continue
        out.extend(r for r in ((start, cut[0]), (cut[1], end)) if r[0] < r[1])
    return out
