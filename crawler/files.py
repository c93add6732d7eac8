"""Documents from files: text, HTML, WARC and JSON Lines become reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from crawler import warc
from crawler.decode import decode
from crawler.extract import Article, PageError, extract
from crawler.source import SourceSpec
from molva.model import Kind, Report, report_id, stable_id
from molva.shapes import LineError, report_of

#: Source of documents for which none was named.
BY_HAND = "by-hand"

_HTML = (".html", ".htm", ".xhtml")
_ARCHIVES = (".warc", ".warc.gz", ".arc", ".arc.gz")
_LINES = (".jsonl", ".ndjson")
#: A first line of at most this length, without a full stop, is a headline.
_HEADLINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What the user said of all documents of one `molva add`."""

    published: str | None = None
    source: str | None = None
    kind: Kind | None = None
    lang: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A document that could not be used: what, and why."""

    where: str
    reason: str


def reports_in(
    path: Path, defaults: Defaults, specs: dict[str, SourceSpec]
) -> Iterator[Report | Problem]:
    """Yield the reports of one file, and a Problem for each that is none."""
    name = path.name.lower()
    try:
        if name.endswith(_ARCHIVES):
            yield from _from_archive(path, defaults, specs)
        elif name.endswith(_LINES):
            yield from _from_lines(path, defaults)
        elif name.endswith(_HTML):
            yield _from_page(
                path.read_bytes(), path.resolve().as_uri(), defaults, specs
            )
        else:
            yield _from_text(path, defaults)
    except FileNotFoundError:
        yield Problem(where=str(path), reason="there is no such file")
    except IsADirectoryError:
        yield Problem(where=str(path), reason="is a folder: name the files in it")
    except OSError as error:
        yield Problem(where=str(path), reason=error.strerror or str(error))


def spec_for(url: str, specs: dict[str, SourceSpec]) -> SourceSpec | None:
    """Return the source whose host `url` is on, if any."""
    host = urlsplit(url).hostname or ""
    return next((s for s in specs.values() if host in s.allow), None)


def article_report(
    article: Article, data: bytes, defaults: Defaults, spec: SourceSpec | None
) -> Report:
    """Return the report of an article that was read from a file or a record."""
    source = defaults.source or (spec.name if spec else BY_HAND)
    url = article.canonical_url or article.url
    key = spec.article_key(url) if spec else url
    is_web = url.startswith(("http://", "https://"))
    return Report(
        id=report_id(source, key),
        source=source,
        key=key,
        url=url if is_web else None,
        kind=defaults.kind or (spec.kind if spec else "media"),
        title=defaults.title or article.title,
        text=article.text,
        lang=defaults.lang or article.lang,
        published=defaults.published or article.published,
        modified=article.modified,
        authors=article.authors,
        section=article.section,
        access=article.access,
        body_sha256=hashlib.sha256(data).hexdigest(),
        layers=article.layers,
    )


def _from_text(path: Path, defaults: Defaults) -> Report | Problem:
    text = decode(path.read_bytes()).strip()
    if not text:
        return Problem(where=str(path), reason="is empty")
    title, body = _headline(text)
    source = defaults.source or BY_HAND
    key = stable_id("text", text)
    return Report(
        id=report_id(source, key),
        source=source,
        key=key,
        kind=defaults.kind or "media",
        title=defaults.title or title,
        text=body,
        lang=defaults.lang,
        published=defaults.published,
    )


def _headline(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    is_title = (
        rest.strip() and len(first) <= _HEADLINE and first.rstrip()[-1:] not in ".!?…"
    )
    return (first.strip(), rest.strip()) if is_title else ("", text)


def _from_page(
    data: bytes,
    url: str,
    defaults: Defaults,
    specs: dict[str, SourceSpec],
    charset: str | None = None,
) -> Report | Problem:
    spec = spec_for(url, specs)
    try:
        article = extract(data, url, spec, charset=charset)
    except PageError as error:
        return Problem(where=url, reason=str(error))
    if not article.text:
        return Problem(where=url, reason="no article text found on the page")
    own = spec or spec_for(article.canonical_url or "", specs)
    return article_report(article, data, defaults, own)


def _from_archive(
    path: Path, defaults: Defaults, specs: dict[str, SourceSpec]
) -> Iterator[Report | Problem]:
    """Pages were seen when they were fetched, and stay where they are as evidence."""
    for found in warc.pages(path):
        if isinstance(found, warc.Damage):
            where = f"{path}, byte {found.offset}" if found.offset else str(path)
            yield Problem(where=where, reason=found.reason)
            continue
        read = _from_page(found.body, found.url, defaults, specs, found.charset)
        if isinstance(read, Report):
            file = str(path.resolve())
            read = replace(
                read, seen_at=found.at, record_file=file, record_offset=found.offset
            )
        yield read


def _from_lines(path: Path, defaults: Defaults) -> Iterator[Report | Problem]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _from_line(line, f"{path}:{number}", defaults)


def _from_line(line: str, where: str, defaults: Defaults) -> Report | Problem:
    try:
        data = json.loads(line)
        if not isinstance(data, dict):
            raise LineError("a JSON object is expected")
        report = report_of(data, source=defaults.source or BY_HAND)
    except (LineError, ValueError) as error:
        return Problem(where=where, reason=" ".join(str(error).split()))
    return replace(
        report,
        kind=data.get("kind") or defaults.kind or "media",
        published=report.published or defaults.published,
        lang=report.lang or defaults.lang,
        title=report.title or defaults.title or "",
    )
