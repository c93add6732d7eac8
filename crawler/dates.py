"""Times as readers see them: "4 января 2012, 20:36", "16.01.2012 14:40", "Jan 4, 2012".

Only what stands near the headline counts: a page is full of other people's dates.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from crawler import times
from crawler.blocks import Block

#: Blocks looked at before the headline, and after it or the article's first block.
BEFORE, AFTER = 4, 6
#: A dateline is a short block, or the beginning of a longer one.
HEAD = 90
#: A dateline of two times, and the length up to which it is read.
LONG = 160
#: So many dated rows of one element are a list of other news.
LIST = 3
_ROWS = ("li", "td", "dd", "dt", "p")
DATA = Path(__file__).with_name("months.toml")
ZONES = Path(__file__).with_name("zones.toml")
_CLOCK = re.compile(
    r"(?<![\d.:])([01]?\d|2[0-3])[:.]([0-5]\d)(?::([0-5]\d))?(?!\.?\d|:\d)"
)
_HALF = re.compile(r"\s{0,9}([ap])\.?\s?m\b\.?", re.IGNORECASE)
_OFFSET = re.compile(r"\s{0,9}+(?:\(?(?:GMT|UTC))?+\s{0,9}+([+-]\d\d):?(\d\d)?(?!\d)")
#: What may stand between a clock and the date after it: zone, comma, "в", bar.
_LINK = re.compile(r"[\s,.()|·•/–—-]*(?:\w{0,4}|\w{2,8} time)[\s,.()|·•/–—-]*")
_URL_DAY = re.compile(r"/(20\d\d)[/-]?(\d\d)[/-]?(\d\d)(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time or day written in a text; `is_edit` where it is that of a change."""

    stamp: str
    is_edit: bool
    start: int
    end: int


def published(
    blocks: Sequence[Block],
    title: str,
    body: Sequence[Block],
    zone: str | None = None,
    day: date | None = None,
) -> str | None:
    """Return the time shown near the headline or beside the article's text.

    To the minute where the page gives it, else a bare day; None where there is none.
    In the article's own sentences only a dateline with a clock is one. `day` is that of
    the page's address: it completes "14 мая, 10:30".
    """
    own = [m.stamp for m in _shown(blocks, title, body, zone, day) if not m.is_edit]
    exact = (stamp for stamp in own if "T" in stamp)
    return next(exact, own[0] if own else None)


def modified(
    blocks: Sequence[Block],
    title: str,
    body: Sequence[Block],
    zone: str | None = None,
    day: date | None = None,
) -> str | None:
    """Return the time that the page shows as that of its last change, if any."""
    edits = [m.stamp for m in _shown(blocks, title, body, zone, day) if m.is_edit]
    return next((stamp for stamp in edits if "T" in stamp), None)


def of_url(url: str) -> date | None:
    """Return the day in an address such as /2024/05/14/ or /20240514/."""
    match = _URL_DAY.search(url)
    return _date(*map(int, match.groups())) if match else None


def is_edit(words: str) -> bool:
    """Say whether words before a time call it that of a change."""
    low = words.lower()
    return any(word in low for word in _language().edited)


def is_dateline(text: str) -> bool:
    """Say whether a block is nothing but times, and perhaps a name beside a clock."""
    if len(text) > LONG:
        return False
    found = list(moments(text))
    if not found:
        return False
    rest = list(text)
    for moment in found:
        rest[moment.start : moment.end] = " " * (moment.end - moment.start)
    left = "".join(rest).lower()
    language = _language()
    words = [w for w in _WORDS.findall(left) if w not in language.dated]
    words = [w for w in words if not w.startswith(language.edited)]
    has_clock = any("T" in moment.stamp for moment in found)
    return not words or (has_clock and len(words) <= 3 and text[-1] not in ".!?")


def read(text: str, *, zone: str | None = None) -> str | None:
    """Return the first time or day written in a short text, None where it has none."""
    found = moments(text[:HEAD], zone=zone)
    return next((m.stamp for m in found if not m.is_edit), None)


