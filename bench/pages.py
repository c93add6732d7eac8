"""Body text, titles and times on recorded pages: Molva and the libraries it stands on.

`python -m bench.pages [--worst N]` prints one table a set. Body: token F1 of each page,
averaged, with precision and recall; milliseconds are of one page on one core. The pages
lie outside the repository (`../shared/data/pages`).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

import lxml.html
import trafilatura
from readability import Document
from readability.readability import Unparseable

from bench.peers_client import Peer, peer
from crawler.blocks import blocks
from crawler.decode import decode
from crawler.extract import Article, PageError, extract

PAGES = Path(__file__).parents[2] / "shared" / "data" / "pages"
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Page:
    """A recorded page and what stands on it by hand; fields may be absent."""

    name: str
    data: bytes
    text: str
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] | None = None
    lang: str = ""


Tool = Callable[[Page], str]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall of the words of one text (bag of tokens)."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def score(found: str, gold: str) -> Score:
    a, b = (Counter(_WORD.findall(t.lower())) for t in (found, gold))
    shared = (a & b).total()
    return Score(shared / max(a.total(), 1), shared / max(b.total(), 1))


def russian() -> list[Page]:
    """Return the press pages of 2011 and 2012; the gold's first line is the title."""
    folder = PAGES / "daniel_ru"
    found = []
    for file in sorted((folder / "html").glob("*.html")):
        gold = (folder / "reference" / f"{file.stem}.txt").read_text(encoding="utf-8")
        headline = _TAG.sub(" ", gold.split("</p>")[0]).strip()
        name = file.stem.split("_")[1]
        text = _TAG.sub(" ", gold)
        found.append(Page(name, file.read_bytes(), text, headline, lang="ru"))
    return found


def publishers() -> list[Page]:
    """Return the modern pages with title, text, authors and times."""
    return list(_publishers())


def _publishers() -> Iterator[Page]:
    for file in sorted((PAGES / "fundus").glob("*.html")):
        gold = _gold(file)
        if gold:
            yield Page(
                file.stem,
                file.read_bytes(),
                _text(gold.get("body") or {}),
                gold.get("title"),
                gold.get("publishing_date"),
                tuple(gold.get("authors") or ()),
            )


def _gold(page: Path) -> dict[str, Any] | None:
    """The gold whose headline the page bears (one file holds several layouts)."""
    country, name, *_ = page.stem.split("_")
    versions = json.loads((page.parent / f"{country}_{name}.json").read_text())
    words = Counter(_WORD.findall(decode(page.read_bytes())))
    for gold in versions.values():
        if not Counter(_WORD.findall(gold["title"])) - words:
            return dict(gold)
    return None


def _text(parts: dict[str, Any]) -> str:
    lines = list(parts.get("summary", ()))
    for section in parts.get("sections", ()):
        lines += [*section.get("headline", ()), *section["paragraphs"]]
    return "\n".join(lines)


def _molva(page: Page) -> str:
    try:
        return extract(page.data, f"https://{page.name}/").text
    except PageError:
        return ""


def _trafilatura(**mode: Any) -> Tool:
    def run(page: Page) -> str:
        html = decode(page.data)
        return trafilatura.extract(html, include_comments=False, **mode) or ""

    return run


def _newspaper(page: Page) -> str:
    of = peer("newspaper4k")
    assert isinstance(of, Peer)
    (text,) = of.ask(text=decode(page.data), lang=page.lang)
    return str(text)


def _readability(page: Page) -> str:
    """Its summary as text, paragraph by paragraph."""
    try:
        summary = Document(decode(page.data)).summary(html_partial=True)
    except Unparseable:
        return ""
    return "\n\n".join(block.text for block in blocks(lxml.html.fromstring(summary)))


TOOLS: dict[str, Tool] = {
    "molva": _molva,
    "trafilatura precision": _trafilatura(favor_precision=True),
    "trafilatura default": _trafilatura(),
    "readability-lxml": _readability,
}


