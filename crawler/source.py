"""Sources as data: one TOML file each, with a closed schema."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cssselect import SelectorError
from parsel.csstranslator import HTMLTranslator

from molva.model import Kind, Reliability, Source

SpiderKind = Literal["feed", "sitemap", "listing"]

#: Sources that ship with Molva, one folder a language.
SHIPPED = Path(__file__).parent / "sources"

_INTERVAL = re.compile(r"(\d{1,9})\s*(s|m|h|d)")
#: Seconds that no interval or delay is longer than: a year.
LONGEST = 366 * 86400
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class SourceError(ValueError):
    """A source file that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """CSS selectors of an article's text and of what to strip from it.

    A paragraph that begins with one of `drop` is left out, of feeds' full texts too.
    """

    select: str | None = None
    strip: tuple[str, ...] = ()
    lead: str | None = None
    paywall: str | None = None
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """CSS selector (with `::attr()`) of the publication time, and the outlet's zone."""

    select: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What is normal in a week; outside is an issue and exit code 1.

    `min` and `max` are numbers of reports. `empty` maps a field of reports (title,
    text, published, time, authors, section) to the largest share that may lack it.
    """

    min: int | None = None
    max: int | None = None
    empty: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """All that the crawler knows of a source.

    `key` is a pattern whose first group is the source's own id of an article; without
    it the canonical URL is the key. `interval` and `delay` are seconds. `skip` are
    parts of addresses that are no reports; with `needs_category` feed items without a
    category are none either (paid matter of some outlets). `sitemap` are addresses for
    backfill, which ordinary runs leave alone. A source that is not `enabled` gives the
    `reason`.
    """

    name: str
    title: str
    lang: str
    kind: Kind
    spider: SpiderKind = "feed"
    url: tuple[str, ...] = ()
    sitemap: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    key: str | None = None
    family: str | None = None
    reliability: Reliability = "F"
    home: str | None = None
    aliases: tuple[str, ...] = ()
    enabled: bool = True
    reason: str = ""
    terms: str = ""
    encoding: str | None = None
    interval: int = 900
    delay: float = 1.0
    article: str | None = None
    keep_query: bool = False
    needs_category: bool = False
    allow_private: tuple[str, ...] = ()
    body: Body = field(default_factory=Body)
    time: Time = field(default_factory=Time)
    expect: Expect = field(default_factory=Expect)

    def source(self) -> Source:
        """Return what the rest of Molva needs to know of this source."""
        return Source(
            name=self.name,
            title=self.title,
            kind=self.kind,
            lang=self.lang,
            family=self.family,
            reliability=self.reliability,
            home=self.home,
            aliases=self.aliases,
        )

    def backfill(self) -> SourceSpec:
        """Return the source with its sitemaps in place of what it is crawled by.

        Raises SourceError where none is known.
        """
        sitemaps = self.sitemap or (self.url if self.spider == "sitemap" else ())
        if not sitemaps:
            raise SourceError(f"{self.name}: no sitemap is known to go back by")
        return replace(self, spider="sitemap", url=sitemaps)

    def article_key(self, url: str) -> str:
        """Return the source's own key of the article at `url`."""
        match = re.search(self.key, url) if self.key else None
        return match.group(1) if match else url

    def without_furniture(self, text: str) -> str:
        """Return a text without the paragraphs that the source's `drop` names."""
        if not self.body.drop:
            return text
        parts = text.split("\n\n")
        return "\n\n".join(p for p in parts if not p.startswith(self.body.drop))

    def skips(self, url: str) -> str | None:
        """Return the pattern for which `url` is no report of this source, or None."""
        return next((part for part in self.skip if part in url), None)


def load(paths: Iterable[Path] = (), *, shipped: bool = True) -> dict[str, SourceSpec]:
    """Read every source file of `paths` (folders or files), later ones win.

    Raises SourceError where a file is broken; the message names file and key.
    """
    folders = ([SHIPPED] if shipped else []) + list(paths)
    specs: dict[str, SourceSpec] = {}
    for folder in folders:
        files = sorted(folder.rglob("*.toml")) if folder.is_dir() else [folder]
        for file in files:
            spec = read_file(file)
            specs[spec.name] = spec
    return specs


