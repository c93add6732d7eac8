"""The record that is filled step by step for each cue."""

from __future__ import annotations

from dataclasses import dataclass, field

from nlp.attribution_cues import Hit
from nlp.attribution_outlets import Outlet
from nlp.attribution_phrases import Phrase
from nlp.attribution_words import Sentence


@dataclass(slots=True)
class Frame:
    """One cue with what belongs to it; ranges are tokens."""

    hit: Hit
    sentence: Sentence
    source: Phrase | None = None
    clause: tuple[int, int] = (0, 0)
    #: where the sentence ends for this cue: before a trailing "citing …"
    stop: int = 0
    contents: list[tuple[int, int]] = field(default_factory=list)
    told: Outlet | None = None
    is_about_previous: bool = False
    #: the cue stands in a clause of time or cause beside what is told
    is_background: bool = False
