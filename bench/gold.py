"""Score the reading of the project's own gold: `python -m bench.gold`.

Options: `--lang ru|en`, `--half dev|test`, `--errors` (what was missed in the dev half;
the test half stays unseen), `--pin` (write the scores, less a margin, as the floors
that the tests hold; refuses to lower one unless `--lower` is given too).

Figures and dates: F1 over spans that overlap and are right. Statements: F1 over spans
whose intersection is at least half their union. Everything else: accuracy over the main
statements that were found. Only whoever speaks counts as a source: where an outlet has
no source of its own (`media`), source and cue are left to the measure of the outlet.
Labels are explained in tests/gold/README.md.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tomllib
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from molva.model import EventDate, Figure, Reading, Report, Statement
from molva.names import key
from molva.status import alone
from nlp.read import read

GOLD = Path(__file__).parents[1] / "tests" / "gold"
FLOORS = GOLD / "floors.toml"
LANGS = ("en", "ru")
HALVES = ("dev", "test")
#: How far below what was reached a floor is set.
MARGIN = 0.01

Passage = dict[str, Any]
Span = tuple[int, int]
Scores = dict[str, float]
Found = TypeVar("Found", Figure, EventDate, Statement)

_UNITS = {"m²": "m2", "km²": "km2", "m³": "m3", "м²": "m2", "м³": "m3"}
_BASIS_POINTS = {"bp", "bps", "basis point", "б. п.", "базисный пункт"}


@dataclass(slots=True)
class Tally:
    """What was right, found and wanted of one measure, and what was missed."""

    hits: int = 0
    found: int = 0
    gold: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def score(self) -> float:
        """F1; the same as accuracy where as many were found as wanted."""
        return 2 * self.hits / max(1, self.found + self.gold)


class Tallies(dict[str, Tally]):
    """One tally per measure, in the order in which they are first used."""

    def __missing__(self, name: str) -> Tally:
        self[name] = Tally()
        return self[name]

    def count(self, name: str, found: int, gold: int, hits: int, miss: str) -> None:
        tally = self[name]
        tally.hits += hits
        tally.found += found
        tally.gold += gold
        if hits < max(found, gold):
            tally.misses.append(miss)

    def judge(self, name: str, is_right: bool, miss: str) -> None:
        self.count(name, 1, 1, int(is_right), miss)

    @property
    def scores(self) -> Scores:
        return {name: tally.score for name, tally in self.items()}


def passages(lang: str, half: str) -> list[Passage]:
    """Return the labelled passages of one language and half, none if it has none."""
    path = GOLD / f"{lang}.jsonl"
    if not path.exists():
        return []
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [p for p in lines if p["half"] == half]


def evaluate(lang: str, half: str) -> Tallies:
    """Read one half and compare."""
    gold = passages(lang, half)
    reports = [
        Report(
            id=p["id"], source=p.get("source", "gold"), key=p["id"], text=p["text"],
            kind=p.get("kind", "media"), lang=p["lang"], published=p.get("published"),
        )
        for p in gold
    ]  # fmt: skip
    readings = {reading.report_id: reading for reading in read(reports)}
    tallies = Tallies()
    for passage in gold:
        reading = readings[passage["id"]]
        _figures(tallies, passage, reading)
        _dates(tallies, passage, reading)
        _statements(tallies, passage, reading)
    return tallies


def _figures(tallies: Tallies, passage: Passage, reading: Reading) -> None:
    gold, found = passage["figures"], reading.figures
    pairs = paired(spans(passage["text"], gold), gold, found)
    miss = _miss(passage, gold, found, ("low", "high", "unit", "bound"))
    right = [_value(g) == _value(_plain(f)) for g, f in pairs]
    whole = [
        same and g["bound"] == f.bound and _unit(g) == _unit(_plain(f))
        for same, (g, f) in zip(right, pairs, strict=True)
    ]
    tallies.count("figures", len(found), len(gold), sum(whole), miss)
    tallies.count("figure values", len(found), len(gold), sum(right), miss)
    for g, f in pairs:
        if g.get("measure"):
            note = f"{passage['id']} {g['text']!r}: {g['measure']}, found {f.measure}"
            tallies.judge("figure measure", g["measure"] == f.measure, note)


def _dates(tallies: Tallies, passage: Passage, reading: Reading) -> None:
    gold, found = passage["dates"], reading.dates
    pairs = paired(spans(passage["text"], gold), gold, found)
    miss = _miss(passage, gold, found, ("timex", "edtf", "earliest", "latest"))
    for name, hits in {
        "date bounds": [
            (g["earliest"], g["latest"]) == (f.earliest, f.latest) for g, f in pairs
        ],
        "date timex": [g["timex"] == f.timex for g, f in pairs],
        "date edtf": [days(g["edtf"]) == days(f.edtf) for g, f in pairs],
    }.items():
        tallies.count(name, len(found), len(gold), sum(hits), miss)


def _statements(tallies: Tallies, passage: Passage, reading: Reading) -> None:
    gold, found = passage["statements"], reading.statements
    where = spans(passage["text"], gold)
    pairs = paired(where, gold, found, least=0.5)
    miss = _miss(passage, gold, found, ())
    tallies.count("statements", len(found), len(gold), len(pairs), miss)
    for wanted, statement in pairs:
        if wanted is gold[0]:
            is_first = statement is found[0]
            tallies.judge("main first", is_first, f"{passage['id']} {statement.text!r}")
            _main(tallies, passage, wanted, statement)
        _when(tallies, passage, wanted, statement)


def _when(tallies: Tallies, passage: Passage, gold: Passage, found: Statement) -> None:
    """Compare the dates of what is said, by overlap."""
    places = spans(passage["text"], passage["dates"])
    wanted = [places[i] for i in gold["dates"]]
    told = [(d.start, d.end) for d in found.asserted().dates]
    hits = sum(any(a < d and c < b for c, d in told) for a, b in wanted)
    note = f"{passage['id']} {wanted}, found {[d.text for d in found.asserted().dates]}"
    tallies.count("dates of statements", len(told), len(wanted), hits, note)


def _main(tallies: Tallies, passage: Passage, gold: Passage, found: Statement) -> None:
    want, got = gold["attribution"], found.attribution
    is_media = want["source_type"] == "media"
    checks: dict[str, tuple[object, object, bool]] = {}
    judged: dict[str, str] = {"modality": found.modality, "polarity": found.polarity}
    for name, value in {**judged, "status": alone(found)}.items():
        checks[name] = (gold[name], value, gold[name] == value)
    for name in ("source_type", "count"):
        given = getattr(got, name)
        checks[name] = (want[name], given, want[name] == given)
    checks["outlet"] = (
        want["outlet"],
        got.outlet,
        same_name(want["outlet"], got.outlet),
    )
    if not is_media:
        cue = got.cue if got.cue and re.search(r"\w", got.cue) else None
        checks["cue"] = (want["cue"], cue, _touch(want["cue"], cue))
        is_right = _touch(want["source"], got.source)
        checks["source"] = (want["source"], got.source, is_right)
    for name, (wanted, given, is_right) in checks.items():
        note = f"{passage['id']} {wanted!r}, found {given!r}: {found.text!r}"
        tallies.judge(name, is_right, note)


def spans(text: str, items: Iterable[Passage]) -> list[Span]:
    """Return where each labelled stretch stands; they are searched in text order.

    The main statement may stand after others: what is not found further on is searched
    from the start. ValueError where it is not in the text at all.
    """
    found: list[Span] = []
    position = 0
    for item in items:
        pattern = re.compile(rf"(?<!\w){re.escape(item['text'])}(?!\w)")
        match = pattern.search(text, position) or pattern.search(text)
        if match is None:
            raise ValueError(f"{item['text']!r} is not in {text!r}")
        found.append(match.span())
        position = match.end()
    return found


def paired(
    where: list[Span],
    gold: list[Passage],
    found: Iterable[Found],
    least: float = 0.0,
) -> list[tuple[Passage, Found]]:
    """Pair one to one, the largest overlap first and none below `least`."""
    items = list(found)
    ranked = sorted(
        (
            (-overlap(span, (item.start, item.end)), i, j)
            for i, span in enumerate(where)
            for j, item in enumerate(items)
        ),
    )
    pairs: dict[int, int] = {}
    for ratio, i, j in ranked:
        is_free = i not in pairs and j not in pairs.values()
        if is_free and ratio < 0 and -ratio >= least:
            pairs[i] = j
    return [(gold[i], items[pairs[i]]) for i in sorted(pairs)]


def overlap(one: Span, other: Span) -> float:
    """Return intersection over union of two spans."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    whole = max(one[1], other[1]) - min(one[0], other[0])
    return max(0, shared) / max(1, whole)


