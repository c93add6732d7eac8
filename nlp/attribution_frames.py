"""Frames: for each cue its source phrase, who was told, and what it governs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nlp.attribution_contents import Contents, without
from nlp.attribution_cues import Cues, Hit
from nlp.attribution_frame import Frame
from nlp.attribution_outlets import Outlet
from nlp.attribution_phrases import Phrase
from nlp.attribution_sources import Sources
from nlp.attribution_subjects import Subjects
from nlp.attribution_words import QUOTES, Sentence, Words, attribution_data, words_of

_CLAUSAL = frozenset(
    {"ccomp", "xcomp", "parataxis", "csubj", "advcl", "conj", "acl:relcl"}
)
#: «знаю», «видите»: the writer and the reader, not a source.
_NEAR = frozenset({"1", "2", "First", "Second"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "nsubj:pass"})
_COMPLEMENTS = frozenset({"ccomp", "xcomp"})
#: A colon is this near to the paper whose words it opens.
_PAPER = 6
#: Who was told stands within so many words of the verb.
_TOLD = 10


class Frames:
    """Builds the frames of one language's sentences."""

    def __init__(self, lang: str, cues: Cues, sources: Sources) -> None:
        data: dict[str, Any] = attribution_data(lang)
        self.cues = cues
        self.sources = sources
        self.subjects = Subjects(lang, cues, sources)
        self.contents = Contents(lang, cues, sources)
        self.told_verbs = words_of(data["recipients"]["verbs"])
        self.relatives = words_of(data["particles"]["relative"])
        self.sourced = words_of(data["particles"]["from"])
        self.background = words_of(data["particles"]["background"])
        self.heard_from = words_of(data["particles"]["heard_from"])

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
                if other is not frame and self.contents.closes(
                    words, sentence, other.clause[1]
                ):
                    frame.stop = min(frame.stop, other.clause[0])
        fences = {id(f): self.contents.fence(words, f, frames) for f in frames}
        for frame in frames:
            ahead = [a for a in fences.values() if a >= frame.clause[1]]
            frame.stop = min([frame.stop, *ahead])
        for frame in frames:
            self.contents.set(words, frame, frames)
            if fence := fences[id(frame)]:
                frame.contents = without(frame.contents, (sentence.start, fence))
            self._set_background(words, frame)
            for other in cited:
                if other is not frame:
                    frame.contents = without(frame.contents, other.clause)
        return frames

    def _set_background(self, words: Words, frame: Frame) -> None:
        """Keep "after X reported that …" from governing what happened then."""
        verb = frame.hit.start
        if frame.hit.kind != "verb" or words.dep[verb] != "advcl":
            return
        kids = (k for k in words.kids[verb] if words.dep[k] in ("mark", "advmod"))
        marks = self.background & {words.lower[k] for k in kids}
        if not marks:
            return
        first, last = words.below(verb)
        # "while its union says …" sets a voice beside the other, no circumstance
        frame.is_background = not marks & self.contents.concessive
        frame.contents = [
            (max(a, first), min(b, last))
            for a, b in frame.contents
            if max(a, first) < min(b, last)
        ]

    def _set_source(self, words: Words, frame: Frame) -> None:
        hit, sentence = frame.hit, frame.sentence
        if hit.kind in ("preposition", "citing"):
            if hit.pronoun is not None:
                frame.source = Phrase(hit.pronoun, hit.pronoun + 1, hit.pronoun)
                frame.clause = (hit.start, hit.end)
                return
            frame.source = self._given(words, hit.end, sentence.end)
            if frame.source is not None and frame.source.end < hit.start:
                frame.clause = (hit.start, hit.end + 1)
                return
            end = frame.source.end if frame.source else hit.end
            start = hit.start
            while start > sentence.start and words.lower[start - 1] in self.relatives:
                start -= 1
            frame.clause = (start, self._past_relative(words, end, sentence.end))
        elif hit.kind == "hearsay":
            self._set_hearsay(words, frame)
        elif hit.kind == "headline":
            self._set_headline(words, frame)
        elif hit.kind in ("decree", "credit"):
            self._set_paper(words, frame)
        elif hit.kind == "impersonal":
            frame.source = self.subjects.place(
                words, hit.start, sentence
            ) or self._from(words, frame)
            frame.clause = self._clause(words, frame)
            if frame.source is not None and frame.source.start < hit.start:
                # what was said of the paper before («в распоряжении … оказалась»)
                frame.clause = (sentence.start, frame.clause[1])
            end = frame.clause[1]
            frame.clause = (
                frame.clause[0],
                self._past_relative(words, end, sentence.end),
            )
        else:
            frame.source = self.subjects.find(words, hit.start, sentence, hit.group)
            frame.clause = self._clause(words, frame)
            self._set_told(words, frame)

    def _set_paper(self, words: Words, frame: Frame) -> None:
        """Take the decree that opens the sentence, or whoever a credit names."""
        hit, sentence = frame.hit, frame.sentence
        if hit.kind == "credit":
            frame.source = self.sources.phrases.after(words, hit.end, sentence.end)
            frame.clause = (hit.start, sentence.end)
            return
        first = sentence.start + (words.lower[sentence.start] in self.cues.such)
        frame.source = self.sources.phrases.of(words, first, hit.start)
        frame.clause = (sentence.start, sentence.end)

    def _set_hearsay(self, words: Words, frame: Frame) -> None:
        """Find to whom it became known, and from whom."""
        hit, stop = frame.hit, frame.sentence.end
        outlets = self.sources.outlets.within(words, hit.end, min(hit.end + 4, stop))
        frame.told = outlets[0] if outlets else None
        end = frame.told.end if frame.told else hit.end
        while end < stop and words.lower[end] in QUOTES and frame.told:
            end += 1
        if end < stop and words.lower[end] in self.heard_from:
            frame.source = self._given(words, end + 1, stop)
            if frame.source is not None:
                end = self._past_relative(words, frame.source.end, stop)
        frame.clause = (hit.start, end)

    def _given(self, words: Words, at: int, stop: int) -> Phrase | None:
        """Return the phrase after a preposition, without the next verb's subject."""
        if at < stop and words.lemma[at] in self.relatives:
            return self._antecedent(words, at)
        phrase = self.sources.phrases.after(words, at, stop)
        if phrase is None or phrase.end >= stop:
            return phrase
        if words.lemma[phrase.end] not in self.cues.verbs:
            return phrase
        for outlet in self.sources.outlets.within(words, phrase.head + 1, phrase.end):
            if phrase.end - outlet.end <= 1:
                start = outlet.start - (words.lower[outlet.start - 1] in QUOTES)
                return Phrase(phrase.start, start, phrase.head)
        return phrase

    def _antecedent(self, words: Words, pronoun: int) -> Phrase | None:
        """«проект указа, согласно которому …»: the paper before the comma."""
        comma = next(
            (
                i
                for i in range(pronoun, max(pronoun - 4, 0), -1)
                if words.lower[i] == ","
            ),
            0,
        )
        head = comma - 1
        if head < 0 or words.pos[head] not in ("NOUN", "PROPN"):
            return None
        above = words.head[head]
        is_paper = words.lemma[above] in self.sources.papers
        top = above if words.dep[head] == "nmod" and is_paper else head
        return self.sources.phrases.of(words, top, pronoun)

    def _past_relative(self, words: Words, end: int, stop: int) -> int:
        """Return the end of a relative clause after a source («, с которым …,»)."""
        if end + 2 >= stop:
            return end
        if self.sources.phrases.seen_by.end(words, end, stop):
            return self._to_comma(words, end, stop)
        if words.lower[end] != ",":
            is_inside = self._is_in_relative(words, end)
            return self._to_comma(words, end, stop) if is_inside else end
        if words.feature(end + 1, "VerbForm") == "Part":
            return self._to_comma(words, end + 1, stop)
        # «, с которым …», «, с текстом которого …»
        near = range(end + 1, min(end + 4, stop))
        at = next((i for i in near if self._is_relative(words, i)), 0)
        if not at or any(words.is_verb(i) for i in range(end + 1, at)):
            return end
        if words.lower[at] in self.cues.complements:
            return end
        return self._to_comma(words, at, stop)

    def _is_in_relative(self, words: Words, end: int) -> bool:
        """«…, который есть | у X»: the parser cut the clause short."""
        for i in range(end - 1, max(end - _PAPER, 0), -1):
            if words.lower[i] == ",":
                return False
            if self._is_relative(words, i):
                return words.lower[i - 1] == ","
        return False

    def _is_relative(self, words: Words, i: int) -> bool:
        return bool(self.relatives & {words.lower[i], words.lemma[i]})

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

    def _from(self, words: Words, frame: Frame) -> Phrase | None:
        """«следует из отчётности»: the paper after the verb's preposition."""
        verb, at, stop = frame.hit.start, frame.hit.end, frame.sentence.end
        if words.dep[verb] == "acl:relcl" and words.lemma[verb - 1] in self.relatives:
            # «презентация, из которой следует, что …»
            return self.sources.phrases.of(words, words.head[verb], verb)
        for i in range(frame.sentence.start, verb):
            if words.lower[i] in self.sourced and words.head[words.head[i]] == verb:
                # «из письма …, попавшего к …, следует, что»
                return self.sources.phrases.after(words, i + 1, verb)
        if at < stop and words.lower[at] in self.sourced:
            frame.hit = replace(frame.hit, end=at + 1)
            return self.sources.phrases.after(words, at + 1, stop)
        return None

    def _clause(self, words: Words, frame: Frame) -> tuple[int, int]:
        """Return the stretch of the cue, its source and its adverbials."""
        hit, sentence = frame.hit, frame.sentence
        start, end = hit.start, self._past_paper(words, hit)
        source = frame.source
        if source is not None and sentence.start <= source.start < sentence.end:
            start, end = min(start, source.start), max(end, source.end)
        if hit.is_aside and source is not None and source.start > hit.start:
            # what stands before the verb is told, whatever the parser hangs on it
            return hit.start, self._past_relative(words, end, sentence.end)
        start, end = self._with_adverbials(words, frame, start, end)
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

    def _with_adverbials(
        self, words: Words, frame: Frame, start: int, end: int
    ) -> tuple[int, int]:
        """Stretch a cue's clause over how, when and to whom it was said."""
        hit, sentence = frame.hit, frame.sentence
        is_parsed = words.is_verb(hit.start) or self.sources.phrases.has_cases
        first = self._after_clause(words, frame)
        for kid in words.kids[hit.start] if is_parsed else ():
            if not self._is_adverbial(words, frame, kid):
                continue
            left, right = words.below(kid)
            if left < max(first, sentence.start) or sentence.end < right:
                continue
            # a quote hung on the wrong word must not stretch it across the cue
            if kid > hit.start:
                end = max(end, right)
            else:
                start = min(start, left)
        while (
            start < hit.start
            and words.pos[start] == "PUNCT"
            and (words.lower[start] not in QUOTES)
        ):
            start += 1
        return start, end

    def _after_clause(self, words: Words, frame: Frame) -> int:
        """ "…, KWA boss tells it": where a speaker follows a clause, else 0."""
        source = frame.source
        if source is None or not frame.sentence.start < source.start < frame.hit.start:
            return 0
        if self.sources.phrases.has_cases or words.lower[source.start - 1] != ",":
            return 0
        before = range(frame.sentence.start, source.start)
        # a headline has no finite verb: "X to buy Y, sources say"
        is_last = frame.hit.end >= frame.sentence.end - 1
        is_clause = words.is_verb if is_last else words.is_finite
        return source.start if any(map(is_clause, before)) else 0

    def _past_paper(self, words: Words, hit: Hit) -> int:
        """«пересмотрел данные: …»: the end of the paper that a colon opens."""
        for kid in words.kids[hit.start]:
            is_paper = words.lemma[kid] in self.sources.papers
            if kid > hit.start and words.dep[kid] == "obj" and is_paper:
                for end in range(kid + 1, min(kid + _PAPER, len(words))):
                    if words.lower[end] == ":":
                        return end
        return hit.end

    def _is_adverbial(self, words: Words, frame: Frame, kid: int) -> bool:
        """Say whether a dependent of the cue tells how, when or to whom it was said."""
        if self.contents.is_content(words, kid, frame.hit):
            return False
        if words.pos[kid] in ("PUNCT", "SPACE") or words.dep[kid] in _CLAUSAL:
            return False
        source = frame.source
        if words.dep[kid] not in _SUBJECTS or source is None:
            return True
        # of two subjects one is that of what is said
        return source.start <= kid < source.end

    def _set_told(self, words: Words, frame: Frame) -> None:
        start, end = frame.clause
        source = frame.source
        # «о решении РБК рассказали …»: the outlet stands right before the verb
        start = min(start, max(frame.hit.start - 3, frame.sentence.start))
        for outlet in self.sources.outlets.within(words, start, end):
            if source is None or not source.start <= outlet.start < source.end:
                frame.told = outlet
                return
        verb = frame.hit.start
        after = frame.hit.end
        after += after < len(words) and words.lower[after] in QUOTES
        name = words.names.get(after)
        if (
            source is not None
            and name is not None
            and (
                words.names.get(name.start) is name
                and 0 <= source.start - name.end <= 1
            )
        ):
            frame.told = self.sources.outlets.made(words, name.start, name.end)
            return
        for kid in words.kids[verb]:
            told = self._told(words, verb, kid)
            if told is not None:
                frame.told = told
                return
        frame.told = self._told_beside(words, frame)

    def _told_beside(self, words: Words, frame: Frame) -> Outlet | None:
        """ "Outlined the conditions to business site E24": past the object."""
        stop = min(frame.hit.end + _TOLD, frame.sentence.end)
        for i in range(frame.hit.end, stop):
            if words.lower[i] == "to" and words.pos[i] == "ADP":
                return next(iter(self.sources.outlets.within(words, i + 1, stop)), None)
        return None

    def _told(self, words: Words, verb: int, kid: int) -> Outlet | None:
        """A named organisation that is told something is an outlet."""
        name = words.names.get(kid)
        direct = words.lemma[verb] in self.told_verbs and words.dep[kid] in (
            "dobj",
            "dative",
        )
        if name is None and direct and words.doc[kid].text[:1].isupper():
            phrase = self.sources.phrases.of(words, kid, verb)
            return self.sources.outlets.made(words, phrase.start, phrase.end)
        if name is None or name.label not in ("ORG", "PRODUCT", "PER"):
            return None
        roles = self.sources.roles
        if any(words.lemma[i] in roles.all_nouns for i in range(name.start, name.end)):
            return None
        quoted = name.start > 0 and words.lower[name.start - 1] in QUOTES
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

    def _stands(self, words: Words, frame: Frame) -> bool:
        """Say whether a cue with what was found around it attributes anything."""
        hit, source = frame.hit, frame.source
        if hit.kind in ("hearsay", "impersonal"):
            return hit.group != "provide" or source is not None
        if hit.kind == "verb":
            return self._verb_stands(words, frame)
        if source is None:
            return False
        noun = words.lemma[source.head]
        if hit.group == "paper":
            return noun in self.sources.published or noun in self.sources.leaked
        if hit.kind != "preposition" or noun not in self.cues.not_sources:
            return True
        # "according to a draft plan seen by …": a paper, not a timetable
        seen_by = self.sources.phrases.seen_by
        return bool(seen_by.within(words, source.end, frame.clause[1])) or bool(
            seen_by.end(words, source.end, len(words))
        )

    def _verb_stands(self, words: Words, frame: Frame) -> bool:
        verb, lemma = frame.hit.start, words.lemma[frame.hit.start]
        if frame.hit.is_aside:
            return frame.source is not None
        if self._is_participle(words, verb) or self._is_circumstance(words, frame):
            return False
        source = frame.source
        if lemma in self.cues.inverted and source is not None and source.start < verb:
            return False
        if lemma in self.cues.quoted and not self.contents.speech(words, frame):
            return False
        is_called = frame.hit.group == "deny" and lemma in self.cues.called
        if frame.hit.end - verb > 1 or is_called:
            return frame.source is not None
        is_left_open = frame.hit.group == "deny" and (
            words.lower[max(verb - 1, 0)] in self.cues.negations
        )
        if lemma in self.cues.weak and not (
            is_left_open or self.contents.has_clause(words, frame)
        ):
            return False
        if frame.source is not None:
            return True
        if words.is_passive(verb):
            has_clause = any(words.dep[k] in _COMPLEMENTS for k in words.kids[verb])
            return has_clause and frame.hit.group not in ("demand", "deny")
        if not self.sources.phrases.has_cases or words.feature(verb, "Person") in _NEAR:
            return False
        return frame.hit.group in ("say", "announce", "write", "confirm")

    def _goes_on(self, words: Words, verb: int) -> bool:
        """«продает завод и оценивает его в …»: what else is done, and no speech."""
        head = words.head[verb]
        return words.dep[verb] == "conj" and words.lemma[head] not in self.cues.verbs

    def _is_circumstance(self, words: Words, frame: Frame) -> bool:
        """«после того как врачи прокомментировали …»: when, and nothing said.

        Nor in «продает завод и оценивает его в …», where it is what else is done.
        """
        verb = frame.hit.start
        if words.lemma[verb] in self.cues.valued and self._goes_on(words, verb):
            return True
        kids = words.kids[verb]
        if not self.sources.phrases.has_cases or words.dep[verb] != "advcl":
            return False
        marks = [k for k in kids if words.dep[k] == "mark"]
        is_aside = any(
            words.lower[k] in self.cues.asides and words.lower[k - 1] != ","
            for k in marks
        )
        is_open = any(words.dep[k] in _COMPLEMENTS for k in kids)
        return bool(marks) and not is_aside and not is_open

    def _is_participle(self, words: Words, verb: int) -> bool:
        """ "a book written by …": a description, not speech."""
        if words.feature(verb, "Aspect") != "Perf":
            return False
        if words.dep[verb] in ("pcomp", "ccomp"):
            has_aux = any(words.dep[k].startswith("aux") for k in words.kids[verb])
            return not has_aux and words.feature(verb, "VerbForm") == "Part"
        is_reduced: bool = words.dep[verb] == "acl"
        return is_reduced
