"""The store: what goes in comes out, twice changes nothing, edits make revisions."""

import dataclasses
from collections import Counter
from datetime import date

import pytest
from sqlite_utils import Database

from db.reports import NEAR, SIMILAR, text_hash
from db.stems import stem_query, stem_text
from db.store import (
    Topic,
    add_issue,
    add_review,
    candidates,
    count_unplaced,
    count_unread,
    doctor,
    empty_claims,
    find_claim,
    finish_run,
    heads,
    is_withdrawn,
    keep_apart,
    list_changes,
    list_claims,
    list_issues,
    list_runs,
    list_sources,
    list_suggestions,
    load_sources,
    load_texts,
    open_claim_ids,
    open_db,
    place,
    remove_claims,
    remove_topic,
    reviews,
    said,
    save_claims,
    save_readings,
    save_reports,
    save_sources,
    save_topic,
    similar_heads,
    start_run,
    suggest,
    tag_claims,
    topics,
    transaction,
    unplaced_ids,
    unread_keys,
    withdraw,
)
from molva.model import Figure, Reading, Report, ReportHead, Review, Statement
from tests.db_samples import (
    ENGLISH,
    NEWS,
    NEWS_SAID,
    RUMOR,
    RUMOR_SAID,
    RUSSIAN,
    SOURCES,
    claim,
    dump,
    fill,
    report,
)


@pytest.fixture
def db() -> Database:
    return open_db(":memory:")


def unread(db: Database, limit: int) -> list[Report]:
    return load_texts(db, unread_keys(db, limit))


def unplaced(db: Database, limit: int) -> list[tuple[Statement, ReportHead]]:
    return said(db, unplaced_ids(db, limit))


def search(db: Database, words: str) -> list[str]:
    sql = """SELECT c.id FROM claim_fts f JOIN claim c ON c.n = f.rowid
        WHERE claim_fts MATCH ?"""
    return [row[0] for row in db.conn.execute(sql, (stem_query(words),))]


def test_sources_come_back_as_they_went_in(db: Database) -> None:
    assert save_sources(db, SOURCES) == 3
    assert save_sources(db, SOURCES) == 0
    assert tuple(load_sources(db).values()) == tuple(
        sorted(SOURCES, key=lambda source: source.name)
    )


def test_a_story_comes_back_whole(db: Database) -> None:
    told = fill(db)
    assert find_claim(db, told.id[:4]) == told
    assert [e.statement for e in told.evidence] == [RUMOR_SAID, NEWS_SAID]
    assert [e.origin for e in told.evidence] == [RUMOR.id, "volna"]
    assert told.evidence[0].report.family == "zarechye"


def test_doing_it_twice_changes_nothing(db: Database) -> None:
    told = fill(db)
    before = dump(db)
    writes = db.conn.total_changes
    fill(db)
    assert dump(db) == before
    assert save_claims(db, [told]) == 0
    deletes_and_counts = db.conn.total_changes - writes
    assert deletes_and_counts <= 2  # the counts on the one entity


def test_a_changed_claim_rewrites_only_what_differs(db: Database) -> None:
    told = fill(db)
    denied = dataclasses.replace(told, status="disputed", changes=told.changes[:1])
    assert save_claims(db, [denied, denied]) == 1
    assert find_claim(db, told.id) == denied
    assert db.table("status_change").count == 1


def test_an_unknown_source_is_made_of_its_report(db: Database) -> None:
    save_reports(db, [report("walkin", "1", "Some text.", kind="trade", lang="en")])
    assert load_sources(db)["walkin"].kind == "trade"
    assert load_sources(db)["walkin"].reliability == "F"


def test_only_other_words_make_a_revision(db: Database) -> None:
    assert save_reports(db, [RUMOR]).new == [RUMOR.id]
    save_readings(db, [Reading(report_id=RUMOR.id, lang="ru")])
    assert count_unread(db) == 0
    spaced = RUSSIAN.replace(" ", "\u00a0 ").replace("проект", "про\u00adект")
    same = dataclasses.replace(RUMOR, text=spaced, modified="2022-07-21T10:00:00+03:00")
    assert save_reports(db, [same]).unchanged == [RUMOR.id]
    assert count_unread(db) == 0
    edited = dataclasses.replace(RUMOR, text=RUSSIAN.split(". ")[0])
    assert save_reports(db, [edited]).changed == [RUMOR.id]
    assert [r.text for r in unread(db, 9)] == [edited.text]
    revisions = db.query("SELECT revision, change_class FROM report_revision")
    assert [tuple(row.values()) for row in revisions] == [
        (1, "new"),
        (2, "substantive"),
    ]


