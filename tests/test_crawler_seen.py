"""What a crawl process knows of the addresses that are not due."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from crawler.seen import Packed, Seen, pack

URL = "https://ledger.example/cars/{}"


def test_each_address_is_found_with_its_last_visit_and_no_other_is() -> None:
    packed = pack((URL.format(n), f"2024-05-14T10:{n:02}:00Z") for n in range(60))
    sent = msgspec.json.decode(msgspec.json.encode(packed), type=Packed)
    seen = Seen(sent)
    for n in range(60):
        assert seen.visited(URL.format(n)) == datetime(2024, 5, 14, 10, n, tzinfo=UTC)
    assert URL.format(60) not in seen
    assert seen.visited(URL.format(60)) is None


def test_an_address_that_was_never_visited_is_known_all_the_same() -> None:
    seen = Seen(pack([(URL.format("ёж\udcff"), None)]))
    assert URL.format("ёж\udcff") in seen
    assert seen.visited(URL.format("ёж\udcff")) is None


def test_a_backlog_costs_little() -> None:
    packed = pack((URL.format(n), None) for n in range(10_000))
    assert len(msgspec.json.encode(packed)) < 20 * 10_000
