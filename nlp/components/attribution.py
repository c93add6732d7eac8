"""Attribution: who says it, with which words, and which part of the text it governs."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from molva.model import Attribution, Report
from molva.names import key as name_key
from nlp.attribution_chain import Chains, Memory, Range, Told, attribution, salient
from nlp.attribution_cues import cues
from nlp.attribution_frame import Frame
from nlp.attribution_frames import Frames
from nlp.attribution_sources import Sources
from nlp.attribution_words import DASHES, Sentence, Words
from nlp.authority import roles
from nlp.gazetteer import is_outlet, kind_of

#: Of the text asked for, an attribution must govern this much to rank by nearness.
_MOSTLY = 0.6
#: What these tell of others' words is still theirs: it proves no more than they do.
_RETELLING = frozenset({"anonymous", "document", "expert"})
#: A first word of a name this long tells whose site it is.
_TELLING = 4
#: A closing "that is according to …" reaches back over so many sentences more.
_REACH = 2
#: No sentence holds more cues than this.
_RECENT = 30


@dataclass(frozen=True, slots=True)
class Attributed:
    """Text in `start`–`end` (characters, end exclusive) that `attribution` governs."""

    start: int
    end: int
    attribution: Attribution
    is_background: bool = False


class Attributor:
    """Set `doc._.attributions`, in text order."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.cues = cues(lang)
        self.sources = Sources(lang)
        self.frames = Frames(lang, self.cues, self.sources)
        self.chains = Chains(lang, self.sources)
        self.roles = roles(lang)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one doc."""
        doc._.attributions = self.find(doc) if len(doc) else []
        return doc

    def find(self, doc: Doc) -> list[Attributed]:
        """Return the attributions of a parsed doc."""
        words = Words(doc, self.lang)
        memory = Memory()
        told: list[Told] = []
        sourcing: list[int] = []
        for number, sentence in enumerate(words.sentences):
            hits = self.cues.find(words, sentence)
            frames = self.frames.build(words, sentence, hits) if hits else []
            here = self._understood(words, frames, memory)
            if here and all(_only_tells(item) for item in here):
                sourcing.append(words.idx[sentence.start])
            for item in here:
                if item.frame.is_about_previous and not item.contents and number:
                    before = words.sentences[number - 1]
                    if item.frame.hit.kind == "decree" and not _is_open(told, before):
                        continue  # somebody else vouches for it already
                    item.contents = [(before.start, before.end)]
                    told = _replace_outer(told, item, before.start, before.end)
                    if item.speaker is not None and _is_open(told, before):
                        item.contents += _without_source(words, told, number - 1)
            here = here or _continued(words, number, told)
            told.extend(here)
        doc.user_data["molva_sourcing"] = frozenset(sourcing)
        doc.user_data["molva_asides"] = frozenset(
            t.frame.hit.start for t in told if t.frame.hit.is_aside
        )
        company = salient(words)
        found = [
            Attributed(
                *words.chars(*_trimmed(words, r)),
                self._record(words, t, company),
                t.frame.is_background,
            )
            for t in told
            for r in t.contents
            if _trimmed(words, r)[0] < _trimmed(words, r)[1]
        ]
        return sorted(found, key=lambda a: (a.start, -a.end))

    def _record(self, words: Words, told: Told, company: str | None) -> Attribution:
        report = words.doc._.report
        record = attribution(words, told, company, self.roles, report)
        if self.chains.is_own_voice(words, told.frame):
            own = own_voice(words.doc)
            return replace(
                own, cue=record.cue, cue_start=record.cue_start, cue_end=record.cue_end
            )
        return record

    def _understood(
        self, words: Words, frames: list[Frame], memory: Memory
    ) -> list[Told]:
        """Describe the speakers of a sentence and join its citations to chains."""
        told: list[Told] = []
        citing = [f for f in frames if f.hit.kind == "citing"]
        for frame in frames:
            if frame.hit.kind == "citing" or (told and frame.hit.kind == "headline"):
                continue
            item = self._told(words, frame, memory)
            if item is not None:
                told.append(item)
        for frame in citing:
            cited = self.chains.speaker(words, frame, memory)
            host = self._host(words, told, frame)
            if host is not None:
                host.cited, host.cited_by = cited, frame
                continue
            if cited is not None and cited.kind == "none":
                continue  # "citing equipment delays": a reason
            start, end = frame.hit.start, frame.hit.end
            if told and self.cues.referring.end(words, start, end):
                continue  # "…, he said, referring to a report": what he speaks of
            # "The agency cited the ministry": what it said stands before
            frame.is_about_previous = not _is_clause(words, frame)
            contents = [] if frame.is_about_previous else list(frame.contents)
            told.append(Told(frame, cited, contents))
        return _nested(told)

    def _told(self, words: Words, frame: Frame, memory: Memory) -> Told | None:
        """Describe who speaks through one cue, None if nobody does."""
        kind = frame.hit.kind
        if kind == "credit":
            return Told(frame, self.chains.credited(words, frame), [frame.clause])
        if self.chains.is_own_voice(words, frame):
            is_mute = frame.hit.start in words.quote_at or frame.hit.group == "provide"
            return None if is_mute else Told(frame, None, list(frame.contents))
        speaker = self.chains.speaker(words, frame, memory)
        is_nobody = speaker is None or speaker.kind == "none"
        if kind == "headline":
            is_crowd = speaker is not None and speaker.kind == "crowd"
            named = frame.source
            is_clause = named is not None and any(
                words.is_finite(i) for i in range(named.start, named.end)
            )
            is_said = _is_clause(words, frame) or self._is_denial(words, frame)
            if is_nobody or is_crowd or is_clause or not is_said:
                return None
        if speaker is None and frame.hit.group == "show":
            return None
        if frame.hit.group == "provide" and (
            speaker is None or speaker.kind not in ("leaked", "published")
        ):
            return None
        if is_nobody and self._is_idle(words, frame):
            return None
        return Told(frame, None if is_nobody else speaker, list(frame.contents))

    def _host(self, words: Words, told: list[Told], frame: Frame) -> Told | None:
        """Return the outlet's cue nearest to a citation in the same sentence."""

        def cites(item: Told) -> bool:
            source = item.frame.source
            return (
                source is None
                or item.speaker is None
                or item.speaker.kind == "media"
                or words.lemma[source.head] in self.chains.outlet_nouns
            )

        return min(
            filter(cites, told),
            key=lambda t: abs(t.frame.hit.start - frame.hit.start),
            default=None,
        )

    def _is_denial(self, words: Words, frame: Frame) -> bool:
        """ "Maker: no talks on a merger": what is said needs no verb."""
        return any(words.lower[a] in self.cues.negations for a, _ in frame.contents)

    def _is_idle(self, words: Words, frame: Frame) -> bool:
        """Tell "the move signals …" from a hint of what people say."""
        if frame.hit.kind != "verb" or frame.source is None:
            return False
        head = words.lemma[frame.source.head]
        is_weak = words.lemma[frame.hit.start] in self.cues.weak
        return is_weak and head not in self.sources.hearsay


