"""The quality gate: reading our own gold may not get worse than tests/gold/floors.toml.

After an improvement `python -m bench.gold --pin` raises the floors; it lowers one only
with `--lower`, which needs a reason in the commit message.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import gold
from molva.model import Figure, Reading

LABELLED = [lang for lang in gold.LANGS if (gold.GOLD / f"{lang}.jsonl").exists()]
PASSAGES = [p for lang in LABELLED for h in gold.HALVES for p in gold.passages(lang, h)]


@pytest.mark.parametrize("half", gold.HALVES)
@pytest.mark.parametrize("lang", LABELLED)
def test_reading_is_no_worse_than_before(lang: str, half: str) -> None:
    floors = gold.floors().get(lang, {}).get(half)
    assert floors, "no floors yet: python -m bench.gold --pin"
    scores = gold.evaluate(lang, half).scores
    fallen = {
        name: f"{scores.get(name, 0.0):.3f} < {floor}"
        for name, floor in floors.items()
        if scores.get(name, 0.0) < floor
    }
    assert not fallen


@pytest.mark.parametrize("passage", PASSAGES, ids=[p["id"] for p in PASSAGES])
def test_labels_quote_their_passage(passage: dict[str, Any]) -> None:
    text = passage["text"]
    for kind in ("statements", "figures", "dates"):
        gold.spans(text, passage[kind])
    for statement in passage["statements"]:
        attribution = statement["attribution"]
        for name in ("source", "cue"):
            assert attribution[name] is None or attribution[name] in text
        for kind in ("figures", "dates"):
            assert all(i < len(passage[kind]) for i in statement[kind])


@pytest.mark.parametrize("lang", LABELLED)
def test_both_halves_are_there_and_ids_unique(lang: str) -> None:
    halves = [gold.passages(lang, half) for half in gold.HALVES]
    assert all(halves)
    ids = [p["id"] for half in halves for p in half]
    assert len(ids) == len(set(ids))


def test_a_wrong_bound_is_no_right_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    label = {"text": "at least 5 cars", "low": 5, "high": None, "unit": "car"}
    passage: dict[str, Any] = {
        "id": "x",
        "lang": "en",
        "text": "It sold at least 5 cars",
        "figures": [{**label, "bound": "min"}],
        "dates": [],
        "statements": [],
    }
    figure = Figure(
        start=17, end=23, text="5 cars", low=5, high=None, unit="car", bound="exact"
    )
    reading = Reading(report_id="x", lang="en", figures=(figure,))
    monkeypatch.setattr(gold, "passages", lambda lang, half: [passage])
    monkeypatch.setattr(gold, "read", lambda reports: [reading])
    scores = gold.evaluate("en", "dev").scores
    assert (scores["figures"], scores["figure values"]) == (0.0, 1.0)


def test_floors_rise_but_do_not_fall_unasked() -> None:
    assert gold.pinned({"dates": 0.5}, {"dates": 0.9}) == {"dates": 0.89}
    assert gold.pinned({"dates": 0.895}, {"dates": 0.9}) == {"dates": 0.895}
    with pytest.raises(ValueError, match="dates"):
        gold.pinned({"dates": 0.9}, {"dates": 0.8})
    assert gold.pinned({"dates": 0.9}, {"dates": 0.8}, may_lower=True) == {
        "dates": 0.79
    }


def test_a_measure_that_vanished_counts_as_fallen() -> None:
    with pytest.raises(ValueError, match="dates"):
        gold.pinned({"dates": 0.9}, {"figures": 1.0})


def test_pin_leaves_the_other_half_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(gold, "FLOORS", tmp_path / "floors.toml")
    table = {"en": {"dev": {"dates": 0.5}, "test": {"main first": 0.25}}}
    gold.write_floors(table)
    assert gold.floors() == table


def test_the_unseen_half_shows_no_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert gold.main(["--half", "test", "--errors"]) == 2
    assert "unseen" in capsys.readouterr().out


def test_intervals_to_the_month_and_to_the_day_are_the_same() -> None:
    assert gold.days("2024-09/2025-02") == "2024-09-01/2025-02-28"
    assert gold.days("../2024-06-30") == "../2024-06-30"
    assert gold.days("2024-01-01/..") == "2024-01-01/.."


def test_gold_files_hold_one_object_a_line() -> None:
    for lang in LABELLED:
        lines = (gold.GOLD / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()
        assert all(json.loads(line)["lang"] == lang for line in lines)
