"""Times as readers see them: "4 января 2012, 20:36", "16.01.2012 14:40", "Jan 4, 2012".

Only what stands near the headline counts: a page is full of other people's dates.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

from crawler import times
from crawler.blocks import Block

#: Blocks looked at before the headline, and after it or the article's first block.
BEFORE, AFTER = 4, 6
#: A dateline is a short block, or the beginning of a longer one.
HEAD = 90
#: So many dated rows of one element are a list of other news.
LIST = 3
_ROWS = ("li", "td", "dd", "dt", "p")
DATA = Path(__file__).with_name("months.toml")
_CLOCK = re.compile(r"(?<![\d.:])([01]?\d|2[0-3])[:.]([0-5]\d)(?::([0-5]\d))?(?![\d.])")
_HALF = re.compile(r"\s*([ap])\.?m\b", re.IGNORECASE)
_ZONE = re.compile(r"\s*(?:\(?(?:GMT|UTC))?\s*([+-]\d\d):?(\d\d)?(?!\d)")


def published(
    blocks: Sequence[Block], title: str, body: Sequence[Block], zone: str | None = None
) -> str | None:
    """Return the time shown near the headline or beside the article's text.

    To the minute where the page gives it, else a bare day; None where there is none.
    In the article's own sentences only a dateline with a clock is one.
    """
    sentences = {id(block) for block in body if len(block.text) >= HEAD}
    found = {id(block): block for block in _near(blocks, title, body)}
    stamps = [
        (block, stamp)
        for key, block in found.items()
        if (stamp := _stamp(block, key in sentences, zone))
    ]
    homes = Counter(id(block.home) for block, _ in stamps if block.tag in _ROWS)
    own = [stamp for block, stamp in stamps if homes[id(block.home)] < LIST]
    exact = (stamp for stamp in own if "T" in stamp)
    return next(exact, own[0] if own else None)


def _stamp(block: Block, is_sentence: bool, zone: str | None) -> str | None:
    stamp = read(block.text[: HEAD // 2 if is_sentence else HEAD], zone=zone)
    return None if is_sentence and stamp and "T" not in stamp else stamp


def read(text: str, *, zone: str | None = None) -> str | None:
    """Return the first time or day written in a short text, None where it has none."""
    text = text[:HEAD]
    pattern, months, edited = _language()
    for match in pattern.finditer(text.lower()):
        before = text[: match.start()].lower()
        day = _day(match, months)
        if day is None or any(word in before for word in edited):
            continue
        after = text[match.end() :]
        clock = _CLOCK.search(after[:35]) or _last(_CLOCK, before[-12:])
        if clock is None:
            return day.isoformat()
        hour = int(clock[1])
        half = _HALF.match(after[clock.end() :]) if clock.string == after[:35] else None
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half[1].lower() == "p" else 0)
        moment = datetime(
            day.year,
            day.month,
            day.day,
            hour,
            int(clock[2]),
            int(clock[3] or 0),
        )
        # An offset counts only right after the clock.
        offset = _ZONE.match(after, clock.end()) if clock.string == after[:35] else None
        stamp = moment.isoformat()
        if offset:
            stamp += f"{offset[1]}:{offset[2] or '00'}"
        return times.parse(stamp, zone=zone)
    return None


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


def _day(match: re.Match[str], months: dict[str, int]) -> date | None:
    groups = match.groupdict()
    year = int(groups["y1"] or groups["y2"] or groups["y3"] or groups["y4"])
    if year < 100:
        year += 2000
    if name := groups["name1"] or groups["name2"]:
        month = months[name]
        day = int(groups["d1"] or groups["d2"])
    else:
        month = int(groups["m3"] or groups["m4"])
        if "/" in match[0] and int(groups["d3"]) <= 12:
            return None  # 4/5/2024 is in May or in April
        day = int(groups["d3"] or groups["d4"])
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if 1990 <= year <= 2100 else None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(iter([*pattern.finditer(text)][-1:]), None)


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


@cache
def _language() -> tuple[re.Pattern[str], dict[str, int], tuple[str, ...]]:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    months = {
        form: number
        for part in data.values()
        for number, forms in enumerate(part["months"], 1)
        for form in forms
    }
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    pattern = re.compile(
        rf"(?<!\d)(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<name1>{names})\b\.?,?\s+"
        r"(?P<y1>\d{4}|\d\d)(?![\d:])"
        rf"|\b(?P<name2>{names})\b\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})"
        r"|(?<![\d.])(?P<d3>\d{1,2})[./-](?P<m3>\d{1,2})[./-](?P<y3>\d{4}|\d\d)(?![\d.])"
        r"|(?<!\d)(?P<y4>\d{4})-(?P<m4>\d\d)-(?P<d4>\d\d)(?!\d)"
    )
    return pattern, months, tuple(w for part in data.values() for w in part["edited"])
