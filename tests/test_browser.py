"""The pages in a real browser: read, filter, search, decide, download."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from db.datasette.review import Desk
from db.datasette.serve import build, sign_in_address
from db.exports import EXPORTERS, export
from db.store import open_db
from db.timelines import Asked, timeline
from molva.pipeline.review import reviewer
from tests.browser import BINARY, DRIVER, MISSING, chromium, served, set_width

pytestmark = pytest.mark.skipif(not (BINARY and DRIVER), reason=MISSING)
FEEDS = ("atom", "jsonfeed")
#: Addresses that a browser answers itself.
OWN_SCHEMES = ("data", "chrome", "chrome-untrusted")


_IS_THERE = "return document.readyState == 'complete'"


@dataclass
class Reader:
    """A browser at a site; `path` is the database that the site shows."""

    driver: webdriver.Chrome
    site: str
    sign_in: str
    path: Path
    folder: Path

    def open(self, path: str) -> None:
        self._leave(lambda: self.driver.get(self.site + path))

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def follow(self, link: str | WebElement) -> None:
        """Click and wait for the page that this leads to."""
        self._leave((self.one(link) if isinstance(link, str) else link).click)

    def _leave(self, go: Callable[[], None]) -> None:
        """Go to another page; a busy machine's browser returns before it is there."""
        left = self.one("html")
        go()
        wait = WebDriverWait(self.driver, 30)
        wait.until(staleness_of(left))
        wait.until(lambda driver: driver.execute_script(_IS_THERE))

    def ask(self, sql: str) -> str:
        with closing(sqlite3.connect(self.path)) as conn:
            return str(conn.execute(sql).fetchone()[0])


