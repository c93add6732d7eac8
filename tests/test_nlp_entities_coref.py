from __future__ import annotations

from functools import cache

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from molva.model import Report
from nlp import russian
from nlp.build import DEFAULT_MODELS
from nlp.components.entities import Entities
from nlp.coref import resolve_subject, subject_entity


@cache
def base(lang: str) -> tuple[Language, Entities]:
    nlp = russian.blank() if lang == "ru" else spacy.load(DEFAULT_MODELS["en"])
    return nlp, Entities(nlp, lang)


def read(lang: str, text: str, title: str = "") -> Doc:
    nlp, entities = base(lang)
    doc = nlp.make_doc(text)
    doc._.report = Report(id="r", source="s", key="k", text=text, title=title)
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    return entities(doc)


def meant(doc: Doc, word: str, nth: int = 0) -> str | None:
    token = [t for t in doc if t.lower_ == word][nth]
    entity = resolve_subject(token, doc)
    return entity.key if entity else None


@pytest.mark.parametrize(
    ("lang", "text", "word", "key"),
    [
        ("en", "KAMAZ opened a plant. The company hired.", "company", "kamaz"),
        ("en", "Vedomosti said KAMAZ grew. The carmaker left.", "carmaker", "kamaz"),
        ("en", "KAMAZ grew. It will hire 90 people.", "it", "kamaz"),
        ("en", "Pavel Korin runs KAMAZ. He said sales grew.", "he", "pavel korin"),
        ("en", "KAMAZ, which grew, hired 90 people.", "which", "kamaz"),
        ("en", "A company was founded in Oslo after KAMAZ grew.", "company", None),
        ("en", "KAMAZ grew. It is expected that sales will fall.", "it", None),
        ("ru", "«Камаз» вырос. Компания наняла 90 человек.", "компания", "kamaz"),
        ("ru", "«Камаз» вырос. Концерн нанял 90 человек.", "концерн", "kamaz"),
        ("ru", "«Ведомости» пишут: «Камаз» вырос. Фирма молчит.", "фирма", "kamaz"),
        ("ru", "Завод «Москвич» молчит.", "завод", "moskvich"),
        ("ru", "«Камаз» построит завод.", "завод", None),
        ("ru", "Илья Варламцев возглавил «Камаз». Он рад.", "он", "ilia varlamtsev"),
        ("ru", "«Камаз», который вырос, нанял людей.", "который", "kamaz"),
    ],
)  # fmt: skip
def test_what_a_subject_stands_for(
    lang: str, text: str, word: str, key: str | None
) -> None:
    assert meant(read(lang, text), word) == key


def test_two_equal_companies_leave_the_company_open() -> None:
    doc = read("en", "KAMAZ and Boeing signed a deal. The company will hire.")
    assert meant(doc, "company") is None


def test_the_title_decides_between_equals() -> None:
    text = "KAMAZ and Boeing signed a deal. The company will hire."
    assert meant(read("en", text, title="Boeing to hire"), "company") == "boeing"


@pytest.mark.parametrize(
    ("lang", "text", "word", "name"),
    [
        ("ru", "О сделке объявили в мэрии Москвы.", "мэрии", "Мэрия Москвы"),
        ("en", "Kaluga's government agreed.", "government", "Kaluga's government"),
    ],
)
def test_an_office_with_its_place_is_a_body(
    lang: str, text: str, word: str, name: str
) -> None:
    doc = read(lang, text)
    entity = resolve_subject(next(t for t in doc if t.lower_ == word), doc)
    assert entity is not None
    assert (entity.name, entity.label) == (name, "ORG")


@pytest.mark.parametrize(
    ("lang", "text", "verb", "key"),
    [
        ("en", "KAMAZ plans to open a plant.", "open", "kamaz"),
        ("en", "KAMAZ grew and hired 90 people.", "hired", "kamaz"),
        ("ru", "«Камаз» планирует открыть завод.", "открыть", "kamaz"),
        ("ru", "«Камаз» вырос и нанял людей.", "нанял", "kamaz"),
    ],
)
def test_a_verb_without_a_subject_borrows_one(
    lang: str, text: str, verb: str, key: str
) -> None:
    doc = read(lang, text)
    entity = subject_entity(next(t for t in doc if t.lower_ == verb), doc)
    assert entity is not None
    assert entity.key == key
