"""Evidence for the tests of the domain room, from a few words."""

from __future__ import annotations

from typing import Any

from molva.model import (
    Attribution,
    Direction,
    Entity,
    EventDate,
    Evidence,
    Figure,
    Kind,
    Modality,
    Polarity,
    ReportHead,
    SourceType,
    Statement,
    statement_id,
)
from molva.names import key
from molva.origins import origin
from molva.status import direction


def figure(
    low: float, unit: str | None = "car", measure: str | None = "produced", **more: Any
) -> Figure:
    fields: dict[str, Any] = {"high": low, "bound": "exact", "start": 0, "end": 1}
    return Figure(
        text=str(low), low=low, unit=unit, measure=measure, **{**fields, **more}
    )


def event(earliest: str | None, latest: str | None, **more: Any) -> EventDate:
    fields: dict[str, Any] = {"timex": latest, "mod": None, "edtf": latest}
    return EventDate(
        start=0,
        end=1,
        text=latest or "",
        earliest=earliest,
        latest=latest,
        **{**fields, **more},
    )


def official(body: str = "zarnitsa", **more: Any) -> Attribution:
    return Attribution(source_type="official", authority=body, source=body, **more)


def by(source_type: SourceType, source: str | None = None, **more: Any) -> Attribution:
    return Attribution(source_type=source_type, source=source, **more)


def head(source: str, published: str | None, **more: Any) -> ReportHead:
    fields: dict[str, Any] = {
        "id": f"{source}/{published}",
        "kind": "media",
        "lang": "en",
    }
    return ReportHead(source=source, published=published, **{**fields, **more})


def statement(
    text: str = "Zarnitsa will produce buses",
    *,
    report: str = "report",
    lang: str = "en",
    modality: Modality = "fact",
    polarity: Polarity = "asserts",
    attribution: Attribution | None = None,
    names: tuple[tuple[str, str], ...] = (),
    **more: Any,
) -> Statement:
    entities = tuple(
        Entity(start=0, end=0, text=name, label=label, name=name, key=key(name))
        for name, label in names
    )
    return Statement(
        id=statement_id(report, text),
        report_id=report,
        lang=lang,
        start=0,
        end=len(text),
        text=text,
        modality=modality,
        polarity=polarity,
        attribution=attribution or Attribution(),
        entities=entities,
        **more,
    )


def evidence(
    source: str,
    published: str | None,
    attribution: Attribution | None = None,
    *,
    kind: Kind = "media",
    report: ReportHead | None = None,
    bearing: Direction | None = None,
    **more: Any,
) -> Evidence:
    """Return what `source` said on a day; `more` are fields of the statement."""
    about = report or head(source, published, kind=kind)
    told = statement(report=about.id, attribution=attribution, **more)
    return Evidence(
        statement=told,
        report=about,
        direction=bearing or direction(told),
        origin=origin(told, about),
    )
