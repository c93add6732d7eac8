"""The commands that run every day: crawl, run, schedule."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db import store
from molva import config, terminal, timers
from molva.commands.base import (
    BUSY,
    SOME_FAILED,
    USAGE,
    Failure,
    as_of_option,
    cli,
    day_of,
    load_specs,
    opened,
    say,
)

if TYPE_CHECKING:
    from datetime import date

    from sqlite_utils import Database

    from crawler.source import SourceSpec
    from molva.pipeline.health import Broken
    from molva.pipeline.passes import Pass
    from molva.pipeline.workers import Workers

#: Bounds of the sleep between two passes of `run --loop`, in seconds.
SHORTEST, LONGEST = 5.0, 300.0

_strict = click.option(
    "--strict", is_flag=True, help="Exit with 1 if any visit failed."
)
_folders = click.option(
    "--sources",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="A further folder of source files.",
)


@cli.command()
@click.argument("names", nargs=-1, metavar="[SOURCE…]")
@_folders
@click.option(
    "--since", metavar="DAY", help="Go back to this day through the sources' sitemaps."
)
@_strict
@click.option(
    "--force", is_flag=True, help="Ask also sources that asked to be left alone."
)
@click.pass_obj
def crawl(
    path: Path,
    names: tuple[str, ...],
    folders: tuple[Path, ...],
    since: str | None,
    strict: bool,
    force: bool,
) -> None:
    """Fetch new reports of the sources named, or of all that are due."""
    from molva.pipeline.crawl import due_sources
    from molva.pipeline.passes import crawl_sources
    from molva.pipeline.runs import run_row
    from molva.terminal_crawl import Watching

    day = day_of(since)
    if day and not names:
        raise Failure("--since needs the names of sources", USAGE)
    specs = _chosen(load_specs(path, folders), names)
    if day:
        _need_sitemaps(specs)
    settings = config.load(path)
    with opened(path, create=True) as db:
        due = _allowed(db, specs, force) if names else due_sources(db, specs)
        if not due:
            terminal.err.print(_nothing_due(db, specs))
            return
        _hint_contact(settings.contact)
        shown = Watching([spec.name for spec in due])
        with run_row(db, "crawl") as (run_id, n), _told_failures(), shown:
            crawled, busy, broken = crawl_sources(
                db,
                due,
                run_id,
                contact=settings.contact,
                archive=settings.archive,
                listings=bool(names),
                since=day,
                watch=shown.watch,
            )
            for column in ("new", "changed", "failed"):
                n[column] = crawled.total(column)
    _say_busy(busy)
    _say_broken(broken)
    if broken or (strict and crawled.has_failed):
        sys.exit(SOME_FAILED)


def _chosen(specs: Mapping[str, SourceSpec], names: Iterable[str]) -> list[SourceSpec]:
    for name in names:
        if name not in specs:
            raise Failure(f"no source {name!r}: `molva sources` lists them", USAGE)
    return [specs[name] for name in names] or list(specs.values())


def _need_sitemaps(specs: Iterable[SourceSpec]) -> None:
    from crawler.source import SourceError

    try:
        for spec in specs:
            spec.backfill()
    except SourceError as error:
        raise Failure(str(error), USAGE) from None


def _allowed(
    db: Database, specs: Sequence[SourceSpec], force: bool
) -> list[SourceSpec]:
    """Leave out sources that asked for it, unless forced; say so, and the terms."""
    from db.instants import now
    from molva.pipeline.crawl import held_sources

    held = {} if force else held_sources(db, now())
    for spec in specs:
        if spec.name in held:
            row = held[spec.name]
            until = terminal.clock(row["until_at"])
            say(f"{spec.name} is left alone until {until}: {row['reason']}")
        elif not spec.enabled:
            say(f"{spec.name} is off by default: {spec.reason}; terms: {spec.terms}")
    return [spec for spec in specs if spec.name not in held]


def _nothing_due(db: Database, specs: Iterable[SourceSpec]) -> str:
    found = _next_due(db, specs)
    if found is None:
        return "nothing is due"
    at, name = found
    return f"nothing is due; the next is {name} at {terminal.clock(at)}"


def _next_due(db: Database, specs: Iterable[SourceSpec]) -> tuple[str, str] | None:
    """Return when the next enabled source is due (UTC), and its name."""
    from db import visits

    held = store.circuits(db)
    due = visits.next_due(db)
    found = [
        (
            max(
                due[spec.name], held[spec.name]["until_at"] if spec.name in held else ""
            ),
            spec.name,
        )
        for spec in specs
        if spec.enabled and spec.name in due
    ]
    return min(found, default=None)


def _hint_contact(contact: str | None) -> None:
    if not contact and terminal.err.is_terminal:
        terminal.err.print(
            "[dim]sites see no real contact: set `contact` in molva.toml[/]"
        )


@contextmanager
def _told_failures() -> Iterator[None]:
    """A crawl process that fails, a cluster that is gone: one line and exit code 1."""
    from crawler.run import CrawlError
    from molva.pipeline.workers import WorkersError

    try:
        yield
    except (CrawlError, WorkersError) as error:
        raise Failure(str(error), SOME_FAILED) from None


def _say_busy(busy: Iterable[str]) -> None:
    names = [name for name in busy if name != "reading"]
    if names:
        say(f"left to another run that is at it: {', '.join(names)}")


def _say_broken(broken: Iterable[Broken]) -> None:
    for one in broken:
        say(f"{one.source}: {one.detail}")


@cli.command()
@click.option("--loop", is_flag=True, help="Go on until stopped, sleeping in between.")
@click.option("--no-crawl", is_flag=True, help="Only read and assess.")
@_folders
@_strict
@click.option(
    "--fail-if-busy", is_flag=True, help="Exit with 4 if another run is at it all."
)
@click.option(
    "--workers",
    "count",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that crawl and read beside this one; as many as there are cores.",
)
@click.option(
    "--executor",
    "cluster",
    metavar="ADDRESS",
    help="Have a Dask cluster crawl and read: tcp://HOST:PORT of its scheduler.",
)
@as_of_option
@click.pass_obj
def run(
    path: Path,
    loop: bool,
    no_crawl: bool,
    folders: tuple[Path, ...],
    strict: bool,
    fail_if_busy: bool,
    count: int | None,
    cluster: str | None,
    as_of: str | None,
) -> None:
    """Do what is due: crawl, read, assess; then exit, or with --loop sleep and go on.

    Timers call this (`molva schedule`). Runs do not get into each other's way: what one
    is at, another leaves to it. After downtime each source is asked once.
    """
    if count and cluster:
        raise Failure("--workers and --executor exclude each other", USAGE)
    day = day_of(as_of)
    while True:
        specs = [] if no_crawl else list(load_specs(path, folders).values())
        hands = partial(_hands, count, cluster)
        code, pause = _pass(path, specs, day, strict, fail_if_busy, loop, hands)
        if not loop:
            sys.exit(code)
        time.sleep(pause)


def _hands(count: int | None, cluster: str | None) -> AbstractContextManager[Workers]:
    from molva.pipeline.workers import beside, on_cluster

    if cluster:
        return on_cluster(cluster)
    return beside(count or os.cpu_count() or 1)


def _pass(
    path: Path,
    specs: Sequence[SourceSpec],
    day: date | None,
    strict: bool,
    fail_if_busy: bool,
    loop: bool,
    hands: Callable[[], AbstractContextManager[Workers]],
) -> tuple[int, float]:
    """Do one pass; return its exit code and how long to sleep before the next one."""
    from molva.pipeline.heartbeat import tell
    from molva.pipeline.passes import run_pass
    from molva.terminal_crawl import Watching

    settings = config.load(path)
    pause, code = LONGEST, 0
    try:
        with opened(path, create=True) as db, _told_failures():
            with hands() as workers, Watching([]) as shown:
                done = run_pass(
                    db,
                    specs,
                    contact=settings.contact,
                    archive=settings.archive,
                    as_of=day,
                    watch=shown.watch,
                    progress=shown.progress,
                    workers=workers,
                )
            if found := _next_due(db, specs):
                pause = _seconds_until(found[0])
    except (Failure, store.StorageError) as error:
        trouble = error.format_message() if isinstance(error, Failure) else str(error)
        _beat(tell(settings.heartbeat.failure, f"molva run failed: {trouble}"))
        if not loop:
            raise
        say(trouble)
        return SOME_FAILED, LONGEST
    told = _summary(done)
    terminal.err.print(told)
    _say_busy(done.busy)
    _say_broken(done.broken)
    if done.broken or (strict and done.crawled.has_failed):
        code = SOME_FAILED
    elif fail_if_busy and done.is_left_to_others:
        code = BUSY
    troubles = "; ".join(f"{one.source}: {one.detail}" for one in done.broken)
    if code == SOME_FAILED:
        target, told = settings.heartbeat.failure, f"{told}. {troubles}"
    else:
        target = settings.heartbeat.success
    _beat(tell(target, f"molva run: {told}"))
    return code, pause


def _beat(trouble: str | None) -> None:
    if trouble:
        say(trouble)


def _summary(done: Pass) -> str:
    count = terminal.count
    if done.is_left_to_others:
        return "another run is at work: nothing done"
    if not done.crawled.tallies and not done.read and not done.claims:
        return "nothing was due"
    new, changed = done.crawled.total("new"), done.crawled.total("changed")
    parts = [
        count(len(done.crawled.tallies), "source"),
        f"{new} new and {changed} changed reports",
        f"{done.read} read",
        f"{count(done.claims, 'claim')} new or changed",
    ]
    if failed := done.crawled.total("failed"):
        parts.append(f"{count(failed, 'visit')} failed (`molva sources` tells why)")
    return ", ".join(parts)


def _seconds_until(at: str) -> float:
    left = datetime.fromisoformat(at) - datetime.now(UTC)
    return min(max(left.total_seconds(), SHORTEST), LONGEST)


@cli.command()
@click.option("--systemd", "kind", flag_value="systemd", help="User units of systemd.")
@click.option("--cron", "kind", flag_value="cron", help="A line of your crontab.")
@click.option("--every", default="5m", show_default=True, help="How often to look.")
@click.option("--install", is_flag=True, help="Put it in place instead of printing it.")
@click.pass_obj
def schedule(path: Path, kind: str | None, every: str, install: bool) -> None:
    """Print, or install, a timer that calls `molva run`.

    How often each source is asked is its own interval; the timer only looks whether
    anything is due. Without a choice: systemd where there is one, else cron.
    """
    try:
        often = timers.minutes(every)
    except timers.EveryError as error:
        raise Failure(str(error), USAGE) from None
    database = path.absolute()
    command = [*_own_command(), "--db", str(database), "run"]
    if (kind or ("systemd" if shutil.which("systemctl") else "cron")) == "cron":
        _cron(timers.crontab(command, database, often), database, install)
    else:
        _systemd(timers.systemd(command, database, often), install)


def _own_command() -> list[str]:
    """Return how a timer, which knows no PATH of ours, starts this very Molva."""
    beside = Path(sys.executable).with_name("molva")
    return [str(beside)] if beside.exists() else [sys.executable, "-m", "molva"]


def _systemd(units: Mapping[str, str], install: bool) -> None:
    folder = config.config_home() / "systemd" / "user"
    timer = next(name for name in units if name.endswith(".timer"))
    if not install:
        for name, text in units.items():
            click.echo(f"# {folder / name}\n{text}")
        terminal.err.print("[dim]--install writes these files and starts the timer[/]")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in units.items():
        (folder / name).write_text(text, encoding="utf-8")
    _call(["systemctl", "--user", "daemon-reload"])
    _call(["systemctl", "--user", "enable", "--now", timer])
    terminal.err.print(
        f"{timer} is on. Look: systemctl --user list-timers {timer}. "
        f"Off again: systemctl --user disable --now {timer}. To run while you are "
        "logged out: loginctl enable-linger"
    )


def _cron(line: str, database: Path, install: bool) -> None:
    if not install:
        click.echo(line)
        terminal.err.print("[dim]--install puts this line into your crontab[/]")
        return
    found = subprocess.run(["crontab", "-l"], capture_output=True, check=False)
    table = found.stdout.decode() if found.returncode == 0 else ""
    _call(["crontab", "-"], timers.with_line(table, line, database))
    terminal.err.print("the line is in your crontab. Off again: crontab -e")


def _call(command: list[str], text: str | None = None) -> None:
    try:
        subprocess.run(
            command,
            input=text.encode() if text is not None else None,
            capture_output=True,
            check=True,
        )
    except FileNotFoundError:
        raise Failure(f"there is no {command[0]} here", USAGE) from None
    except subprocess.CalledProcessError as error:
        told = (
            error.stderr.decode(errors="replace").strip() or f"exit {error.returncode}"
        )
        raise Failure(f"{' '.join(command)}: {told}", SOME_FAILED) from None
