"""The commands that work by hand: demo, add, read, assess."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db import store
from molva import config, terminal
from molva.commands.base import (
    SOME_FAILED,
    USAGE,
    Failure,
    as_of_option,
    cli,
    day_of,
    load_specs,
    opened,
    progress_hook,
    say,
)
from molva.commands.share import exported
from molva.model import Kind
from molva.shapes import instant

if TYPE_CHECKING:
    from sqlite_utils import Database


KINDS = ("media", "agency", "trade", "official")


@cli.command()
@click.pass_obj
def demo(path: Path) -> None:
    """The whole job on the embedded sample newsroom, from nothing."""
    from molva import demo as sample

    with progress_hook() as progress:
        try:
            result = sample.run(path, progress)
        except sample.NotADemoError as error:
            raise Failure(str(error), USAGE) from None
    with opened(path) as db:
        rows = store.list_claims(db, topic=result.topic, sort="first")
        terminal.out.print(terminal.claims_table(rows))
        terminal.out.print()
        click.echo(
            exported(db, "md", topic=result.topic, as_of=result.as_of.isoformat())
        )
    terminal.err.print(
        f"{result.reports} reports, {result.claims} claims in {path}. "
        f"Look around: molva --db {path} review, or browse"
    )


@cli.command()
@click.argument("documents", nargs=-1, required=True, metavar="FILE|URL…")
@click.option("--published", help="Date or ISO time of publication.")
@click.option("--source", help="Name of the outlet the documents are from.")
@click.option("--kind", type=click.Choice(KINDS), help="What kind of source it is.")
@click.option("--lang", type=click.Choice(["en", "ru"]), help="Language of the text.")
@click.option("--title", help="Headline, where the document has none.")
@click.option("--no-read", is_flag=True, help="Only store; read and assess later.")
@as_of_option
@click.pass_obj
def add(
    path: Path,
    documents: tuple[str, ...],
    published: str | None,
    source: str | None,
    kind: Kind | None,
    lang: str | None,
    title: str | None,
    no_read: bool,
    as_of: str | None,
) -> None:
    """Store, read and assess documents: text, HTML, WARC, JSON Lines, addresses."""
    from crawler.files import Defaults
    from molva.pipeline.assess import assess
    from molva.pipeline.documents import add_documents
    from molva.pipeline.read import read
    from molva.pipeline.runs import run_row

    day = day_of(as_of)
    defaults = Defaults(
        published=instant(published), source=source, kind=kind, lang=lang, title=title
    )
    specs, archive = load_specs(path), config.load(path).archive
    with opened(path, create=True) as db, run_row(db, "add") as (run_id, n):
        saved, problems = add_documents(db, documents, defaults, specs, run_id, archive)
        n.update(new=len(saved.new), changed=len(saved.changed), failed=len(problems))
        before = _claim_count(db)
        if not no_read:
            with progress_hook() as progress:
                read(db, as_of=day, progress=progress)
                assess(db, as_of=day, progress=progress)
        claims = _claim_count(db) - before
    for problem in problems:
        say(f"{problem.where}: {problem.reason}")
    terminal.err.print(
        f"{len(saved.new)} new, {len(saved.changed)} changed, "
        f"{len(saved.unchanged)} known reports; {claims} new claims"
    )
    if problems:
        sys.exit(SOME_FAILED)


def _claim_count(db: Database) -> int:
    return int(db.conn.execute("SELECT count(*) FROM claim").fetchone()[0])


@cli.command()
@as_of_option
@click.pass_obj
def read(path: Path, as_of: str | None) -> None:
    """Read out statements from every report that nobody has read yet."""
    from molva.pipeline.read import read as read_all
    from molva.pipeline.runs import run_row

    day = day_of(as_of)
    with (
        opened(path) as db,
        run_row(db, "read") as (_, n),
        progress_hook() as progress,
    ):
        n["read"] = read_all(db, as_of=day, progress=progress)
    terminal.err.print(f"{n['read']} reports read")


@cli.command()
@as_of_option
@click.pass_obj
def assess(path: Path, as_of: str | None) -> None:
    """File new statements under claims and judge status, values and outcome."""
    from molva.pipeline.assess import assess as assess_all
    from molva.pipeline.runs import run_row

    day = day_of(as_of)
    with (
        opened(path) as db,
        run_row(db, "assess") as (_, n),
        progress_hook() as progress,
    ):
        n["changed"] = assess_all(db, as_of=day, progress=progress)
    terminal.err.print(f"{n['changed']} claims new or changed")