def moments(
    text: str, *, zone: str | None = None, day: date | None = None
) -> Iterator[Moment]:
    """Yield the times and days of a short text in order."""
    if not _DIGIT.search(text):
        return
    language = _language()
    low = text.lower()
    matches = [(m, d) for m in language.pattern.finditer(low) if (d := _day(m))]
    if not matches and day:
        yield from _undated(text, low, day, zone)
    done = 0
    for number, (match, found) in enumerate(matches):
        later = matches[number + 1 :]
        before, limit = low[done : match.start()], match.end() + 35
        limit = min(limit, later[0][0].start() if later else len(text))
        limit = _first(language.edited, low, match.end(), limit)
        is_edit = any(word in before for word in language.edited)
        clock = _before(low, done, match.start()) or _CLOCK.search(
            text, match.end(), limit
        )
        start, end = match.span()
        stamp = found.isoformat()
        if clock:
            told, end_of_clock = _at(found, clock, text, zone)
            stamp = told or stamp
            start, end = min(start, clock.start()), max(end, end_of_clock)
        yield Moment(stamp, is_edit, start, end)
        done = end


def _undated(text: str, low: str, day: date, zone: str | None) -> Iterator[Moment]:
    """ "14 мая, 10:30" and "сегодня в 10:30" on a page whose address tells the day."""
    language = _language()
    clock = _CLOCK.search(text)
    if clock is None or len(text) > HEAD:
        return
    told = language.short.search(low)
    is_day = told and _short_day(told) == (day.day, day.month)
    if is_day or any(word in low for word in language.today):
        stamp, end = _at(day, clock, text, zone)
        is_edit = any(word in low for word in language.edited)
        start = min(clock.start(), told.start() if told else clock.start())
        yield Moment(stamp or day.isoformat(), is_edit, start, end)


def _shown(
    blocks: Sequence[Block],
    title: str,
    body: Sequence[Block],
    zone: str | None,
    day: date | None,
) -> list[Moment]:
    """Moments near the headline, those of the article's own sentences left out."""
    sentences = {id(block) for block in body if len(block.text) >= HEAD}
    stamps: list[tuple[Block, Moment]] = []
    for block in {id(b): b for b in _near(blocks, title, body)}.values():
        is_sentence = id(block) in sentences and not is_dateline(block.text)
        text = block.text[: HEAD // 2 if is_sentence else LONG]
        found = [m for m in moments(text, zone=zone, day=day) if m.start < HEAD]
        if len(block.text) > LONG:
            found = found[:1]
        stamps += [(block, m) for m in found if "T" in m.stamp or not is_sentence]
    dated = {id(block): block for block, _ in stamps}.values()
    rows = Counter(id(block.home) for block in dated if block.tag in _ROWS)
    return [moment for block, moment in stamps if rows[id(block.home)] < LIST]


def _before(low: str, start: int, end: int) -> re.Match[str] | None:
    """A clock right before a date, nothing but its zone between them."""
    clock = _last(_CLOCK.finditer(low, max(start, end - 30), end))
    if clock is None or not _LINK.fullmatch(low, clock.end(), end):
        return None
    return clock


def _first(words: tuple[str, ...], low: str, start: int, end: int) -> int:
    """Where the first of `words` begins between two places, `end` where none does."""
    places = (low.find(word, start, end) for word in words)
    return min((place for place in places if place >= 0), default=end)


def _at(
    day: date, clock: re.Match[str], text: str, zone: str | None
) -> tuple[str | None, int]:
    """The instant of a day and a clock, and where it ends in the text."""
    hour, end = int(clock[1]), clock.end()
    half = _HALF.match(text, end)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half[1].lower() == "p" else 0)
        end = half.end()
    moment = datetime(
        day.year, day.month, day.day, hour, int(clock[2]), int(clock[3] or 0)
    )
    stamp = moment.isoformat()
    named = _language().zone.match(text.lower(), end)
    # An offset counts only right after the clock.
    if offset := _OFFSET.match(text, end):
        stamp, end = stamp + f"{offset[1]}:{offset[2] or '00'}", offset.end()
    elif named:
        told, end = _language().zones[" ".join(named[1].split())], named.end()
        if told[0] in "+-":
            stamp += told
        else:
            zone = told
    return times.parse(stamp, zone=zone), end


