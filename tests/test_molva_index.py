"""Placing statements among claims: few candidates, nothing moved by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from molva.index import MemoryIndex, Vector, place
from molva.matching import match
from molva.model import Statement
from tests.molva_samples import figure, statement

UP: Vector = np.array([1.0, 0.0], dtype=np.float32)
NEAR: Vector = np.array([0.8, 0.6], dtype=np.float32)


def told(
    report: str, subject: str = "zarnitsa", act: str = "produced", low: float = 600
) -> Statement:
    name = subject.title()
    return statement(
        f"{name} will certainly have buses {act} before summer, insiders told us",
        report=report,
        subject=subject,
        act=act,
        names=((name, "ORG"),),
        figures=(figure(low, measure=act),),
    )


def filled(*statements: Statement) -> MemoryIndex:
    index = MemoryIndex()
    for one in statements:
        index.add(place(one, UP, index).claim_id, one, UP)
    return index


def test_the_first_statement_founds_a_claim_and_the_next_joins_it() -> None:
    first = told("r1")
    index = filled(first)
    found = place(told("r2", low=500), NEAR, index)
    assert found.claim_id == first.id
    assert found.match is not None
    assert found.match.zone == "auto"


def test_another_deed_or_maker_founds_another_claim() -> None:
    index = filled(told("r1"))
    for other in (told("r2", act="sold"), told("r3", subject="volgar")):
        assert place(other, UP, index).claim_id == other.id


def test_a_statement_read_again_stays_where_it_is() -> None:
    first = told("r1")
    index = filled(first)
    index.move(first.id, "elsewhere")
    assert place(first, UP, index).claim_id == "elsewhere"


def test_moving_a_claim_takes_later_statements_along() -> None:
    first, second = told("r1"), told("r2", subject="volgar")
    index = filled(first, second)
    index.move(second.id, first.id)
    assert place(told("r3", subject="volgar"), UP, index).claim_id == first.id


def test_a_doubtful_match_is_only_suggested() -> None:
    bare = statement(
        "Production of the buses will begin in the summer, it was said", act="produced"
    )
    again = statement(
        "Production of the buses will begin in the summer, we hear",
        act="produced",
        report="r2",
    )
    index = filled(bare)
    found = place(again, UP, index)
    assert found.claim_id == again.id
    assert [claim for claim, _ in found.suggestions] == [bare.id]


def test_what_most_of_a_claim_speaks_against_does_not_join_it() -> None:
    index = MemoryIndex()
    topic = ("zarnitsa", "volgar", "kometa")
    vague = statement(
        "Buses will certainly be produced before summer, insiders told us",
        report="r3",
        act="produced",
        topic=topic,
        figures=(figure(600, measure="produced"),),
    )
    for one in (told("r1"), told("r2"), vague):
        index.add("claim", replace(one, topic=topic), UP)
    other = replace(told("r4", subject="volgar"), topic=topic)
    assert match(other, vague, 1.0).zone == "auto"
    assert place(other, UP, index).claim_id == other.id


def test_a_claim_told_often_does_not_crowd_out_the_others() -> None:
    index = MemoryIndex(limit=8)
    rare = told("r0", low=1)
    index.add("rare", rare, UP)
    for number in range(50):
        index.add("often", told(f"r{number + 1}"), UP)
    claims = {candidate.claim_id for candidate in index.candidates(told("probe"))}
    assert claims == {"rare", "often"}


def test_a_busy_name_does_not_make_the_look_up_long() -> None:
    index = MemoryIndex(postings=10, limit=16)
    for number in range(200):
        index.add(f"c{number}", told(f"r{number}"), UP)
    assert len(index.candidates(told("probe"))) <= 16
