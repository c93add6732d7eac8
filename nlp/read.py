"""Read reports: text in, frozen readings out, in batches."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import TypeVar

from spacy.tokens import Doc

from molva.model import Alias, Entity, EventDate, Figure, Reading, Report, Source
from molva.names import key
from nlp import gazetteer
from nlp.build import build
from nlp.data import load
from nlp.russian import chunks
from nlp.topic import about

Item = TypeVar("Item", Entity, Figure, EventDate)

#: Longer texts are read up to here; spaCy itself refuses one million characters.
MAX_CHARS = 200_000

#: spaCy's tokenizer is quadratic in unbroken runs: give every hundredth a blank.
_RUN = re.compile(r"(\S{99})\S(?=\S)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: Of a run of pictographs the first two stay; each would be a token to every model.
_PICTURES = re.compile(
    r"(?<=[\u2600-\u27bf\U0001f000-\U0001faff]{2})[\u2600-\u27bf\u200d\ufe0f\U0001f000-\U0001faff]+"
)
#: What is left of a page: its tags, and the signs it spells out.
_TAG = re.compile(r"</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_SPELT = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)


def readable(text: str) -> str:
    """Return `text` made safe for the models, every character in its place."""
    text = _labels().sub(_blank, _unmarked(text[:MAX_CHARS]))
    return _RUN.sub(r"\1 ", _PICTURES.sub(_blank, _CONTROL.sub(" ", text)))


def _unmarked(text: str) -> str:
    """Blank leftovers of HTML: "a&nbsp;plant<br>" keeps its length."""
    if "<" in text:
        text = _TAG.sub(_blank, text)
    if "&" in text:
        text = _SPELT.sub(_sign, text)
    return text


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _sign(spelt: re.Match[str]) -> str:
    sign = html.unescape(spelt[0])
    return sign.ljust(len(spelt[0])) if len(sign) == 1 else spelt[0]


@cache
def _labels() -> re.Pattern[str]:
    """Return the agencies' labels that open a line: "UPDATE 2-", "Exclusive: "."""
    words = [
        word for lang in gazetteer.LANGS for word in load(lang, "boilerplate")["labels"]
    ]
    capitals = "|".join(map(str.upper, words))
    titles = "|".join(map(str.capitalize, words))
    return re.compile(
        rf"^[ \t]*(?:(?:{capitals})(?: ?\d{{1,2}})? ?[-–—:|]|(?:{titles}) ?[:|])"
        r"[ \t]*(?=\S)",
        re.MULTILINE,
    )


def language(text: str, tag: str | None = None) -> str:
    """Return "ru" or "en" by the letters; `tag` decides only where they are mixed.

    Tags of real pages are often wrong, and Russian business news is full of Latin
    names: a quarter of Cyrillic letters is enough.
    """
    head = text[:5000]
    cyrillic, latin = len(_CYRILLIC.findall(head)), len(_LATIN.findall(head))
    share = cyrillic / max(cyrillic + latin, 1)
    if tag in ("ru", "en") and 0.1 < share < 0.9:
        return tag
    return "ru" if share > 0.25 else "en"


def know_outlets(sources: Iterable[Source]) -> None:
    """Let the readers recognise outlets (their titles and aliases) as outlets.

    Pipelines that were built without them are built again.
    """
    outlets = {
        key(source.title): (source.title, *source.aliases)
        for source in sources
        if source.kind != "official"
    }
    if gazetteer.know_outlets(outlets):
        build.cache_clear()


def know_aliases(aliases: Iterable[Alias]) -> None:
    """Let the readers resolve these other names, and no others from an earlier call.

    A name that two texts give to two things says nothing, unless one of them is firm.
    Pipelines that were built with other names are built again.
    """
    by_name: dict[str, dict[str, Alias]] = {}
    for alias in sorted(aliases, key=lambda a: a.is_firm):
        found = by_name.setdefault(key(alias.name), {})
        if alias.is_firm:
            found.clear()
        found[alias.key] = alias
    sure = [found.popitem()[1] for found in by_name.values() if len(found) == 1]
    if gazetteer.know_aliases(sure):
        build.cache_clear()


def read(reports: Iterable[Report], *, batch_size: int = 16) -> Iterator[Reading]:
    """Yield the reading of each report, in order."""
    for batch in chunks(reports, batch_size):
        for doc, report, lang in _docs(batch):
            yield _reading(doc, report, lang)


def _docs(reports: list[Report]) -> Iterator[tuple[Doc, Report, str]]:
    tagged = [(r, language(r.text, r.lang)) for r in reports]
    for lang, group in groupby(tagged, key=lambda pair: pair[1]):
        nlp = build(lang)
        docs = []
        for report, _ in group:
            text = readable(report.text)
            doc = nlp.make_doc(text)
            doc.user_data["molva_text"] = text
            doc._.report = report
            docs.append(doc)
        for doc in nlp.pipe(docs, batch_size=len(docs)):
            yield doc, doc._.report, lang


def _reading(doc: Doc, report: Report, lang: str) -> Reading:
    given = report.text
    statements = about(doc, report.title, lang)
    entities, figures, dates = doc._.entities, doc._.figures, doc._.dates
    if not given.startswith(doc.user_data["molva_text"]):
        # the models read blanks in the place of what they cannot bear
        entities, figures, dates = (
            _as_given(items, given) for items in (entities, figures, dates)
        )
        statements = tuple(
            replace(
                statement,
                entities=_as_given(statement.entities, given),
                figures=_as_given(statement.figures, given),
                dates=_as_given(statement.dates, given),
            )
            for statement in statements
        )
    return Reading(
        report_id=report.id,
        lang=lang,
        entities=tuple(entities),
        figures=tuple(figures),
        dates=tuple(dates),
        statements=statements,
        aliases=tuple(doc._.aliases),
    )


def _as_given(items: Iterable[Item], text: str) -> tuple[Item, ...]:
    """Return items with their words as they stand in the text."""
    return tuple(replace(item, text=text[item.start : item.end]) for item in items)
