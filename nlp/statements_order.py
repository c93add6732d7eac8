"""Which statement leads: the main one first, the rest in text order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from molva.model import Statement
from nlp.context_rules import normal

#: The lead stands within the first statements of a text.
LEAD = 6
_WORD = re.compile(r"\w{3,}")
#: Inflected words of a title are compared by their beginnings.
_STEM = 5


def main_first(statements: Sequence[Statement], title: str) -> list[Statement]:
    """Return `statements` with the most newsworthy of the lead in front."""
    if len(statements) < 2:
        return list(statements)
    lead = statements[:LEAD]
    words = _stems(title)
    scores = [_score(s, place, words) for place, s in enumerate(lead)]
    best = scores.index(max(scores))
    return [
        statements[best],
        *(s for place, s in enumerate(statements) if place != best),
    ]


def _score(statement: Statement, place: int, title: set[str]) -> float:
    """Weigh position, content and the words shared with the title."""
    score = -1.0 * place
    score += 1.0 * (statement.subject is not None)
    score += 1.0 * (statement.act is not None)
    score += 0.5 * bool(statement.figures)
    score += 0.5 * bool(statement.dates)
    score -= 2.0 * (statement.modality == "question")
    if title:
        shared = _stems(statement.text) & title
        score += 3.0 * len(shared) / len(title)
    return score


def _stems(text: str) -> set[str]:
    return {w[:_STEM] for w in _WORD.findall(normal(text))}
