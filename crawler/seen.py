"""The addresses of a source that are not due, twelve bytes each.

A source has tens of thousands, and a crawl process must know all of them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

#: Items of an array: a digest of 64 bits, seconds since 1970 in 32.
_KEY, _TIME = "Q", "I"


@dataclass(frozen=True, slots=True)
class Packed:
    """Digests of the addresses in order, and when each was last visited (0: never)."""

    keys: bytes = b""
    times: bytes = b""


def pack(visited: Iterable[tuple[str, str | None]]) -> Packed:
    """Pack addresses, each with the time of its last visit (UTC) if there was one."""
    told = sorted(_key(url) << 32 | _seconds(at) for url, at in visited)
    keys = array(_KEY, (one >> 32 for one in told))
    times = array(_TIME, (one & 0xFFFF_FFFF for one in told))
    return Packed(keys.tobytes(), times.tobytes())


class Seen:
    """Tells of an address whether it was packed."""

    def __init__(self, packed: Packed) -> None:
        self._keys = array(_KEY, packed.keys)
        self._times = array(_TIME, packed.times)

    def __contains__(self, url: str) -> bool:
        return self._place(url) is not None

    def visited(self, url: str) -> datetime | None:
        """Return when an address was last visited, None where it was not."""
        place = self._place(url)
        seconds = 0 if place is None else self._times[place]
        return datetime.fromtimestamp(seconds, UTC) if seconds else None

    def _place(self, url: str) -> int | None:
        key = _key(url)
        place = bisect_left(self._keys, key)
        is_there = place < len(self._keys) and self._keys[place] == key
        return place if is_there else None


def _key(url: str) -> int:
    told = url.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(told, digest_size=8).digest())


def _seconds(at: str | None) -> int:
    return int(datetime.fromisoformat(at).timestamp()) if at else 0
