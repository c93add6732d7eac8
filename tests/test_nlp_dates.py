# ruff: noqa: E501  (tables)
"""Event dates: every row of DESIGN §5, and the rules around it, in both languages."""

from __future__ import annotations

from functools import cache

import pytest
import spacy
from spacy.language import Language

from molva.model import EventDate, Report
from nlp import extensions as extensions
from nlp import russian
from nlp.build import DEFAULT_MODELS
from nlp.components import dates as dates

PUBLISHED = "2022-07-20"

# language, sentence, text of the date, timex, mod, edtf, earliest, latest
TABLE = """
en | The plant opened on July 6. | July 6 | 2022-07-06 | | 2022-07-06 | 2022-07-06 | 2022-07-06
ru | Завод открыли 6 июля. | 6 июля | 2022-07-06 | | 2022-07-06 | 2022-07-06 | 2022-07-06
en | It was shown in mid-July. | mid-July | 2022-07 | MID | 2022-07-11/2022-07-20 | 2022-07-11 | 2022-07-20
ru | Его показали в середине июля. | середине июля | 2022-07 | MID | 2022-07-11/2022-07-20 | 2022-07-11 | 2022-07-20
en | It happened around March. | around March | 2022-03 | APPROX | 2022-03~ | 2022-03-01 | 2022-03-31
ru | Это было примерно в марте. | примерно в марте | 2022-03 | APPROX | 2022-03~ | 2022-03-01 | 2022-03-31
en | It will open by the end of 2022. | by the end of 2022 | 2022 | END | ../2022-12-31 | | 2022-12-31
ru | Откроют до конца 2022 года. | до конца 2022 года | 2022 | END | ../2022-12-31 | | 2022-12-31
ru | Откроют к концу 2022 года. | к концу 2022 года | 2022 | END | ../2022-12-31 | | 2022-12-31
en | Output will double by 2030. | by 2030 | 2030 | | ../2030-12-31 | | 2030-12-31
ru | Выпуск удвоят к 2030 году. | к 2030 году | 2030 | | ../2030-12-31 | | 2030-12-31
en | The firm had filed before June 30. | before June 30 | 2022-06-30 | | ../2022-06-30 | | 2022-06-30
ru | Отчёт сдали до 30 июня. | до 30 июня | 2022-06-30 | | ../2022-06-30 | | 2022-06-30
en | The launch was delayed until September. | until September | 2022-09 | | 2022-09 | 2022-09-01 | 2022-09-30
ru | Запуск отложили до сентября. | до сентября | 2022-09 | | 2022-09 | 2022-09-01 | 2022-09-30
ru | Запуск откладывается до сентября. | до сентября | 2022-09 | | 2022-09 | 2022-09-01 | 2022-09-30
ru | Рейс перенесён до 2024 года. | до 2024 года | 2024 | | 2024 | 2024-01-01 | 2024-12-31
en | It will not open before 2024. | not open before 2024 | 2024 | | 2024-01-01/.. | 2024-01-01 |
en | It opens no earlier than 2024. | no earlier than 2024 | 2024 | | 2024-01-01/.. | 2024-01-01 |
ru | Откроют не раньше 2024 года. | не раньше 2024 года | 2024 | | 2024-01-01/.. | 2024-01-01 |
en | Prices rose from April 1. | April 1 | 2022-04-01 | | 2022-04-01 | 2022-04-01 | 2022-04-01
ru | Цены выросли с 1 апреля. | 1 апреля | 2022-04-01 | | 2022-04-01 | 2022-04-01 | 2022-04-01
en | The line will not be restarted earlier than May 2023. | earlier than May 2023 | 2023-05 | | 2023-05-01/.. | 2023-05-01 |
en | It is unlikely to reopen until next spring. | until next spring | 2023-SP | | 2023-03-01/.. | 2023-03-01 |
ru | Завод не заработает раньше осени. | раньше осени | 2022-FA | | 2022-09-01/.. | 2022-09-01 |
ru | Объявили о закладке судна не ранее сентября. | не ранее сентября | 2022-09 | | 2022-09-01/.. | 2022-09-01 |
ru | Запрет продлили до 31 декабря. | до 31 декабря | 2022-12-31 | | ../2022-12-31 | | 2022-12-31
ru | Откроют скорее, а не до конца 2024 года. | до конца 2024 года | 2024 | END | ../2024-12-31 | | 2024-12-31
ru | Выпуск удвоят к 2024–2025 годам. | к 2024–2025 годам | 2024/2025 | | ../2025-12-31 | | 2025-12-31
en | It opens in the third quarter of 2023. | third quarter of 2023 | 2023-Q3 | | 2023-35 | 2023-07-01 | 2023-09-30
ru | Откроют в третьем квартале 2023 года. | третьем квартале 2023 года | 2023-Q3 | | 2023-35 | 2023-07-01 | 2023-09-30
en | It opens in the second half of 2023. | second half of 2023 | 2023-H2 | | 2023-41 | 2023-07-01 | 2023-12-31
ru | Откроют во втором полугодии 2023. | втором полугодии 2023 | 2023-H2 | | 2023-41 | 2023-07-01 | 2023-12-31
en | It will open in the fall. | fall | 2022-FA | | 2022-23 | 2022-09-01 | 2022-11-30
ru | Завод откроют осенью. | осенью | 2022-FA | | 2022-23 | 2022-09-01 | 2022-11-30
en | It will open next spring. | next spring | 2023-SP | | 2023-21 | 2023-03-01 | 2023-05-31
ru | Откроют следующей весной. | следующей весной | 2023-SP | | 2023-21 | 2023-03-01 | 2023-05-31
en | It will open in winter 2022. | winter 2022 | 2022-WI | | 2022-24 | 2022-12-01 | 2023-02-28
ru | Откроют зимой 2022 года. | зимой 2022 года | 2022-WI | | 2022-24 | 2022-12-01 | 2023-02-28
en | The fair ran on June 15–17. | June 15–17 | 2022-06-15/2022-06-17 | | 2022-06-15/2022-06-17 | 2022-06-15 | 2022-06-17
ru | Выставка прошла 15–17 июня. | 15–17 июня | 2022-06-15/2022-06-17 | | 2022-06-15/2022-06-17 | 2022-06-15 | 2022-06-17
en | Sales fell between January and March. | between January and March | 2022-01/2022-03 | | 2022-01/2022-03 | 2022-01-01 | 2022-03-31
ru | Продажи падали с января по март. | с января по март | 2022-01/2022-03 | | 2022-01/2022-03 | 2022-01-01 | 2022-03-31
en | It will open in two years. | in two years | 2024 | | 2024 | 2024-01-01 | 2024-12-31
ru | Откроют через два года. | через два года | 2024 | | 2024 | 2024-01-01 | 2024-12-31
en | It opened last year. | last year | 2021 | | 2021 | 2021-01-01 | 2021-12-31
ru | Открыли в прошлом году. | прошлом году | 2021 | | 2021 | 2021-01-01 | 2021-12-31
en | It will open in two weeks. | in two weeks | 2022-W31 | | 2022-08-01/2022-08-07 | 2022-08-01 | 2022-08-07
ru | Откроют через две недели. | через две недели | 2022-W31 | | 2022-08-01/2022-08-07 | 2022-08-01 | 2022-08-07
en | It will open in ninety days. | in ninety days | 2022-10-18 | | 2022-10-18 | 2022-10-18 | 2022-10-18
ru | Откроют через 90 дней. | через 90 дней | 2022-10-18 | | 2022-10-18 | 2022-10-18 | 2022-10-18
en | It will be done within two weeks. | within two weeks | P2W | | 2022-07-20/2022-08-03 | 2022-07-20 | 2022-08-03
ru | Ответят в течение двух недель. | в течение двух недель | P2W | | 2022-07-20/2022-08-03 | 2022-07-20 | 2022-08-03
en | It will hire over the next three months. | over the next three months | P3M | | 2022-07-20/2022-10-20 | 2022-07-20 | 2022-10-20
ru | Наймут в ближайшие три месяца. | ближайшие три месяца | P3M | | 2022-07-20/2022-10-20 | 2022-07-20 | 2022-10-20
en | It was built for three years. | three years | P3Y | | | |
ru | Его построили за три года. | три года | P3Y | | | |
en | It will be shown in the first half of May 2023. | first half of May 2023 | 2023-05 | START | 2023-05-01/2023-05-15 | 2023-05-01 | 2023-05-15
ru | Откроют во второй половине августа. | второй половине августа | 2022-08 | END | 2022-08-16/2022-08-31 | 2022-08-16 | 2022-08-31
en | It will list early next year. | early next year | 2023 | START | 2023-01/2023-04 | 2023-01-01 | 2023-04-30
ru | Раньше осени 2023-го цех не заработает. | Раньше осени 2023-го | 2023-FA | | 2023-09-01/.. | 2023-09-01 |
ru | Цены росли в конце прошлого – начале этого года. | конце прошлого – начале этого года | 2021-09-01/2022-04-30 | | 2021-09-01/2022-04-30 | 2021-09-01 | 2022-04-30
en | It will peak sometime between 2027 and 2029. | sometime between 2027 and 2029 | 2027/2029 | APPROX | 2027~/2029~ | 2027-01-01 | 2029-12-31
en | It sold 300 vans in the nine months to September 30, 2021. | nine months to September 30, 2021 | 2021-01/2021-09 | | 2021-01/2021-09 | 2021-01-01 | 2021-09-30
ru | За год, завершившийся 31 марта 2022 года, продали 300 машин. | год, завершившийся 31 марта 2022 года | 2021-04/2022-03 | | 2021-04/2022-03 | 2021-04-01 | 2022-03-31
en | The bank will reply within 48 hours. | within 48 hours | PT48H | | 2022-07-20/2022-07-22 | 2022-07-20 | 2022-07-22
ru | Банк ответит в течение 48 часов. | в течение 48 часов | PT48H | | 2022-07-20/2022-07-22 | 2022-07-20 | 2022-07-22
ru | Строить будут десять-двенадцать лет. | десять-двенадцать лет | P10Y/P12Y | | | |
en | It makes vans now. | now | PRESENT_REF | | | |
ru | Сейчас он делает фургоны. | Сейчас | PRESENT_REF | | | |
en | It will open soon. | soon | FUTURE_REF | | | |
ru | Скоро его откроют. | Скоро | FUTURE_REF | | | |
en | It recently closed. | recently | PAST_REF | | | |
ru | Недавно его закрыли. | Недавно | PAST_REF | | | |
"""

