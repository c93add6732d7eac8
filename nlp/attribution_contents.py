"""Contents: which stretch of text a cue governs."""

from __future__ import annotations

from typing import Any

from nlp.attribution_cues import Cues, Hit
from nlp.attribution_frame import Frame
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

Range = tuple[int, int]
_OBJECTS = frozenset({"dobj", "obj", "obl", "nmod", "attr", "oprd", "prep"})
_CLAUSES = frozenset({"ccomp", "xcomp", "parataxis", "conj", "advcl", "csubj"})
_RELATIVE = frozenset({"relcl", "acl:relcl", "acl"})
_JOINTS = frozenset(",;")
#: Words that may stand between a joint and the clause it opens.
_TIES = frozenset({"CCONJ", "ADV", "PART", "ADP", "DET", "PUNCT"})
#: Classes whose content may be an infinitive («предложил поднять пошлину»).
_DIRECTED = frozenset({"demand", "promise", "estimate"})
#: A longer aside before a cue is a clause even without a finite verb.
_LONG_ASIDE = 8
#: The verb follows "so" within so many words (who was told).
_SO = 4


class Contents:
    """Finds what a cue governs in one language."""

    def __init__(self, lang: str, cues: Cues, sources: Sources) -> None:
        data: dict[str, Any] = attribution_data(lang)
        self.cues = cues
        self.sources = sources
        self.about_this = Phrases(data["about_this"]["phrases"])
        self.matters = words_of(data["about_this"]["nouns"])
        self.details = words_of(data["about_this"]["details"])
        self.so = words_of(data["about_this"]["so"])
        self.this = Phrases(data["about_this"]["objects"])
        self.told_verbs = words_of(data["recipients"]["verbs"])
        self._has_cases = sources.phrases.has_cases
        self.reports = words_of(data["about_this"]["reports"])
        self.topics = words_of(data["particles"]["about"])
        self.concessive = words_of(data["particles"]["concessive"])
        self.contrast = words_of(data["particles"]["contrast"])
        self.reverse = words_of(data["about_this"]["reverse"])

    def set(self, words: Words, frame: Frame, frames: list[Frame]) -> None:
        """Fill in what a frame governs; `frames` are all of its sentence."""
        start, end = frame.clause
        sentence = frame.sentence
        if frame.hit.kind == "credit":
            frame.contents = [frame.clause]
            return
        if frame.hit.kind == "decree":
            frame.is_about_previous = True
            return
        if frame.hit.kind == "headline":
            rest = (
                (end, sentence.end)
                if frame.hit.group == "before"
                else (sentence.start, start)
            )
            frame.contents = [rest]
            return
        if told := self._taken_up(words, frame):
            frame.contents = [told]
            return
        if frame.is_about_previous and not self._complement_at(words, frame):
            return
        quotes = self.speech(words, frame)
        if quotes:
            frame.contents = without(quotes, _core(frame))
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
        if not frame.contents and frame.hit.kind in ("verb", "impersonal"):
            after = without([(frame.hit.end, stop)], _core(frame))
            frame.contents = [r for r in after if self._has_words(words, *r)]
        if not frame.contents and frame.hit.group == "deny":
            frame.contents = [frame.clause]

    def fence(self, words: Words, frame: Frame, frames: list[Frame]) -> int:
        """«Как сообщили в X, …, а по данным Y, …»: where the second opens, else 0."""
        start, sentence = frame.clause[0], frame.sentence
        if frame.hit.kind not in ("verb", "preposition"):
            return 0
        if all(f is frame or f.clause[0] >= start for f in frames):
            return 0
        at = start
        while at > sentence.start and words.lower[at - 1] in (",", *self.contrast):
            at -= 1
        is_apart = bool(self.contrast & set(words.lower[at:start]))
        opens = self.contrast & set(words.lower[start : frame.hit.start])
        is_apart = is_apart or (bool(opens) and words.lower[start - 1] == ",")
        if is_apart and not self._ends(words, frame):
            return at
        return at if at < start and self._tells_apart(words, frame, frames) else 0

    def _tells_apart(self, words: Words, frame: Frame, frames: list[Frame]) -> bool:
        """«Профсоюз сообщил о 300, дирекция говорит о 120»: each his own topic."""
        mine = self._topic(words, frame.hit.start)
        if mine is None or mine < frame.hit.start:
            return False
        topics = (
            self._topic(words, f.hit.start)
            for f in frames
            if f.hit.kind == "verb" and f.clause[1] <= frame.clause[0]
        )
        return any(t is not None and t < frame.clause[0] for t in topics)

    def _taken_up(self, words: Words, frame: Frame) -> Range | None:
        """Return what "this" is in the sentence itself, else mark it as said before."""
        if reply := self.reply(words, frame):
            return reply
        if not self._is_about_previous(words, frame):
            return None
        if frame.hit.group == "deny":
            # who denies "the report" does not assert the sentence before
            return frame.sentence.start, frame.sentence.end
        said = self._clause_before(words, frame)
        frame.is_about_previous = said is None
        return said

    def reply(self, words: Words, frame: Frame) -> Range | None:
        """«X закроют, но в компании это отрицают»: the clause that answers another."""
        objects = self._denied(words, frame)
        if not objects:
            return None
        sentence, source = frame.sentence, frame.source
        inside = [frame.hit.start, *(words.below(k)[0] for k in objects)]
        if source is not None and source.start >= sentence.start:
            inside.append(source.start)
        start = min(inside)
        while start > sentence.start and words.lower[start - 1] not in _JOINTS:
            if words.pos[start - 1] not in _TIES:
                return None
            start -= 1
        is_cited = words.lower[sentence.start] in self.cues.asides
        before = range(sentence.start, start)
        if is_cited or not any(words.is_finite(i) for i in before):
            return None
        return start, sentence.end

    def _clause_before(self, words: Words, frame: Frame) -> Range | None:
        """«X закроют, и это подтвердили в компании»: what the same sentence says."""
        start, sentence = frame.clause[0], frame.sentence
        before = range(sentence.start, start)
        if start == sentence.start or words.lower[start - 1] not in _JOINTS:
            return None
        is_said = any(words.is_finite(i) for i in before)
        return (sentence.start, start) if is_said else None

    def _denied(self, words: Words, frame: Frame) -> list[int]:
        """Return the objects of a denial, or "the opposite" that somebody says."""
        if frame.hit.kind != "verb":
            return []
        verb = frame.hit.start
        objects = [k for k in words.kids[verb] if words.dep[k] in ("obj", "dobj")]
        if frame.hit.group == "deny":
            return objects or self._fronted_object(words, frame)
        return [k for k in objects if words.lemma[k] in self.reverse]

    def _fronted_object(self, words: Words, frame: Frame) -> list[int]:
        """«…, в Y аварию отрицают»: an object that the parser hung elsewhere."""
        verb = frame.hit.start
        if verb == frame.sentence.start:
            return []
        is_object = words.feature(verb - 1, "Case") == "Acc"
        return [verb - 1] if is_object and words.pos[verb - 1] == "NOUN" else []

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

    def _plain(self, words: Words, frame: Frame, stop: int) -> list[Range]:
        """Return what is governed where nothing is quoted, before other cues cut it."""
        start, end = frame.clause
        sentence = self._stretch(words, frame)
        if frame.hit.kind == "hearsay":
            # «слухи о слиянии»: the cue is part of what is said
            is_part = frame.hit.group == "subject" or words.pos[end - 1] == "ADP"
            is_apart = start == sentence.start and not is_part
            stop = next((i for i in range(end, stop) if words.lower[i] == ";"), stop)
            return [(end if is_apart else sentence.start, stop)]
        if frame.hit.kind in ("preposition", "citing"):
            if self._opens(words, sentence, start) and not self._ends(words, frame):
                return [(end, stop)]
            return [(sentence.start, start), (end, stop)]
        if complement := self._complement_at(words, frame):
            return [(complement + 1, stop)]
        if (attested := self._attested(words, frame)) is not None:
            return [attested]
        return self._around(words, frame, sentence, stop) or self._right(
            words, frame, sentence, stop
        )

    def _attested(self, words: Words, frame: Frame) -> Range | None:
        """«Как пишет X, в Y подтвердили закрытие завода»: the deed after the cue."""
        if frame.hit.group not in ("confirm", "deny"):
            return None
        for kid in words.kids[frame.hit.start]:
            is_deed = words.dep[kid] in ("obj", "dobj") and kid > frame.hit.start
            if is_deed and words.lemma[kid] not in self.reports:
                return self._nominal(words, frame)
        return None

    def _around(
        self, words: Words, frame: Frame, sentence: Sentence, stop: int
    ) -> list[Range]:
        """Return the clause that the cue follows or stands in («…, сказал он, …»)."""
        start, end = frame.clause
        opening = self._opens(words, sentence, start)
        is_aside = words.lower[start] in self.cues.asides
        if opening:
            return [(end, stop)] if is_aside else []
        left = (sentence.start, start)
        is_cut = self._ends(words, frame) and self._left_is_clause(words, frame)
        if is_cut and self._is_clause(words, *left):
            return [left]
        if is_aside:
            return [left, (end, stop)]
        return [left] if words.is_passive(frame.hit.start) else []

    def _right(
        self, words: Words, frame: Frame, sentence: Sentence, stop: int
    ) -> list[Range]:
        """Return what follows the cue: a clause, a noun phrase, or what is left."""
        start, end = frame.clause
        verb = frame.hit.start
        below = [k for k in words.kids[verb] if words.dep[k] in ("ccomp", "xcomp")]
        if below and below[0] > verb:
            return [(max(end, words.below(below[0])[0]), stop)]
        before = [k for k in below if words.dep[k] == "ccomp"]
        is_told = before and all(words.below(k)[1] <= start + 1 for k in before)
        if is_told and self._left_is_clause(words, frame):
            # "X will not build it, Y said, cancelling …": the rest is how it was said
            rest = [(end, stop)] if self._goes_on(words, frame, stop) else []
            return [(sentence.start, start), *rest]
        if nominal := self._nominal(words, frame):
            is_inner = words.dep[verb] in _RELATIVE
            return [nominal if is_inner else (nominal[0], max(nominal[1], stop))]
        if fronted := self._fronted(words, frame, sentence):
            return [fronted]
        opening = self._opens(words, sentence, start)
        if opening or not self._left_is_clause(words, frame):
            return [(end, stop)]
        return [(sentence.start, start), (end, stop)]

    def _goes_on(self, words: Words, frame: Frame, stop: int) -> bool:
        """ "Exports fell, the service said, and will stay low": said as well."""
        end = frame.clause[1]
        if "CCONJ" not in words.pos[end - 1 : end + 2]:
            return False
        joined = [
            k
            for k in words.kids[frame.hit.start]
            if words.dep[k] == "conj" and end < k < stop and words.is_verb(k)
        ]
        return any(
            words.lemma[k] not in self.cues.verbs
            and not any(words.dep[j].startswith("nsubj") for j in words.kids[k])
            for k in joined
        )

    def _ends(self, words: Words, frame: Frame) -> bool:
        """Nothing said follows the cue's clause."""
        rest = Sentence(frame.sentence.start, frame.stop, 0)
        return self.closes(words, rest, frame.clause[1])

    def _stretch(self, words: Words, frame: Frame) -> Sentence:
        """Return the part of the sentence after the last semicolon before the cue."""
        whole = frame.sentence
        for i in range(frame.clause[0] - 1, whole.start, -1):
            if words.lower[i] == ";":
                return Sentence(i + 1, whole.end, whole.paragraph)
        return whole

    def _topic(self, words: Words, verb: int) -> int | None:
        """Return the noun or preposition of "about …", «о …» under a verb."""
        # «первым о сделке написал»: the topic may hang on the word for who
        first = (
            j for k in words.kids[verb] if words.pos[k] == "ADJ" for j in words.kids[k]
        )
        for kid in (*words.kids[verb], *first):
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
            if self.is_content(words, kid, frame.hit):
                left, right = words.below(kid)
                return max(left, verb + 1), min(right, frame.stop)
        return None

    def _fronted(
        self, words: Words, frame: Frame, sentence: Sentence
    ) -> tuple[int, int] | None:
        """«О переговорах двух сетей первым написал …»: the topic before the cue."""
        topic = self._topic(words, frame.hit.start)
        if topic is None or topic >= frame.hit.start:
            return None
        left, right = words.below(topic)
        return max(left, sentence.start), min(right, frame.hit.start)

    def is_content(self, words: Words, kid: int, hit: Hit) -> bool:
        """Say whether a dependent of the cue is what is said, not how."""
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

    def _is_clause(self, words: Words, start: int, end: int) -> bool:
        """Say whether a range has a verb of its own, or is too long to be an aside."""
        return (
            any(words.is_finite(i) for i in range(start, end))
            or end - start > _LONG_ASIDE
        )

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

    def closes(self, words: Words, sentence: Sentence, end: int) -> bool:
        """Say whether no verb stands between `end` and the end of the sentence."""
        return not any(
            words.is_verb(i) and words.lower[i] not in self.cues.modals
            for i in range(end, sentence.end)
        ) and not (end < sentence.end and words.lower[end] == ":")

    def _stop(self, words: Words, frame: Frame, frames: list[Frame]) -> int:
        """Return where another cue that is not inside this content cuts it off."""
        end = min(frame.stop, self._contrary(words, frame))
        if frame.hit.kind == "hearsay":
            return min(end, self._answered(words, frame, frames))
        for other in frames:
            answer = self.reply(words, other) if other is not frame else None
            if answer is not None and answer[0] >= frame.clause[1]:
                end = min(end, answer[0])
            if other is frame or other.hit.kind != "verb" or frame.hit.kind != "verb":
                continue
            start = other.clause[0]
            if start > frame.clause[1] and ";" in words.lower[frame.clause[1] : start]:
                return min(end, words.lower.index(";", frame.clause[1]))
            if (
                start >= frame.clause[1]
                and words.is_below(frame.hit.start, other.hit.start)
                and not self._opens_aside(words, frame)
            ):
                return min(end, start)
            if start < frame.clause[1] or words.dep[other.hit.start] != "conj":
                continue
            if words.head[other.hit.start] == frame.hit.start:
                return min(end, start)
        return end

    def _opens_aside(self, words: Words, frame: Frame) -> bool:
        """«Как пишет X, в Y подтвердили …»: all that follows."""
        start = frame.clause[0]
        is_aside = words.lower[start] in self.cues.asides
        return is_aside and self._opens(words, frame.sentence, start)

    def _answered(self, words: Words, frame: Frame, frames: list[Frame]) -> int:
        """ "X is said to quit, though officials warned …": hearsay ends there."""
        starts = (
            other.clause[0]
            for other in frames
            if other.hit.kind == "verb" and other.source is not None
            if other.clause[0] > frame.clause[1]
        )
        # the conjunction may belong to the clause
        turns = (
            at
            for start in starts
            for at in (start - 1, start)
            if words.lower[at] in self.concessive
        )
        return min(turns, default=frame.stop)

    def _contrary(self, words: Words, frame: Frame) -> int:
        """Return where "…, but two of them voted" leaves what was expected."""
        verb = frame.hit.start
        if frame.hit.kind != "verb" or frame.hit.group not in ("estimate", "think"):
            return frame.stop
        for k in words.kids[verb]:
            subjects = [j for j in words.kids[k] if words.dep[j].startswith("nsubj")]
            if words.dep[k] == "conj" and k > verb and subjects and words.is_verb(k):
                return max(words.below(subjects[0])[0] - 1, frame.hit.end)
        return frame.stop

    def _is_about_previous(self, words: Words, frame: Frame) -> bool:
        """«Об этом сообщили в …», "The minister confirmed this"."""
        if frame.hit.kind not in ("verb", "impersonal", "preposition", "hearsay"):
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
        if self._says_so(words, frame):
            return True
        if (
            0 < start < sentence.end
            and (found := self.about_this.end(words, start, sentence.end))
            and start not in words.quote_at
            and not self._is_explained(words, found)
            and not any(words.is_finite(i) for i in range(found, frame.hit.start))
            and not self._is_said(words, found, frame.clause[0])
        ):
            return True
        verb = frame.hit.start
        if self._is_known_matter(words, frame):
            return True
        if self._complement_at(words, frame) or frame.hit.kind != "verb":
            return False
        if any(words.dep[kid] in ("ccomp", "xcomp") for kid in words.kids[verb]):
            # "the deal is expected to close": it says what, not that it was said
            return False
        return self._has_known_object(words, frame)

    def _says_so(self, words: Words, frame: Frame) -> bool:
        """ "So says …", «Так „Ведомостям“ ответил …»."""
        first, verb = frame.sentence.start, frame.hit.start
        between = range(first + 1, verb)
        return (
            frame.hit.kind == "verb"
            and words.lower[first] in self.so
            and len(between) <= _SO
            and not any(
                words.lower[i] in (",", ":") or words.pos[i] == "PRON" for i in between
            )
            and not self._complement_at(words, frame)
        )

    def _is_explained(self, words: Words, end: int) -> bool:
        """«О планах „Орбиты“ закрыть …»: the phrase before `end` goes on."""
        return any(k >= end and words.is_verb(k) for k in words.kids[end - 1])

    def _is_said(self, words: Words, start: int, end: int) -> bool:
        """«Это неправда, заявил …»: the clause before the cue says something."""
        is_apart = start < end and words.lower[end - 1] == ","
        return is_apart and any(
            words.pos[i] in ("NOUN", "ADJ", "VERB") for i in range(start, end)
        )

    def _has_known_object(self, words: Words, frame: Frame) -> bool:
        """ "Confirmed this", «раскрыл цену сделки»: what is told stands before."""
        for kid in words.kids[frame.hit.start]:
            if words.dep[kid] not in ("dobj", "obj", "nsubjpass"):
                continue
            left, right = words.below(kid)
            if self.this.end(words, left, right) == right:
                return True
            if words.lemma[kid] not in self.details or self._counts(words, frame):
                continue
            between = range(min(kid, frame.hit.start) + 1, max(kid, frame.hit.start))
            if not any(words.is_finite(i) for i in between):
                return True
        return False

    def _counts(self, words: Words, frame: Frame) -> bool:
        """Say whether the sentence gives a number, and so details of its own."""
        inside = range(frame.sentence.start, frame.sentence.end)
        return any(words.pos[i] == "NUM" for i in inside)

    def _is_known_matter(self, words: Words, frame: Frame) -> bool:
        """ "… told X about the decision": a bare noun takes up what stands before."""
        topic = self._topic(words, frame.hit.start)
        if topic is None or frame.sentence.start == 0:
            return False
        left, right = words.below(topic)
        said = [
            i for i in range(left, right) if words.pos[i] not in ("ADP", "DET", "PUNCT")
        ]
        if len(said) != 1:
            return False
        # «О простое предупредил директор»: what opens the sentence is known
        is_fronted = left == frame.sentence.start
        return is_fronted or (
            said[0] > frame.hit.start and words.lemma[said[0]] in self.matters
        )

    def speech(self, words: Words, frame: Frame) -> list[tuple[int, int]]:
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

    def has_clause(self, words: Words, frame: Frame) -> bool:
        """Say whether a clause, a quotation or a topic goes with the cue."""
        verb, sentence = frame.hit.start, frame.sentence
        below = {words.dep[k] for k in words.kids[verb]}
        if "ccomp" in below or ("parataxis" in below and self._has_cases):
            return True
        if frame.hit.group in _DIRECTED and "xcomp" in below:
            return True
        if self._has_matter(words, frame):
            return True
        after = frame.clause[1]
        while after < sentence.end and words.lower[after] in (",", *QUOTES):
            after += 1
        if after < sentence.end and (
            words.lower[after] in self.cues.complements or words.lower[after] == ":"
        ):
            return True
        return (
            (words.dep[verb] == "parataxis" and words.head[verb] < verb)
            or bool(self.speech(words, frame))
            or self._follows_clause(words, frame)
            or self._closes_sentence(words, frame)
            or words.lower[frame.clause[0]] in self.cues.asides
        )

    def _has_matter(self, words: Words, frame: Frame) -> bool:
        """Say whether the cue has a topic, or takes up the sentence before."""
        group, source, verb = frame.hit.group, frame.source, frame.hit.start
        if source is not None and self._has_deed(words, verb, source.head, group):
            return True
        if self._says_so(words, frame):
            return True
        may_take_up = group in ("deny", "write", "announce", "say")
        if may_take_up and self._is_about_previous(words, frame):
            return True
        if group == "deny" and self._is_rejected_report(words, frame.hit.start):
            return True
        is_cited = source is not None and bool(
            self.sources.outlets.within(words, source.start, source.end)
            or self.sources.media_groups.end(words, source.start, source.end)
        )
        may_tell = group in ("say", "announce") or (group == "write" and is_cited)
        return may_tell and self._topic(words, frame.hit.start) is not None

    def _is_rejected_report(self, words: Words, verb: int) -> bool:
        """ "rejected claims that", "dismissed as rumours the talk of"."""
        objects = (k for k in words.kids[verb] if words.dep[k] in ("dobj", "obj"))
        return any(words.lemma[k] in self.reports for k in objects)

    def _closes_sentence(self, words: Words, frame: Frame) -> bool:
        """ "…, agency data show.": nothing but who says so follows the clause."""
        start = frame.clause[0]
        return (
            self._ends(words, frame)
            and self._left_is_clause(words, frame)
            and any(words.is_finite(i) for i in range(frame.sentence.start, start))
        )

    def _has_deed(self, words: Words, verb: int, head: int, group: str) -> bool:
        """«допустил снижение ставок», «отчёт показал убыток»: a noun for a clause."""
        things = [
            k for k in words.kids[verb] if k > verb and words.dep[k] in ("obj", "dobj")
        ]
        if group == "show" and self._has_cases:
            return bool(things) and words.lemma[head] in self.sources.papers
        if words.lemma[verb] in self.cues.valued:
            return bool(things) and self.cues.puts_at(words, verb)
        if words.lemma[verb] not in self.cues.nominal:
            return False
        return any(
            words.feature(k, "Animacy") == "Inan"
            and any(words.dep[n] == "nmod" for n in words.kids[k])
            for k in things
        )

    def _follows_clause(self, words: Words, frame: Frame) -> bool:
        """«…, передаёт „Волна“»: verb before subject after a finished clause."""
        start, sentence = frame.clause[0], frame.sentence
        if start != frame.hit.start or start <= sentence.start or frame.source is None:
            return False
        return words.lower[start - 1] == "," and any(
            words.is_finite(i) for i in range(sentence.start, start)
        )


def _core(frame: Frame) -> tuple[int, int]:
    """Return the stretch of the cue and its source alone."""
    start, end = frame.hit.start, frame.hit.end
    source, (first, last) = frame.source, frame.clause
    if source is not None and first <= source.start and source.end <= last:
        return min(start, source.start), max(end, source.end)
    return start, end


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
