"""Leases of this process; those of processes that are no more are taken away."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from db import leases

#: After this long a lease of another machine is over, whatever became of its holder.
LONGEST = timedelta(hours=1)
#: Clocks of two machines may differ by this.
CLOCKS = timedelta(minutes=5)


def holder(pid: int | None = None) -> str:
    """Name a process: host, number, and when it began (numbers come again)."""
    number = pid or os.getpid()
    return f"{socket.gethostname()}/{number}/{_began(number)}"


def _began(pid: int) -> str:
    """Return when a process began, in ticks since boot; "" where nobody tells.

    One that has ended and that its parent has not asked after began never.
    """
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return ""
    state, *fields = told.rpartition(")")[2].split()
    return "never" if state in "ZX" else fields[18]


def is_alive(name: str) -> bool:
    """Say whether a process still runs; of another machine's nobody knows: True."""
    host, _, rest = name.partition("/")
    number = rest.partition("/")[0]
    if host != socket.gethostname() or not number.isdigit():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return holder(int(number)) == name


def bury_the_dead(db: Database) -> None:
    """Clear up after processes that were killed: the next run takes over at once.

    So it does where a lease is longer than any: the clock was set back since.
    """
    leases.drop_beyond(db, _stamp(datetime.now(UTC) + LONGEST + CLOCKS))
    for name in leases.holders(db):
        if not is_alive(name):
            leases.bury(db, name)


@contextmanager
def leased(db: Database, names: Iterable[str]) -> Iterator[list[str]]:
    """Hold, for the block, those of `names` that nobody else holds; yields them."""
    bury_the_dead(db)
    until = _stamp(datetime.now(UTC) + LONGEST)
    mine = leases.take(db, names, holder(), until)
    try:
        yield mine
    finally:
        leases.release(db, holder(), mine)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
