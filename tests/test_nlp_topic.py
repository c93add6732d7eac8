"""What reports and statements are about."""

from __future__ import annotations

from molva.model import Report
from nlp.read import read


def test_a_report_is_about_what_it_comes_back_to_not_about_who_tells_it() -> None:
    text = (
        "Nordvik will build a tram depot in Ostrava. Nordvik has made trams since 1990,"
        " the Harbour Gazette reported. The depot in Ostrava will cost $20 million."
    )
    report = Report(id="r", source="s", key="r", text=text, title="Nordvik builds")
    (reading,) = read([report])
    topics = {statement.topic for statement in reading.statements}
    assert len(topics) == 1
    assert topics.pop()[0] == "nordvik"


def test_things_are_nouns_without_names_deeds_and_values() -> None:
    for lang, text, things in (
        ("en", "Nordvik will start production of 600 electric buses in May.", {"bus"}),
        ("ru", "«Нордвик» начнёт выпуск 600 электробусов в мае.", {"электробус"}),
    ):
        report = Report(id=lang, source="s", key=lang, text=text, lang=lang)
        (reading,) = read([report])
        assert set(reading.statements[0].things) == things
