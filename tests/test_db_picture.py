"""The timeline as a picture: true to the claims, readable by everybody."""

import dataclasses
import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from db.exports import export, picture
from db.exports.axis import axis
from db.exports.html import figure
from db.exports.ink import sign, wide, wrapped
from db.exports.picture import LAYOUTS, NARROW, WIDE, Layout
from db.exports.timeline import Timeline
from db.exports.words import SIGNS, of
from molva.model import Claim, ClaimValue, EventDate, Status, StatusChange
from tests.db_samples import claim

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).parents[1] / "db"
SHEETS = (ROOT / "datasette/static/molva.css", ROOT / "exports/timeline.html")


def due(
    earliest: str | None, latest: str | None, said: str, relation: str = "current"
) -> ClaimValue:
    return ClaimValue(
        kind="date",
        value=EventDate(
            start=0,
            end=1,
            text="then",
            timex=None,
            mod=None,
            edtf=None,
            earliest=earliest,
            latest=latest,
        ),
        statement_id="s",
        report_id="r",
        said_at=said,
        is_current=relation == "current",
        relation=relation,  # type: ignore[arg-type]
    )


def told(
    number: int = 0,
    *values: ClaimValue,
    changes: Sequence[tuple[str, Status]] = (("2024-03-01", "rumor"),),
    **fields: object,
) -> Claim:
    given: dict[str, object] = {
        "id": f"{number:016x}",
        "text": f"The mill at Larchford opens its hall {number}.",
        "values": values,
        "status": changes[-1][1] if changes else "rumor",
        "first_said_at": changes[0][0] if changes else None,
        "changes": tuple(
            StatusChange(
                changed_at=day,
                old=None,
                new=status,
                rule="first_report",
                statement_id=None,
                report_id=None,
            )
            for day, status in changes
        ),
    }
    return claim((), **{**given, **fields})


def timeline(*claims: Claim, lang: str = "en", as_of: str = "2024-06-01") -> Timeline:
    return Timeline(
        title="Larchford mill",
        as_of=date.fromisoformat(as_of),
        claims=claims,
        lang=lang,
    )


def drawn(shown: Timeline, layout: Layout = WIDE, limit: int = 30) -> ET.Element:
    return ET.fromstring(
        picture.svg(shown, lambda c: f"#c{c.id}", layout=layout, limit=limit)
    )


def of_class(root: ET.Element, *names: str) -> list[ET.Element]:
    return [
        node for node in root.iter() if set(names) <= set(node.get("class", "").split())
    ]


def rows_of(root: ET.Element) -> list[ET.Element]:
    return [node for node in root.iter() if node.tag in (f"{SVG}a",)]


def outside_legend(root: ET.Element, *names: str) -> list[ET.Element]:
    within = {id(node) for row in rows_of(root) for node in row.iter()}
    return [node for node in of_class(root, *names) if id(node) in within]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_each_claim_is_a_link_told_in_a_sentence(layout: Layout, lang: str) -> None:
    plan = told(
        1,
        due("2025-07-01", "2025-09-30", "2024-05-01"),
        due("2025-04-01", "2025-06-30", "2024-03-01", "revised"),
        changes=(("2024-03-01", "rumor"), ("2024-05-01", "confirmed")),
        outcome="open",
    )
    root = drawn(timeline(plan, told(2), lang=lang), layout)
    first, second = rows_of(root)
    say = of(lang)
    label = first.get("aria-label", "")
    assert first.get("href") == f"#c{plan.id}"
    for words in (
        plan.text,
        say.STATUS["confirmed"][1],
        say.day("2024-03-01"),
        say.span("2025-07-01", "2025-09-30", short=True),
        say.span("2025-04-01", "2025-06-30", short=True),
    ):
        assert words in label
    assert told(2).text in second.get("aria-label", "")
    ids = {node.get("id"): node for node in root.iter() if node.get("id")}
    for name in root.get("aria-labelledby", "").split():
        assert ids[name].text
    assert root.get("role") == "group"


def test_an_uncertain_date_is_wide_and_a_day_narrow() -> None:
    root = drawn(
        timeline(
            told(1, due("2025-01-01", "2025-12-31", "2024-03-01")),
            told(2, due("2025-03-03", "2025-03-03", "2024-03-01")),
        )
    )
    year, day = (float(b.get("width", 0)) for b in outside_legend(root, "bar"))
    assert year > 20 * day
    assert day >= 4


