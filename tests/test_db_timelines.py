"""Timelines by filters and as of a day: what was known then and nothing of later."""

import csv
import dataclasses
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from db.datasette.serve import build
from db.exports import EXPORTERS, export
from db.exports.timeline import Timeline
from db.publish import publish
from db.store import (
    Topic,
    add_review,
    load_claims,
    open_db,
    save_claims,
    save_topic,
    transaction,
)
from db.timelines import Asked, asked_of, timeline
from molva.chronology import day_of
from molva.claims import assess
from molva.cli import cli
from molva.commands.base import Failure
from molva.hindsight import as_known, before
from molva.model import Review
from nlp.gazetteer import parents
from tests.db_samples import RUMOR_SAID, filled
from tests.molva_samples import by, evidence, official
from tests.test_db_datasette import close, get

DAYS = ("2024-03-13", "2024-03-14", "2024-09-10", "2025-04-30", "2026-01-15")


@pytest.fixture
def demo(demo_db: Path) -> Iterator[Database]:
    db = open_db(demo_db)
    yield db
    db.close()


def asked(db: Database, **given: str) -> Timeline:
    found = timeline(db, asked_of(given), parents=parents)
    assert found is not None
    return found


@pytest.mark.parametrize("day", DAYS)
def test_nothing_later_than_the_day_is_known(demo: Database, day: str) -> None:
    now = {claim.id: claim for claim in asked(demo).claims}
    then = asked(demo, as_of=day)
    assert then.as_of.isoformat() == day
    for claim in then.claims:
        days = [change.changed_at for change in claim.changes]
        days += [value.said_at for value in claim.values]
        days += [item.report.published for item in claim.evidence]
        assert all((day_of(said) or "") <= day for said in days)
        known = [
            c for c in now[claim.id].changes if (day_of(c.changed_at) or "") <= day
        ]
        assert claim.status == known[-1].new
        assert [c.new for c in claim.changes] == [c.new for c in known]
    heard = {c.id for c in now.values() if (day_of(c.first_said_at) or "9") <= day}
    assert {claim.id for claim in then.claims} == heard


def test_the_days_tell_different_stories(demo: Database) -> None:
    counts = [len(asked(demo, as_of=day).claims) for day in DAYS]
    assert counts[0] == 0
    assert counts == sorted(set(counts))
    early = {c.id: c for c in asked(demo, as_of="2024-03-14").claims}
    late = {c.id: c for c in asked(demo).claims}
    assert any(late[i].status != early[i].status for i in early)
    assert any(
        [v.value.text for v in late[i].values if v.is_current]
        != [v.value.text for v in early[i].values if v.is_current]
        for i in early
    )


@pytest.mark.parametrize(
    "given",
    [
        {"topic": "Kedrovka EV"},
        {"entity": "Okamotor"},
        {"source": "granki"},
        {"status": "confirmed"},
        {"status": "rumor", "lang": "ru"},
        {"since": "2025-01-01"},
        {"until": "2024-09-10"},
        {"since": "2024-06-04", "until": "2024-06-05", "source": "vestovoy"},
    ],
    ids=str,
)
def test_filters_mean_the_same_today_and_as_of_today(
    demo: Database, given: dict[str, str]
) -> None:
    today = asked(demo, **given)
    as_of = asked(demo, **given, as_of="2100-01-01")
    assert today.claims
    assert len(today.claims) < len(asked(demo).claims)
    assert [c.id for c in as_of.claims] == [c.id for c in today.claims]


def test_status_is_asked_of_the_day(demo: Database) -> None:
    now = {c.id for c in asked(demo, status="confirmed").claims}
    then = {c.id for c in asked(demo, status="rumor", as_of="2024-03-20").claims}
    assert now & then, "rumors of then that are confirmed now"


def test_an_entity_is_found_by_any_of_its_names(demo: Database) -> None:
    ids = [
        {c.id for c in asked(demo, entity=name).claims}
        for name in ("Окамотор", "Okamotor", "okamotor")
    ]
    assert ids[0]
    assert ids[0] == ids[1] == ids[2]
    assert timeline(demo, Asked(entity="Nobody at all")) is None
    assert timeline(demo, Asked(topic="No such topic")) is None


def test_the_most_telling_claims_are_kept(demo: Database) -> None:
    few = {claim.id for claim in asked(demo, most="3").claims}
    assert len(few) == 3
    changed = [
        len(c.changes) + c.slip_count > 1 for c in asked(demo).claims if c.id in few
    ]
    assert all(changed)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"topic": "Kedrovka EV", "status": "denied"},
        {"entity": "Okamotor", "since": "2025-06-01"},
        {"source": "axle", "until": "2024-12-31", "lang": "en"},
        {"as_of": "2024-09-10", "most": "5"},
    ],
    ids=str,
)
@pytest.mark.parametrize("form", list(EXPORTERS))
def test_the_command_and_the_pages_give_the_same_file(
    demo_db: Path, given: dict[str, str], form: str
) -> None:
    site = build(demo_db, parents=parents)
    answer = get(site, f"/-/timeline.{form}?{urlencode(given)}")
    close(site)
    assert answer.status_code == 200
    options = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
    named = [f"--db={demo_db}", "timeline", f"--format={form}"]
    run = CliRunner().invoke(cli, [*named, "--site=http://localhost/", *options])
    assert run.exit_code == 0, run.output
    mine = run.stdout_bytes.decode().splitlines()
    assert mine == answer.text.splitlines()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--topic=None such"], "no topic 'None such'"),
        (["Nobody at all"], "no topic and no entity 'Nobody at all'"),
        (["--entity=Nobody at all"], "no topic and no entity"),
        (["--since=soon"], "'soon' is no day"),
        (["--as-of=soon"], "'soon' is no day"),
        (["--most=few"], "'few'"),
        (["--claim=zzzz"], "no claim"),
    ],
)
def test_the_command_says_what_is_wrong(
    demo_db: Path, options: list[str], words: str
) -> None:
    given = [f"--db={demo_db}", "timeline", *options]
    run = CliRunner().invoke(cli, given, standalone_mode=False)
    assert isinstance(run.exception, Failure)
    assert run.exception.code == 2
    assert words in run.exception.message


