"""What the terminal shows: tables, panels and badges (rich), nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from molva.model import Review
from molva.status import RULE_WORDS
from molva.track import TrackRow

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

#: Status → sign and colour; the sign tells them apart without colour.
BADGES = {
    "confirmed": ("●", "green"),
    "rumor": ("○", "yellow"),
    "denied": ("✕", "red"),
    "disputed": ("◐", "magenta"),
}


def badge(status: str) -> str:
    """Return a status with its sign, in its colour."""
    sign, colour = BADGES[status]
    return f"[{colour}]{sign} {status}[/]"


def grid(*fixed: int) -> Table:
    """Return a borderless table whose last column takes the width that is left.

    `fixed` are the widths of the columns before it.
    """
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for width in fixed:
        table.add_column(width=width, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    return table


def claims_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return claim rows: id, status, the words, and below who, when and how much."""
    table = grid(6, 11)
    for row in rows:
        outcome = f"\n[dim]  {row['outcome']}[/]" if row.get("outcome") else ""
        table.add_row(
            f"[cyan]{str(row['id'])[:6]}[/]",
            badge(row["status"]) + outcome,
            f"{escape(one_line(row['text']))}\n[dim]{escape(_facts(row))}[/]\n",
        )
    return table


def _facts(row: Mapping[str, Any]) -> str:
    """Return who said it first and on whose word, values, origins, the last change."""
    first = (row["first_said"] or row["first_said_at"] or "undated")[:10]
    changed = (row["last_changed"] or "")[:10]
    facts = [
        f"first {first} {row['first_source'] or ''}".rstrip(),
        said_by(row),
        row["figure_text"],
        when(row["date_text"], row["date_edtf"]),
        count(row["origin_count"], "origin"),
        "dismissed" if row["is_dismissed"] else None,
        "values contradict each other" if row["is_contradicted"] else None,
        slips(row["slip_count"], row["slip_days"]),
        f"changed {changed}" if changed > first else None,
    ]
    return " · ".join(fact for fact in facts if fact)


def slips(times: int, days: int) -> str | None:
    """Say how often and how far a date moved, None where it did not."""
    often = "once" if times == 1 else f"{times} times"
    return f"date moved {often}, by {count(days, 'day')}" if times else None


def when(text: str | None, edtf: str | None) -> str:
    """Return a date in its own words, resolved where they alone do not say it."""
    if not text:
        return ""
    is_plain = any(c.isdigit() for c in text) or not edtf
    return text if is_plain else f"{text} ({edtf})"


def said_by(row: Mapping[str, Any]) -> str:
    """Return who stands behind a claim row, with the kind of source."""
    kind = row["source_type"]
    who = row.get("said_by")
    return f"{who} ({kind})" if who else str(kind)


def changes_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return status changes, oldest first: the day, the change, the claim and why."""
    table = grid(10, 24)
    for row in rows:
        old = f"{row['old']} → " if row["old"] else "new: "
        because = f"{RULE_WORDS.get(row['rule'], row['rule'])} ({row['source']})"
        if row["actor"] != "rules":
            because = f"{row['actor']} decided" + (
                f": {n}" if (n := row["note"]) else ""
            )
        told = f"[cyan]{row['claim_id'][:6]}[/] {escape(one_line(row['text']))}"
        table.add_row(
            (row["changed_at"] or "undated")[:10],
            old + badge(row["new"]),
            f"{told}\n[dim]{escape(because)}[/]",
        )
    return table


#: Kind of row in the queue → its heading, and the commands that settle it.
QUEUE = {
    "challenged": (
        "Decisions that newer evidence speaks against",
        "molva show {id} · molva review {id} undo",
    ),
    "disputed": (
        "Authorities disagree",
        "molva show {id} · molva review {id} confirm|deny",
    ),
    "contradicted": (
        "Values contradict each other",
        "molva show {id} · molva review {id} set figure|date VALUE",
    ),
    "alike": (
        "Perhaps the same",
        "molva review {id} merge {other} · or: set apart {other}",
    ),
    "overdue": (
        "Overdue",
        "molva review {id} set outcome fulfilled|late|missed",
    ),
}


def show_queue(rows: Sequence[Mapping[str, Any]], limit: int) -> None:
    """Print what needs eyes, by kind, the most urgent kind first."""
    for kind, (heading, remedy) in QUEUE.items():
        found = [row for row in rows if row["kind"] == kind]
        if not found:
            continue
        hidden = len(found) - limit
        more = f" [dim](the first {limit} of {len(found)})[/]" if hidden > 0 else ""
        out.print(f"[bold]{heading}[/]{more}")
        table = grid(6, 11)
        for row in found[:limit]:
            table.add_row(
                f"[cyan]{row['claim_id'][:6]}[/]",
                badge(row["status"]),
                _queued(row, remedy),
            )
        out.print(table)


def _queued(row: Mapping[str, Any], remedy: str) -> str:
    other = (row["other_id"] or "")[:6]
    lines = [escape(one_line(row["text"]))]
    if other:
        lines.append(f"[cyan]{other}[/] {escape(one_line(row['other_text'] or ''))}")
    lines.append(f"[dim]{escape(one_line(row['why'] or ''))}[/]")
    lines.append(f"[dim]→ {remedy.format(id=row['claim_id'][:6], other=other)}[/]\n")
    return "\n".join(lines)


def count(n: int, noun: str) -> str:
    """Return a number with its noun: `1 origin`, `3 origins`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


