"""What the commands share: the group, exit codes, the database, days and bars."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from db import store
from molva import config, terminal

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.source import SourceSpec
    from molva.pipeline.runs import Progress


P = ParamSpec("P")
R = TypeVar("R")

#: Exit codes (DESIGN §6).
SOME_FAILED, USAGE, STORAGE, BUSY, INTERRUPTED, TERMINATED = 1, 2, 3, 4, 130, 143


class Failure(click.ClickException):
    """One line on standard error and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--db",
    "database",
    type=click.Path(path_type=Path, dir_okay=False),
    default=lambda: Path(os.environ.get("MOLVA_DB", "molva.db")),
    help="The database file (else $MOLVA_DB, else molva.db).",
)
@click.version_option(package_name="molva")
@click.pass_context
def cli(context: click.Context, database: Path) -> None:
    """Track news and rumors: who said it first, who confirmed it, what became of it."""
    context.obj = database


@contextmanager
def opened(path: Path, *, create: bool = False) -> Iterator[Database]:
    """Open the database for the block, topics of molva.toml in step."""
    db = store.open_db(path, create=create)
    try:
        _sync_topics(db, config.load(path))
        yield db
    finally:
        db.close()


def _sync_topics(db: Database, settings: config.Config) -> None:
    """Topics of molva.toml are the user's word: write them where they differ."""
    kept = {topic.name: topic for topic in store.topics(db)}
    for name, spec in settings.topics.items():
        topic = topic_of(name, spec.entities, spec.words)
        if kept.get(name) != topic:
            store.save_topic(db, topic)


def topic_of(name: str, entities: Iterable[str], words: Iterable[str]) -> store.Topic:
    """Return a topic; names of entities become keys."""
    from molva.names import key

    return store.Topic(name, tuple(key(e) for e in entities), tuple(words))


def load_specs(path: Path, folders: Iterable[Path] = ()) -> dict[str, SourceSpec]:
    """Return every source that is configured; a broken file is a Failure."""
    from crawler.source import SourceError, load

    settings = config.load(path)
    try:
        return load([*settings.sources, *folders], shipped=settings.shipped)
    except SourceError as error:
        raise Failure(str(error), USAGE) from None


@contextmanager
def progress_hook() -> Iterator[Progress]:
    """Yield a progress hook that draws one bar a stage on a terminal."""
    bar = terminal.progress_bar()
    tasks: dict[str, Any] = {}

    def hook(stage: str, done: int, total: int | None) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=total)
        bar.update(tasks[stage], completed=done, total=total)

    with bar:
        yield hook


def day_of(value: str | None) -> date | None:
    """Read a day: YYYY-MM-DD, today, yesterday."""
    if value is None:
        return None
    named = {"today": 0, "yesterday": 1}
    if value in named:
        return date.today() - timedelta(days=named[value])
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        raise Failure(
            f"{value!r} is no day: write YYYY-MM-DD, today or yesterday", USAGE
        ) from None


def stamp(value: str | None) -> str | None:
    """Return a day as YYYY-MM-DD, None for none."""
    day = day_of(value)
    return day.isoformat() if day else None


def print_json(rows: Iterable[Any]) -> None:
    """Print rows as one JSON list."""
    click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2, default=str))


def as_of_option(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command `--as-of DAY`."""
    return click.option(
        "--as-of", metavar="DAY", help="Judge outcomes as of this day (default today)."
    )(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def who(actor: str | None) -> str:
    """Return who decides: the name given, else the one logged in by."""
    try:
        return actor or getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container without users
        raise Failure(
            "nobody is logged in: say who decides, --by NAME", USAGE
        ) from None


def not_the_database(path: Path, output: Path) -> None:
    """Fail where a file to write is the database itself, by whatever name."""
    if output.exists() and path.exists() and output.samefile(path):
        raise Failure(f"{output} is the database: name another file", USAGE)


def known_topic(db: Database, name: str | None) -> None:
    """Fail where there is no topic of this name."""
    names = [topic.name for topic in store.topics(db)]
    if name is not None and name not in names:
        known = ", ".join(names) or "none yet: molva topics add NAME --word …"
        raise Failure(f"no topic {name!r} (there are: {known})", USAGE)


def known_claim(db: Database, prefix: str) -> str:
    """Return the id of the one claim that begins so; none or several is a Failure."""
    try:
        return store.find_claim_id(db, prefix)
    except LookupError as error:
        raise Failure(str(error.args[0]), USAGE) from None


def say(message: str) -> None:
    """Tell something on standard error, on one line."""
    click.echo(f"molva: {' '.join(message.split())}", err=True)
