"""Score the ledger on multi-report stories: `python -m bench.stories`.

Options: `--half dev|test`, `--errors` (what went wrong in the dev half; the test half
stays unseen). Each story runs through the code of `molva replay`. A gold member is in
the claim whose statement overlaps it most.

clusters: F1 over pairs of gold members of one story that share a claim. status: share
of (claim, report) from the claim's first report on where the status is right, a claim
being the one that most of its members are in. revisions: F1 over values, right when
bounds and unit are and when both are current or both older; values count in so far as
gold has some of their kind (figures of that unit, dates). outcome: accuracy.
Labels are explained in tests/stories/README.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.gold import HALVES, Span, Tallies, days
from molva.model import Source, Statement
from molva.pipeline.filters import replayed
from molva.shapes import report_of
from molva.values import same_noun

STORIES = Path(__file__).parents[1] / "tests" / "stories" / "stories.jsonl"

Line = dict[str, Any]

#: What is aimed at, by measure.
TARGETS = {"clusters": 0.90, "status": 0.95, "revisions": 0.90}

#: Nouns of count that the labels treat as equal, a set a line.
_NOUNS = (
    {"машина", "автомобиль", "car", "vehicle"},
    {"самолёт", "jet", "aircraft", "plane"},
    {"сотрудник", "человек", "работник", "worker", "employee", "people", "person"},
    {"вагон", "трамвай", "tram"},
)


def stories(half: str) -> list[Line]:
    """Return the stories of one half."""
    lines = map(json.loads, STORIES.read_text(encoding="utf-8").splitlines())
    return [story for story in lines if story["half"] == half]


def evaluate(told: Iterable[Line]) -> Tallies:
    """Replay each story and compare."""
    tallies = Tallies()
    for story in told:
        reports = [(report["id"], report_of(report)) for report in story["reports"]]
        score(tallies, story, list(replayed(reports)))
    return tallies


def gold_statements(story: Line) -> list[tuple[Statement, str | None]]:
    """Return each statement read from a story, with the id of its labelled claim."""
    from nlp.read import know_outlets, read

    reports = [report_of(report) for report in story["reports"]]
    know_outlets(
        Source(name=r.source, title=r.source, kind=r.kind, lang=r.lang or "und")
        for r in reports
    )
    told: list[Statement] = []
    claims: dict[str, str] = {}
    texts = {report["id"]: report["text"] for report in story["reports"]}
    for line, reading in zip(story["reports"], read(reports), strict=True):
        told.extend(reading.statements)
        for gold in story["claims"]:
            for member in (m for m in gold["members"] if m["report"] == line["id"]):
                span = _span(member, texts)
                shared = [
                    (_shared(span, (s.start, s.end)), s.id) for s in reading.statements
                ]
                most, statement = max(shared, default=(0, ""))
                if most:
                    claims[statement] = gold["id"]
    return [(statement, claims.get(statement.id)) for statement in told]


def score(tallies: Tallies, story: Line, claims: Sequence[Line]) -> None:
    """Count what `claims` (lines of `molva replay`) have right of a story."""
    texts = {report["id"]: report["text"] for report in story["reports"]}
    homes = [[_home(m, texts, claims) for m in c["members"]] for c in story["claims"]]
    _clusters(tallies, story, homes)
    for gold, found in zip(story["claims"], homes, strict=True):
        most = Counter(n for n in found if n is not None).most_common(1)
        claim = claims[most[0][0]] if most else None
        _statuses(tallies, story, gold, claim)
        _revisions(tallies, gold, claim)
        outcome = claim and claim["outcome"]
        note = f"{gold['id']} {gold['outcome']}, found {outcome}: {gold['about']}"
        tallies.judge("outcome", claim is not None and outcome == gold["outcome"], note)


def _home(member: Line, texts: Line, claims: Sequence[Line]) -> int | None:
    """Return the number of the claim whose statement overlaps a member most."""
    span = _span(member, texts)
    shared = [
        (_shared(span, (found["start"], found["end"])), -number)
        for number, claim in enumerate(claims)
        for found in claim["members"]
        if found["report"] == member["report"]
    ]
    most, number = max(shared, default=(0, 0))
    return -number if most > 0 else None


def _span(member: Line, texts: Line) -> Span:
    start: int = texts[member["report"]].index(member["text"])
    return start, start + len(member["text"])


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _clusters(
    tallies: Tallies, story: Line, homes: Sequence[Sequence[int | None]]
) -> None:
    members = [
        (gold["id"], member, home)
        for gold, found in zip(story["claims"], homes, strict=True)
        for member, home in zip(gold["members"], found, strict=True)
    ]
    for (id_a, a, home_a), (id_b, b, home_b) in combinations(members, 2):
        want, got = id_a == id_b, home_a is not None and home_a == home_b
        if want or got:
            fault = "apart" if want else "together"
            note = f"{fault} {id_a} {_told(a)}\n      {'':8} {id_b} {_told(b)}"
            tallies.count("clusters", int(got), int(want), int(want and got), note)
    for claim_id, member, home in members:
        if home is None:
            tallies["unread"].misses.append(f"{claim_id} {_told(member)}")


def _told(member: Line) -> str:
    return f"{member['report']} {member['text']!r}"


def _statuses(tallies: Tallies, story: Line, gold: Line, claim: Line | None) -> None:
    changes = {h["report"]: h["status"] for h in claim["history"]} if claim else {}
    wanted = {h["report"]: h["status"] for h in gold["history"]}
    status = None
    row = []
    for report in story["reports"]:
        status = changes.get(report["id"], status)
        if report["id"] in wanted:
            row.append((report["id"], wanted[report["id"]], status))
    note = f"{gold['id']} {gold['about']}: " + ", ".join(
        f"{name} {want} found {got}" for name, want, got in row if want != got
    )
    right = sum(want == got for _, want, got in row)
    tallies.count("status", len(row), len(row), right, note)


def _revisions(tallies: Tallies, gold: Line, claim: Line | None) -> None:
    figures = _figures(gold, claim["figures"] if claim else [])
    dates = [date for date in (claim["dates"] if claim else []) if gold["dates"]]
    for name, wanted, found in (
        ("figures", gold["figures"], figures),
        ("dates", gold["dates"], _distinct(dates)),
    ):
        is_same = _is_figure if name == "figures" else _is_date
        right = sum(
            any(
                is_same(value, one) and (i > 0) == (j > 0)
                for j, one in enumerate(found)
            )
            for i, value in enumerate(wanted)
        )
        shown = ("low", "high", "unit", "bound", "edtf", "report")
        note = f"{gold['id']} {gold['about']}" + "".join(
            f"\n      {who:5} {[[v[k] for k in shown if k in v] for v in values]}"
            for who, values in (("gold", wanted), ("found", found))
        )
        for measure in ("revisions", f"  {name}"):
            tallies.count(measure, len(found), len(wanted), right, note)


def _figures(gold: Line, found: Sequence[Line]) -> list[Line]:
    """Return the figures that measure what the labelled ones do."""
    units = [figure["unit"] for figure in gold["figures"]]
    return _distinct(v for v in found if any(_is_unit(v["unit"], u) for u in units))


def _distinct(values: Iterable[Line]) -> list[Line]:
    """Leave out values that are given again."""
    fields = ("low", "high", "unit", "bound", "edtf")
    kept: dict[tuple[Any, ...], Line] = {}
    for value in values:
        kept.setdefault(tuple(value.get(name) for name in fields), value)
    return list(kept.values())


def _is_figure(a: Line, b: Line) -> bool:
    ends = all(a[end] == b[end] for end in ("low", "high"))
    return ends and a["bound"] == b["bound"] and _is_unit(a["unit"], b["unit"])


def _is_unit(a: str | None, b: str | None) -> bool:
    if any(a in nouns and b in nouns for nouns in _NOUNS):
        return True
    return (a is None) == (b is None) and same_noun(a, b)


def _is_date(a: Line, b: Line) -> bool:
    return days(a["edtf"]) == days(b["edtf"])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.stories")
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args(arguments)
    if options.errors and options.half == "test":
        print("the test half stays unseen: --errors shows the dev half only")
        return 2
    halves = ("dev",) if options.errors else HALVES
    for half in [options.half] if options.half else halves:
        tallies = evaluate(stories(half))
        for name, tally in tallies.items():
            if tally.gold:
                counts = f"{tally.hits}/{tally.gold}, found {tally.found}"
                print(f"{half:5}{name:12}{tally.score:6.3f} ({counts})")
        print(f"{half:5}{'unread':12}{len(tallies['unread'].misses):6}")
        if options.errors:
            for name, tally in tallies.items():
                if name not in ("  figures", "  dates"):
                    print(f"\n== {name}", *tally.misses, sep="\n   ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
