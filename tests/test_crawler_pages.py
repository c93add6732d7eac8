"""Pages to articles: charsets, titles, times, bodies, and pages made to hang."""

from __future__ import annotations

import codecs
import json
import time

import pytest

from crawler import dates, times
from crawler.decode import decode
from crawler.extract import PageError, extract
from crawler.fields import clean_url
from crawler.source import SourceSpec, Time
from tests.crawler_server import WORDS

URL = "https://news.example/auto/1"
RUSSIAN = (
    "Завод в Лужске до конца года соберет четыреста малых грузовиков, сообщила его "
    "пресс-служба. Первые машины должны сойти с конвейера уже в сентябре. "
)


def page(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def paragraphs(text: str = WORDS, count: int = 3) -> str:
    return "".join(f"<p>{n} {text}</p>" for n in range(count))


# --- charsets --------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-8", "utf-16"])
def test_undeclared_charsets_are_told_apart(encoding: str) -> None:
    assert decode((RUSSIAN * 3).encode(encoding)) == RUSSIAN * 3


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("utf-8", "cp1251"),
        ("iso-8859-1", "cp1251"),
        ("cp1251", "utf-8"),
        ("latin-1", "utf-8"),
        ("no-such-charset", "utf-8"),
        ("rot13", "utf-8"),
    ],
)
def test_a_lying_charset_is_not_believed(declared: str, real: str) -> None:
    body = (RUSSIAN * 5).encode(real)
    assert decode(body, declared=declared, fallback="cp1251") == RUSSIAN * 5


def test_a_true_charset_is_believed() -> None:
    text = "Le créateur a présenté à l'été son modèle préféré. " * 20
    assert decode(text.encode("latin-1"), declared="iso-8859-1") == text


def test_a_declaration_in_the_page_counts() -> None:
    body = f'<meta http-equiv=x content="text/html; charset=windows-1251">{RUSSIAN}'
    assert RUSSIAN in decode(body.encode("cp1251"))


def test_byte_order_marks_outrank_all() -> None:
    body = codecs.BOM_UTF8 + "Ёлка".encode()
    assert decode(body, declared="cp1251") == "Ёлка"


def test_control_characters_and_lone_surrogates_are_gone() -> None:
    text = decode(b"a\x00b\x07c\nd\te")
    assert text == "abc\nd\te"
    data = json.dumps({"@type": "NewsArticle", "headline": "A\ud800B title of it"})
    head = f'<script type="application/ld+json">{data}</script>'
    extract(page(paragraphs(), head), URL).title.encode("utf-8", "surrogatepass")


# --- titles ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            "<title>Завод в Лужске соберет грузовики :: Авто :: Вестник</title>",
            "<h1>Вестник</h1><h2>Завод в Лужске соберет грузовики</h2>",
            "Завод в Лужске соберет грузовики",
        ),
        (
            "<title>Завод соберет 400 грузовиков | Новости</title>",
            "<h1>Консультации</h1><h1>Завод соберет 400 грузовиков</h1>",
            "Завод соберет 400 грузовиков",
        ),
        (
            "<title>Лента - Новости - Завод соберет 400 грузовиков</title>",
            "<h1>Завод соберет 400 грузовиков</h1>",
            "Завод соберет 400 грузовиков",
        ),
        (
            '<meta property="og:title" content="Завод соберет 400 машин - Авто - Я">',
            "<h1>Авто</h1>",
            "Завод соберет 400 машин",
        ),
        (
            "<title>Завод соберет 400 грузовиков — Вестник</title>",
            "",
            "Завод соберет 400 грузовиков",
        ),
        (
            "<title>Новости - Центр</title>",
            "<h1>Завод соберет 400 грузовиков</h1>",
            "Завод соберет 400 грузовиков",
        ),
        ("<title>2 года – лучший срок для ремонта - Авто</title>", "", None),
        (
            "<title>Plant to build 400 trucks | The Ledger</title>",
            "<h1>The Ledger</h1>",
            "Plant to build 400 trucks",
        ),
    ],
)
def test_the_headline_is_no_section_name(
    head: str, body: str, title: str | None
) -> None:
    wanted = title or "2 года – лучший срок для ремонта"
    assert extract(page(body + paragraphs(), head), URL).title == wanted


