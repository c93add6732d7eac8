"""The `molva` command: look, add, crawl, read, assess, export.

Heavy rooms are imported inside the commands that need them, so that `--help` and the
lists answer at once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from db import store
from molva import config, terminal
from molva.model import Kind
from molva.shapes import LineError, instant, record_line, report_of

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.source import SourceSpec
    from molva.pipeline import Progress

P = ParamSpec("P")
R = TypeVar("R")

#: Exit codes (DESIGN §6).
SOME_FAILED, USAGE, STORAGE, BUSY, INTERRUPTED, TERMINATED = 1, 2, 3, 4, 130, 143

#: Lines that a filter reads, works on and answers at once.
FILTER_BATCH = 64

KINDS = ("media", "agency", "trade", "official")


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


def main() -> None:
    """Run the command; every known failure is one line and its exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(INTERRUPTED)
    except KeyboardInterrupt:
        _say("stopped; what was done is kept")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(error.code if isinstance(error, Failure) else USAGE)
    except store.StorageError as error:
        _say(str(error))
        sys.exit(STORAGE)
    except (config.ConfigError, LineError) as error:
        _say(str(error))
        sys.exit(USAGE)


def _terminated(_signal: int, _frame: object) -> None:
    _say("terminated; what was done is kept")
    sys.exit(TERMINATED)


def _say(message: str) -> None:
    click.echo(f"molva: {' '.join(message.split())}", err=True)


# --- helpers of the commands -------------------------------------------------------


@contextmanager
def _opened(path: Path, *, create: bool = False) -> Iterator[Database]:
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
        topic = _topic(name, spec.entities, spec.words)
        if kept.get(name) != topic:
            store.save_topic(db, topic)


def _topic(name: str, entities: Iterable[str], words: Iterable[str]) -> store.Topic:
    from molva.names import key

    return store.Topic(name, tuple(key(e) for e in entities), tuple(words))


def _specs(path: Path, folders: Iterable[Path] = ()) -> dict[str, SourceSpec]:
    from crawler.source import SourceError, load

    settings = config.load(path)
    try:
        return load([*settings.sources, *folders])
    except SourceError as error:
        raise Failure(str(error), USAGE) from None


@contextmanager
def _progress() -> Iterator[Progress]:
    """Yield a progress hook that draws one bar a stage on a terminal."""
    bar = terminal.progress_bar()
    tasks: dict[str, Any] = {}

    def hook(stage: str, done: int, total: int | None) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=total)
        bar.update(tasks[stage], completed=done, total=total)

    with bar:
        yield hook


def _day(value: str | None) -> date | None:
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


def _stamp(value: str | None) -> str | None:
    day = _day(value)
    return day.isoformat() if day else None


def _print_json(rows: Iterable[Any]) -> None:
    click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2, default=str))