# language, sentence, then the timexes of all its dates in order
SENTENCES = """
en | Mid-70s plants closed. | 197
en | The plant is said to have closed on May 3. | 2022-05-03
en | The plant is said to close on May 3. | 2023-05-03
ru | С 1 января плата составит 13,4 рубля за кв. м. | 2023-01-01
en | In December the firm showed a van. | 2021-12
en | In January the firm will show a van. | 2023-01
en | The firm plans to open a plant in March. | 2023-03
en | The launch is scheduled for March. | 2023-03
en | The firm managed to open a plant in March. | 2022-03
ru | В декабре компания показала фургон. | 2021-12
ru | В январе компания покажет фургон. | 2023-01
ru | Запуск намечен на март. | 2023-03
ru | Компания планирует запустить завод в марте. | 2023-03
en | On Friday the shares fell. | 2022-07-15
en | On Friday the board will meet. | 2022-07-22
en | Shops stay shut until Friday. | 2022-07-22
en | On Wednesday the shares fell. | 2022-07-20
ru | В пятницу акции упали. | 2022-07-15
ru | В пятницу совет соберётся снова. | 2022-07-22
ru | В среду акции упали. | 2022-07-20
en | The launch will slip from late 2025 to early 2026. | 2025 2026
en | Sales grew from 2020 to 2022. | 2020/2022
ru | Запуск перенесли с 2024 на 2025 год. | 2024 2025
ru | Скидки действовали с 1 апреля по 30 июня. | 2022-04-01/2022-06-30
en | Sales grew in 2019. A year earlier they fell. | 2019 2018
en | It closed in March 2021. That month its chief left. | 2021-03 2021-03
ru | В 2019 году выпуск вырос. Годом ранее он упал. | 2019 2018
ru | В 2019 году выпуск вырос. В том же году открыли цех. | 2019 2019
ru | В 2019 году завод встал, тогда же ушёл директор. | 2019 2019
ru | Цех откроют весной 2031 года. В прошлую пятницу его продали. Тогда же сменился директор. | 2031-SP 2022-07-15 2022-07-15
en | Profit rose in the third quarter of 2021 from a year earlier. | 2021-Q3 2020-Q3
en | It was the busiest day in ten years. | P10Y
en | It opened in two weeks. | P2W
en | It will decide within weeks. | PXW
ru | Прибыль за девять месяцев 2021 года выросла. | 2021-01/2021-09
ru | Выпуск в первом–третьем кварталах 2021 года вырос. | 2021-33/2021-35
ru | Цех откроют 6 и 7 августа. | 2022-08-06 2022-08-07
en | Shops open in June and July 2023. | 2023-06 2023-07
ru | Он пришёл на завод две тысячи двенадцатого года. | 2012
en | It opened on Wednesday, July 6, at 3 pm. | 2022-07-06
ru | Завод открыли в 15:00 6 июля. | 2022-07-06
en | It closes by Thanksgiving. | 2022-11-24
ru | Цех закроют к 8 Марта. | 2023-03-08
en | Assembly will start in 2024. | 2024
en | The new line is to end in 2024. | 2024
en | The line stood from Monday to Friday. | 2022-07-18/2022-07-22
en | Zarya will open a larger one next month. | 2022-08
en | Zarya lost money in the fourth quarter, it said on Tuesday. In the same period of 2020 it earned more. | 2021-Q4 2022-07-19 2020-Q4
en | It was postponed from June until September. | 2022-06 2022-09
ru | В 2021 году собрали 1 200 прицепов против 950 годом ранее. | 2021 2020
ru | Мост достроят в 2021 году, на месяц раньше срока. | 2021 P1M
ru | За январь–май продали 300 машин, за аналогичный период прошлого года — 200. | 2022-01/2022-05 2021-01/2021-05
ru | В 2019 году завод купил площадку. Через два года там открыли цех. | 2019 2021
ru | Компания объявила о запуске цеха в марте. | 2023-03
ru | Запуск перенесён с июня на сентябрь. | 2022-06 2022-09
ru | Сделку закроют в четвёртом квартале или в первом квартале следующего. | 2022-Q4 2023-Q1
ru | Монтаж займёт полгода. | P6M
en | The board meets on Friday. | 2022-07-22
ru | Совет собирается в пятницу. | 2022-07-22
en | The launch was delayed in March. | 2022-03
en | The launch was delayed to March. | 2023-03
ru | Запуск отложили в марте. | 2022-03
ru | Запуск отложили на март. | 2023-03
en | Its share slipped to 18 percent in the second quarter. | 2022-Q2
en | Zarya dismissed talk of a merger this autumn. | 2022-FA
en | The chairman turned 81 last month. | 2022-06
en | Late last and early this year prices rose. | 2021 2022
ru | В июне прошлого и мае этого года цены росли. | 2021-06 2022-05
en | The class of '21 and the summer of '19 were hot. | 2021 2019-SU
en | He voted for it in 88 and 92. | 1988 1992
ru | К 24-му году цех обновят, в 21-м и 22-м годах он стоял. | 2024 2021 2022
ru | Цеха строили в 80-х, закрыли в 90-х. | 198 199
ru | Выручка за 9М 2021 г. выросла, за 6М22 упала. | 2021-01/2021-09 2022-01/2022-06
ru | За 9 мес. 2021 г. собрали 300 машин. | 2021-01/2021-09
en | 2021 results were weak, 10% below 2019 levels. | 2021 2019
en | It earned 3 in the third quarter of 2021 and 9 for the full year. | 2021-Q3 2021
en | Zarya cut its full-year profit forecast. | 2022
en | Zarya raised its forecast for the fourth quarter. | 2022-Q4
en | It earned 3 in the third quarter of 2021 and 2 in the year-ago quarter. | 2021-Q3 2020-Q3
en | Revenue for the quarter rose from 280 million the year before. | 2022-Q2 2021-Q2
ru | По итогам года выручка вырастет. | 2022
ru | По итогам квартала выручка упала. | 2022-Q2
en | The plant will close by the end of 2024. By then it will have lost 300 jobs. | 2024 2024
en | It shut in early 2021. That year its chief left. | 2021 2021
en | It opened in 1912 and closed a century later. | 1912 2012
en | The fair ran this July 6. | 2022-07-06
en | Spring brought growth. | 2022-SP
en | It may open in the back half of 2023. | 2023-H2
en | Today the plant employs 500 people. | PRESENT_REF
en | Today the plant hired 500 people. | 2022-07-20
ru | Сегодня завод выпускает 12 моделей. | PRESENT_REF
ru | Сегодня завод выпустил новую модель. | 2022-07-20
ru | Ранее компания это опровергала. | PAST_REF
en | It will be done in just minutes. | PTXM
ru | Цех запустят уже в январе-2023. | 2023-01
ru | Цех закроют с 3 по 17 августа включительно. | 2022-08-03/2022-08-17
ru | Свет вернули к вечеру пятницы. | 2022-07-15
ru | В середине нулевых цех стоял, в девяностые работал. | 200 199
ru | За янв.–фев. 2022 г. собрали 300 машин. | 2022-01/2022-02
ru | Цех сгорел в мае 2019 г. в первый раз. | 2019-05
ru | В новом году цены вырастут. | 2023
ru | Цех откроют в начале нового года. | 2023
en | It was moved from the second to the fourth quarter of 2023. | 2023-Q2 2023-Q4
en | Debt at year-end 2021 was low and will fall by year-end. | 2021 2022
en | Stocks will run out by mid-spring. | 2023-SP
en | It boomed in the eighties. | 198
en | In the run-up to Christmas sales will rise. | 2022-12-25
en | It will open early in the new year. | 2023
"""

