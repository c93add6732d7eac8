"""Article text by density: where on the page sentences stand that are not links.

After Readability (Arc90): each block speaks for its container, and less for those
around it. Names of boxes are believed only against a minority of the page's sentences,
and the words of the title tell the article from teasers of others.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crawler import dates
from crawler.blocks import SPEAKS, Block

#: Furniture is shorter than this.
SHORT = 120
#: Words of a paywall are shorter than this, and stand so many blocks after the text.
LONG, NEAR = 300, 4
#: The share of the text after words of the end that makes them words of a box.
BACK = 0.2
#: The share of the page's sentences that leaves no room for another text.
ALONE = 0.8
#: So many containers are compared by the words of the title.
LEADERS = 6
FURNITURE = Path(__file__).with_name("boilerplate.toml")
_LONG_WORD = re.compile(r"\b\w{4,5}")


def article(blocks: Sequence[Block], title: str = "") -> list[Block]:
    """Return the blocks of the densest container, none where nothing is dense."""
    near = _beside_removed(blocks)
    best = _densest(near, _stems(title))
    if best is None:
        return []
    tops = _likes(best)
    return trimmed(_within(near, tops))


def inside(blocks: Sequence[Block], tops: set[Any]) -> list[Block]:
    """Return the blocks of the elements that the page itself marks as the text."""
    return trimmed(_within((b for b in blocks if not b.beside), tops))


def trimmed(blocks: list[Block]) -> list[Block]:
    """Leave out lists of links, furniture, and what surrounds the sentences."""
    kept = [b for b in blocks if b.link_share <= (0.5 if _ends(b.text) else 0.25)]
    kept = [b for b in kept if not dates.is_dateline(b.text)]
    full = [n for n, b in enumerate(kept) if len(b.text) >= SPEAKS or _ends(b.text)]
    return _ended(kept[full[0] : full[-1] + 1]) if full else []


def is_alone(body: Sequence[Block], blocks: Sequence[Block]) -> bool:
    """Say whether most sentences of the page are neighbours in one text.

    Then there is no other that could be the article's: no comments, no second column.
    """
    home = _home(body)
    held = sum(block.worth for block in body if block.home is home)
    return held > ALONE * sum(block.worth for block in blocks)


def gates(blocks: Sequence[Block], body: Sequence[Block]) -> bool:
    """Say whether words of a paywall stand in the article or right after it."""
    if not body:
        return False
    places = {id(block): number for number, block in enumerate(blocks)}
    first, last = places.get(id(body[0])), places.get(id(body[-1]))
    if first is None or last is None:
        return False
    return any(is_gate(block) for block in blocks[first : last + 1 + NEAR])


def is_gate(block: Block) -> bool:
    """Say whether a block tells that the text goes on for those who pay."""
    low = block.text.lower()
    return len(low) < LONG and any(words in low for words in _furniture().gate)


def _beside_removed(blocks: Sequence[Block]) -> list[Block]:
    """Drop blocks beside the article; a name is not believed against half the page."""
    held: dict[Any, float] = defaultdict(float)
    total = 0.0
    for block in blocks:
        total += block.worth
        for node in block.beside:
            held[node] += block.worth
    real = {node for node, worth in held.items() if worth > total / 2}
    return [b for b in blocks if real.issuperset(b.beside)]


def _densest(blocks: list[Block], wanted: set[str]) -> Any:
    scores: dict[Any, float] = defaultdict(float)
    for block in blocks:
        worth = block.worth
        node = block.home
        for part in (1.0, 0.5, 0.2):
            if node is None or not worth:
                break
            scores[node] += worth * part
            node = node.getparent()
    leaders = sorted(scores, key=lambda node: scores[node], reverse=True)[:LEADERS]
    if len(wanted) < 2:
        return next(iter(leaders), None)

    spoken = [(block, _stems(block.text) & wanted) for block in blocks]
    spoken = [(block, held) for block, held in spoken if held]
    shares = {node: _share(node, spoken, wanted) for node in leaders}
    if leaders and shares[leaders[0]] < 0.3 < max(shares.values()):
        # The densest is about something else, and so is mostly all that holds it.
        around = {leaders[0], *leaders[0].iterancestors()}
        leaders = [n for n in leaders if n not in around and shares[n] > 0.3] or leaders
    return max(leaders, key=lambda n: scores[n] * (0.3 + shares[n]), default=None)


def _share(node: Any, spoken: list[tuple[Block, set[str]]], wanted: set[str]) -> float:
    """How much of the title's words stand under a node, 0 to 1."""
    here = {id(b) for b in _within((block for block, _ in spoken), {node})}
    found = set[str]().union(*(held for block, held in spoken if id(block) in here))
    return len(found) / len(wanted)


