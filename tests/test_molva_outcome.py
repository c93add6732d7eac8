"""Attested is one thing, come true another (DESIGN §3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from molva.claims import assess
from molva.model import EventDate, Evidence
from tests.molva_samples import by, event, evidence, figure, official

BY_END_2024 = (event(None, "2024-12-31"),)
BY_END_2025 = (event(None, "2025-12-31"),)
MARCH_2025 = (event("2025-03-01", "2025-03-31"),)


def plan(on: str, dates: tuple[EventDate, ...] = BY_END_2024, **more: Any) -> Evidence:
    return evidence("a", on, official(), modality="plan", dates=dates, **more)


RUMOR = evidence(
    "b",
    "2023-12-01",
    by("anonymous"),
    modality="plan",
    dates=(event(None, "2024-06-30"),),
)
DONE = evidence("c", "2024-11-20", official(), text="built")


@pytest.mark.parametrize(
    ("items", "as_of", "expected"),
    [
        ([plan("2024-01-01")], "2024-06-01", "open"),
        ([plan("2024-01-01")], "2024-12-31", "open"),
        ([plan("2024-01-01")], "2025-01-01", "overdue"),
        ([plan("2024-01-01"), DONE], "2030-01-01", "fulfilled"),
        ([RUMOR, plan("2024-01-01"), DONE], "2030-01-01", "fulfilled"),
        (
            [plan("2024-01-01"), evidence("c", "2025-02-01", official(), text="built")],
            "2025-02-01",
            "late",
        ),
        ([plan("2024-01-01"), plan("2024-11-01", BY_END_2025)], "2024-12-01", "late"),
        (
            [plan("2024-01-01"), plan("2024-11-01", BY_END_2025)],
            "2026-01-01",
            "overdue",
        ),
        (
            [plan("2024-01-01"), plan("2024-11-01", polarity="denies")],
            "2024-12-01",
            "missed",
        ),
        ([RUMOR], "2024-06-30", "open"),
        # what was shown in March tells nothing of when it will be built
        ([plan("2025-06-01", MARCH_2025)], "2030-01-01", "open"),
        ([RUMOR], "2030-01-01", "overdue"),
        ([evidence("c", "2024-11-20", official())], "2030-01-01", None),
        ([plan("2024-01-01", ())], "2030-01-01", "open"),
    ],
)
def test_outcome(items: list[Evidence], as_of: str, expected: str | None) -> None:
    claim = assess("c", items, as_of=date.fromisoformat(as_of))
    assert claim.outcome == expected


def test_a_rumor_never_ages_into_a_fact() -> None:
    items = [RUMOR, evidence("c", "2024-07-01", by("anonymous"), text="done")]
    claim = assess("c", items, as_of=date(2030, 1, 1))
    assert (claim.status, claim.outcome) == ("rumor", "overdue")


def test_done_is_also_what_two_outlets_saw() -> None:
    items = [
        plan("2024-01-01"),
        evidence("x", "2024-10-01", text="built"),
        evidence("y", "2024-10-02", text="has been built"),
    ]
    assert assess("c", items, as_of=date(2030, 1, 1)).outcome != "fulfilled"
    rumored = [RUMOR, *items[1:]]
    assert assess("c", rumored, as_of=date(2030, 1, 1)).outcome == "fulfilled"


@pytest.mark.parametrize(
    ("act", "text", "measure"),
    [
        ("priced", "The ferry will cost $50m", "priced"),
        (None, "Capacity will be 650,000 tonnes", "capacity"),
        ("produced", "The mine will produce 20,000 tonnes a year", "produced"),
        ("grew", "Investment will rise to $50m", "invested"),
    ],
)
def test_what_something_costs_or_holds_has_no_outcome(
    act: str | None, text: str, measure: str
) -> None:
    worth: dict[str, Any] = {"act": act, "text": text, "modality": "plan"}
    worth["figures"] = (figure(50, "USD", measure),)
    items = [evidence("a", "2024-01-01", official(), **worth)]
    assert assess("c", items, as_of=date(2025, 1, 1)).outcome is None
    dated = [evidence("a", "2024-01-01", official(), dates=BY_END_2024, **worth)]
    assert assess("c", dated, as_of=date(2025, 1, 1)).outcome == "overdue"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The board approved construction of the plant", "open"),
        ("Zarnitsa began construction of the plant", "open"),
        ("Zarnitsa completed construction of the plant", "fulfilled"),
        ("Zarnitsa has built the plant", "fulfilled"),
    ],
)
def test_a_plant_approved_or_begun_is_not_yet_built(text: str, expected: str) -> None:
    begun = evidence("c", "2024-03-01", official(), act="built", text=text)
    claim = assess("c", [plan("2024-01-01"), begun], as_of=date(2024, 6, 1))
    assert claim.outcome == expected


def test_what_was_put_off_is_about_the_future() -> None:
    moved = evidence("c", "2024-03-01", official(), dates=MARCH_2025)
    assert assess("c", [moved], as_of=date(2024, 6, 1)).outcome == "open"


def test_slips_count_how_often_and_how_far_a_date_moved() -> None:
    items = [
        RUMOR,
        plan("2024-01-01"),
        plan("2024-11-01", MARCH_2025),
        plan("2025-02-01", BY_END_2025),
    ]
    claim = assess("c", items, as_of=date(2025, 3, 1))
    assert (claim.slip_count, claim.slip_days) == (2, 365)


def test_a_plan_that_slips_stays_confirmed() -> None:
    items = [plan("2024-01-01"), plan("2024-11-01", BY_END_2025)]
    claim = assess("c", items, as_of=date(2024, 12, 1))
    assert (claim.status, claim.outcome) == ("confirmed", "late")
