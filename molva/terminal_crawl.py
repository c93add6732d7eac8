"""How crawls look in the terminal: a live table, sources with their health, runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from molva.pipeline.health import Tally
from molva.terminal import clock, err, one_line, progress_bar, span

#: State of a source's run → sign and colour.
STATES = {
    "waiting": ("·", "dim"),
    "running": ("…", "cyan"),
    "done": ("●", "green"),
    "failed": ("✕", "red"),
    "blocked": ("◐", "magenta"),
    "stopped": ("○", "yellow"),
}
#: Column of `source_run` → the colour of a number above zero.
_NUMBERS = {
    "found": "",
    "new": "green",
    "changed": "cyan",
    "unchanged": "",
    "moved": "",
    "gone": "",
    "withdrawn": "magenta",
    "skipped": "",
    "failed": "red",
}


class Watching:
    """A live table of a crawl with bars of the later steps below, on a terminal.

    Elsewhere nothing moves; either way the table stays when all is done.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._tallies: dict[str, Tally | None] = dict.fromkeys(names)
        self._bar = progress_bar()
        self._tasks: dict[str, Any] = {}
        self._live = Live(
            get_renderable=self._render,
            console=err,
            transient=True,
            refresh_per_second=4,
        )

    def __enter__(self) -> Watching:
        if err.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()
        if any(self._tallies.values()):
            err.print(crawl_table(self._rows()))

    def watch(self, tally: Tally) -> None:
        """Show how a source fares."""
        self._tallies[tally.source] = tally

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Show how far a later step is."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total)
        self._bar.update(self._tasks[stage], completed=done, total=total)

    def _rows(self) -> list[Mapping[str, Any]]:
        return [
            {**tally.row(), "note": tally.note}
            if tally
            else {"source": name, "state": "waiting"}
            for name, tally in self._tallies.items()
        ]

    def _render(self) -> RenderableType:
        parts: list[RenderableType] = []
        if self._tallies:
            parts.append(crawl_table(self._rows()))
        if self._tasks:
            parts.append(self._bar)
        return Group(*parts)


def crawl_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return rows of `source_run` and their sum; columns of zeros are left out."""
    shown = [name for name in _NUMBERS if any(row.get(name) for row in rows)]
    table = _table("source")
    for name in ("found", "new", *[n for n in shown if n not in ("found", "new")]):
        table.add_column(name, justify="right")
    for heading in ("read", "took"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", overflow="fold", ratio=1)
    columns = [str(column.header) for column in table.columns[1:-3]]
    for row in rows:
        table.add_row(
            f"{sign(row['state'])} {escape(row['source'])}",
            *(number(row.get(name), _NUMBERS[name]) for name in columns),
            size(row.get("bytes")),
            span(row.get("seconds")),
            f"[dim]{escape(one_line(_why(row)))}[/]",
        )
    if len(rows) > 1:
        sums = {name: sum(row.get(name) or 0 for row in rows) for name in columns}
        table.add_section()
        table.add_row(
            f"[bold]  {len(rows)} sources[/]",
            *(number(sums[name], f"bold {_NUMBERS[name]}".strip()) for name in columns),
            size(sum(row.get("bytes") or 0 for row in rows)),
            "",
            "",
        )
    return table


def _why(row: Mapping[str, Any]) -> str:
    """Return why something was left out or failed: the most frequent reason."""
    reasons = row.get("reasons") or {}
    if not reasons:
        return ""
    reason, times = next(iter(reasons.items()))
    more = len(reasons) - 1
    told = f"{times} × {reason}" if times > 1 else reason
    return f"{told}; {more} more" if more else str(told)


def sources_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return sources with their health: the last run, the week, what is amiss."""
    table = _table("source")
    for heading in ("kind", "ran ago", "next"):
        table.add_column(heading, no_wrap=True)
    for heading in ("new", "week", "all", "failed", "newest"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", overflow="fold", ratio=1)
    for row in rows:
        table.add_row(
            f"{sign(row['state'])} {escape(row['name'])}",
            f"{row['kind']} {row['lang']}",
            age(row["last_run_at"]) or "[dim]never[/]",
            due(row["next_at"]),
            number(row["new"], "green"),
            number(row["week"]),
            number(row["reports"]),
            number(row["failed"], "red"),
            age(row["last_published_at"]),
            _amiss(row),
        )
    return table


def _amiss(row: Mapping[str, Any]) -> str:
    told = [f"[red]{escape(one_line(text))}[/]" for text in row["amiss"]]
    if row["left_alone_until"]:
        until = clock(row["left_alone_until"])
        told.insert(0, f"[magenta]left alone until {until}[/]")
    if why := _why(row):
        told.append(f"[dim]{escape(one_line(why))}[/]")
    return "\n".join(told)


def runs_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return runs: when, how long, what, how it ended, what it did."""
    table = _table("run")
    for heading in ("began", "took", "command", "ended"):
        table.add_column(heading, no_wrap=True)
    table.add_column("issues", justify="right")
    table.add_column("did", overflow="fold", ratio=1)
    for row in rows:
        did = ", ".join(f"{n} {what}" for what, n in row["counts"].items() if n)
        table.add_row(
            str(row["id"]),
            clock(row["started_at"]),
            span(_took(row)),
            row["command"],
            f"{sign(row['state'])} {row['state']}",
            number(row["issues"]),
            escape(one_line(row["message"] or did)) or "[dim]nothing[/]",
        )
    return table


def _took(row: Mapping[str, Any]) -> float | None:
    if not row["finished_at"]:
        return None
    began, ended = (
        datetime.fromisoformat(row[name]) for name in ("started_at", "finished_at")
    )
    return (ended - began).total_seconds()


def _table(first: str) -> Table:
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    return table


def sign(state: str) -> str:
    """Return the sign of a state, in its colour."""
    mark, colour = STATES.get(state, STATES["waiting"])
    return f"[{colour}]{mark}[/]"


def number(value: float | None, style: str = "") -> str:
    """Return a number in a style, dim where it is nothing."""
    if not value:
        return "[dim]·[/]"
    return f"[{style}]{value:,}[/]" if style else f"{value:,}"


def size(count: int | None) -> str:
    """Return a number of bytes in words: `12 kB`, `3.4 MB`."""
    if not count:
        return ""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def age(at: str | None) -> str:
    """Return for how long an instant (UTC) has been over."""
    return span(max(0.0, -_ahead(at))) if at else ""


def due(at: str | None) -> str:
    """Return in how long an instant (UTC) will be, `now` where it was."""
    if not at:
        return ""
    ahead = _ahead(at)
    return f"in {span(ahead)}" if ahead > 0 else "now"


def _ahead(at: str) -> float:
    moment = datetime.fromisoformat(at)
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    return (moment - datetime.now(UTC)).total_seconds()