@pytest.fixture(scope="module")
def reader(demo_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("browser")
    path = folder / "news.db"
    for end in ("", "-wal"):
        if Path(f"{demo_db}{end}").exists():
            shutil.copy(f"{demo_db}{end}", f"{path}{end}")
    site = build(path, desk=Desk(reviewer(path), "anna"))
    with served(site) as address, chromium(folder) as driver:
        sign_in = sign_in_address(site, address) or ""
        yield Reader(driver, address, sign_in, path, folder)
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()


@pytest.fixture(autouse=True)
def _quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: no error in the console, no request off this machine."""
    yield
    if "reader" not in request.fixturenames:
        return
    driver = request.getfixturevalue("reader").driver
    assert driver.get_log("browser") == []
    seen = 0
    for entry in driver.get_log("performance"):
        told = json.loads(entry["message"])["message"]
        if told["method"] == "Network.requestWillBeSent":
            asked = urlsplit(told["params"]["request"]["url"])
            is_ours = asked.hostname == "127.0.0.1"
            assert is_ours or asked.scheme in OWN_SCHEMES, asked
            seen += is_ours
    assert seen, "the browser's log of requests is empty"


def test_from_the_front_page_to_a_claim(reader: Reader) -> None:
    reader.open("/")
    assert "In the week to" in reader.one(".lately").text
    card = reader.one(".cards .card a.said")
    words = card.text
    reader.follow(card)
    assert words in reader.one("h1.quote").text
    assert reader.all(".evidence blockquote")
    assert reader.all(".history .badge")


def test_from_the_front_page_to_a_topic(reader: Reader) -> None:
    reader.open("/")
    reader.follow(".topics a")
    assert reader.one("h1").text == reader.ask("SELECT name FROM topic")
    pictures = reader.all("svg.chart")
    assert pictures
    for picture in pictures:
        assert picture.size["width"] > 200
        assert picture.get_attribute("aria-label")


def test_claims_filtered_by_status(reader: Reader) -> None:
    reader.open("/molva/claim")
    reader.follow(reader.driver.find_element(By.PARTIAL_LINK_TEXT, "Denied"))
    badges = reader.all(".cards .badge")
    assert badges
    assert all("Denied" in badge.text for badge in badges)


def test_claims_filtered_by_topic_and_day(reader: Reader) -> None:
    reader.open("/molva/claim")
    reader.one("select[name=_topic] option:nth-child(2)").click()
    day = reader.one("input[name=_since]")
    reader.driver.execute_script("arguments[0].value = '2026-01-01'", day)
    reader.follow(".narrow button")
    told = reader.one("section.content > p.quiet").text
    assert "in the topic" in told
    assert reader.all(".cards .card")


def test_search_finds_other_forms_and_marks_them(reader: Reader) -> None:
    reader.open("/")
    box = reader.one("input[type=search]")
    box.send_keys("электромобилей")
    reader.follow("input[type=search] + button")
    marked = {mark.text.lower() for mark in reader.all("mark")}
    assert {"электромобиля", "электромобили"} <= marked


def test_a_rumor_is_confirmed_by_an_editor(reader: Reader) -> None:
    claim = reader.ask("SELECT id FROM claim WHERE status = 'rumor' ORDER BY n")
    page = f"/molva/claim/{claim}"
    reader.open(page)
    assert not reader.all("#desk")
    reader.driver.get(reader.sign_in)
    reader.open(page)
    button = reader.one("#desk button[value=confirm]")
    button.click()  # the browser asks for a reason first
    assert reader.ask(f"SELECT status FROM claim WHERE id = '{claim}'") == "rumor"
    reader.one("#desk input[name=note]").send_keys("The minister told us.")
    reader.follow("#desk button[value=confirm]")
    assert "Recorded: confirm" in reader.one("[role=status]").text
    assert "Confirmed" in reader.one(".lead .badge").text
    assert "The minister told us." in reader.one(".history").text
    assert reader.ask("SELECT actor FROM review") == "anna"
    reader.one("#desk input[name=note]").send_keys("We misheard.")
    reader.follow("#desk button[value=undo]")
    assert "Rumor" in reader.one(".lead .badge").text
    reader.open("/-/review")
    assert "We misheard." in reader.one("section.content").text


@pytest.mark.parametrize("form", [form for form in EXPORTERS if form not in FEEDS])
def test_every_file_can_be_downloaded(reader: Reader, form: str) -> None:
    reader.open("/molva/topic/" + reader.ask("SELECT replace(name,' ','+') FROM topic"))
    folder = reader.folder / "downloads"
    before = set(folder.glob("*"))
    link = reader.driver.find_element(By.LINK_TEXT, form)
    reader.driver.execute_script("arguments[0].scrollIntoView()", link)
    link.click()
    for _ in range(100):
        new = [p for p in set(folder.glob("*")) - before if p.suffix != ".crdownload"]
        if new:
            break
        time.sleep(0.1)
    (file,) = new
    assert "Kedrovka" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", [form for form in FEEDS if form in EXPORTERS])
def test_every_feed_opens(reader: Reader, form: str) -> None:
    reader.open(f"/-/timeline.{form}")
    assert "Kedrovka" in reader.driver.page_source


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_slides_are_walked_and_ask_nobody_else(reader: Reader, lang: str) -> None:
    topic = reader.ask("SELECT replace(name,' ','+') FROM topic")
    reader.open(f"/molva/topic/{topic}?_lang={lang}")
    link = reader.one("a[href*='/-/slides']").get_attribute("href") or ""
    reader.open(f"{link.removeprefix(reader.site)}&_lang={lang}")
    wait = WebDriverWait(reader.driver, 20)
    wait.until(lambda _: len(reader.all("#slides .tl-timemarker")) > 10)
    db = open_db(reader.path)
    name = topic.replace("+", " ")
    found = timeline(db, Asked(topic=name, most=40), lang=lang)
    db.close()
    assert found is not None
    events = json.loads(export("timelinejs", found))["events"]
    first = min(list(event["start_date"].values()) for event in events)
    days = {
        event["display_date"]
        for event in events
        if list(event["start_date"].values()) == first
    }
    reader.one("#slides .tl-slidenav-next").click()
    wait.until(
        lambda _: any(day in reader.one("#slides .tl-storyslider").text for day in days)
    )


def test_slides_of_nothing_say_so(reader: Reader) -> None:
    reader.open("/-/slides?status=disputed&until=1999-01-01")
    wait = WebDriverWait(reader.driver, 20)
    wait.until(lambda _: reader.one("#no-slides").is_displayed())


#: Texts of the picture that is shown, with their boxes in the window's pixels.
_TEXTS = """
const svg = [...document.querySelectorAll('svg.times')].find(s => s.clientWidth);
const box = n => { const b = n.getBoundingClientRect();
  return [n.textContent, b.left, b.top, b.right, b.bottom]; };
return [box(svg), ...[...svg.querySelectorAll('text')].map(box)];
"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_timeline_is_a_picture_whose_words_have_room(
    reader: Reader, width: int, lang: str
) -> None:
    set_width(reader.driver, width, 900)
    topic = reader.ask("SELECT replace(name,' ','+') FROM topic")
    reader.open(f"/molva/topic/{topic}?_lang={lang}")
    (_, *frame), *texts = reader.driver.execute_script(_TEXTS)
    assert frame[2] - frame[0] > width * 0.7
    boxes = []
    for words, left, top, right, bottom in texts:
        assert left >= frame[0] - 1, words
        assert right <= frame[2] + 1, words
        boxes.append((words, left, top + 4, right, bottom - 4))  # the letters
    for one, other in combinations(boxes, 2):
        is_apart = (
            one[3] <= other[1]
            or other[3] <= one[1]
            or one[4] <= other[2]
            or other[4] <= one[2]
        )
        assert is_apart, (one, other)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_file_has_a_picture_as_wide_as_the_window_lets_it(
    reader: Reader, width: int
) -> None:
    db = open_db(reader.path)
    found = timeline(db, Asked(as_of=date(2026, 2, 12)))
    db.close()
    assert found is not None
    set_width(reader.driver, width, 900)
    reader.open("/")
    reader.driver.execute_script(
        "document.open(); document.write(arguments[0]); document.close()",
        export("html", found),
    )
    (_, left, _, right, _), *_ = reader.driver.execute_script(_TEXTS)
    wide = reader.driver.execute_script("return document.documentElement.scrollWidth")
    assert wide <= width
    assert right - left > (900 if width > 1000 else 340)


