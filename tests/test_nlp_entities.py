from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from molva.model import Entity, Report
from nlp import gazetteer, russian
from nlp.build import DEFAULT_MODELS
from nlp.components.entities import Entities
from nlp.read import read

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"


@cache
def reader(lang: str) -> Language:
    nlp = russian.blank() if lang == "ru" else spacy.load(DEFAULT_MODELS["en"])
    nlp.add_pipe("molva_entities", config={"lang": lang})
    return nlp


def entities(lang: str, text: str) -> dict[str, Entity]:
    doc: Doc = reader(lang)(text)
    found: list[Entity] = doc._.entities
    assert all(text[e.start : e.end] == e.text for e in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    return {e.text: e for e in found}


RUSSIAN = [
    # text, mention, label, normal form
    ("О сделке «Ведомостям» рассказали инсайдеры.", "Ведомостям", "ORG", "Ведомости"),
    ("Совещание прошло в «Камазе».", "Камазе", "ORG", "Камаз"),
    ("Рабочие ГАЗа и УАЗа бастуют.", "ГАЗа", "ORG", "ГАЗ"),
    ("Завод «Москвич» возобновил работу.", "Москвич", "ORG", "Москвич"),
    ("Продажи «Москвича 3» выросли.", "Москвича 3", "PRODUCT", "Москвич 3"),
    ("Продажи BMW X5 упали.", "BMW X5", "PRODUCT", "BMW X5"),
    ("Самолёт Ту-214 готов.", "Ту-214", "PRODUCT", "Ту-214"),
    ("Кроссовер «Гранит» подорожал.", "Гранит", "PRODUCT", "Гранит"),
    ("Проект «Полярис» закрыли.", "Полярис", "PRODUCT", "Полярис"),
    ("Иск подало ООО «Беатриче».", "Беатриче", "ORG", "Беатриче"),
    ("ПАО «Волгодар-Авто» наймет людей.", "Волгодар-Авто", "ORG", "Волгодар-Авто"),
    ("Договор с «Ростехом» подписан.", "Ростехом", "ORG", "Ростех"),
    ("Рост объяснили в Минпромторге.", "Минпромторге", "ORG", "Минпромторг"),
    ("Заявку направили Сергею Лапину.", "Сергею Лапину", "PER", "Сергей Лапин"),
    ("Отчёт Анны Зиминой готов.", "Анны Зиминой", "PER", "Анна Зимина"),
    ("Цех строят в Набережных Челнах.", "Набережных Челнах", "LOC", "Набережные Челны"),
    ("Страны Евросоюза ввели сбор.", "Евросоюза", "ORG", "Евросоюз"),
    ("Представители компании Вектор молчат.", "Вектор", "ORG", "Вектор"),
    # what a company has stands before its quoted name: the name is inflected
    ("Выручка «Северной лозы» упала.", "Северной лозы", "ORG", "Северная лоза"),
    ("Открыли цех «Агродизеля».", "Агродизеля", "ORG", "Агродизель"),
    ("Иск подал «Яндекс Огород».", "Яндекс Огород", "ORG", "Яндекс Огород"),
    ("«Омск» купил «Томску» форварда.", "Томску", "ORG", "Томск"),
    ("Рудник на месторождении Сухой Бор.", "Сухой Бор", "LOC", "Сухой Бор"),
    ("Ремонт ТЭЦ-4 закончен.", "ТЭЦ-4", "LOC", "ТЭЦ-4"),
    ("Дроны Sokolar TB7 испытаны.", "Sokolar TB7", "PRODUCT", "Sokolar TB7"),
    ("Куплены Boeing 737-800.", "Boeing 737-800", "PRODUCT", "Boeing 737-800"),
    ("Группа «М.Окна — Двери» растёт.", "М.Окна — Двери", "ORG", "М.Окна — Двери"),
    ("Клуб «Ак Тай» проиграл.", "Ак Тай", "ORG", "Ак Тай"),
    (
        "Фирму Всеволода Опанасенко продали.",
        "Всеволода Опанасенко",
        "PER",
        "Всеволод Опанасенко",
    ),
    ("Издание The Lantern пишет иначе.", "The Lantern", "ORG", "The Lantern"),
]

ENGLISH = [
    ("The Moskvich plant will reopen.", "Moskvich", "ORG", "Moskvich"),
    ("Kama JSC owns the platform.", "Kama JSC", "ORG", "Kama"),
    ("The Kama-1 was shown in 2020.", "Kama-1", "PRODUCT", "Kama-1"),
    ("Sales of the BMW X5 fell.", "BMW X5", "PRODUCT", "BMW X5"),
    ("The Boeing 737 MAX returns.", "Boeing 737 MAX", "PRODUCT", "Boeing 737 MAX"),
    ("It will build the Toyota Camry.", "Toyota Camry", "PRODUCT", "Toyota Camry"),
    ("The Zarya project was cancelled.", "Zarya", "PRODUCT", "Zarya"),
    ("Shares of carmaker Brant rose.", "Brant", "ORG", "Brant"),
    ("Lumo, a startup, raised money.", "Lumo", "ORG", "Lumo"),
    (
        "Orbita Motors Inc. opened a plant.",
        "Orbita Motors Inc.",
        "ORG",
        "Orbita Motors",
    ),
    ("Spokeswoman Anna Zimina declined.", "Anna Zimina", "PER", "Anna Zimina"),
    ("KAMAZ's profit doubled.", "KAMAZ", "ORG", "KAMAZ"),
    ("The EU's tariffs hit Geely.", "Geely", "ORG", "Geely"),
    ("It grounded the Boeing 737-9 MAX.", "Boeing 737-9 MAX", "PRODUCT", None),
]


@pytest.mark.parametrize(("text", "mention", "label", "name"), RUSSIAN)
def test_russian_names(text: str, mention: str, label: str, name: str | None) -> None:
    found = entities("ru", text)
    assert mention in found, sorted(found)
    assert (found[mention].label, found[mention].name) == (label, name or mention)


@pytest.mark.parametrize(("text", "mention", "label", "name"), ENGLISH)
def test_english_names(text: str, mention: str, label: str, name: str | None) -> None:
    found = entities("en", text)
    assert mention in found, sorted(found)
    assert (found[mention].label, found[mention].name) == (label, name or mention)


def test_one_thing_has_one_key_in_both_languages() -> None:
    russian_keys = entities("ru", "«Камаз» и Москва ответили «Ведомостям» и Евросоюзу.")
    english_keys = entities("en", "KAMAZ and Moscow replied to Vedomosti and the EU.")
    assert {e.key for e in russian_keys.values()} == {
        e.key for e in english_keys.values()
    }


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ru", "Американцы и палестинцы спорят о газе и ведомостях."),
        ("ru", "СМИ пишут о выручке в 12 млн рублей и 41% роста."),
        ("en", "Russians and Chinese buyers paid $12 million by 10:00 UTC."),
        ("en", "The Dow Jones and the Nasdaq fell; GDP and SUV sales rose in Q3."),
    ],
)
def test_peoples_common_words_and_indices_are_no_bodies(lang: str, text: str) -> None:
    found = entities(lang, text)
    assert not [e for e in found.values() if e.label in ("PER", "ORG", "LOC")]