def _only_tells(item: Told) -> bool:
    """ "The information comes from the union": who said it, and nothing else."""
    return item.frame.is_about_previous and not item.contents


def only_tells(doc: Doc, start: int) -> bool:
    """Say whether the sentence at character `start` only gives another's source."""
    return start in doc.user_data.get("molva_sourcing", ())


def _is_clause(words: Words, frame: Frame) -> bool:
    """What a headline's speaker says has a verb."""
    return any(words.is_verb(i) for a, b in frame.contents for i in range(a, b))


def _nested(told: list[Told]) -> list[Told]:
    """Join an outlet with the speaker it quotes; hearsay inside speech is dropped.

    So is «мы ожидаем, что …» of whoever speaks: it is told by his name.
    """
    out: list[Told] = []
    for item in told:
        is_weak = item.frame.hit.kind == "hearsay" or item.speaker is None
        if is_weak and any(
            _covers(o.contents, item.frame.hit.start)
            for o in told
            if o is not item and (o.speaker is not None or item.speaker is not None)
        ):
            continue
        out.append(item)
    dropped: list[Told] = []
    for outer in out:
        if outer.speaker is None or outer.speaker.kind != "media":
            continue
        for inner in out:
            if inner is outer or inner.speaker is None or inner.speaker.kind == "media":
                continue
            if not _covers(outer.contents, inner.frame.hit.start):
                continue
            if inner.speaker.outlet is None and inner.frame.told is None:
                inner.speaker = replace(
                    inner.speaker,
                    outlet=outer.speaker.outlet,
                    outlet_key=outer.speaker.outlet_key,
                )
            if outer.cited is None:
                dropped.append(outer)
    return [t for t in out if t not in dropped]