def bodies(pages: list[Page], worst: int) -> None:
    for tool, (scores, spent) in body_scores(pages).items():
        print(
            f"{tool:24}{mean(s.f1 for _, s in scores):8.3f}"
            f"{mean(s.precision for _, s in scores):8.3f}"
            f"{mean(s.recall for _, s in scores):8.3f}{spent:9.0f}"
        )
        if tool == "molva" and worst:
            for name, one in sorted(scores, key=lambda x: x[1].f1)[:worst]:
                print(f"    {name:40}{one.f1:.3f} {one.precision:.2f} {one.recall:.2f}")


def body_scores(
    pages: list[Page],
) -> dict[str, tuple[list[tuple[str, Score]], float]]:
    """Return tool → its score on each page, and milliseconds a page.

    newspaper4k runs in an environment of its own (`make bench`), where it is there.
    """
    result = {}
    tools = dict(TOOLS)
    if isinstance(why := peer("newspaper4k"), Peer):
        tools["newspaper4k"] = _newspaper
    else:
        print(f"newspaper4k: {why}", file=sys.stderr)
    for tool, run in tools.items():
        started = time.perf_counter()
        scores = [(p.name, score(run(p), p.text)) for p in pages]
        result[tool] = scores, (time.perf_counter() - started) / len(pages) * 1000
    return result


def fields(pages: list[Page], worst: int) -> None:
    """Title, minute and author of the pages, each over those whose gold has it."""
    found = {id(p): _article(p) for p in pages}

    def of(page: Page, name: str) -> str:
        return str(getattr(found[id(page)], name, None) or "")

    titled = [p for p in pages if p.title]
    timed = [p for p in pages if p.published]
    signed = [p for p in pages if p.authors is not None]
    wrong = [p for p in titled if score(of(p, "title"), p.title or "").f1 < 0.9]
    print(f"title (F1 >= .9) {1 - len(wrong) / len(titled):.2f} of {len(titled)}")
    late = [p for p in timed if _minute(of(p, "published")) != _minute(p.published)]
    if timed:
        print(
            f"published to the minute {1 - len(late) / len(timed):.2f} of {len(timed)}"
        )
    else:
        exact = mean("T" in of(p, "published") for p in pages)
        days = mean(bool(of(p, "published")) for p in pages)
        print(
            f"published: a minute on {exact:.2f}, a day or more on {days:.2f} (no gold)"
        )
    if signed:
        jaccard = mean(_jaccard(found[id(p)], p.authors or ()) for p in signed)
        print(f"authors (Jaccard) {jaccard:.2f} of {len(signed)}")
    for page in wrong[:worst]:
        print(f"    {page.name:30} title {of(page, 'title')!r}, not {page.title!r}")
    for page in late[:worst]:
        print(f"    {page.name:30} {of(page, 'published')!r}, not {page.published!r}")


def _article(page: Page) -> Article | None:
    try:
        return extract(page.data, f"https://{page.name}/")
    except PageError as error:
        print(f"    {page.name}: refused: {error}")
        return None


def _minute(stamp: str | None) -> str:
    """An instant in UTC to the minute; what has no zone is left as it is."""
    if not stamp or len(stamp) <= 10:
        return stamp or ""
    moment = datetime.fromisoformat(stamp)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M")


def _jaccard(article: Article | None, gold: tuple[str, ...]) -> float:
    one, two = set(article.authors if article else ()), set(gold)
    return len(one & two) / len(one | two) if one | two else 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", type=int, default=0, help="list the N worst pages")
    args = parser.parse_args()
    if not PAGES.is_dir():
        print(f"{PAGES} is absent: nothing to measure")
        return 0
    for title, pages in (
        ("Russian press pages of 2011-12", russian()),
        ("publishers' pages", publishers()),
    ):
        print(f"\n{title}, {len(pages)}\n{'':24}      F1       P       R  ms/page")
        bodies(pages, args.worst)
        fields(pages, args.worst)
    return 0


if __name__ == "__main__":
    sys.exit(main())
