"""The same words of other companies are other claims, however alike they sound."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import product

import pytest

from molva import index
from molva.matching import match
from molva.model import Report, Statement
from nlp.encode import encode
from nlp.read import read

COMPANIES = {
    "en": {
        "Brackwell": "Harrowby",
        "Ostrava Steel": "Harrowby",
        "Halcyon Foods": "Millbrook",
        "Pinnacle": "Harrowby",
        "Lindqvist": "Millbrook",
        "Micron": "Harrowby",
        "Microsoft": "Harrowby",
    },
    "ru": {
        "Волгомаш": "Липовка",
        "Северлес": "Липовка",
        "Гранитек": "Градово",
        "Уралит": "Липовка",
        "Парусник": "Градово",
        "Северсталь": "Липовка",
        "Газпром": "Градово",
        "Газпромбанк": "Градово",
    },
}
TEXTS = {
    "en": (
        "{name} will build a paper mill in {town} by the end of 2028, two people "
        "familiar with the plans said. The project may cost {cost} million dollars.",
        "{name} plans to invest {cost} million dollars in a paper mill in {town}, its "
        "chief executive said on Monday. It should open in 2028.",
    ),
    "ru": (
        "«{name}» построит бумажную фабрику в городе {town} до конца 2028 года, "
        "рассказали два источника. Проект может стоить {cost} млн долларов.",
        "«{name}» планирует вложить {cost} млн долларов в бумажную фабрику в городе "
        "{town}, сообщил гендиректор. Открытие намечено на 2028 год.",
    ),
}


def told(lang: str) -> list[tuple[str, Report]]:
    """Return reports with the company that each is about, told in turn."""
    found = []
    for turn, (number, (name, town)) in product(
        range(2), enumerate(COMPANIES[lang].items())
    ):
        text = TEXTS[lang][turn].format(name=name, town=town, cost=120 + 37 * number)
        report = Report(
            id=f"{name} {turn}",
            source="dnevnik",
            key=f"{name} {turn}",
            text=text,
            title=text.split(",")[0],
            lang=lang,
            published=f"2026-0{1 + turn}-1{number}T10:00:00Z",
        )
        found.append((name, report))
    return found


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_no_claim_is_of_two_companies(lang: str) -> None:
    names = {report.id: name for name, report in told(lang)}
    claims = index.MemoryIndex()
    whose: dict[str, set[str]] = defaultdict(set)
    count = 0
    for reading in read([report for _, report in told(lang)]):
        vectors = encode([s.content for s in reading.statements])
        for statement, vector in zip(reading.statements, vectors, strict=True):
            claim = index.place(statement, vector, claims).claim_id
            claims.add(claim, statement, vector)
            whose[claim].add(names[statement.report_id])
            count += 1
    assert count >= 15
    assert [sorted(found) for found in whose.values() if len(found) > 1] == []


def last_said(lang: str, *texts: str) -> tuple[Statement, Statement, float]:
    """Return the last statement of each of two texts, and their cosine."""
    reports = (
        Report(id=text, source="dnevnik", key=text, text=text, title="", lang=lang)
        for text in texts
    )
    one, other = (reading.statements[-1] for reading in read(reports))
    x, y = encode([one.content, other.content])
    return one, other, float(x @ y)


@pytest.mark.parametrize(
    ("lang", "company", "news"),
    [
        (
            "en",
            "Kolvex of Harrowby was founded in 1994.",
            "Kolvex is in trouble. Only nine were ever built, all of them in Harrowby.",
        ),
        (
            "ru",
            "Компания «Колвекс» из Липовки основана в 1994 году.",
            "«Колвекс» сократит сеть. Девять станций, построенных в Липовке, "
            "продолжат работу.",
        ),
    ],
)
def test_a_founded_company_is_nothing_that_it_built(
    lang: str, company: str, news: str
) -> None:
    one, other, cosine = last_said(lang, company, news)
    assert (one.act, other.act) == ("founded", "built")
    assert match(one, other, cosine).zone != "auto"


@pytest.mark.parametrize(
    ("lang", "first", "second"),
    [
        (
            "en",
            "Kolvex will build a cement plant in Harrowby. It should open in 2027.",
            "Kolvex will build a tram depot in Millbrook. It should open in 2028.",
        ),
        (
            "ru",
            "«Колвекс» построит цементный завод в Липовке. Проект может стоить 830 млн "
            "рублей.",
            "«Колвекс» построит трамвайное депо в Градово. Проект может стоить 374 млн "
            "рублей.",
        ),
    ],
)
def test_two_projects_of_a_company_are_two_claims(
    lang: str, first: str, second: str
) -> None:
    one, other, cosine = last_said(lang, first, second)
    assert one.subject == other.subject == "kolveks"
    assert match(one, other, cosine).zone == "suggest"
    # told of one project by two reports, it is one claim
    again = replace(one, id="again", report_id="again")
    assert match(one, again, 1.0).zone == "auto"


def test_what_opens_is_no_bank_of_that_name() -> None:
    text = "Завод «Полюс» строят с 2024 года. Открытие намечено на 2028 год."
    report = Report(id="1", source="dnevnik", key="1", text=text, lang="ru")
    (reading,) = read([report])
    assert {statement.subject for statement in reading.statements} == {"polius"}
    text = "Банк «Открытие» закроет 20 офисов."
    (reading,) = read([Report(id="2", source="dnevnik", key="2", text=text)])
    assert [statement.subject for statement in reading.statements] == ["otkritie"]
