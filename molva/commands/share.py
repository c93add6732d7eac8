"""The commands that show others: timelines as files, pages in Datasette."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from db import store
from molva import terminal
from molva.commands.base import (
    USAGE,
    Failure,
    cli,
    known_claim,
    known_topic,
    not_the_database,
    opened,
    stamp,
    who,
)

if TYPE_CHECKING:
    from sqlite_utils import Database


@cli.command()
@click.argument("name", required=False, metavar="[TOPIC|ENTITY]")
@click.option("--format", "form", default="md", show_default=True, help="Format.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here.")
@click.option("--claim", help="This claim alone.")
@click.option("--topic", help="Claims of this topic.")
@click.option("--entity", help="Claims that name this person, body or thing.")
@click.option("--source", help="Claims that this source bears on.")
@click.option("--status", type=click.Choice(list(terminal.BADGES)), help="This status.")
@click.option("--since", metavar="DAY", help="Said on or after this day.")
@click.option("--until", metavar="DAY", help="Said on or before this day.")
@click.option("--lang", type=click.Choice(["en", "ru"]), help="Language of the claims.")
@click.option("--most", metavar="N", help="Only N claims, the most telling ones.")
@click.option("--as-of", metavar="DAY", help="As it was known at the end of this day.")
@click.option("--words", type=click.Choice(["en", "ru"]), help="Language around them.")
@click.option("--site", default="", help="Address of your pages, for links to them.")
@click.pass_obj
def timeline(
    path: Path,
    /,
    name: str | None,
    form: str,
    output: Path | None,
    words: str | None,
    site: str,
    **filters: str | None,
) -> None:
    """Export a timeline of a topic, an entity, or everything."""
    from db.exports import EXPORTERS

    if form not in EXPORTERS:
        raise Failure(f"no format {form!r}: use {', '.join(EXPORTERS)}", USAGE)
    if output is not None:
        not_the_database(path, output)
    for day in ("since", "until", "as_of"):
        filters[day] = stamp(filters[day])
    with opened(path) as db:
        if filters["claim"]:
            filters["claim"] = known_claim(db, filters["claim"])
        if name:
            is_topic = name in [topic.name for topic in store.topics(db)]
            filters["topic" if is_topic else "entity"] = name
        text = exported(db, form, words=words or "en", site=site.rstrip("/"), **filters)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Failure(f"{output}: {error.strerror}", USAGE) from None


def exported(
    db: Database, form: str, *, words: str = "en", site: str = "", **filters: str | None
) -> str:
    """Return a timeline in a format of the registry; filters as `db.timelines` has."""
    from db.exports import export
    from db.timelines import asked_of
    from db.timelines import timeline as found_in
    from nlp.gazetteer import parents

    known_topic(db, filters.get("topic"))
    try:
        asked = asked_of({name: value or "" for name, value in filters.items()})
    except ValueError as error:
        raise Failure(str(error), USAGE) from None
    found = found_in(db, asked, lang=words, site=site, parents=parents)
    if found is None:
        raise Failure(f"no topic and no entity {asked.entity!r}", USAGE)
    return export(form, found)


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
    from nlp.gazetteer import parents

    is_copy = path.is_file() and is_published(path)
    if not is_copy:
        with opened(path):
            pass
    is_closed = is_copy or public
    desk = None if is_closed else Desk(reviewer(path), who(editor))
    site = build(path, public=public, lang=lang, desk=desk, parents=parents)
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

    not_the_database(path, output)
    with opened(path) as db:
        try:
            write(db, output)
        except OSError as error:
            raise Failure(f"{output}: {error.strerror}", USAGE) from None
    terminal.err.print(f"{output}: {output.stat().st_size / 1e6:.1f} MB")
