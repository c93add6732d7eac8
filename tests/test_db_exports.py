"""Exports: complete, valid for their readers, and safe whatever the words say."""

import csv
import dataclasses
import io
import json
import re
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from db.exports import EXPORTERS, Timeline, export
from db.exports.csvfile import guard
from db.exports.markdown import escape
from db.exports.words import EN, link
from db.store import load_claims, load_sources, open_db
from molva.model import Claim
from tests.db_samples import NEWS, RUMOR, claim, fill

HOSTILE = (
    '=HYPERLINK("http://evil.example")<script>alert(1)</script> [x](javascript:1) '
    "![i](http://evil.example/i.png) | # *bold* \u202eesrever\x00\x1b[31m ]]>&amp; "
    "www.evil.example"
)


@pytest.fixture(scope="module")
def story() -> Timeline:
    db = open_db(":memory:")
    told = fill(db)
    return Timeline(
        title="Volna",
        as_of=date(2022, 8, 1),
        claims=tuple(load_claims(db, [told.id])),
        sources=load_sources(db),
    )


def with_claim(story: Timeline, **fields: object) -> Timeline:
    changed = dataclasses.replace(story.claims[0], **fields)  # type: ignore[arg-type]
    return dataclasses.replace(story, claims=(changed,))


@pytest.fixture(scope="module")
def hostile(story: Timeline) -> Timeline:
    told = story.claims[0]
    items = tuple(
        dataclasses.replace(
            item,
            report=dataclasses.replace(
                item.report, url="javascript:alert(1)", title=HOSTILE
            ),
            statement=dataclasses.replace(
                item.statement,
                text=HOSTILE,
                attribution=dataclasses.replace(
                    item.statement.attribution, source=HOSTILE
                ),
            ),
        )
        for item in told.evidence
    )
    return dataclasses.replace(
        with_claim(story, text=HOSTILE, evidence=items), title=HOSTILE
    )


def test_a_reader_of_the_markdown_learns_what_who_when_and_what_it_was(
    story: Timeline,
) -> None:
    text = export("md", story)
    for words in (
        "# Volna",
        "## 20 July 2022",
        "● Confirmed, still open",
        "The Courier → Volna Motors",
        "Вестник Заречья → два источника, знакомые с проектом (unnamed, 2 people)",
        "**400 electric cars**; was 600 электромобилей (20 July 2022, Вестник",
        "by 31 December 2022",
        "rumor on 20 July 2022 (Вестник Заречья) → confirmed on 26 July 2022",
        "(https://courier.example/a-1)",
        "## Expected",
        "| By 31 December 2022 | ● Confirmed, still open |",
    ):
        assert words in text, words


def test_what_has_happened_is_not_expected(story: Timeline) -> None:
    assert "## Expected" not in export("md", with_claim(story, outcome="fulfilled"))
    assert "## Expected" in export("md", with_claim(story, outcome="overdue"))


def test_dismissed_claims_are_left_out_of_every_format(story: Timeline) -> None:
    hidden = with_claim(story, is_dismissed=True)
    for form in EXPORTERS:
        shown = export(form, story).replace("\r\n ", "")  # calendars fold lines
        assert "electric cars" in shown, form
        assert "electric cars" not in export(form, hidden), form


def test_no_claims_give_a_valid_empty_file(story: Timeline) -> None:
    empty = dataclasses.replace(story, claims=())
    assert json.loads(export("json", empty))["claims"] == []
    assert len(list(csv.reader(io.StringIO(export("csv", empty))))) == 1
    assert ET.fromstring(export("atom", empty)).tag.endswith("feed")
    assert Calendar.from_ical(export("ics", empty)).events == []
    assert "0 claims" in export("md", empty)
    assert "0 claims" in export("html", empty)


def test_a_claim_without_evidence_dates_or_values_is_shown(story: Timeline) -> None:
    bare = claim(
        (),
        values=(),
        changes=(),
        first_said_at=None,
        first_source=None,
        last_changed_at=None,
        outcome=None,
    )
    for form in EXPORTERS:
        export(form, dataclasses.replace(story, claims=(bare,)))
    assert "## Undated" in export("md", dataclasses.replace(story, claims=(bare,)))


def test_the_same_timeline_gives_the_same_file(story: Timeline) -> None:
    for form in EXPORTERS:
        assert export(form, story) == export(form, story)


def test_json_holds_everything_but_our_own_index(story: Timeline) -> None:
    document = json.loads(export("json", story))
    (told,) = document["claims"]
    assert [e["statement"]["report_id"] for e in told["evidence"]] == [
        RUMOR.id,
        NEWS.id,
    ]
    assert told["values"][1]["relation"] == "revised"
    assert document["sources"]["vestnik"]["title"] == "Вестник Заречья"
    assert "shingles" not in export("json", story)


def test_csv_gives_figures_as_numbers_and_dates_as_days(story: Timeline) -> None:
    (row,) = csv.DictReader(io.StringIO(export("csv", story)))
    assert (row["low"], row["high"], row["latest"]) == ("400", "400", "2022-12-31")
    assert row["earlier_figures"] == "600 электромобилей"


