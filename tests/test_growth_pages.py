"""What hostile pages say, through the whole job to every page, and SQL in addresses."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from db.datasette.serve import build
from db.store import Topic, doctor, open_db, save_topic
from tests.test_db_datasette import close, get
from tests.test_growth_care import molva

# what Datasette breaks off at a wrong column it does not wait for
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
MARK = "zq"
SCRIPT = f"<script>{MARK}()</script><img src=x onerror={MARK}()>"
ODD = f"{SCRIPT} \"'>{{{{7*7}}}} =cmd|A1 \u202eevah\u202c \x1b[31m \x00 " + "💥" * 300
SQL = "x' UNION SELECT text FROM report_revision --"


class Tags(HTMLParser):
    """Collects what would run: our mark in tags, handlers or addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.script = tag == "script"
        for name, value in attrs:
            told = (value or "").strip().lower()
            if name.startswith("on") and MARK in told:
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action") and told.startswith(
                ("javascript:", "data:text", "vbscript:")
            ):
                self.found.append(f"{tag} {name}={told}")

    def handle_data(self, data: str) -> None:
        if self.script and f"{MARK}()</" in data:
            self.found.append(data)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that `molva add` made of what nobody should write."""
    folder = tmp_path_factory.mktemp("hostile")
    text = (
        "Zarya Motors will build 500 buses by the end of 2027, "
        f"its director {ODD} said. "
        f'"{SQL}," said Zarya Motors. The company denied that it had sold 40 trams.'
    )
    lines = [
        {
            "id": str(n),
            "text": text,
            "title": f"{ODD} {SQL}",
            "published": "2026-05-14T10:30:00+03:00",
            "source": "courier",
            "url": url,
        }
        for n, url in enumerate(
            [
                "javascript:zq()",
                'https://a.example/"><script>zq()</script>',
                f"https://a.example/{SQL}",
            ]
        )
    ]
    given = folder / "in.jsonl"
    given.write_text("\n".join(map(json.dumps, lines)))
    path = folder / "hostile.db"
    done = molva(path, "add", str(given))
    assert done.returncode == 0, done.stderr
    with closing(open_db(path)) as db:
        assert db.table("claim").count
        assert all(finding.is_ok for finding in doctor(db))
        save_topic(db, Topic(f"{SCRIPT} {SQL}", words=("buses",)))
    return path


@pytest.fixture(scope="module")
def site(hostile: Path) -> Iterator[Datasette]:
    running = build(hostile)
    yield running
    close(running)


@pytest.fixture(scope="module")
def addresses(hostile: Path) -> list[str]:
    with closing(open_db(hostile)) as db:
        found = [
            "/",
            "/molva",
            "/molva/claim",
            "/molva/report",
            "/molva/search?q=buses",
        ]
        for table, key in (
            ("claim", "id"),
            ("report", "id"),
            ("source", "name"),
            ("entity", "key"),
            ("topic", "name"),
        ):
            rows = db.conn.execute(f"SELECT {key} FROM {table}").fetchall()
            found += [f"/molva/{table}/{quote(key, safe='')}" for (key,) in rows]
    return found


def test_words_of_the_web_run_on_no_page(site: Datasette, addresses: list[str]) -> None:
    shown = 0
    for address in addresses:
        answer = get(site, address)
        assert answer.status_code in (200, 302, 404), address
        tags = Tags()
        tags.feed(answer.text)
        assert not tags.found, (address, tags.found)
        assert SCRIPT not in answer.text, address
        assert "<p>49" not in answer.text
        shown += MARK in answer.text
    assert shown > 3, "the words are on no page: nothing was tested"


@pytest.mark.parametrize("form", ["md", "html", "json", "csv", "ics", "atom"])
def test_words_of_the_web_run_in_no_terminal_and_no_file(
    hostile: Path, form: str
) -> None:
    done = molva(hostile, "timeline", "--format", form)
    assert done.returncode == 0, done.stderr
    # JSON holds the words as they are, its own escapes apart
    marks = "\x00\x1b" if form == "json" else "\x00\x1b\u202e"
    assert not set(done.stdout) & set(marks)
    assert "](javascript:" not in done.stdout


@pytest.mark.parametrize("words", [("claims",), ("changes",), ("runs",), ("sources",)])
def test_lists_send_no_commands_to_the_terminal(
    hostile: Path, words: tuple[str, ...]
) -> None:
    done = molva(hostile, *words)
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout + done.stderr) & set("\x00\x1b\u202e")


@pytest.mark.parametrize(
    "address",
    [
        "/molva/claim?status={sql}",
        "/molva/claim?_search={sql}",
        "/molva/claim?_sort={sql}",
        "/molva/claim?_timelimit={sql}",
        "/molva/claim?id__in=[{sql}",
        "/molva/claim?evidence_count__gt=9999999999999999999999",
        "/-/timeline.md?status={sql}&most={sql}",
        "/molva/claim?_facet={sql}",
        "/molva/claim?_col={sql}",
        "/molva/claim?_next={sql}",
        "/molva/claim?_size={sql}",
        "/molva/claim?_topic={sql}&_source={sql}&_since={sql}&_until={sql}&_entity={sql}",
        "/molva/claim.json?status__contains={sql}",
        "/molva/search?q={sql}",
        "/molva/search?q=%22%22*%20NEAR(",
        "/molva/latest_changes?since={sql}",
        "/molva/claim/{sql}",
        "/molva/topic/{sql}",
        "/molva/entity/{sql}",
        "/molva/report/{sql}",
        "/molva/source/..%2F..%2Fetc%2Fpasswd",
        "/-/static/..%2F..%2F..%2Fetc%2Fpasswd",
        "/-/static-plugins/molva/..%2f..%2fserve.py",
    ],
)
def test_sql_and_paths_in_addresses_are_words(hostile: Path, address: str) -> None:
    secret = "Zarya Motors will build 500 buses by the end of 2027, its director"
    public = build(hostile, public=True)
    try:
        answer = get(public, address.format(sql=quote(SQL)))
    finally:
        close(public)
        gc.collect()  # so that it is said here, not in another file's test
    assert answer.status_code < 500, answer.text[:300]
    assert f"{secret} <" not in answer.text
    assert "root:" not in answer.text
    assert "Traceback" not in answer.text
    with closing(open_db(hostile)) as db:
        assert db.table("report").count == 3
