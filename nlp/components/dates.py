"""Event dates: finds the expressions of a Doc and counts them out (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

from spacy.language import Language
from spacy.tokens import Doc

from molva.model import EventDate
from nlp.extensions import set_spans, text_of
from nlp.timex import Approx, Bounded, Found, Node, Part, Ref, Repeated, Shift
from nlp.timex_calendar import Value
from nlp.timex_context import Context, Tense
from nlp.timex_lexer import Lexeme, lex, lexicon
from nlp.timex_read import read
from nlp.timex_resolve import resolve
from nlp.timex_tense import is_put_off, is_state_at, moves_dates, tense_at, token_at
from nlp.timex_tokens import Tokens

#: "That year" looks so many characters back, about three sentences.
_REACH = 400
#: So many values before it are remembered.
_NAMED = 8


_TODAY = Shift("day", 0)


class Dates:
    """Writes `doc._.dates`, in text order."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._inflected = lexicon(lang).inflected

    def __call__(self, doc: Doc) -> Doc:
        """Find the dates of `doc`; reads `doc._.report` for the publication day."""
        set_spans(doc, "dates", list(self.find(doc)))
        return doc

    def find(self, doc: Doc) -> Iterator[EventDate]:
        """Yield the dates of `doc`; only the tense and the names need its parse."""
        text = text_of(doc)
        items = lex(text, self.lang)
        tokens = Tokens(
            items,
            inflected=self._inflected,
            is_counted=lambda number, word: _is_counted(doc, number, word),
            is_name=lambda word: _is_name(doc, word),
            pos=lambda word: _pos(doc, word),
        )
        published, hour = published_day(doc)
        named: list[tuple[int, Value]] = []
        for found in self._single(doc, items, read(tokens)):
            start, end = items[found.first].start, items[found.last - 1].end
            context = Context(
                published,
                self._asked(doc, found, start),
                [v for at, v in named if start - at <= _REACH],
                is_deadline=found.is_deadline,
                is_past=tokens.has(found.first - 1, "since"),
                hour=hour,
            )
            value = resolve(found.node, context)
            named = named[-_NAMED:]
            whole = _whole(found.node)
            if whole is not found.node:
                named.append((end, resolve(whole, context)))
            named.append((end, value))
            if value.timex is not None and not _is_attribute(doc, found, items):
                yield _record(text, start, end, value)

    def _asked(self, doc: Doc, found: Found, start: int) -> Callable[[], Tense | None]:
        """Return how to ask for the tense; an old date has none of the verb's."""
        if found.is_old:
            return lambda: None
        return lambda: tense_at(doc, start, self.lang)

    def _single(
        self, doc: Doc, items: list[Lexeme], found: list[Found]
    ) -> Iterator[Found]:
        """Yield the expressions; an old and a new date apart."""
        for one in found:
            if one.halves and (
                one.splits == "always"
                or (one.splits and moves_dates(doc, items[one.first].start, self.lang))
            ):
                yield replace(one.halves[0], is_old=True)
                yield one.halves[1]
            elif one.node == _TODAY and is_state_at(
                doc, items[one.first].start, self.lang
            ):
                yield replace(one, node=Ref("PRESENT_REF"))
            elif (until := _until(one.node)) is not None and is_put_off(
                doc, items[one.first].start, self.lang
            ):
                yield replace(one, node=until, is_deadline=False)
            else:
                yield one


def _until(node: Node) -> Node | None:
    """Return the date of "until June"; "until the end of June" is a deadline."""
    if not isinstance(node, Bounded) or node.bound != "lasting":
        return None
    return None if isinstance(node.of, Part) else node.of


def _whole(node: Node) -> Node:
    """Return the period of a part or bound: "by the end of 2022 … that year"."""
    while isinstance(node, Part | Approx | Bounded):
        node = node.of
    return node


def published_day(doc: Doc) -> tuple[date | None, float | None]:
    """Return the outlet's local day of publication and the hour, None if unknown."""
    report = doc._.report
    if report is None or not report.published:
        return None, None
    try:
        at = datetime.fromisoformat(report.published)
    except ValueError:
        return None, None
    has_time = len(report.published) > len("2022-07-20")
    return at.date(), at.hour + at.minute / 60 if has_time else None


def _record(text: str, start: int, end: int, value: Value) -> EventDate:
    return EventDate(
        start=start,
        end=end,
        text=text[start:end],
        timex=value.timex,
        mod=value.mod,
        edtf=value.edtf,
        earliest=value.earliest.isoformat() if value.earliest else None,
        latest=value.latest.isoformat() if value.latest else None,
    )


def _is_counted(doc: Doc, number: Lexeme, word: Lexeme) -> bool:
    """ "2000 cars": the number hangs on the plural noun behind it."""
    first, second = token_at(doc, number.start), token_at(doc, word.start)
    if first is None or second is None or second.pos_ != "NOUN" or not second.is_lower:
        return False
    if first.head.i != second.i:
        return False
    if "Plur" not in second.morph.get("Number", []) and not first.dep_.startswith(
        "nummod:"
    ):
        return False
    if any(child.pos_ == "DET" for child in second.children):
        return False
    before = doc[first.i - 1] if first.i else None
    return (
        before is None or before.pos_ != "ADP" or first.dep_ in ("nummod", "nummod:gov")
    )


def _pos(doc: Doc, word: Lexeme) -> str:
    token = token_at(doc, word.start)
    return token.pos_ if token is not None else ""


def _is_attribute(doc: Doc, found: Found, items: list[Lexeme]) -> bool:
    """ "The annual report", "the daily Granki" say nothing of when."""
    if not isinstance(found.node, Repeated):
        return False
    token = token_at(doc, items[found.first].start)
    if token is None or token.pos_ != "ADV":
        return True
    following = doc[token.i + 1] if token.i + 1 < len(doc) else None
    return following is not None and following.pos_ in ("NOUN", "PROPN")


def _is_name(doc: Doc, word: Lexeme) -> bool:
    """ "Theresa May": the word ends or begins a person's name."""
    token = token_at(doc, word.start)
    if token is None:
        return False
    if token.pos_ in ("AUX", "VERB"):
        return True
    if not token.is_title:
        return False
    if (
        token.i
        and doc[token.i - 1].pos_ == "PROPN"
        and doc[token.i - 1].is_title
        and token.dep_ not in ("npadvmod", "pobj")
    ):
        return not token.is_sent_start
    return (
        token.ent_type_ in ("PERSON", "ORG", "PRODUCT")
        and token.i + 1 < len(doc)
        and doc[token.i + 1].pos_ == "PROPN"
    )


@Language.factory("molva_dates", default_config={"lang": "en"}, assigns=["doc._.dates"])
def make_dates(nlp: Language, name: str, lang: str) -> Dates:
    """Make the component; reads `nlp/lang/<lang>/timex.toml`."""
    return Dates(lang)
