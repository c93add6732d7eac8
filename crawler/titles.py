"""The headline of a page: what the publisher calls it, else heading and <title> agree.

On many pages h1 is the site's or the section's name; a heading is believed as far as
the page's own <title> repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from crawler import jsonld
from crawler.marks import words
from crawler.page import Page

_STRONG = r"\|+|/{1,2}|»|:{2,3}"
_PARTS = re.compile(
    rf"\s{{0,9}}(?:{_STRONG})\s{{1,9}}|\s{{1,9}}[–—:-]\s{{1,9}}|\s{{1,9}}(?:{_STRONG})\s{{0,9}}"
)
_FRONT = re.compile(rf"^(.{{1,60}}?)\s{{0,9}}(?:{_STRONG})\s{{0,9}}")
_HEADINGS = ("h1", "h2", "h3", "span")
#: A span is a heading only where it is marked as one.
_SPANS = ("headline", "name")
_NO_LETTER = re.compile(r"[\W_]+")
#: Headings looked at; real pages have fewer before their article.
_MANY = 60
#: Longer titles are cut.
MAX_CHARS = 500


def candidates(page: Page) -> Iterator[tuple[str, str]]:
    """Yield (layer, title), best first."""
    nodes = list(islice(_headings(page.tree.root), _MANY))
    headings = [text for node in nodes if (text := _line(words(node)))]
    told = jsonld.text_of(page.data.get("headline")) or ""
    yield "json-ld", _whole(told, headings)
    marked = (n for n in page.marks.props.get("headline", ()) if n.tag == "h1")
    yield "microdata", next((_line(words(node)) for node in marked), "")
    title = _line(page.tree.css("title::text").get())
    for layer, told in (
        ("meta", _line(page.marks.told("property", "og:title"))),
        ("meta", _line(page.marks.told("name", "twitter:title"))),
        ("title", title),
    ):
        if told:
            if heading := _repeated(headings, told):
                yield ("heading" if layer == "title" else layer), heading
            elif layer == "meta":
                yield layer, bare(_whole(told, headings))
    h1 = next((_line(words(node)) for node in page.tree.root.iter("h1")), "")
    if len(h1.split()) >= max(4, len(bare(title).split())):
        yield "h1", h1
    yield "title", bare(title)
    yield "h1", h1


def _headings(root: Any) -> Iterator[Any]:
    for node in root.iter(*_HEADINGS):
        if node.tag != "span" or node.get("itemprop") in _SPANS:
            yield node


def bare(title: str) -> str:
    """Return a <title> without the names of site and section around the headline."""
    front = _FRONT.match(title)
    if front and len(front[1].split()) <= 3 and len(title[front.end() :].split()) > 3:
        title = title[front.end() :]
    ends = [(m.start(), m.end()) for m in _PARTS.finditer(title)]
    for start, end in reversed(ends):
        tail, rest = title[end:].split(), title[:start].split()
        if len(tail) > 4 or len(rest) < 3:
            break
        title = title[:start]
    return title.strip()


def _whole(told: str, headings: list[str]) -> str:
    """A headline that was cut for machines, as the page bears it."""
    start = told.removesuffix("...").removesuffix("…").rstrip()
    if start == told or len(start.split()) < 3:
        return told
    return next((h for h in headings if h.startswith(start)), told)


def _repeated(headings: list[str], told: str) -> str:
    """The longest heading of two words or more that `told` holds, or that holds it."""
    low, core = _plain(told), _plain(bare(told))
    inside = [h for h in headings if len(h.split()) > 1 and _plain(h) in low]
    longest = max(inside, key=len, default="")
    is_front = len(longest.split()) > 3 and low.startswith(_plain(longest))
    if len(_plain(longest)) > 0.6 * len(core) or is_front:
        return longest  # less is the name of site or section
    is_whole = any(len(core) > 20 and _plain(h).startswith(core) for h in headings)
    return bare(told) if is_whole else ""


def _plain(text: str) -> str:
    return _NO_LETTER.sub("", text.lower())


def _line(text: str | None) -> str:
    return " ".join((text or "")[:MAX_CHARS].replace("\xad", "").split())