def test_the_picture_is_walked_by_keyboard_and_has_a_table(reader: Reader) -> None:
    set_width(reader.driver, 1280, 900)
    topic = reader.ask("SELECT replace(name,' ','+') FROM topic")
    reader.open(f"/molva/topic/{topic}")
    rows = reader.all("svg.times.wide a.row")
    names = [row.accessible_name for row in rows]
    reader.one(".tally + .chips li:last-child a").send_keys(Keys.TAB)
    walked = []
    for _ in rows:
        here = reader.driver.switch_to.active_element
        walked.append(here.accessible_name)
        here.send_keys(Keys.TAB)
    assert walked == names
    assert all(names)
    reader.one("figure.picture summary").click()
    assert len(reader.all("figure.picture tbody tr")) == len(rows)
    reader.follow("figure.picture tbody a")
    assert reader.one("h1.quote").text
    assert reader.one("svg.times.wide").size["width"] > 600


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_window(reader: Reader, width: int) -> None:
    set_width(reader.driver, width, 900)
    for path in pages(reader.path):
        for lang in ("en", "ru"):
            reader.open(f"{path}?_lang={lang}")
            wide = reader.driver.execute_script(
                "return document.documentElement.scrollWidth"
            )
            assert wide <= width, path


def pages(path: Path) -> list[str]:
    from docs.screenshots import pages as six

    return [*six(path).values(), "/molva/claim", "/molva/source", "/molva/search"]