@pytest.mark.parametrize("cell", ["=1+1", "+7 495", "-5", "@sum", "\t=1", "\r=1"])
def test_a_spreadsheet_runs_no_cell(cell: str) -> None:
    guarded = guard(cell)
    assert isinstance(guarded, str)
    assert guarded.startswith("'")
    assert guard("plain") == "plain"
    assert guard(-5.5) == -5.5


def test_hostile_words_stay_words_in_csv(hostile: Timeline) -> None:
    (row,) = csv.DictReader(io.StringIO(export("csv", hostile)))
    assert row["text"].startswith("'=HYPERLINK")
    assert row["links"] == ""


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_hostile_words_stay_words_in_html(hostile: Timeline) -> None:
    tags = Tags()
    tags.feed(export("html", hostile))
    assert {"script", "img", "iframe"}.isdisjoint(tag for tag, _ in tags.seen)
    links = [a["href"] or "" for tag, a in tags.seen if tag == "a"]
    assert all(link.startswith("#c") for link in links)


def test_the_page_asks_nothing_of_the_network(story: Timeline) -> None:
    tags = Tags()
    tags.feed(export("html", story))
    assert not any("src" in attrs for _, attrs in tags.seen)
    assert {"link", "script"}.isdisjoint(tag for tag, _ in tags.seen)
    outside = [a for tag, a in tags.seen if tag == "a" and "://" in (a["href"] or "")]
    assert len(outside) == 2
    assert all("noreferrer" in (a["rel"] or "") for a in outside)


def test_hostile_words_stay_words_in_markdown(hostile: Timeline) -> None:
    text = export("md", hostile)
    assert "<" not in text
    assert "javascript:1)" in text
    assert not re.search(r"(?<!\\)\]\((?!https)", text)
    assert not re.search(r"(?<!\\)\[", text)
    assert "http://" not in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert len(text.splitlines()[-1].replace(r"\|", "").split("|")) == 5


def test_markdown_signs_are_escaped() -> None:
    assert escape("a_b *c* `d` <e> [f] g|h # i & &amp; \\ ![") == (
        r"a\_b \*c\* \`d\` &lt;e\> \[f\] g\|h \# i & \&amp; \\ \!\["
    )
    assert escape("a\n\n# b") == r"a \# b"


def test_the_feeds_have_an_entry_per_change(story: Timeline) -> None:
    names = {"a": "http://www.w3.org/2005/Atom"}
    feed = ET.fromstring(export("atom", story))
    found = feed.findall("a:entry", names)
    updated = [e.findtext("a:updated", None, names) for e in found]
    assert updated == ["2022-07-26T08:00:00Z", "2022-07-20T07:00:00Z"]
    items = json.loads(export("jsonfeed", story))["items"]
    assert [item["id"] for item in items] == [
        e.findtext("a:id", None, names) for e in found
    ]
    assert items[0]["tags"] == ["confirmed"]


def test_hostile_words_make_valid_feeds_and_calendars(hostile: Timeline) -> None:
    feed = ET.fromstring(export("atom", hostile))
    assert not list(feed.iter("{http://www.w3.org/2005/Atom}link"))
    json.loads(export("jsonfeed", hostile))
    (event,) = Calendar.from_ical(export("ics", hostile)).events
    assert "<script>" in str(event["summary"])


def test_the_calendar_marks_the_deadline_with_its_status(story: Timeline) -> None:
    (event,) = Calendar.from_ical(export("ics", story)).events
    assert event.start == date(2022, 12, 31)
    assert event.end == date(2023, 1, 1)
    assert event["status"] == "CONFIRMED"
    denied: Claim = dataclasses.replace(story.claims[0], status="denied")
    text = export("ics", dataclasses.replace(story, claims=(denied,)))
    assert Calendar.from_ical(text).events[0]["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        (None, "2022-12-31", "by 31 December 2022"),
        ("2024-01-01", None, "from 1 January 2024 on"),
        ("2022-07-06", "2022-07-06", "6 July 2022"),
        ("2022-07-01", "2022-07-31", "July 2022"),
        ("2023-07-01", "2023-09-30", "third quarter of 2023"),
        ("2023-07-01", "2023-12-31", "second half of 2023"),
        ("2024-01-01", "2024-12-31", "2024"),
        ("2022-07-11", "2022-07-20", "11–20 July 2022"),
        ("2022-12-01", "2023-02-28", "winter 2022–2023"),
        ("2023-03-01", "2023-05-31", "spring 2023"),
        ("2022-12-01", "2023-01-31", "1 December 2022 to 31 January 2023"),
        (None, None, ""),
    ],
)
def test_days_are_told_as_people_say_them(
    earliest: str | None, latest: str | None, words: str
) -> None:
    assert EN.span(earliest, latest) == words


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1&z=2", "https://a.example/x?y=1&z=2"),
        ("https://a.example/(x) y", "https://a.example/%28x%29%20y"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//a.example", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_linked(url: str | None, safe: str | None) -> None:
    assert link(url) == safe