def test_the_publishers_headline_comes_first() -> None:
    data = {"@graph": [{"@type": ["NewsArticle"], "headline": "It&#039;s\n built"}]}
    raw = json.dumps(data).replace("\\n", "\n")
    head = f'<script type="application/ld+json">//<![CDATA[\n{raw}\n//]]></script>'
    article = extract(page("<h1>Other</h1>" + paragraphs(), head), URL)
    assert article.title == "It's built"
    assert article.layers["title"] == "json-ld"


# --- times -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "stamp"),
    [
        ("4 января 2012, 20:36", "2012-01-04T20:36:00"),
        ("16 января 2012 | 20:52", "2012-01-16T20:52:00"),
        ("Опубликовано 17 января 12 (19:14)", "2012-01-17T19:14:00"),
        ("05.01.2012, Лужск 00:16:06", "2012-01-05T00:16:06"),
        ("Добавлено:2012-01-15 14:40:09", "2012-01-15T14:40:09"),
        ("17:34, 30 мая 2025", "2025-05-30T17:34:00"),
        ("30.05.2025 17:34", "2025-05-30T17:34:00"),
        ("30 мая 2025 г., 09:05 (МСК)", "2025-05-30T09:05:00+03:00"),
        ("May 30, 2025 5:04", "2025-05-30T05:04:00"),
        ("30 May 2025", "2025-05-30"),
        ("12 травня 2025, 11:00", "2025-05-12T11:00:00"),
        ("30.05.2025", "2025-05-30"),
        ("Обновлено 30 мая 2025, 18:00", None),
        ("4/5/2024 10:00", None),
        ("31 февраля 2024", None),
        ("тел. 8.800.2000600", None),
        ("версия 3.11.2", None),
        ("", None),
    ],
)
def test_visible_times_are_read(shown: str, stamp: str | None) -> None:
    assert dates.read(shown) == stamp


def test_twelve_hour_clocks_are_read() -> None:
    assert dates.read("May 30, 2025 5:04 pm") == "2025-05-30T17:04:00"
    assert dates.read("May 30, 2025 at 12:10 AM") == "2025-05-30T00:10:00"


def test_a_visible_time_gets_the_outlets_zone() -> None:
    spec = SourceSpec(
        name="a", title="A", lang="ru", kind="media", time=Time(zone="Europe/Moscow")
    )
    body = f"<h1>Грузовики</h1><i>30 мая 2025, 17:34</i>{paragraphs(RUSSIAN)}"
    article = extract(page(body), URL, spec)
    assert article.published == "2025-05-30T17:34:00+03:00"
    assert article.layers["published"] == "text"


def test_only_dates_near_the_headline_count() -> None:
    others = "<ul>" + "<li>01.02.2020 10:00 Old news of others</li>" * 30 + "</ul>"
    body = f"{others}<h1>Trucks</h1>{paragraphs()}{others}"
    assert extract(page(body), URL).published is None


def test_a_date_in_the_text_is_no_publication_time() -> None:
    body = f"<h1>Trucks</h1><p>On 6 July 2022 the plant was sold. {WORDS}</p>"
    assert extract(page(body + paragraphs()), URL).published is None


def test_a_minute_beats_a_day_and_a_midnight() -> None:
    head = '<meta property="article:published_time" content="2025-05-30T00:00:00">'
    body = f"<h1>Trucks</h1><span>30 May 2025, 17:34</span>{paragraphs()}"
    assert extract(page(body, head), URL).published == "2025-05-30T17:34:00"


def test_an_evergreen_page_keeps_its_first_date() -> None:
    data = {
        "@type": "Article",
        "datePublished": "2012-03-01T09:00:00Z",
        "dateModified": "2026-01-05T12:00:00Z",
    }
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    article = extract(page(paragraphs(), head), URL)
    assert article.published == "2012-03-01T09:00:00+00:00"
    assert article.modified == "2026-01-05T12:00:00+00:00"


