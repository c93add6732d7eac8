"""A page as blocks of text in order: one walk, whatever the decade's markup.

A block is what stands between block tags or doubled line breaks, so that text laid out
in table cells with `<br><br>` counts like paragraphs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

MARKUP = tomllib.loads(
    Path(__file__).with_name("boilerplate.toml").read_text(encoding="utf-8")
)["markup"]
#: Elements whose text is never the article's.
_SILENT = frozenset(MARKUP["silent"])
#: Elements beside the article, unless most of the page's sentences stand in them.
_ASIDE = frozenset(MARKUP["aside"])
_BLOCK = frozenset(MARKUP["block"])
#: Blocks that belong to their parent; text in others belongs to the element itself.
_LEAF = frozenset(MARKUP["leaf"])
#: Names of boxes beside the text, as whole parts of a class or id.
_BESIDE = re.compile(
    rf"(?:^|[\s_-])(?:{'|'.join(MARKUP['beside'] + MARKUP['caption'])})(?:$|[\s_-])",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    rf"(?:^|[\s_-])(?:{'|'.join(MARKUP['caption'])})(?:$|[\s_-])", re.IGNORECASE
)
#: Names of inline elements that hold the time before a text; longer is no time.
_STAMP = re.compile(r"(?:^|[\s_-])(?:date|time|datetime|pubdate)(?:$|[\s_-])", re.I)
_STAMP_CHARS = 40
#: Elements that may be counts, captions, stamps; and those that hold the whole page.
_COUNTS = frozenset(("a", "span", "sup", "i"))
_CAPTIONS = frozenset(("span", "small", "em", "i"))
_STAMPS = frozenset(("span", "b", "i", "em", "small"))
_WHOLE = frozenset(("html", "body", "article", "main"))
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: So many elements around a block are asked for their names; enough for real pages.
_DEEP = 20
_SENTENCE = re.compile(r"[.!?…][»\"”)]?(?:\s|$)")
#: A block of fewer characters does not speak for its container.
SPEAKS = 60


@dataclass(slots=True)
class Block:
    """A run of text: its words, how many characters are links, where it stands.

    `beside` are the elements around it that look like no part of an article. `worth` is
    how much it speaks for its container: length and full stops, not links.
    """

    home: Any
    tag: str
    beside: tuple[Any, ...]
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    text: str = ""
    worth: float = 0.0

    @property
    def link_share(self) -> float:
        """How much of the text is links, 0 to 1."""
        return self.linked / max(len(self.text), 1)

    def finish(self) -> bool:
        """Join the parts; return whether they hold anything."""
        self.text = " ".join("".join(self.parts).split())
        size = len(self.text)
        if size >= SPEAKS and self.link_share <= 0.4:
            ends = len(_SENTENCE.findall(self.text))
            self.worth = (1 + min(size / 100, 6) + min(ends, 4)) * (1 - self.link_share)
        return bool(size)


def blocks(root: Any) -> Iterator[Block]:
    """Yield the blocks in order of the page; deep nesting does not recurse."""
    walk = _Walk(Block(root, "", ()))
    # What is to do: an element (False) or what comes after it (True), and its context.
    todo: list[tuple[Any, bool, Any, bool, tuple[Any, ...]]] = [
        (root, False, root, False, ())
    ]
    while todo:
        node, is_after, home, in_link, beside = todo.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if not is_after and tag and not _is_left_out(node, tag):
            inside, linked, around = home, in_link or tag == "a", beside
            if len(beside) < _DEEP and _is_beside(node, tag):
                around = (*beside, node)
            if (tag in _BLOCK and tag != "br") or _is_caption(node, tag):
                inside = home if tag in _LEAF else node
                if done := walk.start(inside, tag, around):
                    yield done
            walk.add(node.text, linked)
            if len(node):
                todo.append((node, True, home, in_link, beside))
                for child in reversed(node):
                    todo.append((child, False, inside, linked, around))
                continue
        if done := walk.end(node, tag, home, beside):
            yield done
        walk.add(node.tail, in_link)
    if done := walk.start(root, "", ()):
        yield done


class _Walk:
    """The block being filled."""

    def __init__(self, block: Block) -> None:
        self.block = block

    def start(self, home: Any, tag: str, beside: tuple[Any, ...]) -> Block | None:
        """Begin a new block; return the finished one if it holds anything."""
        done = self.block
        if not done.parts:  # most elements hold no words of their own
            done.home, done.tag, done.beside = home, tag, beside
            return None
        self.block = Block(home, tag, beside)
        return done if done.finish() else None

    def end(
        self, node: Any, tag: str, home: Any, beside: tuple[Any, ...]
    ) -> Block | None:
        """Return the block that ends with an element, if one does."""
        if tag == "br":
            return self.line_break(home, beside)
        if (
            tag in _BLOCK
            or _is_caption(node, tag)
            or (_is_stamp(node, tag) and self.holds_only(node))
        ):
            return self.start(home, "", beside)
        return None

    def holds_only(self, node: Any) -> bool:
        """Say whether the block is the time in `node` alone, and words follow it."""
        text = "".join(self.block.parts).strip()
        is_time = 0 < len(text) <= _STAMP_CHARS and any(c.isdigit() for c in text)
        if not is_time or text != _start(node):
            return False
        after = (node.tail or "").strip()
        if not after and (sibling := node.getnext()) is not None:
            after = _start(sibling)
        return len(after) > _STAMP_CHARS and not any(c.isdigit() for c in after[:12])

    def line_break(self, home: Any, beside: tuple[Any, ...]) -> Block | None:
        """Two line breaks in a row end a paragraph."""
        parts = self.block.parts
        if parts and "\n" in parts[-1] and parts[-1].isspace():
            return self.start(home, self.block.tag, beside)
        parts.append("\n")
        return None

    def add(self, words: str | None, linked: bool) -> None:
        """Add words; space after a line break leaves it the last part."""
        parts = self.block.parts
        if not words or (words.isspace() and parts and parts[-1].isspace()):
            return
        parts.append(words)
        if linked:
            self.block.linked += len(words.strip())


def _start(node: Any) -> str:
    """The first words under a node, of ten pieces of text."""
    return "".join(islice(node.itertext(), 10)).strip()


def _is_left_out(node: Any, tag: str) -> bool:
    if tag in _SILENT or _is_hidden(node):
        return True
    return tag in _COUNTS and _is_count(node)


def _is_hidden(node: Any) -> bool:
    style = node.get("style")
    return bool(style) and "display" in style and "none" in style


def _is_count(node: Any) -> bool:
    """A number of comments, shares or views within a line of text."""
    if len(node):
        return False
    is_number = (node.text or "").strip().isdecimal()
    return is_number and _names_beside(node.get("class") or "")


def _is_caption(node: Any, tag: str) -> bool:
    """An inline element that is a block of its own by its name."""
    if tag not in _CAPTIONS:
        return False
    name = node.get("class")
    return bool(name) and _names_caption(name)


def _is_stamp(node: Any, tag: str) -> bool:
    if tag == "time":
        return True
    return tag in _STAMPS and bool(_STAMP.search(node.get("class") or ""))


def _is_beside(node: Any, tag: str) -> bool:
    if tag in _WHOLE:
        return False
    if tag in _ASIDE:
        return True
    made, own = node.get("class"), node.get("id")
    if not made and not own:
        return False
    return _names_beside(f"{made or ''} {own or ''}")


# Names come again on every page of a site.
@lru_cache(4096)
def _names_beside(name: str) -> bool:
    return _BESIDE.search(_HUMP.sub("-", name)) is not None


@lru_cache(4096)
def _names_caption(name: str) -> bool:
    return _CAPTION.search(_HUMP.sub("-", name)) is not None
