"""The NewsArticle of a page's JSON-LD, wherever and however the publisher put it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector

_TYPES = {
    "Article",
    "NewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "AskPublicNewsArticle",
    "BackgroundNewsArticle",
    "OpinionNewsArticle",
    "ReviewNewsArticle",
    "SatiricalArticle",
    "AdvertiserContentArticle",
    "BlogPosting",
    "LiveBlogPosting",
    "PressRelease",
    "Report",
}
#: Objects about the page, which may tell its times where the article does not.
_PAGES = {"WebPage", "ItemPage"}
_TITLES = "//title/text()|//h1//text()|//meta[@property='og:title']/@content"
_WRAPPERS = ("//", "/*", "*/", "<!--", "-->", "<![CDATA[", "]]>", ";")
#: Larger scripts are not mended: repairs are for slips, not for data dumps.
MAX_MENDED = 200_000
_COMMA = re.compile(r",(?=\s*[}\]])")
_ESCAPE = re.compile(r'\\(?![\\"/bfnrtu])')
_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|articleSection)"\s*:\s*'
    r'"(.{0,1000}?)"\s*(?=,\s*"[@\w]{1,40}"\s*:|[}\]])',
    re.DOTALL,
)
_AUTHOR = re.compile(r'"author"[^"]{0,40}(?:"@type"[^"]{0,20}"\w+"\s*,\s*)?"name"')
_NAME = re.compile(r'\s{0,99}:\s{0,99}"([^"]{2,100})"')
_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(\w+)"')
_WORD = re.compile(r"\w{3,}")
_BY = re.compile(
    r"^(?:written by|reported by|by|автор(?:ы)?|текст|от)(?:\s*:\s*|\s+(?=[A-ZА-ЯЁ]))",
    re.IGNORECASE,
)
_AND = re.compile(r"\s{0,9}(?:,|;|\||\s(?:and|и|&)\s)\s{0,9}")


def article(page: Selector, url: str = "") -> dict[str, Any]:
    """Return the page's article object, {} where there is none.

    Looks inside lists and `@graph`, resolves `@id` of authors, takes raw line breaks,
    CDATA wrappers and the usual slips of hand-made JSON. Of several articles the one
    whose address or headline is the page's wins; another page's is none.
    """
    nodes = [n for script in _scripts(page) for n in _nodes(_values(script))]
    if not nodes:
        return {}
    by_id = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str) and len(n) > 2}
    titles = {w.lower() for w in _WORD.findall(" ".join(page.xpath(_TITLES).getall()))}
    own = {_path(url), _path(page.css("link[rel=canonical]::attr(href)").get() or "")}
    own -= {""}

    def likeness(node: dict[str, Any]) -> tuple[bool, float]:
        words = {w.lower() for w in _WORD.findall(text_of(node.get("headline")) or "")}
        share = len(words & titles) / len(words) if words else 0.0
        return bool(_addresses(node) & own), share

    def weight(node: dict[str, Any]) -> tuple[bool, bool, bool, bool, int]:
        is_here, share = likeness(node)
        length = len(str(node.get("articleBody", "")))
        return is_here, share > 0.6, "datePublished" in node, share > 0, length

    def is_other(node: dict[str, Any]) -> bool:
        is_here, share = likeness(node)
        return bool(own and titles and _addresses(node)) and not is_here and share < 0.3

    found = [n for n in nodes if _types(n) & _TYPES and not is_other(n)]
    best = max(found, key=weight, default={})
    pages = (n for n in nodes if _types(n) & _PAGES and not is_other(n))
    around = next((n for n in pages if "datePublished" in n), {})
    told = {k: around[k] for k in ("datePublished", "dateModified") if k in around}
    if "author" in best:
        best = best | {"author": _resolved(best["author"], by_id)}
    return best if "datePublished" in best else told | best


def breadcrumbs(page: Selector) -> list[str]:
    """Return the names of the page's BreadcrumbList in order, [] without one."""
    for script in _scripts(page):
        for node in _nodes(_values(script)):
            items = node.get("itemListElement")
            if "BreadcrumbList" in _types(node) and isinstance(items, list):
                told = [i for i in items if isinstance(i, dict)]
                names = (text_of(i.get("name")) or text_of(i.get("item")) for i in told)
                return [name for name in names if name]
    return []


def _scripts(page: Selector) -> Iterator[str]:
    for script in page.root.iter("script"):
        if "ld+json" in (script.get("type") or "") and script.text:
            yield script.text


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
    """Return authors given as an object, a list or a string, "By A and B" as two."""
    items = value if isinstance(value, list) else [value]
    named: list[str] = []
    for item in items:
        nested = item.get("name") if isinstance(item, dict) else None
        if isinstance(nested, list):
            named += names(nested)
        elif told := text_of(item):
            named += _split(told)
    return tuple(dict.fromkeys(n for n in named if n and not n.startswith("http")))


def is_free(data: dict[str, Any]) -> bool | None:
    """Say whether an article object calls itself free to read, None where it is silent.

    A part that is not free makes the whole a partial one.
    """
    parts = data.get("hasPart")
    parts = parts if isinstance(parts, list) else [parts]
    told = [data, *(part for part in parts if isinstance(part, dict))]
    values = [str(t["isAccessibleForFree"]) for t in told if "isAccessibleForFree" in t]
    said = [value.lower().rpartition("/")[2].strip() for value in values]
    if "false" in said:
        return False
    return True if "true" in said else None


def _split(told: str) -> list[str]:
    """Several people in one string; a lone word in the list keeps it whole.

    "Holt, Jane" and "Ledger, Inc" are one name each.
    """
    told = _BY.sub("", told).strip()
    parts = [part for part in map(str.strip, _AND.split(told)) if part]
    return parts if all(len(part.split()) in (2, 3) for part in parts) else [told]


def _values(script: str) -> Any:
    """Every JSON value of a script, mended where it is broken."""
    text = _unwrapped(script)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    if len(text) > MAX_MENDED:
        return None
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    text = _ESCAPE.sub("", _COMMA.sub("", text))
    found: list[Any] = []
    decoder, at = json.JSONDecoder(strict=False), 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found or _salvaged(text)
        found.append(value)
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n,;"))
    return found


def _unwrapped(script: str) -> str:
    """A script without the comments and CDATA marks around its value."""
    text, before = script.strip(), ""
    while text != before:
        before = text
        for mark in _WRAPPERS:
            text = text.removeprefix(mark).removesuffix(mark).strip()
    return text


def _salvaged(text: str) -> Any:
    """What can be read field by field, of a text that is no JSON."""
    kinds = [kind for kind in _TYPE.findall(text) if kind in _TYPES]
    if not kinds:
        return None
    fields: dict[str, Any] = {}
    for key, value in _FIELD.findall(text):
        fields.setdefault(key, value)
    author = _AUTHOR.search(text)
    if author and (name := _NAME.match(text, author.end())):
        fields["author"] = name[1]
    return {"@type": kinds[0], **fields}


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


def _resolved(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, by_id) for item in value]
    if isinstance(value, dict) and "name" not in value:
        return by_id.get(str(value.get("@id")), value)
    return value


def _addresses(node: dict[str, Any]) -> set[str]:
    """The paths of the page that a node says it is about."""
    told: list[Any] = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    told += [item.get("@id") for item in told if isinstance(item, dict)]
    return {_path(item) for item in told if isinstance(item, str)} - {""}


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.strip("/")
    except ValueError:
        return ""


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type")
    return {
        k.rpartition("/")[2]
        for k in (kinds if isinstance(kinds, list) else [kinds])
        if isinstance(k, str)
    }
