"""State bodies under their many names: the mayor, city hall and «власти города».

A key ends with the level of the body: "kaluga siti government" is that of Kaluga, "siti
government" one whose city the text leaves to its reader.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from molva.names import key

Level = Literal["city", "region"]

#: How the key of a body of each level ends.
LEVELS: Mapping[Level, str] = {
    "city": key("city government"),
    "region": key("regional government"),
}


def body_key(level: Level, place: str | None) -> str:
    """Return the key of the government of a place, or of one that is not named."""
    return f"{place} {LEVELS[level]}" if place else LEVELS[level]


def place_of(body: str) -> str:
    """Return the place that a body governs, "" where the text does not name it.

    The key of a body that is none of the levels stays as it is.
    """
    return body.removesuffix(_level(body) or "").strip()


def as_one(bodies: Collection[str]) -> dict[str, str]:
    """Return each body of one claim with the name under which it counts.

    "The mayor" is the mayor of whatever city the claim is about, and "Kaluga" in whose
    name somebody speaks is its government.
    """
    levels = {body: end for body in bodies if (end := _level(body))}
    places = {body.removesuffix(end).strip(): end for body, end in levels.items()}
    return {body: levels.get(body) or places.get(body) or body for body in bodies}


def _level(body: str) -> str | None:
    ends = (end for end in LEVELS.values() if f" {body}".endswith(f" {end}"))
    return next(ends, None)
