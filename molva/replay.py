"""Reports in order, claims out: the whole ledger in memory, as a pure function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from molva.chronology import day_of
from molva.claims import assess
from molva.index import MemoryIndex, place
from molva.model import Claim, Evidence, Reading, Report, ReportHead
from molva.origins import origin, shingles
from molva.status import direction

#: Texts to unit vectors, float32, one row a text.
Encode = Callable[[Sequence[str]], NDArray[np.float32]]
#: Rows of a MinHash in a band: two texts that share `s` of their shingles share a band
#: of 64 rows with a chance of 1 - (1 - s²)³².
BAND = 2


def head_of(report: Report, lang: str) -> ReportHead:
    """Return what the ledger needs to know of a report."""
    return ReportHead(
        id=report.id,
        source=report.source,
        kind=report.kind,
        lang=lang,
        title=report.title,
        url=report.url,
        published=report.published,
        seen_at=report.seen_at,
        shingles=shingles(report.text),
    )


def replay(
    pairs: Iterable[tuple[Report, Reading]],
    encode: Encode,
    *,
    as_of: date | None = None,
    parents: Mapping[str, str] | None = None,
) -> list[Claim]:
    """Return the claims of `pairs` (reports in order, with their readings).

    `as_of` defaults to the last day of publication. Claims come in the order in which
    they were first told.
    """
    index = MemoryIndex()
    heads: list[ReportHead] = []
    near: dict[tuple[int, ...], list[ReportHead]] = {}
    members: dict[str, list[Evidence]] = {}
    for report, reading in pairs:
        head = head_of(report, reading.lang)
        earlier = _earlier(head, near)
        vectors = encode([s.content for s in reading.statements])
        for statement, vector in zip(reading.statements, vectors, strict=True):
            found = place(statement, vector, index, parents=parents)
            index.add(found.claim_id, statement, vector)
            evidence = Evidence(
                statement=statement,
                report=head,
                direction=direction(statement),
                origin=origin(statement, head, earlier),
            )
            members.setdefault(found.claim_id, []).append(evidence)
        heads.append(head)
    today = as_of or last_day(heads)
    return [assess(i, m, as_of=today, parents=parents) for i, m in members.items()]


def _earlier(
    head: ReportHead, near: dict[tuple[int, ...], list[ReportHead]]
) -> list[ReportHead]:
    """Return the reports that may be copies of `head`, and remember it for others.

    They share a band of the MinHash (Leskovec et al. 2020, §3.4), so that not each two
    reports are compared: texts at the threshold for copies do so 98 times of 100.
    """
    found: dict[str, ReportHead] = {}
    for start in range(0, len(head.shingles), BAND):
        band = near.setdefault((start, *head.shingles[start : start + BAND]), [])
        found.update((other.id, other) for other in band)
        band.append(head)
    return list(found.values())


def last_day(heads: Iterable[ReportHead | Any]) -> date:
    """Return the last day on which any of `heads` was published, else today."""
    days = [day for head in heads if (day := day_of(head.published))]
    return date.fromisoformat(max(days)) if days else date.today()