def days(edtf: str | None) -> str | None:
    """Write an EDTF interval to the day: 2024-09/2024-12 as 2024-09-01/2024-12-31."""
    if edtf is None or "/" not in edtf:
        return edtf
    start, end = edtf.split("/", 1)
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", start):
        start = f"{start}-01-01" if len(start) == 4 else f"{start}-01"
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", end):
        end = end if len(end) == 7 else f"{end}-12"
        end = f"{end}-{monthrange(int(end[:4]), int(end[5:7]))[1]}"
    return f"{start}/{end}"


def same_name(one: str | None, other: str | None) -> bool:
    """Tell whether two outlets are the same by key, or both absent."""
    if not one or not other:
        return not one and not other
    return key(one) == key(other)


def _touch(one: str | None, other: str | None) -> bool:
    """Tell whether two stretches share most words of the shorter, or lack alike."""
    if not one or not other:
        return not one and not other
    mine, theirs = _words(one), _words(other)
    return len(mine & theirs) * 2 > min(len(mine), len(theirs))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold())) or {text}


def _plain(figure: Figure) -> Passage:
    return {"low": figure.low, "high": figure.high, "unit": figure.unit}


def _unit(figure: Passage) -> str | None:
    unit = figure["unit"]
    if unit in _BASIS_POINTS:
        return "pp"
    return _UNITS.get(unit, unit.casefold()) if unit else None


