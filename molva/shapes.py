"""The JSON of the filters (DESIGN §6): lines in, lines out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, get_args

from molva.model import (
    Attribution,
    Claim,
    EventDate,
    Figure,
    Kind,
    Reading,
    Report,
    Statement,
    report_id,
    stable_id,
    statement_id,
)
from molva.status import alone

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page on disk and the address it came from."""

    path: str
    url: str


_ATTRIBUTION = (
    "source_type",
    "source",
    "count",
    "cue",
    "outlet",
    "source_start",
    "source_end",
    "cue_start",
    "cue_end",
)
_FIGURE = ("start", "end", "text", "low", "high", "unit", "bound", "measure", "of")
_DATE = ("start", "end", "text", "timex", "mod", "edtf", "earliest", "latest")
_ENTITY = ("start", "end", "text", "label", "name")


class LineError(ValueError):
    """A line that cannot be used; its message says what is missing or wrong."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text to match and the language it is said to be in."""

    text: str
    lang: str | None = None


def report_of(line: Mapping[str, Any], *, source: str = "stdin") -> Report:
    """Build a Report from an input line of `extract`, `replay` or `add`.

    Only `text` is required. Raises LineError where a field has the wrong type.
    """
    text = line.get("text")
    if not isinstance(text, str):
        raise LineError("text: a string is required")
    for name in ("title", "url", "published", "lang", "source", "kind"):
        if not isinstance(line.get(name), str | None):
            raise LineError(f"{name}: a string or null is expected")
    kind: Any = line.get("kind") or "media"
    if kind not in get_args(Kind):
        raise LineError(f"kind: {kind!r} is none of {', '.join(get_args(Kind))}")
    name = line.get("source") or source
    key = str(line.get("id") or line.get("url") or stable_id("text", text))
    return Report(
        id=report_id(name, key),
        source=name,
        key=key,
        kind=kind,
        text=text,
        title=line.get("title") or "",
        url=line.get("url"),
        lang=line.get("lang"),
        published=instant(line.get("published")),
    )


def instant(value: str | None) -> str | None:
    """Return a date or ISO instant as given, null where empty; LineError if neither."""
    if not value:
        return None
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise LineError(
            f"published: {value!r} is no date (YYYY-MM-DD) or ISO time"
        ) from None
    return value


def page_of(line: Mapping[str, Any]) -> SavedPage:
    """Read an input line of `molva article`; raises LineError."""
    path, url = line.get("path"), line.get("url")
    if not isinstance(path, str):
        raise LineError("path: the file with the page's bytes is required")
    if not isinstance(url, str | None):
        raise LineError("url: a string or null is expected")
    return SavedPage(path, url or "")


def pair_of(line: Mapping[str, Any]) -> tuple[Text, Text]:
    """Read an input line of `molva match`; raises LineError."""
    a, b = line.get("a"), line.get("b")
    if not isinstance(a, str) or not isinstance(b, str):
        raise LineError("a, b: two strings are required")
    return Text(a, line.get("lang_a")), Text(b, line.get("lang_b"))


def statement_of(reading: Reading, text: str) -> Statement:
    """Return a whole text as one statement, led by its main one.

    A pair of texts to match may be a fragment without a claim, or hold several. No
    report is around it, so that it has no topic.
    """
    main = reading.statements[0] if reading.statements else None
    blank = Statement(
        id=statement_id(reading.report_id, text),
        report_id=reading.report_id,
        lang=reading.lang,
        start=0,
        end=len(text),
        text=text,
        modality="fact",
        polarity="asserts",
        attribution=Attribution(),
    )
    return replace(
        main or blank,
        start=0,
        end=len(text),
        text=text,
        figures=reading.figures,
        dates=reading.dates,
        entities=reading.entities,
        topic=(),
        things=tuple(dict.fromkeys(t for s in reading.statements for t in s.things)),
    )


def extract_line(line_id: Any, reading: Reading) -> Line:
    """Return the output line of `molva extract` for one reading."""
    figures = {(f.start, f.end): i for i, f in enumerate(reading.figures)}
    dates = {(d.start, d.end): i for i, d in enumerate(reading.dates)}
    entities = {(e.start, e.end): i for i, e in enumerate(reading.entities)}
    return {
        "id": line_id,
        "lang": reading.lang,
        "entities": [_pick(e, _ENTITY) for e in reading.entities],
        "figures": [_pick(f, _FIGURE) for f in reading.figures],
        "dates": [_pick(d, _DATE) for d in reading.dates],
        "statements": [
            {
                "start": s.start,
                "end": s.end,
                "text": s.text,
                "status": alone(s),
                "modality": s.modality,
                "polarity": s.polarity,
                "attribution": _pick(s.attribution, _ATTRIBUTION),
                "figures": _numbers(s.figures, figures),
                "dates": _numbers(s.asserted().dates, dates),
                "entities": _numbers(s.entities, entities),
            }
            for s in reading.statements
        ],
    }


def replay_line(claim: Claim, names: Mapping[str, Any]) -> Line:
    """Return a line of `molva replay`; `names` maps report ids to input ids."""
    order = {e.report.id: n for n, e in enumerate(claim.evidence)}
    members = sorted(
        claim.evidence, key=lambda e: (order[e.report.id], e.statement.start)
    )
    return {
        "claim_id": claim.id,
        "status": claim.status,
        "outcome": claim.outcome,
        "members": [
            {
                "report": names[e.report.id],
                "start": e.statement.start,
                "end": e.statement.end,
                "text": e.statement.text,
            }
            for e in members
        ],
        "history": [
            {"report": names.get(c.report_id or ""), "status": c.new}
            for c in claim.changes
        ],
        "figures": [
            _pick(v.value, ("low", "high", "unit", "bound", "measure"))
            | {"report": names.get(v.report_id)}
            for v in claim.values
            if isinstance(v.value, Figure)
        ],
        "dates": [
            _pick(v.value, ("timex", "edtf", "earliest", "latest"))
            | {"report": names.get(v.report_id)}
            for v in claim.values
            if isinstance(v.value, EventDate)
        ],
    }


def _pick(record: Any, fields: Iterable[str]) -> Line:
    return {field: getattr(record, field) for field in fields}


def _numbers(records: Iterable[Any], known: Mapping[tuple[int, int], int]) -> list[int]:
    return [known[at] for r in records if (at := (r.start, r.end)) in known]


def record_line(record: Any) -> Line:
    """Return any record as the dict that `model.to_json` writes."""
    return asdict(record)
