"""Figures: the number table of DESIGN §5 and what surrounds it, in both languages."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from molva.model import EventDate, Figure, to_json
from nlp import extensions as extensions
from nlp import russian
from nlp.build import DEFAULT_MODELS
from nlp.components.figures import Figures, find_changes
from nlp.figures_find import find_quantities
from nlp.read import language
from nlp.spoken import spoken

Read = Callable[[str], list[Figure]]
Row = tuple[float | None, float | None, str | None, str]


@pytest.fixture(scope="module")
def models() -> dict[str, Language]:
    return {"en": spacy.load(DEFAULT_MODELS["en"]), "ru": russian.blank()}


@pytest.fixture(scope="module")
def parse(models: dict[str, Language]) -> Callable[[str], Doc]:
    return lambda text: models[language(text)](text)


@pytest.fixture(scope="module")
def read(parse: Callable[[str], Doc]) -> Read:
    return lambda text: Figures(language(text)).find(parse(text))


def rows(figures: list[Figure]) -> list[Row]:
    return [(f.low, f.high, f.unit, f.bound) for f in figures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12,5 млрд рублей", (12_500_000_000, 12_500_000_000, "RUB", "exact")),
        ("$1.2 billion", (1_200_000_000, 1_200_000_000, "USD", "exact")),
        ("не менее 50 000 машин", (50_000, None, "машина", "min")),
        ("at least 50,000 cars", (50_000, None, "car", "min")),
        ("up to 30%", (None, 30, "%", "max")),
        ("до 40%", (None, 40, "%", "max")),
        ("10,000 to 20,000 units", (10_000, 20_000, "unit", "exact")),
        ("10–15%", (10, 15, "%", "exact")),
        ("около 3,75 м", (3.75, 3.75, "m", "approx")),
        ("about 3.75 metres", (3.75, 3.75, "m", "approx")),
        ("полтора миллиарда юаней", (1_500_000_000, 1_500_000_000, "CNY", "exact")),
        ("двести человек", (200, 200, "человек", "exact")),
    ],
)
def test_the_table_of_the_design(read: Read, text: str, expected: Row) -> None:
    figures = read(text)
    assert rows(figures) == [expected]
    assert figures[0].text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # separators
        ("Nordvik sold 1\u00a0250\u00a0000 phones.", (1_250_000, 1_250_000, "phone")),
        ("Nordvik sold 1’250’000 phones.", (1_250_000, 1_250_000, "phone")),
        ("Завод выпустил 1 250 000 машин.", (1_250_000, 1_250_000, "машина")),
        ("It hit 4,69,418 people.", (469_418, 469_418, "people")),
        ("It hit 54, 000 people.", (54_000, 54_000, "people")),
        ("606 лошадиных сил", (606, 606, "hp")),
        ("20 тыс. ед.", (20_000, 20_000, "единица")),
        ("Завод заработал 20.000 рублей.", (20_000, 20_000, "RUB")),
        # words and mixtures
        ("Half a million cars were sold.", (500_000, 500_000, "car")),
        ("Nordvik built a dozen plants.", (12, 12, "plant")),
        ("It hired twenty-five hundred workers.", (2500, 2500, "worker")),
        ("It has a hundred and five buses.", (105, 105, "bus")),
        ("Продано полторы тысячи машин.", (1500, 1500, "машина")),
        ("Завод обошёлся в полмиллиарда рублей.", (5e8, 5e8, "RUB")),
        ("С двумястами машин", (200, 200, "машина")),
        ("3 миллиарда 200 миллионов рублей", (3.2e9, 3.2e9, "RUB")),
        ("два с половиной миллиона тонн", (2.5e6, 2.5e6, "t")),
        ("Nordvik paid Rs 500 crore.", (5e9, 5e9, "INR")),
        # scales
        ("Nordvik earned $5m.", (5e6, 5e6, "USD")),
        ("Nordvik sold 3m units.", (3e6, 3e6, "unit")),
        ("The car is 5m long.", (5, 5, "m")),
        ("20 т. р.", (20_000, 20_000, "RUB")),
        ("5 т зерна", (5, 5, "t")),
        # money by sign, code and name
        ("A$4.5bn", (4.5e9, 4.5e9, "AUD")),
        ("Nordvik won a $48 million order.", (48e6, 48e6, "USD")),
        ("EUR 20 million", (20e6, 20e6, "EUR")),
        ("50 cents", (0.5, 0.5, "USD")),
        ("$3,3 млрд", (3.3e9, 3.3e9, "USD")),
        ("15 тыс. долл. США", (15_000, 15_000, "USD")),
        # percent and its points
        ("a rise of 1.5 percentage points", (1.5, 1.5, "pp")),
        ("50 basis points", (0.5, 0.5, "pp")),
        ("на 0,5 п. п.", (0.5, 0.5, "pp")),
        ("5 per cent", (5, 5, "%")),
        # measures
        ("75 кВт⋅ч", (75, 75, "kWh")),
        ("150 л. с.", (150, 150, "hp")),
        ("350 km/h", (350, 350, "km/h")),
        ("5 feet 10 inches", (70, 70, "inch")),
        ('"We sell a 27" screen," he said.', (27, 27, "inch")),
        ("55 млрд кубометров газа", (55e9, 55e9, "m3")),
    ],
)
def test_one_exact_figure(
    read: Read, text: str, expected: tuple[float, float, str]
) -> None:
    assert rows(read(text)) == [(*expected, "exact")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("more than 1,000 cars", (1000, None, "car", "min")),
        ("no fewer than 300 workers", (300, None, "worker", "min")),
        ("1,000 cars or more", (1000, None, "car", "min")),
        ("500+ workers", (500, None, "worker", "min")),
        ("less than 1,000 cars", (None, 1000, "car", "max")),
        ("no more than $5m", (None, 5_000_000, "USD", "max")),
        ("roughly 40 trains", (40, 40, "train", "approx")),
        ("at least another 250 engineers", (250, None, "engineer", "min")),
        ("The car costs from $25,000.", (25_000, None, "USD", "min")),
        ("свыше 400 вагонов", (400, None, "вагон", "min")),
        ("400 вагонов и более", (400, None, "вагон", "min")),
        ("более чем на 15%", (15, None, "%", "min")),
        ("примерно в 5 млрд рублей", (5e9, 5e9, "RUB", "approx")),
        ("Автомобиль стоит от 2,5 млн рублей.", (2_500_000, None, "RUB", "min")),
        ("менее 1000 машин", (None, 1000, "машина", "max")),
        ("максимум 20 заводов", (None, 20, "завод", "max")),
        ("порядка двухсот человек", (200, 200, "человек", "approx")),
        ("Тонн пять стали", (5, 5, "t", "approx")),
        ("сто с лишним человек", (100, 100, "человек", "approx")),
        ("около тысячи машин", (1000, 1000, "машина", "approx")),
        ("about 10 to 15 trains", (10, 15, "train", "approx")),
    ],
)
def test_bounds_on_either_side(read: Read, text: str, expected: Row) -> None:
    assert rows(read(text)) == [expected]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("between 5 and 7 plants", 5, 7, "plant"),
        ("Nordvik will spend from $5 million to $7 million.", 5e6, 7e6, "USD"),
        ("$1.5-2 billion", 1.5e9, 2e9, "USD"),
        ("от 2,3 млн до 2,7 млн руб.", 2_300_000, 2_700_000, "RUB"),
        ("7–8 тысяч машин", 7000, 8000, "машина"),
        ("от 80 тысяч до 2 миллионов рублей", 80_000, 2_000_000, "RUB"),
        ("от 20 кГц до 20 МГц", 0.02, 20, "MHz"),
        ("-4…+1°", -4, 1, "°"),
        ("500–700 тыс. тонн", 500_000, 700_000, "t"),
    ],
)
def test_ranges_share_scale_and_unit(
    read: Read, text: str, low: float, high: float, unit: str
) -> None:
    assert rows(read(text)) == [(low, high, unit, "exact")]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("The rate rose from 5% to 7%.", [(5, "%"), (7, "%")]),
        ("Output fell from 12,000 to 9,500 tonnes.", [(12_000, "t"), (9500, "t")]),
        ("Tickets will cost from 65 to 12 euros.", [(65, "EUR"), (12, "EUR")]),
        ("Profit rose by 10% to $50bn.", [(10, "%"), (50e9, "USD")]),
        ("Police arrested two men, aged 34 and 41.", [(2, "man")]),
        ("The loss fell in the third quarter to $3 million.", [(3e6, "USD")]),
        ("Ставка выросла с 5% до 7%.", [(5, "%"), (7, "%")]),
        ("Налог вырастет с 13 до 15%.", [(13, "%"), (15, "%")]),
        (
            "Прибыль выросла на 10%, до 50 млрд рублей.",
            [(10, "%"), (50e9, "RUB")],
        ),
        ("Добыча сократилась до 9 тыс. тонн.", [(9000, "t")]),
    ],
)
def test_a_verb_of_change_has_old_and_new_values(
    read: Read, text: str, values: list[tuple[float, str]]
) -> None:
    assert rows(read(text)) == [(v, v, unit, "exact") for v, unit in values]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Потрачено 7,4 млрд рублей из 10 млрд.", ["RUB", "RUB"]),
        ("It made 50,000 cars in May and 70,000 in June.", ["car", "car"]),
        ("Nordvik lifted the number of its stores from 61 to 78.", ["store"] * 2),
        ("Nordvik sold 640 vans. Sales would exceed 900 in May.", ["van"] * 2),
        ("Прибыль — 38 млрд рублей против 45 млрд годом ранее.", ["RUB", "RUB"]),
        ("Over 400 units, including 200 electric ones, were sold.", ["unit"] * 2),
    ],
)
def test_a_dropped_unit_is_inherited(read: Read, text: str, units: list[str]) -> None:
    assert [f.unit for f in read(text)] == units


@pytest.mark.parametrize(
    "text",
    [
        "The Moskvich 3, the BMW X5 and the 737 MAX were shown.",
        "The iPhone 15 is here.",
        "В салоне показали Москвич 3 и Ту-214.",
        "The Kama-1 is a five-door car.",
        "Это 5-дверный хэтчбек.",
        "Call +1 212 555 0199 or (212) 555-0199.",
        "Тел. 8 (495) 123-45-67.",
        "The office is at 12 Main Street.",
        "Офис находится на ул. Мира, 15.",
        "The firm was founded in 1998.",
        "Это случилось в 2014 г.",
        "He came third, she came 4th.",
        "Это был 12-й завод и 3-я линия.",
        "Under Article 228 and No. 44.",
        "По статье 228 и закону № 44-ФЗ.",
        "The contract runs for three years and 90 days.",
        "Контракт рассчитан на три года и 90 дней.",
        "The man, aged 45, is 45 years old.",
        "45-летний директор ушёл.",
        "Nordvik beat Vesta 3-2.",
        "«Нордвик» обыграл «Весту» со счётом 3:2.",
        "The meeting starts at 10:30.",
        "Sales doubled, a third of the cars remain.",
        "Продажи выросли вдвое, выпуск — в 1,5 раза.",
        "Tens of thousands of people came.",
        "Пришли десятки тысяч человек.",
        "тысячи машин",
        "Two sources close to the project said so.",
        "Два источника и трое собеседников подтвердили это.",
        "One of the plants will close.",
        "Один из заводов закроют.",
        "Версия 2.10.3 вышла, see https://nordvik.example/2024/500.",
        "Nordvik won 6-3, 6-4 in a Twenty20 game.",
        "По ч. 2 ст. 20.2 кодекса он оштрафован.",
        "Он вошёл в десятку лучших.",
        "The report ‘Roads 2018’ is out, the dress is from 1870's.",
        "Two people told The Echo of the plan, two shareholders confirmed it.",
        "The plan was confirmed by three suppliers.",
        "По словам двух сотрудников, завод встал.",
        "Слияние «Пяти углов» отложили, показали седан Vesta C2.",
        "The two companies and these three plants merged.",
    ],
)
def test_what_is_no_figure(read: Read, text: str) -> None:
    assert read(text) == []


def test_dates_keep_their_numbers(parse: Callable[[str], Doc]) -> None:
    doc = parse("Nordvik will build 30 plants by May 25 units later.")
    span = "May 25"
    start = doc.text.index(span)
    end = start + len(span)
    doc._.dates = [
        EventDate(
            start=start,
            end=end,
            text=span,
            timex="2024-05-25",
            mod=None,
            edtf="2024-05-25",
            earliest="2024-05-25",
            latest="2024-05-25",
        )
    ]
    assert [f.low for f in Figures("en").find(doc)] == [30]


@pytest.mark.parametrize(
    ("text", "measure", "of"),
    [
        ("The plant will produce 600 new cars.", "produced", "new cars"),
        ("Завод планирует начать выпуск 600 машин.", "produced", "машин"),
        ("Output rose to 5,000 tonnes of steel.", "produced", "steel"),
        ("Продажи выросли до 5 тыс. машин.", "sold", "машин"),
        ("Nordvik will invest $5bn.", "invested", None),
        ("Объём инвестиций составит около 12 млрд руб.", "invested", None),
        ("Выручка составила 3,2 млрд рублей.", "earned", None),
        ("The car has a length of about 3.75 metres.", "length", None),
        ("Длина автомобиля — 3,75 метра.", "length", None),
        ("a plant with a capacity of 50,000 cars", "capacity", "cars"),
        ("завод мощностью 50 тыс. машин", "capacity", "машин"),
        ("Shares fell 3.4%.", "fell", None),
        ("Стоимость контракта превысит 3 млрд рублей.", "priced", None),
        ("Nordvik bought a 25% stake.", "bought", None),
        ("Nordvik has a 25% stake in Vesta.", "owned", None),
        ("Банк получил кредит на 5 млрд рублей.", "borrowed", None),
        ("Он станет владельцем 51% порта.", "owned", "порта"),
        ("Под сокращение попадут 400 рабочих.", "fired", "рабочих"),
        ("Планируется довести выпуск до 50 000 машин.", "produced", "машин"),
        ("Инвестиции оцениваются в 12 млрд рублей.", "invested", None),
        ("Vesta was fined 9.1 billion yuan.", "fined", None),
        ("Build a plant for $2bn with 400 employees.", "invested", None),
        ("Инвестиции в терминал — 18 млрд рублей.", "invested", None),
        ("Сумма контракта — около 9 млрд рублей.", "priced", None),
        ("Заказ города могут урезать с 54 до 48 трамваев.", "ordered", None),
        ("Alliance Agro put the investment at 18 billion roubles.", "invested", None),
        ("The utility has installed 14 turbines.", "installed", "turbines"),
        ("The chain will add 30 stores.", "opened", "stores"),
        ("The chain will add 30 workers.", "hired", "workers"),
        ("Hanmore completed 1,200 homes.", "built", "homes"),
        ("The yard scrapped 12 ships.", "scrapped", "ships"),
        ("Vesta withdrew 12,000 toasters from sale.", "recalled", "toasters"),
        ("The court awarded her $3 million.", "awarded", None),
        ("Nordvik signed a contract for 18 jets.", "ordered", "jets"),
        ("Завод подписал контракт на 18 самолётов.", "ordered", "самолётов"),
        ("До конца года сеть добавит 30 магазинов.", "opened", "магазинов"),
        ("Застройщик сдал 1200 квартир.", "built", "квартир"),
        ("Перевозчик получит 12 вагонов.", "received", "вагонов"),
        ("План на 2023 год — 50 тыс. машин.", None, "машин"),
        ("Профсоюз утверждает, что не хватает 90 станков.", None, "станков"),
    ],
)
def test_the_measure_comes_from_the_act(
    read: Read, text: str, measure: str | None, of: str | None
) -> None:
    figure = read(text)[0]
    assert (figure.measure, figure.of) == (measure, of)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sales rose 12.4% to 38,700 units.", [(12.4, "%"), (38700, "unit")]),
        ("Vesta returns with a pair of electric vans.", [(2, "van")]),
        ("Vesta closed three of its hotels.", [(3, "hotel")]),
        ("Vesta will merge its two research centres.", [(2, "centre")]),
        ("Vesta paid 640 million zlotys.", [(640_000_000, "PLN")]),
        ("«Веста» заплатила 3 млрд узбекских сумов.", [(3_000_000_000, "UZS")]),
        ("Сети принадлежат три из её отелей.", [(3, "отель")]),
    ],
)
def test_what_counts_all_the_same(
    read: Read, text: str, expected: list[tuple[float, str]]
) -> None:
    assert [(f.low, f.unit) for f in read(text)] == expected


def test_a_number_behind_its_noun_is_rough(read: Read) -> None:
    assert rows(read("На заводе простаивает человек триста.")) == [
        (300, 300, "человек", "approx")
    ]


def test_brackets_count_the_noun_before_them(read: Read) -> None:
    figures = read(
        "Nordvik will assemble 900 cars this year, split between petrol vehicles "
        "(600 units) and electric vehicles (300 units)."
    )
    assert [(f.low, f.unit, f.of) for f in figures] == [
        (900, "car", "cars"),
        (600, "unit", "petrol vehicles"),
        (300, "unit", "electric vehicles"),
    ]
    assert {f.measure for f in figures} == {"produced"}


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("Sales doubled to 4,000 units.", ["doubled"]),
        ("A third of the cars were sold.", ["A third"]),
        ("Exports fell by half.", ["by half"]),
        ("Output grew threefold.", ["threefold"]),
        ("Half a million cars were sold.", []),
        ("In the first half Nordvik sold 5 cars.", []),
        ("Экспорт упал вдвое.", ["вдвое"]),
        ("Продажи выросли в три раза.", ["три раза"]),
        ("Выпуск вырос на треть.", ["на треть"]),
        ("Это было в первой половине дня.", []),
        ("Продано полмиллиона машин.", []),
    ],
)
def test_multiples_and_fractions_are_changes(
    parse: Callable[[str], Doc], text: str, cues: list[str]
) -> None:
    found = find_changes(parse(text), language(text))
    assert [c.text for c in found] == cues
    assert all(c.category == "change" for c in found)
    assert all(text[c.start : c.end] == c.text for c in found)


def test_whole_values_are_written_without_a_point(read: Read) -> None:
    figure = json.loads(to_json(read("Завод выпустил 600 машин.")[0]))
    assert (figure["low"], figure["high"]) == (600, 600)
    assert isinstance(figure["low"], int)


@pytest.mark.parametrize("text", ["", "   \n\n ", "😀" * 50, "-", "$", "5", "от", "%"])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_odd_texts_raise_nothing(
    models: dict[str, Language], text: str, lang: str
) -> None:
    doc = models[lang].make_doc(text)
    assert isinstance(Figures(lang).find(doc), list)


@pytest.mark.usefixtures("frozen_heap")
@pytest.mark.parametrize("unit", ["5 ", "a a ", "1,5-", "$", "от 5 до ", "½²", "a-b@"])
def test_time_is_linear_in_the_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        find_quantities(text, "ru")
        return time.process_time() - start

    seconds(1000)
    short, long = seconds(10_000), seconds(80_000)
    assert long < 8 * max(short, 0.02) * 3


@pytest.mark.usefixtures("frozen_heap")
def test_a_long_document_takes_linear_time(models: dict[str, Language]) -> None:
    def seconds(count: int) -> float:
        doc = models["en"].make_doc("It sold 500 cars, half of them for $5m. " * count)
        start = time.process_time()
        Figures("en").find(doc)
        find_changes(doc, "en")
        return time.process_time() - start

    seconds(10)
    short, long = seconds(150), seconds(1500)
    assert long < 10 * max(short, 0.02) * 3


def test_a_counted_name_keeps_both_quotes() -> None:
    from molva.model import Report
    from nlp.read import read

    text = "Завод выпустил 620 «Кедровок» за год."
    (reading,) = read([Report(id="1", source="x", key="1", text=text)])
    assert [figure.text for figure in reading.figures] == ["620 «Кедровок»"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("до 1 250 000 т .", "до 1250000 тонн ."),
        ("12 тыс . кв . м жилья", "12 тысяч квадратных метров жилья"),
        ("на 2 п . п . выше", "на 2 процентных пунктов выше"),
        ("за 5 млрд руб .", "за 5 миллиардов рублей ."),
        ("в 2024 150 машин , т . е . 12 345", "в 2024 150 машин , т . е . 12345"),
    ],
)
def test_the_models_read_figures_written_out(text: str, words: str) -> None:
    found, kept = spoken(text.split())
    assert " ".join(found) == words
    assert len(kept) == len(found)
    assert kept == sorted(set(kept))


def test_abbreviations_do_not_break_the_tree(read: Read) -> None:
    figures = read("Порт «Усть-Лада» увеличил экспорт пшеницы до 1 250 000 т.")
    assert [(f.low, f.unit, f.measure) for f in figures] == [
        (1_250_000, "t", "exported")
    ]


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        # one subject, more verbs
        ("Доля «Юнги» выросла на 2 п. п. и достигла 18%.", ["share", "share"]),
        ("Sales, which reached 4,000 vans, are slowing.", ["sold"]),
        # the same verb of workers, posts, stakes and money
        ("Верфь сократит 400 сварщиков.", ["fired"]),
        ("Верфь сократит 400 рабочих мест.", ["cut"]),
        ("Верфь сократит персонал на 90 человек, до 700 человек.", ["fired", "staff"]),
        ("Порт принял 200 специалистов.", ["hired"]),
        ("Ostrava Foods will shed 300 employees.", ["fired"]),
        ("Ostrava Foods will shed 300 jobs.", ["cut"]),
        ("Фонд получит 25,1% акций порта.", ["bought"]),
        ("«Юнга» уступит долю в 15%.", ["sold"]),
        ("Банк выдал 40 млрд рублей.", ["lent"]),
        ("Стартап собрал $5 млн.", ["raised"]),
        # money is put into what is built, and into capital goods
        ("«Юнга» построит верфь за 7 млрд рублей.", ["invested"]),
        ("«Юнга» потратит на новую линию 7 млрд рублей.", ["invested"]),
        ("«Юнга» потратит на рекламу 7 млн рублей.", ["spent"]),
        # the price of each
        ("Порт закупит 20 кранов по 90 млн рублей.", ["bought", "priced"]),
        ("Copper changed hands at $9,850 per tonne.", ["priced"]),
        ("The deal is worth upwards of £2bn.", ["priced"]),
        # only securities are issued
        ("На складе разместят 4 линии.", [None]),
        ("«Юнга» разместила 4 млн акций.", ["issued"]),
    ],
)
def test_verbs_mean_what_their_objects_let_them(
    read: Read, text: str, measures: list[str | None]
) -> None:
    assert [f.measure for f in read(text)] == measures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the unit before its number, with a preposition between
        ("Цех загружен процентов на сорок.", [(40, 40, "%", "approx")]),
        ("Завод подорожал рублей на двести.", [(200, 200, "RUB", "approx")]),
        ("Человек двести уже уволены.", [(200, 200, "человек", "approx")]),
        ("Вложили миллионов пятьсот рублей.", [(5e8, 5e8, "RUB", "approx")]),
        # a fall may start above: the scale is shared all the same
        (
            "Добыча упала с 9,8 до 9,3 млн тонн.",
            [
                (9_800_000, 9_800_000, "t", "exact"),
                (9_300_000, 9_300_000, "t", "exact"),
            ],
        ),
        (
            "Сеть выросла с 900 до 1,2 тыс. киосков.",
            [(900, 900, "киоск", "exact"), (1200, 1200, "киоск", "exact")],
        ),
        (
            "Oil output slipped from 9.8 to 9.3 million barrels.",
            [(9.8e6, 9.8e6, "barrel", "exact"), (9.3e6, 9.3e6, "barrel", "exact")],
        ),
        (
            "Vesta has drawn 7.4 of the 10 billion dollars.",
            [(7.4e9, 7.4e9, "USD", "exact"), (1e10, 1e10, "USD", "exact")],
        ),
        # a level behind a step is exact, whatever the verb
        ("Рынок сжался на треть, до 5 млрд рублей.", [(5e9, 5e9, "RUB", "exact")]),
        ("Рынок схлопнулся вдвое, до 5 млрд рублей.", [(5e9, 5e9, "RUB", "exact")]),
        # «от» that belongs to a verb
        ("«Юнга» отказалась от 12 кораблей.", [(12, 12, "корабль", "exact")]),
        ("Скидка действует при заказе от 20 машин.", [(20, None, "машина", "min")]),
        # more ways to write
        ("Rival built 300,000-plus cars.", [(300_000, None, "car", "min")]),
        ("Порт обработал 640 тыс. TEU.", [(640_000, 640_000, "TEU", "exact")]),
        ("Фонд привлёк 8 тыс. крор рупий.", [(8e10, 8e10, "INR", "exact")]),
        ("Выявлено 9 тыс. заболевших.", [(9000, 9000, "заболевший", "exact")]),
        ("Куплено 12 самолетов.", [(12, 12, "самолет", "exact")]),
        ("Ещё куплено 12 самолётов.", [(12, 12, "самолёт", "exact")]),
        (
            "Куплено 40 вагонов, в том числе 12 новых.",
            [(40, 40, "вагон", "exact"), (12, 12, "вагон", "exact")],
        ),
    ],
)
def test_wordings_of_the_business_press(
    read: Read, text: str, expected: list[Row]
) -> None:
    assert rows(read(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Звоните: 8 495 555 88 02, доб. 204.",
        "Call 020 7946 0958, ext. 204.",
        "В афише — комедия «Юнга» (16+).",
        "Nordvik sells the S10 5G.",
        "The set ended 0-40.",
        "Vesta ships One OS 2.0 beta.",
        'The studio will show "Northern Line 2", the train is named "Strizh 3".',
        'Студия "Заря" снимет фильм «Стриж 2" в Риге.',
        "The Strizh-70s is a train.",
    ],
)
def test_more_that_is_no_figure(read: Read, text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what the act's noun is about is counted, makers and places are not
        ("Экспорт ячменя вырос до 5,2 млн тонн.", ("exported", "ячменя")),
        ("Выпуск завода достиг 38 тыс. тонн.", ("produced", None)),
        ("Продажи новых яхт упали до 180 штук.", ("sold", "новых яхт")),
        ("Oil output slipped to 9.3 million barrels.", ("produced", "Oil")),
        ("Imports of Chinese vans fell to 800 units.", ("imported", "Chinese vans")),
        ("Ostrava Foods opened stores in 14 cities.", (None, "cities")),
        # direct money to dividends, seize for money
        ("«Юнга» направит 5 млрд рублей на дивиденды.", ("paid", None)),
        ("Суд арестовал имущество на 3 млрд рублей.", ("seized", None)),
        ("Vesta has signed up 35,000 clients since launch.", (None, "clients")),
    ],
)
def test_what_is_counted_and_what_for(
    read: Read, text: str, expected: tuple[str | None, str | None]
) -> None:
    figure = read(text)[0]
    assert (figure.measure, figure.of) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Мэрия закупит до 300 трамваев, из них 180 — в этом году.",
            [("трамвай", "bought", "трамваев"), ("трамвай", "bought", "трамваев")],
        ),
        (
            "Renton has ordered 35 jets with options on 15 more.",
            [("jet", "ordered", "jets"), ("jet", "ordered", "jets")],
        ),
        (
            "The mill makes 300,000 tyres and employs 1,100.",
            [("tyre", "produced", "tyres"), (None, "staff", None)],
        ),
    ],
)
def test_a_short_figure_takes_what_it_leaves_out(
    read: Read, text: str, expected: list[tuple[str | None, str | None, str | None]]
) -> None:
    assert [(f.unit, f.measure, f.of) for f in read(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Inflation quickened to 9.9% in May, from 9.5%.",
            [(9.9, 9.9, "%", "exact"), (9.5, 9.5, "%", "exact")],
        ),
        (
            "Господдержка вырастет с нынешних 35 млрд до 60 млрд рублей.",
            [(35e9, 35e9, "RUB", "exact"), (60e9, 60e9, "RUB", "exact")],
        ),
        (
            "Участвуют 14 портов и более 200 верфей.",
            [(14, 14, "порт", "exact"), (200, None, "верфь", "min")],
        ),
        ("The yard is short of 150 welders.", [(150, 150, "welder", "exact")]),
        ("One in three mills (34%) cut staff.", [(34, 34, "%", "exact")]),
    ],
)
def test_old_values_and_whose_bound_it_is(
    read: Read, text: str, expected: list[Row]
) -> None:
    assert rows(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a step in brackets is that of the figure before, and lends no unit
        (
            "«Юнга» закрыла год с выручкой 9 млрд рублей (+11%) и прибылью 1 млрд.",
            [("RUB", "earned"), ("%", "earned"), ("RUB", "earned")],
        ),
        (
            "Ostrava closed the year with revenue of $3.1 billion (+11%).",
            [("USD", "earned"), ("%", "earned")],
        ),
        (
            "Долг порта сократился на 2 млрд и составил 9 млрд рублей.",
            [("RUB", "borrowed"), ("RUB", "borrowed")],
        ),
        (
            "The fund bought 7 million shares at $12 each.",
            [("share", "bought"), ("USD", "priced")],
        ),
        (
            "The site has a workforce of 1,860 and 200 vacancies.",
            [(None, "staff"), ("vacancy", "staff")],
        ),
        ("Тоннель обойдётся бюджету в 24 млрд рублей.", [("RUB", "priced")]),
        ("Завод снизил загрузку до 60%.", [("%", "utilization")]),
        ("Output averaged 45,000 bpd.", [("barrel", "produced")]),
        ("Стадо выросло до 48 тыс. голов.", [("голова", "grew")]),
        ("The investment programme was raised to €5.6bn.", [("EUR", "invested")]),
        ("The chain runs over 2,300 pick-up points.", [("point", None)]),
    ],
)
def test_units_and_measures_of_neighbours(
    read: Read, text: str, expected: list[tuple[str | None, str | None]]
) -> None:
    assert [(f.unit, f.measure) for f in read(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Доля дилеров выросла: с 50% три года назад до 73%.",
            [(50, 50, "%", "exact"), (73, 73, "%", "exact")],
        ),
        ("Ночью от 0 до -2 градусов.", [(-2, 0, "°", "exact")]),
        ("В трех обнаружен вирус.", []),
    ],
)
def test_ends_that_words_part(read: Read, text: str, expected: list[Row]) -> None:
    assert rows(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The line took a $20 million three-year loan.",
            [(20_000_000, 20_000_000, "USD", "exact")],
        ),
        (
            "The load factor rose 1.6 points to 88.3%.",
            [(1.6, 1.6, "pp", "exact"), (88.3, 88.3, "%", "exact")],
        ),
        (
            "Выручка составит под 12 миллиардов рублей.",
            [(12_000_000_000, 12_000_000_000, "RUB", "approx")],
        ),
        ("Кредит взяли под 12% годовых.", [(12, 12, "%", "exact")]),
        ("Пресс-служба: улица Мира, кабинет 318.", []),
        ("Поставки двух буровых «Арктон» сдвинули.", [(2, 2, "буровой", "exact")]),
    ],
)
def test_words_that_are_not_of_the_number(
    read: Read, text: str, expected: list[Row]
) -> None:
    assert rows(read(text)) == expected