def _covers(contents: list[Range], token: int) -> bool:
    return any(start <= token < end for start, end in contents)


def _replace_outer(told: list[Told], item: Told, start: int, end: int) -> list[Told]:
    """What an outlet was said to report gets the speaker of the next sentence."""
    # only what was said just before can reach into the sentence before
    kept, recent = told[:-_RECENT], told[-_RECENT:]
    for earlier in recent:
        inside = any(start <= a and b <= end for a, b in earlier.contents)
        speaker = earlier.speaker
        if inside and (speaker is None or speaker.kind == "media"):
            if (
                speaker is not None
                and item.speaker is not None
                and item.speaker.outlet is None
            ):
                item.speaker = replace(
                    item.speaker, outlet=speaker.outlet, outlet_key=speaker.outlet_key
                )
            continue
        kept.append(earlier)
    return kept


def _is_open(told: list[Told], sentence: Sentence) -> bool:
    """Say whether nobody speaks in a sentence."""
    recent = told[-_RECENT:]
    return not any(
        start < sentence.end and sentence.start < end
        for item in recent
        for start, end in (*item.contents, item.frame.clause)
    )


def _without_source(words: Words, told: list[Told], number: int) -> list[Range]:
    """Return the sentences before `number` in its paragraph that nobody tells either.

    «Завод продадут. Цена — 2 млрд. Об этом говорится в …»: the source holds for both.
    """
    found: list[Range] = []
    paragraph = words.sentences[number].paragraph
    for sentence in words.sentences[max(number - _REACH, 0) : number][::-1]:
        if sentence.paragraph != paragraph or not _is_open(told, sentence):
            break
        found.append((sentence.start, sentence.end))
    return found


def _continued(words: Words, number: int, told: list[Told]) -> list[Told]:
    """A quotation or dash line without a cue right after one belongs to its speaker."""
    if not told or not number:
        return []
    sentence, before = words.sentences[number], words.sentences[number - 1]
    last = told[-1]
    if last.speaker is None or last.frame.sentence.paragraph != sentence.paragraph:
        return []
    opening = words.quote_at.get(sentence.start)
    if opening is not None and opening.is_speech:
        cue = last.frame
        if opening.start < cue.sentence.start and cue.hit.start < opening.end:
            return []  # he is quoted, not quoting
        if any(a <= opening.start and opening.end <= b for a, b in last.contents):
            return []
        span = (opening.start, opening.end)
        if opening.start < sentence.start:
            span = (sentence.start, min(opening.end, sentence.end))
        return [Told(last.frame, last.speaker, [span], last.cited, last.cited_by)]
    first = words.lower[before.start]
    if words.lower[sentence.start] in DASHES and (
        first in DASHES or last.frame.sentence == before
    ):
        return [replace(last, contents=[(sentence.start, sentence.end)])]
    return []


def _trimmed(words: Words, span: Range) -> Range:
    """Cut punctuation and blanks off the ends of a token range."""
    start, end = span
    loose = ("PUNCT", "SPACE")
    while start < end and words.pos[start] in loose and not _mark(words, start):
        start += 1
    if start < end and words.dep[start] == "mark":
        start += 1
    while end > start and words.pos[end - 1] in loose and not _mark(words, end - 1):
        end -= 1
    return start, end


def _mark(words: Words, i: int) -> bool:
    return i in words.quote_at and words.quote_at[i].start <= i < words.quote_at[i].end


def attribution_of(doc: Doc, start: int, end: int) -> Attribution:
    """Return who asserts the text in `start`–`end` (characters).

    Of the attributions that govern most of it the innermost, else the one that governs
    most, else the report's own voice. What an official site says is "expected" or
    "planned", by nobody in particular, it says itself.
    """
    governing = _governing(doc, start, end)
    if governing is None:
        return own_voice(doc)
    said = governing.attribution
    if said.source_type == "unattributed" and said.source is None:
        own = own_voice(doc)
        return replace(
            said, source_type=own.source_type, authority=own.authority or said.authority
        )
    return said


