"""When to look again, by the numbers: a fixed clock and a seed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from crawler.schedule import (
    GIVE_UP,
    LONGEST,
    next_article_check,
    next_attempt,
    next_source_check,
)

NOW = "2024-05-14T10:30:00Z"
HOUR = 3600


def wait(stamp: str | None) -> float:
    assert stamp
    return (datetime.fromisoformat(stamp) - datetime.fromisoformat(NOW)).total_seconds()


def source(
    failures: int = 0, retry_after: int | None = None, interval: int = 900
) -> list[float]:
    chance = random.Random(4)
    return [
        wait(next_source_check(NOW, interval, failures, retry_after, chance=chance))
        for _ in range(300)
    ]


def test_an_interval_is_kept_within_a_tenth() -> None:
    waits = source()
    assert 810 <= min(waits) < 830
    assert 970 < max(waits) <= 990
    assert waits == source()  # by the seed alone


def test_failures_put_a_source_off_for_longer_up_to_a_bound() -> None:
    means = [sum(source(n)) / 300 for n in range(12)]
    assert means[:8] == sorted(means[:8])
    assert means[3] == pytest.approx(4 * 900, rel=0.02)
    assert means[8:] == [means[8]] * 4
    assert max(source(50, interval=366 * 24 * HOUR)) <= 1.1 * LONGEST.total_seconds()


@pytest.mark.parametrize(
    ("retry_after", "low", "high"),
    [
        (2 * HOUR, 2 * HOUR, 2 * HOUR),
        (10 * 366 * 24 * HOUR, 24 * HOUR, 24 * HOUR),
        (-5, 900, 900),
        (0, 900, 900),
    ],
)
def test_what_a_server_asks_for_is_kept_within_bounds(
    retry_after: int, low: int, high: int
) -> None:
    waits = source(retry_after=retry_after)
    assert 0.9 * low <= min(waits)
    assert max(waits) <= 1.1 * high


def test_a_source_that_refuses_rests_twice_as_long_each_time_a_day_at_most() -> None:
    waits = [wait(next_attempt(NOW, n)) / HOUR for n in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 24, 24, 24]
    assert wait(next_attempt(NOW, 5, retry_after=600)) == 600
    assert wait(next_attempt(NOW, 1, retry_after=10**9)) == 24 * HOUR


def test_an_article_is_visited_while_it_may_change_and_once_after_a_pause() -> None:
    def seen(ago: timedelta) -> str:
        return (datetime.fromisoformat(NOW) - ago).isoformat()

    after = [timedelta(), timedelta(minutes=20), timedelta(hours=30), timedelta(days=6)]
    waits = [wait(next_article_check(seen(ago), NOW)) for ago in after]
    assert waits == [900, 40 * 60, 42 * HOUR, 24 * HOUR]
    # a week of downtime: the visit that is late is the last
    assert next_article_check(seen(timedelta(days=8)), NOW) is None


def test_a_page_that_fails_is_given_up_after_a_while() -> None:
    waits = [wait(next_article_check(NOW, NOW, n)) for n in range(1, GIVE_UP)]
    assert waits == [1800, 3600, 7200, 14400, 28800]
    assert next_article_check(NOW, NOW, GIVE_UP) is None
    assert wait(next_article_check(NOW, NOW, 1, retry_after=2 * HOUR)) == 2 * HOUR
