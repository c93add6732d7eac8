"""New sources: what a page tells of its site, one report tried, one page kept."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.discover import Found, discover, robots_url
from crawler.extract import PageError
from crawler.feeds import FeedItem
from crawler.run import crawl, shard_of
from crawler.source import SourceSpec
from crawler.visit import PageState, Visit
from molva.model import Report

#: What a report should have, in the order shown.
FIELDS = (
    "title",
    "published",
    "modified",
    "authors",
    "section",
    "lang",
    "access",
    "url",
    "key",
    "text",
)
#: So many articles are asked for until one can be read.
TRIES = 5


class NothingLearnedError(Exception):
    """Nothing could be learned of a source; the message says why."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One report as a source's rules read it, and the bytes of its page."""

    report: Report
    body: bytes

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield each field with the layer that gave it: "feed" where no page did."""
        for name in FIELDS:
            value = getattr(self.report, name)
            shown = ", ".join(value) if isinstance(value, tuple) else str(value or "")
            layer = self.report.layers.get(_LAYERS.get(name, name), "")
            if not layer and shown and name in ("title", "published", "section"):
                layer = "feed"
            yield {"field": name, "layer": layer, "value": shown}


#: Field of a report → the name of its layer, where it has another.
_LAYERS = {"url": "canonical_url"}


def learn(url: str, *, contact: str | None = None, is_private: bool = False) -> Found:
    """Fetch a page and the site's robots.txt; raises NothingLearnedError."""
    host = urlsplit(url).hostname or ""
    spec = SourceSpec(
        name="new",
        title=host,
        lang="und",
        kind="media",
        allow=(host,),
        allow_private=(host,) if is_private else (),
        keep_query=True,
    )
    wanted = (url, robots_url(url))
    visits = {v.url: v for v in _fetched(spec, wanted, contact)}
    visit = visits.get(url)
    if visit is None or not visit.body or visit.status != 200:
        raise NothingLearnedError(f"{url}: {visit.reason if visit else 'no answer'}")
    robots = visits.get(robots_url(url))
    told = _bytes(robots).decode("utf-8", "replace") if robots else ""
    try:
        return discover(_bytes(visit), url, told)
    except PageError as error:
        raise NothingLearnedError(f"{url}: {error}") from None


def attempt(
    spec: SourceSpec, url: str | None = None, *, contact: str | None = None
) -> Tried:
    """Crawl one report of a source: that at `url`, or the first that can be read.

    Raises NothingLearnedError with the reason of the last page tried.
    """
    if url is None and not spec.url:
        raise NothingLearnedError(f"{spec.name}: {spec.reason or 'names no feed'}")
    pages = _states(spec, url) if url else ()
    listings = () if url else spec.url[:1]
    shard = shard_of(
        [replace(spec, url=listings)], pages=pages, contact=contact, keep_bodies=True
    )
    last, tried = "the feed names no article", 0
    with closing(crawl(shard)) as visits:
        for visit in visits:
            if visit.report:
                return Tried(visit.report, _bytes(visit))
            if visit.outcome != "listed":
                last = f"{visit.url}: {visit.reason or visit.outcome}"
                tried += visit.outcome != "skipped"
            if tried >= TRIES:
                break
    raise NothingLearnedError(last)


def keep(tried: Tried, spec: SourceSpec, folder: Path) -> Path:
    """Write the page and what was read on it as a fixture; returns its folder.

    The text is its publisher's: the fixture is for private use.
    """
    report = tried.report
    place = folder / spec.lang / spec.name
    place.mkdir(parents=True, exist_ok=True)
    expected: dict[str, Any] = {
        name: getattr(report, name)
        for name in ("url", "key", "title", "published", "modified", "authors", "text")
    }
    expected |= {"section": report.section, "access": report.access, "absent": []}
    (place / "page.html").write_bytes(tried.body)
    text = json.dumps(expected, ensure_ascii=False, indent=2)
    (place / "expected.json").write_text(text + "\n", encoding="utf-8")
    return place


def _fetched(
    spec: SourceSpec, urls: tuple[str, ...], contact: str | None
) -> Iterator[Visit]:
    pages = _states(spec, *urls)
    yield from crawl(shard_of([spec], pages=pages, contact=contact, keep_bodies=True))


def _states(spec: SourceSpec, *urls: str) -> tuple[PageState, ...]:
    return tuple(
        PageState(url=url, source=spec.name, item=FeedItem(url=url)) for url in urls
    )


def _bytes(visit: Visit) -> bytes:
    return b64decode(visit.body or "")