@pytest.mark.parametrize(
    ("value", "stamp"),
    [
        ("2025-05-14T20:28:12.467+03:00", "2025-05-14T20:28:12+03:00"),
        ("Sun, 12 Apr 2026 16:36:13 +0300", "2026-04-12T16:36:13+03:00"),
        ("20240514T1030", "2024-05-14T10:30:00+03:00"),
        ("2019-03-09T12:03+03:00", "2019-03-09T12:03:00+03:00"),
        ("2024-03-07T07:55:25Z", "2024-03-07T07:55:25+00:00"),
        ("2024-03-07", "2024-03-07"),
        ("2024-13-07", None),
        ("0001-01-01T00:00:00", None),
        ("soon", None),
        ("9" * 200, None),
        (None, None),
    ],
)
def test_machine_times_are_read(value: str | None, stamp: str | None) -> None:
    assert times.parse(value, zone="Europe/Moscow") == stamp


# --- bodies ----------------------------------------------------------------


def test_text_in_table_cells_with_line_breaks_is_found() -> None:
    menu = "".join(f"<a href=/{n}>Рубрика номер {n}</a><br>" for n in range(40))
    text = "<br><br>".join(f"{n}. {RUSSIAN}" for n in range(4))
    body = f"<table><tr><td>{menu}</td><td><b>Авто</b><div>{text}</div></td></table>"
    found = extract(page(body), URL).text.split("\n\n")
    assert found == [f"{n}. {RUSSIAN.strip()}" for n in range(4)]


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    body = f"<form class=menu><h1>Trucks</h1><div>{paragraphs()}</div></form>"
    assert extract(page(body), URL).text.count("Luzhsk") == 15


def test_what_stands_beside_the_text_is_left_out() -> None:
    body = (
        f"<nav><a href=/>Home</a></nav><h1>Trucks</h1><div>{paragraphs()}"
        "<p>Read also: <a href=/2>the other plant opens its doors at last</a></p></div>"
        f"<div class='comments'><p>Ivan: I do not believe it. {WORDS[:90]}</p></div>"
        "<aside><p>Teaser of another story that has nothing to do with it.</p></aside>"
        "<figure><figcaption>Photo by somebody else entirely, last year.</figcaption>"
    )
    text = extract(page(body), URL).text
    for words in ("Home", "Read also", "Ivan", "Teaser", "Photo by"):
        assert words not in text
    assert text.endswith("this year.")


def test_teasers_of_others_lose_to_the_words_of_the_title() -> None:
    teasers = "".join(
        f"<p>{n} В городе открыли новый парк, и жители довольны. Праздник продолжится "
        "до вечера, обещают организаторы. Вход свободный.</p>"
        for n in range(8)
    )
    text = paragraphs(RUSSIAN)
    body = (
        f"<ul class=box>{teasers}</ul><h1>Завод соберет грузовики</h1><div>{text}</div>"
    )
    head = "<title>Завод в Лужске соберет четыреста грузовиков</title>"
    assert "парк" not in extract(page(body, head), URL).text


def test_an_article_cut_in_pieces_is_joined() -> None:
    piece = '<div class="x{n}"><div class="chunk">{text}</div></div><div>Ad</div>'
    cut = "".join(piece.format(n=n, text=paragraphs()) for n in range(3))
    text = extract(page(f"<h1>Trucks</h1><article>{cut}</article>"), URL).text
    assert text.count("\n\n") == 8


def test_a_json_ld_summary_is_not_taken_for_the_text() -> None:
    data = {"@type": "NewsArticle", "articleBody": WORDS[:230]}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert extract(page(paragraphs(), head), URL).text.count("Luzhsk") == 15


def test_a_paywall_box_makes_the_text_partial() -> None:
    box = '<div class="paywall-offer">Subscribe</div>'
    text = f"<p>{WORDS}</p>"
    assert extract(page(text + box), URL).access == "partial"
    assert extract(page(text), URL).access == "full"
    assert extract(page("<p>Short.</p>"), URL).access == "partial"


