"""A page and its feed entry become a report: minute-exact times and full texts win."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.http import Response

from crawler.archive import Record
from crawler.extract import Article, clean_url
from crawler.feeds import FeedItem
from crawler.source import SourceSpec
from molva.model import Report, report_id

#: Answers that mean "not you": the source is left alone for this run.
BLOCKED = (401, 403, 429)
#: Marks of challenge pages; they are recognised and left alone, never solved.
_CHALLENGE = re.compile(
    rb"servicepipe\.ru|qrator|__qrator|cf-chl|challenge-platform|_Incapsula_|ddos-guard"
    rb"|captcha-delivery|smartcaptcha",
    re.IGNORECASE,
)
#: A page of more bytes is an article that merely names such a service.
_CHALLENGE_SIZE = 20_000
#: Headlines of pages that are no longer there.
_MISSING = Path(__file__).with_name("missing.toml")
#: A "not found" page says no more than this (characters), in a headline this long.
_STUB, _HEADLINE = 1_500, 120


def is_challenge(response: Response) -> bool:
    """Say whether an answer is an anti-bot page in place of what was asked for."""
    body = response.body
    return len(body) < _CHALLENGE_SIZE and bool(_CHALLENGE.search(body))


def leads_up(response: Response, asked: str) -> bool:
    """Say whether a redirect led from an article to its section or the front page."""
    found, wanted = (urlsplit(u).path.strip("/") for u in (response.url, asked))
    return found != wanted and f"{wanted}/".startswith(f"{found}/".lstrip("/"))


def soft_404(article: Article) -> str | None:
    """Return what a page says that stands for "not found" though the server said 200.

    The headline says it, and there is no article below: short, and without a time.
    """
    if len(article.text) >= _STUB or (article.published or "")[10:]:
        return None
    title = " ".join(article.title.casefold().replace("ё", "е").split())
    is_told = len(title) <= _HEADLINE and _missing().search(title)
    return article.title if is_told else None


@cache
def _missing() -> re.Pattern[str]:
    tables = tomllib.loads(_MISSING.read_text(encoding="utf-8")).values()
    return re.compile("|".join(p for table in tables for p in table["title"]))


def report_of(
    article: Article,
    item: FeedItem,
    response: Response,
    spec: SourceSpec,
    at: str,
    record: Record | None = None,
) -> Report:
    """Return the report; `at` is when it was seen, never when it was published.

    `record` is where the page lies in the archive.
    """
    url = _address(article, response, spec)
    key = spec.article_key(url)
    text, access = article.text or item.lead, article.access
    full = spec.without_furniture(item.full_text or "")
    if len(full) > len(text):
        text, access = full, "full"
    return Report(
        id=report_id(spec.name, key),
        source=spec.name,
        key=key,
        url=url,
        kind=spec.kind,
        title=article.title or item.title,
        text=text,
        lang=article.lang or "und" if spec.lang == "und" else spec.lang,
        published=_time(article, item),
        modified=article.modified or item.modified,
        authors=article.authors,
        section=article.section or next(iter(item.categories), None),
        access=access,
        seen_at=at,
        body_sha256=hashlib.sha256(response.body).hexdigest(),
        record_file=record.file if record else None,
        record_offset=record.offset if record else None,
        layers=article.layers,
    )


def _time(article: Article, item: FeedItem) -> str | None:
    """The page's time or the feed's: the first to the minute, else the first day."""
    dated = [t for t in (article.published, item.published) if t]
    exact = [t for t in dated if "T" in t and "T00:00:00" not in t]
    return next(iter(exact or dated), None)


def _address(article: Article, response: Response, spec: SourceSpec) -> str:
    """The canonical address, unless only the page's own holds the source's key."""
    own = clean_url(response.url, keep_query=spec.keep_query)
    told = article.canonical_url or own
    if spec.key and not re.search(spec.key, told) and re.search(spec.key, own):
        return own
    return told