def test_a_report_twice_in_one_batch_is_one_report(db: Database) -> None:
    edited = dataclasses.replace(RUMOR, text=RUSSIAN + " Так сказано.")
    saved = save_reports(db, [RUMOR, RUMOR, edited])
    assert (saved.new, saved.unchanged, saved.changed) == ([RUMOR.id],) * 3


def test_a_later_copy_without_a_date_does_not_erase_it(db: Database) -> None:
    save_reports(db, [RUMOR])
    save_reports(db, [dataclasses.replace(RUMOR, published=None, title="")])
    (kept,) = unread(db, 9)
    assert (kept.published, kept.title) == (RUMOR.published, RUMOR.title)


def test_the_hash_sees_letters_not_typography() -> None:
    assert text_hash("й\u00a0а") == text_hash("и\u0306  а\n")
    assert text_hash("а б") != text_hash("аб")


def test_another_headline_is_a_revision_too(db: Database) -> None:
    save_reports(db, [RUMOR])
    renamed = dataclasses.replace(RUMOR, title="Проект закрывают")
    assert save_reports(db, [renamed]).changed == [RUMOR.id]
    assert save_reports(db, [dataclasses.replace(RUMOR, title="")]).changed == []
    told = db.query("SELECT title, change_class FROM report_revision ORDER BY revision")
    assert [tuple(row.values()) for row in told] == [
        (RUMOR.title, "new"),
        (renamed.title, "title"),
    ]


def test_a_report_taken_back_and_put_back_has_both_in_its_revisions(
    db: Database,
) -> None:
    told = fill(db)
    assert withdraw(db, RUMOR.id) == [told.id]
    assert withdraw(db, RUMOR.id) == []
    assert is_withdrawn(db, RUMOR.id)
    assert withdraw(db, RUMOR.id, withdrawn=False) == [told.id]
    rows = db.query(
        "SELECT revision, change_class, text FROM report_revision WHERE report_id = ?"
        " ORDER BY revision",
        [RUMOR.id],
    )
    assert [tuple(row.values()) for row in rows] == [
        (1, "new", RUMOR.text),
        (2, "withdrawn", RUMOR.text),
        (3, "restored", RUMOR.text),
    ]
    statement = db.table("statement").get(RUMOR_SAID.id)
    assert (statement["first_revision"], statement["last_revision"]) == (1, 3)
    assert count_unread(db) == 0


def test_unread_comes_oldest_first_undated_last(db: Database) -> None:
    late = report("courier", "2", "Late.", published="2022-07-20T12:00:00+03:00")
    early = report("courier", "1", "Early.", published="2022-07-20T10:30:00+01:00")
    undated = report("courier", "3", "Undated.", seen_at="2001-01-01T00:00:00Z")
    save_reports(db, [undated, early, late])
    assert [r.key for r in unread(db, 9)] == ["2", "1", "3"]
    assert [r.key for r in unread(db, 1)] == ["2"]


def test_an_edit_keeps_what_it_removed_and_reads_the_rest_again(db: Database) -> None:
    told = fill(db)
    shorter = dataclasses.replace(RUMOR, text="Компания всё опровергла.")
    save_reports(db, [shorter])
    save_readings(db, [Reading(report_id=RUMOR.id, lang="ru")])
    row = db.table("statement").get(RUMOR_SAID.id)
    assert (row["first_revision"], row["last_revision"]) == (1, 1)
    assert len(find_claim(db, told.id).evidence) == 2


def test_unplaced_statements_wait_for_a_claim_in_order(db: Database) -> None:
    save_reports(db, [NEWS, RUMOR])
    save_readings(
        db,
        [
            Reading(report_id=NEWS.id, lang="en", statements=(NEWS_SAID,)),
            Reading(report_id=RUMOR.id, lang="ru", statements=(RUMOR_SAID,)),
        ],
    )
    waiting = unplaced(db, 9)
    assert [(s.id, h.id) for s, h in waiting] == [
        (RUMOR_SAID.id, RUMOR.id),
        (NEWS_SAID.id, NEWS.id),
    ]
    assert count_unplaced(db) == 2
    fill(db)
    assert unplaced(db, 9) == []


def test_a_better_reading_names_the_claims_to_assess_again(db: Database) -> None:
    told = fill(db)
    better = dataclasses.replace(NEWS_SAID, modality="fact", entities=())
    reading = Reading(report_id=NEWS.id, lang="en", statements=(better,))
    assert save_readings(db, [reading]) == [told.id]
    assert save_readings(db, [reading]) == []
    assert db.table("entity").get("volna")["statement_count"] == 1


