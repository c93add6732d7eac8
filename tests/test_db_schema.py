"""The schema: complete descriptions, working triggers, refusals in one line."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from db.bands import bands
from db.describe import descriptions
from db.migrations import migrations
from db.store import StorageError, heads, open_db, similar_heads, transaction
from molva.origins import shingles
from tests.db_samples import fill

DESIGNED = {
    "source",
    "report",
    "report_revision",
    "statement",
    "evidence",
    "claim",
    "claim_value",
    "status_change",
    "entity",
    "entity_alias",
    "statement_entity",
    "topic",
    "topic_claim",
    "review",
    "match_suggestion",
    "run",
    "issue",
}


@pytest.fixture
def db() -> Database:
    return open_db(":memory:")


def test_every_table_and_column_is_described_and_nothing_else(db: Database) -> None:
    own = {
        name: {column.name for column in db[name].columns}
        for name in (*db.table_names(), *db.view_names())
        if not name.startswith(("_", "sqlite_"))
        and "_fts" not in name
        and not name.endswith("_search")
    }
    told = {name: set(columns) - {"_table"} for name, columns in descriptions().items()}
    assert told == own
    assert set(told) >= DESIGNED
    sentences = [s for columns in descriptions().values() for s in columns.values()]
    assert all(s.endswith(".") and s[0] != " " for s in sentences)
    assert all("_table" in columns for columns in descriptions().values())


def test_every_foreign_key_has_an_index(db: Database) -> None:
    missing = []
    for name in db.table_names():
        table = db.table(name)
        led = {index.columns[0] for index in table.indexes} | {table.pks[0]}
        missing += [
            f"{name}.{key.column}"
            for key in table.foreign_keys
            if key.column not in led
        ]
    assert missing == []


def test_tables_are_strict(db: Database) -> None:
    loose = [
        name
        for name in db.table_names()
        if not name.startswith(("_", "sqlite_"))
        and "_fts" not in name
        and not db.table(name).strict
    ]
    assert loose == []


def test_search_stays_in_step_when_a_claim_goes(db: Database) -> None:
    told = fill(db)
    count = "SELECT count(*) FROM claim_fts WHERE claim_fts MATCH 'electr'"
    assert db.conn.execute(count).fetchone()[0] == 1
    with transaction(db):
        db.conn.execute("DELETE FROM claim WHERE id = ?", (told.id,))
    assert db.conn.execute(count).fetchone()[0] == 0


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_db(path).close()
    before = path.read_bytes()
    open_db(path).close()
    assert path.read_bytes() == before


def test_a_step_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    db = Database(memory=True)
    migrations.apply(db, stop_before="m0006_search")
    db.execute("CREATE TABLE report_search(x)")  # the second half will fail
    with pytest.raises(sqlite3.OperationalError):
        migrations.apply(db)
    assert "claim_search" not in db.table_names()


def refusal(path: Path, **options: bool) -> str:
    with pytest.raises(StorageError) as caught:
        open_db(path, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_refusals_name_the_file_and_the_reason(tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    assert "does not exist" in refusal(missing, create=False)
    assert not missing.exists()
    assert "folder" in refusal(tmp_path)
    assert "folder" in refusal(tmp_path / "no" / "where.db")
    text = tmp_path / "notes.txt"
    text.write_text("just some words, many of them " * 50)
    assert "is not a database" in refusal(text)
    other = tmp_path / "other.db"
    Database(other).table("dogs").insert({"name": "Rex"})
    assert "something else" in refusal(other)


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = open_db(path)
    db.table("_sqlite_migrations").insert(
        {"migration_set": "molva", "name": "m9999_future", "applied_at": "2031"}
    )
    db.close()
    assert "newer Molva" in refusal(path)


def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_db(path).close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    assert "damaged" in refusal(path)
    assert path.read_bytes() == data


def test_a_transaction_is_all_or_nothing(db: Database) -> None:
    def break_off() -> None:
        with transaction(db), transaction(db):
            db.conn.execute("INSERT INTO topic(name) VALUES ('gone')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert db.table("topic").count == 0
    with transaction(db):
        db.conn.execute("INSERT INTO topic(name) VALUES ('kept')")
    assert db.table("topic").count == 1


def test_revisions_of_the_first_schema_get_the_new_kinds() -> None:
    db = Database(memory=True)
    migrations.apply(db, stop_before="m0008_changes")
    db.execute(
        "INSERT INTO source(name, title, kind, lang) VALUES ('a','A','media','en')"
    )
    db.execute(
        "INSERT INTO report(id, n, source, key, kind, first_seen_at)"
        " VALUES ('r', 1, 'a', '1', 'media', '2024-01-01T00:00:00Z')"
    )
    for number, kind in enumerate(("new", "minor", "major", "rewritten"), 1):
        db.execute(
            "INSERT INTO report_revision(report_id, revision, text, text_sha256,"
            " seen_at, change_class) VALUES ('r', ?, 'x', 'y', 'z', ?)",
            (number, kind),
        )
    migrations.apply(db)
    kinds = db.execute("SELECT change_class FROM report_revision ORDER BY revision")
    assert [row[0] for row in kinds] == [
        "new",
        "correction",
        "substantive",
        "substantive",
    ]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_near_copies_of_an_older_schema_are_still_found(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    text = "The plant in Harrowby will open in May, two people said on Monday. " * 3
    sketch = shingles(text)
    with closing(Database(path)) as old:
        migrations.apply(old, stop_before="m0012_bands")
        old.execute(
            "INSERT INTO source(name, title, kind, lang) VALUES ('a','A','media','en')"
        )
        for n in (1, 2):
            old.execute(
                "INSERT INTO report(id, n, source, key, kind, first_seen_at, published)"
                " VALUES (?, ?, 'a', ?, 'media', '2024-01-09', ?)",
                (f"r{n}", n, str(n), f"2024-01-0{n}T00:00:00Z"),
            )
            old.execute(
                "INSERT INTO report_revision(report_id, revision, text, text_sha256,"
                " seen_at, change_class, shingles)"
                " VALUES (?, 1, ?, 'y', 'z', 'new', ?)",
                (f"r{n}", text, json.dumps(sketch)),
            )
            old.conn.executemany(
                "INSERT INTO report_band(band, report_id) VALUES (?, ?)",
                [(band, f"r{n}") for band in bands(sketch)],
            )
        old.conn.commit()
    with closing(open_db(path)) as db:
        found = heads(db, ["r1", "r2"])
        assert [head.id for head in similar_heads(db, found["r2"])] == ["r1"]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
