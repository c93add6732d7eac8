"""The whole job on the sample newsroom, and again."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from molva import demo, newsroom
from molva.cli import cli
from molva.commands.base import Failure
from molva.pipeline.assess import assess
from molva.pipeline.read import read
from molva.pipeline.runs import last_report_day, opened, silent

#: Columns that hold when something was fetched, in which order, and from which port.
CLOCK = {
    "n",
    "etag",
    "body_sha256",
    "seen_at",
    "first_seen_at",
    "next_check_at",
    "checked_at",
    "read_at",
    "first_at",
    "last_at",
    "url",
    "url_key",
    "id",
    "item",
}


#: Tables that hold the same whenever, and by whom, the work was done.
SAME = (
    "source",
    "statement",
    "evidence",
    "claim",
    "claim_key",
    "claim_value",
    "status_change",
    "entity",
    "entity_alias",
    "statement_entity",
    "topic",
    "topic_claim",
    "match_suggestion",
)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("demo")
    paths = folder / "one.db", folder / "two.db"
    for path in paths:
        demo.run(path, silent)
    return paths


def rows(path: Path, table: str, *, but: set[str] = frozenset()) -> list[Any]:  # type: ignore[assignment]
    with sqlite3.connect(path) as conn:
        names = [r[1] for r in conn.execute(f"PRAGMA table_info({table})")]
        kept = ", ".join(f'"{n}"' for n in names if n not in but)
        return sorted(conn.execute(f"SELECT {kept} FROM {table}"), key=repr)


@pytest.mark.parametrize("table", SAME)
def test_two_demos_hold_the_same_rows(databases: tuple[Path, Path], table: str) -> None:
    one, two = (rows(path, table) for path in databases)
    assert one == two
    assert one or table == "match_suggestion"


@pytest.mark.parametrize("table", ["report", "report_revision", "page", "issue"])
def test_two_demos_differ_only_in_the_clock(
    databases: tuple[Path, Path], table: str
) -> None:
    one, two = (rows(path, table, but=CLOCK) for path in databases)
    assert one == two
    assert one


def test_a_further_run_changes_nothing(databases: tuple[Path, Path]) -> None:
    path = databases[0]
    before = {t: rows(path, t) for t in ("claim", "status_change", "evidence")}
    with opened(path) as db:
        as_of = last_report_day(db)
        assert read(db) == 0
        assert assess(db, as_of=as_of) == 0
    assert before == {t: rows(path, t) for t in before}


def test_every_status_and_outcome_is_there(databases: tuple[Path, Path]) -> None:
    with sqlite3.connect(databases[0]) as conn:
        statuses = {r[0] for r in conn.execute("SELECT DISTINCT status FROM claim")}
        outcomes = {r[0] for r in conn.execute("SELECT DISTINCT outcome FROM claim")}
    assert statuses == {"rumor", "confirmed", "denied", "disputed"}
    assert {"open", "fulfilled", "late", "missed", "overdue"} <= outcomes


def test_the_edited_article_has_two_revisions(databases: tuple[Path, Path]) -> None:
    with sqlite3.connect(databases[0]) as conn:
        edited = conn.execute("SELECT count(*) FROM report WHERE revision > 1")
        assert edited.fetchone()[0] == 1


def test_the_demo_leaves_other_files_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    with opened(path) as db:
        db.table("source").insert(
            {"name": "mine", "title": "Mine", "kind": "media", "lang": "en"}
        )
    with pytest.raises(demo.NotADemoError, match="holds mine and is no demo"):
        demo.run(path, silent)
    with opened(path) as db:
        assert db.table("source").count == 1


def molva(path: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--db", str(path), *words])


@pytest.fixture
def copy(databases: tuple[Path, Path], tmp_path: Path) -> Path:
    path = tmp_path / "copy.db"
    with sqlite3.connect(databases[0]) as one, sqlite3.connect(path) as two:
        one.backup(two)
    return path


def test_the_queue_ranks_and_each_line_says_what_to_do(copy: Path) -> None:
    told = molva(copy, "review", "--limit", "2").stdout
    headings = ["Authorities disagree", "Perhaps the same", "Overdue"]
    places = [told.index(heading) for heading in headings]
    assert places == sorted(places)
    rows = json.loads(molva(copy, "review", "--json").stdout)
    assert {row["kind"] for row in rows} >= {"disputed", "alike", "overdue"}
    for row in rows:
        assert row["why"], row
    for row in [r for r in rows if r["kind"] == "disputed"][:2]:
        name = row["claim_id"][:6]
        assert f"molva review {name} confirm|deny" in told


def test_a_decision_is_printed_shown_logged_and_taken_back(copy: Path) -> None:
    rows = json.loads(molva(copy, "review", "--json").stdout)
    name = next(row["claim_id"] for row in rows if row["kind"] == "disputed")
    words = ("confirm", "--by", "anna", "--note", "saw the permit")
    done = molva(copy, "review", name[:8], *words)
    assert done.exit_code == 0
    assert "● confirmed" in done.stdout
    assert "the rules say disputed" in done.stdout
    shown = molva(copy, "show", name).stdout
    assert "anna decided so" in shown
    assert "saw the permit" in shown
    assert "saw the permit" in molva(copy, "review", "--log").stdout
    assert molva(copy, "review", name, "undo").exit_code == 0
    assert "◐ disputed" in molva(copy, "show", name).stdout
    with opened(copy) as db:
        assert assess(db, as_of=last_report_day(db)) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("none", "confirm"), "no claim's id starts with none"),
        (("NAME", "cnfirm"), "use confirm, deny"),
        (("NAME", "undo"), "nothing to undo"),
        (("undo",), "nothing to undo"),
        (("alias", "one"), "alias takes two names"),
    ],
)
def test_a_mistaken_review_is_wrong_usage(
    copy: Path, words: tuple[str, ...], told: str
) -> None:
    with opened(copy) as db:
        name = db.conn.execute("SELECT id FROM claim ORDER BY n").fetchone()[0]
    done = CliRunner().invoke(
        cli,
        ["--db", str(copy), "review", *(name if w == "NAME" else w for w in words)],
        standalone_mode=False,
    )
    assert isinstance(done.exception, Failure)
    assert done.exception.code == 2
    assert told in done.exception.message


def test_the_newsroom_is_invented() -> None:
    assert {outlet["kind"] for outlet in newsroom.outlets()} == {
        "media",
        "agency",
        "official",
        "trade",
    }


def test_a_figure_that_an_edit_put_right_is_a_revision(
    databases: tuple[Path, Path],
) -> None:
    with sqlite3.connect(databases[0]) as conn:
        values = conn.execute(
            """SELECT v.text, v.relation FROM claim_value v
            WHERE v.kind = 'figure' AND v.claim_id IN (
              SELECT e.claim_id FROM evidence e JOIN statement s
              ON s.id = e.statement_id WHERE s.first_revision > 1)"""
        ).fetchall()
    assert ("3.1 million tyres", "current") in values
    assert ("3.4 million tyres", "revised") in values
