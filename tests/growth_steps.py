"""A process that has the models loaded and forks a child for each step asked for.

A kill of the child is a kill of a real process at work, not of one that is still
importing. Lines in: a step and its file as JSON, then an empty one to wait for its
end; lines out: the child's number, its exit code.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from db.store import open_db
from molva.pipeline import assess as assessing
from molva.pipeline import read as reading
from molva.pipeline import runs
from molva.pipeline.review import reviewer
from nlp.encode import encode
from nlp.read import read as read_reports
from tests.db_samples import NEWS, RUMOR

#: The "now" of every run, so that they can be compared.
AS_OF = date(2026, 2, 12)


def read(path: str) -> None:
    db = open_db(path)
    reading.read(db, as_of=AS_OF)


def assess(path: str) -> None:
    db = open_db(path)
    assessing.assess(db, as_of=AS_OF)


def migrate(path: str) -> None:
    open_db(path)


def review(path: str) -> None:
    """Confirm, one after the other, every claim that nobody has decided on."""
    db = open_db(path)
    sql = """SELECT id FROM claim WHERE id NOT IN (SELECT claim_id FROM review)
        ORDER BY id"""
    decide = reviewer(Path(path), as_of=AS_OF)
    for (claim,) in db.conn.execute(sql).fetchall():
        decide("confirm", claim, actor="editor", note="seen")


STEPS: dict[str, Callable[[str], None]] = {
    "read": read,
    "assess": assess,
    "migrate": migrate,
    "review": review,
}


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> None:
    list(read_reports([RUMOR, NEWS]))
    encode(["warm"])
    # many short transactions, so that kills fall between and into them
    reading.READ_BATCH, assessing.ASSESS_BATCH, runs.PAUSE = 3, 8, 0.0
    say("ready")
    while line := sys.stdin.readline():
        step, path = json.loads(line)
        pid = os.fork()
        if not pid:
            try:
                STEPS[step](path)
                os._exit(0)
            except BaseException as error:
                sys.stderr.write(f"{error!r}\n")
                os._exit(1)
        say(pid)
        sys.stdin.readline()  # its number stays its own until it is waited for
        say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    main()