def _as_of(command: Callable[P, R]) -> Callable[P, R]:
    return click.option(
        "--as-of", metavar="DAY", help="Judge outcomes as of this day (default today)."
    )(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


# --- the whole job -----------------------------------------------------------------


@cli.command()
@click.pass_obj
def demo(path: Path) -> None:
    """The whole job on the embedded sample newsroom, from nothing."""
    from molva import demo as sample

    with _progress() as progress:
        try:
            result = sample.run(path, progress)
        except sample.NotADemoError as error:
            raise Failure(str(error), USAGE) from None
    with _opened(path) as db:
        rows = store.list_claims(db, topic=result.topic, sort="first")
        terminal.out.print(terminal.claims_table(rows))
        terminal.out.print()
        click.echo(_exported(db, "md", topic=result.topic, as_of=result.as_of))
    terminal.err.print(
        f"{result.reports} reports, {result.claims} claims in {path}. "
        f"Look around: molva --db {path} browse"
    )


@cli.command()
@click.argument("documents", nargs=-1, required=True, metavar="FILE|URL…")
@click.option("--published", help="Date or ISO time of publication.")
@click.option("--source", help="Name of the outlet the documents are from.")
@click.option("--kind", type=click.Choice(KINDS), help="What kind of source it is.")
@click.option("--lang", type=click.Choice(["en", "ru"]), help="Language of the text.")
@click.option("--title", help="Headline, where the document has none.")
@click.option("--no-read", is_flag=True, help="Only store; read and assess later.")
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
) -> None:
    """Store, read and assess documents: text, HTML, WARC, JSON Lines, addresses."""
    from crawler.files import Defaults
    from molva import pipeline

    defaults = Defaults(
        published=instant(published), source=source, kind=kind, lang=lang, title=title
    )
    specs = _specs(path)
    with _opened(path, create=True) as db, pipeline.run_row(db, "add") as (run_id, n):
        saved, problems = pipeline.add_documents(db, documents, defaults, specs, run_id)
        n.update(new=len(saved.new), changed=len(saved.changed), failed=len(problems))
        before = _claim_count(db)
        if not no_read:
            with _progress() as progress:
                pipeline.read(db, progress=progress)
                pipeline.assess(db, progress=progress)
        claims = _claim_count(db) - before
    for problem in problems:
        _say(f"{problem.where}: {problem.reason}")
    terminal.err.print(
        f"{len(saved.new)} new, {len(saved.changed)} changed, "
        f"{len(saved.unchanged)} known reports; {claims} new claims"
    )
    if problems:
        sys.exit(SOME_FAILED)


def _claim_count(db: Database) -> int:
    return int(db.conn.execute("SELECT count(*) FROM claim").fetchone()[0])


@cli.command()
@click.argument("names", nargs=-1, metavar="[SOURCE…]")
@click.option(
    "--sources",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="A further folder of source files.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if any source failed.")
@click.pass_obj
def crawl(
    path: Path, names: tuple[str, ...], folders: tuple[Path, ...], strict: bool
) -> None:
    """Fetch new reports of the sources named, or of all that are due."""
    from molva import pipeline

    specs = _chosen(_specs(path, folders), names)
    with _opened(path, create=True) as db, pipeline.run_row(db, "crawl") as (run_id, n):
        due = specs if names else pipeline.due_sources(db, specs)
        with _progress() as progress:
            crawled = pipeline.crawl(
                db, due, run_id, contact=config.load(path).contact, progress=progress
            )
        for name, counts in crawled.visits.items():
            n.update({f"{name}.{outcome}": c for outcome, c in counts.items()})
    _show_crawled(crawled.visits)
    if strict and any(c["failed"] for c in crawled.visits.values()):
        sys.exit(SOME_FAILED)


def _chosen(specs: dict[str, SourceSpec], names: Iterable[str]) -> list[SourceSpec]:
    for name in names:
        if name not in specs:
            raise Failure(f"no source {name!r}: `molva sources` lists them", USAGE)
    return [specs[name] for name in names] or list(specs.values())


def _show_crawled(visits: Mapping[str, Mapping[str, int]]) -> None:
    if not visits:
        terminal.err.print("nothing is due")
        return
    columns = ("found", "new", "changed", "unchanged", "skipped", "gone", "failed")
    rows = [
        {"source": name, **{c: counts.get(c, 0) for c in columns}}
        for name, counts in visits.items()
    ]
    names = {"source": "source", **{c: c for c in columns}}
    terminal.err.print(terminal.rows_table(rows, names))


@cli.command()
@click.pass_obj
def read(path: Path) -> None:
    """Read out statements from every report that nobody has read yet."""
    from molva import pipeline

    with (
        _opened(path) as db,
        pipeline.run_row(db, "read") as (_, n),
        _progress() as progress,
    ):
        n["read"] = pipeline.read(db, progress=progress)
    terminal.err.print(f"{n['read']} reports read")


