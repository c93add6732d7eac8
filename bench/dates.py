"""Event dates against the gold sets: `python -m bench.dates [--misses]`.

Reads `../shared/data` (handbook/data.md) and prints a row per set with its n, the rule
of matching, and what was left out with the reason. DESIGN §5 decides where a set's
convention differs: such cases are left out, never counted as right.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from molva.model import EventDate, Report
from nlp import extensions as extensions
from nlp import russian
from nlp.build import DEFAULT_MODELS
from nlp.components import dates as dates
from nlp.timex_calendar import add

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
#: Text, language and day of publication → the dates in it.
Find = Callable[[str, str, str | None], list[EventDate]]
GRAINS = ("day", "week", "month", "quarter", "year")

#: Why a duckling case is left out: reason → pattern of its text, per language.
LEFT_OUT = {
    "en": (
        (
            "counts to the future",
            r"(?:mon|tues?|wed|thu|fri|sat|sun)[a-z]*\.?$|new year'?s day$"
            r"|(?:next )?super tuesday$|chinese lunar new year",
        ),
        (
            "finer than the unit named",
            r".*\b(?:week|month|year)s? (?:ago|hence)$"
            r"|in (?:a|an|one|\d) (?:week|month|year)s?$",
        ),
        (
            "rolling units, DESIGN counts from the day",
            r"(?:the )?(?:last|past|next) (?:\d+|two|three|four|few) |.*\bupcoming\b",
        ),
        (
            "astronomical seasons",
            r".*\bseasons?$|.*\b(?:summer|winter|spring|autumn|fall)\b",
        ),
        ("deadline: earliest is null in DESIGN", r"by |through \d"),
        ("Saturday and Sunday only", r".*week-?end"),
        ("thirds of a year are four months", r"(?:at the )?beginning of \d{4}$"),
        ("PRESENT_REF", r"at this time$"),
    ),
    "ru": (
        (
            "counts to the future",
            r"(?:в |во )?(?:понедельник|вторник|сред[ау]|четверг|пятниц[ау]"
            r"|суббот[ау]|воскресенье)$"
            r"|рождество.*|новый год$",
        ),
        (
            "finer than the unit named",
            r"через (?:\d+ |две )?(?:недел|месяц|год)\S*$"
            r"|.*(?:недел|месяц|год|лет)\S* (?:тому )?назад$",
        ),
        (
            "rolling units, DESIGN counts from the day",
            r"(?:последние|следующие) (?:\d+|две|два|три) |в течение",
        ),
        ("deadline: latest only", r"к "),
    ),
}


@dataclass(slots=True)
class Tally:
    """How many of a set were right, and what went wrong or was left out."""

    name: str
    right: int = 0
    total: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, is_right: bool, miss: str) -> None:
        self.total += 1
        self.right += is_right
        if not is_right:
            self.misses.append(miss)

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else 0.0

    def __str__(self) -> str:
        left = "; ".join(f"{n} left out: {why}" for why, n in self.left_out.items())
        return f"{self.name}: {self.share:.3f} (n={self.total})" + (
            f"; {left}" if left else ""
        )


@cache
def pipeline(lang: str) -> Language:
    nlp = russian.blank() if lang == "ru" else spacy.load(DEFAULT_MODELS["en"])
    nlp.add_pipe("molva_dates", config={"lang": lang})
    return nlp


def found(text: str, lang: str, published: str | None) -> list[EventDate]:
    nlp = pipeline(lang)
    doc = nlp.make_doc(text)
    doc._.report = Report(id="r", source="s", key="k", text=text, published=published)
    result: list[EventDate] = nlp(doc)._.dates
    return result


def rows(*path: str) -> Iterator[dict[str, Any]]:
    with DATA.joinpath(*path).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def duckling(lang: str, find: Find = found) -> Tally:
    """Both bounds right, day or coarser, published 2013-02-12."""
    tally = Tally(f"ruen_duckling {lang}, time: earliest and latest")
    reasons = [(why, re.compile(p, re.IGNORECASE)) for why, p in LEFT_OUT[lang]]
    for row in rows("ruen_duckling", f"{lang}.jsonl"):
        gold = row["gold"]
        if row["dim"] != "time" or not gold or not _is_days(gold):
            continue
        why = next((why for why, p in reasons if p.match(row["text"])), None)
        if why:
            tally.left_out[why] += 1
            continue
        wanted = _bounds(gold)
        got = [
            (d.earliest, d.latest)
            for d in find(row["text"], lang, "2013-02-12T04:30:00-02:00")
        ]
        tally.add(wanted in got, f"{row['text']!r}: {wanted}, not {got}")
    return tally


def negatives(lang: str, find: Find = found) -> Tally:
    """Nothing with a day or period in what is no date."""
    tally = Tally(f"ruen_duckling {lang}, negatives: nothing found")
    for row in rows("ruen_duckling", f"{lang}.jsonl"):
        if row["section"] == "negative" and row["dim"] == "time":
            got = [
                d.text
                for d in find(row["text"], lang, "2013-02-12")
                if d.earliest or d.latest
            ]
            tally.add(not got, f"{row['text']!r}: {got}")
    return tally


def _is_days(gold: dict[str, Any]) -> bool:
    ends = [gold["from"], gold.get("to") or "T00:00:00"]
    return (
        gold["grain"] in GRAINS
        and all(e.endswith("T00:00:00") for e in ends)
        and gold["from"][0] != "-"
    )


def _bounds(gold: dict[str, Any]) -> tuple[str | None, str | None]:
    first = _gold_day(gold["from"])
    if gold["kind"] == "open_interval":
        return first.isoformat(), None
    end = _gold_day(gold["to"]) if gold.get("to") else add(first, 1, gold["grain"])
    return first.isoformat(), (end - timedelta(days=1)).isoformat()


def _gold_day(iso: str) -> date:
    """Read the day of a gold instant; the set writes 2013-03-00 for a month."""
    return date.fromisoformat(iso[:10].replace("-00", "-01"))


def dateparser(lang: str, find: Find = found) -> Tally:
    """The expected instant at its grain; dates in sentences by their day."""
    tally = Tally(f"ruen_dateparser {lang}: right at the stated grain")
    for row in rows("ruen_dateparser", f"cases_{lang}.jsonl"):
        if row.get("expected_spans"):
            base = (row.get("settings") or {}).get("RELATIVE_BASE", "2000-01-01")
            got = {
                d for x in find(row["text"], lang, base) for d in (x.earliest, x.latest)
            }
            wanted = {iso[:10] for _, iso in row["expected_spans"]}
            tally.add(wanted <= got, f"{row['text']!r}: {sorted(wanted)}, not {got}")
            continue
        wanted_at = datetime.fromisoformat(row["expected"])
        dates_ = find(row["text"], lang, row["ref"])
        is_right = any(x.earliest and _same(x, wanted_at, row["grain"]) for x in dates_)
        shown = [(x.text, x.timex, x.earliest) for x in dates_]
        tally.add(
            is_right,
            f"{row['text']!r}: {row['expected'][:10]} ({row['grain']}), not {shown}",
        )
    return tally


def _same(found_: EventDate, wanted: datetime, grain: str) -> bool:
    assert found_.earliest
    at = date.fromisoformat(found_.earliest)
    if grain == "week":
        return at.isocalendar()[:2] == wanted.date().isocalendar()[:2]
    parts = {"year": 1, "month": 2, "day": 3}[grain]
    return at.timetuple()[:parts] == wanted.timetuple()[:parts]


@dataclass(slots=True)
class Values:
    """Value F1: a gold and a found expression that overlap and mean the same."""

    name: str
    gold: int = 0
    found: int = 0
    right: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.found + self.gold)

    def __str__(self) -> str:
        precision = self.right / self.found if self.found else 0.0
        recall = self.right / self.gold if self.gold else 0.0
        left = "; ".join(f"{n} left out: {why}" for why, n in self.left_out.items())
        return (
            f"{self.name}: F1 {self.f1:.3f} (P {precision:.3f}, R {recall:.3f}, "
            f"n={self.gold}, found {self.found}); {left}"
        )


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    value: str


def parts_of(found_: EventDate) -> list[Span]:
    """Return a range as its two ends, as the English sets mark them; else the value."""
    timex = found_.timex or ""
    if "/" not in timex:
        return [Span(found_.start, found_.end, timex)]
    middle = (found_.start + found_.end) // 2
    first, last = timex.split("/")
    return [Span(found_.start, middle, first), Span(middle, found_.end, last)]


def match(values: Values, where: str, gold: list[Span], got: list[Span]) -> None:
    """Count the expressions of one document, each used once."""
    left = list(got)
    values.gold += len(gold)
    values.found += len(got)
    for span in gold:
        over = [g for g in left if g.start < span.end and span.start < g.end]
        hit = next((g for g in over if g.value == span.value), None)
        if hit:
            left.remove(hit)
            values.right += 1
        else:
            values.misses.append(
                f"{where}: {span.value} wanted, {[g.value for g in over]} found"
            )
    values.misses.extend(
        f"{where}: {g.value} found, nothing wanted"
        for g in left
        if not any(s.start < g.end and g.start < s.end for s in gold)
    )


def meantime(find: Find = found) -> Values:
    values = Values("en_meantime, within gold_end: TIMEX3 value")
    for row in rows("en_meantime", "meantime.jsonl"):
        marked = [
            x for x in row["timex"] if "start" in x and x["end"] <= row["gold_end"]
        ]
        clock = [x for x in marked if x["type"] == "TIME"]
        values.left_out["clock times"] += len(clock)
        gold = [
            Span(x["start"], x["end"], x["value"])
            for x in marked
            if x["type"] != "TIME"
        ]
        published = row["dct"] or next(
            (x["value"] for x in marked if re.match(r"\d{4}-\d\d-\d\d$", x["value"])),
            None,
        )
        got = [
            p
            for d in find(row["text"], "en", published)
            if d.end <= row["gold_end"]
            for p in parts_of(d)
            if not any(c["start"] < p.end and p.start < c["end"] for c in clock)
        ]
        match(values, row["id"], gold, got)
    return values


def wikinews(find: Find = found) -> Values:
    values = Values("en_gum_wikinews, `when`: ISO value")
    for row in rows("en_gum_wikinews", "docs.jsonl"):
        gold: list[Span] = []
        other: list[Span] = []
        for x in row["dates"]:
            when = x.get("when")
            is_known = when and not when.startswith("--")
            (gold if is_known else other).append(Span(x["start"], x["end"], when or ""))
        values.left_out["no `when`, or one without a year"] += len(other)
        got = [
            p
            for d in find(row["text"], "en", row["dateCreated"])
            if d.edtf is not None and not str(d.timex).startswith("P")
            for p in parts_of(d)
            if not any(o.start < p.end and p.start < o.end for o in other)
        ]
        match(values, row["id"], gold, got)
    return values


def tallies() -> Iterator[Tally | Values]:
    for lang in ("ru", "en"):
        yield duckling(lang)
        yield negatives(lang)
        yield dateparser(lang)
    yield meantime()
    yield wikinews()


def main() -> int:
    if not DATA.is_dir():
        print("../shared/data is absent")
        return 1
    for tally in tallies():
        print(tally)
        if "--misses" in sys.argv:
            for miss in tally.misses:
                print("   ", miss)
    return 0


if __name__ == "__main__":
    sys.exit(main())
