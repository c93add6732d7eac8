"""A claim is what its evidence makes of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from molva.claims import assess
from molva.model import Claim, Evidence, Review, from_json, to_json
from tests.molva_samples import by, event, evidence, figure, head, official

TODAY = date(2024, 12, 31)
INSIDERS = by("anonymous", "insiders", count=2)


def claim(*items: Evidence, **more: object) -> Claim:
    return assess("c", items, as_of=TODAY, **more)  # type: ignore[arg-type]


def test_the_text_is_the_earliest_assertion_by_the_strongest_attestation() -> None:
    found = claim(
        evidence("a", "2024-01-01", INSIDERS, text="insiders say", lang="ru"),
        evidence("b", "2024-02-01", official(), text="the plant says"),
        evidence("c", "2024-03-01", official(), text="the plant says again"),
    )
    assert (found.text, found.text_polarity, found.lang) == (
        "the plant says",
        "asserts",
        "en",
    )
    assert (found.first_source, found.first_said_at) == ("a", "2024-01-01")
    assert (found.origin_count, found.credibility) == (2, 1)
    assert found.last_changed_at == "2024-02-01"


def test_a_denial_keeps_both_sides() -> None:
    found = claim(
        evidence("a", "2024-01-01", INSIDERS, text="it will"),
        evidence("b", "2024-02-01", official(), polarity="denies", text="it will not"),
    )
    assert found.status == "denied"
    assert found.text == "it will"
    assert [item.direction for item in found.evidence] == ["supports", "denies"]


def test_a_claim_known_only_from_its_denial_says_so() -> None:
    found = claim(evidence("b", "2024-02-01", official(), polarity="denies"))
    assert (found.status, found.text_polarity) == ("denied", "denies")


def test_calling_off_is_a_denial_of_what_was_to_be_done() -> None:
    found = claim(
        evidence("a", "2024-01-01", official(), act="built", modality="plan"),
        evidence("b", "2024-02-01", official(), act="cancelled", text="called off"),
    )
    assert (found.status, found.outcome, found.act) == ("denied", "missed", "built")


def test_a_denial_of_the_figure_alone_touches_the_figure_alone() -> None:
    """The plant denies «37 cars and none planned» and plans 3,000 the same day."""
    rumor = evidence("a", "2024-05-23", INSIDERS, figures=(figure(37),), text="37")
    denial = evidence(
        "b",
        "2024-05-23",
        official(),
        polarity="denies",
        figures=(figure(37),),
        text="not 37",
    )
    plan = evidence(
        "b",
        "2024-05-23",
        official(),
        modality="plan",
        figures=(figure(3_000),),
        text="3,000",
    )
    assert claim(rumor, denial).status == "denied"
    found = claim(rumor, denial, plan)
    assert found.status == "confirmed"
    current = found.values[0].value
    assert current == figure(3_000)


def test_a_denial_without_the_figure_is_a_dispute() -> None:
    yes = evidence("b", "2024-05-23", official(), figures=(figure(3_000),), text="yes")
    no = evidence("b", "2024-05-23", official(), polarity="denies", text="no")
    assert claim(yes, no).status == "disputed"


def test_removing_evidence_recomputes() -> None:
    rumor = evidence("a", "2024-01-01", INSIDERS, figures=(figure(5),))
    proof = evidence("b", "2024-02-01", official(), figures=(figure(7),))
    assert claim(rumor, proof).status == "confirmed"
    assert claim(rumor) == claim(rumor)
    assert claim(rumor).status == "rumor"
    assert len(claim(rumor).values) == 1
    gone = head("b", "2024-02-01", is_withdrawn=True)
    withdrawn = evidence("b", None, official(), report=gone, figures=(figure(7),))
    found = claim(rumor, withdrawn)
    assert (found.status, len(found.values)) == ("rumor", 1)
    assert len(found.evidence) == 2


def test_a_claim_whose_reports_are_all_withdrawn_is_a_rumor_without_history() -> None:
    gone = head("b", "2024-02-01", is_withdrawn=True)
    found = claim(evidence("b", None, official(), report=gone))
    assert (found.status, found.changes, found.values) == ("rumor", (), ())


def test_a_person_decides_sets_and_dismisses() -> None:
    rumor = evidence("a", "2024-01-01", INSIDERS, modality="plan")
    reviews = [
        Review(id="1", claim_id="c", verb="confirm", actor="anna", at="2024-02-01"),
        Review(
            id="2",
            claim_id="c",
            verb="set",
            actor="anna",
            at="2024-02-02",
            argument="outcome=missed",
        ),
        Review(id="3", claim_id="c", verb="dismiss", actor="anna", at="2024-02-03"),
        Review(id="4", claim_id="other", verb="deny", actor="anna", at="2024-02-04"),
    ]
    found = claim(rumor, reviews=reviews)
    assert (found.status, found.outcome, found.is_dismissed) == (
        "confirmed",
        "missed",
        True,
    )
    assert found.changes[-1].actor == "anna"


def test_a_report_without_a_date_has_no_date() -> None:
    seen = head("a", None, seen_at="2024-05-01T10:00:00+00:00")
    found = claim(evidence("a", None, INSIDERS, report=seen))
    assert found.first_said_at is None
    assert found.changes[0].changed_at is None


def test_no_evidence_is_no_claim() -> None:
    with pytest.raises(ValueError, match="no evidence"):
        claim()


def test_a_claim_is_one_json_line() -> None:
    found = claim(
        evidence(
            "a",
            "2024-01-01",
            INSIDERS,
            figures=(figure(5),),
            dates=(event(None, "2024-12-31"),),
            modality="plan",
        )
    )
    assert from_json(Claim, to_json(found)) == found


pieces = st.builds(
    evidence,
    st.sampled_from(["alpha", "beta", "gamma"]),
    st.sampled_from(["2024-01-10", "2024-01-11", None]),
    st.sampled_from([INSIDERS, official(), official("mayor"), by("unattributed")]),
    modality=st.sampled_from(["fact", "plan", "possibility", "question"]),
    polarity=st.sampled_from(["asserts", "denies"]),
    act=st.sampled_from([None, "built", "cancelled"]),
    figures=st.sampled_from([(), (figure(1),), (figure(2),)]),
    dates=st.sampled_from([(), (event(None, "2024-12-31"),)]),
    text=st.sampled_from(["one", "two", "three"]),
)
stories = st.lists(
    pieces, min_size=1, max_size=5, unique_by=lambda item: item.statement.id
)


@given(stories)
def test_replaying_in_any_order_gives_the_same_claim(items: list[Evidence]) -> None:
    found = claim(*items)
    assert claim(*reversed(items)) == found
    assert claim(*found.evidence) == found


@given(stories, st.sampled_from(["confirm", "deny", "reopen"]))
def test_a_persons_decision_wins(items: list[Evidence], verb: str) -> None:
    decision = Review(
        id="1",
        claim_id="c",
        verb=verb,  # type: ignore[arg-type]
        actor="anna",
        at="2024-01-10T12:00:00+00:00",
    )
    expected = {"confirm": "confirmed", "deny": "denied", "reopen": "rumor"}
    assert claim(*items, reviews=[decision]).status == expected[verb]
