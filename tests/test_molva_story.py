"""The four stories of the sample newsroom end as a good reader would have them end."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from molva import newsroom

CLAIMS = {claim["id"]: claim for claim in newsroom.story()["claim"]}


def plain(text: str) -> str:
    return " ".join(text.split())


class Ledger:
    """The database, asked about sentences."""

    def __init__(self, path: Path) -> None:
        self.conn = sqlite3.connect(path)
        self.conn.row_factory = sqlite3.Row
        self.statements = [
            (plain(row["text"]), row["report_id"], row["claim_id"])
            for row in self.conn.execute(
                """SELECT s.text, s.report_id, e.claim_id FROM statement s
                JOIN evidence e ON e.statement_id = s.id"""
            )
        ]
        self.reports = {
            row["report_id"]: plain(row["text"])
            for row in self.conn.execute(
                "SELECT report_id, text FROM report_revision ORDER BY revision"
            )
        }

    def claims_of(self, sentence: str) -> list[str]:
        """The claims of the longest statements that stand in `sentence`."""
        wanted = plain(sentence)
        inside = [
            (len(text), claim)
            for text, report, claim in self.statements
            if wanted in self.reports[report] and (text in wanted or wanted in text)
        ]
        longest = max((size for size, _ in inside), default=0)
        return [claim for size, claim in inside if size == longest]

    def home(self, claim: dict[str, Any]) -> str | None:
        """The claim that most of a story's sentences are in."""
        found = Counter(
            c for said in claim["said"] for c in self.claims_of(said["text"])
        )
        return found.most_common(1)[0][0] if found else None

    def row(self, claim_id: str) -> sqlite3.Row:
        found = self.conn.execute("SELECT * FROM claim WHERE id = ?", (claim_id,))
        row: sqlite3.Row = found.fetchone()
        return row

    def history(self, claim_id: str) -> list[str]:
        sql = "SELECT new FROM status_change WHERE claim_id = ? ORDER BY position"
        return [row["new"] for row in self.conn.execute(sql, (claim_id,))]


@pytest.fixture(scope="module")
def ledger(demo_db: Path) -> Iterator[Ledger]:
    found = Ledger(demo_db)
    yield found
    found.conn.close()


@pytest.mark.parametrize("name", CLAIMS)
def test_sentences_of_one_claim_are_together(ledger: Ledger, name: str) -> None:
    home = ledger.home(CLAIMS[name])
    for said in CLAIMS[name]["said"]:
        assert home in ledger.claims_of(said["text"]), said["text"]


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_that_look_alike_stay_apart(ledger: Ledger, name: str) -> None:
    home = ledger.home(CLAIMS[name])
    for other in CLAIMS[name].get("apart", []):
        assert ledger.home(CLAIMS[other]) != home, other


@pytest.mark.parametrize("name", CLAIMS)
def test_status_and_its_history(ledger: Ledger, name: str) -> None:
    claim = CLAIMS[name]
    home = ledger.home(claim)
    assert home is not None
    assert ledger.row(home)["status"] == claim["status"]
    if "history" in claim:
        assert ledger.history(home) == claim["history"]
    if "origins" in claim:
        assert ledger.row(home)["origin_count"] == claim["origins"]


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if "outcome" in c])
def test_outcome(ledger: Ledger, name: str) -> None:
    home = ledger.home(CLAIMS[name])
    assert home is not None
    assert (ledger.row(home)["outcome"] or "none") == CLAIMS[name]["outcome"]


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if "figure" in c])
def test_current_figure_and_the_ones_before(ledger: Ledger, name: str) -> None:
    claim = CLAIMS[name]
    home = ledger.home(claim)
    assert home is not None
    row, figure = ledger.row(home), claim["figure"]
    ends = {row["figure_low"], row["figure_high"]} - {None}
    assert ends == {figure.get("low"), figure.get("high")} - {None}
    if "unit" in figure:
        assert row["figure_unit"] == figure["unit"]
    kept = ledger.conn.execute(
        "SELECT low, high FROM claim_value WHERE claim_id = ? AND NOT is_current",
        (home,),
    )
    before = {value for low, high in kept for value in (low, high)}
    assert set(claim.get("was", [])) <= before


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if "date" in c])
def test_current_date(ledger: Ledger, name: str) -> None:
    home = ledger.home(CLAIMS[name])
    assert home is not None
    row = ledger.row(home)
    found = [row["date_earliest"] or "", row["date_latest"] or ""]
    assert found == CLAIMS[name]["date"]