def test_candidates_share_a_key_and_the_best_comes_first(db: Database) -> None:
    told = fill(db)
    found = candidates(db, ["volna|produced", "volna", "other"])
    assert {s.id for _, s in found} == {RUMOR_SAID.id, NEWS_SAID.id}
    assert {c for c, _ in found} == {told.id}
    assert candidates(db, ["other"]) == candidates(db, []) == []
    place(db, NEWS_SAID, told.id, ["volna"], "volna", "supports")
    assert [s.id for _, s in candidates(db, ["volna|produced"])] == [RUMOR_SAID.id]


def test_a_merge_moves_evidence_and_the_empty_claim_can_go(db: Database) -> None:
    told = fill(db)
    other = dataclasses.replace(told, id="beef", values=(), changes=(), evidence=())
    save_claims(db, [other])
    suggest(db, told.id, "beef", 0.7, ["same subject"])
    suggest(db, "beef", told.id, 0.7, ["same subject"])
    assert len(list_suggestions(db)) == 1
    for heard in (RUMOR_SAID, NEWS_SAID):
        place(db, heard, "beef", ["volna"], "x", "supports")
    assert {c for c, _ in candidates(db, ["volna"])} == {"beef"}
    assert empty_claims(db) == [told.id]
    remove_claims(db, empty_claims(db))
    assert db.table("evidence").count == 2
    assert list_suggestions(db) == []
    keep_apart(db, told.id, {frozenset((told.id, "beef"))})


def test_a_claim_that_goes_sets_its_statements_free(db: Database) -> None:
    told = fill(db)
    remove_claims(db, [told.id])
    assert {s.id for s, _ in unplaced(db, 9)} == {RUMOR_SAID.id, NEWS_SAID.id}
    assert candidates(db, ["volna"]) == []
    assert [f for f in doctor(db) if not f.is_ok] == []


def test_the_calendar_names_the_claims_to_judge_again(db: Database) -> None:
    told = fill(db)  # open, by 2022-12-31
    assert open_claim_ids(db) == [told.id]
    assert open_claim_ids(db, date(2022, 12, 31)) == []
    assert open_claim_ids(db, date(2023, 1, 1)) == [told.id]
    save_claims(db, [dataclasses.replace(told, outcome="overdue")])
    assert open_claim_ids(db, date(2022, 12, 31)) == [told.id]
    assert open_claim_ids(db, date(2023, 1, 1)) == []
    save_claims(db, [dataclasses.replace(told, outcome="fulfilled")])
    assert open_claim_ids(db) == []


def test_near_copies_find_the_earlier_report(db: Database) -> None:
    copy = report(
        "volna", "7", ENGLISH + " Shares rose.", published="2022-07-27T00:00:00Z"
    )
    other = report("volna", "8", RUSSIAN, published="2022-07-28T00:00:00Z")
    save_reports(db, [NEWS, copy, other])
    found = heads(db, [NEWS.id, copy.id, other.id])
    assert [h.id for h in similar_heads(db, found[copy.id])] == [NEWS.id]
    assert similar_heads(db, found[NEWS.id]) == []
    assert similar_heads(db, found[other.id]) == []


def test_copies_without_number_are_compared_with_their_neighbours(db: Database) -> None:
    told = [
        report(
            "volna", str(n), ENGLISH, published=f"2022-07-27T{n // 60:02}:{n % 60:02}Z"
        )
        for n in range(NEAR + 50)
    ]
    save_reports(db, told)
    last = heads(db, [told[-1].id])[told[-1].id]
    found = similar_heads(db, last)
    assert [head.id for head in found] == [r.id for r in told[49 : 49 + SIMILAR]]


def test_search_finds_inflected_words_in_both_languages(db: Database) -> None:
    told = fill(db)
    for words in (
        "электромобиль",
        "Электромобилям",
        "проекты источник",
        "building cars",
        '"electric cars"',
        "электромоб*",
        "VOLNA",
    ):
        assert search(db, words) == [told.id], words
    for words in ("(((", "* AND", "", '"', "cars electric trains", '"cars electric"'):
        assert search(db, words) == [], words


