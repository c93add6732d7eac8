"""The seeds of `make fuzz`: what they say is read, whole and cut off anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import targets

CORPUS = Path(__file__).parent / "fuzz" / "corpus"
SEEDS = sorted(CORPUS.glob("*/*"))


def seed(name: str) -> bytes:
    return (CORPUS / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "title", "published"),
    [
        ("courier-en", "Aurora to build a ferry", "2024-03-04T09:15:00+00:00"),
        ("paywall-en", "Mill to close", "2024-03-04T07:00:00+00:00"),
        ("state-en", "A bridge opens", "2024-03-04T09:15:00+00:00"),
        ("vestnik-ru", "Завод в Лужске возобновит работу", "2024-05-14T10:30:00+03:00"),
        ("visible-ru", "Паром через озеро пойдёт осенью", "2024-05-14T10:30:00+03:00"),
    ],
)
def test_pages_tell_their_title_and_time(name: str, title: str, published: str) -> None:
    found = targets.page(seed(f"extract/{name}.html"), targets.SPECS[1])
    assert found
    assert (found.title, found.published) == (title, published)
    assert found.access == ("partial" if name == "paywall-en" else "full")


def test_feeds_and_sitemaps_tell_their_entries() -> None:
    russian, bare = targets.feed(seed("feeds/rss-ru.xml"))
    assert russian.title == "Завод в Лужске возобновит работу"
    assert russian.published == "2024-05-14T10:30:00+03:00"
    assert bare.url == "https://vestnik.example/news/2"
    (english,) = targets.feed(seed("feeds/atom-en.xml"))
    assert english.title == "Aurora to build a ferry & a pier"
    assert english.modified == "2024-03-05T10:00:00+00:00"
    pages = targets.sitemap(seed("feeds/sitemap-news.xml"))
    assert pages == ["https://courier.example/1"]
    later = targets.sitemap(seed("feeds/sitemap-index.xml"))
    assert later == ["https://courier.example/2024.xml"]


@pytest.mark.parametrize(
    ("name", "when", "much"),
    [
        ("en", "by the end of 2026", "at least 120"),
        ("ru", "до конца 2026 года", "не менее 50 000"),
    ],
)
def test_texts_tell_their_dates_and_figures(name: str, when: str, much: str) -> None:
    days, figures = targets.numbers(seed(f"text/{name}.txt").decode())
    assert when in [day.text for day in days]
    assert much in [figure.text for figure in figures]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_a_seed_cut_off_anywhere_breaks_no_promise(path: Path) -> None:
    data = path.read_bytes()
    for end in (*range(0, len(data), 64), len(data)):
        targets.TARGETS[path.parent.name](data[:end])
