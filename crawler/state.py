"""Articles that a page holds only as the data of its scripts (Next, Nuxt, Redux).

A last resort: asked where the page shows no text. The object that bears the page's
headline wins; its text is any long string of markup or words under it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from parsel import Selector

#: Scripts of more characters are left alone.
MAX_CHARS = 2_000_000
#: Objects and lists looked at in one script.
MANY = 20_000
_SCRIPTS = "//script[not(@src) and not(contains(@type, 'ld+json'))]"
_START = re.compile(r"(?:window|self|globalThis)[.\[][\w.\"'\]]{1,80}\s*=\s*(?=[{\[])")
_TITLE = ("headline", "title", "name", "heading")
_BODY = ("articleBody", "body", "content", "text", "html", "bodyHtml", "body_html")
_BLOCKS = ("text", "html", "content", "value", "body", "data")
_TIMES = {
    "datePublished": (
        "datePublished",
        "publishedAt",
        "published_at",
        "publishDate",
        "publishedDate",
        "publish_date",
        "firstPublished",
        "pubDate",
        "published",
        "date",
    ),
    "dateModified": (
        "dateModified",
        "updatedAt",
        "updated_at",
        "modifiedAt",
        "modified_at",
        "lastUpdated",
        "updated",
        "modified",
    ),
}
_AUTHOR = ("author", "authors", "byline")


def article(page: Selector, title: str) -> dict[str, Any]:
    """Return the object about `title` in JSON-LD's names, {} where none holds a text.

    `articleBody` is markup or text as it stands there.
    """
    wanted = _plain(title)
    best: dict[str, Any] = {}
    for data in _values(page):
        for node in _objects(data):
            told = next((node[k] for k in _TITLE if isinstance(node.get(k), str)), "")
            if not wanted or _plain(told) != wanted:
                continue
            text = max(
                (_text(node[k]) for k in _BODY if k in node), key=len, default=""
            )
            if len(text) > len(str(best.get("articleBody", ""))):
                best = {"articleBody": text, "headline": told, **_told(node)}
    return best


def _values(page: Selector) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    for script in page.xpath(_SCRIPTS):
        text = (script.xpath("string(.)").get() or "")[:MAX_CHARS].strip()
        is_data = "json" in (script.xpath("@type").get() or "")
        starts = [0] if is_data else [m.end() for m in _START.finditer(text)][:5]
        for start in starts:
            try:
                yield decoder.raw_decode(text, start)[0]
            except (ValueError, RecursionError):
                continue


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    stack, seen = [data], 0
    while stack and seen < MANY:
        node = stack.pop()
        seen += 1
        if isinstance(node, dict):
            yield node
            stack.extend(v for v in node.values() if isinstance(v, dict | list))
        elif isinstance(node, list):
            stack.extend(v for v in node if isinstance(v, dict | list))


def _text(value: Any, depth: int = 0) -> str:
    """A string, or the texts of a list of blocks, a paragraph each."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and depth < 8:
        return max(
            (_text(value[k], depth + 1) for k in _BLOCKS if k in value),
            key=len,
            default="",
        )
    if isinstance(value, list) and depth < 8:
        parts = (_text(item, depth + 1) for item in value[:2_000])
        return "\n\n".join(part for part in parts if part)
    return ""


def _told(node: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, keys in _TIMES.items():
        value = next(
            (node[k] for k in keys if isinstance(node.get(k), str | int)), None
        )
        if value is not None:
            told[name] = str(value)
    people = next((node[k] for k in _AUTHOR if node.get(k)), None)
    return told | ({"author": people} if people else {})


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
