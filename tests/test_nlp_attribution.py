"""Attributions on marked sentences of our own: `[content] || type | source | …`."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.tokens import Doc

from molva.model import Kind, Report
from molva.names import key
from nlp.build import build
from nlp.components.attribution import attribution_of

HERE = Path(__file__).parent
SEED = HERE.parents[1] / "shared" / "data" / "real" / "moskvich.txt"
FIELDS = ("source_type", "source", "count", "cue", "outlet")


def cases(lang: str) -> list[tuple[str, list[str]]]:
    """Return (marked sentence, expected fields) of a language's table."""
    lines = (HERE / f"attribution_{lang}.txt").read_text("utf-8").splitlines()
    rows = [line.partition(" || ") for line in lines if line and line[0] != "#"]
    return [
        (text, [f.strip() for f in fields.split(" | ")]) for text, _, fields in rows
    ]


def unmarked(text: str) -> tuple[str, int, int]:
    """Return the text without its marks and the span asked for ([[…]] wins)."""
    left, right = ("[[", "]]") if "[[" in text else ("[", "]")
    before, _, rest = text.partition(left)
    inside, _, after = rest.partition(right)
    plain = [part.replace("[", "").replace("]", "") for part in (before, inside, after)]
    return "".join(plain), len(plain[0]), len(plain[0]) + len(plain[1])


def read(lang: str, text: str, source: str = "gazette", kind: Kind = "media") -> Doc:
    nlp = build(lang)
    doc = nlp.make_doc(text)
    doc._.report = Report(id="r", source=source, key="k", text=text, kind=kind)
    return nlp(doc)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_marked_sentences(lang: str) -> None:
    wrong: list[str] = []
    rows = cases(lang)
    assert len(rows) >= 60
    for marked, expected in rows:
        text, start, end = unmarked(marked)
        found = attribution_of(read(lang, text), start, end)
        got = ["-" if (v := getattr(found, f)) is None else str(v) for f in FIELDS]
        if got != expected:
            wrong.append(f"{text}\n  want {expected}\n  got  {got}")
    assert not wrong, f"{len(wrong)} of {len(rows)}\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Two people close to the board told Reuters that Arbor will merge."),
        ("ru", "Два источника, близких к акционерам, рассказали ТАСС о слиянии."),
    ],
)
def test_offsets_are_verbatim(lang: str, text: str) -> None:
    doc = read(lang, text)
    found = doc._.attributions[0].attribution
    assert text[found.cue_start : found.cue_end] == found.cue
    assert text[found.source_start : found.source_end] in text
    assert found.closeness is not None
    assert found.closeness in text


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "KAMAZ said it will open a plant in May.", "KAMAZ"),
        ("ru", "В «Камазе» заявили, что откроют завод в мае.", "Камаз"),
        ("en", "Prices rose, Rosstat said.", "Rosstat"),
        ("ru", "По данным Росстата, цены выросли.", "Росстат"),
    ],
)
def test_the_body_is_the_same_in_both_scripts(lang: str, text: str, name: str) -> None:
    assert read(lang, text)._.attributions[0].attribution.authority == key(name)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The plant will open in May, a source told Vedomosti."),
        ("ru", "Завод откроют в мае, сообщил «Ведомостям» источник в компании."),
    ],
)
def test_an_outlet_does_not_cite_itself(lang: str, text: str) -> None:
    there = read(lang, text, source="vedomosti")._.attributions[0].attribution
    elsewhere = read(lang, text)._.attributions[0].attribution
    assert there.source_type == elsewhere.source_type == "anonymous"
    assert there.outlet is None
    assert elsewhere.outlet is not None


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_an_official_site_speaks_for_itself(lang: str) -> None:
    text = {"en": "The plant opened in May.", "ru": "Завод открыли в мае."}[lang]
    own = attribution_of(read(lang, text, "kamaz", "official"), 0, len(text))
    assert (own.source_type, own.source, own.authority) == (
        "official",
        None,
        "kamaz",
    )
    assert attribution_of(read(lang, text), 0, len(text)).source_type == "unattributed"


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\n ",
        "😀" * 400,
        "«" * 50 + "»" * 3,
        '"' * 51,
        "according to",
        "по словам",
        "он сказал: said: — said —\n— сказал",
        "Citing, citing citing: : ; «said» said, said",
        "according to " * 300,
        "сообщил, что " * 300,
        "Контракт подписан, заявили в «",
        "Заявили на „",
    ],
)
def test_odd_texts_raise_nothing(lang: str, text: str) -> None:
    doc = read(lang, text)
    for item in doc._.attributions:
        assert 0 <= item.start < item.end <= len(text)
    attribution_of(doc, 0, len(text))


