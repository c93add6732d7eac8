"""What is exported, read back by those who know the formats best."""

import csv
import dataclasses
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import html5lib
import pytest
import vobject
from icalendar import Calendar

from db.exports import Timeline, export
from db.store import open_db
from db.timelines import Asked, timeline
from tests.test_db_exports import HOSTILE, hostile, story, with_claim

__all__ = ["hostile", "story"]

SITE = "https://molva.example"
LANGS = ("en", "ru")
#: How a spreadsheet begins a formula (OWASP, CSV injection), full-width signs included.
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


@pytest.fixture(scope="module")
def demo(demo_db: Path) -> Timeline:
    db = open_db(demo_db)
    found = timeline(db, Asked(as_of=date(2026, 2, 12)), site=SITE)
    db.close()
    assert found is not None
    return found


def spoken_in(shown: Timeline, lang: str) -> Timeline:
    return dataclasses.replace(shown, lang=lang)


def due(shown: Timeline) -> list[str]:
    """Return the ids of the claims that have a day in a calendar."""
    return [
        claim.id
        for claim in shown.by_first_said()
        if any(
            value.kind == "date"
            and value.is_current
            and (value.value.earliest or value.value.latest)  # type: ignore[union-attr]
            for value in claim.values
        )
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_calendars_are_read_by_icalendar_and_vobject(demo: Timeline, lang: str) -> None:
    text = export("ics", spoken_in(demo, lang))
    wanted = [f"{claim}@molva" for claim in due(demo)]
    assert len(wanted) > 10
    calendar = Calendar.from_ical(text)
    assert not calendar.errors
    assert [str(event["uid"]) for event in calendar.events] == wanted
    for event in calendar.events:
        assert not event.errors
        assert event.end > event.start
        assert event["status"] in ("TENTATIVE", "CONFIRMED", "CANCELLED")
    other = vobject.readOne(text)
    other.validate(raiseException=True)
    assert [event.uid.value for event in other.vevent_list] == wanted
    for mine, theirs in zip(calendar.events, other.vevent_list, strict=True):
        assert theirs.dtstart.value == mine.start
        assert theirs.dtend.value == mine.end
        assert theirs.summary.value == str(mine["summary"])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_hostile_calendar_has_no_line_of_its_own(hostile: Timeline) -> None:
    bad = "x\r\nATTENDEE:mailto:a@b.example\r\nBEGIN:VALARM"
    text = export("ics", with_claim(hostile, text=bad))
    other = vobject.readOne(text)
    assert len(other.vevent_list) == 1
    assert not hasattr(other.vevent, "attendee")
    assert not hasattr(other.vevent, "valarm")


@pytest.mark.parametrize("lang", LANGS)
def test_feeds_are_read_by_feedparser(demo: Timeline, lang: str) -> None:
    shown = spoken_in(demo, lang)
    feed = feedparser.parse(export("atom", shown).encode())
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    changes = sum(len(claim.changes) for claim in demo.by_first_said())
    assert len(feed.entries) == changes > 50
    assert len({entry.id for entry in feed.entries}) == changes
    items = json.loads(export("jsonfeed", shown))["items"]
    for entry, item in zip(feed.entries, items, strict=True):
        assert entry.id == item["id"]
        assert entry.title == item["title"]
        assert entry.summary == item["content_text"]
        datetime.fromisoformat(entry.updated)
        assert urlsplit(entry.link).scheme in ("http", "https")


@pytest.mark.parametrize("which", ["story", "hostile", "demo"])
@pytest.mark.parametrize("lang", LANGS)
def test_pages_are_html_without_an_error(
    request: pytest.FixtureRequest, which: str, lang: str
) -> None:
    shown = spoken_in(request.getfixturevalue(which), lang)
    text = export("html", shown)
    parser = html5lib.HTMLParser(strict=True)
    tree = parser.parse(text)
    assert not parser.errors
    spaced = "{http://www.w3.org/1999/xhtml}"
    assert len(tree.findall(f".//{spaced}li")) == len(shown.by_first_said())
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(ids) == len(set(ids)), "an id is given twice"
    linked = {
        node.get("href")[1:]
        for node in tree.iter()
        if (node.get("href") or "").startswith("#")
    }
    assert linked <= set(ids)


def test_a_table_of_claims_runs_nothing_in_a_spreadsheet(hostile: Timeline) -> None:
    shown = with_claim(
        hostile,
        subject="＝cmd|' /C calc'!A0",
        first_source="+outlet",
        text='@SUM(1+1)*cmd|" /C calc"!A0',
    )
    cells = list(csv.reader(io.StringIO(export("csv", shown))))[1]
    texts = [cell for cell in cells if not re.fullmatch(r"-?[\d.]+", cell)]
    assert [cell for cell in texts if FORMULA.match(cell)] == []
    assert sum(cell.startswith("'") for cell in texts) >= 3


#: What search engines ask of a ClaimReview (developers.google.com, "Fact Check") and
#: what else the checker of schema.org wants, by type.
REQUIRED = {
    "ClaimReview": {
        "claimReviewed",
        "reviewRating",
        "url",
        "author",
        "datePublished",
        "itemReviewed",
    },
    "Rating": {"ratingValue", "bestRating", "worstRating", "alternateName"},
    "Claim": {"author", "text"},
    "Organization": {"name"},
    "Person": {"name"},
    "NewsArticle": {"url"},
}


def typed(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "@type" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from typed(part)


@pytest.mark.parametrize("lang", LANGS)
def test_claim_reviews_have_all_that_is_required(demo: Timeline, lang: str) -> None:
    document = json.loads(export("claimreview", spoken_in(demo, lang)))
    assert document["@context"] == "https://schema.org"
    reviews = document["@graph"]
    settled = [c for c in demo.by_first_said() if c.status != "rumor"]
    assert [r["claimReviewed"] for r in reviews] == [c.text for c in settled]
    assert len(reviews) > 10
    for node in typed(document):
        missing = REQUIRED[node["@type"]] - {
            key for key, value in node.items() if value
        }
        assert not missing, node["@type"]
    for review, claim in zip(reviews, settled, strict=True):
        assert review["url"] == f"{SITE}/molva/claim/{claim.id}"
        assert review["itemReviewed"]["@type"] == "Claim"
        date.fromisoformat(review["datePublished"])
        rating = review["reviewRating"]
        assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
        assert (rating["ratingValue"] == 5) == (claim.status == "confirmed")


def test_a_person_who_decided_signs_the_review(story: Timeline) -> None:
    first, last = story.claims[0].changes
    signed = dataclasses.replace(last, actor="Anna", note="rang them", new="denied")
    shown = with_claim(story, changes=(first, signed), status="denied")
    (review,) = json.loads(export("claimreview", shown))["@graph"]
    assert review["author"] == {"@type": "Person", "name": "Anna"}
    assert review["reviewRating"]["ratingValue"] == 1
    assert review["url"] == review["@id"], "no pages, no address"
    assert (
        json.loads(export("claimreview", with_claim(story, status="rumor")))["@graph"]
        == []
    )


def days_of(event: dict[str, Any], end: str) -> dict[str, int]:
    found = event[end]
    assert set(found) <= {"year", "month", "day"}
    assert "day" not in found or "month" in found
    return {str(name): int(value) for name, value in found.items()}


def test_timelinejs_has_an_event_per_change_and_per_date(demo: Timeline) -> None:
    document = json.loads(export("timelinejs", demo))
    events = document["events"]
    changes = sum(len(claim.changes) for claim in demo.by_first_said())
    assert len(events) == changes + len(due(demo))
    assert len({event["unique_id"] for event in events}) == len(events)
    for event in events:
        assert set(days_of(event, "start_date")) >= {"year"}
        assert event["text"]["headline"]
        assert event["group"]
        assert event["display_date"]
    spans = [event for event in events if "end_date" in event]
    assert spans
    for event in spans:
        assert days_of(event, "start_date") != days_of(event, "end_date")
    years = [e for e in events if e["display_date"] == "2026"]
    assert years[0]["start_date"] == {"year": 2026}


def test_hostile_words_stay_words_in_timelinejs(hostile: Timeline) -> None:
    document = json.loads(export("timelinejs", hostile))
    texts = [document["title"]["text"], *(e["text"] for e in document["events"])]
    for text in texts:
        for part in text.values():
            tags = set(re.findall(r"<(\w+)", part))
            assert tags <= {"p", "blockquote", "a"}
            links = re.findall(r'href="([^"]*)"', part)
            assert all(link.startswith("http") for link in links)
    assert html.escape("<script>") in texts[1]["headline"]
    assert HOSTILE[:10] in html.unescape(texts[1]["headline"])