def test_a_surname_stands_for_the_person_named_in_full() -> None:
    found = entities(
        "ru", "Завод возглавил Илья Варламцев. По словам Варламцева, план выполнен."
    )
    assert found["Варламцева"].name == "Илья Варламцев"
    assert found["Варламцева"].key == found["Илья Варламцев"].key
    english = entities("en", "Pavel Korin runs the fund. Korin said it would grow.")
    assert english["Korin"].key == english["Pavel Korin"].key


def test_an_abbreviation_in_brackets_stands_for_the_name() -> None:
    found = entities(
        "ru", "ПАО «Волгодар-Авто» (ВДА) наймет 500 человек. Прибыль ВДА выросла."
    )
    assert found["ВДА"].name == "Волгодар-Авто"


@pytest.mark.parametrize(
    ("lang", "text", "short", "name"),
    [
        (
            "ru",
            "ПАО «Севдальский комбинат» (далее — «Севдал») встал. В «Севдале» ждут.",
            "Севдале",
            "Севдальский комбинат",
        ),
        (
            "ru",
            "Фонд развития верфей (ФРВ, далее также — Фонд) растёт. В ФРВ молчат.",
            "ФРВ",
            "Фонд развития верфей",
        ),
        (
            "en",
            'Northfield Dairy Ltd. ("Norda") bought a plant. Norda paid $3 million.',
            "Norda",
            "Northfield Dairy",
        ),
        (
            "en",
            "The Baltic Rail Agency (hereinafter BRA or “Baltic Freight”) cut jobs.",
            "Baltic Freight",
            "Baltic Rail Agency",
        ),
    ],
)
def test_a_declared_name_stands_for_its_owner(
    lang: str, text: str, short: str, name: str
) -> None:
    doc = reader(lang)(text)
    owner = entities(lang, text)[short]
    assert owner.name == name
    assert owner.key in {alias.key for alias in doc._.aliases}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ru", "Концерн «Лютень» (далее — Компания) сообщил о сделке."),
        ("ru", "НПО «Зарянка» («Ростех») и «Роснефть» (Москва) подписали договор."),
        ("en", 'Veldt Systems Inc. (hereinafter the "Company") filed a report.'),
        ("en", "Oakline Motors (NYSE: OKL) met Boeing (United States) in Paris."),
    ],
)
def test_not_all_in_brackets_is_another_name(lang: str, text: str) -> None:
    assert reader(lang)(text)._.aliases == []


