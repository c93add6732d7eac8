"""Statements: the clauses of a text that assert something, with all that decided it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc, Token

from molva.model import Cue, EventDate, Figure, Report, Statement, statement_id
from nlp.acts import content_act
from nlp.clauses import Assertion, is_gapped
from nlp.components.attribution import attribution_of, content_of, only_tells
from nlp.context_judge import judge_part
from nlp.context_rules import lexicon, normal
from nlp.context_scope import Sentence, read_sentences
from nlp.context_spans import Item, within
from nlp.extensions import set_spans, text_between, text_of
from nlp.figures_change import find_changes
from nlp.statements_filter import (
    answers,
    boilerplate,
    is_boilerplate,
    is_claim,
    is_heading,
    is_title,
    named_act,
    objects,
)
from nlp.statements_order import main_first
from nlp.statements_split import merged
from nlp.statements_subject import subject_of

#: What hangs before the first word of a list item or a line of dialogue.
_LEADERS = "-–—•*·▪►>■●… \t"
_TOLD_IN = {"relcl", "acl", "acl:relcl", "advcl"}
#: From a date to its verb there are at most so many words up the tree.
_NEAR = 3
#: Quotation marks in pairs.
_QUOTES = (("«", "»"), ("“", "”"), ("„", "“"), ('"', '"'))


class Statements:
    """Set `doc._.statements`, the main one first, the rest in text order."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        boilerplate(lang)

    def __call__(self, doc: Doc) -> Doc:
        """Read `doc` in place."""
        report: Report | None = doc._.report
        found = main_first(list(self._find(doc)), report.title if report else "")
        set_spans(doc, "statements", found)
        return doc

    def _find(self, doc: Doc) -> Iterator[Statement]:
        seen: Counter[str] = Counter()
        before: Statement | None = None
        whole = _text(doc)
        for sentence in read_sentences(doc, self.lang):
            if self._is_left_out(doc, sentence):
                continue
            parts = merged(doc, sentence, self.lang)
            for part in parts:
                if not is_claim(doc, sentence, part, self.lang):
                    continue
                start, end = _characters(doc, part, whole)
                if len(parts) > 1:
                    end = _without_tail(doc, start, end, whole)
                start, end = _without_half_a_quote(whole, start, end)
                if start < end:
                    text = whole[start:end]
                    place = start, end, text
                    found = self._build(doc, sentence, part, place, seen[text])
                    if before is not None and answers(doc, sentence, part, self.lang):
                        found = _after(before, found)
                    yield found
                    before = found
                    seen[text] += 1

    def _is_left_out(self, doc: Doc, sentence: Sentence) -> bool:
        start, end = sentence.start, sentence.end
        return (
            not sentence.parts
            or is_boilerplate(text_between(doc, start, end), self.lang)
            or is_heading(doc, start, end)
            or is_title(doc, start, end)
            or only_tells(doc, doc[start].idx)
        )

    def _build(
        self,
        doc: Doc,
        sentence: Sentence,
        part: Assertion,
        place: tuple[int, int, str],
        occurrence: int,
    ) -> Statement:
        start, end, text = place
        report: Report | None = doc._.report
        report_id = report.id if report else ""
        judged = judge_part(doc, sentence, part, self.lang)
        attribution = attribution_of(doc, start, end)
        content = _content(doc, part, start, end)
        figures = _inside(doc._.figures, start, end)
        act = _act(doc, part, self.lang, is_hedged=bool(judged.cues))
        return Statement(
            id=statement_id(report_id, text, occurrence),
            report_id=report_id,
            lang=self.lang,
            start=start,
            end=end,
            text=text,
            modality=judged.modality,
            polarity=judged.polarity,
            attribution=attribution,
            subject=subject_of(doc, part, start, end, attribution),
            act=_of_things(act, figures),
            change=_change(doc, start, end, self.lang),
            figures=figures,
            dates=_dates(doc, part, (start, end), self.lang),
            entities=_inside(doc._.entities, start, end),
            cues=judged.cues,
            content_start=content[0],
            content_end=content[1],
        )


def _dates(
    doc: Doc, part: Assertion, place: tuple[int, int], lang: str
) -> tuple[EventDate, ...]:
    """Return the dates of a clause, but none of an announcement inside it.

    «300 станций, о которых объявил в сентябре»: that is no date of the stations.
    """
    report = lexicon(lang).words["report"]
    return tuple(
        date
        for date in _inside(doc._.dates, *place)
        if (verb := _verb_over(doc, date)) is None
        or verb.i == part.head
        or verb.dep_ not in _TOLD_IN
        or normal(verb.lemma_) not in report
    )


