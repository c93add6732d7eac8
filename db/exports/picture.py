"""The timeline as a picture (SVG): when each claim was said, when it should happen.

A row is a claim. Above, on the line of what was said, each change of status is a sign
that differs in shape as well as in colour, each further report a tick. Below, a bar is
when it should happen: as wide as the date is uncertain, without an end where the date
has none; dates that no longer stand are dashed, with an arrow to what came after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path
from xml.etree import ElementTree as ET

from db.exports import ink, words
from db.exports.axis import Axis, axis
from db.exports.timeline import Timeline, current, earlier, telling
from molva.chronology import day_of
from molva.model import Claim, ClaimValue, EventDate, Status

#: The style of the pictures; its colours are variables of the page around them.
STYLE = (Path(__file__).parent / "picture.css").read_text(encoding="utf-8")

Href = Callable[[Claim], str | None]

#: Dates of a claim that are drawn: those that stand, and the latest before them.
_NOW, _BEFORE = 2, 3
#: Heights in pixels: the line of what was said, a bar's lane, a line of text.
_SAID, _LANE, _LINE, _SMALL = 24, 21, 18, 15
_BAR = 9
#: Least distance of two signs, so that neither hides the other.
_APART = 13
#: Blocks that fade a bar out where it has no end: (distance from it, width).
_FADE = ((2, 6), (10, 4), (16, 2))
_FADED = 18


@dataclass(frozen=True, slots=True)
class Layout:
    """How a picture of a width is set out: beside the track, or above it, the words."""

    name: str
    width: int
    left: int
    ticks: int
    lines: int
    is_beside: bool


WIDE = Layout("wide", width=960, left=340, ticks=7, lines=3, is_beside=True)
NARROW = Layout("narrow", width=360, left=10, ticks=4, lines=3, is_beside=False)
LAYOUTS = (WIDE, NARROW)


@dataclass(frozen=True, slots=True)
class Bar:
    """A date given for a claim: its days (an open end is None), and when it was said.

    `is_moved` where a later date took its place, else it stands or contradicts.
    """

    first: date | None
    last: date | None
    said: date | None
    words: str
    is_current: bool
    is_moved: bool

    @property
    def end(self) -> date:
        """Return the day that tells dates apart: the deadline, else the first day."""
        end = self.last or self.first
        assert end is not None
        return end


@dataclass(frozen=True, slots=True)
class Row:
    """A claim as it is drawn."""

    claim: Claim
    signs: tuple[tuple[date, Status], ...]
    told: tuple[date, ...]
    bars: tuple[Bar, ...]

    def days(self) -> Iterator[date]:
        """Yield every day that the row marks."""
        yield from (day for day, _ in self.signs)
        yield from self.told
        for bar in self.bars:
            yield from (day for day in (bar.first, bar.last) if day)


def rows(timeline: Timeline, limit: int) -> tuple[list[Row], int]:
    """Return the rows to draw in the order first said, and how many are left out.

    Where there are too many, those stay of which most is known. A claim without any
    day has no place in a picture and is not counted.
    """
    found = [
        row for claim in timeline.by_first_said() if (row := _row(timeline, claim))
    ]
    ranked = sorted(found, key=lambda row: telling(row.claim), reverse=True)
    kept = {row.claim.id for row in ranked[:limit]}
    return [row for row in found if row.claim.id in kept], len(found) - len(
        kept
    ) + timeline.left_out


def _row(timeline: Timeline, claim: Claim) -> Row | None:
    signs = tuple(
        (day, change.new)
        for change in claim.changes
        if (day := _date(change.changed_at))
    )
    if not signs and (first := _date(claim.first_said_at)):
        signs = ((first, claim.status),)
    reported = timeline.told.get(claim.id) or [
        item.report.published for item in claim.evidence
    ]
    told = {_date(instant) for instant in reported}
    row = Row(
        claim=claim,
        signs=signs,
        told=tuple(sorted(day for day in told if day)),
        bars=tuple(_bars(timeline, claim)),
    )
    return row if any(row.days()) else None


def _bars(timeline: Timeline, claim: Claim) -> Iterator[Bar]:
    """Yield the dates of a claim, the oldest first, each once."""
    given = [*current(claim, "date")[:_NOW], *earlier(claim, "date")]
    bars = dict.fromkeys(filter(None, (_bar(timeline, value) for value in given)))
    seen: dict[tuple[date | None, date | None], Bar] = {}
    for bar in bars:
        seen.setdefault((bar.first, bar.last), bar)
    now = [bar for bar in seen.values() if bar.is_current]
    before = [bar for bar in seen.values() if not bar.is_current][:_BEFORE]
    yield from reversed(before)
    yield from reversed(now)


def _bar(timeline: Timeline, given: ClaimValue) -> Bar | None:
    value = given.value
    assert isinstance(value, EventDate)
    first, last = _date(value.earliest), _date(value.latest)
    if first is None and last is None:
        return None
    return Bar(
        first=first,
        last=last,
        said=_date(given.said_at),
        words=timeline.words.span(value.earliest, value.latest, short=True),
        is_current=given.is_current,
        is_moved=given.relation == "revised",
    )


def _date(stamp: str | None) -> date | None:
    day = day_of(stamp)
    return date.fromisoformat(day) if day else None


def svg(
    timeline: Timeline,
    href: Href = lambda _claim: None,
    *,
    layout: Layout = WIDE,
    limit: int = 30,
    is_named: bool = True,
) -> str:
    """Return the picture, '' where no claim has a day.

    `href` gives the address a row leads to; without `is_named` the words of the claims
    are left out, for where they stand above already.
    """
    drawn, more = rows(timeline, limit)
    if not drawn:
        return ""
    if not is_named and layout.is_beside:
        layout = Layout("wide", layout.width, 10, layout.ticks, 0, is_beside=True)
    return _Picture(timeline, drawn, more, href, layout, is_named).draw()


class _Picture:
    """One picture being drawn, from the top down."""

    def __init__(
        self,
        timeline: Timeline,
        drawn: Sequence[Row],
        more: int,
        href: Href,
        layout: Layout,
        is_named: bool,
    ) -> None:
        self.timeline, self.say = timeline, timeline.words
        self.rows, self.more, self.href = drawn, more, href
        self.layout, self.is_named = layout, is_named

    @cached_property
    def today(self) -> date | None:
        """The day that the timeline stands at, where it is no great way off."""
        days = sorted(day for row in self.rows for day in row.days())
        room = max(60, (days[-1] - days[0]).days // 3)
        as_of = self.timeline.as_of
        near = days[0] <= as_of and (as_of - days[-1]).days <= room
        return as_of if near else None

    @cached_property
    def axis(self) -> Axis:
        """The axis of all rows."""
        days = [day for row in self.rows for day in row.days()]
        days += [self.today] if self.today else []
        return axis(days, self.layout.left, self.layout.width - 10)

    def draw(self) -> str:
        """Return the whole picture."""
        layout, name = self.layout, f"picture-{self.layout.name}"
        root = ET.Element(
            "svg",
            {
                "class": f"times {layout.name}",
                "xmlns": "http://www.w3.org/2000/svg",
                "role": "group",
                "aria-labelledby": f"{name}-title {name}-desc",
            },
        )
        ink.add(root, "title", id=f"{name}-title").text = self._title()
        ink.add(root, "desc", id=f"{name}-desc").text = self.say.text("picture_desc")
        ground = ink.add(root, "g", {"aria-hidden": "true"})
        y = top = 44.0
        for number, row in enumerate(self.rows):
            y = self._row(root, row, y, is_first=number == 0)
        self._ground(ground, top, y)
        y += 8
        if self.more:
            words_of_rest = self.say.count("more_claims", self.more)
            ink.text_at(root, 0, y + 16, words_of_rest, "small")
            y += 24
        y = self._legend(root, y + 16)
        root.set("viewBox", f"0 0 {layout.width} {y:g}")
        root.set("width", f"{layout.width}")
        root.set("height", f"{y:g}")
        return ET.tostring(root, "unicode")

    def _title(self) -> str:
        about = words.plain(self.timeline.title)
        title = self.say.text("picture_title")
        return f"{about}: {title}" if about else words.capital(title)

    def _ground(self, ground: ET.Element, top: float, bottom: float) -> None:
        """Draw what lies behind the rows: the ticks, and the day it stands at."""
        unit, days = self.axis.ticks(self.layout.ticks)
        year = None
        for day in days:
            x = self.axis.x(day)
            ink.line(ground, x, top - 6, x, bottom, "tick")
            marks = [(32, self.say.tick(day, unit), "axis")]
            if unit != "year" and day.year != year:
                marks.append((17, str(day.year), "axis year"))
            self._mark(ground, x, marks)
            year = day.year
        if self.today:
            x = self.axis.x(self.today)
            ink.line(ground, x, top - 6, x, bottom, "today")
            told = self.say.text("as_of", day=self.say.day(str(self.today), short=True))
            is_far = x + ink.wide(told, 12) > self.layout.width
            label = ink.text_at(ground, x, bottom + 14, told, "axis now")
            label.set("text-anchor", "end" if is_far else "middle")

    def _mark(
        self, ground: ET.Element, x: float, marks: Sequence[tuple[float, str, str]]
    ) -> None:
        """Write what a tick stands for beside it, on the side that has room."""
        room = max(ink.wide(told, 12) for _, told, _ in marks)
        is_left = x + 3 + room > self.layout.width
        for y, told, kind in marks:
            text = ink.text_at(ground, x + (-3 if is_left else 3), y, told, kind)
            text.set("text-anchor", "end" if is_left else "start")

    def _row(self, root: ET.Element, row: Row, y: float, *, is_first: bool) -> float:
        """Draw a claim from `y` down; return where it ends."""
        address = self.href(row.claim)
        told = {"aria-label": self._told(row), "class": "row"}
        if address:
            link = ink.add(root, "a", {"href": address, **told})
        else:
            link = ink.add(root, "g", {"role": "img", **told})
        ink.add(link, "title").text = words.plain(row.claim.text)
        back = ink.add(
            link, "rect", {"class": "hit"}, x=0, y=y, width=self.layout.width
        )
        if not is_first:
            ink.line(link, 0, y, self.layout.width, y, "rule")
        below = self._name(link, row.claim, y + 8) if self.is_named else y + 4
        track = y + 8 if self.layout.is_beside else below + 2
        end = max(below, self._track(link, row, track)) + 8
        back.set("height", f"{end - y:g}")
        return end

    def _told(self, row: Row) -> str:
        """Say a row in one sentence, for those who hear the page."""
        told = [self.say.badge(row.claim)[2:], words.plain(row.claim.text)]
        told += [
            self.say.text("status_on", status=self.say.status(status), day=day)
            for when, status in row.signs
            if (day := self.say.day(str(when)))
        ]
        told += [
            bar.words if bar.is_current else self.say.text("was", value=bar.words)
            for bar in reversed(row.bars)
        ]
        return "; ".join(told)

    def _name(self, link: ET.Element, claim: Claim, y: float) -> float:
        """Write the words of a claim and its status; return where they end."""
        room = (self.layout.left if self.layout.is_beside else self.layout.width) - 26
        sign = ink.add(link, "g", transform=f"translate(7 {y + 9:g})")
        ink.sign(sign, claim.status)
        lines = ink.wrapped(words.plain(claim.text), room, 14.5, self.layout.lines)
        for line in lines:
            y += _LINE
            ink.text_at(link, 20, y - 4, line, "said").set("lang", claim.lang)
        y += _SMALL
        ink.text_at(link, 20, y, self.say.badge(claim)[2:], f"small {claim.status}")
        return y + 4

    def _track(self, link: ET.Element, row: Row, y: float) -> float:
        """Draw when a claim was said and should happen; return where that ends."""
        self._said(link, row, y + ink.SIGN + 3)
        y += _SAID
        for number, bar in enumerate(row.bars):
            middle = y + _LANE / 2 - 1
            self._bar(link, row.claim, bar, middle)
            below = y + _LANE + (0 if self._days(link, bar, middle) else _SMALL)
            after = row.bars[number + 1 : number + 2]
            if bar.is_moved and after and self.axis.has(bar.end):
                self._arrow(link, bar, after[0], middle, below + _LANE / 2 - 1)
            y = below
        return y

    def _said(self, link: ET.Element, row: Row, y: float) -> None:
        """Draw the line of what was said: its style is the status of the time."""
        placed = self._placed(row.signs)
        days = [*row.told, *(day for day, _ in row.signs)]
        if days:
            last = self.axis.x(max(days))
            ends = [x for x, _, _ in placed[1:]] + [last]
            for (x, _, status), end in zip(placed, ends, strict=True):
                if end > x:
                    ink.line(link, x, y, end, y, f"life {status}")
        changed = {day for day, _ in row.signs}
        ticks = {
            round(self.axis.x(day))  # a claim told daily is one line, not a thousand
            for day in row.told
            if day not in changed and self.axis.has(day)
        }
        if ticks:
            strokes = "".join(f"M{x},{y - 5:g}v10" for x in sorted(ticks))
            ink.add(link, "path", {"class": "told"}, d=strokes)
        for x, day, status in placed:
            sign = ink.add(link, "g", transform=f"translate({x:g} {y:g})")
            title = self.say.text(
                "status_on", status=self.say.status(status), day=self.say.day(str(day))
            )
            ink.add(sign, "title").text = words.capital(title)
            ink.sign(sign, status)

    def _placed(
        self, signs: Sequence[tuple[date, Status]]
    ) -> list[tuple[float, date, Status]]:
        """Return the signs at pixels far enough from each other to be told apart."""
        xs = [self.axis.x(day) for day, _ in signs]
        for i in range(1, len(xs)):
            xs[i] = max(xs[i], xs[i - 1] + _APART)
        limit = self.axis.right
        for i in range(len(xs) - 1, -1, -1):
            xs[i] = min(xs[i], limit)
            limit = xs[i] - _APART
        return [(x, day, status) for x, (day, status) in zip(xs, signs, strict=True)]

    def _bar(self, link: ET.Element, claim: Claim, bar: Bar, y: float) -> None:
        """Draw a date: what is uncertain wide, what has no end fading out."""
        kind = claim.status if bar.is_current else "before"
        start, end = self._ends(bar)
        if self._is_off(bar):
            return
        if bar.first and bar.said and (said := self.axis.x(bar.said)) < start - 6:
            ink.line(link, said, y, start - 2, y, "lead")
            ink.add(link, "circle", {"class": "lead"}, cx=said, cy=y, r=1.8)
        self._box(link, kind, start, end - start, y)
        if kind == "disputed":
            half = {"class": "half"}
            ink.add(
                link, "rect", half, x=start, y=y, width=end - start, height=_BAR / 2
            )
        if kind == "denied":
            ink.line(link, start - 3, y, end + 3, y, "struck")
        if bar.first and bar.last:
            return
        for away, width in _FADE:
            x = end + away if bar.last is None else start - away - width
            self._box(link, kind, x, width, y)
        x = end if bar.first is None else start
        ink.line(link, x, y - 8, x, y + 8, f"stop {kind}")

    def _is_off(self, bar: Bar) -> bool:
        """Say whether a bar lies off the axis: an arrow then says on which side."""
        first, last = bar.first or bar.said or bar.end, bar.last or bar.end
        return first > self.axis.last or last < self.axis.first

    def _box(
        self, link: ET.Element, kind: str, x: float, width: float, y: float
    ) -> None:
        box, top = {"class": f"bar {kind}"}, y - _BAR / 2
        ink.add(link, "rect", box, x=x, y=top, width=round(width, 1), height=_BAR)

    def _ends(self, bar: Bar) -> tuple[float, float]:
        """Return the pixels between which a bar is drawn."""
        if bar.first is None:
            end = self.axis.x(_after(bar.end))
            said = self.axis.x(bar.said) if bar.said else end
            start = min(said + _FADED, end - 12)
            return max(start, self.axis.left), end
        start = self.axis.x(bar.first)
        if bar.last is None:
            return start, min(start + 40, max(start, self.axis.right - _FADED))
        return start, max(self.axis.x(_after(bar.last)), start + 4)

    def _days(self, link: ET.Element, bar: Bar, y: float) -> bool:
        """Write the days of a bar after it or before it; else below, and say False."""
        start, end = self._ends(bar)
        right = end + (_FADED if bar.last is None else 0) + 7
        left = start - (_FADED if bar.first is None else 0) - 7
        told, kind = bar.words, "due" if bar.is_current else "due was"
        if not self.axis.has(bar.end):
            is_later = bar.end > self.axis.last
            told = f"{told} →" if is_later else f"← {told}"
            if self._is_off(bar):
                right = left = self.axis.right if is_later else self.axis.left
        wide, edge = ink.wide(told, 12.5), self.layout.width
        if right + wide <= edge:
            ink.text_at(link, right, y + 4, told, kind)
        elif left - wide >= self.axis.left - 6:
            ink.text_at(link, left, y + 4, told, kind).set("text-anchor", "end")
        else:
            below = ink.text_at(link, min(end, edge), y + 19, told, kind)
            below.set("text-anchor", "end")
            return False
        return True

    def _arrow(
        self, link: ET.Element, bar: Bar, after: Bar, y: float, to_y: float
    ) -> None:
        """Lead from a date that no longer stands to the one that took its place."""
        x, to = self.axis.x(_after(bar.end)), self.axis.x(_after(after.end))
        end = to_y - _BAR / 2 - 2
        path = f"M{x:g},{y + _BAR / 2 + 1:g}V{end - 4:g}H{to:g}V{end:g}"
        ink.add(link, "path", {"class": "moved"}, d=path)
        head = f"M{to - 3.5:g},{end - 4:g}L{to:g},{end + 1:g}L{to + 3.5:g},{end - 4:g}Z"
        ink.add(link, "path", {"class": "head"}, d=head)

    def _legend(self, root: ET.Element, y: float) -> float:
        """Explain the signs that occur; return where that ends."""
        group = ink.add(root, "g", {"aria-hidden": "true", "class": "legend"})
        x, y = 0.0, y + 14
        for draw, wide, told in self._keys():
            whole = wide + 8 + ink.wide(told, 12.5) + 20
            if x and x + whole - 20 > self.layout.width:
                x, y = 0.0, y + 22
            draw(ink.add(group, "g", transform=f"translate({x:g} {y - 4:g})"))
            ink.text_at(group, x + wide + 8, y, told, "small")
            x += whole
        return y + 10

    def _keys(self) -> Iterator[tuple[Callable[[ET.Element], None], float, str]]:
        """Yield how a sign is drawn, its width and what it means."""
        seen = {status for row in self.rows for _, status in row.signs}
        seen |= {row.claim.status for row in self.rows}
        for status, (_, word) in self.say.STATUS.items():
            if status in seen:
                yield partial(ink.sign, status=status, x=7), 14, word.lower()
        bars = [bar for row in self.rows for bar in row.bars]
        if any(_is_again(row) for row in self.rows):
            yield (
                (lambda g: ink.line(g, 4, -5, 4, 5, "told")),
                8,
                self.say.text("key_told"),
            )
        if any(bar.is_current for bar in bars):
            yield _key_bar, 30, self.say.text("key_due")
        if any(bar.first is None or bar.last is None for bar in bars):
            yield _key_open, 36, self.say.text("key_open")
        if any(not bar.is_current for bar in bars):
            yield _key_before, 30, self.say.text("key_before")


def _is_again(row: Row) -> bool:
    return not set(row.told) <= {day for day, _ in row.signs}


def _key_bar(group: ET.Element) -> None:
    box = {"class": "bar confirmed"}
    ink.add(group, "rect", box, x=0, y=-_BAR / 2, width=30, height=_BAR)


def _key_before(group: ET.Element) -> None:
    box = {"class": "bar before"}
    ink.add(group, "rect", box, x=0, y=-_BAR / 2, width=30, height=_BAR)


def _key_open(group: ET.Element) -> None:
    box = {"class": "bar confirmed"}
    ink.add(group, "rect", box, x=_FADED, y=-_BAR / 2, width=16, height=_BAR)
    for away, width in _FADE:
        x = _FADED - away - width
        ink.add(group, "rect", box, x=x, y=-_BAR / 2, width=width, height=_BAR)
    ink.line(group, 34, -8, 34, 8, "stop confirmed")


def _after(day: date) -> date:
    """Return the next day: a day is drawn whole."""
    return day + timedelta(days=1) if day < date.max else day
