"""A claim as rows and back: its own, one per value, one per change of status."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from db.instants import utc
from db.rows import Row
from molva.model import (
    Claim,
    ClaimValue,
    EventDate,
    Evidence,
    Figure,
    SourceType,
    StatusChange,
)
from molva.track import carried

CLAIM_COLUMNS = (
    "id",
    "n",
    "text",
    "text_polarity",
    "lang",
    "status",
    "source_type",
    "said_by",
    "credibility",
    "outcome",
    "subject",
    "act",
    "figure_text",
    "figure_low",
    "figure_high",
    "figure_unit",
    "date_text",
    "date_edtf",
    "date_earliest",
    "date_latest",
    "first_said",
    "first_said_at",
    "first_source",
    "last_said_at",
    "last_changed",
    "last_changed_at",
    "evidence_count",
    "report_count",
    "source_count",
    "origin_count",
    "slip_count",
    "slip_days",
    "is_contradicted",
    "is_dismissed",
    "rules_status",
    "is_challenged",
)
VALUE_COLUMNS = (
    "claim_id",
    "position",
    "kind",
    "text",
    "start",
    "end",
    "low",
    "high",
    "unit",
    "bound",
    "measure",
    "of",
    "timex",
    "mod",
    "edtf",
    "earliest",
    "latest",
    "said",
    "said_at",
    "statement_id",
    "report_id",
    "is_current",
    "relation",
)
CHANGE_COLUMNS = (
    "claim_id",
    "position",
    "changed",
    "changed_at",
    "old",
    "new",
    "rule",
    "statement_id",
    "report_id",
    "actor",
    "note",
)

TRACK_COLUMNS = (
    "claim_id",
    "position",
    "source",
    "source_type",
    "fate",
    "lead_days",
)

_RATES = ("%", "pp")
#: The most telling kind of speaker first: what a claim's own `source_type` is.
STRONGEST_FIRST: tuple[SourceType, ...] = (
    "official",
    "expert",
    "document",
    "anonymous",
    "media",
    "unattributed",
)


def claim_row(claim: Claim, number: int) -> Row:
    """Return the values of `CLAIM_COLUMNS`."""
    best = strongest(claim.evidence)
    figure, date = _current(claim, Figure), _current(claim, EventDate)
    reports = {e.report.id for e in claim.evidence}
    said = [utc(e.report.published) for e in claim.evidence]
    speaker = best.statement.attribution if best else None
    return (
        claim.id,
        number,
        claim.text,
        claim.text_polarity,
        claim.lang,
        claim.status,
        speaker.source_type if speaker else "unattributed",
        (speaker.source or speaker.outlet) if speaker else None,
        claim.credibility,
        claim.outcome,
        claim.subject,
        claim.act,
        figure.text if figure else None,
        figure.low if figure else None,
        figure.high if figure else None,
        figure.unit if figure else None,
        date.text if date else None,
        date.edtf if date else None,
        date.earliest if date else None,
        date.latest if date else None,
        claim.first_said_at,
        utc(claim.first_said_at),
        claim.first_source,
        max(filter(None, said), default=None),
        claim.last_changed_at,
        utc(claim.last_changed_at),
        len(claim.evidence),
        len(reports),
        len({e.report.source for e in claim.evidence}),
        claim.origin_count,
        claim.slip_count,
        claim.slip_days,
        int(claim.is_contradicted),
        int(claim.is_dismissed),
        claim.rules_status,
        int(claim.is_challenged),
    )


def strongest(evidence: Iterable[Evidence]) -> Evidence | None:
    """Return the evidence with the most telling speaker, the earliest of equals."""
    ranked = sorted(evidence, key=_rank)
    return ranked[0] if ranked else None


def _rank(item: Evidence) -> tuple[bool, int]:
    return (
        item.direction == "mentions",
        STRONGEST_FIRST.index(item.statement.attribution.source_type),
    )


def _current(claim: Claim, kind: type[Any]) -> Any:
    for value in claim.values:
        if value.is_current and isinstance(value.value, kind):
            return in_own_words(claim, value).value
    return None


def in_own_words(claim: Claim, given: ClaimValue) -> ClaimValue:
    """Return a figure as it was given in the claim's own language, if ever it was.

    A date stays: its days are told in the reader's language anyway, and the other words
    may be "next year".
    """
    own = {e.statement.id for e in claim.evidence if e.statement.lang == claim.lang}
    if given.statement_id in own or isinstance(given.value, EventDate):
        return given
    told = (
        value
        for value in claim.values
        if value.statement_id in own
        and isinstance(value.value, Figure)
        and _ends(value.value) == _ends(given.value)
    )
    return next(told, given)


def _ends(value: Figure) -> tuple[object, ...]:
    """Return what a figure says in any language: a counted noun is in one alone."""
    is_shared = value.unit is not None and (
        value.unit.isupper() or value.unit in _RATES
    )
    return value.low, value.high, value.bound, value.unit if is_shared else None


def claim_of(
    row: Row,
    *,
    values: tuple[ClaimValue, ...],
    changes: tuple[StatusChange, ...],
    evidence: tuple[Evidence, ...],
) -> Claim:
    """Build a claim from the values of `CLAIM_COLUMNS` and its parts."""
    cell = dict(zip(CLAIM_COLUMNS, row, strict=True))
    return Claim(
        id=cell["id"],
        text=cell["text"],
        text_polarity=cell["text_polarity"],
        lang=cell["lang"],
        subject=cell["subject"],
        act=cell["act"],
        status=cell["status"],
        credibility=cell["credibility"],
        outcome=cell["outcome"],
        first_said_at=cell["first_said"],
        first_source=cell["first_source"],
        last_changed_at=cell["last_changed"],
        origin_count=cell["origin_count"],
        slip_count=cell["slip_count"],
        slip_days=cell["slip_days"],
        is_dismissed=bool(cell["is_dismissed"]),
        is_contradicted=bool(cell["is_contradicted"]),
        rules_status=cell["rules_status"],
        is_challenged=bool(cell["is_challenged"]),
        values=values,
        changes=changes,
        evidence=evidence,
    )


def value_row(claim_id: str, position: int, given: ClaimValue) -> Row:
    """Return the values of `VALUE_COLUMNS`."""
    value = given.value
    figure = value if isinstance(value, Figure) else None
    date = value if isinstance(value, EventDate) else None
    return (
        claim_id,
        position,
        given.kind,
        value.text,
        value.start,
        value.end,
        figure.low if figure else None,
        figure.high if figure else None,
        figure.unit if figure else None,
        figure.bound if figure else None,
        figure.measure if figure else None,
        figure.of if figure else None,
        date.timex if date else None,
        date.mod if date else None,
        date.edtf if date else None,
        date.earliest if date else None,
        date.latest if date else None,
        given.said_at,
        utc(given.said_at),
        given.statement_id,
        given.report_id,
        int(given.is_current),
        given.relation,
    )


def value_of(row: Row) -> ClaimValue:
    """Build a value from the values of `VALUE_COLUMNS`."""
    cell = dict(zip(VALUE_COLUMNS, row, strict=True))
    return ClaimValue(
        kind=cell["kind"],
        value=_figure(cell) if cell["kind"] == "figure" else _date(cell),
        statement_id=cell["statement_id"],
        report_id=cell["report_id"],
        said_at=cell["said"],
        is_current=bool(cell["is_current"]),
        relation=cell["relation"],
    )


def _figure(cell: dict[str, Any]) -> Figure:
    names = ("start", "end", "text", "low", "high", "unit", "bound", "measure", "of")
    return Figure(**{name: cell[name] for name in names})


def _date(cell: dict[str, Any]) -> EventDate:
    names = ("start", "end", "text", "timex", "mod", "edtf", "earliest", "latest")
    return EventDate(**{name: cell[name] for name in names})


def change_row(claim_id: str, position: int, change: StatusChange) -> Row:
    """Return the values of `CHANGE_COLUMNS`."""
    return (
        claim_id,
        position,
        change.changed_at,
        utc(change.changed_at),
        change.old,
        change.new,
        change.rule,
        change.statement_id,
        change.report_id,
        change.actor,
        change.note,
    )


def track_rows(claim: Claim) -> list[Row]:
    """Return the values of `TRACK_COLUMNS` for each source that carried a claim."""
    return [
        (claim.id, position, one.source, one.source_type, one.fate, one.lead_days)
        for position, one in enumerate(carried(claim))
    ]


def change_of(row: Row) -> StatusChange:
    """Build a change from the values of `CHANGE_COLUMNS`."""
    cell = dict(zip(CHANGE_COLUMNS, row, strict=True))
    return StatusChange(
        changed_at=cell["changed"],
        old=cell["old"],
        new=cell["new"],
        rule=cell["rule"],
        statement_id=cell["statement_id"],
        report_id=cell["report_id"],
        actor=cell["actor"],
        note=cell["note"],
    )
