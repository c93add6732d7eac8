"""Reviews on a real database: they move, win, stand, survive and can be undone."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from db import store
from molva.matching import block_keys
from molva.model import Attribution, Claim, Reading, Report, ReviewVerb, Statement
from molva.names import key
from molva.pipeline.assess import assess
from molva.pipeline.judge import judge
from molva.pipeline.review import review, reviewer
from molva.pipeline.runs import give_way
from molva.reviews import Reviewed, ReviewError
from molva.track import TrackRow, rows_of, track_record
from tests.molva_samples import by, event, figure, official, statement

NOW = date(2024, 6, 1)
INSIDERS = by("anonymous", "two insiders", count=2)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = store.open_db(tmp_path / "molva.db")
    yield db
    db.close()


def tell(
    db: Database,
    outlet: str,
    day: str,
    attribution: Attribution | None = None,
    *,
    claim: str | None = None,
    **more: Any,
) -> Statement:
    """Store a report of one statement; file it under a claim, or found one with it."""
    said = save(db, outlet, day, attribution, **more)
    home = claim or said.id
    with store.transaction(db):
        origin = f"outlet:{outlet}"
        store.place(db, said, home, block_keys(said), origin, "supports")
        judge(db, [home], as_of=NOW)
    return said


def save(
    db: Database,
    outlet: str,
    day: str,
    attribution: Attribution | None = None,
    **more: Any,
) -> Statement:
    """Store a report of one statement, and leave it to be filed."""
    name = f"{outlet}-{day}"
    words = {
        "text": f"Told by {name}.",
        "subject": "zarnitsa",
        "act": "built",
        "names": (("Zarnitsa", "ORG"),),
        **more,
    }
    said = statement(report=name, attribution=attribution, **words)
    with store.transaction(db):
        report = Report(
            id=name, source=outlet, key=name, text=said.text, published=day, lang="en"
        )
        report = dataclasses.replace(report, seen_at=f"{day}T10:00:00Z")
        store.save_reports(db, [report])
        store.save_readings(
            db, [Reading(report_id=name, lang="en", statements=(said,))]
        )
    return said


def decide(
    db: Database, claim: str | None, verb: ReviewVerb, *arguments: str, **more: Any
) -> Reviewed:
    given = {"actor": "anna", "as_of": NOW, **more}
    return review(db, verb, claim, arguments, **given)


def claim_of(db: Database, claim_id: str) -> Claim:
    return store.load_claims(db, [claim_id])[0]


def members(db: Database, claim_id: str) -> set[str]:
    return {e.statement.id for e in store.evidence(db, [claim_id]).get(claim_id, ())}


def state(db: Database) -> dict[str, object]:
    """Return all that follows from evidence and reviews, but for row numbers."""
    found = store.load_claims(db, sorted(store.all_claim_ids(db)))
    homes = db.conn.execute("SELECT * FROM evidence ORDER BY 1").fetchall()
    keys = db.conn.execute("SELECT * FROM claim_key ORDER BY 1, 2").fetchall()
    tracks = db.conn.execute("SELECT * FROM track ORDER BY 1, 2").fetchall()
    return {"claims": found, "homes": homes, "keys": keys, "tracks": tracks}


def test_a_verdict_wins_stands_and_shows_what_speaks_against_it(db: Database) -> None:
    rumor = tell(db, "vestnik", "2024-01-10", INSIDERS, modality="plan")
    done = decide(db, rumor.id[:7], "deny", note="the plot was sold")
    assert done.claim_id == rumor.id
    told = claim_of(db, rumor.id)
    assert (told.status, told.rules_status, told.is_challenged) == (
        "denied",
        "rumor",
        False,
    )
    assert (told.changes[-1].actor, told.changes[-1].note) == (
        "anna",
        "the plot was sold",
    )
    tell(db, "press", "2099-01-10", official(), claim=rumor.id, modality="plan")
    told = claim_of(db, rumor.id)
    assert (told.status, told.rules_status, told.is_challenged) == (
        "denied",
        "confirmed",
        True,
    )
    (row,) = store.answer(db, "needs_eyes")
    assert (row["kind"], row["claim_id"]) == ("challenged", rumor.id)
    assert "the rules say confirmed" in row["why"]
    decide(db, rumor.id, "undo")
    assert claim_of(db, rumor.id).status == "confirmed"
    assert store.answer(db, "needs_eyes") == []


def test_a_merge_moves_evidence_and_is_found_by_its_old_name(db: Database) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    two = tell(db, "courier", "2024-01-12", official())
    three = tell(db, "axle", "2024-01-13", INSIDERS)
    store.suggest(db, one.id, two.id, 0.9, ["same subject"])
    store.suggest(db, two.id, three.id, 0.6, ["same subject"])
    before, asked = state(db), store.list_suggestions(db)
    done = decide(db, one.id, "merge", two.id[:8])
    (moved,) = store.list_suggestions(db)
    assert {moved["claim_a"], moved["claim_b"]} == {one.id, three.id}
    assert (done.touched, done.gone) == ((one.id,), (two.id,))
    assert members(db, one.id) == {one.id, two.id}
    assert claim_of(db, one.id).status == "confirmed"
    assert store.find_claim_id(db, two.id) == one.id
    assert judge(db, store.all_claim_ids(db), as_of=NOW) == 0
    decide(db, two.id, "undo")
    assert state(db) == before
    assert [row for row in store.list_suggestions(db) if row in asked] == asked


def test_a_verdict_on_a_merged_claim_goes_with_it(db: Database) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    two = tell(db, "courier", "2024-01-12", INSIDERS)
    decide(db, two.id, "confirm")
    decide(db, one.id, "merge", two.id)
    assert claim_of(db, one.id).status == "confirmed"
    decide(db, one.id, "undo")
    assert claim_of(db, one.id).status == "rumor"
    assert claim_of(db, two.id).status == "confirmed"


def test_a_split_after_a_merge_is_a_claim_of_its_own(db: Database) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    two = tell(db, "courier", "2024-01-12", INSIDERS)
    decide(db, one.id, "merge", two.id)
    done = decide(db, one.id, "split", two.id[:8])
    (new,) = set(done.touched) - {one.id}
    assert (members(db, one.id), members(db, new)) == ({one.id}, {two.id})
    decide(db, one.id, "undo")
    assert members(db, one.id) == {one.id, two.id}


def test_what_came_to_a_split_claim_returns_with_it(db: Database) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    two = tell(db, "courier", "2024-01-12", INSIDERS, claim=one.id)
    decide(db, one.id, "split", two.id)
    later = tell(db, "axle", "2024-01-14", INSIDERS, claim=two.id)
    assert members(db, two.id) == {two.id, later.id}
    decide(db, one.id, "undo")
    assert members(db, one.id) == {one.id, two.id, later.id}
    assert store.load_claims(db, [two.id]) == []


def test_a_run_files_by_the_decisions_that_stand(db: Database) -> None:
    text = "Zarnitsa will build 300 buses in Verkholessk this year."
    words: dict[str, Any] = {
        "text": text,
        "modality": "plan",
        "figures": (figure(300),),
    }
    one = tell(db, "vestnik", "2024-01-10", INSIDERS, **words)
    two = tell(db, "courier", "2024-01-12", INSIDERS)
    decide(db, two.id, "merge", one.id)
    said = save(db, "axle", "2024-02-01", INSIDERS, **words)
    assess(db, as_of=NOW)
    assert members(db, two.id) == {one.id, two.id, said.id}
    decide(db, two.id, "undo")
    assert members(db, one.id) == {one.id, said.id}


def test_what_is_like_a_split_statement_goes_where_that_went(db: Database) -> None:
    text = "Zarnitsa will build 300 buses in Verkholessk this year."
    words: dict[str, Any] = {
        "text": text,
        "modality": "plan",
        "figures": (figure(300),),
    }
    one = tell(db, "courier", "2024-01-10", INSIDERS)
    two = tell(db, "vestnik", "2024-01-12", INSIDERS, claim=one.id, **words)
    decide(db, one.id, "split", two.id)
    said = save(db, "axle", "2024-02-01", INSIDERS, **words)
    assess(db, as_of=NOW)
    assert members(db, two.id) == {two.id, said.id}
    decide(db, one.id, "undo")
    assert members(db, one.id) == {one.id, two.id, said.id}


def test_dismissed_is_hidden_leaves_the_counts_and_comes_back(db: Database) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    assert len(store.carried_by(db)) == 1
    decide(db, one.id, "dismiss", note="a joke of 1 April")
    assert store.list_claims(db) == []
    assert store.carried_by(db) == []
    tell(db, "courier", "2024-01-12", INSIDERS, claim=one.id)
    assert store.list_claims(db) == []
    decide(db, one.id, "undo")
    assert len(store.list_claims(db)) == 1


def test_set_settles_outcome_and_contradictions(db: Database) -> None:
    one = tell(
        db,
        "vestnik",
        "2024-01-10",
        INSIDERS,
        modality="plan",
        figures=(figure(300),),
        dates=(event(None, "2024-02-01"),),
    )
    more = {"modality": "plan", "figures": (figure(500),)}
    tell(db, "courier", "2024-01-10", INSIDERS, claim=one.id, **more)
    kinds = [row["kind"] for row in store.answer(db, "needs_eyes")]
    assert kinds == ["contradicted", "overdue"]
    decide(db, one.id, "set", "figure", "300")
    decide(db, one.id, "set", "outcome", "missed")
    told = claim_of(db, one.id)
    assert (told.is_contradicted, told.outcome) == (False, "missed")
    figures = {v.value.text: v.relation for v in told.values if v.kind == "figure"}
    assert figures == {"300": "current", "500": "revised"}
    assert store.answer(db, "needs_eyes") == []
    decide(db, None, "undo")
    decide(db, None, "undo")
    told = claim_of(db, one.id)
    assert (told.is_contradicted, told.outcome) == (True, "overdue")


def test_what_was_set_is_challenged_by_what_is_on_record_since(db: Database) -> None:
    plan: dict[str, Any] = {"modality": "plan", "dates": (event(None, "2024-12-31"),)}
    one = tell(db, "press", "2024-01-10", official(), figures=(figure(300),), **plan)
    decide(db, one.id, "set", "figure", "300")
    decide(db, one.id, "set", "outcome", "missed")
    assert not claim_of(db, one.id).is_challenged
    tell(db, "vestnik", "2099-01-11", INSIDERS, claim=one.id, figures=(figure(500),))
    assert not claim_of(db, one.id).is_challenged
    tell(db, "press", "2099-01-12", official(), claim=one.id)
    told = claim_of(db, one.id)
    assert (told.outcome, told.is_challenged) == ("missed", True)
    (row,) = store.answer(db, "needs_eyes")
    assert row["why"] == "newer evidence speaks against what a person decided"
    decide(db, one.id, "undo")
    assert not claim_of(db, one.id).is_challenged
    more: dict[str, Any] = {"modality": "plan", "figures": (figure(400),)}
    tell(db, "press", "2099-01-13", official(), claim=one.id, **more)
    assert claim_of(db, one.id).is_challenged
    current = [v.value.text for v in claim_of(db, one.id).values if v.is_current]
    assert "300" in current
    decide(db, one.id, "undo")
    assert not claim_of(db, one.id).is_challenged


def test_set_apart_takes_a_suggestion_from_the_queue(db: Database) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    two = tell(db, "courier", "2024-01-12", INSIDERS)
    store.suggest(db, one.id, two.id, 0.7, ["cosine 0.80", "same subject"])
    (row,) = store.answer(db, "needs_eyes")
    assert row["kind"] == "alike"
    assert row["why"] == "70% alike: same subject"
    decide(db, one.id, "set", "apart", two.id)
    assert store.answer(db, "needs_eyes") == store.list_suggestions(db) == []
    decide(db, two.id, "set", "subject", "Zarnitsa")
    assert store.list_suggestions(db) == []
    decide(db, one.id, "undo")
    assert len(store.list_suggestions(db)) == 1


def test_an_alias_renames_until_it_is_taken_back(db: Database) -> None:
    other = {"subject": key("Zarya Motors"), "names": (("Zarya Motors", "ORG"),)}
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    said = save(db, "courier", "2024-01-12", INSIDERS, **other)
    assess(db, as_of=NOW)
    assert claim_of(db, said.id).subject == key("Zarya Motors")
    done = decide(db, None, "alias", "Zarya Motors", "Zarnitsa")
    assert done.is_refiling
    assess(db, as_of=NOW)
    home = store.find_claim_id(db, said.id)
    assert claim_of(db, home).subject == "zarnitsa"
    assert len(store.list_claims(db, entity="Zarnitsa")) == len(store.all_claim_ids(db))
    assert decide(db, None, "undo").is_refiling
    assess(db, as_of=NOW)
    assert claim_of(db, said.id).subject == key("Zarya Motors")
    assert claim_of(db, one.id).subject == "zarnitsa"
    assert len(store.list_claims(db, entity="Zarnitsa")) == 1


def test_a_withdrawn_report_takes_its_word_along(db: Database) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    tell(db, "press", "2024-01-12", official(), claim=one.id)
    assert claim_of(db, one.id).status == "confirmed"
    judge(db, store.withdraw(db, "press-2024-01-12"), as_of=NOW)
    assert claim_of(db, one.id).status == "rumor"
    judge(db, store.withdraw(db, "press-2024-01-12", withdrawn=False), as_of=NOW)
    assert claim_of(db, one.id).status == "confirmed"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("none", "confirm"), "no claim's id starts with none"),
        (("", "confirm"), "give the first letters"),
        (("A", "undo"), "nothing to undo"),
        (("A", "merge", "A"), "is the same claim as"),
        (("A", "merge"), "merge takes one claim"),
        (("A", "split", "A"), "nothing would be left"),
        (("A", "split", "B"), "is no statement of"),
        (("A", "split"), "split takes statements"),
        (("A", "set", "colour", "red"), "subject, act, outcome"),
        (("A", "set", "outcome", "soon"), "open, fulfilled"),
        (("A", "set", "figure", "7"), "is no figure of"),
        (("A", "set", "subject", "Nobody"), "nothing is named 'Nobody'"),
        (("A", "set", "act", "flown"), "no statement has the act"),
        (("A", "confirm", "please"), "takes nothing more"),
        ((None, "confirm"), "confirm what?"),
        ((None, "alias", "Zarnitsa"), "alias takes two names"),
        ((None, "alias", "Zarnitsa", "«Зарница»"), "are one name already"),
        ((None, "alias", "Nobody", "Zarnitsa"), "nothing is named 'Nobody'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    db: Database, words: tuple[Any, ...], told: str
) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    two = tell(db, "courier", "2024-01-12", INSIDERS)
    before = state(db)
    names = {"A": one.id, "B": two.id}
    claim, verb, *arguments = (names.get(word, word) for word in words)
    with pytest.raises(ReviewError) as caught:
        decide(db, claim, verb, *arguments)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert state(db) == before
    assert store.reviews(db) == []


def test_one_view_tells_why(db: Database) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS, figures=(figure(300),))
    tell(db, "press", "2024-01-12", official(), claim=one.id)
    decide(db, one.id, "deny", note="wrong plant")
    sql = "SELECT * FROM claim_story WHERE claim_id = ? ORDER BY part, position, at"
    rows = list(db.query(sql, [one.id]))
    told = claim_of(db, one.id)
    parts = [row["part"] for row in rows]
    assert parts == ["change"] * len(told.changes) + ["evidence"] * 2 + ["value"]
    assert [row["text"] for row in rows if row["part"] == "evidence"] == [
        item.statement.text for item in told.evidence
    ]
    changes = [row for row in rows if row["part"] == "change"]
    assert [row["text"] for row in changes] == [
        "rumor",
        "rumor → confirmed",
        "confirmed → denied",
    ]
    assert changes[1]["meaning"] == "the last words of all authorities support it"
    assert (changes[2]["actor"], changes[2]["note"]) == ("anna", "wrong plant")
    assert rows[-1]["text"] == "300"
    assert {row["outlet"] for row in rows if row["part"] == "evidence"} == {
        "vestnik",
        "press",
    }


def test_the_view_looks_at_one_claim_only(db: Database) -> None:
    sql = "EXPLAIN QUERY PLAN SELECT * FROM claim_story WHERE claim_id = ? ORDER BY at"
    plan = [row[3] for row in db.conn.execute(sql, ["x"])]
    assert [step for step in plan if step.startswith("SCAN")] == ["SCAN claim_story"]


def test_decisions_come_through_while_a_run_writes(
    db: Database, tmp_path: Path
) -> None:
    one = tell(db, "vestnik", "2024-01-10", INSIDERS)
    path = tmp_path / "molva.db"
    stopped = threading.Event()

    def run() -> None:
        other = store.open_db(path)
        while not stopped.is_set():
            with store.transaction(other):
                judge(other, [one.id], as_of=NOW)
                time.sleep(0.05)
            give_way()
        other.close()

    worker = threading.Thread(target=run)
    worker.start()
    try:
        decided = reviewer(path, as_of=NOW)
        for verb in ("confirm", "deny", "undo", "dismiss"):
            decided(verb, one.id, actor="anna")  # type: ignore[arg-type]
    finally:
        stopped.set()
        worker.join()
    told = claim_of(db, one.id)
    assert (told.status, told.is_dismissed) == ("confirmed", True)
    assert [r.verb for r in store.reviews(db)] == ["confirm", "deny", "undo", "dismiss"]


PIECES = st.tuples(
    st.sampled_from([INSIDERS, official(), official("mayor"), by("unattributed")]),
    st.sampled_from(["fact", "plan", "possibility"]),
    st.sampled_from(["asserts", "denies"]),
    st.sampled_from([(), (figure(1),), (figure(2),)]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_reports_of_one_day_can_come_in_any_order(
    pieces: list[tuple[Any, ...]], random: Random
) -> None:
    numbered = list(enumerate(pieces))
    found = []
    for order in (numbered, random.sample(numbered, len(numbered))):
        db = store.open_db(":memory:")
        claim = tell(db, "first", "2024-01-09", INSIDERS).id
        for n, (said, modality, polarity, figures) in order:
            words = {"modality": modality, "polarity": polarity, "figures": figures}
            tell(db, f"outlet{n}", "2024-01-10", said, claim=claim, **words)
        found.append(state(db)["claims"])
        db.close()
    assert found[0] == found[1]


def test_sql_and_python_agree_on_the_track_record(db: Database) -> None:
    for n in range(1, 8):
        one = tell(db, "vestnik", f"2024-01-0{n}", INSIDERS, text=f"Story {n}.")
        if n != 4:
            tell(
                db,
                f"press{n}",
                f"2024-02-{n * n % 28 + 1:02}",
                official(),
                claim=one.id,
                polarity="denies" if n == 5 else "asserts",
            )
    rows = rows_of(store.carried_by(db))
    assert rows == track_record(store.load_claims(db, store.all_claim_ids(db)))
    found = [_track_row(row) for row in store.answer(db, "track_record", source="")]
    assert found == [_rounded(row) for row in rows]
    ours = next(row for row in rows if row.source == "vestnik")
    assert (ours.n, ours.confirmed, ours.denied) == (7, 5, 1)
    assert ours.interval is not None
    only = store.answer(db, "track_record", source="vestnik")
    assert [row["source"] for row in only] == ["vestnik"]


def _track_row(row: dict[str, Any]) -> TrackRow:
    low, high = row.pop("confirmed_from"), row.pop("confirmed_to")
    return TrackRow(**row, interval=None if low is None else (low, high))


def _rounded(row: TrackRow) -> TrackRow:
    if row.interval is None:
        return row
    low, high = row.interval
    return dataclasses.replace(row, interval=(round(low, 3), round(high, 3)))


VERBS = st.sampled_from(
    ["confirm", "deny", "reopen", "dismiss", "merge", "split", "apart", "undo"]
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(st.tuples(VERBS, st.integers(0, 3), st.integers(0, 3)), max_size=7))
def test_whatever_was_decided_holds_again_and_can_be_undone(
    steps: list[tuple[str, int, int]],
) -> None:
    db = store.open_db(":memory:")
    said = [
        tell(db, "vestnik", "2024-01-10", INSIDERS),
        tell(db, "courier", "2024-01-12", official()),
        tell(db, "axle", "2024-01-12", official(), polarity="denies"),
        tell(db, "ledger", "2024-01-14"),
    ]
    ids = [one.id for one in said]
    before = state(db)
    for verb, here, there in steps:
        arguments = () if verb not in ("merge", "split", "apart") else (ids[there],)
        if verb == "apart":
            verb, arguments = "set", ("apart", *arguments)
        try:
            decide(db, ids[here], verb, *arguments)  # type: ignore[arg-type]
        except ReviewError:
            continue
    # a run changes nothing: every decision holds when all is judged again
    again = state(db)
    assert judge(db, store.all_claim_ids(db), as_of=NOW) == 0
    assert state(db) == again
    assert sum(len(members(db, i)) for i in store.all_claim_ids(db)) == len(ids)
    while any(r.verb != "undo" and not r.is_undone for r in store.reviews(db)):
        decide(db, None, "undo")
    after = state(db)
    assert after["homes"] == before["homes"]
    assert _plain(after) == _plain(before)
    db.close()


def _plain(found: dict[str, Any]) -> list[Claim]:
    """Return claims without the history that decisions leave behind."""
    return [
        dataclasses.replace(claim, changes=(), last_changed_at=None)
        for claim in found["claims"]
    ]
