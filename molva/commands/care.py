"""The commands that look after the file: doctor, backup."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from rich.markup import escape

from db import store
from molva import terminal
from molva.commands.base import (
    STORAGE,
    USAGE,
    Failure,
    cli,
    json_option,
    print_json,
    progress_hook,
)
from molva.shapes import record_line


@cli.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended.")
@json_option
@click.pass_obj
def doctor(path: Path, fix: bool, as_json: bool) -> None:
    """Check that the database is sound, and say what --fix would mend.

    Exits with 3 while anything is amiss. Without --fix nothing is changed, not even the
    schema of an older file.
    """
    from molva.pipeline import care

    with store.as_it_is(path) as db:
        mended: tuple[str, ...] = ()
        findings = care.look(db)
        if fix and not all(finding.is_ok for finding in findings):
            mended = care.mend(db)
            findings = care.look(db)
    rows = [
        {**record_line(f), "is_fixed": f.is_ok and f.check in mended} for f in findings
    ]
    if as_json:
        print_json(rows)
    else:
        _print(rows)
    if not all(finding.is_ok for finding in findings):
        sys.exit(STORAGE)


def _print(rows: Iterable[dict[str, object]]) -> None:
    for row in rows:
        sign = "[green]ok[/]" if row["is_ok"] else "[red]bad[/]"
        told = "mended" if row["is_fixed"] else row["message"]
        remedy = f" (--fix: {row['remedy']})" if row["remedy"] else ""
        text = terminal.one_line(f"{row['check']}: {told}{remedy}")
        terminal.out.print(f"{sign:<14} {escape(text)}")


@cli.command()
@click.argument("output", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(path: Path, output: Path) -> None:
    """Write a checked copy of the database, also while it is being written to.

    Nothing is overwritten. The copy is one file, of one moment; to restore it, put it
    in the place of the database.
    """
    try:
        with progress_hook() as progress:
            size = store.backup(
                path, output, lambda done, pages: progress("copying", done, pages)
            )
    except FileExistsError as error:
        raise Failure(str(error), USAGE) from None
    terminal.err.print(f"{output}: {size / 1e6:.1f} MB, checked", soft_wrap=True)
