"""JSON-LD as publishers write it: graphs, lists, wrappers, slips, other articles."""

from __future__ import annotations

import json
import time
from html import escape
from typing import Any

import pytest
from parsel import Selector

from crawler import jsonld

URL = "https://vestnik.example/auto/luzhsk-123"
TITLE = "Завод в Лужске выпустит четыреста грузовиков"
WHEN = "2024-05-14T10:30:00+03:00"
ARTICLE = {
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": WHEN,
    "author": {"@type": "Person", "name": "Анна Сорокина"},
}
TOLD = json.dumps(ARTICLE, ensure_ascii=False)


def page(*scripts: Any, title: str = TITLE) -> Selector:
    told = (s if isinstance(s, str) else json.dumps(s) for s in scripts)
    tags = (f'<script type="application/ld+json">{s}</script>' for s in told)
    return Selector(f"<title>{title}</title>{''.join(tags)}<h1>{title}</h1>")


@pytest.mark.parametrize(
    "script",
    [
        f"\n//<![CDATA[\n{TOLD}\n//]]>\n",
        f"/*<![CDATA[*/{TOLD}/*]]>*/",
        f"<!--\n{TOLD}\n-->",
        f"{TOLD};",
        f"{TOLD[:-1]},}}",
        TOLD.replace("Анна ", "Анна\n"),
        TOLD.replace("Лужске", "Луж\\'ске").replace("Луж\\'ске", "Лужске\\ "),
        escape(TOLD),
        '{"@type": "Organization", "name": "Вестник"}' + TOLD,
        f"[{{}}, [{TOLD}]]",
    ],
)
def test_wrappers_and_slips_cost_no_field(script: str) -> None:
    found = jsonld.article(page(script), URL)
    assert jsonld.text_of(found["headline"]) == TITLE
    assert found["datePublished"] == WHEN
    assert jsonld.names(found["author"]) == ("Анна Сорокина",)


def test_what_is_no_json_is_read_field_by_field() -> None:
    broken = TOLD.replace("Завод в Лужске", 'Завод "Лужск"')
    found = jsonld.article(page(broken), URL)
    assert found["headline"] == 'Завод "Лужск" выпустит четыреста грузовиков'
    assert (found["datePublished"], found["author"]) == (WHEN, "Анна Сорокина")
    assert (
        jsonld.article(page('{"@type": "Organization", "name": "A "B" C"'), URL) == {}
    )


def test_the_article_of_this_page_wins_over_longer_ones() -> None:
    other = {
        **ARTICLE,
        "headline": "Мост через реку починят осенью",
        "datePublished": "2023-01-01T10:00:00+03:00",
        "articleBody": "Чужой текст. " * 90,
        "url": "https://vestnik.example/most",
    }
    own = {**ARTICLE, "mainEntityOfPage": {"@id": URL}}
    assert jsonld.article(page(other, own), URL)["datePublished"] == WHEN
    assert jsonld.article(page(other, ARTICLE), URL)["datePublished"] == WHEN
    assert jsonld.article(page(other), URL) == {}


def test_authors_may_stand_elsewhere_in_the_graph() -> None:
    graph = {
        "@graph": [
            {**ARTICLE, "author": [{"@id": "#anna"}]},
            {"@type": "Person", "@id": "#anna", "name": "Анна Сорокина"},
        ]
    }
    found = jsonld.article(page(graph), URL)
    assert jsonld.names(found["author"]) == ("Анна Сорокина",)


def test_times_of_the_page_stand_in_for_those_of_its_article() -> None:
    around = {"@type": "WebPage", "datePublished": WHEN, "dateModified": WHEN}
    bare = {k: v for k, v in ARTICLE.items() if k != "datePublished"}
    assert jsonld.article(page({"@graph": [around, bare]}), URL)["dateModified"] == WHEN
    early = {**around, "datePublished": "2020-01-01"}
    found = jsonld.article(page({"@graph": [early, ARTICLE]}), URL)
    assert found["datePublished"] == WHEN


@pytest.mark.parametrize(
    ("told", "people"),
    [
        ("Анна Сорокина, Пётр Лис", ("Анна Сорокина", "Пётр Лис")),
        ("By Jane Holt and Sam Reed", ("Jane Holt", "Sam Reed")),
        ("Автор: Анна Сорокина", ("Анна Сорокина",)),
        ({"name": ["Jane Holt", "Sam Reed"]}, ("Jane Holt", "Sam Reed")),
        ("The Ledger, Inc", ("The Ledger, Inc",)),
        ("Byron Hale", ("Byron Hale",)),
        (["https://ledger.example/jane", "Jane Holt"], ("Jane Holt",)),
    ],
)
def test_names(told: Any, people: tuple[str, ...]) -> None:
    assert jsonld.names(told) == people


@pytest.mark.parametrize(
    ("data", "free"),
    [
        ({}, None),
        ({"isAccessibleForFree": True}, True),
        ({"isAccessibleForFree": "False"}, False),
        ({"isAccessibleForFree": "http://schema.org/False"}, False),
        ({"hasPart": [{"isAccessibleForFree": "False", "cssSelector": ".x"}]}, False),
        ({"isAccessibleForFree": "true", "hasPart": {"name": "x"}}, True),
    ],
)
def test_free_or_not(data: dict[str, Any], free: bool | None) -> None:
    assert jsonld.is_free(data) is free


def test_broken_scripts_take_no_long_time() -> None:
    started = time.perf_counter()
    for script in ("{" * 190_000, '"headline":"' * 15_000, "[" + " " * 190_000 + "x"):
        jsonld.article(page(script), URL)
    assert time.perf_counter() - started < 3


def test_breadcrumbs_are_read_in_order() -> None:
    items = [
        {"@type": "ListItem", "position": 1, "name": "Главная"},
        {"@type": "ListItem", "position": 2, "item": {"@id": "/a", "name": "Авто"}},
    ]
    told = {"@type": "BreadcrumbList", "itemListElement": items}
    assert jsonld.breadcrumbs(page(ARTICLE, told)) == ["Главная", "Авто"]
