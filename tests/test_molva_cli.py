"""The command as a user types it: exit codes, one-line errors, the JSON of filters."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from molva.cli import cli
from molva.model import Reading, Report


def molva(
    *words: str, stdin: str | bytes = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    return subprocess.run(
        [sys.executable, "-m", "molva", *words],
        input=data,
        capture_output=True,
        cwd=cwd,
        check=False,
        timeout=120,
    )


def lines(done: subprocess.CompletedProcess[bytes]) -> list[Any]:
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--db", "none.db", "claims"], 3, "none.db does not exist"),
        (["--db", "none.db", "show", "abc"], 3, "none.db does not exist"),
        (["--db", "none.db", "review"], 3, "none.db does not exist"),
        (["crawl", "no-such-outlet"], 2, "no source 'no-such-outlet'"),
        (["claims", "--status", "true"], 2, "true"),
        (["add", "missing.txt"], 1, "missing.txt: there is no such file"),
        (["add", "x.txt", "--published", "soon"], 2, "'soon' is no date"),
        (["timeline", "--format", "docx"], 2, "no format 'docx'"),
        (["timeline", "--as-of", "soon"], 2, "'soon' is no day"),
        (["topics", "add", "Empty"], 2, "needs --entity or --word"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    tmp_path: Path, words: list[str], code: int, told: str
) -> None:
    done = molva(*words, cwd=tmp_path)
    message = done.stderr.decode()
    assert done.returncode == code
    assert told in message
    assert "Traceback" not in message
    errors = [line for line in message.splitlines() if line.startswith("molva:")]
    assert len(errors) == 1


def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "molva.db").write_text("not a database at all, only some words\n" * 50)
    done = molva("claims", cwd=tmp_path)
    assert done.returncode == 3
    assert "is not a database" in done.stderr.decode()


def test_a_broken_settings_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "molva.toml").write_text("[topics.X]\nentity = ['a']\n")
    done = molva("topics", "add", "Y", "--word", "z", cwd=tmp_path)
    assert done.returncode == 2
    assert "molva.toml [topics.X]" in done.stderr.decode()


def test_help_names_every_command_in_one_line() -> None:
    told = molva("--help").stdout.decode()
    names = (
        "demo add topics crawl read assess run claims show sources timeline browse "
        "extract article match replay doctor changes runs review"
    )
    for name in names.split():
        assert f"\n  {name} " in told, name


def test_filters_answer_bad_lines_in_place() -> None:
    text = "The Tamarind plant built 600 cars."
    given = "\n".join(
        [
            json.dumps({"id": 1, "text": text}),
            "{broken",
            json.dumps({"id": 3}),
            json.dumps({"id": 4, "text": ""}),
        ]
    )
    done = molva("extract", "--jsonl", stdin=given)
    first, broken, missing, empty = lines(done)
    assert done.returncode == 1
    assert (first["id"], first["lang"]) == (1, "en")
    assert broken["id"] is None
    assert "not JSON" in broken["error"]
    assert missing == {"id": 3, "error": "text: a string is required"}
    assert empty["id"] == 4
    for name in ("entities", "figures", "dates", "statements"):
        assert empty[name] == []


def test_a_text_that_cannot_be_read_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from nlp.read import read as readers

    def failing(reports: Iterable[Report], **options: int) -> Iterator[Reading]:
        for report in reports:
            if "dragons" in report.text:
                raise RecursionError("too deep")
            yield from readers([report], **options)

    monkeypatch.setattr("molva.pipeline.read.read_reports", failing)
    texts = ["The plant built 600 cars.", "Here be dragons.", "It will close."]
    given = "".join(
        json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(texts)
    )
    done = CliRunner().invoke(cli, ["extract", "--jsonl"], input=given)
    first, bad, last = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 1
    assert bad == {"id": 1, "error": "cannot be read: RecursionError('too deep')"}
    assert first["statements"]
    assert last["id"] == 2


def test_extract_has_the_shape_of_the_contract() -> None:
    text = "Завод «Самоцвет» в июле выпустил 600 машин, сообщила пресс-служба компании."
    given = json.dumps({"id": "a", "text": text, "published": "2022-07-20"})
    done = molva("extract", "--jsonl", stdin=given)
    (line,) = lines(done)
    assert done.returncode == 0
    assert list(line) == ["id", "lang", "entities", "figures", "dates", "statements"]
    (figure,) = line["figures"]
    assert (figure["low"], figure["high"], figure["unit"]) == (600, 600, "машина")
    (date,) = line["dates"]
    assert (date["earliest"], date["latest"]) == ("2022-07-01", "2022-07-31")
    main = line["statements"][0]
    assert text[main["start"] : main["end"]] == main["text"]
    assert main["status"] == "confirmed"
    assert set(main["attribution"]) == {
        "source_type",
        "source",
        "count",
        "cue",
        "outlet",
        "source_start",
        "source_end",
        "cue_start",
        "cue_end",
    }
    assert main["attribution"]["source_type"] == "official"


def test_match_scores_the_same_claim_above_another() -> None:
    pairs = [
        ("Камаз построит завод в Казани", "KAMAZ will build a plant in Kazan"),
        ("Камаз построит завод в Казани", "Toyota sold 300 cars in Japan"),
    ]
    given = "\n".join(
        json.dumps({"id": i, "a": a, "b": b}) for i, (a, b) in enumerate(pairs)
    )
    same, other = lines(molva("match", "--jsonl", stdin=given))
    assert 0 <= other["score"] < same["score"] <= 1


def test_article_reads_a_saved_page(tmp_path: Path) -> None:
    body = "".join(
        f"<p>Абзац {n}: завод «Самоцвет» нанимает людей и готовит новый цех.</p>"
        for n in range(8)
    )
    page = (
        "<html lang=ru><head><title>Самоцвет нанимает</title>"
        '<meta property="article:published_time" content="2024-03-01T10:20:00+03:00">'
        "</head><body><h1>Самоцвет нанимает</h1>"
        f"<article>{body}</article></body></html>"
    )
    path = tmp_path / "page.html"
    path.write_bytes(page.encode("cp1251"))
    given = json.dumps({"id": 7, "url": "https://a.example/n/1", "path": str(path)})
    lost = json.dumps({"id": 8, "url": "https://a.example/n/2", "path": "lost.html"})
    done = molva("article", "--jsonl", stdin=f"{given}\n{lost}\n")
    found, missing = lines(done)
    assert found["title"] == "Самоцвет нанимает"
    assert "Абзац 7" in found["text"]
    assert found["published"] == "2024-03-01T10:20:00+03:00"
    assert found["layers"]["published"] == "meta"
    assert missing["id"] == 8
    assert "lost.html" in missing["error"]
    assert done.returncode == 1


def test_replay_follows_a_claim_from_rumor_to_confirmed() -> None:
    rumor = (
        "Компания «Самоцвет» начнёт выпуск электромобилей в 2025 году, "
        "рассказали «Гранкам» два источника, близких к проекту."
    )
    official = (
        "Компания «Самоцвет» начнёт выпуск электромобилей в 2026 году, "
        "сообщил гендиректор «Самоцвета» Иван Петров."
    )
    given = "\n".join(
        json.dumps(
            {"id": i, "source": s, "kind": "media", "published": p, "text": t},
            ensure_ascii=False,
        )
        for i, s, p, t in (
            ("r1", "granki", "2024-03-01", rumor),
            ("r2", "verstak", "2024-05-01", official),
        )
    )
    done = molva("replay", "--jsonl", stdin=given)
    assert done.returncode == 0
    claim = max(lines(done), key=lambda line: len(line["members"]))
    assert [m["report"] for m in claim["members"]] == ["r1", "r2"]
    assert claim["status"] == "confirmed"
    assert claim["history"] == [
        {"report": "r1", "status": "rumor"},
        {"report": "r2", "status": "confirmed"},
    ]
    assert [d["edtf"] for d in claim["dates"]] == ["2026", "2025"]


def everything(path: Path) -> dict[str, list[Any]]:
    """All rows of a database but those of runs."""
    import sqlite3

    with sqlite3.connect(path) as conn:
        names = [
            row[0]
            for row in conn.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            )
        ]
        return {
            name: sorted(conn.execute(f'SELECT * FROM "{name}"'), key=repr)
            for name in names
            if name not in ("run", "sqlite_sequence") and "_fts_" not in name
        }


def test_no_claims_yet_says_what_brings_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Zarya Motors will build 500 buses by 2027.")
    molva("add", "--no-read", "a.txt", cwd=tmp_path)
    waiting = molva("claims", cwd=tmp_path).stderr.decode()
    assert "`molva run --no-crawl`" in waiting
    assert molva("run", "--no-crawl", cwd=tmp_path).returncode == 0
    none = molva("claims", "--entity", "nobody", cwd=tmp_path).stderr.decode()
    assert none == "molva: no claims match\n"


def test_a_document_added_twice_changes_nothing_but_runs(tmp_path: Path) -> None:
    text = (
        "Самоцвет откроет цех\n\nКомпания «Самоцвет» откроет сборочный цех в Приокске "
        "в третьем квартале 2025 года, сообщила пресс-служба «Самоцвета»."
    )
    (tmp_path / "note.txt").write_text(text, encoding="utf-8")
    words = ("add", "note.txt", "--published", "2024-05-16")
    assert molva(*words, cwd=tmp_path).returncode == 0
    before = everything(tmp_path / "molva.db")
    again = molva(*words, cwd=tmp_path)
    assert "0 new, 0 changed, 1 known" in again.stderr.decode()
    for step in ("read", "assess", "run --no-crawl"):
        assert molva(*step.split(), cwd=tmp_path).returncode == 0
    assert everything(tmp_path / "molva.db") == before
    listed = json.loads(molva("claims", "--json", cwd=tmp_path).stdout)
    assert [claim["status"] for claim in listed] == ["confirmed"]
    shown = molva("show", listed[0]["id"][:5], cwd=tmp_path).stdout.decode()
    assert "added by hand → пресс-служба" in " ".join(shown.split())
    timeline = molva("timeline", "--format", "csv", cwd=tmp_path).stdout.decode()
    assert "2025-09-30" in timeline
