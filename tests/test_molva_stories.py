"""The ledger on the labelled stories, through the code of `molva replay`."""

from __future__ import annotations

import pytest

from bench import stories
from bench.gold import HALVES, Tallies

#: What may not be lost, by half; targets are in `bench.stories`.
FLOORS = {
    "dev": {"clusters": 0.85, "status": 0.93, "revisions": 0.78, "outcome": 0.76},
    "test": {"clusters": 0.70, "status": 0.87, "revisions": 0.70, "outcome": 0.77},
}


@pytest.fixture(scope="module", params=HALVES)
def scored(request: pytest.FixtureRequest) -> tuple[str, dict[str, float]]:
    """Return a half's scores alone: a failure must not print texts of the test half."""
    tallies = stories.evaluate(stories.stories(request.param))
    return request.param, {n: tallies[n].score for n in FLOORS[request.param]}


def test_no_floor_is_broken(scored: tuple[str, dict[str, float]]) -> None:
    half, reached = scored
    assert {n: s for n, s in reached.items() if s < FLOORS[half][n]} == {}


def test_a_perfect_ledger_scores_one_and_an_empty_one_nothing() -> None:
    story = stories.stories("dev")[0]
    texts = {report["id"]: report["text"] for report in story["reports"]}
    perfect = [
        {
            **claim,
            "members": [
                {
                    "report": member["report"],
                    "start": texts[member["report"]].index(member["text"]),
                    "end": texts[member["report"]].index(member["text"])
                    + len(member["text"]),
                }
                for member in claim["members"]
            ],
        }
        for claim in story["claims"]
    ]
    for claims, score in ((perfect, 1.0), ([], 0.0)):
        tallies = Tallies()
        stories.score(tallies, story, claims)
        measures = ("clusters", "status", "revisions", "outcome")
        assert [tallies[name].score for name in measures] == [score] * 4


def test_errors_of_the_test_half_stay_unseen() -> None:
    assert stories.main(["--half", "test", "--errors"]) == 2
