"""What surrounds an article in many kinds of markup is left out; the article is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler import body
from crawler.extract import Article, extract
from crawler.source import Body, SourceSpec

URL = "https://ledger.example/cars/2024/05/14/trucks"
TITLE = "Luzhsk plant to build four hundred trucks"
TEXT = (
    "The plant in Luzhsk will build four hundred small trucks by the end of the year.",
    "The first vehicles will leave the line in September, its press office added.",
    "“We have signed contracts with three suppliers,” director Oleg Vetrov said.",
    "Investment in the project will be at least two billion roubles, he told dealers.",
    "The works stood idle for almost eighteen months after its owner left the country.",
)
MONTHS = ("June", "July", "August")
#: A sentence that is never the article's.
NOISE = "The mayor of the town said that the bridge would be mended before the autumn."


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def read(body: str, head: str = "", url: str = URL) -> Article:
    head = f"<title>{TITLE} | The Ledger</title>{head}"
    return extract(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url)


def around(inside: str) -> Article:
    """The article with markup after its second paragraph."""
    before, after = paragraphs(*TEXT[:2]), paragraphs(*TEXT[2:])
    return read(f"<main><h1>{TITLE}</h1><div class=story>{before}{inside}{after}</div>")


def script(data: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


@pytest.mark.parametrize(
    "box",
    [
        f"<figure><img><div class='figure-text'>{NOISE}</div></figure>",
        f"<div><img><div class='article__photo-desc'>{NOISE}</div></div>",
        f"<div class=pic><img><span class='image__description'>{NOISE}</span></div>",
        f"<p class='imageCaption'>{NOISE}</p>",
        f"<p class='wp-caption-text'>{NOISE}</p>",
        f"<div class='inline-signup'><h3>Sign up</h3><p>{NOISE}</p></div>",
        f"<div class=x><h3>Sign up for our letter</h3><p>{NOISE}</p></div>",
        f"<div class='incut'><p>{NOISE}</p></div>",
        f"<div class='bio'><p>{NOISE}</p></div>",
        f"<section class='more-stories'><p>{NOISE}</p></section>",
        f"<p><strong>READ MORE: <a href=/x>{NOISE}</a></strong></p>",
        f"<p><a href=/x>{NOISE}</a></p>",
        f"<blockquote class='twitter-tweet'><p>{NOISE}</p></blockquote>",
        f"<div id='onetrust-banner-sdk'><p>{NOISE}</p></div>",
    ],
)
def test_boxes_within_the_text(box: str) -> None:
    assert around(box).text == "\n\n".join(TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "Published: 10:30 BST, 14 May 2024 | Updated: 12:05 BST, 14 May 2024",
        "10:30 (мск), 14 мая 2024 г.",
        "Tuesday, 14 May 2024",
        "Jane Holt, 14 May 2024, 10:30",
    ],
)
def test_datelines_are_no_text(line: str) -> None:
    article = read(f"<h1>{TITLE}</h1><div>{line}</div>{paragraphs(*TEXT)}")
    assert article.text == "\n\n".join(TEXT)


def test_a_time_before_the_first_words_is_no_text() -> None:
    body = (
        f"<div class=n><span class='news-date-time'>14.05.2024 10:30</span>\n{TEXT[0]}"
    )
    article = read(f"<h1>{TITLE}</h1>{body}<br><br>{'<br><br>'.join(TEXT[1:])}</div>")
    assert article.text == "\n\n".join(TEXT)


def test_a_date_within_a_sentence_stays() -> None:
    dated = "On <time>3 May 2024</time> the owners met the workers of the plant."
    article = around(f"<p>{dated}</p><p>The plant was opened on 3 May 2024.</p>")
    assert "On 3 May 2024 the owners met" in article.text
    assert "opened on 3 May 2024" in article.text


def test_numbers_of_comments_in_a_line_are_left_out() -> None:
    counted = "".join(f"<p><a class='comments_count'>12</a>{text}</p>" for text in TEXT)
    assert read(f"<h1>{TITLE}</h1><div>{counted}</div>").text == "\n\n".join(TEXT)


def test_words_that_end_an_article_end_it() -> None:
    rest = f"<div class=z><h3>Related stories</h3>{paragraphs(NOISE, NOISE)}</div>"
    article = read(f"<h1>{TITLE}</h1><div>{paragraphs(*TEXT)}{rest}</div>")
    assert article.text == "\n\n".join(TEXT)


STATE = {
    "page": {
        "related": [{"title": "The bridge", "body": NOISE * 9}],
        "article": {
            "title": TITLE,
            "publishedAt": "2024-05-14T10:30:00Z",
            "updatedAt": "2024-05-14T11:00:00Z",
            "authors": [{"name": "Jane Holt"}],
            "body": paragraphs(*TEXT),
        },
    }
}


@pytest.mark.parametrize(
    "held",
    [
        f"<script type='application/json'>{json.dumps(STATE)}</script>",
        f"<script>window.__STATE__ = {json.dumps(STATE)};\nvar x = 1</script>",
    ],
)
def test_an_article_held_in_a_script(held: str) -> None:
    article = read(f"<div id=app></div>{held}")
    assert article.text == "\n\n".join(TEXT)
    assert article.title == TITLE
    assert article.published == "2024-05-14T10:30:00+00:00"
    assert article.modified == "2024-05-14T11:00:00+00:00"
    assert article.authors == ("Jane Holt",)
    assert article.layers["text"] == "script"


def test_blocks_of_text_held_in_a_script() -> None:
    blocks = [{"type": "paragraph", "data": {"text": text}} for text in TEXT]
    held = json.dumps({"a": {"headline": TITLE, "content": {"value": blocks}}})
    article = read(f"<div></div><script type='application/json'>{held}</script>")
    assert article.text == "\n\n".join(TEXT)


GATE = "This article is for subscribers only. Subscribe to continue reading."
FREE = {"@type": "NewsArticle", "headline": TITLE}


@pytest.mark.parametrize(
    ("head", "box", "access"),
    [
        ("", "", "full"),
        ("", f"<div class=x><p>{GATE}</p></div>", "partial"),
        ("", "<p>Материал доступен по подписке. Оформите подписку.</p>", "partial"),
        ("<meta property='article:content_tier' content='locked'>", "", "partial"),
        (
            "<meta property='article:content_tier' content='free'>",
            "<div class='paywall-modal'></div>",
            "full",
        ),
        (script(FREE | {"isAccessibleForFree": "False"}), "", "partial"),
        (
            script(FREE | {"isAccessibleForFree": True}),
            "<div class='tp-paywall'></div>",
            "full",
        ),
        (
            script(FREE | {"hasPart": {"isAccessibleForFree": False}}),
            "<div></div>",
            "partial",
        ),
    ],
)
def test_marks_of_a_paywall(head: str, box: str, access: str) -> None:
    article = read(f"<h1>{TITLE}</h1><div>{paragraphs(*TEXT)}{box}</div>", head)
    assert article.access == access
    assert article.text == "\n\n".join(TEXT)


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ("2024-05-13T09:00:00Z", False),
        ("2024-05-14T10:30:20Z", True),
        ("2024-05-14T12:00:00+01:00", True),
    ],
)
def test_a_change_before_publication_is_none(changed: str, kept: bool) -> None:
    told = FREE | {"datePublished": "2024-05-14T10:30:40Z", "dateModified": changed}
    article = read(f"<h1>{TITLE}</h1>{paragraphs(*TEXT)}", script(told))
    assert bool(article.modified) == kept


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (script({"@type": "Article", "headline": "Luzhsk plant to build…"}), TITLE),
        ("<meta property='og:title' content='Luzhsk plant to build...'>", TITLE),
        (
            f"<meta property='og:title' content='{TITLE} – The Ledger – news of the "
            "town, the county and the country, all day'>",
            TITLE,
        ),
    ],
)
def test_headlines_cut_or_with_a_long_tail(head: str, title: str) -> None:
    assert read(f"<h1>{TITLE}</h1>{paragraphs(*TEXT)}", head).title == title


def test_a_rule_for_a_container_keeps_its_paragraphs_apart() -> None:
    spec = SourceSpec(
        name="ledger",
        title="The Ledger",
        lang="en",
        kind="media",
        body=Body(select="div.story", drop=("Stay with us",)),
    )
    last = "<p>Stay with us in every network.</p><noscript>Turn it on</noscript>"
    story = f"<div class=story>{paragraphs(*TEXT)}{last}</div>"
    page = f"<html><body><h1>{TITLE}</h1>{story}</body></html>"
    assert extract(page.encode(), URL, spec).text == "\n\n".join(TEXT)


@pytest.mark.parametrize(
    ("beside", "is_asked"),
    [("", False), (f"<ol class=talk>{paragraphs(*[NOISE] * 9)}</ol>", True)],
)
def test_slow_readers_are_asked_where_there_is_another_text(
    beside: str, is_asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def readable(html: str) -> str:
        asked.append(html)
        return ""

    monkeypatch.setattr(body, "readable", readable)
    longer = [f"{text} In May, so in {month}." for text in TEXT for month in MONTHS]
    article = read(f"<h1>{TITLE}</h1><div>{paragraphs(*longer)}</div>{beside}")
    assert article.text == "\n\n".join(longer)
    assert bool(asked) == is_asked