@pytest.mark.parametrize(
    "forms",
    [
        "электромобиль электромобили электромобилей электромобилями электромобилю",
        "кредит кредита кредитом кредиты кредитов кредиту",
        "экзамен экзамена экзамену экзамены",
        "возможность возможности возможностей возможностью",
        "ёлка елка ёлки ёлкой",
        "купил купила купили",
        "новый нового новым новая новую",
        "factory factories",
        "deliver delivered delivering delivers",
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len(set(stem_text(forms).split())) == 1, stem_text(forms)


def test_topics_hold_claims_by_entity_or_word(db: Database) -> None:
    told = fill(db)
    save_topic(db, Topic("Volna", entities=("volna",)))
    save_topic(db, Topic("Cars", words=("электромобили",)))
    save_topic(db, Topic("Two words", words=("electric car",)))
    save_topic(db, Topic("Boats", entities=("boat",), words=("лодка",)))
    links = {(r["topic"], r["claim_id"]) for r in db.table("topic_claim").rows}
    assert links == {(name, told.id) for name in ("Volna", "Cars", "Two words")}
    assert tag_claims(db) == 0
    save_topic(db, Topic("Cars", words=("лодка",)))
    assert [row["id"] for row in list_claims(db, topic="Cars")] == []
    assert remove_topic(db, "Cars")
    assert not remove_topic(db, "Cars")
    assert [topic.name for topic in topics(db)] == ["Boats", "Two words", "Volna"]


def test_tagging_a_few_claims_leaves_the_others(db: Database) -> None:
    told = fill(db)
    save_topic(db, Topic("Volna", entities=("volna",)))
    assert tag_claims(db, []) == 0
    assert tag_claims(db, [told.id]) == 0
    assert len(list_claims(db, topic="Volna")) == 1


def test_a_few_claims_are_tagged_as_all_are(db: Database) -> None:
    told = fill(db)
    save_topic(db, Topic("Volna", entities=("volna",)))
    save_topic(db, Topic("Cars", words=("электромобили",)))
    save_topic(db, Topic("Boats", entities=("boat",), words=("лодка",)))
    counts = {"Volna": 1, "Cars": 1, "Boats": 0}
    assert _topic_counts(db) == counts
    db.conn.execute("DELETE FROM topic_claim")
    assert tag_claims(db, [told.id]) == 2
    assert tag_claims(db, [told.id]) == 0
    assert _topic_counts(db) == counts
    remove_claims(db, [told.id])
    assert _topic_counts(db) == dict.fromkeys(counts, 0)


def _topic_counts(db: Database) -> dict[str, int]:
    links = db.table("topic_claim").rows
    found = {row["name"]: row["claim_count"] for row in db.table("topic").rows}
    told = Counter(row["topic"] for row in links)
    assert all(told[name] == count for name, count in found.items())
    return found


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 1),
        ({"status": "confirmed"}, 1),
        ({"status": "rumor"}, 0),
        ({"source": "courier"}, 1),
        ({"source": "volna"}, 0),
        ({"entity": "volna"}, 1),
        ({"entity": "Volna Motors"}, 1),
        ({"entity": "Nobody"}, 0),
        ({"since": "2022-07-26"}, 1),
        ({"since": "2022-07-27"}, 0),
        ({"until": "2022-07-20"}, 1),
        ({"until": "2022-07-19"}, 0),
        ({"lang": "ru"}, 0),
    ],
)
def test_claims_are_listed_by_filter(
    db: Database, filters: dict[str, str], count: int
) -> None:
    fill(db)
    assert len(list_claims(db, **filters)) == count  # type: ignore[arg-type]


def test_dismissed_claims_are_not_listed(db: Database) -> None:
    told = fill(db)
    save_claims(db, [dataclasses.replace(told, is_dismissed=True)])
    assert list_claims(db) == list_changes(db, None) == []
    assert len(list_claims(db, dismissed=True)) == 1
    with pytest.raises(ValueError, match="cannot sort"):
        list_claims(db, sort="colour")


def test_a_claim_row_says_what_a_reader_asks_first(db: Database) -> None:
    fill(db)
    (row,) = list_claims(db)
    assert row["first_source"] == "vestnik"
    assert (row["source_type"], row["said_by"]) == ("official", "Volna Motors")
    assert (row["figure_text"], row["date_latest"]) == (
        "400 electric cars",
        "2022-12-31",
    )
    assert (row["evidence_count"], row["source_count"]) == (2, 2)


def test_a_figure_is_told_in_the_words_of_the_claim(db: Database) -> None:
    told = fill(db)
    now, before, due = told.values
    assert isinstance(now.value, Figure)
    again = dataclasses.replace(
        now,
        value=dataclasses.replace(
            now.value, text="400 электромобилей", unit="электромобиль"
        ),
        statement_id=before.statement_id,
        relation="repeated",
        is_current=False,
    )
    for lang, words in (("ru", "400 электромобилей"), ("en", "400 electric cars")):
        given = dataclasses.replace(told, lang=lang, values=(now, before, again, due))
        save_claims(db, [given])
        (row,) = list_claims(db)
        assert row["figure_text"] == words
    save_claims(db, [dataclasses.replace(told, lang="ru")])
    (row,) = list_claims(db)
    assert row["figure_text"] == "400 electric cars", "never another value"


