"""What a page says of itself in `meta` and `itemprop`: gathered once, asked by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

#: Attributes by which a `meta` is named.
_NAMES = ("name", "property", "itemprop", "http-equiv")
_MARKED: Any = etree.XPath("//*[@itemprop]")
_WORDS = etree.XPath("string()")


@dataclass(frozen=True, slots=True)
class Marks:
    """The contents of metas by attribute and name, elements by their itemprop."""

    metas: dict[tuple[str, str], list[str]]
    props: dict[str, list[Any]]

    def told(self, where: str, name: str) -> str | None:
        """Return the first value of that name.

        `where` is the attribute by which a `meta` is named ("property"), or "@" and the
        attribute that an element of that `itemprop` has it in ("@datetime").
        """
        if not where.startswith("@"):
            return next(iter(self.metas.get((where, name), ())), None)
        values = (node.get(where[1:]) for node in self.props.get(name, ()))
        return next((value for value in values if value is not None), None)


def marks(root: Any) -> Marks:
    """Gather the marks of a page in its order."""
    metas: dict[tuple[str, str], list[str]] = {}
    for node in root.iter("meta"):
        content = node.get("content")
        named = [(a, name) for a in _NAMES if (name := node.get(a))]
        for key in named if content is not None else ():
            metas.setdefault(key, []).append(content)
    props: dict[str, list[Any]] = {}
    for node in _MARKED(root):
        props.setdefault(node.get("itemprop"), []).append(node)
    return Marks(metas, props)


def words(node: Any) -> str:
    """Return the text under an element as it stands there."""
    return str(_WORDS(node))
