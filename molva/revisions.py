"""What an edit of a report amounts to: typography, a headline, a correction, more."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Literal

#: Kinds of revision. `new` is the first; `withdrawn` and `restored` are no edits.
Change = Literal[
    "new", "cosmetic", "title", "correction", "substantive", "withdrawn", "restored"
]

_NOTES = Path(__file__).with_suffix(".toml")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[»\"”)]*\s+|\n+")
#: Words, numbers with their inner signs, and the signs that change a number.
_TOKEN = re.compile(
    r"(?P<number>(?:(?<!\w)[-−–])?\d+(?:[.,:/×–—-]\d+)*)|[^\W\d_]+|[%‰$€£¥₽°+<>]"
)
#: Two sentences are one, reworded, if they share this part of their words …
_ALIKE = 0.6
#: … and neither is longer by more than this part (or by `_FEW` words).
_GROWTH, _FEW = 0.2, 2
#: Longer sentences are compared by their first words (that many): no quadratic work.
_LONGEST = 200


def plain(text: str) -> str:
    """Return what a reader sees: NFC, no soft hyphens, NBSP or runs of spaces."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def change(
    old_title: str, old_text: str, new_title: str, new_text: str
) -> Change | None:
    """Say what an edit did, None where readers see no difference.

    `cosmetic` keeps every word and number; `title` changes only the headline;
    `correction` is told by a note of the outlet, or rewords sentences in place without
    adding or dropping one; all else is `substantive`. A title that is not given counts
    as unchanged.
    """
    is_other_title = bool(new_title) and bare(old_title) != bare(new_title)
    if plain(old_text) == plain(new_text):
        return "title" if is_other_title else None
    if bare(old_text) == bare(new_text):
        return "title" if is_other_title else "cosmetic"
    gone, come = _differing(old_text, new_text)
    if any(is_note(sentence) for sentence in come) or _is_reworded(gone, come):
        return "correction"
    return "substantive"


def bare(text: str) -> str:
    """Return words and numbers alone: no case, ё, punctuation, hyphens or spaces."""
    folded = plain(text).casefold().replace("ё", "е")
    return "".join(
        f"|{_signed(match[0])}|" if match["number"] else match[0]
        for match in _TOKEN.finditer(folded)
    )


def _signed(number: str) -> str:
    return re.sub("[−–—]", "-", number)


def is_note(sentence: str) -> bool:
    """Say whether an outlet tells in this sentence that it corrected itself."""
    opens, says = _patterns()
    folded = sentence.casefold()
    return bool(opens.match(folded.lstrip(" *([«\"'_—–-")) or says.search(folded))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    tables = tomllib.loads(_NOTES.read_text(encoding="utf-8")).values()
    opens, says = (
        re.compile("|".join(p for table in tables for p in table[key]))
        for key in ("opens", "says")
    )
    return opens, says


def _differing(old: str, new: str) -> tuple[list[str], list[str]]:
    """Return the sentences that only the one text has, and those only the other."""
    before, after = _sentences(old), _sentences(new)
    gone = Counter(map(bare, before)) - Counter(map(bare, after))
    come = Counter(map(bare, after)) - Counter(map(bare, before))
    return _taken(before, gone), _taken(after, come)


def _taken(sentences: list[str], wanted: Counter[str]) -> list[str]:
    taken = []
    for sentence in sentences:
        key = bare(sentence)
        if wanted[key] > 0:
            wanted[key] -= 1
            taken.append(sentence)
    return taken


def _sentences(text: str) -> list[str]:
    return [s for s in map(plain, _SENTENCE_END.split(text)) if bare(s)]


def _is_reworded(gone: list[str], come: list[str]) -> bool:
    return len(gone) == len(come) and all(
        _is_same_sentence(a.split()[:_LONGEST], b.split()[:_LONGEST])
        for a, b in zip(gone, come, strict=True)
    )


def _is_same_sentence(one: list[str], other: list[str]) -> bool:
    few = max(_FEW, _GROWTH * len(one))
    if abs(len(one) - len(other)) > few:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
