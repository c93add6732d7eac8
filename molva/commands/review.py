"""`molva review`: what needs eyes, and what people decide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from db import store
from molva import reviews, terminal
from molva.commands.base import (
    USAGE,
    Failure,
    as_of_option,
    cli,
    day_of,
    json_option,
    known_claim,
    opened,
    print_json,
    who,
)
from molva.model import ReviewVerb
from molva.shapes import record_line

if TYPE_CHECKING:
    from datetime import date

    from sqlite_utils import Database

VERBS: tuple[ReviewVerb, ...] = get_args(ReviewVerb)
#: Verbs that need no claim.
_FREE = ("undo", "alias")


@cli.command(short_help="The queue of what needs eyes; people's decisions.")
@click.argument("words", nargs=-1, metavar="[CLAIM] [VERB] [ARGUMENT…]")
@click.option("--note", help="Why, in a sentence.")
@click.option("--by", "actor", help="Who decides (else the name you are logged in by).")
@click.option("--log", is_flag=True, help="List every decision ever made.")
@click.option("--limit", type=int, default=5, show_default=True, help="Rows of a kind.")
@as_of_option
@json_option
@click.pass_obj
def review(
    path: Path,
    words: tuple[str, ...],
    note: str | None,
    actor: str | None,
    log: bool,
    limit: int,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Show what most needs eyes, and record what people decide.

    \b
    molva review                          the queue
    molva review CLAIM                    what was decided on a claim
    molva review CLAIM confirm            also: deny, reopen (a rumor again)
    molva review CLAIM dismiss            misread, no claim: hidden and not counted
    molva review CLAIM merge OTHER        both say the same
    molva review CLAIM split STATEMENT…   these say something else
    molva review CLAIM set FIELD VALUE    subject, act, outcome; figure, date (which of
                                          those given stands); apart (no, not OTHER)
    molva review alias NAME OTHER         two names of one person, body or thing
    molva review CLAIM undo               take back the last decision on it
    molva review undo                     take back the last decision of all

    A decision stands until it is taken back, whatever is read later. CLAIM, OTHER and
    STATEMENT are the first letters of ids: `molva claims` and `molva show` print them.
    """
    if not log and (len(words) > 1 or set(words) & set(_FREE)):
        done = _decided(path, words, who(actor), note, day_of(as_of))
        with opened(path) as db:
            _show_decision(db, done, as_json=as_json)
        return
    with opened(path) as db:
        if log or words:
            _show_log(db, words[0] if words else None, as_json=as_json)
        else:
            _show_queue(db, limit, as_json=as_json)


def _parsed(words: Sequence[str]) -> tuple[str | None, ReviewVerb, Sequence[str]]:
    """Return claim, verb and what the verb is given."""
    claim, verb, arguments = (
        (None, words[0], words[1:])
        if words[0] in _FREE
        else (words[0], words[1], words[2:])
    )
    if verb not in VERBS:
        raise Failure(f"cannot {verb} a claim: use {', '.join(VERBS)}", USAGE)
    return claim, verb, arguments


def _decided(
    path: Path, words: Sequence[str], actor: str, note: str | None, day: date | None
) -> reviews.Reviewed:
    from molva.pipeline.review import reviewer

    claim, verb, arguments = _parsed(words)
    try:
        done = reviewer(path, as_of=day)(verb, claim, arguments, actor=actor, note=note)
    except reviews.ReviewError as error:
        raise Failure(str(error), USAGE) from None
    if done.is_refiling:
        from molva.pipeline.assess import assess

        with opened(path) as db:
            assess(db, as_of=day)
    return done


def _show_queue(db: Database, limit: int, *, as_json: bool) -> None:
    rows = store.answer(db, "needs_eyes")
    if as_json:
        print_json(rows)
    elif rows:
        terminal.show_queue(rows, limit)
    else:
        terminal.err.print("nothing needs eyes")


def _show_log(db: Database, claim: str | None, *, as_json: bool) -> None:
    made = store.reviews(db)
    if claim is not None:
        made = reviews.about(made, known_claim(db, claim))
    if as_json:
        print_json(record_line(one) for one in made)
    elif made:
        terminal.out.print(terminal.reviews_table(made))
    else:
        terminal.err.print("nobody has decided anything" + (" on it" if claim else ""))


def _show_decision(db: Database, done: reviews.Reviewed, *, as_json: bool) -> None:
    if as_json:
        print_json([record_line(done)])
        return
    from molva.terminal_claim import show_decision

    show_decision(done, store.load_claims(db, done.touched))