NO_DATES = """
en | The Strizh-70s trainset is blue.
en | Zarya expects revenue of 5.4 to 5.6 billion crowns.
en | The bank lent it to nearly a quarter of the shops.
en | The Echo daily quoted the annual report.
ru | Директором стал Пётр Ладогин (49 лет).
en | The company may march on with 2,000 vans.
en | Zarya sold 2024 cars and hired 2000 workers.
en | Sun Corp of Mayfield sat down with the buyer.
en | Call 555-2023, said Theresa May of the 737 MAX team.
en | Second, output rose 41% to 12.5 billion at $2,024 each.
en | Aged 42 years old, he runs 24/7 at 10,000 units a year.
en | In the second half of the match Zarya scored.
en | As soon as its soon-to-open plant hires, the Zarya 2000 Index may rise.
en | It rests on a Monday, on Fridays and every Saturday, and grows each summer.
en | The Zarya 2022 model was shown, trade journal Granki Today says.
en | It is in its 24th year.
ru | Чемпионат «Заря-2025» и Кубок-2023/24 подорожали по регламенту № 139/2004.
ru | «Заря» образца 2022 года и фургон 2019 года выпуска сгорели.
ru | Он умер на 74-м году жизни, каждую осень тут дожди, а зимы суровы.
ru | «Заря» собрала 2000 машин и 2024 прицепа.
ru | Выпуск вырос на 41%, до 12,5 млрд рублей.
ru | Модель «Заря 2000» подорожала до 40 тысяч.
ru | Телефон редакции: +7 495 123-45-67, дом 12.
ru | Николя Маю передал завод Августу Кольцову.
"""


