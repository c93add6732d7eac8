"""Five articles of one report are one origin (handbook/field.md §7, test 1)."""

from __future__ import annotations

import numpy as np
import pytest

from molva.claims import origin_count
from molva.model import Attribution, ReportHead, Source
from molva.origins import (
    COPY,
    origin,
    outlet_roots,
    roots,
    shingles,
    similarity,
)
from tests.molva_samples import by, evidence, head, official, statement

ARTICLE = (
    "The Zarnitsa plant near Volnogorsk will start making electric buses in the "
    "spring, two people close to the project said. The first batch of forty buses is "
    "meant for the regional capital, and the plant has hired another two hundred "
    "workers for the new line, which was bought second hand from a maker in Poland."
)
WIRE = "VOLNOGORSK, Jan 10 (Agency). " + ARTICLE.replace("Poland", "Hungary")
OTHER = (
    "Volnogorsk has waited for its buses for years, and now the factory may at last "
    "deliver: insiders speak of a first batch before summer, of two hundred people "
    "hired since autumn and of machines that came on trucks from across the border."
)


def test_near_duplicates_are_told_from_reports_written_apart() -> None:
    sketches = np.array([shingles(text) for text in (ARTICLE, WIRE, OTHER)], np.uint32)
    same, wire, other = similarity(sketches, sketches[0])
    assert same == 1.0
    assert wire >= COPY
    assert other < COPY / 2


def test_sketches_stay_those_that_databases_hold() -> None:
    assert shingles("да")[:4] == (3270959044, 1495308284, 2665141662, 1320543360)


SOURCES = [
    Source(
        name="vestnik",
        title="Вестник",
        kind="media",
        lang="ru",
        aliases=("Vestnik daily",),
    ),
    Source(name="utro", title="Утро", kind="media", lang="ru", family="vestnik"),
]


@pytest.mark.parametrize(
    ("attribution", "expected"),
    [
        (official("zarnitsa"), "body:zarnitsa"),
        (by("expert", "Иван Петров"), "person:ivan petrov"),
        (by("anonymous", "insiders", outlet="Вестник"), "outlet:vestnik"),
        (by("media", outlet="Vestnik daily"), "outlet:vestnik"),
        (by("media", outlet="Утро"), "outlet:vestnik"),
        (by("media", outlet="Неизвестный листок"), "outlet:neizvestni listok"),
        (Attribution(), "outlet:dnevnik"),
    ],
)
def test_the_origin_is_who_had_it_first(
    attribution: Attribution, expected: str
) -> None:
    told = statement(attribution=attribution)
    found = origin(told, head("dnevnik", "2024-01-11"), outlets=outlet_roots(SOURCES))
    assert found == expected


def test_outlets_of_one_owner_are_one_origin() -> None:
    assert origin(statement(), head("utro", None, family="vestnik")) == (
        "outlet:vestnik"
    )


def written(source: str, published: str, text: str, **more: object) -> ReportHead:
    return head(source, published, shingles=shingles(text), **more)


def test_a_copy_traces_to_the_earliest_report_of_its_text() -> None:
    first = written("vestnik", "2024-01-10", ARTICLE)
    second = written("courier", "2024-01-11", WIRE)
    third = written("herald", "2024-01-12", ARTICLE)
    assert origin(statement(), third, [second, first]) == "outlet:vestnik"
    assert origin(statement(), first, [second, third]) == "outlet:vestnik"


@pytest.mark.parametrize("text", ["", " \n", "…", "🙂🙂🙂"])
def test_text_without_words_is_a_copy_of_nothing(text: str) -> None:
    first = written("dnevnik", "2024-01-10", text)
    later = written("utro", "2024-01-11", text)
    assert origin(statement(), later, [first]) == "outlet:utro"


def test_a_word_is_enough_for_a_copy() -> None:
    first = written("dnevnik", "2024-01-10", "да")
    later = written("utro", "2024-01-11", "да")
    assert origin(statement(), later, [first]) == "outlet:dnevnik"


def test_original_pickup_in_another_language_and_wire_copy_count_once() -> None:
    original = evidence("vestnik", "2024-01-10", by("anonymous", "insiders", count=2))
    pickup = evidence("courier", "2024-01-11", by("media", outlet="Вестник"))
    chained = evidence("herald", "2024-01-12", by("media", outlet="courier"))
    reports = [
        written("vestnik", "2024-01-10", ARTICLE, id="w1", family="vestnik"),
        written("wire", "2024-01-11", WIRE, id="w2"),
    ]
    wire = evidence("wire", None, report=reports[1])
    known = [
        evidence("vestnik", None, report=reports[0], attribution=by("anonymous")),
        pickup,
        chained,
        wire,
    ]
    assert set(roots(known).values()) == {"outlet:vestnik"}
    assert origin_count([original, pickup, chained]) == 1


def test_an_outlet_with_news_of_its_own_stays_an_origin() -> None:
    known = [
        evidence("vestnik", "2024-01-10", by("anonymous")),
        evidence("courier", "2024-01-11", by("media", outlet="vestnik"), text="a"),
        evidence("courier", "2024-01-12", by("anonymous"), text="b"),
        evidence("herald", "2024-01-13", by("media", outlet="courier")),
    ]
    assert origin_count(known) == 2


def test_outlets_that_cite_each_other_are_followed_without_end() -> None:
    known = [
        evidence("a", "2024-01-10", by("media", outlet="b")),
        evidence("b", "2024-01-10", by("media", outlet="a")),
    ]
    assert len(set(roots(known).values())) <= 2


def test_an_unknown_source_cannot_be_judged() -> None:
    assert head("anybody", None).reliability == "F"