def content_of(doc: Doc, start: int, end: int) -> tuple[int, int] | None:
    """Return the part of `start`–`end` that is said, without who says it.

    None where nobody is quoted, where it is all content, and where what is said is no
    clause: the date of "On July 6 X announced a partnership" is that of the deed.
    """
    governing = _governing(doc, start, end)
    if governing is None:
        return None
    parts = [
        (max(start, item.start), min(end, item.end))
        for item in _touching(doc, start, end)
        if item.attribution == governing.attribution
    ]
    found = min(a for a, _ in parts), max(b for _, b in parts)
    if found == (start, end):
        return None
    span = doc.char_span(*found, alignment_mode="expand")
    is_clause = span is not None and any(
        "Fin" in t.morph.get("VerbForm", []) for t in span
    )
    return found if is_clause else None


def _governing(doc: Doc, start: int, end: int) -> Attributed | None:
    shares = [
        (min(end, item.end) - max(start, item.start), item)
        for item in _touching(doc, start, end)
    ]
    shares = [
        (shared, item)
        for shared, item in shares
        if not item.is_background or shared >= _MOSTLY * (end - start)
    ]
    if not shares:
        return None
    most, outer = max(shares, key=lambda pair: (pair[0], -pair[1].start))
    # what stands beside it ("…, X said, confirming …") is no inner chain
    nested = [
        item
        for shared, item in shares
        if shared >= _MOSTLY * most and outer.start <= item.start
        if item.end <= outer.end
    ]
    inner = min(nested, key=lambda a: a.end - a.start)
    return _teller([item for _, item in shares], inner) or inner


def _teller(items: list[Attributed], inner: Attributed) -> Attributed | None:
    """ "X expects a loss, two people said": they tell that X expects it."""
    at = inner.attribution.cue_start
    return next(
        (
            item
            for item in items
            if item.attribution.source_type in _RETELLING
            if at is not None and item.start <= at < item.end
        ),
        None,
    )


def _touching(doc: Doc, start: int, end: int) -> list[Attributed]:
    """Return the attributions that overlap a stretch, found by bisection."""
    items: list[Attributed] = doc._.attributions or []
    longest = doc.user_data.get("molva_longest_content")
    if longest is None:
        longest = max((a.end - a.start for a in items), default=0)
        doc.user_data["molva_longest_content"] = longest
    first = bisect_left(items, start - longest, key=lambda a: a.start)
    last = bisect_left(items, end, key=lambda a: a.start)
    return [item for item in items[first:last] if item.end > start]


def own_voice(doc: Doc) -> Attribution:
    """Return the attribution of what nobody is quoted for.

    An official site speaks for itself; other outlets leave it unattributed.
    """
    report: Report | None = doc._.report
    if report is None or report.kind != "official":
        return Attribution()
    body = doc.user_data.get("molva_own_body")
    if body is None:
        body = doc.user_data["molva_own_body"] = _own_body(doc, report)
    return Attribution(source_type="official", authority=body)


def _own_body(doc: Doc, report: Report) -> str:
    """Return the body a site speaks for: the one its name holds, else named most.

    "tarus-press" is Tarus Motors; what such a site says and what the company is quoted
    for elsewhere are words of one authority.
    """
    site = name_key(report.source)
    if kind_of(site) is not None:
        return site
    counts = Counter(e.key for e in doc._.entities or () if e.label == "ORG")
    ranked = [key for key, _ in counts.most_common()]
    named = (key for key in ranked if _holds(site, key))
    often = (key for key in ranked[:1] if counts[key] > 1 and not is_outlet(key))
    return next(named, None) or next(often, site)


def _holds(site: str, key: str) -> bool:
    first = key.split()[0] if key else ""
    return len(first) >= _TELLING and first in site.replace(" ", "")


@Language.factory("molva_attribution", default_config={"lang": "en"})
def make_attribution(nlp: Language, name: str, lang: str) -> Attributor:
    """Make the component for `lang`."""
    return Attributor(lang)
