"""Figures: quantities of the text that are figures of the news (DESIGN §5)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from spacy.language import Language
from spacy.tokens import Doc

from molva.model import Bound, Figure
from nlp.extensions import set_spans, text_of
from nlp.figures_change import find_changes as find_changes
from nlp.figures_change import quantities_of
from nlp.figures_context import (
    Place,
    change_before,
    goes_on,
    is_after_step,
    is_aside,
    is_governed,
    is_other_end,
    place,
)
from nlp.figures_counted import counted
from nlp.figures_filter import is_figure, is_idle, outside_dates
from nlp.figures_find import Quantity
from nlp.figures_measure import measure_of
from nlp.figures_units import unit_of, with_shared_units

#: «от двух компаний» is no minimum, «от 20 машин» is.
_SOLO_FLOOR = 10


class Figures:
    """Set `doc._.figures`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, doc: Doc) -> Doc:
        """Find the figures of `doc`; text without numbers costs one scan."""
        set_spans(doc, "figures", self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Figure]:
        """Return the figures of `doc` in text order."""
        placed = [place(doc, q, self.lang) for q in quantities_of(doc, self.lang)]
        places = [p for p in placed if p is not None and is_figure(p)]
        places = outside_dates(places, doc._.dates or ())
        settled: list[Place] = []
        for one in places:
            settled += _settle(one, settled[-1] if settled else None)
        found: list[Figure] = []
        last: Place | None = None
        for one, unit in with_shared_units(settled):
            if unit is None and is_idle(one):
                continue
            figure = _figure(one, unit)
            if last is not None and is_aside(one, last):
                figure = replace(figure, measure=found[-1].measure)
            if last is not None and goes_on(one, last) and found[-1].unit == unit:
                figure = _like(figure, found[-1], is_short=one.is_bare)
            found.append(figure)
            last = one
        return found


def _like(figure: Figure, other: Figure, *, is_short: bool) -> Figure:
    """Fill in what a shortened figure leaves to the one before it: "180 of them"."""
    return replace(
        figure,
        measure=figure.measure or other.measure,
        of=figure.of or (other.of if is_short else None),
    )


def _settle(one: Place, last: Place | None) -> list[Place]:
    """Decide by the verb what "from A to B" and «до B» mean."""
    quantity = one.quantity
    opener = quantity.opener
    if opener is None:
        return [one]
    changed = opener.is_change and (
        change_before(one) is not None or is_after_step(one)
    )
    if quantity.parts:
        # whatever the verb: what goes down is no range
        is_fall = quantity.parts[0].low > quantity.parts[-1].high
        return _split(one) if changed or is_fall else [one]
    if changed or not _may_stand_alone(one) or (last and is_other_end(one, last)):
        return [_exact(one)]
    return [one]


def _split(one: Place) -> list[Place]:
    unit = one.quantity.unit
    parts = [replace(p, unit=p.unit or unit) for p in one.quantity.parts]
    placed = [place(one.doc, p, one.lang) for p in parts]
    found = [replace(p, noun=p.noun or one.noun) for p in placed if p is not None]
    return [_exact(p) if p.quantity.opener else p for p in found]


def _may_stand_alone(one: Place) -> bool:
    """A bare "from" means a minimum for measured things; «от» for counted ones too."""
    quantity = one.quantity
    if quantity.bound == "min" and is_governed(one):
        return False
    if quantity.bound != "min" or quantity.unit is not None:
        return True
    return one.lang == "ru" and one.value >= _SOLO_FLOOR


def _exact(one: Place) -> Place:
    quantity = one.quantity
    return replace(
        one,
        quantity=replace(
            quantity, bound="exact", start=quantity.inner_start, opener=None
        ),
    )


_QUOTES = (("«", "»"), ("„", "“"), ("“", "”"))


def _figure(one: Place, unit: str | None) -> Figure:
    quantity = one.quantity
    start, end = _span(one, unit)
    low, high = _ends(quantity)
    return Figure(
        start=start,
        end=end,
        text=text_of(one.doc)[start:end],
        low=low,
        high=high,
        unit=unit,
        bound=quantity.bound,
        measure=measure_of(one),
        of=None if unit == "pp" else counted(one),
    )


def _span(one: Place, unit: str | None) -> tuple[int, int]:
    """Return the characters of number, bound words, unit and counted noun."""
    end = one.quantity.end
    if one.noun is not None and unit in (unit_of(one), "pp"):
        end = max(end, one.noun.idx + len(one.noun))
    start, text = one.quantity.start, text_of(one.doc)
    # «100 000 „Кедровок“»: a name counted keeps both of its quotes
    is_open = any(
        text.rfind(a, start, end) > text.rfind(b, start, end) for a, b in _QUOTES
    )
    if is_open and text[end : end + 1] in {b for _, b in _QUOTES}:
        end += 1
    return start, end


def _ends(quantity: Quantity) -> tuple[float | None, float | None]:
    low, high = _plain(quantity.low), _plain(quantity.high)
    ends: dict[Bound, tuple[float | None, float | None]] = {
        "min": (low, None),
        "max": (None, high),
    }
    return ends.get(quantity.bound, (low, high))


def _plain(value: Decimal) -> float:
    """Return an int where the value is whole: 600 must not read 600.0."""
    return int(value) if value == value.to_integral_value() else float(value)


@Language.factory("molva_figures", default_config={"lang": "en"})
def make_figures(nlp: Language, name: str, lang: str) -> Figures:
    """Make the component for one language."""
    return Figures(lang)