def _verb_over(doc: Doc, date: EventDate) -> Token | None:
    span = doc.char_span(date.start, date.end, alignment_mode="expand")
    if span is None:
        return None
    above = islice(span.root.ancestors, _NEAR)
    return next((t for t in above if t.pos_ == "VERB"), None)


def _content(
    doc: Doc, part: Assertion, start: int, end: int
) -> tuple[int, int] | tuple[None, None]:
    """Return what is said in `part`, nothing where only an aside of it is.

    "Vesta will close the yard, saying that demand fell" tells of the yard.
    """
    found = content_of(doc, start, end)
    if found is None or not found[0] <= doc[part.head].idx < found[1]:
        return (None, None)
    return found


def _after(before: Statement, found: Statement) -> Statement:
    """Give what takes up the statement before its subject and act.

    A denial keeps its polarity and denies the act as it was meant; "says the opposite"
    turns the polarity around.
    """
    is_plan = before.modality in ("plan", "forecast")
    polarity = found.polarity
    if polarity == "asserts":
        polarity = "denies" if before.polarity == "asserts" else "asserts"
    return replace(
        found,
        subject=before.subject,
        act=before.act,
        modality=before.modality if is_plan else "fact",
        polarity=polarity,
    )


def _text(doc: Doc) -> str:
    """Return the text as it was given: the models may have read blanks instead."""
    report: Report | None = doc._.report
    text = text_of(doc)
    return report.text if report and len(report.text) >= len(text) else text


def _inside(items: list[Item] | None, start: int, end: int) -> tuple[Item, ...]:
    return tuple(i for i in within(items, start, end) if i.end <= end)


def _change(doc: Doc, start: int, end: int, lang: str) -> str | None:
    """Return the first multiple or fraction of something unnamed, verbatim."""
    known: list[Cue] | None = doc.user_data.get("molva_changes")
    if known is None:
        known = find_changes(doc, lang)
        doc.user_data["molva_changes"] = known
    return next((c.text for c in _inside(known, start, end)), None)


def _act(doc: Doc, part: Assertion, lang: str, *, is_hedged: bool) -> str | None:
    """Return the act of the content predicate, of an absolute clause its noun's.

    A hedge or a denial may leave it to any word ("there is no talk of a closure").
    """
    head = doc[part.head]
    if part.sibling is not None and is_gapped(head):
        return content_act(doc[part.sibling], lang)[0]
    act, _ = content_act(head, lang)
    if act is None and doc[part.top].dep_ == "prep":
        return content_act(head.head, lang)[0]
    if act is None:
        acts = (content_act(noun, lang)[0] for noun in objects(head))
        act = next((a for a in acts if a is not None), None)
    if act is None and is_hedged:
        return named_act(doc, part)
    return act


def _of_things(act: str | None, figures: tuple[Figure, ...]) -> str | None:
    """Return what is done to counted things: "scrapped 12 ships" calls nothing off."""
    is_scrapped = any(figure.measure == "scrapped" for figure in figures)
    return "scrapped" if act == "cancelled" and is_scrapped else act


def _characters(doc: Doc, part: Assertion, text: str) -> tuple[int, int]:
    """Return the trimmed characters of `part`."""
    start = doc[part.start].idx
    last = doc[part.end - 1]
    end = last.idx + len(last)
    while start < end and text[start] in _LEADERS:
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:—–-"):
        end -= 1
    return start, end


def _without_half_a_quote(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out a quotation mark at an edge whose other half lies outside."""
    inside = text[start:end]
    for opening, closing in _QUOTES:
        if opening == closing:
            is_open = is_closed = inside.count(opening) % 2 == 1
        else:
            is_open = inside.count(opening) > inside.count(closing)
            is_closed = inside.count(closing) > inside.count(opening)
        if is_open and inside.startswith(opening):
            return start + 1, end
        bare = inside.rstrip(".!?…")
        if is_closed and bare.endswith(closing):
            return start, start + len(bare) - 1
    return start, end


def _without_tail(doc: Doc, start: int, end: int, text: str) -> int:
    """Leave out who says so behind one clause of several: it holds for them all."""
    content = content_of(doc, start, end)
    if (
        content is None
        or content[0] != start
        or _inside(doc._.figures, content[1], end)
    ):
        return end
    stop = content[1]
    while stop > start and (text[stop - 1].isspace() or text[stop - 1] in ",;:—–-"):
        stop -= 1
    return stop


@Language.factory("molva_statements", default_config={"lang": "en"})
def make_statements(nlp: Language, name: str, lang: str) -> Statements:
    """Make the component for `lang`."""
    return Statements(lang)