def test_a_deadline_has_an_end_on_one_side_alone() -> None:
    by = drawn(timeline(told(1, due(None, "2024-12-31", "2024-03-01"))))
    since = drawn(timeline(told(1, due("2024-09-01", None, "2024-03-01"))))
    both = drawn(timeline(told(1, due("2024-09-01", "2024-12-31", "2024-03-01"))))
    (end,) = outside_legend(by, "stop")
    (start,) = outside_legend(since, "stop")
    assert not outside_legend(both, "stop")
    for root, stop, side in ((by, end, max), (since, start, min)):
        ends = [
            edge
            for bar in outside_legend(root, "bar")
            for edge in (
                float(bar.get("x", 0)),
                float(bar.get("x", 0)) + float(bar.get("width", 0)),
            )
        ]
        assert side(ends) == pytest.approx(float(stop.get("x1", 0)), abs=0.2)
        assert len(outside_legend(root, "bar")) == 4  # it fades out in three blocks


def test_dates_that_moved_are_dashed_with_an_arrow_to_the_next() -> None:
    root = drawn(
        timeline(
            told(
                1,
                due("2025-07-01", "2025-09-30", "2024-05-01"),
                due("2025-04-01", "2025-06-30", "2024-04-01", "revised"),
                due("2025-01-01", "2025-03-31", "2024-03-01", "revised"),
            )
        )
    )
    before = outside_legend(root, "bar", "before")
    (now,) = outside_legend(root, "bar", "rumor")
    assert len(before) == 2
    heights = [float(bar.get("y", 0)) for bar in (*before, now)]
    assert heights == sorted(heights), "the oldest is on top"
    arrows = outside_legend(root, "moved")
    assert len(arrows) == 2
    target = float(now.get("x", 0)) + float(now.get("width", 0))
    across = re.search(r"H([\d.]+)", arrows[-1].get("d", ""))
    assert across is not None
    assert float(across[1]) == pytest.approx(target, abs=1)
    assert ".bar.before" in picture.STYLE
    assert "dash" in picture.STYLE.split(".bar.before", 1)[1].split("}")[0]


def test_a_value_that_contradicts_is_no_move() -> None:
    root = drawn(
        timeline(
            told(
                1,
                due("2025-07-01", "2025-09-30", "2024-05-01"),
                due("2025-04-01", "2025-06-30", "2024-05-01", "contradicted"),
            )
        )
    )
    assert outside_legend(root, "bar", "before")
    assert not outside_legend(root, "moved")


def test_statuses_differ_in_shape_not_in_colour_alone() -> None:
    shapes = set()
    for status in SIGNS:
        group = ET.Element("g")
        sign(group, status)
        fill = ".times .sign.confirmed { stroke: var(--confirmed); fill:"
        is_full = status == "confirmed" and fill in picture.STYLE
        shapes.add((*(node.get("d") for node in group), is_full))
    assert len(shapes) == len(SIGNS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_too_many_claims_leave_the_most_telling(layout: Layout) -> None:
    quiet = [told(n) for n in range(59)]
    moved = told(
        99,
        changes=(("2024-05-01", "rumor"), ("2024-05-20", "confirmed")),
    )
    root = drawn(timeline(*quiet, moved), layout, limit=10)
    links = rows_of(root)
    assert len(links) == 10
    assert links[-1].get("href") == f"#c{moved.id}", "in the order first said"
    assert "and 50 more claims" in {node.text for node in root.iter(f"{SVG}text")}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "shown",
    [
        timeline(told(1)),
        timeline(told(1, due("2024-03-02", "2024-03-02", "2024-03-01"))),
        timeline(told(1, due("1961-01-01", "2054-12-31", "2024-03-01"))),
        timeline(told(1, due("0001-01-01", "9999-12-31", "2024-03-01"))),
        timeline(told(1, due(None, "9999-12-31", "2024-03-01"), changes=())),
        timeline(told(1, due("2024-05-01", None, "2024-03-01"), changes=())),
        timeline(told(1, text="Ж" * 900), told(2, text="и " * 900)),
        timeline(
            *(told(n, changes=((f"{1900 + n}-01-01", "denied"),)) for n in range(60))
        ),
        timeline(
            told(
                1,
                changes=[
                    (f"2024-03-0{n + 1}", "rumor" if n % 2 else "disputed")
                    for n in range(9)
                ],
            )
        ),
    ],
    ids=lambda _: "",
)
def test_whatever_the_span_all_stays_within_the_picture(
    shown: Timeline, layout: Layout
) -> None:
    root = drawn(shown, layout)
    height = float(root.get("viewBox", "").split()[3])
    for node in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert -1 <= float(node.get(name, 0)) <= layout.width, name
        end = float(node.get("x", 0)) + float(node.get("width", 0))
        assert node is root or end <= layout.width
        for name in ("y", "y1", "y2", "cy"):
            assert -10 <= float(node.get(name, 0)) <= height, name


def test_signs_of_one_week_stand_beside_each_other() -> None:
    changes: list[tuple[str, Status]] = [
        ("2024-03-01", "rumor"),
        ("2024-03-02", "confirmed"),
        ("2024-03-03", "denied"),
    ]
    old = told(2, changes=(("1990-01-01", "rumor"),))
    root = drawn(timeline(told(1, changes=changes), old), NARROW)
    xs = [
        float(match[1])
        for row in rows_of(root)
        for node in row.iter(f"{SVG}g")
        if (match := re.match(r"translate\(([\d.]+)", node.get("transform", "")))
    ]
    placed = sorted(x for x in xs if x > 20)
    assert all(b - a >= 12 for a, b in pairwise(placed))


