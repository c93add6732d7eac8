"""Saved questions: one `.sql` file each, for the pages and for commands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in words and in SQL."""

    title: str
    about: str
    sql: str


@cache
def question(name: str) -> Question:
    """Read a saved question: its first comment is the title, further ones explain."""
    lines = (QUERIES / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    comments = []
    while lines and lines[0].startswith("--"):
        comments.append(lines.pop(0).removeprefix("--").strip())
    return Question(comments[0], " ".join(comments[1:]), "\n".join(lines).strip())


def answer(db: Database, name: str, **given: str | int | None) -> list[dict[str, Any]]:
    """Return the rows that answer a saved question."""
    return list(db.query(question(name).sql, given))