def test_a_well_known_name_in_brackets_gives_its_key() -> None:
    text = "ООО «Камская автомобильная компания» (далее — «Кама») покажет машину."
    found = entities("ru", text)
    assert {entity.key for entity in found.values()} == {"kama"}


def test_ministries_of_two_countries_differ() -> None:
    foreign = entities("ru", "Минюст США подал иск.")["Минюст"]
    own = entities("ru", "Минюст РФ подал иск.")["Минюст"]
    assert foreign.key != own.key
    assert foreign.name == "Минюст США"
    regional = entities("ru", "Минюст Башкирии подал иск.")["Минюст"]
    assert regional.key not in (foreign.key, own.key)
    english = entities("en", "Bavaria's Ministry of Health sued.")["Ministry of Health"]
    assert english.name == "Bavaria's Ministry of Health"


def test_a_number_that_counts_is_no_model() -> None:
    found = entities(
        "ru", "В июле завод «Москвич» выпустил 600 машин, Lada — 30 тысяч."
    )
    assert not [e for e in found.values() if e.label == "PRODUCT"]


@pytest.mark.parametrize("text", ["", "   \n\n ", "😀" * 500, "«" * 300, "(" * 300])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_odd_texts_give_nothing(lang: str, text: str) -> None:
    assert not entities(lang, text)


@pytest.mark.usefixtures("frozen_heap")
@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize(
    "piece", ["«Камаз ", "Motors ", "Kama-1 BMW ", "Иван Иванов, "]
)
def test_time_grows_with_the_length(lang: str, piece: str) -> None:
    """Sixteen times the text may not take anything like its square."""
    nlp = spacy.blank(lang)
    if lang == "ru":
        nlp.tokenizer = russian.RazdelTokenizer(nlp.vocab)
    component = Entities(nlp, lang)

    def seconds(count: int) -> float:
        doc = nlp.make_doc(piece * count)
        component.find(doc[:50].as_doc())
        began = time.process_time()
        component.find(doc)
        return time.process_time() - began

    assert seconds(8000) < 60 * max(seconds(500), 0.01)


@pytest.fixture
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOLVA_GAZETTEER", str(tmp_path))
    return tmp_path


def names_in(lang: str) -> Callable[[str], dict[str, tuple[str, str]]]:
    nlp = spacy.blank(lang)
    known = gazetteer.Gazetteer(lang, nlp.make_doc)

    def find(text: str) -> dict[str, tuple[str, str]]:
        doc = nlp.make_doc(text)
        return {
            doc[m.start : m.end].text: (m.entry.key, m.entry.label)
            for m in known.find(doc)
        }

    return find


def test_users_add_names_and_win(user_folder: Path) -> None:
    (user_folder / "mine.toml").write_text(
        'lang = "en"\n[company]\nquillon = ["Quillon", "QLN"]\nzephyr = ["KAMAZ"]\n',
        encoding="utf-8",
    )
    found = names_in("en")("Quillon and QLN met KAMAZ and Kama JSC.")
    assert found["Quillon"] == found["QLN"] == ("kuilon", "ORG")
    assert found["KAMAZ"][0] == "zefir"
    assert "Quillon" not in names_in("ru")("Quillon")