@cli.command()
@_as_of
@click.pass_obj
def assess(path: Path, as_of: str | None) -> None:
    """File new statements under claims and judge status, values and outcome."""
    from molva import pipeline

    day = _day(as_of)
    with (
        _opened(path) as db,
        pipeline.run_row(db, "assess") as (_, n),
        _progress() as progress,
    ):
        n["changed"] = pipeline.assess(db, as_of=day, progress=progress)
    terminal.err.print(f"{n['changed']} claims new or changed")


@cli.command()
@click.option("--no-crawl", is_flag=True, help="Only read and assess.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any source failed.")
@_as_of
@click.pass_obj
def run(path: Path, no_crawl: bool, strict: bool, as_of: str | None) -> None:
    """Do what is due: crawl, read, assess; then exit."""
    from molva import pipeline

    day = _day(as_of)
    specs = [] if no_crawl else list(_specs(path).values())
    with (
        _opened(path, create=True) as db,
        pipeline.run_row(db, "run") as (run_id, n),
        _progress() as progress,
    ):
        due = pipeline.due_sources(db, specs)
        contact = config.load(path).contact
        crawled = pipeline.crawl(db, due, run_id, contact=contact, progress=progress)
        for outcome in ("new", "changed", "failed"):
            n[outcome] = crawled.total(outcome)
        n["read"] = pipeline.read(db, as_of=day, progress=progress)
        n["claims"] = pipeline.assess(db, as_of=day, progress=progress)
    terminal.err.print(
        f"{len(due)} sources, {n['new']} new and {n['changed']} changed reports, "
        f"{n['claims']} claims new or changed"
    )
    if strict and n["failed"]:
        sys.exit(SOME_FAILED)


# --- look --------------------------------------------------------------------------


@cli.command()
@click.option("--topic", help="Only claims of this topic.")
@click.option("--status", type=click.Choice(list(terminal.BADGES)), help="This status.")
@click.option("--source", help="Claims that this source bears on.")
@click.option("--entity", help="Claims that name this person, body or thing.")
@click.option("--since", help="Said on or after this day.")
@click.option("--until", help="Said on or before this day.")
@click.option("--lang", type=click.Choice(["en", "ru"]), help="Language of the words.")
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
    with _opened(path) as db:
        _known_topic(db, filters["topic"])
        filters |= {"since": _stamp(since), "until": _stamp(until)}
        rows = store.list_claims(db, **filters)
    if as_json:
        _print_json(rows)
    elif rows:
        terminal.out.print(terminal.claims_table(rows))
    else:
        terminal.err.print("no claims match")


def _known_topic(db: Database, name: str | None) -> None:
    names = [topic.name for topic in store.topics(db)]
    if name is not None and name not in names:
        known = ", ".join(names) or "none yet: molva topics add NAME --word …"
        raise Failure(f"no topic {name!r} (there are: {known})", USAGE)


@cli.command()
@click.option("--since", help="Changes on or after this day (also: yesterday).")
@click.option("--topic", help="Only claims of this topic.")
@json_option
@click.pass_obj
def changes(path: Path, since: str | None, topic: str | None, as_json: bool) -> None:
    """List what changed: new rumors, confirmations, denials."""
    with _opened(path) as db:
        _known_topic(db, topic)
        rows = store.list_changes(db, _stamp(since), topic=topic)
    if as_json:
        _print_json(rows)
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
    with _opened(path) as db:
        try:
            found = store.find_claim(db, claim)
        except LookupError as error:
            raise Failure(str(error.args[0]), USAGE) from None
        titles = {s.name: s.title for s in store.load_sources(db).values()}
    if as_json:
        _print_json([record_line(found)])
    else:
        terminal.show_claim(found, titles)


@cli.command()
@json_option
@click.pass_obj
def runs(path: Path, as_json: bool) -> None:
    """List the latest runs and what each did."""
    with _opened(path) as db:
        rows = store.list_runs(db)
    if as_json:
        _print_json(rows)
        return
    columns = {
        "id": "run",
        "command": "command",
        "started_at": "started",
        "state": "state",
        "counts": "did",
        "issues": "issues",
        "message": "message",
    }
    terminal.out.print(terminal.rows_table(rows, columns))


