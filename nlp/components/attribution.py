"""Attribution: who says it, with which words, and which part of the text it governs."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from molva.model import Attribution, Report


@dataclass(frozen=True, slots=True)
class Attributed:
    """Text in `start`–`end` (characters, end exclusive) that `attribution` governs."""

    start: int
    end: int
    attribution: Attribution


class Attributor:
    """Set `doc._.attributions`, in text order."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, doc: Doc) -> Doc:
        doc._.attributions = []
        return doc


def attribution_of(doc: Doc, start: int, end: int) -> Attribution:
    """Return who asserts the text in `start`–`end`: the most overlapping, then the
    innermost attribution, else the report's own voice."""
    best: tuple[int, int] | None = None
    found: Attributed | None = None
    for item in doc._.attributions or ():
        shared = min(end, item.end) - max(start, item.start)
        if shared <= 0:
            continue
        rank = (shared, item.start - item.end)
        if best is None or rank > best:
            best, found = rank, item
    return found.attribution if found else own_voice(doc._.report)


def own_voice(report: Report | None) -> Attribution:
    """Return the attribution of what nobody is quoted for.

    An official site speaks for itself; other outlets leave it unattributed.
    """
    if report is None or report.kind != "official":
        return Attribution()
    return Attribution("official", report.source, authority=report.source.casefold())


@Language.factory("molva_attribution", default_config={"lang": "en"})
def make_attribution(nlp: Language, name: str, lang: str) -> Attributor:
    """Make the component for `lang`."""
    return Attributor(lang)
