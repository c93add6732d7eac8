"""The filters over JSON Lines: extract, article, match, replay (DESIGN §6)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from itertools import islice
from typing import Any

import click

from molva.commands.base import (
    SOME_FAILED,
    as_of_option,
    cli,
    day_of,
)
from molva.shapes import LineError, report_of

#: Lines that a filter reads, works on and answers at once.
FILTER_BATCH = 64

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
    from molva.pipeline import filters

    good = [_answer(b, filters.extract) for b in _batches(_parsed(report_of))]
    return all(good)


@_filter("article", "Read saved pages: title, text, times, authors, as JSON.")
def article() -> bool:
    """Answer each line of standard input."""
    from molva.pipeline import filters
    from molva.shapes import page_of

    good = [_answer(b, filters.articles) for b in _batches(_parsed(page_of))]
    return all(good)


@_filter("match", "Score pairs of texts: do both say the same? 0 to 1, as JSON.")
def match() -> bool:
    """Answer all lines at once: each distinct text is encoded once."""
    from molva.pipeline import filters
    from molva.shapes import pair_of

    return _answer(list(_parsed(pair_of)), filters.match_lines)


@_filter("replay", "Run reports through the whole ledger in memory; claims as JSON.")
@as_of_option
def replay(as_of: str | None = None) -> bool:
    """Read all reports, then write a line per claim."""
    from molva.pipeline import filters

    lines = list(_parsed(report_of))
    good = [(i, r) for i, r in lines if not isinstance(r, LineError)]
    for line_id, found in lines:
        if isinstance(found, LineError):
            _write({"id": line_id, "error": str(found)})
    for line in filters.replayed(good, as_of=day_of(as_of)):
        _write(line)
    return len(good) == len(lines)
