"""Feeds, news sitemaps and robots.txt of the sample newsroom, oddities included."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime
from html import escape

from molva.newsroom.content import Article

ROBOTS = """\
# One file for the six outlets, since one server plays them all.
User-agent: *
Disallow: /granki/preview/
Disallow: /verstak/user/
Disallow: /*/search
"""

_RSS = """\
<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"{spaces}>
<channel>
<title>{title}</title>
<link>{home}</link>
{items}
</channel>
</rss>
"""

_SITEMAP = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{items}
</urlset>
"""


def granki(articles: Sequence[Article], base: str) -> bytes:
    """A feed with leads, hierarchical categories and a lottery on somebody's host."""
    items = [_granki_item(a, base) for a in reversed(articles)]
    foreign = "https://loteriya-moment.example/win?from=granki"
    items.insert(1, _item("Выиграйте фургон мечты", foreign, articles[-1]))
    return _rss("Гранки", f"{base}/granki/", items)


def _granki_item(article: Article, base: str) -> str:
    url = _url(article, base)
    extra = [
        f"<guid>{escape(url)}</guid>",
        f"<author>{escape(article.author)}</author>",
    ]
    # As on real sites, paid matter gives itself away by having no category.
    if article.section:
        extra.append(f"<category>{escape(article.section)}</category>")
    if "/articles/" in article.path:
        extra.append(f"<description>{escape(article.lead)}</description>")
    return _item(article.title, url, article, *extra)


def verstak(articles: Sequence[Article], base: str) -> bytes:
    """A windows-1251 feed without guids and with empty descriptions."""
    items = [
        _item(a.title, _url(a, base), a, "<description/>") for a in reversed(articles)
    ]
    return _rss("Верстак", f"{base}/verstak/", items, encoding="windows-1251")


def vestovoy(articles: Sequence[Article], base: str) -> bytes:
    """A feed with full texts and, in each item, a second nested `link` element."""
    items = [_vestovoy_item(a, articles[0], base) for a in reversed(articles)]
    spaces = (
        ' xmlns:yandex="http://news.yandex.ru" xmlns:v="https://vestovoy.example/ns"'
    )
    return _rss("Вестовой", f"{base}/vestovoy/", items, spaces=spaces)


def _vestovoy_item(article: Article, other: Article, base: str) -> str:
    lead = article.lead.replace("«", "&laquo;").replace("»", "&raquo;")
    related = f'<link url="{escape(_url(other, base))}"/>'
    return _item(
        article.title,
        _url(article, base),
        article,
        "<category>Лента новостей</category>",
        f"<description><![CDATA[{lead}]]></description>",
        f"<v:related_links>{related}</v:related_links>",
        f"<yandex:full-text>{escape(article.text)}</yandex:full-text>",
    )


def axle(articles: Sequence[Article], base: str) -> bytes:
    """A blog's feed: excerpts, guids that are no addresses, tracking parameters."""
    items = [_axle_item(a, base) for a in reversed(articles)]
    spaces = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return _rss("Axle & Ampere", f"{base}/axle/", items, spaces=spaces)


def _axle_item(article: Article, base: str) -> str:
    number = f"{article.at:%Y%m%d}"
    guid = f"https://axleampere.example/?p={number}"
    return _item(
        article.title,
        _url(article, base) + "?utm_source=rss&utm_medium=feed",
        article,
        f"<dc:creator><![CDATA[{article.author}]]></dc:creator>",
        f"<category><![CDATA[{article.section}]]></category>",
        f'<guid isPermaLink="false">{guid}</guid>',
        f"<description><![CDATA[<p>{article.lead[:120]} [&#8230;]</p>]]></description>",
    )


def sitemap(articles: Sequence[Article], base: str) -> bytes:
    """Return a news sitemap; `lastmod` moves when an article is edited."""
    items = "\n".join(_sitemap_item(a, base) for a in reversed(articles))
    return _SITEMAP.format(items=items).encode()


def _sitemap_item(article: Article, base: str) -> str:
    return (
        f"<url><loc>{escape(_url(article, base))}</loc>"
        f"<lastmod>{article.modified or article.published}</lastmod>"
        f"<news:news><news:publication_date>{article.published}"
        f"</news:publication_date><news:title>{escape(article.title)}</news:title>"
        "</news:news></url>"
    )


def _rss(
    title: str,
    home: str,
    items: list[str],
    *,
    spaces: str = "",
    encoding: str = "utf-8",
) -> bytes:
    text = _RSS.format(
        encoding=encoding,
        spaces=spaces,
        title=escape(title),
        home=home,
        items="\n".join(items),
    )
    return text.encode(encoding)


def _item(title: str, url: str, article: Article, *extra: str) -> str:
    parts = [
        f"<title>{escape(title)}</title>",
        f"<link>{escape(url)}</link>",
        f"<pubDate>{format_datetime(article.at)}</pubDate>",
        *extra,
    ]
    return f"<item>{''.join(parts)}</item>"


def _url(article: Article, base: str) -> str:
    return f"{base}/{article.outlet}{article.path}"
