"""Care of the file: mend what follows from other rows, by the code that made it."""

from __future__ import annotations

from sqlite_utils import Database

from db import store
from molva.pipeline.judge import judge
from molva.pipeline.leases import is_alive


def look(db: Database) -> list[store.Finding]:
    """Run every check of the doctor; nothing is changed."""
    return store.doctor(db, is_alive=is_alive)


def mend(db: Database) -> tuple[str, ...]:
    """Mend all that can be mended, judge the claims touched anew; name the checks.

    What the mends leave to reading and assessing is due from then on.
    """
    mended = store.mend(db, is_alive=is_alive)
    with store.transaction(db):
        judge(db, list(mended.claims))
    return mended.checks
