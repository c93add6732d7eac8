"""The text of an article: selectors, the page's marks, density, a second opinion."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import lxml.html
from lxml import etree
from lxml.etree import LxmlError
from parsel import Selector

from crawler import density
from crawler.blocks import MARKUP, Block
from crawler.page import Page

#: Shorter text is no article body: a teaser, or the lead above a paywall.
MIN_CHARS = 200
#: Token F1 above which two texts are taken to be the same.
AGREE = 0.8

_BLANKS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_WORD = re.compile(r"\w+")
_PARAGRAPHS = ".//p|.//li|.//h2|.//h3|.//h4|.//blockquote|.//td"
_SILENT = frozenset(MARKUP["silent"])
_BLOCK = frozenset(MARKUP["block"]) - {"br"}
#: What readability must not see.
_UNREAD = ("script", "style", "link", etree.Comment, etree.ProcessingInstruction)


def selected(page: Selector, select: str, strip: tuple[str, ...]) -> str:
    """Return the text of the nodes that `select` names, without those of `strip`."""
    drop: set[object] = set()
    for css in strip:
        for node in page.css(css):
            if node.root not in drop:
                drop.update(node.root.iter())
    parts = (_text(node.root, drop) for node in page.css(select))
    return "\n\n".join(part for part in parts if part)


def found(page: Page, chosen: Sequence[Block], told: str) -> tuple[str, str]:
    """Return the body and the name of the layer that gave it, without a selector.

    `chosen` are the blocks that density chose. `told` is the articleBody of JSON-LD, ""
    where absent: often flat and sometimes only a summary, so it wins only where the
    page's own paragraphs are another text.
    """
    dense = joined(chosen)
    if len(told) >= max(MIN_CHARS, 0.7 * len(dense)):
        same = agreement(told, dense) >= 0.9
        return (dense, "density") if same else (told, "json-ld")
    marked = _marked(page)
    if len(marked) >= MIN_CHARS:
        return marked, "microdata"
    is_long = len(dense) >= 5 * MIN_CHARS
    if page.is_large or (is_long and density.is_alone(chosen, page.blocks)):
        return dense, "density"
    return _voted(dense, page)


def joined(blocks: Iterable[Block]) -> str:
    """Return blocks as text, a blank line between them."""
    return tidy("\n\n".join(block.text for block in blocks))


def agreement(one: str, other: str) -> float:
    """Return the F1 of the two texts' word counts (bag of tokens)."""
    a, b = Counter(_WORD.findall(one)), Counter(_WORD.findall(other))
    shared = sum((a & b).values())
    total = sum(a.values()) + sum(b.values())
    return 2 * shared / total if total else 0.0


def _held(one: str, other: str) -> float:
    """Return the share of the words of `one` that `other` holds."""
    a, b = Counter(_WORD.findall(one)), Counter(_WORD.findall(other))
    return sum((a & b).values()) / max(sum(a.values()), 1)


def tidy(text: str) -> str:
    """Return text with plain spaces, no soft hyphens, one blank line between blocks."""
    text = text.replace("\xad", "").replace("\xa0", " ").replace("\u202f", " ")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip()


@cache
def _document() -> Any:
    """Readability without what it must not see, and no links made absolute."""
    from readability import Document  # slow to begin, and few pages need it

    class Seen(Document):  # type: ignore[misc]
        def _parse(self, input: str) -> Any:
            root = Selector(text=input, type="html").root
            etree.strip_elements(root, *_UNREAD, with_tail=False)
            return root

    return Seen


def readable(html: str) -> str:
    """Return what readability-lxml takes for the text of a page."""
    try:
        summary = _document()(html).summary(html_partial=True)
        root = lxml.html.fragment_fromstring(summary, create_parent="div")
    except (LxmlError, ValueError, TypeError, KeyError, AssertionError):
        return ""  # lxml asserts that there is one body; an empty page has none
    blocks = root.xpath(_PARAGRAPHS) or [root]
    return tidy("\n\n".join(dict.fromkeys(_text(node, set()) for node in blocks)))


def _marked(page: Page) -> str:
    marked = page.marks.props.get("articleBody", ())
    tops = {node for node in marked if node.tag != "meta"}
    return joined(density.inside(page.blocks, tops)) if tops else ""


def _voted(dense: str, page: Page) -> tuple[str, str]:
    """Density, unless two others agree with each other and not with it."""
    second = readable(page.html)
    if agreement(dense, second) >= AGREE:
        return dense, "density"
    import trafilatura  # slow to begin, and few pages need it

    third = tidy(
        trafilatura.extract(
            page.html, url=page.url, include_comments=False, favor_precision=True
        )
        or ""
    )
    outvoted = agreement(dense, third) < AGREE <= agreement(second, third)
    if outvoted and len(dense) > 0.3 * len(third):
        # The same text, and around it what the others did not tell from it.
        outvoted = _held(dense, third) < 0.95
    if outvoted or len(dense) < MIN_CHARS <= len(third):
        return third, "trafilatura"
    if dense or not second:
        return dense, "density" if dense else "none"
    return second, "readability"


def _text(node: Any, drop: set[object]) -> str:
    """The text under a node, blocks apart; deep nesting does not recurse."""
    parts: list[str] = []
    todo: list[Any] = [node]
    while todo:
        element = todo.pop()
        if isinstance(element, str):
            parts.append(element)
            continue
        tag = element.tag
        if element in drop or not isinstance(tag, str) or tag in _SILENT:
            continue
        if tag == "br":
            parts.append("\n")
        parts.append(element.text or "")
        for child in reversed(element):
            gap = "\n\n" if child.tag in _BLOCK else ""
            todo += [gap + (child.tail or ""), child, gap]
    return tidy("".join(parts))
