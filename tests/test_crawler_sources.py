"""The shipped source files, and one contract: each enabled one reads its fixture."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from crawler.extract import extract
from crawler.source import SHIPPED, SourceError, SourceSpec, load, parse, read_file

FIXTURES = Path(__file__).parent / "sources"
SPECS = load()
#: Fixtures that `molva sources record` made of live pages stay out of the repository.
OWN = os.environ.get("MOLVA_FIXTURES")
PAGES = sorted(p for f in (FIXTURES, OWN) if f for p in Path(f).rglob("*.html"))
MINIMAL = {"name": "one", "title": "One", "lang": "en", "kind": "media"}


def spec_of(page: Path) -> SourceSpec:
    return SPECS[page.parent.name]


@pytest.mark.parametrize("name", [n for n, s in SPECS.items() if s.allow])
def test_every_source_that_can_be_crawled_has_a_fixture(name: str) -> None:
    folder = FIXTURES / SPECS[name].lang / name
    assert (folder / "page.html").is_file()
    assert (folder / "expected.json").is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_source_reads_its_fixture(page: Path) -> None:
    spec = spec_of(page)
    answer = "expected" if page.stem == "page" else page.stem
    expected = json.loads(page.with_name(f"{answer}.json").read_text("utf-8"))
    article = extract(page.read_bytes(), expected["url"], spec)
    assert article.title == expected["title"]
    assert article.text == expected["text"]
    assert article.published == expected["published"]
    assert article.access == expected["access"]
    assert spec.article_key(article.canonical_url or "") == expected["key"]
    assert not [words for words in expected["absent"] if words in article.text]
    for name in ("modified", "section"):
        if name in expected:
            assert getattr(article, name) == expected[name]
    if "authors" in expected:
        assert list(article.authors) == expected["authors"]


def test_source_files_are_named_after_their_source() -> None:
    for file in SHIPPED.rglob("*.toml"):
        spec = read_file(file)
        assert (file.parent.name, file.stem) == (spec.lang, spec.name)


def test_enabled_sources_can_be_crawled_and_the_others_say_why_not() -> None:
    for spec in SPECS.values():
        assert spec.terms, spec.name
        if spec.enabled:
            assert spec.url, spec.name
            assert spec.allow, spec.name
        else:
            assert spec.reason, spec.name


@pytest.mark.parametrize("name", ["reuters", "e-disclosure"])
def test_what_must_not_be_crawled_has_nothing_to_crawl_with(name: str) -> None:
    spec = SPECS[name]
    assert not spec.enabled
    assert not spec.url
    assert spec.body.select is None


def test_vedomosti_keeps_its_id_when_the_slug_changes() -> None:
    spec = SPECS["vedomosti"]
    base = "https://www.vedomosti.ru/auto/news/2020/05/23/830918-"
    assert spec.article_key(base + "hertz") == spec.article_key(base + "hertz-i-dolgi")


@pytest.mark.parametrize(
    ("path", "is_report"),
    [
        ("/special/2026/04/10/lizing-erid-2Vfnxy7zhDc", False),
        ("/business/2026/04/10/123-lizing-erid-2Vfnxy7zhDc", False),
        ("/auto/test/2026/04/10/123-kviz", False),
        ("/spravka/severodvig", False),
        ("/auto/galleries/2026/04/10/123-foto", False),
        ("/auto/columns/2026/04/10/123-kolonka", True),
        ("/technology/characters/2026/04/10/123-intervyu", True),
        ("/business/articles/2026/04/11/124-otel-meridian", True),
    ],
)
def test_vedomosti_skips_what_is_no_report(path: str, is_report: bool) -> None:
    skipped = SPECS["vedomosti"].skips("https://www.vedomosti.ru" + path)
    assert (skipped is None) == is_report


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"kind": "blog"}, "kind: 'blog'"),
        ({"spider": "json"}, "spider: 'json'"),
        ({"url": ["ftp://one.example/feed"]}, "url: 'ftp://one.example/feed'"),
        ({"url": "https://one.example"}, "url: a list of strings"),
        ({"key": "("}, "key: not a pattern"),
        ({"key": "abc"}, "key: the pattern needs one group"),
        ({"interval": "often"}, "interval: 'often'"),
        ({"delay": -1}, "delay: seconds"),
        ({"enabled": False}, "reason: say why"),
        ({"name": "One Two"}, "name: use"),
        ({"body": {"select": "p::"}}, "body: select: no CSS"),
        ({"body": {"xpath": "//p"}}, "[body]: unknown key 'xpath'"),
        ({"time": {"select": "time["}}, "time: select: no CSS"),
    ],
)
def test_a_wrong_source_file_is_told_by_file_and_key(
    change: dict[str, object], words: str
) -> None:
    with pytest.raises(SourceError) as error:
        parse({**MINIMAL, **change}, where="mine.toml")
    assert str(error.value).startswith("mine.toml")
    assert words in str(error.value)


def test_a_users_file_replaces_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "lenta.toml"
    own.write_text('name = "lenta"\ntitle = "L"\nlang = "ru"\nkind = "media"\n')
    assert load([tmp_path])["lenta"].title == "L"


def test_missing_keys_are_named() -> None:
    with pytest.raises(SourceError, match="'title' is missing"):
        parse({"name": "one", "lang": "en", "kind": "media"}, where="mine.toml")
