"""Pages read in a process of their own: hangs and crashes cost one page."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from crawler.extract import Article, PageError
from crawler.reader import Reader
from crawler.source import SourceSpec
from tests.crawler_server import WORDS, page

SPEC = SourceSpec(name="local", title="Local", lang="en", kind="media")


@pytest.fixture
def reader() -> Iterator[Reader]:
    one = Reader()
    yield one
    one.close()


def read(reader: Reader, body: bytes) -> Article:
    return reader.read(body, "http://example.org/1", SPEC, "utf-8").result(60)


def test_pages_are_read_in_order(reader: Reader) -> None:
    told = [
        reader.read(page(f"Trucks {n}"), f"http://example.org/{n}", SPEC, None)
        for n in range(20)
    ]
    titles = [one.result(60).title for one in told]
    assert titles == [f"Trucks {n}" for n in range(20)]
    assert WORDS.strip() in told[0].result().text


def test_a_page_that_is_none_says_why(reader: Reader) -> None:
    with pytest.raises(PageError, match="empty page"):
        read(reader, b"")
    assert read(reader, page("Trucks")).title == "Trucks"


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import time; time.sleep(60)", "takes longer than 1 s"),
        ("import os; os.abort()", "crashed"),
        ("print('no pickle')", "crashed"),
    ],
)
def test_a_reader_that_hangs_or_crashes_costs_one_page(program: str, told: str) -> None:
    reader = Reader(1, longest=1, command=(sys.executable, "-c", program))
    with pytest.raises(PageError, match=told):
        read(reader, page("Trucks"))
    reader._command = Reader()._command
    reader._longest = 60
    assert read(reader, page("Trucks")).title == "Trucks"
    reader.close()