def test_the_command_speaks_russian(demo_db: Path) -> None:
    given = [f"--db={demo_db}", "timeline", "--words=ru", "--status=denied"]
    run = CliRunner().invoke(cli, given)
    assert "Опровергнуто" in run.output


# --- what people decided, edits, withdrawn reports -----------------------------------


def decision(verb: str, at: str, **more: object) -> Review:
    given: dict[str, object] = {
        "claim_id": "c",
        "verb": verb,
        "actor": "anna",
        "at": at,
    }
    return Review(id=f"{verb}-{at}", **{**given, **more})  # type: ignore[arg-type]


ITEMS = [
    evidence("a", "2024-03-01", by("anonymous"), text="Two say the depot will close."),
    evidence("b", "2024-06-01", official(), text="Zarnitsa will close the depot."),
]


def then(day: str, *reviews: Review, **more: dict[str, str]) -> list[str]:
    claim = assess("c", ITEMS, reviews, as_of=date(2025, 1, 1))
    found = as_known([claim], reviews, date.fromisoformat(day), **more)  # type: ignore[arg-type]
    return [one.status for one in found]


def test_a_claim_is_what_its_evidence_made_it_by_then() -> None:
    assert then("2024-02-29") == []
    assert then("2024-03-01") == ["rumor"]
    assert then("2024-06-01") == ["confirmed"]


def test_a_decision_stands_from_its_day_to_the_day_it_was_undone() -> None:
    made = decision("deny", "2024-04-01T10:00:00Z", is_undone=True)
    undo = decision("undo", "2024-05-01T10:00:00Z", argument=made.id)
    assert then("2024-03-31", made, undo) == ["rumor"]
    assert then("2024-04-15", made, undo) == ["denied"]
    assert then("2024-05-02", made, undo) == ["rumor"]
    assert [r.is_undone for r in before([made, undo], date(2024, 4, 15))] == [False]


def test_a_report_withdrawn_later_stood_then() -> None:
    gone = [
        dataclasses.replace(
            item, report=dataclasses.replace(item.report, is_withdrawn=True)
        )
        if item is ITEMS[1]
        else item
        for item in ITEMS
    ]
    claim = assess("c", gone, as_of=date(2025, 1, 1))
    report = ITEMS[1].report.id
    for day, status in (("2024-07-01", "confirmed"), ("2024-09-01", "rumor")):
        (found,) = as_known(
            [claim],
            (),
            date.fromisoformat(day),
            withdrawn={report: "2024-08-01T00:00:00Z"},
        )
        assert found.status == status


def test_a_published_copy_knows_what_people_had_decided(tmp_path: Path) -> None:
    path, copy = filled(tmp_path), tmp_path / "copy.db"
    db = open_db(path)
    told = load_claims(db, [RUMOR_SAID.id])[0]
    change = dataclasses.replace(
        told.changes[-1], changed_at="2022-09-01", new="denied", actor="anna"
    )
    with transaction(db):
        save_claims(db, [dataclasses.replace(told, changes=(*told.changes, change))])
    publish(db, copy)
    db.close()
    with closing(sqlite3.connect(copy)) as conn:
        for day, status in (
            ("2022-07-21", "rumor"),
            ("2022-08-01", "confirmed"),
            ("2022-09-02", "denied"),
        ):
            (claim,) = asked(Database(conn), as_of=day).claims
            assert claim.status == status


def test_the_day_of_a_download_is_kept_in_every_format(tmp_path: Path) -> None:
    path = filled(tmp_path)
    db = open_db(path)
    save_topic(db, Topic("Volna & co", entities=("volna",)))
    shown = asked(db, topic="Volna & co", as_of="2022-07-22")
    db.close()
    (row,) = csv.DictReader(io.StringIO(export("csv", shown)))
    assert row["status"] == "rumor"
    assert row["reports"] == "1"
    assert json.loads(export("json", shown))["as_of"] == "2022-07-22"
    assert json.loads(export("claimreview", shown))["@graph"] == []
    assert "22 July 2022" in export("md", shown)


def test_reviews_of_a_day_are_those_made_by_it(tmp_path: Path) -> None:
    db = open_db(filled(tmp_path))
    made = decision("dismiss", "2022-08-05T09:00:00Z", claim_id=RUMOR_SAID.id)
    add_review(db, made)
    assert asked(db, as_of="2022-08-04").by_first_said()
    assert not asked(db, as_of="2022-08-05").by_first_said()
    db.close()
