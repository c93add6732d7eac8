"""Holders of opinions: whoever speaks, judges or acts upon somebody in a sentence."""

from __future__ import annotations

from spacy.tokens import Doc


def holders(doc: Doc) -> list[tuple[int, int]]:
    """Return the character ranges of those who hold an opinion, in text order."""
    return sorted(
        {
            (a.attribution.source_start, a.attribution.source_end)
            for a in doc._.attributions
            if a.attribution.source_start is not None
        }
    )