@cli.command()
@click.option(
    "--sources",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="A further folder of source files.",
)
@json_option
@click.pass_obj
def sources(path: Path, folders: tuple[Path, ...], as_json: bool) -> None:
    """List the sources that can be crawled, and what each has told."""
    specs = _specs(path, folders)
    told: dict[str, Mapping[str, Any]] = {}
    if path.exists():
        with _opened(path) as db:
            told = {row["name"]: row for row in store.list_sources(db)}
    rows = [_source_row(s, told.pop(s.name, {})) for s in specs.values()]
    rows += [{**row, "on": "added"} for row in told.values()]
    if as_json:
        _print_json(rows)
        return
    columns = ("name", "title", "kind", "lang", "on", "reports", "claims", "first")
    terminal.out.print(terminal.rows_table(rows, {c: c for c in columns}))


def _source_row(spec: SourceSpec, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": spec.name,
        "title": spec.title,
        "kind": spec.kind,
        "lang": spec.lang,
        "on": "yes" if spec.enabled else f"no: {spec.reason or spec.terms}",
        **{k: told.get(k, 0) for k in ("reports", "claims", "first")},
        "last_published_at": told.get("last_published_at"),
    }


@cli.group(invoke_without_command=True)
@json_option
@click.pass_context
def topics(context: click.Context, as_json: bool) -> None:
    """List what is followed; `topics add` and `topics remove` change it."""
    if context.invoked_subcommand:
        return
    with _opened(context.obj) as db:
        rows = [record_line(topic) for topic in store.topics(db)]
    if as_json:
        _print_json(rows)
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
    with _opened(path, create=True) as db:
        store.save_topic(db, _topic(name, entities, words))
        count = len(store.list_claims(db, topic=name))
    terminal.err.print(f"{name}: {count} claims")


@topics.command("remove")
@click.argument("name")
@click.pass_obj
def remove_topic(path: Path, name: str) -> None:
    """Stop following a topic; its claims stay."""
    with _opened(path) as db:
        _known_topic(db, name)
        store.remove_topic(db, name)


# --- out ---------------------------------------------------------------------------


@cli.command()
@click.argument("name", required=False, metavar="[TOPIC|ENTITY]")
@click.option("--format", "form", default="md", show_default=True, help="Format.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here.")
@_as_of
@click.pass_obj
def timeline(
    path: Path, name: str | None, form: str, output: Path | None, as_of: str | None
) -> None:
    """Export a timeline of a topic, an entity, or everything."""
    from db.exports import EXPORTERS

    if form not in EXPORTERS:
        raise Failure(f"no format {form!r}: use {', '.join(EXPORTERS)}", USAGE)
    with _opened(path) as db:
        names = [topic.name for topic in store.topics(db)]
        chosen = {"topic": name} if name in names else {"entity": name}
        text = _exported(db, form, as_of=_day(as_of), **(chosen if name else {}))
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Failure(f"{output}: {error.strerror}", USAGE) from None


def _exported(
    db: Database,
    form: str,
    *,
    topic: str | None = None,
    entity: str | None = None,
    as_of: date | None = None,
) -> str:
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
@click.option("--public", is_flag=True, help="For strangers: no arbitrary SQL.")
@click.pass_obj
def browse(path: Path, host: str, port: int, public: bool) -> None:
    """Open the database in Datasette, with pages for claims and sources."""
    from db.datasette.serve import serve

    with _opened(path):
        pass
    terminal.err.print(f"http://{host}:{port}/  (Ctrl-C stops)")
    try:
        serve(path, host=host, port=port, public=public)
    except OSError as error:
        raise Failure(f"{host}:{port}: {error.strerror}; try --port", USAGE) from None


