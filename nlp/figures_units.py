"""The unit in the record, own or shared: «7,4 млрд рублей из 10 млрд»."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.figures_context import Place, words

#: A dropped unit is that of a figure at most so many tokens before.
_MAX_BACK = 25
#: … for a small number, so many.
_MAX_NEAR = 5
#: … or of one right behind: "5 of 10 million dollars".
_MAX_AHEAD = 4


def unit_of(place: Place) -> str | None:
    """Return the figure's own unit: a symbol, a currency, or the noun's lemma."""
    unit = place.quantity.unit
    if unit is not None:
        return unit.symbol
    return place.noun.lemma_.lower() if place.noun is not None else None


def with_shared_units(
    places: Sequence[Place],
) -> list[tuple[Place, str | None]]:
    """Return each place with its unit; one without takes that of a neighbour."""
    own = [unit_of(p) for p in places]
    found: list[tuple[Place, str | None]] = []
    for i, one in enumerate(places):
        unit = own[i]
        if unit is None and i + 1 < len(places):
            unit = _from_right(one, places[i + 1], own[i + 1])
        if unit is None and i:
            unit = _from_left(one, *found[i - 1])
        found.append((one, unit))
    return found


def _from_right(one: Place, other: Place, unit: str | None) -> str | None:
    between = one.doc[one.after : other.first]
    if unit is None or unit == "%" or len(between) > _MAX_AHEAD or not len(between):
        return None
    known = words(one.lang).shares
    if not any(t.lower_ in known for t in between):
        return None
    return None if any(t.pos_ in {"VERB", "NOUN"} for t in between) else unit


def _from_left(one: Place, other: Place, unit: str | None) -> str | None:
    if unit is None or one.first - other.last > _MAX_BACK:
        return None
    between = one.doc[other.after : one.first]
    if any(t.is_sent_start for t in between) or "\n" in between.text:
        return None
    if unit in {"%", "pp"} and one.value >= 100:
        return None
    if not (one.value >= 100 or one.quantity.has_scale):
        near = between[:_MAX_NEAR]
        known = words(one.lang).shares
        if len(between) > _MAX_NEAR or not any(t.lower_ in known for t in near):
            return None
    if one.doc[one.first].is_sent_start:
        return None
    return unit
