"""Reviews fold into decisions; `undo` takes the last one back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from molva.model import Review, ReviewVerb
from molva.reviews import decide, undone


def review(number: int, verb: ReviewVerb, argument: str | None = None) -> Review:
    return Review(
        id=f"r{number}",
        claim_id="a",
        verb=verb,
        actor="anna",
        at=f"2024-01-{number:02}T10:00:00+00:00",
        argument=argument,
    )


def test_merges_lead_to_the_claim_that_is_left() -> None:
    into_b = Review(
        id="r2",
        claim_id="b",
        verb="merge",
        actor="anna",
        at="2024-01-02",
        argument="a",
    )
    found = decide([review(1, "merge", "c"), into_b])
    assert found.merged("c") == "b"
    assert found.home("some statement", "c") == "b"
    assert found.merged("z") == "z"


def test_merging_both_ways_is_no_circle() -> None:
    back = Review(
        id="r2", claim_id="c", verb="merge", actor="anna", at="2024-01-02", argument="a"
    )
    found = decide([review(1, "merge", "c"), back])
    assert found.merged("a") == found.merged("c") == "a"


def test_a_split_founds_a_claim_that_keeps_its_statements_together() -> None:
    found = decide([review(1, "split", "s1, s2")])
    assert found.home("s1", "a") == found.home("s2", "a") == "s1"
    assert found.home("s3", "a") == "a"


def test_the_founding_statement_can_be_split_off_too() -> None:
    found = decide([review(1, "split", "a")])
    assert found.home("a", "a") not in ("a", "")


def test_undo_takes_back_the_last_decision_that_stands() -> None:
    reviews = [
        review(1, "confirm"),
        review(2, "merge", "c"),
        review(3, "undo"),
        review(4, "undo"),
    ]
    assert decide(reviews[:3]).merges == {}
    assert decide(reviews[:3]).verdicts["a"].verb == "confirm"
    assert decide(reviews).verdicts == {}
    assert set(undone(reviews)) == {"r1", "r2"}


def test_a_verdict_shows_what_was_dismissed() -> None:
    assert decide([review(1, "dismiss")]).dismissed == {"a"}
    assert not decide([review(1, "dismiss"), review(2, "reopen")]).dismissed
    assert not decide([review(1, "dismiss"), review(2, "undo")]).dismissed


def test_fields_and_aliases() -> None:
    found = decide(
        [review(1, "set", "subject = zarnitsa"), review(2, "alias", "Зарница=Zarnitsa")]
    )
    assert found.fields == {("a", "subject"): "zarnitsa"}
    assert decide([review(2, "alias", "Зарька=Zarnitsa")]).alias("zarka") == "zarnitsa"


verbs = st.sampled_from(["confirm", "deny", "dismiss", "merge", "split", "undo"])


@given(st.lists(st.tuples(verbs, st.sampled_from(["b", "c", "s1 s2"])), max_size=8))
def test_folding_is_stable(rows: list[tuple[ReviewVerb, str]]) -> None:
    reviews = [
        review(number + 1, verb, None if verb == "undo" else argument)
        for number, (verb, argument) in enumerate(rows)
    ]
    assert decide(reviews) == decide(reversed(reviews))
