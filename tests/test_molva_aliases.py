"""Other names: what texts declare and people say is known to the next reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from db import store
from molva.model import Alias, Report
from molva.pipeline.read import read
from molva.pipeline.review import review
from nlp import gazetteer
from nlp.read import know_aliases
from nlp.read import read as read_reports
from tests.db_samples import SOURCES, report


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = store.open_db(tmp_path / "molva.db")
    store.save_sources(db, SOURCES)
    yield db
    db.close()
    know_aliases([])


def tell(db: Database, key: str, text: str) -> None:
    """Store one report and read it, as a run does."""
    store.save_reports(db, [report("vestnik", key, text)])
    assert read(db) == 1


def keys_of(db: Database, key: str) -> set[str]:
    sql = """SELECT e.entity_key FROM statement_entity e
        JOIN statement s ON s.id = e.statement_id
        JOIN report r ON r.id = s.report_id WHERE r.key = ?"""
    return {row[0] for row in db.conn.execute(sql, (key,))}


DECLARED = (
    "ООО «Приволжская лодочная мануфактура» (далее — «Прилодка») построит верфь "
    "за 2 млрд рублей."
)


def test_what_a_text_declares_is_known_to_the_next_reading(db: Database) -> None:
    tell(db, "1", DECLARED)
    (made,) = db.conn.execute(
        "SELECT entity_key, alias, lang FROM entity_alias WHERE made_by = 'text'"
    ).fetchall()
    key = "privolzhskaia lodochnaia manufaktura"
    assert made == (key, "Прилодка", "ru")
    tell(db, "2", "В 2024 году «Прилодка» спустила на воду 40 катеров.")
    assert keys_of(db, "2") == {key}
    tell(db, "3", "Last year Prilodka sold 30 boats, the firm said.")
    assert keys_of(db, "3") == {key}


def test_a_reading_broken_off_goes_on_knowing_what_it_knew(db: Database) -> None:
    boats = "В 2024 году «Прилодка» спустила на воду 40 катеров."
    first, second = report("vestnik", "1", DECLARED), report("vestnik", "2", boats)
    store.save_reports(db, [first, second])
    store.save_readings(db, read_reports([first]))
    assert read(db) == 1  # the rest, as if the first half had been killed
    assert keys_of(db, "2") == {"prilodka"}
    store.mark_unread(db)
    read(db)
    assert keys_of(db, "2") == {"privolzhskaia lodochnaia manufaktura"}


def test_reading_again_changes_nothing(db: Database) -> None:
    tell(db, "1", DECLARED)
    before = list(db.conn.iterdump())
    store.mark_unread(db)
    read(db)
    gone = 'INSERT INTO "report_revision"'
    after = [line for line in db.conn.iterdump() if not line.startswith(gone)]
    assert after == [line for line in before if not line.startswith(gone)]


def test_what_a_person_says_is_known_to_the_next_reading(db: Database) -> None:
    tell(db, "1", "Компания «Зарянка» выпустила 200 лодок в 2024 году.")
    review(db, "alias", None, ["Зарянка", "Zorka Boats"], actor="ann")
    tell(db, "2", "В 2025 году «Зарянка» выпустит 300 лодок.")
    tell(db, "3", "Zaryanka will build 400 boats in 2026.")
    assert keys_of(db, "2") == keys_of(db, "3") == {"zorka boats"}
    review(db, "undo", None, actor="ann")
    tell(db, "4", "В 2027 году «Зарянка» выпустит 500 лодок.")
    assert keys_of(db, "4") == {"zarianka"}


def test_a_person_also_renames_what_is_well_known(db: Database) -> None:
    tell(db, "1", "«Соллерс» выпустил 200 машин в 2024 году.")
    review(db, "alias", None, ["Соллерс", "УАЗ"], actor="ann")
    tell(db, "2", "Sollers built 300 cars in 2025. «Соллерс»")
    assert keys_of(db, "2") == {"uaz"}


def entity_keys(text: str) -> set[str]:
    one = Report(id="r", source="s", key="k", text=text)
    (reading,) = read_reports([one])
    return {entity.key for entity in reading.entities}


def test_names_that_two_texts_share_say_nothing() -> None:
    one = Alias(name="Прилодка", key="one", label="ORG", lang="ru")
    two = Alias(name="Прилодка", key="two", label="ORG", lang="ru")
    try:
        know_aliases([one, two])
        assert gazetteer.canonical_key("Прилодка") == "prilodka"
        know_aliases([one, two, replace(one, is_firm=True)])
        assert gazetteer.canonical_key("Prilodka") == "one"
    finally:
        know_aliases([])


def test_a_text_does_not_rename_what_is_well_known() -> None:
    try:
        know_aliases([Alias(name="Газпром", key="other", label="ORG", lang="ru")])
        assert entity_keys("Выручка «Газпрома» выросла.") == {"gazprom"}
    finally:
        know_aliases([])
