"""The NewsArticle of a page's JSON-LD, wherever the publisher put it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from parsel import Selector

_TYPES = {
    "Article",
    "NewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BackgroundNewsArticle",
    "BlogPosting",
    "LiveBlogPosting",
    "PressRelease",
    "Report",
}
_SCRIPTS = "//script[contains(@type, 'ld+json')]/text()"
_WRAPPED = re.compile(r"^\s*(//\s*)?<!(\[CDATA\[|--)|(//\s*)?(\]\]|--)>\s*$")


def article(page: Selector) -> dict[str, Any]:
    """Return the page's article object, {} where there is none.

    Looks inside lists and `@graph`; takes raw line breaks and CDATA wrappers.
    """
    found: list[dict[str, Any]] = []
    for script in page.xpath(_SCRIPTS).getall():
        try:
            data = json.loads(_WRAPPED.sub("", script.strip()), strict=False)
        except (ValueError, RecursionError):
            continue
        found += [node for node in _nodes(data) if _types(node) & _TYPES]
    return max(found, key=_weight, default={})


def text_of(value: Any) -> str | None:
    """Return a JSON-LD value as plain text: entities resolved, one line."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    if not isinstance(value, str):
        return None
    return " ".join(unescape(unescape(value)).split()) or None


def names(value: Any) -> tuple[str, ...]:
    """Return authors given as an object, a list or a string."""
    items = value if isinstance(value, list) else [value]
    named = [text_of(item) for item in items]
    return tuple(dict.fromkeys(n for n in named if n and not n.startswith("http")))


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    stack = [data]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            yield node
            stack.extend(
                node[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage")
                if isinstance(node.get(key), dict | list)
            )


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type")
    return {
        k.rpartition("/")[2]
        for k in (kinds if isinstance(kinds, list) else [kinds])
        if isinstance(k, str)
    }


def _weight(node: dict[str, Any]) -> tuple[bool, bool, int]:
    return (
        "datePublished" in node,
        "headline" in node,
        len(str(node.get("articleBody", ""))),
    )