def _near(
    blocks: Sequence[Block], title: str, body: Sequence[Block]
) -> Iterator[Block]:
    """Blocks around the headline, then around the article's first and last block."""
    wanted = _plain(title)
    first = _index(blocks, body[0]) if body else None
    # A headline may share its block with a line or two, not with a paragraph.
    spots = [
        number
        for number, block in enumerate(blocks[: first + 1 if first else None])
        if wanted
        and len(block.text) < len(title) + HEAD
        and wanted in _plain(block.text)
    ][-2:][::-1]
    for spot in [*spots, *([first] if first is not None else [])]:
        yield from blocks[spot : spot + AFTER]
        yield from blocks[max(spot - BEFORE, 0) : spot][::-1]
    last = _index(blocks, body[-1]) if body else None
    if last is not None:
        yield from (b for b in blocks[last + 1 : last + 4] if len(b.text) < HEAD)


def _index(blocks: Sequence[Block], wanted: Block) -> int | None:
    return next((n for n, block in enumerate(blocks) if block is wanted), None)


def _day(match: re.Match[str]) -> date | None:
    groups, months = match.groupdict(), _language().months
    year = int(groups["y1"] or groups["y2"] or groups["y3"] or groups["y4"])
    if year < 100:
        year += 2000
    if name := groups["name1"] or groups["name2"]:
        return _date(year, months[name], int(groups["d1"] or groups["d2"]))
    month = int(groups["m3"] or groups["m4"])
    day = int(groups["d3"] or groups["d4"])
    if "/" in match[0] and groups["d3"]:
        if month > 12:
            day, month = month, day  # 5/14/2024
        elif day <= 12 and day != month:
            return None  # 4/5/2024 is in May or in April
    return _date(year, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1990 <= year <= 2100 else None
    except ValueError:
        return None


def _short_day(match: re.Match[str]) -> tuple[int, int]:
    groups = match.groupdict()
    if groups["d6"]:
        return int(groups["d6"]), int(groups["m6"])
    return int(groups["d5"]), _language().months[groups["name5"]]


def _last(found: Iterator[re.Match[str]]) -> re.Match[str] | None:
    return next(iter([*found][-1:]), None)


def _plain(text: str) -> str:
    return _NO_LETTER.sub("", text.lower())


@dataclass(frozen=True, slots=True)
class _Language:
    """The words of all languages: patterns of days, months, words of datelines."""

    pattern: re.Pattern[str]
    short: re.Pattern[str]
    zone: re.Pattern[str]
    months: dict[str, int]
    zones: dict[str, str]
    edited: tuple[str, ...]
    today: tuple[str, ...]
    dated: frozenset[str]


@cache
def _language() -> _Language:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    tables = tomllib.loads(ZONES.read_text(encoding="utf-8"))
    zones = {name: told for table in tables.values() for name, told in table.items()}
    months = {
        form: number
        for part in data.values()
        for number, forms in enumerate(part["months"], 1)
        for form in forms
    }
    names = _any(months)
    pattern = re.compile(
        rf"(?<!\d)(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<name1>{names})\b\.?,?\s+"
        r"(?P<y1>\d{4}|\d\d)(?![\d:])"
        rf"|\b(?P<name2>{names})\b\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})"
        r"|(?<![\d.])(?P<d3>\d{1,2})[./-](?P<m3>\d{1,2})[./-](?P<y3>\d{4}|\d\d)(?!\.?\d)"
        r"|(?<!\d)(?P<y4>\d{4})-(?P<m4>\d\d)-(?P<d4>\d\d)(?!\d)"
    )
    short = re.compile(
        rf"(?<!\d)(?P<d5>\d{{1,2}})\s+(?P<name5>{names})\b"
        r"|(?<![\d.])(?P<d6>\d{1,2})\.(?P<m6>\d\d)(?![\d.:])"
    )

    def words(key: str) -> tuple[str, ...]:
        return tuple(word for part in data.values() for word in part[key])

    return _Language(
        pattern=pattern,
        short=short,
        zone=re.compile(rf"\s*\(?({_any(zones)})\b(?:\.|\s+времени|\s+time)?\)?"),
        months=months,
        zones=zones,
        edited=words("edited"),
        today=words("today"),
        dated=frozenset((*words("dated"), *words("today"), *zones)),
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
