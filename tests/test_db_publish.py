"""Copies for others: whole to read, and without what is not theirs."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from db.datasette.serve import build, is_live
from db.publish import is_published, publish
from db.store import open_db
from molva.cli import cli
from tests.db_samples import RUMOR, RUMOR_SAID, filled
from tests.test_db_datasette import close, get
from tests.test_db_pages import SECRET, noted


def test_a_published_copy_holds_no_text_no_note_and_is_not_written(
    tmp_path: Path,
) -> None:
    path, copy = noted(tmp_path), tmp_path / "copy.db"
    copy.write_bytes(b"an older copy")
    db = open_db(path)
    publish(db, copy)
    held = db.conn.execute("SELECT count(*) FROM review").fetchone()[0]
    db.close()
    assert held == 1  # the original is left alone
    raw = copy.read_bytes()
    for hidden in (SECRET, "о ценах", "anna", "речи не"):
        assert hidden.encode() not in raw, hidden
    assert is_live(path)
    assert not is_live(copy)
    site = build(copy, public=True)
    for page in (
        "/",
        f"/molva/claim/{RUMOR_SAID.id}",
        f"/molva/report/{RUMOR.id}",
        "/molva/claim?_search=электромобилям",
        "/molva/report?_search=report",
    ):
        assert get(site, page).status_code == 200, page
    shown = get(site, f"/molva/claim/{RUMOR_SAID.id}").text
    assert "два источника, знакомые с проектом" in shown, "evidence goes along"
    assert len(get(site, "/molva/claim.json?_shape=array").json()) == 1
    close(site)
    assert not list(tmp_path.glob("copy.db-*"))
    assert not list(tmp_path.glob(".molva-*"))


def test_the_command_writes_a_copy_that_is_known_as_one(tmp_path: Path) -> None:
    path, copy = filled(tmp_path), tmp_path / "copy.db"
    done = CliRunner().invoke(cli, ["--db", str(path), "publish", str(copy)])
    assert done.exit_code == 0, done.output
    assert is_published(copy)
    assert not is_published(path)
    refused = CliRunner().invoke(
        cli, ["--db", str(path), "publish", str(tmp_path / "none" / "copy.db")]
    )
    assert refused.exit_code != 0


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 100])
def test_other_files_are_no_copies(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(content)
    assert not is_published(path)