def test_what_has_no_day_is_no_picture() -> None:
    bare = told(1, changes=())
    assert picture.svg(timeline(bare)) == ""
    assert figure(timeline(bare), lambda _: None, limit=5) == ""
    assert picture.svg(timeline()) == ""
    assert "<svg" not in export("html", timeline(bare))


def test_one_far_plan_does_not_press_the_news_into_a_line() -> None:
    near = [told(n, changes=((f"2024-03-{n + 1:02}", "rumor"),)) for n in range(9)]
    far = told(99, due("2050-01-01", "2050-12-31", "2024-03-05"))
    root = drawn(timeline(*near, far))
    assert "2050 →" in {node.text for node in root.iter(f"{SVG}text")}
    assert not outside_legend(root, "bar")
    plan = told(98, due("2024-10-01", "2024-12-31", "2024-03-05"))
    (bar,) = outside_legend(drawn(timeline(*near, plan, far)), "bar")
    assert float(bar.get("width", 0)) > 100, "what is near stays on it"
    decades = [told(n, changes=((f"{1950 + 8 * n}-01-01", "rumor"),)) for n in range(9)]
    years = [node.text for node in of_class(drawn(timeline(*decades)), "axis")]
    assert {"1960", "2000"} <= set(years)


@pytest.mark.parametrize(
    ("days", "unit", "most"),
    [
        (5, "day", 7),
        (80, "day", 7),
        (200, "month", 7),
        (900, "month", 7),
        (9000, "year", 7),
        (90000, "year", 4),
    ],
)
def test_ticks_are_round_and_few(days: int, unit: str, most: int) -> None:
    first = date(1901, 3, 17)
    on = axis([first, first + timedelta(days=days)], 0, 900)
    found, ticks = on.ticks(most)
    assert found == unit
    assert 2 <= len(ticks) <= most
    assert all(unit == "day" or day.day == 1 for day in ticks)
    assert all(unit != "year" or day.month == 1 for day in ticks)


def test_long_words_are_cut_with_an_ellipsis_and_numbers_stay_whole() -> None:
    lines = wrapped("one two three four five six seven " * 9, 150, 14, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(wide(line, 14 * 0.88) <= 151 for line in lines)
    joined = wrapped("Завод выпустит 27 000 машин — и не больше", 90, 14, 9)
    assert any("27\N{NO-BREAK SPACE}000" in line for line in joined)
    assert not any(line.startswith("—") for line in joined)


def test_hostile_words_stay_words_in_the_picture() -> None:
    bad = '"><script>alert(1)</script>&\x00\x1b\ufffe\u202e'
    shown = dataclasses.replace(timeline(told(1, text=bad)), title=bad)
    page = figure(shown, lambda _: 'javascript:"<', limit=5)
    assert "<script" not in page
    assert "\u202e" not in page
    for part in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ET.fromstring(part)


def test_the_table_says_what_the_picture_shows() -> None:
    moved = told(
        1,
        due("2025-07-01", "2025-09-30", "2024-05-01"),
        due("2025-04-01", "2025-06-30", "2024-04-01", "revised"),
    )
    page = figure(timeline(moved), lambda c: f"#c{c.id}", limit=5)
    table = page[page.index("<table") :]
    for words in (moved.text, "rumor on 1 Mar 2024", "Q3 2025", "Q2 2025"):
        assert words in table


def colours(sheet: Path) -> dict[str, dict[str, str]]:
    """Return the variables of a style sheet, in the light and in the dark."""
    text = sheet.read_text(encoding="utf-8")
    light, dark = re.split(r"prefers-color-scheme: dark", text, maxsplit=1)
    dark = dark[: dark.index("} }" if "} }" in dark else "\n}\n")]
    pattern = r"--([\w-]+): (#[0-9a-f]{3,6});"
    found = dict(re.findall(pattern, light))
    return {"light": found, "dark": {**found, **dict(re.findall(pattern, dark))}}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:]
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("sheet", "scheme"), list(product(SHEETS, ("light", "dark"))))
def test_contrast_is_at_least_aa(sheet: Path, scheme: str) -> None:
    found = colours(sheet)[scheme]
    used = set(re.findall(r"(?:fill|stroke): var\(--([a-z]+)", picture.STYLE))
    assert used - {"paper", "line", "link"} == {"ink", "soft", *SIGNS}
    for name in used - {"paper", "line", "link"}:
        assert contrast(found[name], found["paper"]) >= 4.5, name
    for status in SIGNS:
        if tint := found.get(f"{status}-tint"):
            assert contrast(found[status], tint) >= 4.5, status