@cli.command()
@json_option
@click.pass_obj
def doctor(path: Path, as_json: bool) -> None:
    """Check that the database is sound."""
    with _opened(path) as db:
        findings = store.doctor(db)
    if as_json:
        _print_json(record_line(f) for f in findings)
    else:
        for finding in findings:
            sign = "[green]ok[/]" if finding.is_ok else "[red]bad[/]"
            terminal.out.print(f"{sign:<14} {finding.check}: {finding.message}")
    if not all(finding.is_ok for finding in findings):
        sys.exit(STORAGE)


# --- filters -----------------------------------------------------------------------

#: An input line: its id, and what it says or why it cannot be used.
Parsed = tuple[Any, Any | LineError]


def _filter(name: str, summary: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a filter over standard input; `--jsonl` is its only format."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        @wraps(function)
        def command(jsonl: bool, **options: Any) -> None:
            if not function(**options):
                sys.exit(SOME_FAILED)

        command.__doc__ = summary
        flag = click.option(
            "--jsonl", is_flag=True, default=True, help="JSON Lines (the only format)."
        )
        return cli.command(name)(flag(command))

    return decorate


def _parsed(build: Callable[[dict[str, Any]], Any]) -> Iterator[Parsed]:
    """Yield each line of standard input, built or with the reason why not."""
    for raw in sys.stdin.buffer:
        if not raw.strip():
            continue
        line_id: Any = None
        try:
            data = json.loads(raw.decode("utf-8"))
            if not isinstance(data, dict):
                raise LineError("a JSON object is expected")
            line_id = data.get("id")
            yield line_id, build(data)
        except LineError as error:
            yield line_id, error
        except (ValueError, RecursionError) as error:
            yield line_id, LineError(f"not JSON: {' '.join(str(error).split())}")


def _write(line: Mapping[str, Any]) -> None:
    text = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace")
    sys.stdout.buffer.write(text + b"\n")


def _answer(batch: list[Parsed], work: Callable[[list[Any]], Iterable[Any]]) -> bool:
    """Write one line per input line, in order; return whether all were good."""
    good = [pair for pair in batch if not isinstance(pair[1], LineError)]
    answers = iter(work(good))
    failed = 0
    for line_id, found in batch:
        is_bad = isinstance(found, LineError)
        answer = {"id": line_id, "error": str(found)} if is_bad else next(answers)
        failed += "error" in answer
        _write(answer)
    sys.stdout.buffer.flush()
    return not failed


def _batches(lines: Iterator[Parsed]) -> Iterator[list[Parsed]]:
    while batch := list(islice(lines, FILTER_BATCH)):
        yield batch


@_filter("extract", "Read texts: entities, figures, dates and statements, as JSON.")
def extract() -> bool:
    """Answer each line of standard input."""
    from molva import pipeline

    good = [_answer(b, pipeline.extract) for b in _batches(_parsed(report_of))]
    return all(good)


@_filter("article", "Read saved pages: title, text, times, authors, as JSON.")
def article() -> bool:
    """Answer each line of standard input."""
    from molva import pipeline
    from molva.shapes import page_of

    good = [_answer(b, pipeline.articles) for b in _batches(_parsed(page_of))]
    return all(good)


@_filter("match", "Score pairs of texts: do both say the same? 0 to 1, as JSON.")
def match() -> bool:
    """Answer all lines at once: each distinct text is encoded once."""
    from molva import pipeline
    from molva.shapes import pair_of

    return _answer(list(_parsed(pair_of)), pipeline.match_lines)


@_filter("replay", "Run reports through the whole ledger in memory; claims as JSON.")
@_as_of
def replay(as_of: str | None = None) -> bool:
    """Read all reports, then write a line per claim."""
    from molva import pipeline

    lines = list(_parsed(report_of))
    good = [(i, r) for i, r in lines if not isinstance(r, LineError)]
    for line_id, found in lines:
        if isinstance(found, LineError):
            _write({"id": line_id, "error": str(found)})
    for line in pipeline.replayed(good, as_of=_day(as_of)):
        _write(line)
    return len(good) == len(lines)


if __name__ == "__main__":
    main()