def test_the_real_article() -> None:
    if not SEED.exists():
        pytest.skip("../shared/data is absent")
    text = SEED.read_text("utf-8")
    doc = read("en", text)

    def said(words: str) -> tuple[str, str | None]:
        at = text.index(words)
        found = attribution_of(doc, at, at + len(words))
        return found.source_type, found.outlet

    assert said("production expected to begin in 2024") == ("anonymous", "Vedomosti")
    assert said("a partnership with KAMAZ") == ("official", None)
    assert said("a target of assembling 600 new cars") == ("unattributed", None)
    assert said("at least 50,000 cars in 2023") == ("official", None)
    assert said("possible models from Chinese") == ("unattributed", None)
    assert said("a length of about 3.75 meters") == ("unattributed", None)


@pytest.mark.parametrize(
    ("lang", "text", "body"),
    [
        ("ru", "Мост откроют в мае, сообщил мэр Игорь Седов.", "siti government"),
        (
            "ru",
            "Мост откроют в мае, сообщили в городской администрации.",
            "siti government",
        ),
        ("en", "The bridge will open in May, the mayor said.", "siti government"),
        ("en", "The bridge will open in May, City Hall said.", "siti government"),
        ("en", "The bridge will open in May, the city said.", "siti government"),
        (
            "en",
            "City Hall in Kaluga closed the bridge. It opens in May, the mayor said.",
            "kaluga siti government",
        ),
        (
            "ru",
            "Мост откроют в мае, сообщили в облправительстве.",
            "regional government",
        ),
        (
            "en",
            "The bridge will open in May, the governor said.",
            "regional government",
        ),
        (
            "ru",
            "Минтранс закроет мост в мае, сообщил заместитель министра Олег Дятлов.",
            "ministri of transport",
        ),
        (
            "en",
            "The Energy Ministry will close the dam, Energy Minister Jo Marsh said.",
            "ministri of energi",
        ),
    ],
)
def test_state_bodies_have_one_key_whoever_speaks(
    lang: str, text: str, body: str
) -> None:
    assert read(lang, text)._.attributions[-1].attribution.authority == body


@pytest.mark.parametrize(
    ("lang", "text", "said", "source_type", "authority"),
    [
        # what an outlet that was just cited has written
        (
            "en",
            "Brannock will build a smelter, the newspaper Kettleby Echo reported. Its "
            "capacity will be 80,000 tonnes a year, according to the report.",
            "Its capacity",
            "media",
            None,
        ),
        # a town's paper is no party to what is built in the town
        (
            "en",
            "Brannock Metals will build a smelter in Kettleby, the Kettleby Echo "
            "reported.",
            "Brannock",
            "media",
            None,
        ),
        # "it" is no common noun that only opens the sentence
        (
            "en",
            "Brannock Metals will sell its smelter, Metal Journal writes. Output will "
            "fall from spring, it says.",
            "Output",
            "media",
            None,
        ),
        # the firm just named, not the one that is named most
        (
            "en",
            "Brannock Metals has begun to expand, said a Brannock Metals spokesman. "
            "Rival Osmund will build a smelter in Deeping, that company said.",
            "Rival",
            "official",
            "Osmund",
        ),
        (
            "ru",
            "Парк «Заречье» расширят. Компания «Эндолайт» построит цех, сообщила её "
            "пресс-служба. Жители «Заречья» просят автобус, в «Заречье» пыльно.",
            "Компания",
            "official",
            "Эндолайт",
        ),
        # a post tells whose it is, though nobody knows the name
        (
            "en",
            "The launch of the plant is postponed, Zhetysu Karbid chief executive Dan "
            "Hurd said. Osmund Motors and Osmund Motors dealers are not concerned.",
            "The launch",
            "official",
            "Zhetysu Karbid",
        ),
    ],
)
def test_who_stands_behind_it(
    lang: str, text: str, said: str, source_type: str, authority: str | None
) -> None:
    start = text.index(said)
    found = attribution_of(read(lang, text), start, start + len(said))
    expected = authority and key(authority)
    assert (found.source_type, found.authority) == (source_type, expected)
