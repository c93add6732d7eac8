"""Acts: the same names in both languages, found through stages."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Token

from nlp import russian
from nlp.acts import act_name, act_of, content_act, vocabulary
from nlp.build import DEFAULT_MODELS
from nlp.data import load


@pytest.fixture(scope="module")
def models() -> dict[str, Language]:
    return {"en": spacy.load(DEFAULT_MODELS["en"]), "ru": russian.blank()}


def root(models: dict[str, Language], lang: str, text: str) -> Token:
    return next(t for t in models[lang](text) if t.head == t)


def test_both_languages_name_the_same_acts() -> None:
    english, russian_ = load("en", "acts"), load("ru", "acts")
    assert english.keys() == russian_.keys()
    for act in english.keys() - {"stages", "light", "soft"}:
        assert english[act].keys() >= {"verbs", "nouns"} <= russian_[act].keys(), act


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_no_lemma_is_listed_in_one_act_twice(lang: str) -> None:
    for act, lists in load(lang, "acts").items():
        for name, lemmas in lists.items():
            assert len(lemmas) == len(set(lemmas)), (act, name)


@pytest.mark.parametrize(
    ("lang", "text", "act"),
    [
        ("en", "The plant plans to start production in 2024.", "produced"),
        ("en", "Nordvik is in talks to buy the plant.", "bought"),
        ("en", "Nordvik will begin selling cars.", "sold"),
        ("en", "Production of cars will start in May.", "produced"),
        ("en", "Nordvik announced the opening of a plant.", "opened"),
        ("en", "Nordvik made an investment of $5m.", "invested"),
        ("en", "Nordvik signed a contract for 18 jets.", "ordered"),
        ("en", "Nordvik placed an order for 18 jets.", "ordered"),
        ("en", "Nordvik signed a contract for 18 years.", None),
        ("en", "Nordvik has installed 14 turbines.", "installed"),
        ("en", "Nordvik was founded in 1994.", "founded"),
        ("en", "Nordvik received a loan.", "borrowed"),
        ("en", "Nordvik received 14 complaints.", "received"),
        ("en", "Divers recovered 14 bodies.", "recovered"),
        ("en", "Sales recovered in May.", "grew"),
        ("en", "Nordvik signed a contract to supply 600 buses.", "ordered"),
        ("en", "The maker laid off 500 people.", "fired"),
        ("en", "Nordvik increased output to 5,000 cars.", "raised"),
        ("en", "Output increased to 5,000 cars.", "grew"),
        ("en", "Nordvik has no plans to sell the plant.", "sold"),
        ("en", "The launch of the line will slip to September.", "launched"),
        ("en", "Completion of the takeover has slid to May 2027.", "bought"),
        ("en", "Output will slip to 300 tonnes.", "fell"),
        ("en", "Commissioning of the mill has been delayed to 2027.", "launched"),
        ("ru", "Запуск сдвинется на второй квартал.", "launched"),
        ("ru", "Завод основан в 1994 году.", "founded"),
        ("ru", "Открытие цеха переносится на осень.", "opened"),
        ("en", "The start of production has been delayed to 2025.", "produced"),
        ("en", "Nordvik will end the night shift in May.", "ended"),
        ("en", "Nordvik will open a terminal by the end of 2024.", "opened"),
        ("en", "The line will be launched at the end of May.", "launched"),
        ("en", "The night shift will come to an end in May.", "ended"),
        ("en", "The first trams arrived at the depot on Monday.", "arrived"),
        ("en", "Workers will protest at the plant on Friday.", "protested"),
        ("en", "The builder stopped building the bridge.", "suspended"),
        ("ru", "Первые трамваи поступят в депо в мае.", "arrived"),
        ("ru", "Поезд прибыл на станцию.", "arrived"),
        ("ru", "Линия заработает в мае.", "launched"),
        ("ru", "Компания заработала миллиард рублей.", "earned"),
        ("ru", "Подрядчик прекратил строительство моста.", "suspended"),
        ("ru", "Завод планирует начать выпуск автомобилей в 2024 году.", "produced"),
        ("ru", "«Нордвик» ведёт переговоры о покупке завода.", "bought"),
        ("ru", "Производство начнётся в мае.", "produced"),
        ("ru", "Компания объявила об открытии завода.", "opened"),
        ("ru", "Компания может продать завод.", "sold"),
        ("ru", "Компания намерена построить завод.", "built"),
        ("ru", "«Нордвик» обсуждает возможность продажи доли.", "sold"),
        ("ru", "Компания подписала контракт на поставку автобусов.", "ordered"),
        ("ru", "Старт производства отложен до 2025 года.", "produced"),
        ("ru", "Компания провела испытания электробуса.", "tested"),
        ("ru", "Выпуск автомобилей вырос на 5%.", "grew"),
    ],
)
def test_the_act_behind_the_main_verb(
    models: dict[str, Language], lang: str, text: str, act: str
) -> None:
    assert content_act(root(models, lang, text), lang)[0] == act


def test_a_stage_leads_to_the_word_that_names_the_act(
    models: dict[str, Language],
) -> None:
    plans = root(models, "en", "The plant plans to start production.")
    assert act_of(plans, "en") is None
    assert content_act(plans, "en")[1].text == "production"


def test_an_unknown_verb_is_named_by_its_lemma(models: dict[str, Language]) -> None:
    assert act_name(root(models, "en", "Nordvik juggles suppliers."), "en") == "juggle"
    assert act_name(root(models, "ru", "Завод жонглирует цифрами."), "ru") == (
        "жонглировать"
    )


def test_verbs_and_nouns_of_both_aspects_agree() -> None:
    words = vocabulary("ru")
    assert {words.verbs["выпустить"], words.verbs["выпускать"]} == {"produced"}
    assert words.nouns["выпуск"] == vocabulary("en").nouns["output"] == "produced"