def _value(figure: Passage) -> tuple[float | None, ...]:
    """Return both ends to nine digits, basis points as percentage points."""
    factor = 0.01 if figure["unit"] in _BASIS_POINTS else 1.0
    ends = (figure["low"], figure["high"])
    return tuple(None if v is None else float(f"{v * factor:.9g}") for v in ends)


def _miss(
    passage: Passage, gold: list[Passage], found: Iterable[Any], names: tuple[str, ...]
) -> str:
    wanted = [(g["text"], *(g[name] for name in names)) for g in gold]
    got = [(f.text, *(getattr(f, name) for name in names)) for f in found]
    head = f"{passage['id']} [{passage.get('published')}] {passage['text']!r}"
    return f"{head}\n      gold  {wanted}\n      found {got}"


def floors() -> dict[str, dict[str, Scores]]:
    """Return the pinned floors, by language and half; empty before the first pin."""
    return tomllib.loads(FLOORS.read_text()) if FLOORS.exists() else {}


def pinned(old: Scores, reached: Scores, *, may_lower: bool = False) -> Scores:
    """Return the floors for the scores reached; ValueError where one would fall."""
    new = {
        n: max(0.0, math.floor((s - MARGIN) * 1000) / 1000) for n, s in reached.items()
    }
    lower = [name for name, floor in old.items() if reached.get(name, 0.0) < floor]
    if lower and not may_lower:
        raise ValueError(f"would lower {', '.join(lower)}; say --lower as well")
    if may_lower:
        return new
    return {name: max(floor, old.get(name, 0.0)) for name, floor in new.items()}


def write_floors(table: dict[str, dict[str, Scores]]) -> None:
    """Write the floors as TOML, one table per language and half."""
    lines = [
        "# Scores may not fall below these; `python -m bench.gold --pin` raises them."
    ]
    for lang, halves in sorted(table.items()):
        for half, scores in sorted(halves.items()):
            lines += ["", f"[{lang}.{half}]"]
            lines += [f'"{name}" = {floor:.3f}' for name, floor in scores.items()]
    FLOORS.write_text("\n".join(lines) + "\n")


def _rows(results: dict[tuple[str, str], Tallies]) -> Iterator[str]:
    """Yield a table: measures down, languages and halves across."""
    yield f"{'':16}" + "".join(f"{f'{lang} {half}':>18}" for lang, half in results)
    names = dict.fromkeys(name for tallies in results.values() for name in tallies)
    for name in names:
        cells = (
            f"{t.score:.3f} ({t.hits}/{t.gold})"
            for t in (r[name] for r in results.values())
        )
        yield f"{name:16}" + "".join(f"{cell:>18}" for cell in cells)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.gold")
    parser.add_argument("--lang", choices=LANGS)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--lower", action="store_true")
    options = parser.parse_args(arguments)
    if options.errors and options.half == "test":
        print("the test half stays unseen: --errors shows the dev half only")
        return 2
    halves = ("dev",) if options.errors else HALVES
    results = {
        (lang, half): evaluate(lang, half)
        for lang in ([options.lang] if options.lang else LANGS)
        for half in ([options.half] if options.half else halves)
        if passages(lang, half)
    }
    print("\n".join(_rows(results)))
    if options.errors:
        for (lang, _), tallies in results.items():
            for name, tally in tallies.items():
                print(f"\n== {lang} {name}", *tally.misses, sep="\n   ")
    return _pin(results, may_lower=options.lower) if options.pin else 0


def _pin(results: dict[tuple[str, str], Tallies], *, may_lower: bool) -> int:
    table = floors()
    for (lang, half), tallies in results.items():
        old = table.setdefault(lang, {}).get(half, {})
        try:
            table[lang][half] = pinned(old, tallies.scores, may_lower=may_lower)
        except ValueError as error:
            print(f"{lang} {half}: {error}")
            return 1
    write_floors(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
