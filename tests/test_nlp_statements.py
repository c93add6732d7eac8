"""Which clauses are claims, what they are about, and which of them leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from molva.model import Reading, Report, Statement, statement_id
from nlp.data import load
from nlp.read import read

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"


def reading(
    text: str, *, title: str = "", published: str = "2022-07-20", kind: str = "media"
) -> Reading:
    report = Report(
        id="r1",
        source="courier",
        key="1",
        text=text,
        title=title,
        published=published,
        kind=kind,  # type: ignore[arg-type]
    )
    (found,) = read([report])
    return found


def texts(text: str, **more: str) -> list[str]:
    return [s.text for s in reading(text, **more).statements]


def holding(found: Reading, words: str) -> Statement:
    return next(s for s in found.statements if words in s.text)


@pytest.mark.parametrize(
    "text",
    [
        "Aurora opened a plant in Kazan. Borealis sold 500 cars in May.\n\n"
        "- Revenue rose 10% to $5 billion.\n— We will hire 300 people, Lind said.",
        "«Аврора» открыла завод в Казани.\n\nЗавод выпустит 600 машин.\n"
        "— Мы наймем 300 человек, — сказала Линд.",
        "  \u00a0 Aurora 🚗 sold 500 cars.   ",
    ],
)
def test_text_is_verbatim_and_trimmed(text: str) -> None:
    found = reading(text).statements
    assert found
    for s in found:
        assert s.text == text[s.start : s.end] == s.text.strip()


def test_no_statement_begins_or_ends_with_half_a_quotation() -> None:
    text = (
        "«Корпус готов на 70%, оборудование приходит по графику, — сказал директор "
        "завода Павел Громов. — Первую партию завод отгрузит в мае»."
    )
    found = texts(text)
    assert "Корпус готов на 70%" in found[0]
    assert all(t.count("«") == t.count("»") for t in found)


def test_ids_come_of_text_and_occurrence() -> None:
    found = reading("Aurora sold 500 cars in May. Aurora sold 500 cars in May.")
    assert [s.id for s in sorted(found.statements, key=lambda s: s.start)] == [
        statement_id("r1", "Aurora sold 500 cars in May.", 0),
        statement_id("r1", "Aurora sold 500 cars in May.", 1),
    ]


def test_an_edit_elsewhere_keeps_the_id() -> None:
    old = reading("Aurora sold 500 cars in May.")
    new = reading("Borealis opened a plant in Omsk. Aurora sold 500 cars in May.")
    assert old.statements[0].id in {s.id for s in new.statements}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "Aurora declined to comment on the report. It was founded in 1932. "
            "Aurora will build a plant in Kazan for $2 billion, two sources said.",
            "Aurora will build",
        ),
        (
            "«Аврора» построит завод в Казани за 2 млрд рублей. "
            "Ранее компания закрыла салон в Туле.",
            "«Аврора» построит",
        ),
    ],
)
def test_the_main_statement_leads(text: str, first: str) -> None:
    found = texts(text, title="Aurora to build plant in Kazan")
    assert found[0].startswith(first)


def test_the_rest_stands_in_text_order() -> None:
    found = reading(
        "Aurora was founded in 1932. Aurora will build a plant in Kazan by 2025. "
        "Borealis sold 500 cars. Lind has led Borealis since 2015.",
        title="Aurora will build a plant in Kazan",
    )
    assert found.statements[0].text.startswith("Aurora will build")
    rest = [s.start for s in found.statements[1:]]
    assert rest == sorted(rest)


@pytest.mark.parametrize(
    ("text", "words", "subject", "act"),
    [
        (
            "Anna Lind said that Borealis bought the plant.",
            "bought",
            "borealis",
            "bought",
        ),
        ("Aurora plans to start production of vans.", "vans", "aurora", "produced"),
        ("The plant was sold by Aurora to Borealis.", "sold", None, "sold"),
        ("Aurora is in talks to buy Borealis.", "talks", "aurora", "bought"),
        ("«Бореалис» ведет переговоры о покупке завода.", "пере", "borealis", "bought"),
        ("«Бореалис» намерен нанять 300 человек.", "нанять", "borealis", "hired"),
        (
            "Линд сообщил, что «Бореалис» закроет завод.",
            "закроет",
            "borealis",
            "closed",
        ),
    ],
)
def test_subject_and_act(text: str, words: str, subject: str | None, act: str) -> None:
    found = holding(reading(text), words)
    assert found.act == act
    if subject is not None:
        assert found.subject == subject


def test_the_company_is_the_one_named_before() -> None:
    found = reading("Volga Motors opened a plant. The company will hire 300 people.")
    assert holding(found, "hire").subject == "volga motors"


def test_figures_dates_and_entities_are_those_of_the_clause() -> None:
    found = reading(
        "Aurora will invest $1.2 billion in the plant and plans to hire 500 workers "
        "by 2025, while Borealis sold 10,000 cars."
    )
    hire = holding(found, "hire")
    assert [f.low for f in hire.figures] == [500]
    assert [d.latest for d in hire.dates] == ["2025-12-31"]
    assert hire.entities == ()
    assert [f.low for f in holding(found, "Borealis").figures] == [10000]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Aurora dropped a plan it announced in May 2021.", []),
        ("Aurora will open a plant, as it said in May 2021, in 2023.", ["2023"]),
        ("«Аврора» не построит 300 станций, о которых объявила в мае 2021 года.", []),
        ("«Аврора» откроет завод, о котором объявила в 2021 году, в мае.", ["мае"]),
    ],
)
def test_the_day_of_an_announcement_is_no_date_of_the_deed(
    text: str, dates: list[str]
) -> None:
    (found,) = reading(text).statements
    assert [date.text for date in found.dates] == dates


def test_a_multiple_is_a_change() -> None:
    assert (
        reading("Aurora doubled its output in May.").statements[0].change == "doubled"
    )


def test_what_some_will_do_stands_beside_what_somebody_will() -> None:
    text = "Выставка пройдёт в июне, а завод откроют осенью."
    assert texts(text) == ["Выставка пройдёт в июне", "завод откроют осенью."]


def test_a_comparison_is_no_statement_of_its_own() -> None:
    text = "Пошлина на селитру составит 6%, что на 1,5 п. п. выше прежней, с 1 мая."
    assert texts(text) == [text]


def test_title_headings_and_stray_lines_are_left_out() -> None:
    found = texts(
        "Aurora to Build Plant in Kazan\nAurora will build a plant in Kazan.\n"
        "What comes next\nThe plant will hire 300 people.\n- Follow us in viber",
        title="Aurora to Build Plant in Kazan",
    )
    assert found == [
        "Aurora will build a plant in Kazan.",
        "The plant will hire 300 people.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Photo: Aurora press office",
        "By John Smith",
        "Sign up for our newsletter to get the latest news.",
        "Image courtesy of Aurora Motors",
        "Read more: Aurora opens a plant in Kazan",
        "All rights reserved.",
        "Advertisement",
        "Share on Facebook",
        "Home | News | Markets | Cars",
        "#cars #aurora #news",
        "Press contact: Anna Lind, +7 495 123 45 67",
        "We are proud of our team.",
        '"We are a factory, not a power company," Aurora chief executive Lind said.',
        "Want more news?",
        "Aurora did not respond to a request for comment.",
        "Фото: Иван Петров / Коммерсантъ",
        "Подпишитесь на нашу рассылку, чтобы не пропустить новости.",
        "Реклама",
        "Читайте также: «Аврора» открывает завод в Казани",
        "Теги: автомобили, заводы",
        "При использовании материалов ссылка обязательна.",
        "Тел.: +7 495 123-45-67, e-mail: press@aurora.example",
        "Мы гордимся нашей командой.",
        "Хотите узнать больше?",
        "Представители «Авроры» не ответили на запрос.",
        "Условия сделки стороны не раскрывают.",
        "Об этом сообщает «Курьер».",
        "",
        "   \n  ",
        "😀" * 500,
    ],
)
def test_no_statement(text: str) -> None:
    assert texts(text) == []


def test_markup_leftovers_and_mixed_scripts_do_no_harm() -> None:
    text = (
        '<p class="x">Аврора&nbsp;sold 500 машин</p> <br/> но Borealis не купила завод.'
    )
    assert all(s.text in text for s in reading(text).statements)


def test_what_a_page_spells_out_is_read_as_its_signs() -> None:
    text = "Компания <b>построит</b> завод &mdash; за 5&nbsp;млрд&nbsp;руб.<br>Ждём."
    found = reading(text).statements[0]
    assert found.text == text[: text.index("<br>")]
    assert [(f.low, f.unit, f.text) for f in found.figures] == [
        (5_000_000_000, "RUB", "5&nbsp;млрд&nbsp;руб")
    ]


def test_languages_have_the_same_boilerplate_keys() -> None:
    english, russian = load("en", "boilerplate"), load("ru", "boilerplate")
    assert set(english) == set(russian)
    assert set(english["opinion"]) == set(russian["opinion"])


@pytest.fixture(scope="module")
def moskvich() -> Reading:
    path = DATA / "real" / "moskvich.txt"
    if not path.exists():
        pytest.skip("../shared/data is absent")
    return reading(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("words", "modality", "polarity"),
    [
        ("begin in 2024", "forecast", "asserts"),
        ("announced a partnership", "fact", "asserts"),
        ("600 new cars", "plan", "asserts"),
        ("50,000 cars", "plan", "asserts"),
        ("Iranian", "possibility", "asserts"),
        ("3.75", "fact", "asserts"),
        ("remain unclear", "question", "asserts"),
    ],
)
def test_real_article(
    moskvich: Reading, words: str, modality: str, polarity: str
) -> None:
    found = holding(moskvich, words)
    assert (found.modality, found.polarity) == (modality, polarity)


def test_real_article_keeps_values_and_drops_the_stray_line(moskvich: Reading) -> None:
    assert len(holding(moskvich, "600 new cars").figures) == 3
    assert not [s for s in moskvich.statements if "viber" in s.text]
    assert [d.latest for d in holding(moskvich, "begin in 2024").dates]


@pytest.mark.parametrize(
    ("text", "modality", "polarity"),
    [
        (
            "Завод «Орбита» закроют. В «Орбите» эти сведения опровергли.",
            "plan",
            "denies",
        ),
        ("Завод «Орбита» закрыт. Это неправда, заявил директор.", "fact", "denies"),
        (
            "Минпромторг опроверг закрытие «Орбиты». Дилер утверждает обратное.",
            "fact",
            "asserts",
        ),
    ],
)
def test_a_denial_takes_up_the_statement_before(
    text: str, modality: str, polarity: str
) -> None:
    first, second = reading(text).statements
    assert (second.subject, second.act) == (first.subject, first.act)
    assert (second.modality, second.polarity) == (modality, polarity)
    assert second.act == "closed"


def test_scrapped_ships_call_nothing_off() -> None:
    (ships,) = reading("The yard scrapped 12 ships in May.").statements
    (plan,) = reading("The yard scrapped its plan to move in May.").statements
    assert ships.act == "scrapped"
    assert plan.act != "scrapped"


def test_an_aside_of_what_is_said_leaves_the_statement_whole() -> None:
    text = "Vesta will close its yard in Derby, saying that demand had fallen."
    (said,) = reading(text).statements
    assert said.act == "closed"
    assert "Derby" in said.asserted().text


def test_a_state_body_speaks_of_what_the_report_is_about() -> None:
    text = (
        "KAMAZ will rebuild the bridge. KAMAZ hired 300 people in May. "
        "The bridge will cost 5 billion roubles, the regional government said."
    )
    found = holding(reading(text), "cost")
    assert found.attribution.authority == "regional government"
    assert found.subject == "kamaz"


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("О переговорах двух сетей первым написал «Коммерсантъ».", "possibility"),
        ("Первыми о слиянии «Велты» и «Оникса» написали «Ведомости».", "fact"),
        ("О сделке сообщил «Коммерсантъ».", "fact"),
        ("О планах «Велты» закрыть склад написал РБК.", "plan"),
    ],
)
def test_what_an_outlet_wrote_about_is_a_statement(text: str, modality: str) -> None:
    (found,) = reading(text).statements
    assert (found.attribution.source_type, found.modality) == ("media", modality)


def test_what_was_told_before_is_not_told_twice() -> None:
    text = "«Велта» откроет склад в мае. О планах ретейлера рассказал директор Ян Лось."
    (found,) = reading(text).statements
    assert found.attribution.source == "директор Ян Лось"


def test_an_institution_is_the_one_named_before() -> None:
    text = "«Велта» купила станки. Завод «Резонанс» встал. «Велта» растёт."
    found = reading(f"{text} На заводе уточнили, что цех закроют в мае.")
    assert holding(found, "уточнили").attribution.authority == "rezonans"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "СМИ сообщили, что «Аврора» закроет завод, но в компании это опровергли.",
            "опровергли",
        ),
        (
            "По данным РБК, «Аврора» закроет завод, но в компании говорят обратное.",
            "обратное",
        ),
        (
            "По слухам, «Аврора» закроет завод; в компании это назвали вымыслом.",
            "вымыслом",
        ),
        (
            "В чатах пишут, что «Аврора» закроет завод, пресс-служба их опровергла.",
            "опровергла",
        ),
    ],
)
def test_a_denial_in_the_same_sentence_is_apart(text: str, words: str) -> None:
    found = reading(text)
    told, denied = sorted(found.statements, key=lambda s: s.start)
    assert words in denied.text
    assert (told.polarity, denied.polarity) == ("asserts", "denies")
    assert told.attribution.source_type != "official"
    assert denied.attribution.source_type == "official"
    assert (denied.act, denied.modality) == (told.act, "plan")


def test_a_sum_named_before_denies_nothing() -> None:
    found = reading(
        "«Аврора» вложит в завод 5 млрд рублей. Ранее называлась сумма 4 млрд."
    )
    earlier = holding(found, "сумма")
    assert earlier.polarity == "asserts"
    assert [(f.low, f.unit) for f in earlier.figures] == [(4e9, "RUB")]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Полиция задержала вице-мэра Самары Игоря Рощина.", "arrested"),
        ("Задержан гендиректор «Авроры» Иван Петров.", "arrested"),
        ("Рейсы из Сочи задерживаются на три часа.", "delayed"),
        ("Почта задержала рассылку на неделю.", "delayed"),
    ],
)
def test_people_are_arrested_and_things_delayed(text: str, act: str) -> None:
    assert reading(text).statements[0].act == act


def test_we_are_who_speaks() -> None:
    found = reading(
        "«Если ЦБ не снизит ставку, мы заморозим стройку», — сказал совладелец "
        "«Авроры» Олег Марченко."
    )
    assert found.statements[0].subject == "avrora"


def test_who_tells_of_others_is_not_who_did_it() -> None:
    found = reading("Рейсы из Сочи сократили, уточнила представитель Мария Лось.")
    assert found.statements[0].subject is None


def test_orders_are_no_claims() -> None:
    assert texts("Рейсы задерживаются, берите с собой воду!") == []
    quoted = "«Не ждите чудес, завод закроют в мае», — сказал директор Иван Петров."
    assert len(texts(quoted)) == 1
