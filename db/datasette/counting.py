"""Counts that are kept until somebody writes: facets and totals of large tables."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

from datasette.database import Database

#: Counts kept; the oldest goes first.
_KEPT = 512
#: Pages kept: the front page and topics.
_PAGES = 32

_Key = tuple[str, str]


class CountingDatabase(Database):  # type: ignore[misc]
    """A database that answers a count once for each state of its file.

    A page of claims counts the table once a facet, and nothing in between changes.
    """

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._kept: OrderedDict[_Key, tuple[int, Any]] = OrderedDict()
        self._pages: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()

    async def execute(
        self, sql: str, params: Any = None, *given: Any, **more: Any
    ) -> Any:
        """Run a query; a count only where something was written since the last time."""
        if "count(*)" not in sql.lower():
            return await super().execute(sql, params, *given, **more)
        key = (sql, repr((params, given, more)))
        # read before the query: what is written meanwhile makes it stale, not wrong
        state = self.state()
        kept = self._kept.get(key)
        if kept is None or kept[0] != state:
            kept = state, await super().execute(sql, params, *given, **more)
            self._kept[key] = kept
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept[1]

    async def kept_page(
        self, key: Hashable, fetch: Callable[[sqlite3.Connection], Any]
    ) -> Any:
        """Return what `fetch` returns, asked once for each state of the file."""
        state = self.state()
        kept = self._pages.get(key)
        if kept is None or kept[0] != state:
            kept = state, await self.execute_fn(fetch)
            self._pages[key] = kept
            if len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        return kept[1]

    def state(self) -> int:
        """Return a number that changes whenever another connection commits."""
        row = self._watch.execute("PRAGMA data_version").fetchone()
        return int(row[0])

    @cached_property
    def _watch(self) -> sqlite3.Connection:
        conn: sqlite3.Connection = self.connect()
        return conn