@cache
def pipeline(lang: str) -> Language:
    nlp = russian.blank() if lang == "ru" else spacy.load(DEFAULT_MODELS["en"])
    nlp.add_pipe("molva_dates", config={"lang": lang})
    return nlp


def read(lang: str, text: str, published: str | None = PUBLISHED) -> list[EventDate]:
    doc = pipeline(lang).make_doc(text)
    doc._.report = Report(id="r", source="s", key="k", text=text, published=published)
    found: list[EventDate] = pipeline(lang)(doc)._.dates
    return found


def rows(table: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")] for line in table.strip().split("\n")]


@pytest.mark.parametrize("row", rows(TABLE), ids=lambda row: f"{row[0]}: {row[2]}")
def test_design_table(row: list[str]) -> None:
    lang, sentence, text, *wanted = row
    (found,) = read(lang, sentence)
    assert found.text == text
    assert sentence[found.start : found.end] == text
    assert [
        value or ""
        for value in (
            found.timex,
            found.mod,
            found.edtf,
            found.earliest,
            found.latest,
        )
    ] == wanted


@pytest.mark.parametrize("row", rows(SENTENCES), ids=lambda row: f"{row[0]}: {row[1]}")
def test_sentences(row: list[str]) -> None:
    lang, sentence, wanted = row
    assert " ".join(str(d.timex) for d in read(lang, sentence)) == wanted


@pytest.mark.parametrize("row", rows(NO_DATES), ids=lambda row: f"{row[0]}: {row[1]}")
def test_no_dates(row: list[str]) -> None:
    lang, sentence = row
    assert [d.text for d in read(lang, sentence) if d.earliest or d.latest] == []


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "It opened yesterday."), ("ru", "Его открыли вчера.")]
)
def test_yesterday_is_the_outlets_own(lang: str, text: str) -> None:
    (late,) = read(lang, text, "2022-07-20T00:30:00+03:00")
    assert late.timex == "2022-07-19"
    (west,) = read(lang, text, "2022-07-19T21:30:00-08:00")
    assert west.timex == "2022-07-18"


