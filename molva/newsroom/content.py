"""What the sample newsroom prints: outlets, articles and what a reader should find.

Everything is data beside this module: `sources/*.toml` are the outlets in the shape the
crawler reads, `articles/*.md` the texts (TOML between `+++` lines, then paragraphs),
`story.toml` the claims in them with the status and outcome they should end with.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

#: Stands for the server's address, http://127.0.0.1:PORT, in `sources/*.toml`.
BASE = "{base}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A correction that the second crawl sees: `old` becomes `new`, both verbatim."""

    modified: str
    old: str
    new: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as its outlet prints it; the first paragraph is the lead.

    `path` follows the outlet's prefix. `ad` marks paid matter, which is no report, and
    `disallowed` a page that robots.txt closes. `modified` is null until an edit.
    """

    id: str
    outlet: str
    path: str
    title: str
    section: str
    author: str
    published: str
    paragraphs: tuple[str, ...]
    caption: str = ""
    paywalled: bool = False
    ad: bool = False
    disallowed: bool = False
    modified: str | None = None
    edit: Edit | None = None

    @property
    def lead(self) -> str:
        """The first paragraph."""
        return self.paragraphs[0]

    @property
    def text(self) -> str:
        """The paragraphs, a blank line between them."""
        return "\n\n".join(self.paragraphs)

    @property
    def at(self) -> datetime:
        """When it was published, with the outlet's own offset."""
        return datetime.fromisoformat(self.published)


@cache
def articles() -> tuple[Article, ...]:
    """Return all articles, oldest first, advertisements and the draft included."""
    found = [read_article(file) for file in (FOLDER / "articles").glob("*.md")]
    return tuple(sorted(found, key=lambda article: (article.at, article.id)))


def read_article(file: Path) -> Article:
    """Read one `+++` front matter file; an unknown or missing key raises TypeError."""
    _, front, text = file.read_text("utf-8").split("+++\n", 2)
    fields = tomllib.loads(front)
    edit = fields.pop("edit", None)
    return Article(
        id=file.stem,
        paragraphs=tuple(part.strip() for part in text.strip().split("\n\n")),
        edit=Edit(**edit) if edit else None,
        **fields,
    )


def at_stage(article: Article, stage: int) -> Article:
    """Return the article as crawl number `stage` finds it (edits come with the 2nd)."""
    edit = article.edit
    if edit is None or stage < 2:
        return article
    paragraphs = tuple(p.replace(edit.old, edit.new) for p in article.paragraphs)
    return replace(article, paragraphs=paragraphs, modified=edit.modified)


def outlets() -> list[dict[str, Any]]:
    """Return the six outlets as in `sources/*.toml`, `{base}` not filled in."""
    return [tomllib.loads(text) for text in source_files().values()]


def sources(base: str) -> list[dict[str, Any]]:
    """Return the outlets with the server's address in their `url` lists."""
    return [tomllib.loads(text.replace(BASE, base)) for text in source_files().values()]


def write_sources(folder: Path, base: str) -> list[Path]:
    """Write the source files, addresses filled in, into `folder`; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / name for name in source_files()]
    for file, text in zip(written, source_files().values(), strict=True):
        file.write_text(text.replace(BASE, base), "utf-8")
    return written


def story() -> Mapping[str, Any]:
    """Return `story.toml`: the key claims and how each should end."""
    return tomllib.loads((FOLDER / "story.toml").read_text("utf-8"))


def topics() -> list[dict[str, Any]]:
    """Return the topics the demo follows: `name`, `entities`, `words`."""
    found = tomllib.loads((FOLDER / "topics.toml").read_text("utf-8"))["topic"]
    return list(found)


@cache
def source_files() -> Mapping[str, str]:
    """Return the text of each source file by its name, `{base}` not filled in."""
    files = sorted((FOLDER / "sources").glob("*.toml"))
    return {file.name: file.read_text("utf-8") for file in files}