def test_changes_since_a_day_tell_old_and_new(db: Database) -> None:
    fill(db)
    assert [c["new"] for c in list_changes(db, None)] == ["rumor", "confirmed"]
    (change,) = list_changes(db, "2022-07-25")
    assert (change["old"], change["new"], change["source"]) == (
        "rumor",
        "confirmed",
        "courier",
    )


def test_a_prefix_must_name_one_claim(db: Database) -> None:
    told = fill(db)
    save_claims(db, [claim((), id=told.id[:2] + "zz", values=(), changes=())])
    with pytest.raises(LookupError, match="not unique"):
        find_claim(db, told.id[:2])
    for nothing in ("zzz", "%", "", told.id + "0"):
        with pytest.raises(LookupError):
            find_claim(db, nothing)


def test_reviews_are_kept_in_order_and_can_be_undone(db: Database) -> None:
    first = Review(id="r1", claim_id="c", verb="confirm", actor="ann", at="2022-01-01")
    second = Review(id="r0", claim_id=None, verb="alias", actor="ann", at="2022-01-02")
    add_review(db, first)
    add_review(db, second)
    assert reviews(db) == [first, second]
    undone = dataclasses.replace(first, is_undone=True)
    add_review(db, undone)
    assert reviews(db, "c") == [undone]


def test_runs_and_issues_are_counted_not_repeated(db: Database) -> None:
    run = start_run(db, "crawl")
    for _ in range(2):
        add_issue(db, stage="crawl", reason="http 500", run_id=run, url="https://x/")
    finish_run(db, run, "failed", {"new": 3}, "no network")
    (row,) = list_runs(db)
    assert (row["state"], row["counts"], row["issues"]) == ("failed", {"new": 3}, 1)
    assert [issue["times"] for issue in list_issues(db, run)] == [2]


def test_sources_are_listed_with_what_they_told(db: Database) -> None:
    fill(db)
    rows = {row["name"]: row for row in list_sources(db)}
    assert rows["vestnik"]["first_confirmed"] == 1
    assert rows["courier"]["claims"] == 1
    assert rows["volna"]["reports"] == 0


def test_the_doctor_finds_what_is_out_of_step(db: Database) -> None:
    fill(db)
    assert [f for f in doctor(db) if not f.is_ok] == []
    with transaction(db):
        db.conn.execute("UPDATE claim SET evidence_count = 7")
        db.conn.execute("INSERT INTO claim_fts(claim_fts) VALUES ('delete-all')")
    assert {f.check for f in doctor(db) if not f.is_ok} == {"counts", "search index"}


def test_a_text_that_was_edited_before_it_was_read_is_read_too(db: Database) -> None:
    save_reports(db, [NEWS, RUMOR])
    shorter = dataclasses.replace(RUMOR, text="Компания всё опровергла.")
    other = dataclasses.replace(RUMOR, text="Компания ничего не опровергла сегодня.")
    for edited in (shorter, other):
        save_reports(db, [edited])
    texts = [r.text for r in unread(db, 9) if r.id == RUMOR.id]
    assert texts == [RUMOR.text, shorter.text, other.text]
    assert count_unread(db) == 4
    found = [r for r in unread(db, 9) if r.id == RUMOR.id]
    readings = [
        Reading(report_id=RUMOR.id, lang="ru", statements=(RUMOR_SAID,)),
        Reading(report_id=RUMOR.id, lang="ru"),
        Reading(report_id=RUMOR.id, lang="ru"),
    ]
    save_readings(db, readings, [r.revision for r in found])
    row = db.table("statement").get(RUMOR_SAID.id)
    assert (row["first_revision"], row["last_revision"]) == (1, 1)
    assert [s.id for s, _ in unplaced(db, 9)] == [RUMOR_SAID.id]
    assert [r.id for r in unread(db, 9)] == [NEWS.id]


@pytest.mark.parametrize("edit", ["title", "punctuation"])
def test_an_edit_that_keeps_the_words_is_read_once(db: Database, edit: str) -> None:
    save_reports(db, [RUMOR])
    if edit == "title":
        edited = dataclasses.replace(RUMOR, title="Совсем другой заголовок")
    else:
        edited = dataclasses.replace(RUMOR, text=RUMOR.text.replace(".", "!"))
    assert save_reports(db, [edited]).changed
    assert [r.revision for r in unread(db, 9)] == [2]
