"""CSV: a row per claim, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from db.exports import words
from db.exports.timeline import Timeline, current, earlier, spoken
from molva.model import Claim, EventDate, Figure

#: A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | None


def csv_table(timeline: Timeline) -> str:
    """Return a row per claim under a header; what looks like a formula gets a '."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    rows = [_row(timeline, claim) for claim in timeline.by_first_said()]
    writer.writerow(list(_row(timeline, _EMPTY)))
    writer.writerows([guard(cell) for cell in row.values()] for row in rows)
    return out.getvalue()


def guard(cell: Cell) -> Cell:
    """Keep a spreadsheet from running a text cell; numbers stay numbers."""
    if isinstance(cell, str):
        cell = words.plain(cell)
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return cell


def _row(timeline: Timeline, claim: Claim) -> dict[str, Cell]:
    item = spoken(claim)
    figure = next((v.value for v in current(claim, "figure")), None)
    when = next((v.value for v in current(claim, "date")), None)
    number = figure if isinstance(figure, Figure) else None
    due = when if isinstance(when, EventDate) else None
    return {
        "id": claim.id,
        "status": claim.status,
        "outcome": claim.outcome,
        "credibility": claim.credibility,
        "text": claim.text,
        "lang": claim.lang,
        "subject": claim.subject,
        "first_said": claim.first_said_at,
        "first_source": timeline.outlet(claim.first_source),
        "last_changed": claim.last_changed_at,
        "said_by": timeline.chain(item) if item else None,
        "source_type": item.statement.attribution.source_type if item else None,
        "figure": number.text if number else None,
        "low": _number(number.low) if number else None,
        "high": _number(number.high) if number else None,
        "unit": number.unit if number else None,
        "bound": number.bound if number else None,
        "earlier_figures": _list(v.value.text for v in earlier(claim, "figure")),
        "date": due.text if due else None,
        "edtf": due.edtf if due else None,
        "earliest": due.earliest if due else None,
        "latest": due.latest if due else None,
        "earlier_dates": _list(v.value.text for v in earlier(claim, "date")),
        "origins": claim.origin_count,
        "reports": len({e.report.id for e in claim.evidence}),
        "links": _list(
            filter(None, (words.link(e.report.url) for e in claim.evidence))
        ),
    }


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


def _list(parts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(parts))


_EMPTY = Claim(
    id="",
    text="",
    text_polarity="asserts",
    lang="",
    subject=None,
    act=None,
    status="rumor",
    credibility=6,
    outcome=None,
    first_said_at=None,
    first_source=None,
    last_changed_at=None,
    origin_count=0,
)