def read_file(path: Path) -> SourceSpec:
    """Read one source file; raises SourceError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file") from None
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: not TOML: {error}") from None
    except RecursionError:
        raise SourceError(f"{path}: not TOML: nested too deeply") from None
    return parse(data, where=str(path))


def parse(data: Mapping[str, Any], *, where: str) -> SourceSpec:
    """Check `data` against the closed schema and return the spec."""
    values = _checked(SourceSpec, data, where)
    for required in ("name", "title", "lang", "kind"):
        if required not in values:
            raise SourceError(f"{where}: the key {required!r} is missing")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", values["name"]):
        raise SourceError(f"{where}: name: use lower-case letters, digits, - and _")
    if not re.fullmatch(r"[a-z]{2,3}", values["lang"]):
        raise SourceError(f"{where}: lang: a code of two or three letters is expected")
    _one_of(values, "kind", get_args(Kind), where)
    _one_of(values, "spider", get_args(SpiderKind), where)
    _one_of(values, "reliability", get_args(Reliability), where)
    _addresses(values, where)
    if values.get("enabled") is False and not values.get("reason"):
        raise SourceError(f"{where}: reason: say why the source is not enabled")
    if pattern := values.get("key"):
        _pattern(pattern, where)
    spec = SourceSpec(**values)
    _names(spec, where)
    _selectors(spec, where)
    return spec


def _checked(cls: type, data: Mapping[str, Any], where: str) -> dict[str, Any]:
    known = {f.name: f for f in fields(cls)}
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            raise SourceError(
                f"{where}: unknown key {name!r} (known: {', '.join(sorted(known))})"
            )
        values[name] = _converted(name, str(known[name].type), value, where)
    return values


def _converted(name: str, kind: str, value: Any, where: str) -> Any:
    if name in _TABLES:
        if not isinstance(value, dict):
            raise SourceError(f"{where}: {name}: a table [{name}] is expected")
        return _TABLES[name](**_checked(_TABLES[name], value, f"{where} [{name}]"))
    if name == "empty":
        return _shares(value, where)
    if kind.startswith("tuple"):
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise SourceError(f"{where}: {name}: a list of strings is expected")
        return tuple(value)
    if name == "interval":
        return _seconds(value, where)
    if name == "delay":
        if not _is_number(value) or not 0 <= value <= LONGEST:
            raise SourceError(f"{where}: delay: seconds, 0 or more, are expected")
        return float(value)
    wanted = bool if kind == "bool" else int if kind.startswith("int") else str
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise SourceError(f"{where}: {name}: {value!r} is no {wanted.__name__}")
    return value


_TABLES: dict[str, Any] = {"body": Body, "time": Time, "expect": Expect}


#: Fields of a report of which a source file can say how often they may be empty.
FIELDS = ("title", "text", "published", "time", "authors", "section")


def _shares(value: Any, where: str) -> dict[str, float]:
    if not isinstance(value, dict):
        raise SourceError(f"{where}: empty: a table [expect.empty] is expected")
    for name, share in value.items():
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            raise SourceError(f"{where} [empty]: unknown key {name!r} (known: {known})")
        if not _is_number(share) or not 0 <= share <= 1:
            raise SourceError(f"{where} [empty]: {name}: a share, 0 to 1, is expected")
    return {name: float(share) for name, share in value.items()}


def _seconds(value: Any, where: str) -> int:
    match = _INTERVAL.fullmatch(str(value).strip())
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 0 < seconds <= LONGEST:
        raise SourceError(f"{where}: interval: {value!r} is not like 15m, 2h or 1d")
    return seconds


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _names(spec: SourceSpec, where: str) -> None:
    """Check names that other libraries look up: of a zone, of an encoding."""
    try:
        ZoneInfo(spec.time.zone or "UTC")
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise SourceError(f"{where}: time: no zone {spec.time.zone!r}") from None
    try:
        codecs.lookup(spec.encoding or "utf-8")
    except (ValueError, LookupError):
        raise SourceError(f"{where}: no encoding {spec.encoding!r}") from None


def _one_of(
    values: Mapping[str, Any], key: str, known: Iterable[str], where: str
) -> None:
    if key in values and values[key] not in set(known):
        raise SourceError(
            f"{where}: {key}: {values[key]!r} is none of {', '.join(known)}"
        )


def _addresses(values: Mapping[str, Any], where: str) -> None:
    for key in ("url", "sitemap"):
        for url in values.get(key, ()):
            if not url.startswith(("https://", "http://", "{base}")):
                raise SourceError(f"{where}: {key}: {url!r} is neither http nor https")
            try:
                parts = urlsplit(url)
            except ValueError as error:
                raise SourceError(f"{where}: {key}: {url!r}: {error}") from None
            if "@" in parts.netloc:  # it would stand in runs, issues and logs
                host = parts.netloc.rpartition("@")[2]
                raise SourceError(f"{where}: {key}: a name or password before {host}")


def _selectors(spec: SourceSpec, where: str) -> None:
    told = {
        "article": [spec.article],
        "body: select": [spec.body.select],
        "body: strip": spec.body.strip,
        "body: lead": [spec.body.lead],
        "body: paywall": [spec.body.paywall],
        "time: select": [spec.time.select],
    }
    translate = HTMLTranslator().css_to_xpath
    for key, selectors in told.items():
        for css in filter(None, selectors):
            try:
                translate(css)
            except (SelectorError, ValueError) as error:
                raise SourceError(f"{where}: {key}: no CSS: {css!r}: {error}") from None


def _pattern(pattern: str, where: str) -> None:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise SourceError(f"{where}: key: not a pattern: {error}") from None
    if compiled.groups < 1:
        raise SourceError(f"{where}: key: the pattern needs one group")