# --- addresses -------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("https://news.example/auto/1-slug", "https://news.example/auto/1-slug"),
        ("/auto/2", "https://news.example/auto/2"),
        ("https://news.example/", URL),
        ("javascript:alert(1)", URL),
        ("https://[bad", URL),
        ("", URL),
    ],
)
def test_the_canonical_address_is_believed_with_care(told: str, kept: str) -> None:
    head = f'<link rel="canonical" href="{told}">'
    article = extract(page(paragraphs(), head), URL + "?from=feed#top")
    assert article.canonical_url == kept


def test_tracking_goes_and_ids_stay() -> None:
    url = "https://a.example/x?id=5&utm_source=rss&from=main&yclid=1#c"
    assert clean_url(url) == "https://a.example/x"
    assert clean_url(url, keep_query=True) == "https://a.example/x?id=5"
    assert clean_url("https://anna:secret@a.example/x") == "https://a.example/x"


# --- hostile pages ---------------------------------------------------------

BOMBS = {
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x",
    "glued": "<p " + "".join(f'a{n}="1"' for n in range(200_000)) + ">x",
    "quoted": "<p " + " ".join(f'a{n}="><"' for n in range(200_000)) + ">x",
    "slashes": "<p/" + "/".join(f"a{n}" for n in range(200_000)) + ">x",
}


@pytest.mark.parametrize("name", BOMBS)
def test_an_attribute_bomb_is_refused_at_once(name: str) -> None:
    began = time.perf_counter()
    with pytest.raises(PageError, match="attributes"):
        extract(BOMBS[name].encode(), URL)
    assert time.perf_counter() - began < 1


def test_one_long_attribute_is_no_bomb() -> None:
    value = "{&quot;a&quot;: 1}, " * 5_000
    assert extract(page(f'<div data-x="{value}">{paragraphs()}</div>'), URL).text


@pytest.mark.parametrize(
    "html",
    [
        '<p a="' + '= " ' * 100_000,
        "<div>" * 100_000 + RUSSIAN,
        "<title>" + "a :: " * 50_000 + "</title><h1>" + "x " * 50_000 + "</h1>",
        '<script type="application/ld+json">' + "[" * 100_000 + "</script><p>x",
        "<h1>one two three four</h1>" * 5_000,
        "<p>1 2 3.4. " * 50_000,
        " " * 1_000_000 + "<p>",
    ],
    ids=["quotes", "deep", "title", "json", "headings", "digits", "blanks"],
)
def test_odd_pages_do_not_hang(html: str) -> None:
    began = time.perf_counter()
    extract(html.encode(), URL)
    assert time.perf_counter() - began < 8


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"just words", "no HTML"),
        (b"\x89PNG\r\n\x1a\n\x00\x00<", "binary"),
        (b"<p>" + b"x" * (5 * 2**20), "larger"),
    ],
)
def test_what_is_no_page_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(PageError, match=reason):
        extract(data, URL)


# --- datelines, bylines, rubrics --------------------------------------------

DAY_URL = "https://vestnik.example/auto/2024/05/14/luzhsk-123"
SHOWN = "2024-05-14T10:30:00"


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("10:30, 14 мая 2024", SHOWN, None),
        ("10:30 (мск), 14 мая 2024 г.", SHOWN + "+03:00", None),
        ("14 мая 2024 в 10:30. Обновлено: 14 мая 2024 в 12:05", SHOWN, "12:05:00"),
        ("Обновлено 14.05.2024 12:05, опубликовано 14.05.2024 10:30", SHOWN, "12:05"),
        (
            "Published: 10:30 BST, 14 May 2024 | Updated: 12:05 BST, 14 May 2024",
            SHOWN + "+01:00",
            "12:05:00+01:00",
        ),
        ("May 14, 2024 at 10:30 a.m. EDT", SHOWN + "-04:00", None),
        ("May 14, 2024 10:30 pm ET", "2024-05-14T22:30:00-04:00", None),
        ("5/14/2024 10:30 AM", SHOWN, None),
        ("14 мая, 10:30", SHOWN, None),
        ("Сегодня в 10:30", SHOWN, None),
        ("Вторник, 14 мая 2024 года, 10:30 по Москве", SHOWN + "+03:00", None),
        # Of another day than the address tells, or with a day nobody can know.
        ("13 мая, 10:30", "2024-05-14", None),
        ("Вчера, 10:30", "2024-05-14", None),
        ("5 минут назад", "2024-05-14", None),
    ],
)
def test_datelines_beside_the_headline(
    line: str, published: str, modified: str | None
) -> None:
    body = f"<h1>Завод соберет 400 грузовиков</h1><div>{line}</div>"
    article = extract(page(body + paragraphs()), DAY_URL)
    assert article.published == published
    assert (article.modified or "").startswith("2024-05-14T") == bool(modified)
    assert (modified or "") in (article.modified or "")