_ID = re.compile(r"\b([0-9a-f]{6})[0-9a-f]{10}\b")


def decision_words(made: Review) -> str:
    """Return what was decided, ids by their first letters: `merge ec82cf`."""
    words = " ".join(part for part in (made.verb, made.argument) if part)
    return _ID.sub(r"\1", words)


def reviews_table(made: Sequence[Review]) -> Table:
    """Return the audit trail: when, who, what, why; what was taken back is struck."""
    table = grid(16, 12)
    by_id = {one.id: one for one in made}
    for one in made:
        what = decision_words(one)
        if (target := by_id.get(one.argument or "")) is not None:
            what = f"{one.verb} {decision_words(target)}"
        about = f"[cyan]{one.claim_id[:6]}[/] " if one.claim_id else ""
        style = "[strike dim]" if one.is_undone else "[bold]"
        back = "  [dim]taken back[/]" if one.is_undone else ""
        note = f"\n[dim]{escape(one_line(one.note))}[/]" if one.note else ""
        table.add_row(
            one.at[:16].replace("T", " "),
            escape(one.actor),
            f"{about}{style}{escape(what)}[/]{back}{note}",
        )
    return table


def track_table(rows: Iterable[TrackRow], titles: Mapping[str, str]) -> Table:
    """Return track records: counts, and shares where there are enough claims."""
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold")
    table.add_column("source", overflow="fold")
    table.add_column("on whose word")
    for heading in ("claims", "confirmed", "denied", "missed"):
        table.add_column(heading, justify="right")
    table.add_column("confirmed, 95%", justify="right")
    table.add_column("days ahead", justify="right")
    last = None
    for row in rows:
        share = row.interval and f"{row.interval[0]:.0%} to {row.interval[1]:.0%}"
        lead = row.median_lead_days
        table.add_row(
            "" if row.source == last else escape(titles.get(row.source, row.source)),
            row.source_type,
            *(str(n) for n in (row.n, row.confirmed, row.denied, row.missed)),
            share or "[dim]too few[/]",
            "" if lead is None else f"{lead:g}",
        )
        last = row.source
    return table


def rows_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> Table:
    """Return plain rows; `columns` maps keys to headings."""
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold")
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_cell(row.get(key))) for key in columns))
    return table


def clock(at: str | None) -> str:
    """Return an instant (UTC) by the reader's own clock, the day where it matters."""
    if not at:
        return ""
    here = datetime.fromisoformat(at).astimezone()
    is_today = here.date() == datetime.now().astimezone().date()
    return here.strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M")


def span(seconds: float | None) -> str:
    """Return a length of time in its largest unit: `40 s`, `12 min`, `3 h`, `5 d`."""
    if seconds is None:
        return ""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def one_line(text: str) -> str:
    """Return text on one line, without control or direction marks."""
    clean = "".join(c for c in text if c.isprintable() or c.isspace())
    return " ".join(clean.split())


def progress_bar() -> Progress:
    """Return a bar for standard error that goes away when it is done."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,  # else it leaves an empty line in a log
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items() if v)
    return str(value)
