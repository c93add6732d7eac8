"""`molva sources add`, `check` and `record` against a web server."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.discover import discover, toml
from crawler.extract import extract
from crawler.source import parse, read_file
from tests.crawler_server import Site, serving

TEXT = (
    "The plant in Luzhsk will build four hundred small trucks by the end of the year.",
    "The first vehicles will leave the line in September, its press office added.",
    "Investment in the project will be at least two billion roubles, he told dealers.",
)
TITLE = "Luzhsk plant to build four hundred trucks"
ARTICLE = (
    f"<html lang=en><head><title>{TITLE}</title>"
    "<meta property='og:site_name' content='The \"Ledger\"'>"
    "<meta property='article:published_time' content='2024-05-14T10:30:00+03:00'>"
    "<link rel=alternate type='application/rss+xml' href='/feed'></head><body>"
    f"<h1>{TITLE}</h1><div class='css-1a2b3c story__body'>"
    f"{''.join(f'<p>{text}</p>' for text in TEXT)}</div></body></html>"
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        running.feed("/cars/830918-trucks")
        running.put("/cars/830918-trucks", ARTICLE)
        running.put("/robots.txt", f"Sitemap: {running.url}/news.xml\nUser-agent: *\n")
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "molva" / "sources"


def run(*words: object) -> tuple[int, str, str]:
    """`molva sources` as a user types it: exit code, output, messages."""
    done = subprocess.run(
        [sys.executable, "-m", "molva", "sources", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def own_source(site: Site, folder: Path, **rest: str) -> None:
    folder.mkdir(parents=True)
    lines = {"name": '"local"', "title": '"Local"', "lang": '"en"', "kind": '"media"'}
    lines |= {"url": f'["{site.url}/feed"]', "allow": '["127.0.0.1"]'}
    lines |= {"allow_private": '["127.0.0.1"]', "delay": "0", **rest}
    text = "\n".join(f"{key} = {value}" for key, value in lines.items())
    (folder / "local.toml").write_text(text)


def test_a_page_becomes_a_source_file_that_reads_it(site: Site, folder: Path) -> None:
    url = site.url + "/cars/830918-trucks"
    code, out, told = run("add", url, "--private")
    assert code == 0, told
    (file,) = folder.glob("*.toml")
    spec = read_file(file)
    assert spec.title == 'The "Ledger"'
    assert spec.url == (site.url + "/feed",)
    assert spec.sitemap == (site.url + "/news.xml",)
    assert spec.body.select == "div.story__body > p"
    assert spec.article_key(url) == "830918"
    assert extract(ARTICLE.encode(), url, spec).text == "\n\n".join(TEXT)
    code, out, told = run("--sources", folder, "check", spec.name)
    assert code == 0, told
    code, out, told = run("add", url, "--private")
    assert (code, out) == (2, "")
    assert "already" in told


def test_private_addresses_are_refused_unasked(site: Site, folder: Path) -> None:
    code, out, told = run("add", site.url + "/cars/830918-x")
    assert code == 1, out
    assert "non-public" in told
    assert not folder.exists()
    assert "/cars/830918-x" not in site.paths()


def test_check_shows_fields_and_their_layers(site: Site, folder: Path) -> None:
    own_source(site, folder)
    code, out, told = run("check", "local", "--json")
    assert code == 0, told
    shown = json.loads(out)
    rows = {row["field"]: (row["layer"], row["value"]) for row in shown}
    assert rows["title"] == ("heading", TITLE)
    assert rows["published"] == ("meta", "2024-05-14T10:30:00+03:00")
    assert rows["text"] == ("density", "\n\n".join(TEXT))
    assert rows["authors"] == ("", "")


def test_check_says_why_there_is_no_report(site: Site, folder: Path) -> None:
    own_source(site, folder)
    site.put("/cars/830918-trucks", b"", status=403)
    code, out, told = run("check", "local")
    assert code == 1, out
    assert "HTTP 403" in told
    assert run("check", "nobody")[0] == 2


def test_a_recorded_page_is_a_fixture(site: Site, folder: Path, tmp_path: Path) -> None:
    own_source(site, folder)
    to = tmp_path / "recorded"
    code, _, told = run("record", "local", "--to", to)
    assert code == 0, told
    place = to / "en" / "local"
    assert (place / "page.html").read_bytes() == ARTICLE.encode()
    expected = json.loads((place / "expected.json").read_text("utf-8"))
    assert expected["title"] == TITLE
    assert expected["text"] == "\n\n".join(TEXT)
    assert expected["access"] == "full"


def test_what_a_page_does_not_tell_is_left_out() -> None:
    found = discover(b"<html><body><p>Nothing here.</p></body></html>", "https://a.b/c")
    spec = parse(tomllib.loads(toml(found)), where="a.toml")
    assert not spec.enabled
    assert "no feed" in spec.reason
    assert (spec.key, spec.body.select, spec.encoding) == (None, None, None)