@pytest.mark.parametrize(
    ("markup", "published", "modified"),
    [
        (
            "Updated <time datetime='2024-05-14T12:30:00Z'>x</time> Published "
            "<time datetime='2024-05-14T10:30:00Z'>x</time>",
            SHOWN + "+00:00",
            "2024-05-14T12:30:00+00:00",
        ),
        (
            "<time class='entry-date updated' datetime='2024-05-14T12:30:00Z'></time>",
            "2024-05-14",
            "2024-05-14T12:30:00+00:00",
        ),
        ("<time title='14 May 2024 10:30'>5 minutes ago</time>", SHOWN, None),
        ("<time datetime='1715682600000'>now</time>", SHOWN + "+00:00", None),
        (
            "<div class=related><time datetime='2023-01-01T10:00:00Z'></time></div>",
            "2024-05-14",
            None,
        ),
    ],
)
def test_time_elements(markup: str, published: str, modified: str | None) -> None:
    body = f"<article><h1>Plant to build 400 trucks</h1><p>{markup}</p>"
    article = extract(page(f"{body}{paragraphs()}</article>"), DAY_URL)
    assert (article.published, article.modified) == (published, modified)


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='article:published_time' content='1715682600'>",
        "<meta name='sailthru.date' content='Tue, 14 May 2024 10:30:00 +0000'>",
        "<meta name='dcterms.created' content='2024-05-14T10:30:00+0000'>",
        "<meta itemprop='datePublished' content='May 14, 2024 10:30 UTC'>",
    ],
)
def test_times_of_meta_in_many_shapes(head: str) -> None:
    found = extract(page(paragraphs(), head), URL).published
    assert found == SHOWN + "+00:00"


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='byline'>By <a href='/people/jane'>Jane Holt</a></div>",
        "<span class='article__author-name'>Jane Holt</span>",
        "<a href='/author/jane-holt'>Jane Holt</a>",
        "<p>Автор: Jane Holt</p>",
        "<meta name='DC.creator' content='Jane Holt'>",
        "<div class='comment-author'>Sam Reed</div><a rel=author>Jane Holt</a>",
        "<meta name='author' content='news.example'><i class=x></i>"
        "<span class='c-byline__author'>Jane Holt</span>",
    ],
)
def test_authors_beside_the_text(markup: str) -> None:
    body = f"<article><h1>Plant to build 400 trucks</h1>{markup}{paragraphs()}"
    assert extract(page(body), URL).authors == ("Jane Holt",)


def test_what_stands_in_an_author_box_may_be_no_name() -> None:
    body = "<div class='author'>All our authors</div><div class=byline>Staff</div>"
    assert extract(page(body + paragraphs()), URL).authors == ()


@pytest.mark.parametrize(
    ("head", "section"),
    [
        ("<meta name='parsely-section' content='Cars'>", "Cars"),
        ("<meta itemprop='articleSection' content='Cars'>", "Cars"),
        (
            '<script type="application/ld+json">{"@type": "BreadcrumbList", '
            '"itemListElement": [{"name": "Home"}, {"name": "Cars"}, '
            '{"name": "Plant to build 400 trucks"}]}</script>',
            "Cars",
        ),
    ],
)
def test_sections(head: str, section: str) -> None:
    body = f"<h1>Plant to build 400 trucks</h1>{paragraphs()}"
    assert extract(page(body, head), URL).section == section
