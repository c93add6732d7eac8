"""Peers in the shape of our own finders, so that one scorer takes both."""

from __future__ import annotations

from bench import dates, figures
from bench.peers_client import Peer
from molva.model import EventDate

#: Peers' names of units, in small letters → our symbols and factors, beside those
#: of the sets (`figures.NAMES`). None: what the sets do not count as a measure.
UNITS: dict[str, tuple[str, float] | None] = {
    "percentage": ("%", 1), "pound-mass": ("lb", 1), "pound sterling": ("GBP", 1),
    "degree celsius": ("°C", 1), "c": ("°C", 1), "f": ("°F", 1),
    "degree angle degree celsius": ("°C", 1), "degree fahrenheit": ("°F", 1),
    "degree angle degree fahrenheit": ("°F", 1), "degree angle": ("°", 1),
    "milligram": ("g", 0.001), "tonne": ("t", 1), "centimeter": ("m", 0.01),
    "millimeter": ("m", 0.001), "decimetre": ("m", 0.1), "picometre": ("pm", 1),
    "liter": ("l", 1), "milliliter": ("l", 0.001), "hectoliter": ("l", 100),
    "cubic centimetre": ("l", 0.001), "kilometre per hour": ("km/h", 1),
    "mile per hour": ("mph", 1), "penny": ("USD", 0.01), "centavo": ("USD", 0.01),
    "rupee": ("INR", 1), "$": ("USD", 1), "us$": ("USD", 1), "€": ("EUR", 1),
    "£": ("GBP", 1), "₽": ("RUB", 1), "р": ("RUB", 1), "руб": ("RUB", 1),
    "руб.": ("RUB", 1), "₴": ("UAH", 1), "грн": ("UAH", 1), "¥": ("JPY", 1),
    "₹": ("INR", 1), "rs": ("INR", 1), "rm": ("MYR", 1), "c$": ("CAD", 1),
    "hour": None, "minute": None, "second": None, "day": None, "week": None,
    "month": None, "year": None,
}  # fmt: skip


def quantities(peer: Peer, *, by_code: bool) -> figures.Find:
    """Return a finder of quantities; `by_code` takes ISO codes of money as units."""

    def find(text: str, lang: str, kind: str) -> list[figures.Value]:
        found = (
            _value(low, high, code if by_code and code else unit, kind)
            for low, high, unit, code in peer.ask(text=text, lang=lang, kind=kind)
        )
        return [value for value in found if value is not None]

    return find


def _value(
    low: float, high: float, unit: str | None, kind: str
) -> figures.Value | None:
    if kind == "number" or unit is None:
        return low, high, None
    name = unit[:1].upper() + unit[1:]
    known = figures.NAMES.get(name) or UNITS.get(unit.lower(), (unit, 1.0))
    if known is None:
        return None
    symbol, factor = known
    if kind == "physical" and name == "Pound":
        symbol = "lb"
    return low * factor, high * factor, symbol


def days(peer: Peer, *, prefer: str = "past", is_string: bool = False) -> dates.Find:
    """Return a finder of dates; `is_string` is for texts that are one date each.

    The stretch between two dates found there is added, which helps the peers that do
    not join the ends of a range; and no tagger is run (HeidelTime's costs 0.25 s a text
    and changed no score on duckling's).
    """

    def find(text: str, lang: str, published: str | None) -> list[EventDate]:
        ref = (published or "2000-01-01")[:10]
        answer = peer.ask(text=text, lang=lang, ref=ref, prefer=prefer, quick=is_string)
        found = [_date(text, *one) for one in answer]
        known = [d for d in found if d.earliest or d.latest]
        if is_string and len(known) > 1:
            ends = (known[0].earliest, known[-1].latest)
            found.append(_date(text, known[0].start, known[-1].end, *ends, ""))
        return found

    return find


def _date(
    text: str,
    start: int,
    end: int,
    earliest: str | None,
    latest: str | None,
    value: str,
) -> EventDate:
    is_known = bool(earliest or latest)
    return EventDate(
        start=start,
        end=end,
        text=text[start:end],
        timex=value,
        mod=None,
        edtf=value if is_known else None,
        earliest=earliest,
        latest=latest,
    )
