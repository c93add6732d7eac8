"""The steps as filters: records in, lines of the contract (DESIGN §6) out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from crawler.extract import PageError
from crawler.extract import extract as extract_page
from crawler.files import spec_for
from crawler.source import load as load_sources
from molva import matching, replay, shapes
from molva.model import Reading, Report, Source, Statement
from molva.pipeline.read import read_each
from nlp import gazetteer
from nlp.encode import encode
from nlp.read import know_outlets
from nlp.read import language as read_language
from nlp.read import read as read_reports


def extract(reports: Iterable[tuple[Any, Report]]) -> Iterator[shapes.Line]:
    """Yield the output line of `molva extract` for each (line id, report)."""
    pairs = list(reports)
    found = read_each([report for _, report in pairs])
    for (line_id, _), reading in zip(pairs, found, strict=True):
        if isinstance(reading, str):
            yield {"id": line_id, "error": f"cannot be read: {reading}"}
        else:
            yield shapes.extract_line(line_id, reading)


def replayed(
    reports: Sequence[tuple[Any, Report]], *, as_of: date | None = None
) -> Iterator[shapes.Line]:
    """Yield the output lines of `molva replay`, one a claim."""
    names = {report.id: line_id for line_id, report in reports}
    plain = [report for _, report in reports]
    know_outlets(
        Source(name=r.source, title=r.source, kind=r.kind, lang=r.lang or "und")
        for r in plain
    )
    pairs: Iterable[tuple[Report, Reading]] = zip(
        plain, read_reports(plain), strict=True
    )
    for claim in replay.replay(pairs, encode, as_of=as_of, parents=gazetteer.parents()):
        yield shapes.replay_line(claim, names)


def compared(
    pairs: Iterable[tuple[shapes.Text, shapes.Text]],
) -> Iterator[tuple[Statement, Statement, float]]:
    """Yield each pair of texts as two statements and the cosine of their vectors.

    Each text is read once, and as one statement.
    """
    pairs = list(pairs)
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    number = {text: i for i, text in enumerate(texts)}
    vectors = encode([text.text for text in texts])
    reports = [
        Report(id=str(i), source="stdin", key=str(i), text=text.text, lang=text.lang)
        for i, text in enumerate(texts)
    ]
    whole = [
        shapes.statement_of(reading, text.text)
        for reading, text in zip(read_reports(reports), texts, strict=True)
    ]
    for i, j in ((number[a], number[b]) for a, b in pairs):
        yield whole[i], whole[j], float(vectors[i] @ vectors[j])


def match_scores(pairs: Sequence[tuple[shapes.Text, shapes.Text]]) -> list[float]:
    """Return for each pair of texts how likely both say the same, 0 to 1."""
    parents = gazetteer.parents()
    return [
        matching.match(one, other, cosine, parents=parents).score
        for one, other, cosine in compared(pairs)
    ]


def match_lines(
    pairs: Sequence[tuple[Any, tuple[shapes.Text, shapes.Text]]],
) -> list[shapes.Line]:
    """Return the output lines of `molva match`."""
    scores = match_scores([pair for _, pair in pairs])
    return [
        {"id": line_id, "score": score}
        for (line_id, _), score in zip(pairs, scores, strict=True)
    ]


def articles(pages: Iterable[tuple[Any, shapes.SavedPage]]) -> Iterator[shapes.Line]:
    """Yield the output line of `molva article` for each saved page."""
    specs = load_sources()
    for line_id, page in pages:
        try:
            data = Path(page.path).read_bytes()
            article = extract_page(data, page.url, spec_for(page.url, specs))
        except (OSError, PageError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            yield {"id": line_id, "error": f"{page.path}: {reason}"}
            continue
        yield {
            "id": line_id,
            "title": article.title,
            "text": article.text,
            "published": article.published,
            "modified": article.modified,
            "authors": list(article.authors),
            "lang": article.lang or read_language(article.text),
            "canonical_url": article.canonical_url,
            "paywalled": article.access == "partial",
            "layers": article.layers,
        }
