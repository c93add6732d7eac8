"""DESIGN §4: what is the same claim, what revises it, what is another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from molva.features import features
from molva.matching import block_keys, match
from molva.model import Statement
from tests.molva_samples import by, event, figure, statement

LONG = "Zarnitsa will start making electric buses at its plant near Volnogorsk"


def told(
    text: str = LONG,
    subject: str | None = "zarnitsa",
    act: str | None = "produced",
    report: str = "r1",
    **more: Any,
) -> Statement:
    names = more.pop("names", ((subject.title(), "ORG"),) if subject else ())
    return statement(text, subject=subject, act=act, report=report, names=names, **more)


@pytest.mark.parametrize(
    "change",
    [
        {"modality": "possibility"},
        {"modality": "fact"},
        {"polarity": "denies"},
        {"figures": (figure(27_000),)},
        {"dates": (event(None, "2026-12-31"),)},
        {"act": "delayed", "dates": (event(None, "2026-12-31"),)},
    ],
)
def test_stages_denials_and_revisions_are_of_one_claim(change: dict[str, Any]) -> None:
    first: dict[str, Any] = {
        "modality": "plan",
        "figures": (figure(100_000),),
        "dates": (event(None, "2024-12-31"),),
    }
    a = told(**first)
    b = told(report="r2", **{**first, **change})
    assert match(a, b, 0.8).zone in ("auto", "suggest")
    if "act" not in change:
        assert match(a, b, 0.8).zone == "auto"


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (told(act="sold"), "other predicate"),
        (told(subject="volgar", text=LONG.replace("Zarnitsa", "Volgar")), "other sub"),
        (told(text=LONG.replace("electric", "12th")), "other ordinals"),
        (
            told(names=(("Zarnitsa", "ORG"), ("Kometa", "PRODUCT"))),
            "other names",
        ),
    ],
)
def test_what_differs_in_subject_deed_number_or_model_is_another_claim(
    other: Statement, reason: str
) -> None:
    text = LONG.replace("electric", "13th") if "ordinals" in reason else LONG
    names = (("Zarnitsa", "ORG"), ("Iskra", "PRODUCT"))
    found = match(told(text, names=names), other, 0.97)
    assert found.zone == "none"
    assert any(reason in given for given in found.reasons)
    assert found.score < 0.5


def test_a_vector_alone_never_merges() -> None:
    other = "Transport around the river town could change for good before winter"
    unknown = told(other, subject=None, act=None)
    assert match(unknown, told(subject=None, act=None, report="r2"), 1.0).zone != "auto"
    assert match(unknown, told(report="r2", act=None), 1.0).zone != "auto"


def test_a_short_text_needs_subject_and_predicate() -> None:
    short = told("Start in 2024", subject=None)
    assert match(short, told("Start in 2024", report="r2"), 0.99).zone != "auto"
    named = told("Zarnitsa makes buses")
    assert match(named, told("Zarnitsa makes buses", report="r2"), 0.9).zone == "auto"


def test_the_story_of_two_reports_stands_for_a_subject() -> None:
    a = told("The first buses will leave the hall in spring", subject=None, act=None)
    b = told(
        "The first buses will roll out in spring", subject=None, act=None, report="b"
    )
    assert match(a, b, 0.7).zone != "auto"
    topic = ("zarnitsa", "volnogorsk", "kometa")
    a, b = (replace(one, topic=topic, things=("bus",)) for one in (a, b))
    assert match(a, b, 0.7).zone == "auto"
    assert match(a, replace(b, topic=("volgar", "ozersk")), 0.7).zone != "auto"


def test_one_thing_said_of_two_makers_is_two_claims() -> None:
    a = told("Zarnitsa will close 32 stores by the end of March 2025", act="closed")
    b = told(
        "Competitor Volgar will close 32 stores by the end of March 2026",
        subject="volgar",
        act="closed",
        report="r2",
    )
    topic = ("zarnitsa", "volgar")
    a, b = (replace(one, topic=topic, things=("store",)) for one in (a, b))
    assert match(a, b, 0.8).zone == "none"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Двенадцатый состав пришёл в депо", "Тринадцатый состав пришёл в депо"),
        ("На юге края ждут шторма", "На севере края ждут шторма"),
        ("Двадцать первый состав пришёл", "22-й состав пришёл"),
    ],
)
def test_ordinals_in_words_and_sides_of_the_world_tell_apart(
    one: str, other: str
) -> None:
    a, b = (
        told(text, subject=None, act=None, report=text, lang="ru")
        for text in (one, other)
    )
    assert match(a, b, 0.95).zone == "none"


def test_a_plant_that_is_built_is_not_what_it_makes() -> None:
    plan = told("Zarnitsa will build a dairy in Torbino", act="built")
    made = told("Zarnitsa's dairy in Torbino made its first products", report="r2")
    assert match(plan, made, 0.7).zone != "auto"
    cars = (figure(40_000, start=0, end=0), figure(31_000, measure="built"))
    make = told("Zarnitsa will produce more cars", figures=cars[:1])
    build = told("Zarnitsa will build more cars", act="built", figures=cars[1:])
    assert not match(make, build, 0.7).is_excluded
    assert match(make, build, 0.7).score > match(plan, made, 0.7).score


def cost(text: str, low: float, measure: str, **more: Any) -> Statement:
    money = figure(low, "USD", measure, start=0, end=0)
    return told(text, act=measure, figures=(money,), **more)


def test_what_a_project_costs_is_one_claim_in_whatever_word() -> None:
    price = cost("The Torbino plant will cost a sum", 40e6, "priced")
    bill = cost("The bill for the plant has risen", 44e6, "budget", report="r2")
    port = cost("The bill for the port has risen", 44e6, "budget", report="r2")
    dear = cost("The bill for the plant has risen", 400e6, "budget", report="r2")
    assert match(price, bill, 0.7).zone == "auto"
    assert match(price, port, 0.7).zone != "auto"
    assert match(price, dear, 0.7).zone != "auto"


def test_figures_of_different_years_are_different_claims() -> None:
    a = told(figures=(figure(50_000),), dates=(event("2023-01-01", "2023-12-31"),))
    b = told(
        figures=(figure(100_000),),
        dates=(event("2024-01-01", "2024-12-31"),),
        report="r2",
    )
    assert match(a, b, 0.9).zone != "auto"
    deadline = told(
        figures=(figure(100_000),), dates=(event(None, "2024-12-31"),), report="r2"
    )
    assert match(a, deadline, 0.9).zone == "auto"


def test_a_rival_named_beside_a_company_is_not_that_company() -> None:
    text = "The chain will open 40 stores in Ternova by the end of the year"
    a = told(text, subject="dorlin", act="opened", names=(("Ternova", "LOC"),))
    b = told(
        "Rival Hestan will open 40 stores in Ternova by the end of the year",
        subject="hestan",
        act="opened",
        names=(("Hestan", "ORG"), ("Ternova", "LOC")),
        report="r2",
    )
    a = replace(a, topic=("dorlin", "ternova"), things=("store",))
    known = replace(b, topic=("dorlin", "hestan", "ternova"), things=("store",))
    assert match(a, known, 0.8).zone != "auto"
    # where the other report never names the chain, its words may stand for it
    alone = replace(b, topic=("hestan", "ternova"), things=("store",))
    assert match(a, replace(alone, subject="dorlin"), 0.8).zone == "auto"


def test_nine_months_and_a_year_are_two_periods() -> None:
    a = told(figures=(figure(50_000),), dates=(event("2023-01-01", "2023-12-31"),))
    months = replace(event(None, None), timex="P9M", edtf=None)
    b = told(figures=(figure(40_000),), dates=(months,), report="r2")
    assert match(a, b, 0.9).zone == "none"
    year = replace(months, timex="P12M")
    assert match(a, replace(b, dates=(year,)), 0.9).zone == "auto"


def test_one_report_does_not_revise_itself() -> None:
    a, b = told(figures=(figure(600),)), told(figures=(figure(400),), text=LONG + ".")
    assert match(a, b, 0.9).zone != "auto"


def test_a_report_that_tells_what_it_then_denies_tells_one_claim() -> None:
    first = told("Zarnitsa will start making electric buses, a source said.")
    second = told("Zarnitsa called off plans to make buses.", polarity="denies")
    second = replace(second, start=90, end=130)
    answered = match(first, second, 0.45)
    beside = match(first, replace(second, polarity="asserts"), 0.45)
    assert answered.zone == "auto"
    assert beside.zone != "auto"
    other = replace(second, act="sold")
    assert match(first, other, 0.6).zone == "none"


def test_languages_meet_in_names_and_acts() -> None:
    ru = told(
        "«Зарница» начнёт выпуск электробусов под Вольногорском",
        lang="ru",
        figures=(figure(40, unit="машина"),),
    )
    en = figure(40, unit="car")
    assert match(ru, told(report="r2", figures=(en,)), 0.6).zone == "auto"
    assert match(ru, told(report="r2", act="sold"), 0.6).zone == "none"


def test_a_start_and_an_amount_are_two_claims() -> None:
    start, amount = told(), told(figures=(figure(27_000),), report="r2")
    assert match(start, amount, 0.7).zone == "suggest"


def test_a_parent_company_is_the_same_subject() -> None:
    a, b = told(), told(subject="zarnitsa holding group", report="r2", names=())
    assert match(a, b, 0.8).zone == "auto"
    c = told(subject="volgar", report="r2", text="Volgar will make electric buses soon")
    assert match(a, c, 0.8).zone == "none"
    assert match(a, c, 0.8, parents={"zarnitsa": "volgar"}).zone == "auto"


QUOTE = '"We are staying in Volnogorsk," she said'


@pytest.mark.parametrize(
    ("text", "start", "speaker", "zone"),
    [
        (QUOTE, 80, "chief executive Ada Pell", "auto"),
        (QUOTE, 80, "union head Tom Reed", "none"),
        (QUOTE, 900, "chief executive Ada Pell", "none"),
        (QUOTE.strip('"'), 80, "chief executive Ada Pell", "none"),
        ('"Buses are doing well," she said', 80, "chief executive Ada Pell", "none"),
    ],
)
def test_a_speaker_says_again_what_was_just_reported(
    text: str, start: int, speaker: str, zone: str
) -> None:
    place = ("Volnogorsk", "LOC")
    a = told(
        "Zarnitsa has scrapped the move of its office from Volnogorsk, she said",
        act="cancelled",
        names=(("Zarnitsa", "ORG"), place),
        attribution=by("official", "chief executive Ada Pell"),
        topic=("zarnitsa", "volnogorsk"),
    )
    b = told(
        text,
        act=None,
        names=(place,) if "Volnogorsk" in text else (),
        attribution=by("official", speaker),
        topic=("zarnitsa", "volnogorsk"),
    )
    b = replace(b, start=start, end=start + len(text))
    assert match(a, b, 0.5).zone == zone


def test_a_verb_for_a_verb_is_no_other_thing() -> None:
    a = told("Zarnitsa opens the Sokol depot", act="opened")
    b = told("Zarnitsa opened the Sokol depot for everybody", act="opened", report="r2")
    a = replace(a, things=("depot",))
    b = replace(b, things=("depot", "everybody"))
    assert match(a, b, 0.7).zone == "auto"


def test_the_same_figure_on_the_same_day_needs_no_name() -> None:
    fare, day = figure(42, unit="RUB", measure="priced"), event(None, "2025-01-01")
    a, b = (
        told(
            text,
            subject=None,
            act="grew",
            report=text,
            lang="ru",
            figures=(fare,),
            dates=(day,),
            things=("проезд", "метро"),
        )
        for text in ("Проезд в метро подорожает", "Проезд в метро подорожал")
    )
    assert match(a, b, 0.75).zone == "auto"


def test_a_score_is_ordered_and_symmetric() -> None:
    a = told(figures=(figure(600),))
    same = told(figures=(figure(600),), report="r2")
    revised = told(figures=(figure(500),), report="r2")
    other = told(figures=(figure(600),), report="r2", act="sold")
    scores = [match(a, x, 0.8).score for x in (same, revised, other)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= value <= 1 for value in scores)
    assert match(a, revised, 0.8) == match(revised, a, 0.8)


def test_who_says_it_is_not_what_it_is_about() -> None:
    from tests.molva_samples import official

    said = told(
        attribution=official("city hall"),
        names=(("Zarnitsa", "ORG"), ("City Hall", "ORG")),
    )
    assert set(features(said).names) == {"zarnitsa"}


def test_block_keys_go_from_narrow_to_broad_and_meet_across_languages() -> None:
    ru = told("«Зарница» начнёт выпуск", lang="ru", dates=(event(None, "2024-12-31"),))
    en = told(report="r2", dates=(event(None, "2025-12-31"),))
    keys = block_keys(ru)
    assert keys[-2:] == ("zarnitsa", "zarni")
    assert set(keys) & set(block_keys(en)) == {
        "zarni|produced",
        "zarnitsa",
        "zarni",
    }


def test_a_statement_without_names_can_still_be_found() -> None:
    a, b = (told("Production will start soon", subject=None, report=r) for r in "ab")
    assert set(block_keys(a)) & set(block_keys(b))


@pytest.mark.parametrize("text", ["", "   ", "🙂", "1" * 500])
def test_odd_text_is_compared_without_fuss(text: str) -> None:
    odd = told(text, subject=None, act=None)
    assert match(odd, told(), 0.0).zone == "none"
    assert isinstance(block_keys(odd), tuple)
