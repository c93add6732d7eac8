"""Article pages of the sample newsroom, each outlet in a markup of its own.

| outlet | how the page names title and time | what stands in a crawler's way |
|---|---|---|
| granki | og: and article: meta only | NBSP in numbers, paywall stub, inset cards |
| verstak | one `<time>`, no meta | windows-1251 that nothing declares, `<br>` text |
| vestovoy | microdata, time without seconds | teaser links inside the body |
| okamotor | JSON-LD `@graph` in a CDATA wrapper | contacts inside the body |
| axle | JSON-LD with a raw line break, authors | newsletter, share boxes in the body |
| ledger | JSON-LD `@graph`, `&#039;` in headlines | lead apart, cookie box |
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from string import Template

from molva.newsroom.content import FOLDER, Article, articles, outlets

PAYWALL = (
    '<div class="paywall"><b>Это статья для подписчиков.</b>'
    " Оформите подписку за 1 рубль, чтобы дочитать.</div>"
)

_DIGIT_GAP = re.compile(r"(?<=\d) (?=\d{3}|млн|млрд|руб)")
_TAGGED = re.compile(r"\b(Okamotor|Litionika|Severoshina|Lesodol|Dvinamash)\b")


def page(article: Article) -> bytes:
    """Return the article's HTML page in the bytes its server sends."""
    html = _template(article.outlet).substitute(_fields(article))
    return html.encode("cp1251" if article.outlet == "verstak" else "utf-8")


def content_type(article: Article) -> str:
    """Return the page's Content-Type; `verstak` tells no charset anywhere."""
    return "text/html" if article.outlet == "verstak" else "text/html; charset=utf-8"


def canonical(article: Article) -> str:
    """Return the article's address under the outlet's own invented host."""
    return f"https://{_home(article.outlet)}{article.path}"


def front_page(outlet: str, listed: Sequence[Article]) -> bytes:
    """Return the outlet's list of articles as a page."""
    links = "".join(_link(article) for article in reversed(listed))
    return _plain_page(outlet, f"<ul>{links}</ul>")


def index_page() -> bytes:
    """Return the page that lists the six outlets."""
    links = "".join(
        f'<li><a href="/{o["name"]}/">{escape(o["title"])}</a></li>' for o in outlets()
    )
    return _plain_page("Molva: six invented outlets", f"<ul>{links}</ul>")


def _plain_page(title: str, body: str) -> bytes:
    return (
        '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/style.css">'
        f"<title>{title}</title><h1>{title}</h1>{body}"
        "<footer>All outlets, companies and people here are invented. "
        "Все издания, компании и люди вымышлены.</footer>"
    ).encode()


@cache
def _template(outlet: str) -> Template:
    return Template((FOLDER / "templates" / f"{outlet}.html").read_text("utf-8"))


@cache
def _home(outlet: str) -> str:
    homes = {str(o["name"]): str(o["home"]) for o in outlets()}
    return homes[outlet]


def _fields(article: Article) -> dict[str, str]:
    return {
        "title": escape(article.title),
        "lead": escape(article.lead),
        "body": _body(article),
        "section": escape(article.section),
        "author": escape(article.author),
        "canonical": escape(canonical(article)),
        "published": article.published,
        "published_minute": article.at.isoformat(timespec="minutes"),
        "shown_date": article.at.strftime("%d.%m.%Y, %H:%M"),
        "figure": _figure(article),
        "paywall": PAYWALL if article.paywalled else "",
        "correction": _correction(article),
        "related": _related(article),
        "jsonld": _jsonld(article),
    }


def _body(article: Article) -> str:
    """Return the paragraphs in the outlet's markup, less a lead that stands apart."""
    apart = article.outlet in ("granki", "ledger")
    texts = [escape(p, quote=False) for p in article.paragraphs[apart:]]
    if article.outlet == "granki":
        texts = [_DIGIT_GAP.sub("&nbsp;", text) for text in texts]
    if article.outlet == "verstak":
        return "<br><br>\n".join(texts)
    body = "\n".join(f"<p>{text}</p>" for text in texts)
    if article.outlet in ("axle", "ledger"):
        tag = rf'<a href="/{article.outlet}/tag/\1">\1</a>'
        body = _TAGGED.sub(tag, body, count=1)
    return body


def _figure(article: Article) -> str:
    if not article.caption:
        return ""
    caption = escape(article.caption)
    image = '<img src="/photo.svg" width="640" height="360" alt="">'
    if article.outlet == "verstak":
        return f'<div class="podpis">{image}<br>{caption}</div>'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _correction(article: Article) -> str:
    if article.edit is None or article.modified is None:
        return ""
    return f'<p class="content__correction"><i>{escape(article.edit.note)}</i></p>'


def _related(article: Article) -> str:
    """Return links to three articles of the outlet, earlier ones if there are any."""
    same = [a for a in articles() if a.outlet == article.outlet and is_news(a)]
    before = [a for a in same if a.at < article.at][-3:]
    links = before or [a for a in same if a.at > article.at][:3]
    return f"<ul>{''.join(_link(a) for a in links)}</ul>"


def is_news(article: Article) -> bool:
    """Whether a crawl should bring it: no advertisement, not closed to robots."""
    return not (article.ad or article.disallowed)


def _link(article: Article) -> str:
    title = escape(article.title, quote=False)
    return f'<li><a href="/{article.outlet}{article.path}">{title}</a></li>'


def _jsonld(article: Article) -> str:
    makers: dict[str, Callable[[Article], str]] = {
        "okamotor": _graph_of_release,
        "axle": _single_object,
        "ledger": _graph_of_news,
    }
    return makers[article.outlet](article) if article.outlet in makers else ""


def _graph_of_release(article: Article) -> str:
    maker = {"@type": "Organization", "@id": "#okamotor", "name": "Окамотор"}
    news = _news(article) | {"author": {"@id": "#okamotor"}, "inLanguage": "ru"}
    return _dump({"@context": "https://schema.org", "@graph": [maker, news]})


def _graph_of_news(article: Article) -> str:
    """A graph whose author is a bare string and whose headline is escaped twice."""
    site = {"@type": "WebSite", "name": "The Harbour Ledger"}
    trail = {"@type": "BreadcrumbList", "itemListElement": []}
    news = _news(article) | {"author": article.author}
    news["headline"] = article.title.replace("'", "&#039;")
    if article.modified:
        news["dateModified"] = article.modified
    return _dump({"@context": "https://schema.org", "@graph": [site, trail, news]})


def _single_object(article: Article) -> str:
    """An object with a list of authors, the full text and an illegal line break."""
    people = [{"@type": "Person", "name": n} for n in article.author.split(", ")]
    news = _news(article) | {"author": people, "articleBody": article.text}
    news["description"] = "LINE-BREAK" + article.lead
    raw = _dump({"@context": "https://schema.org"} | news)
    return raw.replace("LINE-BREAK", "\n")


def _news(article: Article) -> dict[str, object]:
    return {
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published,
        "articleSection": article.section,
        "mainEntityOfPage": canonical(article),
    }


def _dump(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1).replace("</", "<\\/")
