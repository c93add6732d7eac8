"""Every value stays; the strongest evidence says which one stands."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from molva.model import ClaimValue, Evidence, Figure
from molva.values import agree, comparable, excludes, is_contradicted, values
from tests.molva_samples import by, event, evidence, figure, official

INSIDERS = by("anonymous", "insiders", count=2)


def lows(found: tuple[ClaimValue, ...]) -> list[tuple[float | None, str]]:
    return [(v.value.low, v.relation) for v in found if isinstance(v.value, Figure)]


def test_a_later_value_of_the_same_measure_is_a_revision() -> None:
    found = values(
        [
            evidence("a", "2022-11-01", official(), figures=(figure(100_000),)),
            evidence("a", "2023-11-01", official(), figures=(figure(27_000),)),
        ]
    )
    assert lows(found) == [(27_000, "current"), (100_000, "revised")]
    assert [value.is_current for value in found] == [True, False]
    assert found[1].said_at == "2022-11-01"


def test_official_goes_before_what_is_said_later() -> None:
    found = values(
        [
            evidence("a", "2024-01-01", INSIDERS, figures=(figure(600),)),
            evidence("b", "2024-02-01", official(), figures=(figure(500),)),
            evidence("c", "2024-03-01", INSIDERS, figures=(figure(450),)),
        ]
    )
    assert lows(found) == [(500, "current"), (450, "revised"), (600, "revised")]


def test_a_value_that_a_person_chose_stands_before_all() -> None:
    items = [
        evidence("a", "2024-01-10", figures=(figure(400),)),
        evidence("b", "2024-02-10", official(), figures=(figure(600),)),
        evidence("c", "2024-02-10", official(), figures=(figure(500),)),
    ]
    assert is_contradicted(values(items))
    found = {v.value.text: v.relation for v in values(items, ["600", "400"])}
    assert found == {"400": "current", "500": "revised", "600": "revised"}


def test_two_measures_never_conflict() -> None:
    found = values(
        [
            evidence("a", "2024-01-01", figures=(figure(31_000),)),
            evidence("b", "2024-01-01", figures=(figure(15_300, measure="shipped"),)),
        ]
    )
    assert {relation for _, relation in lows(found)} == {"current"}
    assert not is_contradicted(found)


def test_equal_evidence_at_once_with_two_values_is_a_contradiction() -> None:
    items = [
        evidence("a", "2024-01-01", official("x"), figures=(figure(300),)),
        evidence("b", "2024-01-01", official("y"), figures=(figure(200),)),
    ]
    assert is_contradicted(values(items))
    later = evidence("c", "2024-01-02", official("x"), figures=(figure(250),))
    assert not is_contradicted(values([*items, later]))


def test_a_split_of_one_statement_is_no_contradiction() -> None:
    parts = (figure(400, of="Kometa 3"), figure(200, of="Kometa 3e"))
    found = values([evidence("a", "2024-01-01", figures=parts)])
    assert lows(found) == [(400, "current"), (200, "current")]


def test_other_words_for_the_same_count_are_still_the_same_figure() -> None:
    found = values(
        [
            evidence("a", "2024-01-01", figures=(figure(600), figure(50, "truck"))),
            evidence("b", "2024-02-01", figures=(figure(650, "vehicle"),)),
        ]
    )
    assert lows(found) == [(650, "current"), (50, "current"), (600, "revised")]


def test_a_repeated_value_is_not_a_revision_in_any_language() -> None:
    ru = figure(50_000, unit="машина", bound="min", high=None)
    en = figure(50_000, unit="car", bound="min", high=None)
    found = values(
        [
            evidence("a", "2024-01-01", official(), figures=(ru,), lang="ru"),
            evidence("b", "2024-01-02", official(), figures=(en,)),
        ]
    )
    assert lows(found) == [(50_000, "current"), (50_000, "repeated")]


def test_a_denied_value_stands_only_where_there_is_no_other() -> None:
    denial = evidence(
        "b", "2024-02-01", official(), polarity="denies", figures=(figure(600),)
    )
    assert lows(values([denial])) == [(600, "current")]
    said = evidence("a", "2024-01-01", INSIDERS, figures=(figure(500),))
    assert lows(values([said, denial]))[0] == (500, "current")


def test_dates_are_revised_too_and_vague_ones_give_way() -> None:
    soon = event(None, None, timex="FUTURE_REF", edtf=None)
    found = values(
        [
            evidence("a", "2024-01-01", official(), dates=(event(None, "2024-12-31"),)),
            evidence("b", "2024-06-01", official(), dates=(event(None, "2025-12-31"),)),
            evidence("c", "2024-07-01", official(), dates=(soon,)),
        ]
    )
    assert [v.value.timex for v in found if not isinstance(v.value, Figure)] == [
        "2025-12-31",
        "FUTURE_REF",
        "2024-12-31",
    ]


def test_now_beside_a_date_and_a_duration_are_no_dates_of_the_deed() -> None:
    now = event(None, None, timex="PRESENT_REF", edtf=None)
    months = event(None, None, timex="P3M", edtf=None)
    deadline = event(None, "2025-12-31")
    told = evidence("a", "2024-01-01", official(), dates=(now, deadline, months))
    assert [v.value for v in values([told])] == [deadline]
    alone = evidence("a", "2024-01-01", official(), dates=(now, months))
    assert [v.value for v in values([alone])] == [now]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (figure(1, unit="RUB"), figure(1, unit="USD"), False),
        (figure(1, unit="%"), figure(1, unit="pp"), False),
        (figure(1, unit="car"), figure(1, unit="cars"), True),
        (figure(1, unit="car"), figure(1, unit="vehicle"), True),
        (figure(1, unit="car", measure=None), figure(1, unit="worker"), False),
        (figure(1, unit="car"), figure(1, unit=None), True),
        (figure(1, unit="car", measure=None), figure(1, unit="car"), True),
        (figure(1, unit="kWh"), figure(1, unit="car"), False),
    ],
)
def test_what_can_be_compared(a: Figure, b: Figure, expected: bool) -> None:
    assert comparable(a, b, is_same_language=True) is expected


def test_nouns_of_two_languages_are_not_compared() -> None:
    assert comparable(
        figure(1, unit="car"), figure(1, unit="машина"), is_same_language=False
    )


def test_rounding_and_open_ends() -> None:
    assert agree(figure(3.75, bound="approx"), figure(3.8))
    assert not agree(figure(31_000), figure(29_500))
    least = figure(50_000, high=None, bound="min")
    assert not agree(least, figure(50_000))
    assert not excludes(least, figure(60_000))
    assert excludes(least, figure(40_000))
    assert excludes(event(None, "2024-12-31"), event("2025-01-01", None))
    assert not excludes(event("2024-01-01", "2024-12-31"), event(None, "2024-06-30"))


pieces = st.builds(
    evidence,
    st.sampled_from(["alpha", "beta"]),
    st.sampled_from(["2024-01-10", "2024-01-11"]),
    st.sampled_from([INSIDERS, official(), by("unattributed")]),
    polarity=st.sampled_from(["asserts", "denies"]),
    figures=st.lists(st.sampled_from([figure(1), figure(2), figure(2, "RUB")])).map(
        tuple
    ),
    dates=st.sampled_from([(), (event(None, "2024-12-31"),)]),
    text=st.sampled_from(["one", "two", "three"]),
)


@given(st.lists(pieces, max_size=4, unique_by=lambda item: item.statement.id))
def test_no_value_is_lost_and_order_does_not_matter(items: list[Evidence]) -> None:
    found = values(items)
    given_ = [v for i in items for v in (*i.statement.figures, *i.statement.dates)]
    assert len(found) == len(given_)
    assert all(values(order) == found for order in permutations(items))
    if given_:
        assert found[0].is_current


def test_an_investment_revises_the_price_of_one_project() -> None:
    price, budget = figure(12e9, "RUB", "priced"), figure(14e9, "RUB", "invested")
    assert comparable(price, budget, is_same_language=True)
    shop = figure(120, "RUB", "priced")
    assert not comparable(shop, budget, is_same_language=True)
