"""The commands that look: claims, changes, one claim, runs, sources, topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from db import store
from molva import config, terminal
from molva.commands.base import (
    SOME_FAILED,
    USAGE,
    Failure,
    cli,
    json_option,
    known_claim,
    known_topic,
    load_specs,
    opened,
    print_json,
    say,
    stamp,
    topic_of,
)
from molva.reviews import about
from molva.shapes import record_line
from molva.track import rows_of

if TYPE_CHECKING:
    from crawler.source import SourceSpec
    from molva.pipeline.sources import Tried


@cli.command()
@click.option("--topic", help="Only claims of this topic.")
@click.option("--status", type=click.Choice(list(terminal.BADGES)), help="This status.")
@click.option("--source", help="Claims that this source bears on.")
@click.option("--entity", help="Claims that name this person, body or thing.")
@click.option("--since", help="Said on or after this day.")
@click.option("--until", help="Said on or before this day.")
@click.option("--lang", type=click.Choice(["en", "ru"]), help="Language of the words.")
@click.option("--dismissed", is_flag=True, help="Also those a person dismissed.")
@click.option("--sort", type=click.Choice(list(store.SORTS)), default="changed")
@click.option("--limit", type=int, default=50, show_default=True)
@json_option
@click.pass_obj
def claims(
    path: Path,
    /,
    as_json: bool,
    since: str | None,
    until: str | None,
    **filters: Any,
) -> None:
    """List claims: status, who said it first and when, values, origins."""
    with opened(path) as db:
        known_topic(db, filters["topic"])
        filters |= {"since": stamp(since), "until": stamp(until)}
        rows = store.list_claims(db, **filters)
        waits = not rows and (store.unread_keys(db, 1) or store.unplaced_ids(db, 1))
    if as_json:
        print_json(rows)
    elif rows:
        terminal.out.print(terminal.claims_table(rows))
    else:
        hint = "; some reports wait for `molva run --no-crawl`" if waits else ""
        say(f"no claims match{hint}")


@cli.command()
@click.option("--since", help="Changes on or after this day (also: yesterday).")
@click.option("--topic", help="Only claims of this topic.")
@json_option
@click.pass_obj
def changes(path: Path, since: str | None, topic: str | None, as_json: bool) -> None:
    """List what changed: new rumors, confirmations, denials."""
    with opened(path) as db:
        known_topic(db, topic)
        rows = store.list_changes(db, stamp(since), topic=topic)
    if as_json:
        print_json(rows)
    elif rows:
        terminal.out.print(terminal.changes_table(rows))
    else:
        terminal.err.print("nothing changed")


@cli.command()
@click.argument("claim")
@json_option
@click.pass_obj
def show(path: Path, claim: str, as_json: bool) -> None:
    """Show one claim whole: values, evidence with quotes, each change and its rule."""
    with opened(path) as db:
        found = store.load_claims(db, [known_claim(db, claim)])[0]
        made = about(store.reviews(db), found.id)
        alike = store.list_suggestions(db, found.id)
        sources = store.load_sources(db)
        kept = store.records(db, (item.statement.id for item in found.evidence))
    if as_json:
        more = {"reviews": [record_line(r) for r in made], "records": kept}
        print_json([{**record_line(found), **more}])
        return
    from db.exports.timeline import Timeline
    from molva.terminal_claim import show_claim

    timeline = Timeline(title="", as_of=date.today(), claims=(found,), sources=sources)
    others = [_other(row, found.id) for row in alike]
    show_claim(found, timeline, made, others, _where_kept(path, kept))


def _where_kept(path: Path, kept: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    """Tell where each page lies (statement id → words), and which are there no more."""
    archive = config.load(path).archive
    folder = Path(archive.folder if archive else config.archive_folder(path))
    told = {}
    for statement_id, (name, offset) in kept.items():
        where = folder / name
        gone = "" if where.exists() else ", no longer kept"
        told[statement_id] = f"page in {where} at byte {offset}{gone}"
    return told


def _other(row: Mapping[str, Any], claim_id: str) -> tuple[str, str, float]:
    """Return id, text and score of the claim that one may be the same as."""
    end = "b" if row["claim_a"] == claim_id else "a"
    return row[f"claim_{end}"], row[f"text_{end}"], row["score"]


@cli.command()
@click.argument("number", type=int, required=False, metavar="[RUN]")
@click.option("--limit", type=int, default=20, show_default=True)
@json_option
@click.pass_obj
def runs(path: Path, number: int | None, limit: int, as_json: bool) -> None:
    """List the latest runs and what each did; of one, each source and every issue."""
    from molva.terminal_crawl import crawl_table, runs_table

    with opened(path) as db:
        rows = store.list_runs(db, limit, number)
        if number is not None and not rows:
            raise Failure(f"no run {number}: `molva runs` lists them", USAGE)
        by_source = store.source_runs(db, number) if number is not None else []
        issues = store.list_issues(db, number) if number is not None else []
    if as_json:
        more = {"sources": by_source, "issues": issues} if number is not None else {}
        print_json({**row, **more} for row in rows)
        return
    if not rows:
        terminal.err.print("nothing ran yet")
        return
    terminal.out.print(runs_table(rows))
    if by_source:
        terminal.out.print(crawl_table(by_source))
    for issue in issues:
        where = issue["url"] or issue["report_id"] or ""
        told = f"{issue['source'] or issue['stage']}: {issue['reason']}"
        terminal.out.print(escape(terminal.one_line(told)))
        detail = escape(terminal.one_line(issue["detail"] or where))
        terminal.out.print(f"  [dim]{detail}[/]")


@cli.group(invoke_without_command=True)
@click.option(
    "--sources",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="A further folder of source files.",
)
@click.option("--all", "show_all", is_flag=True, help="Also the sources that are off.")
@json_option
@click.pass_context
def sources(
    context: click.Context, folders: tuple[Path, ...], show_all: bool, as_json: bool
) -> None:
    """List the sources with their health: last run, week, what fails and why.

    ● done, ✕ no listing could be read, ◐ left alone because it refused.
    """
    if context.invoked_subcommand:
        # folders before a subcommand's name are meant for it
        context.default_map = {context.invoked_subcommand: {"folders": folders}}
        return
    from db.store import open_db
    from molva.pipeline.health import source_health
    from molva.terminal_crawl import sources_table

    path: Path = context.obj
    specs = load_specs(path, folders).values()
    if path.exists():
        with opened(path) as db:
            rows = source_health(db, specs)
    else:
        rows = source_health(open_db(":memory:"), specs)
    if as_json:
        print_json(rows)
        return
    terminal.out.print(
        sources_table([r for r in rows if r["on"] != "no" or r["reports"]])
    )
    off = [r for r in rows if r["on"] == "no"]
    if show_all:
        names = {"name": "off", "title": "", "off_because": "because"}
        terminal.out.print(terminal.rows_table(off, names))
    elif off:
        terminal.err.print(f"[dim]{len(off)} more are off: --all tells why[/]")


@sources.command("add")
@click.argument("url")
@click.option("--private", is_flag=True, help="The site is in your own network.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder of the file (else ~/.config/molva/sources).",
)
@click.pass_obj
def add_source(path: Path, url: str, private: bool, folder: Path | None) -> None:
    """Write a source file from an article's page: feed, sitemap and body rule.

    The file is a first draft to correct; one that is there already is left alone.
    """
    from crawler.discover import toml
    from molva.pipeline.sources import NothingLearnedError, learn

    if not url.startswith(("http://", "https://")):
        raise Failure(f"{url!r} is no http or https address", USAGE)
    try:
        found = learn(url, contact=config.load(path).contact, is_private=private)
    except NothingLearnedError as error:
        raise Failure(str(error), SOME_FAILED) from None
    file = (folder or config.own_folder()) / f"{found.name}.toml"
    if file.exists() or found.name in load_specs(path):
        raise Failure(f"there is a source {found.name!r} already", USAGE)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(toml(found, is_private=private), encoding="utf-8")
    click.echo(file)
    where = f" --sources {folder}" if folder else ""
    say(f"correct the file, then try: molva sources check {found.name}{where}")


def _one_report(wanted: Callable[..., None]) -> Callable[..., None]:
    """Give a command NAME [URL] and `--sources`."""
    for decorate in (
        click.option(
            "--sources",
            "folders",
            multiple=True,
            type=click.Path(path_type=Path, exists=True),
            help="A further folder of source files.",
        ),
        click.argument("url", required=False),
        click.argument("name"),
    ):
        wanted = decorate(wanted)
    return wanted


def _tried(
    path: Path, name: str, url: str | None, folders: tuple[Path, ...]
) -> tuple[Tried, SourceSpec]:
    from molva.pipeline.sources import NothingLearnedError, attempt

    specs = load_specs(path, folders)
    if name not in specs:
        raise Failure(f"no source {name!r}: `molva sources` lists them", USAGE)
    try:
        contact = config.load(path).contact
        return attempt(specs[name], url, contact=contact), specs[name]
    except NothingLearnedError as error:
        raise Failure(str(error), SOME_FAILED) from None


@sources.command()
@_one_report
@json_option
@click.pass_obj
def check(
    path: Path, name: str, url: str | None, folders: tuple[Path, ...], as_json: bool
) -> None:
    """Crawl one report of a source: each field, and the layer that gave it."""
    tried, _ = _tried(path, name, url, folders)
    rows = list(tried.rows())
    if as_json:
        print_json(rows)
        return
    shown = [{**row, "value": " ".join(row["value"].split())[:160]} for row in rows]
    columns = ("field", "layer", "value")
    terminal.out.print(terminal.rows_table(shown, {c: c for c in columns}))


@sources.command()
@_one_report
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("recorded"),
    show_default=True,
    help="The folder of fixtures.",
)
@click.pass_obj
def record(
    path: Path, name: str, url: str | None, folders: tuple[Path, ...], folder: Path
) -> None:
    """Keep one live page and what is read on it as a fixture, for private use.

    The tests walk the fixtures of the folder that $MOLVA_FIXTURES names, too.
    """
    from molva.pipeline.sources import keep

    tried, spec = _tried(path, name, url, folders)
    click.echo(keep(tried, spec, folder))


@sources.command()
@click.argument("name", required=False)
@json_option
@click.pass_obj
def track(path: Path, name: str | None, as_json: bool) -> None:
    """How often each source was right, by the kind of source it relied on.

    A source has a claim to its name if it carried it before its fate was known. From
    five claims on: the 95% Wilson interval of the share confirmed, and the median days
    from the source's first report to the confirmation.
    """
    with opened(path) as db:
        titles = {s.name: s.title for s in store.load_sources(db).values()}
        if name is not None and name not in titles:
            known = ", ".join(sorted(titles)) or "none yet"
            raise Failure(f"no source {name!r} has told anything ({known})", USAGE)
        rows = rows_of(store.carried_by(db, name))
    if as_json:
        print_json(record_line(row) for row in rows)
    elif rows:
        terminal.out.print(terminal.track_table(rows, titles))
    else:
        terminal.err.print("no claims to judge by yet")


@cli.group(invoke_without_command=True)
@json_option
@click.pass_context
def topics(context: click.Context, as_json: bool) -> None:
    """List what is followed; `topics add` and `topics remove` change it."""
    if context.invoked_subcommand:
        return
    with opened(context.obj) as db:
        rows = [record_line(topic) for topic in store.topics(db)]
    if as_json:
        print_json(rows)
    else:
        columns = {"name": "topic", "entities": "entities", "words": "words"}
        terminal.out.print(terminal.rows_table(rows, columns))


@topics.command("add")
@click.argument("name")
@click.option("--entity", "entities", multiple=True, help="A name, in any script.")
@click.option("--word", "words", multiple=True, help="A word or phrase, any form.")
@click.pass_obj
def add_topic(
    path: Path, name: str, entities: tuple[str, ...], words: tuple[str, ...]
) -> None:
    """Follow a topic: claims that name an entity or use a word belong to it."""
    if not entities and not words:
        raise Failure("a topic needs --entity or --word", USAGE)
    with opened(path, create=True) as db:
        store.save_topic(db, topic_of(name, entities, words))
        count = len(store.list_claims(db, topic=name))
    terminal.err.print(f"{name}: {count} claims")


@topics.command("remove")
@click.argument("name")
@click.pass_obj
def remove_topic(path: Path, name: str) -> None:
    """Stop following a topic; its claims stay."""
    with opened(path) as db:
        known_topic(db, name)
        store.remove_topic(db, name)
