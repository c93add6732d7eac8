"""How often a source was right, by the kind of source that it relied on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import Literal

from molva.chronology import days_between, moment, moment_of, standing
from molva.model import Claim, Evidence, SourceType
from molva.status import is_saying

#: Below this many claims a share says nothing, so only the counts are given.
ENOUGH = 5
#: Standard normal quantile of a 95% interval.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRow:
    """What became of the `n` claims that a source carried on one kind of authority.

    `interval` is the 95% Wilson interval of the confirmed share, null below `ENOUGH`
    claims; `median_lead_days` the days from its report to the confirmation, the same.
    """

    source: str
    source_type: SourceType
    n: int
    confirmed: int
    denied: int
    missed: int
    interval: tuple[float, float] | None
    median_lead_days: float | None


Fate = Literal["confirmed", "denied", "missed", "open"]


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of one claim that a source carried before its fate was known."""

    source: str
    source_type: SourceType
    fate: Fate
    lead_days: int | None


def track_record(claims: Iterable[Claim]) -> list[TrackRow]:
    """Return the record of each source by attribution type, in alphabetical order."""
    return rows_of(one for claim in claims for one in carried(claim))


def carried(claim: Claim) -> list[Carried]:
    """Return what became of a claim for each source that has it to its name.

    A source has it if it carried it before its fate was known; nobody has what a person
    dismissed.
    """
    if claim.is_dismissed:
        return []
    found = (_carried(claim, item) for item in _carriers(claim))
    return [one for one in found if one is not None]


def rows_of(found: Iterable[Carried]) -> list[TrackRow]:
    """Count what sources carried, by source and attribution type."""
    records: dict[tuple[str, SourceType], list[Carried]] = {}
    for one in found:
        records.setdefault((one.source, one.source_type), []).append(one)
    return [_row(*key, records[key]) for key in sorted(records)]


def _carriers(claim: Claim) -> list[Evidence]:
    """Return each source's first report of a claim."""
    first: dict[str, Evidence] = {}
    for item in standing(claim.evidence):
        if is_saying(item):
            first.setdefault(item.report.source, item)
    return list(first.values())


def _carried(claim: Claim, item: Evidence) -> Carried | None:
    """Return what became of a claim after a report, None for a mere echo."""
    said = moment(item.report)
    settled = [c for c in claim.changes if c.new in ("confirmed", "denied")]
    if settled and moment_of(settled[0].changed_at) < said:
        return None
    confirmed = [c for c in settled if c.new == "confirmed"]
    fate, lead = _fate(claim, has_been_confirmed=bool(confirmed)), None
    start = item.report.published
    end = next((c.changed_at for c in confirmed), None)
    if fate == "confirmed" and start and end:
        lead = days_between(start, end)
    kind = item.statement.attribution.source_type
    return Carried(item.report.source, kind, fate, lead)


def _fate(claim: Claim, *, has_been_confirmed: bool) -> Fate:
    if claim.outcome == "missed" and has_been_confirmed:
        return "missed"
    if claim.status == "denied":
        return "denied"
    return "confirmed" if claim.status == "confirmed" else "open"


def _row(source: str, kind: SourceType, records: list[Carried]) -> TrackRow:
    fates = [record.fate for record in records]
    leads = [record.lead_days for record in records if record.lead_days is not None]
    n, confirmed = len(records), fates.count("confirmed")
    return TrackRow(
        source=source,
        source_type=kind,
        n=n,
        confirmed=confirmed,
        denied=fates.count("denied"),
        missed=fates.count("missed"),
        interval=wilson(confirmed, n) if n >= ENOUGH else None,
        median_lead_days=float(median(leads)) if leads and n >= ENOUGH else None,
    )


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson 1927, JASA 22:209-212)."""
    if n <= 0:
        return 0.0, 1.0
    share, spread = hits / n, _Z * _Z / n
    centre = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)
