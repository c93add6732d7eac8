"""RSS, Atom and sitemaps: bytes in, items out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.etree import _Element

from crawler import times
from crawler.decode import decode

#: Entries beyond this many are ignored; real feeds hold 20 to 900.
MAX_ITEMS = 2_000
MAX_BYTES = 5 * 2**20
#: HTML's names for characters, which XML does not know.
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]{2,8};")
_NUMBERED = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,99})|([0-9]{1,99}));?")
#: What Kommersant's feed has in place of a table.
_TABLE = re.compile(r"#TABLE\d+.*", re.DOTALL)
_BREAK = re.compile(r"<br\b[^<>]*>|</?(?:p|div|h\d|li)\b[^<>]*>|\n", re.I)
_INLINE = re.compile(
    r"</?(?:a|b|i|u|em|strong|span|sub|sup|font)(?:\s[^<>]{0,2000})?>", re.IGNORECASE
)
_TAGS = re.compile(r"<[^<>]{0,2000}>")


class FeedError(ValueError):
    """Bytes that are neither a feed nor a sitemap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One entry: the earliest dated evidence of an article."""

    url: str
    title: str = ""
    lead: str = ""
    published: str | None = None
    modified: str | None = None
    categories: tuple[str, ...] = ()
    guid: str | None = None
    full_text: str | None = None


def parse_feed(
    body: bytes, base: str, *, encoding: str | None = None
) -> list[FeedItem]:
    """Return the entries of an RSS or Atom feed; raises FeedError.

    Only direct children of an entry count: RBC nests another article's `link` inside
    (kurtmckee/feedparser#154).
    """
    root = _root(body, encoding)
    entries = [
        node
        for node in root.iter()
        if isinstance(node.tag, str) and _name(node) in ("item", "entry")
    ]
    if not entries and _name(root) not in ("rss", "feed", "rdf"):
        raise FeedError(f"neither RSS nor Atom: the root element is <{_name(root)}>")
    items = (_item(entry, base) for entry in entries[:MAX_ITEMS])
    return [item for item in items if item is not None]


def parse_sitemap(
    body: bytes, base: str, *, since: str | None = None
) -> tuple[list[FeedItem], list[str]]:
    """Return the pages and the child sitemaps of a (news) sitemap; raises FeedError.

    Child sitemaps that an index dates before the day `since` are left out.
    """
    root = _root(body, None)
    if _name(root) == "sitemapindex":
        return [], _children(root, base, since)
    if _name(root) != "urlset":
        raise FeedError(f"no sitemap: the root element is <{_name(root)}>")
    items = []
    for node in list(root)[:MAX_ITEMS]:
        url = web_url(_child(node, "loc"), base)
        if url:
            news = next((n for n in node if _name(n) == "news"), node)
            items.append(
                FeedItem(
                    url=url,
                    title=_child(news, "title"),
                    published=times.parse(_child(news, "publication_date")),
                    modified=times.parse(_child(node, "lastmod")),
                )
            )
    return items, []


def _children(index: _Element, base: str, since: str | None) -> list[str]:
    """The child sitemaps, latest change first where the index tells it."""
    told = [
        (times.parse(_child(node, "lastmod")) or "", url)
        for node in list(index)[:MAX_ITEMS]
        if (url := web_url(_child(node, "loc"), base))
    ]
    told.sort(key=lambda pair: pair[0], reverse=True)
    return [url for at, url in told if not since or not at or at[:10] >= since]


def _root(body: bytes, encoding: str | None) -> _Element:
    if len(body) > MAX_BYTES:
        raise FeedError(f"longer than {MAX_BYTES // 2**20} MiB")
    text = decode(body, fallback=encoding)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    text = _NUMBERED.sub(_allowed, _ENTITY.sub(_resolved, text))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise FeedError(f"not XML: {error}") from None
    if root is None:
        raise FeedError("empty")
    return root


def _item(entry: _Element, base: str) -> FeedItem | None:
    url = _link(entry, base)
    if url is None:
        return None
    published = _child(entry, "pubdate") or _child(entry, "published")
    return FeedItem(
        url=url,
        title=plain(_child(entry, "title")),
        lead=_TABLE.sub(
            "", plain(_child(entry, "description") or _child(entry, "summary"))
        ).strip(),
        published=times.parse(published or _child(entry, "date")),
        modified=times.parse(
            _child(entry, "updated") or _child(entry, "newsmodifdate")
        ),
        categories=tuple(_texts(entry, "category")) or tuple(_terms(entry)),
        guid=_child(entry, "guid") or _child(entry, "id") or None,
        full_text=paragraphs(_child(entry, "full-text") or _child(entry, "encoded"))
        or None,
    )


def _link(entry: _Element, base: str) -> str | None:
    for node in entry:
        if _name(node) == "link" and node.get("rel") in (None, "alternate"):
            url = web_url(node.get("href") or node.text or "", base)
            if url:
                return url
    guid = next((n for n in entry if _name(n) == "guid"), None)
    if guid is not None and guid.get("isPermaLink") != "false":
        return web_url(guid.text or "", base)
    return None


def web_url(value: str, base: str) -> str | None:
    """Return `value` as an absolute http(s) address, None where it is none."""
    try:
        url = urljoin(base, value.strip())
        parts = urlsplit(url)
    except ValueError:
        return None
    if not value.strip() or parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    if "@" in parts.netloc:  # a name and a password have no place in what is published
        return None
    return url if len(url) <= 2048 else None


def _resolved(match: re.Match[str]) -> str:
    return escape(unescape(match[0]), quote=False)


def _allowed(match: re.Match[str]) -> str:
    """Leave out half of a surrogate pair: lxml takes it in and cannot give it back."""
    code = int(match[1], 16) if match[1] else int(match[2])
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else match[0]


def _name(node: _Element) -> str:
    """The local name of an element; QName would refuse the odd ones lxml recovers."""
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _texts(node: _Element, name: str) -> Iterator[str]:
    for child in node:
        if _name(child) == name:
            text = "".join(map(str, child.itertext())).strip()
            if text:
                yield text


def _terms(entry: _Element) -> Iterator[str]:
    """Atom's categories are attributes."""
    for child in entry:
        if _name(child) == "category" and child.get("term"):
            yield str(child.get("term"))


def _child(node: _Element, name: str) -> str:
    return next(_texts(node, name), "")


def plain(markup: str) -> str:
    """Return markup of a feed field as text: tags out, entities resolved twice."""
    text = unescape(_TAGS.sub(" ", _INLINE.sub("", unescape(markup))))
    return " ".join(_TAGS.sub(" ", _INLINE.sub("", text)).split())


def paragraphs(markup: str) -> str:
    """Return the markup of a full text as text, a blank line between paragraphs."""
    parts = _BREAK.split(unescape(markup))
    return "\n\n".join(text for part in parts if (text := plain(part)))
