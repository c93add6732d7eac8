"""Holders of opinions: whoever speaks, judges or acts in a sentence.

Wider than attribution: an opinion is also held by who praises, sues or dismisses
somebody without a word quoted.
"""

from __future__ import annotations

from spacy.tokens import Doc

from nlp.attribution_phrases import NounPhrases
from nlp.attribution_words import Words

_AGENTS = frozenset({"nsubj", "nsubj:pass", "nsubjpass", "obl:agent"})
_LABELS = frozenset({"PER", "ORG", "LOC"})


def holders(doc: Doc, lang: str) -> list[tuple[int, int]]:
    """Return the character ranges of holders in text order, none overlapping.

    `doc` must have been read by the pipeline of `lang`.
    """
    words, phrases = Words(doc, lang), NounPhrases(lang)
    spans = [
        (a.attribution.source_start, a.attribution.source_end)
        for a in doc._.attributions
        if a.attribution.source_start is not None
    ]
    for i, dep in enumerate(words.dep):
        if dep in _AGENTS and _can_hold(words, phrases, i):
            phrase = phrases.of(words, i, words.head[i])
            spans.append(words.chars(phrase.start, phrase.end))
    return _merged(spans)


def _can_hold(words: Words, phrases: NounPhrases, i: int) -> bool:
    name = words.names.get(i)
    if words.pos[i] == "PRON":
        return False
    return (
        (name is not None and name.label in _LABELS)
        or words.lemma[i] in phrases.known
        or words.feature(i, "Animacy") == "Anim"
    )


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
