"""A page made ready to be read: decoded, refused where it is dangerous, parsed once."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree
from parsel import Selector

from crawler import jsonld
from crawler.blocks import Block, blocks
from crawler.decode import decode
from crawler.marks import Marks, marks
from crawler.source import SourceSpec

#: Marks of UTF-16, in which text holds zero bytes.
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Larger pages are refused.
MAX_BYTES = 5 * 2**20
#: More attributes on one tag are refused: 10,000 cost .07 s, 200,000 over 15 s.
MAX_ATTRIBUTES = 10_000

# Possessive, so linear on any input: an attribute's value may hold a `>`.
_TAG = re.compile(r"""<[a-zA-Z](?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|))*+""")
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")
_BETWEEN = re.compile(r"[\s=/]+")

#: Pages of more tags get no second opinion: it would take minutes, and no article has.
MANY_TAGS = 20_000


class PageError(ValueError):
    """A page that cannot be read as an article; the message says why."""


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page: its JSON-LD article ({} if none), its marks, its blocks."""

    url: str
    html: str
    tree: Selector
    data: dict[str, Any]
    marks: Marks
    blocks: list[Block]
    spec: SourceSpec | None = None

    @property
    def is_large(self) -> bool:
        """Whether slow readers must leave it alone."""
        return self.html.count("<") > MANY_TAGS

    @property
    def zone(self) -> str | None:
        """The time zone of the outlet, for times without an offset."""
        return self.spec.time.zone if self.spec else None


def parse(data: bytes, url: str, spec: SourceSpec | None, charset: str | None) -> Page:
    """Return the page; raises PageError for what is no page or must not be parsed."""
    if len(data) > MAX_BYTES:
        raise PageError(f"larger than {MAX_BYTES // 2**20} MiB")
    if b"\x00" in data[:1024] and not data.startswith(_WIDE):
        raise PageError("binary data, no HTML")
    html = decode(data, declared=charset, fallback=spec.encoding if spec else None)
    if not html.strip():
        raise PageError("empty page")
    if "<" not in html:
        raise PageError("no HTML")
    if has_attribute_bomb(html):
        raise PageError(f"a tag with more than {MAX_ATTRIBUTES} attributes")
    tree = Selector(root=_root(html), type="html")
    return Page(
        url=url,
        html=html,
        tree=tree,
        data=jsonld.article(tree, url),
        marks=marks(tree.root),
        blocks=list(blocks(tree.root)),
        spec=spec,
    )


def _root(html: str) -> Any:
    """The parsed page, of plain elements: those of lxml.html cost a call each."""
    parser = etree.HTMLParser(recover=True, encoding="utf-8", huge_tree=True)
    root = etree.fromstring(html.strip().encode("utf-8"), parser)
    return etree.fromstring(b"<html/>", parser) if root is None else root


def has_attribute_bomb(html: str) -> bool:
    """Say whether a tag has more than `MAX_ATTRIBUTES`: quadratic work for libxml2.

    Scripts and comments are scanned too, since where they end is for the parser to say.
    """
    for match in _TAG.finditer(html):
        if match.end() - match.start() > MAX_ATTRIBUTES:
            names = _VALUE.sub(" ", match[0])
            if sum(1 for _ in _BETWEEN.finditer(names)) > MAX_ATTRIBUTES:
                return True
    return False
