"""The commands that show others: timelines as files, pages in Datasette."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db import store
from molva import terminal
from molva.commands.base import (
    USAGE,
    Failure,
    as_of_option,
    cli,
    day_of,
    opened,
    who,
)

if TYPE_CHECKING:
    from sqlite_utils import Database


@cli.command()
@click.argument("name", required=False, metavar="[TOPIC|ENTITY]")
@click.option("--format", "form", default="md", show_default=True, help="Format.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here.")
@as_of_option
@click.pass_obj
def timeline(
    path: Path, name: str | None, form: str, output: Path | None, as_of: str | None
) -> None:
    """Export a timeline of a topic, an entity, or everything."""
    from db.exports import EXPORTERS

    if form not in EXPORTERS:
        raise Failure(f"no format {form!r}: use {', '.join(EXPORTERS)}", USAGE)
    with opened(path) as db:
        names = [topic.name for topic in store.topics(db)]
        chosen = {"topic": name} if name in names else {"entity": name}
        text = exported(db, form, as_of=day_of(as_of), **(chosen if name else {}))
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Failure(f"{output}: {error.strerror}", USAGE) from None


def exported(
    db: Database,
    form: str,
    *,
    topic: str | None = None,
    entity: str | None = None,
    as_of: date | None = None,
) -> str:
    """Return a timeline of claims in a format of the registry."""
    from db.exports import Timeline, export
    from molva.names import key

    rows = store.list_claims(db, topic=topic, entity=entity, sort="first")
    if entity and not rows:
        rows = store.list_claims(db, entity=key(entity), sort="first")
    if entity and not rows:
        raise Failure(f"no topic and no entity {entity!r}", USAGE)
    found = store.load_claims(db, [row["id"] for row in rows])
    return export(
        form,
        Timeline(
            title=topic or entity or "Molva",
            as_of=as_of or date.today(),
            claims=tuple(found),
            sources=store.load_sources(db),
        ),
    )


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True)
@click.option("--public", is_flag=True, help="For strangers: no SQL, no decisions.")
@click.option("--lang", type=click.Choice(["en", "ru"]), help="Else the browser's.")
@click.option(
    "--by", "editor", help="Who decides (else the name you are logged in by)."
)
@click.pass_obj
def browse(
    path: Path, host: str, port: int, public: bool, lang: str | None, editor: str | None
) -> None:
    """Open the database in Datasette, with pages for claims and sources.

    The address to sign in by lets one browser decide on claims, as `molva review`
    does; with --public nobody can, and notes and the texts of reports stay closed.
    """
    from db.datasette.review import Desk
    from db.datasette.serve import build, serve, sign_in_address
    from db.publish import is_published
    from molva.pipeline.review import reviewer

    is_copy = path.is_file() and is_published(path)
    if not is_copy:
        with opened(path):
            pass
    is_closed = is_copy or public
    desk = None if is_closed else Desk(reviewer(path), who(editor))
    site = build(path, public=public, lang=lang, desk=desk)
    address = f"http://{host}:{port}"
    terminal.err.print(f"{address}/  (Ctrl-C stops)")
    if sign_in := sign_in_address(site, address):
        terminal.err.print(
            f"to decide on claims, sign in once: {sign_in}", soft_wrap=True
        )
    try:
        serve(site, host=host, port=port)
    except OSError as error:
        raise Failure(f"{host}:{port}: {error.strerror}; try --port", USAGE) from None


@cli.command()
@click.argument("output", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def publish(path: Path, output: Path) -> None:
    """Write a copy for others: no texts of reports, no notes, no bookkeeping.

    Serve it by `molva --db COPY browse --public`. An older copy is replaced at once.
    """
    from db.publish import publish as write

    with opened(path) as db:
        try:
            write(db, output)
        except OSError as error:
            raise Failure(f"{output}: {error.strerror}", USAGE) from None
    terminal.err.print(f"{output}: {output.stat().st_size / 1e6:.1f} MB")
