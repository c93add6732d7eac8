"""How often a source was right: counts first, an interval where it means something."""

from __future__ import annotations

from datetime import date

import pytest

from molva.claims import assess
from molva.model import Claim
from molva.track import track_record, wilson
from tests.molva_samples import by, evidence, official

INSIDERS = by("anonymous", "insiders", count=2)


def story(number: int, ending: str | None, *, echo: bool = False) -> Claim:
    items = [evidence("vestnik", "2024-01-01", INSIDERS, text=f"rumor {number}")]
    if ending:
        items.append(
            evidence("press", "2024-01-11", official(), text="answer", polarity=ending)
        )
    if echo:
        items.append(evidence("echo", "2024-02-01", INSIDERS, text="echo"))
    return assess(f"c{number}", items, as_of=date(2024, 12, 31))


def test_a_record_counts_by_source_and_kind_of_source() -> None:
    claims = [story(n, "asserts", echo=True) for n in range(4)]
    claims += [story(4, "denies"), story(5, None)]
    rows = {(row.source, row.source_type): row for row in track_record(claims)}
    row = rows["vestnik", "anonymous"]
    assert (row.n, row.confirmed, row.denied, row.missed) == (6, 4, 1, 0)
    assert row.median_lead_days == 10
    assert row.interval is not None
    assert row.interval[0] < 4 / 6 < row.interval[1]
    assert ("echo", "anonymous") not in rows


def test_few_claims_give_counts_alone() -> None:
    (row,) = track_record([story(n, None) for n in range(4)])
    assert (row.n, row.interval, row.median_lead_days) == (4, None, None)


def test_wilson_matches_published_values() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_what_a_person_dismissed_leaves_the_counts() -> None:
    from dataclasses import replace

    assert track_record([replace(story(1, "asserts"), is_dismissed=True)]) == []
