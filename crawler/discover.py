"""A first source file from a page of a site: feed, sitemap, body rule; to be corrected.

Nothing is guessed that the page does not show: what was not found is left out, and the
file says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler import body, density
from crawler.extract import Article, extract
from crawler.feeds import web_url
from crawler.page import Page, parse

_FEED = (
    'link[rel~="alternate"][type="application/rss+xml"]::attr(href), '
    'link[rel~="alternate"][type="application/atom+xml"]::attr(href)'
)
_SITEMAP = re.compile(r"^[ \t]*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_NUMBER = re.compile(r"/(\d{5,})(?=$|[/.-])|-(\d{5,})(?=$|[/.])")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*(windows-1251|cp1251|koi8-r)", re.I)
#: Classes that a build made: they change with the next one.
_HASHED = re.compile(r"\d{3,}|__[A-Za-z0-9]{5,}$|^css-|^sc-|^jsx-|^[^A-Z]*+[A-Z].*\d")
#: How alike a rule's text and that found without one must be.
ALIKE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a page tells of its source; `article` is read on it without a rule."""

    url: str
    name: str
    title: str
    lang: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    select: str | None = None
    key: str | None = None
    encoding: str | None = None
    article: Article


def discover(data: bytes, url: str, robots: str = "") -> Found:
    """Return what a page and the site's robots.txt tell; raises PageError."""
    page = parse(data, url, None, None)
    article = extract(data, url)
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    charset = _CHARSET.search(data[:4096])
    feeds = (web_url(href, url) for href in page.tree.css(_FEED).getall())
    told = (web_url(href, url) for href in _SITEMAP.findall(robots))
    return Found(
        url=url,
        name=re.sub(r"[^a-z0-9]+", "-", host.rpartition(".")[0]).strip("-") or "site",
        title=page.marks.told("property", "og:site_name") or host,
        lang=article.lang or "und",
        feeds=tuple(dict.fromkeys(f for f in feeds if f and "comments" not in f)),
        sitemaps=tuple(dict.fromkeys(s for s in told if s)),
        select=_rule(page, article.title),
        key=_key(url),
        encoding=charset[1].decode().lower() if charset else None,
        article=article,
    )


def toml(found: Found, *, is_private: bool = False) -> str:
    """Return a source file for what was found, with a word on what to correct.

    `is_private` lets its hosts be in one's own network.
    """
    parts = urlsplit(found.url)
    home = (parts.hostname or "").removeprefix("www.")
    lines = [
        f"# Made from {found.url}: read the site's rules, correct what is wrong, and",
        f"# try `molva sources check {found.name}`.",
        f"name = {_quoted(found.name)}",
        f"title = {_quoted(found.title)}",
        f"lang = {_quoted(found.lang)}",
        'kind = "media" # or agency, trade, official',
        f"home = {_quoted(home)}",
        'terms = "not read yet"',
    ]
    listing = found.feeds or found.sitemaps
    kind = "feed" if found.feeds or not listing else "sitemap"
    lines.append(f"spider = {_quoted(kind)}")
    if listing:
        lines.append(f"url = {_list(listing)}")
    else:
        lines += [
            "# The page names no feed and no sitemap: give one, or for a list page",
            '# set spider = "listing" and `article`, the selector of its links.',
            "enabled = false",
            'reason = "no feed or sitemap was found"',
        ]
    if found.feeds and found.sitemaps:
        lines.append(f"sitemap = {_list(found.sitemaps)}")
    hosts = [urlsplit(u).hostname for u in (found.url, *listing)]
    allowed = _list(tuple(dict.fromkeys(h for h in hosts if h)))
    lines.append(f"allow = {allowed}")
    if is_private:
        lines.append(f"allow_private = {allowed}")
    if found.key:
        lines.append(f"key = '{found.key}'")
    if found.encoding:
        lines.append(f"encoding = {_quoted(found.encoding)}")
    lines += ["", "[body]"]
    if found.select:
        lines.append(f"select = {_quoted(found.select)}")
    else:
        lines.append("# No selector gave the text: it is found by density without one.")
    if "T" in (found.article.published or "T") and found.article.published:
        has_zone = re.search(r"(Z|[+-]\d\d:\d\d)$", found.article.published)
        if not has_zone:
            lines += ["", "[time]", "# The page's time has no zone: name the outlet's."]
            lines.append('# zone = "Europe/Moscow"')
    return "\n".join(lines) + "\n"


def _rule(page: Page, title: str) -> str | None:
    """The simplest selector of paragraphs that gives the text found by density."""
    blocks = density.article(page.blocks, title)
    wanted = body.joined(blocks)
    if len(wanted) < body.MIN_CHARS:
        return None
    for css in _candidates(blocks[0].home):
        for rule in (f"{css} > p", f"{css} p", css):
            if body.agreement(body.selected(page.tree, rule, ()), wanted) >= ALIKE:
                return rule
    return None


def _candidates(node: Any) -> list[str]:
    """Selectors of the element and of what holds it, the nearest first."""
    found: list[str] = []
    while node is not None and len(found) < 6:
        if prop := node.get("itemprop"):
            found.append(f"[itemprop={prop}]" if prop.isalpha() else "")
        for name in (node.get("class") or "").split():
            if re.fullmatch(r"[A-Za-z][\w-]*", name) and not _HASHED.search(name):
                found.append(f"{node.tag}.{name}")
        if node.tag in ("article", "main"):
            found.append(node.tag)
        node = node.getparent()
    return [css for css in found if css]


def _key(url: str) -> str | None:
    """A pattern of the number by which the site names the article, if there is one."""
    match = _NUMBER.search(urlsplit(url).path)
    if match is None:
        return None
    return r"/(\d{5,})(?:$|[/.-])" if match[1] else r"-(\d{5,})(?:$|[/.])"


def robots_url(url: str) -> str:
    """Return where the robots.txt of a page's site is."""
    return urljoin(url, "/robots.txt")


def _quoted(value: str) -> str:
    text = " ".join(value.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _list(values: tuple[str, ...]) -> str:
    return f"[{', '.join(_quoted(v) for v in values)}]"
