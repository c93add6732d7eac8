"""DESIGN §3: the status policy, line by line, and what may never happen."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from molva.model import Attribution, Evidence, Review, Status
from molva.status import (
    RULE_WORDS,
    RULES,
    alone,
    contrary,
    credibility,
    history,
    is_own_voice,
)
from tests.molva_samples import by, event, evidence, head, official, statement

MAYBE = by("anonymous", "people close to the plant", count=2)


def now(items: list[Evidence], **more: object) -> tuple[Status, str]:
    last = history(items, **more)[-1]  # type: ignore[arg-type]
    return last.new, last.rule


def test_a_rumor_is_confirmed_by_the_body_it_is_about() -> None:
    items = [
        evidence("vestnik", "2024-01-10", MAYBE, modality="plan"),
        evidence("courier", "2024-02-01", official(), modality="plan"),
    ]
    first, second = history(items)
    assert (first.old, first.new, first.rule) == (None, "rumor", "no-authority")
    assert (second.old, second.new) == ("rumor", "confirmed")
    assert (second.changed_at, second.report_id) == ("2024-02-01", "courier/2024-02-01")
    assert second.rule in RULE_WORDS


def test_an_authority_denies() -> None:
    items = [
        evidence("vestnik", "2024-01-10", MAYBE),
        evidence("courier", "2024-01-11", official(), polarity="denies"),
    ]
    assert now(items) == ("denied", "authorities-deny")


def test_authorities_that_disagree_make_a_dispute() -> None:
    items = [
        evidence("vestnik", "2024-01-10", official("mayor")),
        evidence("courier", "2024-03-11", official(), polarity="denies"),
    ]
    assert now(items) == ("disputed", "authorities-disagree")


def test_the_last_word_of_a_body_counts_and_a_parent_is_the_same_body() -> None:
    items = [
        evidence("a", "2024-01-10", official("zarnitsa"), polarity="denies"),
        evidence("b", "2024-03-11", official("zarnitsa holding")),
    ]
    assert now(items)[0] == "disputed"
    parents = {"zarnitsa": "zarnitsa holding"}
    assert now(items, parents=parents)[0] == "confirmed"


def test_a_body_that_says_both_on_one_date_is_in_dispute_with_itself() -> None:
    items = [
        evidence("a", "2024-01-10T09:00+03:00", official()),
        evidence("b", "2024-01-10T19:00+03:00", official(), polarity="denies"),
    ]
    assert now(items)[0] == "disputed"


@pytest.mark.parametrize("modality", ["possibility", "question"])
def test_an_official_maybe_confirms_nothing(modality: str) -> None:
    said = {"modality": modality, "attribution": official()}
    assert alone(statement(**said)) == "rumor"  # type: ignore[arg-type]
    assert now([evidence("a", "2024-01-10", official(), modality=modality)])[0] == (
        "rumor"
    )


@pytest.mark.parametrize(
    ("attribution", "polarity", "expected"),
    [
        (official(), "asserts", "confirmed"),
        (official(), "denies", "denied"),
        (by("expert", "Ivan Petrov"), "asserts", "rumor"),
        (by("document", "a draft"), "asserts", "rumor"),
        (by("anonymous", "insiders", count=9), "asserts", "rumor"),
        (by("media", outlet="Vestnik"), "asserts", "rumor"),
        (Attribution(), "denies", "rumor"),
    ],
)
def test_what_one_text_alone_gives(
    attribution: Attribution, polarity: str, expected: Status
) -> None:
    told = statement(attribution=attribution, polarity=polarity)  # type: ignore[arg-type]
    assert alone(told) == expected


def test_two_outlets_that_report_a_fact_themselves_confirm() -> None:
    items = [evidence("a", "2024-01-10"), evidence("b", "2024-01-12")]
    assert now(items) == ("confirmed", "independent-outlets")
    assert [change.new for change in history(items)] == ["rumor", "confirmed"]


@pytest.mark.parametrize(
    "second",
    [
        evidence("b", "2024-01-12", modality="plan"),
        evidence("b", "2024-01-12", Attribution(cue="reportedly")),
        evidence("b", "2024-01-12", by("media", outlet="a")),
        evidence("b", "2024-01-12", polarity="denies"),
        evidence("b", "2024-01-12", dates=(event("2025-01-01", "2025-12-31"),)),
        evidence("b", "2024-01-12", report=head("b", "2024-01-12", family="a")),
        evidence("a", "2024-01-12"),
        evidence("b", "2024-01-12", kind="official"),
    ],
)
def test_what_is_no_second_independent_outlet(second: Evidence) -> None:
    assert now([evidence("a", "2024-01-10"), second])[0] == "rumor"


def test_an_authority_outweighs_outlets() -> None:
    items = [
        evidence("a", "2024-01-10"),
        evidence("b", "2024-01-12"),
        evidence("c", "2024-01-13", official(), polarity="denies"),
    ]
    assert [change.new for change in history(items)] == ["rumor", "confirmed", "denied"]


def test_a_withdrawn_report_takes_its_confirmation_along() -> None:
    rumor = evidence("a", "2024-01-10", MAYBE)
    gone = head("b", "2024-01-12", is_withdrawn=True)
    assert now([rumor, evidence("b", None, official(), report=gone)])[0] == "rumor"
    assert history([evidence("b", None, official(), report=gone)]) == ()


def test_a_report_without_a_time_is_ordered_by_first_seen_and_changes_at_null() -> None:
    seen = head("b", None, seen_at="2024-01-12T10:00:00+00:00")
    items = [
        evidence("a", "2024-01-10", MAYBE),
        evidence("b", None, official(), report=seen),
        evidence("c", "2024-01-20", MAYBE),
    ]
    changes = history(items)
    assert [change.new for change in changes] == ["rumor", "confirmed"]
    assert changes[-1].changed_at is None


def review(verb: str, at: str, **more: object) -> Review:
    fields = {"id": f"{verb}{at}", "claim_id": "c", "actor": "anna"}
    return Review(verb=verb, at=at, **{**fields, **more})  # type: ignore[arg-type]


def test_a_persons_decision_stands_until_it_is_lifted() -> None:
    items = [
        evidence("a", "2024-01-10", MAYBE),
        evidence("b", "2024-03-10", official(), polarity="denies"),
    ]
    confirm = review("confirm", "2024-02-01", note="saw the papers")
    changes = history(items, [confirm])
    assert [(c.new, c.actor) for c in changes] == [
        ("rumor", "rules"),
        ("confirmed", "anna"),
    ]
    assert changes[-1].note == "saw the papers"
    lifted = history(items, [confirm, review("undo", "2024-04-01")])
    assert [(c.new, c.rule) for c in lifted] == [
        ("rumor", "no-authority"),
        ("confirmed", "person"),
        ("denied", "person-lifted"),
    ]


@pytest.mark.parametrize(
    ("verb", "item", "is_contrary"),
    [
        ("confirm", evidence("b", "2024-03-10", official(), polarity="denies"), True),
        ("confirm", evidence("b", "2024-03-10", official()), False),
        ("confirm", evidence("b", "2024-03-10", MAYBE, polarity="denies"), False),
        ("confirm", evidence("b", "2024-01-10", official(), polarity="denies"), False),
        ("deny", evidence("b", "2024-03-10", official()), True),
        ("deny", evidence("b", "2024-03-10"), True),
        ("deny", evidence("b", "2024-03-10", MAYBE), False),
        ("reopen", evidence("b", "2024-03-10", official()), True),
        ("reopen", evidence("b", "2024-03-10", official(), modality="question"), False),
    ],
)
def test_what_speaks_against_a_decision_is_newer_and_could_decide(
    verb: str, item: Evidence, is_contrary: bool
) -> None:
    rumor = evidence("a", "2024-01-10", MAYBE)
    found = contrary([rumor, item], review(verb, "2024-02-01"))
    assert found == ([item] if is_contrary else [])


def test_an_older_report_that_came_in_later_is_news_to_who_decided() -> None:
    late = head("b", "2024-01-12", seen_at="2024-02-02T08:00:00Z")
    item = evidence("b", None, official(), report=late, polarity="denies")
    assert contrary([item], review("confirm", "2024-02-01")) == [item]


def test_a_decision_stands_even_where_every_report_was_withdrawn() -> None:
    gone = head("b", "2024-01-12", is_withdrawn=True)
    items = [evidence("b", None, official(), report=gone)]
    assert now(items, reviews=[review("deny", "2024-02-01")])[0] == "denied"


def test_a_decision_marked_undone_was_never_in_force() -> None:
    items = [evidence("a", "2024-01-10", MAYBE)]
    assert now(items)[0] == "rumor"
    taken_back = review("confirm", "2024-02-01", is_undone=True)
    assert len(history(items, [taken_back])) == 1


def test_credibility_in_the_order_of_the_scale() -> None:
    one = evidence("a", "2024-01-10", by("anonymous", "an insider", count=1))
    two = evidence("a", "2024-01-10", MAYBE)
    named = evidence("b", "2024-01-10", by("expert", "Ivan Petrov"))
    copy = evidence("b", "2024-01-11", by("media", outlet="a"))
    assert credibility("confirmed", [one]) == 1
    assert credibility("disputed", [one]) == 4
    assert credibility("denied", [one]) == 5
    assert credibility("rumor", [one]) == 6
    assert credibility("rumor", [two]) == 3
    assert credibility("rumor", [named]) == 3
    assert credibility("rumor", [one, named]) == 2
    assert credibility("rumor", [one, copy]) == 6


def test_every_rule_has_a_name_of_its_own_and_words() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {rule.name for rule in RULES} < set(RULE_WORDS)


attributions = st.sampled_from(
    [
        Attribution(),
        Attribution(cue="reportedly"),
        by("anonymous", "insiders", count=3),
        by("expert", "Ivan Petrov"),
        by("document", "a draft"),
        by("media", outlet="alpha"),
        official("zarnitsa"),
        official("city hall"),
    ]
)
pieces = st.builds(
    evidence,
    st.sampled_from(["alpha", "beta", "gamma", "delta"]),
    st.sampled_from(["2024-01-10", "2024-01-11", "2024-01-12T08:00+03:00", None]),
    attributions,
    modality=st.sampled_from(["fact", "plan", "forecast", "possibility", "question"]),
    polarity=st.sampled_from(["asserts", "denies"]),
    text=st.sampled_from(["one", "two", "three"]),
)
stories = st.lists(
    pieces, min_size=1, max_size=5, unique_by=lambda item: item.statement.id
)


@given(stories)
def test_the_order_of_arrival_does_not_matter(items: list[Evidence]) -> None:
    expected = history(items)
    for order in list(permutations(items))[:24]:
        assert history(order) == expected


@given(stories)
def test_only_the_record_or_two_own_voices_confirm(items: list[Evidence]) -> None:
    status = history(items)[-1].new
    on_record = any(
        item.statement.attribution.source_type == "official"
        and item.statement.modality in ("fact", "plan", "forecast")
        for item in items
    )
    own = {item.origin for item in items if is_own_voice(item)}
    if status == "confirmed":
        assert on_record or len(own) >= 2
    if status in ("denied", "disputed"):
        assert on_record


@given(stories)
def test_history_only_grows(items: list[Evidence]) -> None:
    """What was known on a day does not change with what is reported later."""
    later = evidence("omega", "2025-01-01", official("zarnitsa"))
    dated = [item for item in items if item.report.published]
    before = history(dated)
    assert history([*dated, later])[: len(before)] == before


def test_the_mayor_and_city_hall_are_one_body_whose_last_word_counts() -> None:
    mayor, hall = official("siti government"), official("kaluga siti government")
    items = [
        evidence("vestnik", "2024-01-10", mayor),
        evidence("courier", "2024-03-11", hall, polarity="denies"),
    ]
    assert now(items) == ("denied", "authorities-deny")
    other = official("kaluga regional government")
    items.append(evidence("herald", "2024-03-12", other))
    assert now(items) == ("disputed", "authorities-disagree")