def test_seasons_two_winters_back() -> None:
    (found,) = read("ru", "Цех построили позапрошлой зимой.", "2024-01-10")
    assert found.timex == "2021-WI"


def test_part_of_a_weekend() -> None:
    (found,) = read("en", "The talks resume late this weekend.")
    assert (found.earliest, found.latest) == ("2022-07-24", "2022-07-24")


@pytest.mark.parametrize("published", [None, "some day"])
def test_without_publication_dates_stay_symbolic(published: str | None) -> None:
    found = read("en", "On July 6 it said it closed last year.", published)
    assert [d.timex for d in found] == ["XXXX-07-06", "XXXX"]
    assert {(d.edtf, d.earliest, d.latest) for d in found} == {(None, None, None)}
    (absolute,) = read("ru", "Завод открыли 6 июля 2022 года.", published)
    assert absolute.earliest == "2022-07-06"


@pytest.mark.parametrize(
    ("lang", "numeric", "wanted"),
    [
        ("en", "07/06/2022", "2022-07-06"),
        ("en", "31/12/2022", "2022-12-31"),
        ("en", "2022-07-06", "2022-07-06"),
        ("ru", "06.07.2022", "2022-07-06"),
        ("ru", "06/07/2022", "2022-07-06"),
        ("ru", "2022-07-06", "2022-07-06"),
    ],
)
def test_digits(lang: str, numeric: str, wanted: str) -> None:
    (found,) = read(lang, numeric)
    assert found.timex == wanted


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n ",
        "🙂" * 500,
        "с 1 по " * 300,
        "by the end of " * 300,
        "2022 " * 300,
        "the year to " * 1000,
        "в 23-м и " * 1000,
        "сначала «за год, завершившийся " * 500,
    ],
)
def test_odd_text(lang: str, text: str) -> None:
    read(lang, text)
