"""Look up records by their place in the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol, TypeVar

from spacy.tokens import Doc


class Placed(Protocol):
    """Anything with character offsets, end exclusive."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """Character after the last."""


Item = TypeVar("Item", bound=Placed)


def within(items: Sequence[Item] | None, start: int, end: int) -> list[Item]:
    """Return the records that begin in `start`–`end`; `items` are in text order.

    Takes logarithmic time, so that a text of any length is read in linear time.
    """
    if not items:
        return []
    first = bisect_left(items, start, key=lambda item: item.start)
    last = bisect_left(items, end, lo=first, key=lambda item: item.start)
    return list(items[first:last])


def has_value(doc: Doc, start: int, end: int) -> bool:
    """Say whether tokens `start`–`end` hold a figure or a date.

    Numbers of phones, laws and models are neither. Where nobody has read figures any
    number counts.
    """
    figures, dates = doc._.figures, doc._.dates
    if figures is None or dates is None:
        return any(t.like_num or t.pos_ == "NUM" for t in doc[start:end])
    first, end_token = doc[start].idx, doc[end - 1]
    last = end_token.idx + len(end_token)
    return bool(within(figures, first, last) or within(dates, first, last))