def test_a_broken_file_of_the_user_is_named(user_folder: Path) -> None:
    (user_folder / "bad.toml").write_text("[company\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.toml"):
        names_in("en")


def test_the_languages_know_the_same_tables() -> None:
    english, russian_ = gazetteer.tables("en"), gazetteer.tables("ru")
    assert set(english) == set(russian_)
    for kind in ("country", "agency", "maker"):
        shared = set(english[kind]) & set(russian_[kind])
        assert len(shared) > 0.8 * min(len(english[kind]), len(russian_[kind]))


def test_facts_of_the_gazetteer() -> None:
    assert gazetteer.parent_of("kama") == "kamaz"
    assert gazetteer.is_outlet(gazetteer.canonical_key("Ведомости"))
    assert not gazetteer.is_outlet("kamaz")
    assert gazetteer.kind_of(gazetteer.canonical_key("Минпромторг")) == "state"
    assert gazetteer.canonical_key("ЕС") == gazetteer.canonical_key("European Union")


@pytest.mark.parametrize(
    ("folder", "lang", "floor"),
    [("ru_factrueval2016", "ru", 0.91), ("en_meantime", "en", 0.785)],
)
def test_gold_floor(folder: str, lang: str, floor: float) -> None:
    if not (DATA / folder).exists():
        pytest.skip("../shared/data is absent")
    from bench import entities as bench

    path = next((DATA / folder).glob("*.jsonl"))
    lines = path.read_text(encoding="utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    gold_of = bench.factrueval if lang == "ru" else bench.meantime
    docs = reader(lang).pipe(r["text"] for r in records)
    pairs = [
        (
            gold_of(record),
            bench.spans(record, [(e.start, e.end, e.label) for e in doc._.entities]),
        )
        for record, doc in zip(records, docs, strict=True)
    ]
    assert bench.score(pairs)["all"][0] >= floor


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Об этом сообщил Сергей Петров.", "Сергей Петров"),
        ("Решение принял Иванов.", "Иванов"),
        ("Слова Ивана Павлова подтвердили.", "Иван Павлов"),
        ("Интервью Всеволода Фёдорова вышло.", "Всеволод Фёдоров"),
    ],
)
def test_a_surname_that_is_also_a_form_of_a_given_name(text: str, name: str) -> None:
    (reading,) = read([Report(id="1", source="x", key="1", text=text)])
    assert [e.name for e in reading.entities] == [name]


def test_a_statement_is_not_about_the_outlet_that_is_cited() -> None:
    text = "Завод закроют, пишет «Коммерсантъ» со ссылкой на трёх чиновников."
    (reading,) = read([Report(id="1", source="x", key="1", text=text)])
    assert [s.subject for s in reading.statements] == [None]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Volna will open a plant in Luzhsk. It will make trucks in Luzhsk.", "LOC"),
        ("The fund bought a 5% stake in Arctos. Shares in Arctos rose.", "ORG"),
    ],
)
def test_what_one_has_in_a_place_and_in_a_company(text: str, label: str) -> None:
    (reading,) = read([Report(id="1", source="x", key="1", text=text)])
    assert {e.label for e in reading.entities if e.name in ("Luzhsk", "Arctos")} == {
        label
    }


@pytest.mark.parametrize(
    ("text", "quoted", "name"),
    [
        (
            "Гендиректор «Барыколь Лития» Олег Ким ушёл.",
            "Барыколь Лития",
            "Барыколь Литий",
        ),
        (
            "Прибыль «Новой Металлургии» упала.",
            "Новой Металлургии",
            "Новая Металлургия",
        ),
        ("Комбинат «Севдал» растёт. Завод «Севдала» открыт.", "Севдала", "Севдал"),
        ("Завод «Эндовита» открыт. На заводе «Эндовиты» ждут.", "Эндовиты", "Эндовита"),
    ],
)
def test_a_quoted_name_in_the_genitive_is_that_of_its_owner(
    text: str, quoted: str, name: str
) -> None:
    assert entities("ru", text)[quoted].name == name
