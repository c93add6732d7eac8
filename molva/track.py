"""How often a source was right, by the kind of source that it relied on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import median

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
    claims; `median_lead_days` the days from its report to the confirmation.
    """

    source: str
    source_type: SourceType
    n: int
    confirmed: int
    denied: int
    missed: int
    interval: tuple[float, float] | None
    median_lead_days: float | None


@dataclass(frozen=True, slots=True)
class _Record:
    fate: str
    lead: int | None


def track_record(claims: Iterable[Claim]) -> list[TrackRow]:
    """Return the record of each source by attribution type, in alphabetical order.

    A source has a claim to its name if it carried it before its fate was known.
    """
    records: dict[tuple[str, SourceType], list[_Record]] = {}
    for claim in claims:
        if claim.is_dismissed:
            continue
        for name, item in _carriers(claim).items():
            record = _record(claim, item)
            if record is not None:
                kind = item.statement.attribution.source_type
                records.setdefault((name, kind), []).append(record)
    return [_row(*key, found) for key, found in sorted(records.items())]


def _carriers(claim: Claim) -> dict[str, Evidence]:
    """Return each source's first report of a claim."""
    first: dict[str, Evidence] = {}
    for item in standing(claim.evidence):
        if is_saying(item):
            first.setdefault(item.report.source, item)
    return first


def _record(claim: Claim, item: Evidence) -> _Record | None:
    """Return what became of a claim after a report, None for a mere echo."""
    said = moment(item.report)
    settled = [c for c in claim.changes if c.new in ("confirmed", "denied")]
    if settled and moment_of(settled[0].changed_at) < said:
        return None
    confirmed = [c for c in settled if c.new == "confirmed"]
    if claim.outcome == "missed" and confirmed:
        return _Record("missed", None)
    if claim.status == "denied":
        return _Record("denied", None)
    if claim.status != "confirmed":
        return _Record("open", None)
    start, end = item.report.published, confirmed[0].changed_at
    return _Record("confirmed", days_between(start, end) if start and end else None)


def _row(source: str, kind: SourceType, records: list[_Record]) -> TrackRow:
    fates = [record.fate for record in records]
    leads = [record.lead for record in records if record.lead is not None]
    n, confirmed = len(records), fates.count("confirmed")
    return TrackRow(
        source=source,
        source_type=kind,
        n=n,
        confirmed=confirmed,
        denied=fates.count("denied"),
        missed=fates.count("missed"),
        interval=wilson(confirmed, n) if n >= ENOUGH else None,
        median_lead_days=float(median(leads)) if leads else None,
    )


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson 1927, JASA 22:209-212)."""
    if n <= 0:
        return 0.0, 1.0
    share, spread = hits / n, _Z * _Z / n
    centre = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)