def _stems(words: str) -> set[str]:
    """The first five letters of each longer word: enough to compare inflected ones."""
    return set(_LONG_WORD.findall(words.lower()))


def _likes(node: Any) -> set[Any]:
    """The node and its likes within one article: texts cut in pieces by ads."""
    made = node.get("class")
    if not made or node.tag in ("td", "li", "ul"):
        return {node}
    around = next(node.iterancestors("article"), None)
    near = node.getparent() if around is None else around.iter(node.tag)
    return {node, *(n for n in near if n.tag == node.tag and n.get("class") == made)}


def _within(blocks: Iterable[Block], tops: set[Any]) -> list[Block]:
    """The blocks under one of `tops`; every element is climbed through once."""
    known: dict[Any, bool] = dict.fromkeys(tops, True)

    def is_within(node: Any) -> bool:
        path = []
        while node is not None and node not in known:
            path.append(node)
            node = node.getparent()
        answer = node is not None and known[node]
        known.update(dict.fromkeys(path, answer))
        return answer

    return [block for block in blocks if is_within(block.home)]


def _ended(blocks: list[Block]) -> list[Block]:
    """Cut at words that close an article, and leave out lines of furniture.

    Where the article goes on after such words they head a box within it: only the
    box is left out, until the text is back in its own container.
    """
    words = _furniture()
    own = _home(blocks)
    after = _worth_after(blocks, own)
    kept: list[Block] = []
    in_box = False
    for number, block in enumerate(blocks):
        head = block.text[:40].lower().lstrip("—–-•*|>» ")
        is_short = len(block.text) < SHORT
        if (is_short and head.startswith(words.end) and kept) or is_gate(block):
            if after[number] < BACK * after[0]:
                break
            in_box = True
            continue
        in_box = in_box and block.home is not own
        if not in_box and not (is_short and head.startswith(words.drop)):
            kept.append(block)
    return kept


def _home(blocks: Sequence[Block]) -> Any:
    """The container of most of the text."""
    held: dict[Any, float] = defaultdict(float)
    for block in blocks:
        held[block.home] += block.worth
    return max(held, key=lambda home: held[home], default=None)


def _worth_after(blocks: Sequence[Block], home: Any) -> list[float]:
    """For each block how much the ones after it in `home` are worth."""
    after, total = [], 0.0
    for block in reversed(blocks):
        after.append(total)
        total += block.worth if block.home is home else 0.0
    return after[::-1]


@dataclass(frozen=True, slots=True)
class _Furniture:
    """First words that end an article or are left out, and words of paywalls."""

    end: tuple[str, ...]
    drop: tuple[str, ...]
    gate: tuple[str, ...]


@cache
def _furniture() -> _Furniture:
    data = tomllib.loads(FURNITURE.read_text(encoding="utf-8"))
    return _Furniture(
        *(
            tuple(words for part in data.values() for words in part.get(name, ()))
            for name in ("end", "drop", "gate")
        )
    )


def _ends(words: str) -> bool:
    return words[-1] in '.!?…»"”'
