"""Modality and polarity: what a journalist would write, in both languages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from spacy.tokens import Doc

from molva.model import Report
from nlp.build import build
from nlp.components.context import judge
from nlp.context_rules import CATEGORIES, lexicon
from nlp.data import load
from nlp.read import readable

ENGLISH = """
plan      | The chipmaker said Tuesday it would spend $4 billion on a new fab.
plan      | Nordwind intends to list its shares by the end of next year.
plan      | Under the agreement, Helios will supply 40 turbines over five years.
plan      | The carmaker is set to start deliveries in September.
plan      | Aurora is going to double output at its Omsk plant.
plan      | The company's goal is to build 20,000 vans a year by 2027.
plan      | Helios aims for sales of $1 billion in 2025.
plan      | The first cars will roll off the line in June.
plan      | The government wants to sell a 10% stake in the bank.
plan      | The merger is to be completed in the fourth quarter.
plan      | Construction is due to be completed in 2026.
plan      | By 2030 Aurora wants all its cars to be electric.
forecast  | Aurora expects to launch the A2 hatchback in autumn.
plan      | The minister confirmed that the plant would be moved to Gdansk.
plan      | The board approved plans to build a second line.
plan      | Aurora will not open the plant until 2025.
plan      | The new model goes on sale in January 2023.
forecast  | Aurora expects revenue to grow 15% this year.
forecast  | The Central Bank forecasts inflation of 6.5% in 2023.
forecast  | According to the forecast, exports will reach 20,000 cars by 2025.
forecast  | The economy is projected to grow 2.1% this year.
forecast  | Helios sees operating profit of about $200 million for the year.
forecast  | Unit sales should reach 10,000 next year, Dorn estimates.
forecast  | Helios now sees capital spending of $2 billion this year.
possibility | Neither side has ruled out a longer contract.
possibility | Helios nears deal to buy the Omsk plant.
possibility | The port said it was not aware of any investigation.
possibility | The ministry said it was unaware of plans to sell the port.
fact      | The delay was due to a dispute with a supplier.
fact/denies | The ministry dismissed as "fake news" posts that the port was sold.
fact/denies | The ministry rejected the "baseless" claim that the port was sold.
fact/denies | The ministry dismissed the so-called new reports that the port was sold.
plan | The firm will open the plant in Tver, not a depot.
fact | It is not robots but people who build the car.
fact | The paper was prepared for the board in May.
fact      | There are rumours that Helios sold the plant.
plan      | Helios set to close the plant, union says
forecast  | Demand for batteries will double by 2030.
forecast  | Sales are expected to reach 50,000 cars in 2025.
possibility | The bank might extend a $300 million loan to Aurora.
possibility | The company is in talks with Borealis to build a joint plant.
possibility | Nordwind is weighing options including a sale of its Polish unit.
possibility | The carmaker could cut as many as 3,000 jobs, the newspaper wrote.
fact        | Helios is rumored to be working on a cheaper battery.
fact        | Aurora reportedly sold its Kaluga plant.
fact        | Aurora is believed to have sold its stake.
possibility | Perhaps 200 people will lose their jobs.
possibility | The plant is likely to be sold.
possibility | Dorn refused to rule out further layoffs.
possibility | Aurora did not rule out a new share issue.
possibility | Neither company would confirm the talks.
possibility | The company neither confirmed nor denied the sale of the plant.
possibility | Helios has secretly tested a taxi, though this has not been confirmed.
possibility | Provided the regulator agrees, Aurora will close the deal in June.
possibility | The merger is subject to regulatory approval.
possibility | Unless sales recover, the plant will be closed.
possibility/denies | The plant may not reopen this year.
question  | It is not yet known when production will resume.
question  | The company has not decided whether to build the plant.
question  | Whether Borealis will join the project remains to be seen.
question  | It is not clear who will lead the new division.
question  | Can Helios survive without state aid?
fact/denies | Aurora flatly denied reports that it was selling its Kaluga plant.
fact/denies | Reports that Aurora sold its stake are not true, the company said.
fact/denies | "There is no truth to these rumors," Helios said of the merger.
fact/denies | Helios said reports of its insolvency were groundless.
fact/denies | "We are not selling the business," Mark Dorn told reporters.
fact/denies | Nordwind has never paid dividends.
fact/denies | Contrary to media reports, Helios has not halted production.
fact/denies | Helios no longer owns the brand.
fact/denies | No cars were produced in Kaluga in May.
fact/denies | Neither company sold a single car in April.
fact/denies | Production has not started yet.
fact/denies | The company failed to repay the bonds.
plan/denies | Aurora denied that it will close the plant.
plan/denies | The company will not build cars in Kaluga.
plan/denies | Helios won't raise prices this year, Dorn said.
plan/denies | Aurora is not planning any layoffs, its chief executive said.
plan/denies | Aurora decided not to renew the contract.
plan/denies | Helios abandoned its bid to buy Nordwind.
plan/denies | Helios backed out of the joint venture.
fact      | The plant opened in May.
fact      | Aurora has launched production of the A1 sedan.
fact      | Revenue beat forecasts and rose to $3 billion.
fact      | Aurora no doubt sold more cars than Borealis.
fact      | The plant, which could make 100,000 cars a year, has stood since March.
fact      | Helios, once expected to dominate the market, went bankrupt on Friday.
fact      | The study found that 30% of drivers own two cars.
fact      | Helios confirmed that it had received the order.
fact      | The regulator approved the merger on Monday.
"""

RUSSIAN = """
plan | «Аврора» построит не завод, а склад.
plan/denies | «Аврора» не построит завод.
forecast | Стоимость завода не превысит 1,3 млрд рублей.
plan      | Производитель потратит 4 млрд евро на фабрику, говорится в сообщении.
plan      | «Нордвинд» собирается провести IPO до конца следующего года.
plan      | По условиям соглашения «Гелиос» поставит 40 турбин в течение пяти лет.
plan      | Автопроизводитель начнет поставки в сентябре.
plan      | Завод будет выпускать 50 тыс. машин в год.
plan      | Цель компании — выпускать 20 тыс. фургонов в год к 2027 году.
plan      | К 2026 году сеть должна вырасти до 500 магазинов.
plan      | Правительство хочет продать 10% акций банка.
plan      | Слияние планируют завершить в четвертом квартале.
plan      | Планируется, что выпуск начнется в 2025 году.
plan      | Открытие завода намечено на осень 2023 года.
plan      | В планах компании — открыть 20 автосалонов.
plan      | «Аврора» рассчитывает запустить хетчбэк осенью.
plan      | Министр подтвердил, что завод перенесут в Гданьск.
plan      | Инвестиции в проект составят 10 млрд рублей.
plan      | Новая модель будет стоить 2 млн рублей.
plan      | Новая модель поступает в продажу в январе 2023 года.
plan      | Завод не откроется до 2025 года, сообщил Петров.
forecast  | «Аврора» ожидает роста выручки на 15%.
forecast  | ЦБ прогнозирует инфляцию 6,5% в 2023 году.
forecast  | Рынок, по оценкам экспертов, упадет на 20%.
forecast  | По мнению аналитиков, цены вырастут на 5%.
forecast  | Спрос на батареи удвоится к 2030 году, считают в агентстве.
forecast  | «Нордвинд» повысил прогноз по выручке до 3 млрд рублей.
possibility | Банк может выдать «Авроре» кредит на 3 млрд рублей.
possibility | «Бореалис» обсуждает покупку завода за 2 млрд рублей.
possibility | «Нордвинд» прорабатывает варианты продажи польского подразделения.
fact      | По слухам, «Аврора» продала свою долю.
possibility | «Аврора» договаривается о покупке «Бореалиса».
possibility | «Аврора» обсуждает с банками продажу порта.
plan      | По слухам, весной «Аврора» покажет седан.
plan      | В проекте приказа предлагается запретить вывоз лома.
plan      | До 2026 года «Аврора» откажется от пластиковой тары.
forecast  | Поставщик считает, что «Аврора» запустит цех летом.
possibility | Возможно, завод закроют.
possibility | Завод, вероятно, перейдет «Бореалису».
possibility | Машина, скорее всего, получит турбомотор.
possibility | «Аврора» задумалась о продаже завода.
possibility | Возможен перенос сроков запуска на 2024 год.
possibility | Не исключено, что завод продадут.
possibility | Гендиректор не отрицает, что завод могут продать.
possibility | Официального подтверждения покупки «Бореалиса» нет.
possibility | В компании не подтвердили продажу завода.
possibility | Ни одна из компаний не подтвердила переговоры.
possibility | Сделка состоится при условии одобрения ФАС.
possibility | Слияние зависит от одобрения регулятора.
possibility | «Гелиос» получит кредит, только если сохранит 5 тыс. рабочих мест.
possibility/denies | Завод может не открыться в этом году.
question  | Когда возобновится производство, пока неизвестно.
question  | Окончательного решения о закрытии завода нет.
question  | Компания еще не решила, будет ли она строить завод.
question  | Вопрос о строительстве завода остается открытым.
question  | Хватит ли судов на зиму, никто в порту не знает.
question  | Когда откроется порт, глава края Лев Сорокин не уточнил.
question  | Выживет ли «Гелиос» без господдержки?
fact/denies | В пресс-службе «Авроры» опровергли сообщения о продаже завода.
fact/denies | Сообщения о продаже завода не соответствуют действительности.
fact/denies | Эти слухи не имеют под собой оснований, заявили в компании.
fact/denies | Компания назвала слухи о закрытии завода недостоверными.
fact/denies | Сообщения о закрытии завода — фейк, заявили в компании.
fact/denies | «Мы не ведем переговоров о продаже завода», — сказал Иванов.
fact/denies | Гендиректор отрицает, что компания продала долю.
fact/denies | Вопреки сообщениям СМИ, «Гелиос» не останавливал производство.
fact/denies | «Гелиос» больше не владеет брендом.
fact/denies | Производство пока не начато.
fact/denies | Компания не смогла погасить облигации.
fact/denies | Ни одна из компаний не продала в апреле ни одной машины.
plan/denies | В «Авроре» опровергли информацию о том, что компания закроет завод.
plan/denies | «Аврора» не будет строить завод в Калуге.
plan/denies | «Гелиос» не станет повышать цены в этом году, сказал Дорн.
plan/denies | Сокращений на заводе не планируется, заявила Анна Линд.
plan/denies | Повышать цены «Аврора» не собирается.
plan/denies | «Аврора» не намерена повышать цены до конца года.
plan/denies | «Аврора» откажется от планов построить порт.
plan/denies | «Аврора» решила не продлевать контракт.
plan/denies | «Гелиос» отказался от покупки «Нордвинда».
fact      | Завод открылся в мае.
fact      | Министр заявил, что завод продан местным менеджерам.
fact      | В «Авроре» сообщили, что наняли 300 человек.
fact      | Завод, открытие которого намечено на март, обошелся в 3 млрд рублей.
fact      | Завод, который может выпускать 100 тыс. машин, простаивает с марта.
fact      | «Аврора» не только продала завод, но и закрыла салоны.
fact      | В «Гелиосе» подтвердили, что получили заказ.
fact      | Суд решил, что договор недействителен.
fact      | «Сделка решена», — говорит банкир.
fact      | Регулятор в понедельник одобрил слияние.
"""


def table(text: str) -> list[tuple[str, str]]:
    rows = (line.split("|", 1) for line in text.strip().splitlines())
    return [(label.strip(), sentence.strip()) for label, sentence in rows]


def document(lang: str, text: str) -> Doc:
    nlp = build(lang)
    doc = nlp.make_doc(readable(text))
    doc._.report = Report(
        id="r", source="courier", key="1", text=text, published="2022-07-20"
    )
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


def verdict(doc: Doc) -> str:
    judged = judge(doc, 0, len(doc.text))
    return judged.modality + ("/denies" if judged.polarity == "denies" else "")


@pytest.mark.parametrize(("expected", "sentence"), table(ENGLISH))
def test_english(expected: str, sentence: str) -> None:
    assert verdict(document("en", sentence)) == expected


@pytest.mark.parametrize(("expected", "sentence"), table(RUSSIAN))
def test_russian(expected: str, sentence: str) -> None:
    assert verdict(document("ru", sentence)) == expected


@pytest.mark.parametrize(
    ("lang", "sentence", "category", "words"),
    [
        ("en", "Aurora has no plans to close the plant.", "no_plan", "no plans to"),
        ("en", "Aurora denied that it sold the plant.", "denial", "denied"),
        ("en", "It is unclear whether Aurora will pay.", "question", "whether"),
        ("ru", "«Аврора» не исключает продажи завода.", "double_negation", None),
        ("ru", "«Аврора», вероятно, продала завод.", "possibility", "вероятно"),
    ],
)
def test_a_judgement_keeps_its_cue(
    lang: str, sentence: str, category: str, words: str | None
) -> None:
    doc = document(lang, sentence)
    cues = judge(doc, 0, len(doc.text)).cues
    found = [c.text for c in cues if c.category == category]
    assert found
    assert words is None or words in found
    assert all(doc.text[c.start : c.end] == c.text for c in cues)


def test_each_clause_is_judged_apart() -> None:
    text = "Aurora will not close the plant but Borealis may sell its own."
    doc = document("en", text)
    first = judge(doc, 0, text.index(" but"))
    second = judge(doc, text.index("Borealis"), len(text))
    assert (first.modality, first.polarity) == ("plan", "denies")
    assert (second.modality, second.polarity) == ("possibility", "asserts")


def test_cues_stand_in_text_order_and_apart() -> None:
    doc = document("ru", "Завод не планирует закрываться, но может сократить штат.")
    cues = doc._.cues
    assert [c.text for c in cues if c.category == "possibility"] == ["может"]
    assert all(a.end <= b.start for a, b in pairwise(cues))


def test_languages_have_the_same_categories_and_words() -> None:
    english, russian = load("en", "cues"), load("ru", "cues")
    for data in (english, russian):
        assert {r["category"] for r in data["rule"]} == set(CATEGORIES)
    assert set(english["words"]) == set(russian["words"])


def test_an_unknown_category_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = {"category": "hunch", "direction": "forward", "phrases": ["maybe"]}
    data = {"sets": {}, "words": {}, "rule": [rule]}
    monkeypatch.setattr("nlp.context_rules.load", lambda lang, name: data)
    with pytest.raises(ValueError, match="hunch"):
        lexicon.__wrapped__("en")


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("text", ["", "   ", "\n\n", "😀🚗" * 400, "?!" * 300])
def test_odd_text_is_a_plain_fact(lang: str, text: str) -> None:
    doc = document(lang, text)
    assert judge(doc, 0, len(doc.text)).polarity == "asserts"
