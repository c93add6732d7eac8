"""What the terminal shows: tables, panels and badges (rich), nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

from molva.model import Claim, ClaimValue, Evidence, Figure
from molva.status import RULE_WORDS

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

#: Status → sign and colour; the sign tells them apart without colour.
BADGES = {
    "confirmed": ("●", "green"),
    "rumor": ("○", "yellow"),
    "denied": ("✕", "red"),
    "disputed": ("◐", "magenta"),
}
CREDIBILITY = {
    1: "confirmed",
    2: "probably true (independent origins agree)",
    3: "possibly true (one named speaker, or several insiders)",
    4: "doubtful (authorities disagree)",
    5: "improbable (denied)",
    6: "cannot be judged",
}


def badge(status: str) -> str:
    """Return a status with its sign, in its colour."""
    sign, colour = BADGES[status]
    return f"[{colour}]{sign} {status}[/]"


def claims_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return claim rows as a table: status, words, who and when, values, origins."""
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold")
    table.add_column("id", style="dim", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("claim", ratio=5, overflow="fold")
    table.add_column("said by", ratio=2, overflow="fold")
    table.add_column("first said", no_wrap=True)
    table.add_column("figure", ratio=1, overflow="fold")
    table.add_column("when", ratio=1, overflow="fold")
    table.add_column("from", justify="right", no_wrap=True)
    for row in rows:
        outcome = f"\n[dim]{row['outcome']}[/]" if row.get("outcome") else ""
        table.add_row(
            str(row["id"])[:6],
            badge(row["status"]) + outcome,
            escape(one_line(row["text"])),
            escape(said_by(row)),
            f"{(row['first_said'] or row['first_said_at'] or '?')[:10]}\n"
            f"[dim]{escape(row['first_source'] or '')}[/]",
            escape(row["figure_text"] or ""),
            escape(when(row["date_text"], row["date_edtf"])),
            str(row["origin_count"]),
        )
    return table


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
    """Return status changes, oldest first."""
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold")
    table.add_column("when", no_wrap=True)
    table.add_column("change", no_wrap=True)
    table.add_column("claim", ratio=4, overflow="fold")
    table.add_column("because", ratio=2, overflow="fold")
    for row in rows:
        old = f"{row['old']} → " if row["old"] else "new: "
        because = RULE_WORDS.get(row["rule"], row["rule"])
        table.add_row(
            (row["changed_at"] or "?")[:10],
            old + badge(row["new"]),
            escape(one_line(row["text"])),
            escape(f"{because} ({row['source'] or row['actor']})"),
        )
    return table


def rows_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> Table:
    """Return plain rows; `columns` maps keys to headings."""
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold")
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_cell(row.get(key))) for key in columns))
    return table


def show_claim(claim: Claim, titles: Mapping[str, str]) -> None:
    """Print a claim whole: values over time, evidence with quotes, each change."""
    out.print(f"[bold]«{escape(one_line(claim.text))}»[/]")
    if claim.text_polarity == "denies":
        out.print("[dim]Only the denial was told; the words above are the denial.[/]")
    out.print(f"{badge(claim.status)}  {_verdict(claim)}")
    out.print(f"[dim]claim {claim.id}, {claim.origin_count} origin(s)[/]\n")
    _show_values(claim, titles)
    out.print("[bold]Evidence[/]")
    for item in claim.evidence:
        _show_evidence(item, titles)
    out.print("[bold]History[/]")
    for change in claim.changes:
        old = f"{change.old} → " if change.old else ""
        because = RULE_WORDS.get(change.rule, change.rule)
        note = f": {change.note}" if change.note else ""
        out.print(
            f"  {(change.changed_at or '?')[:10]}  {old}{badge(change.new)}  "
            + escape(f"{because} ({change.actor}){note}")
        )


def _verdict(claim: Claim) -> str:
    parts = [f"credibility {claim.credibility}: {CREDIBILITY[claim.credibility]}"]
    if claim.outcome:
        parts.append(f"outcome {claim.outcome}")
    if claim.slip_count:
        parts.append(f"date moved {claim.slip_count}× by {claim.slip_days} days")
    if claim.is_contradicted:
        parts.append("values contradict each other")
    return escape("; ".join(parts))


def _show_values(claim: Claim, titles: Mapping[str, str]) -> None:
    if not claim.values:
        return
    sources = {e.report.id: e.report.source for e in claim.evidence}
    out.print("[bold]Values[/] (current first)")
    for given in claim.values:
        source = sources.get(given.report_id, "")
        mark = "[bold]→[/]" if given.is_current else " "
        what = given.value.measure if isinstance(given.value, Figure) else None
        out.print(
            f"  {mark} {escape(_value(given))}"
            + (f" [dim]{escape(what)}[/]" if what else "")
            + f"  [dim]{given.relation}, {(given.said_at or '?')[:10]}, "
            + f"{escape(titles.get(source, source))}[/]"
        )
    out.print()


def _value(given: ClaimValue) -> str:
    if isinstance(given.value, Figure):
        return given.value.text
    return when(given.value.text, given.value.edtf)


def _show_evidence(item: Evidence, titles: Mapping[str, str]) -> None:
    statement, said = item.statement, item.statement.attribution
    chain = [titles.get(item.report.source, item.report.source)]
    chain += [part for part in (said.outlet, said.source) if part]
    out.print(
        f"  {(item.report.published or 'undated')[:10]}  {item.direction}  "
        + escape(" → ".join(chain))
        + escape(f"  [{said.source_type}, {statement.modality}; origin {item.origin}]")
    )
    out.print(f"    «{escape(one_line(statement.text))}»", style="italic")
    if item.report.url:
        out.print(f"    [dim]{escape(item.report.url)}[/]", soft_wrap=True)


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
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items() if v)
    return str(value)
