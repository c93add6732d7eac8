"""Timers for `molva run`: systemd units and a crontab line, as text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

_EVERY = re.compile(r"(\d{1,6})\s*(m|min|h|d)")
_MINUTES = {"m": 1, "min": 1, "h": 60, "d": 24 * 60}


class EveryError(ValueError):
    """An interval that no timer can keep; the message says what is possible."""


def minutes(every: str) -> int:
    """Return the minutes of `5m`, `2h`, `1d`: a part of the hour, or of the day."""
    match = _EVERY.fullmatch(every.strip())
    count = int(match[1]) * _MINUTES[match[2]] if match else 0
    fits = 60 % count == 0 if 0 < count < 60 else count % 60 == 0
    if not count or not fits or (count >= 60 and 24 % (count // 60)):
        raise EveryError(
            f"{every!r}: write 5m, 15m, 1h … (a part of the hour, or of the day)"
        )
    return count


def unit_name(database: Path) -> str:
    """Return the name of a database's units: `molva`, or `molva-NAME`."""
    stem = re.sub(r"[^A-Za-z0-9_-]", "-", database.stem)
    return "molva" if stem == "molva" else f"molva-{stem}"


def systemd(command: Sequence[str], database: Path, every: int) -> dict[str, str]:
    """Return the unit files by name: a service and its timer.

    A running service is not started again, a time missed while the machine was off is
    made up for once.
    """
    name = unit_name(database)
    line = " ".join(_quoted(word) for word in command)
    service = f"""\
[Unit]
Description=Molva: fetch, read and assess what is due ({_plain(database)})
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={_plain(database.parent)}
ExecStart={line}
Nice=10
MemoryMax=3G
TimeoutStartSec=2h
"""
    timer = f"""\
[Unit]
Description=Molva: every {_words(every)} ({_plain(database)})

[Timer]
OnCalendar={_calendar(every)}
RandomizedDelaySec=30
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{name}.service": service, f"{name}.timer": timer}


def crontab(command: Sequence[str], database: Path, every: int) -> str:
    """Return the crontab line, marked so that it can be found again."""
    line = shlex.join(command).replace("%", "\\%")
    return f"{_cron(every)} {line}  {mark(database)}"


def mark(database: Path) -> str:
    """Return the comment that marks a database's line in a crontab."""
    return f"# molva: {database}".replace("%", "\\%")


def with_line(crontab_text: str, line: str, database: Path) -> str:
    """Return a crontab with `line` in the place of the database's own, if any."""
    kept = [
        old for old in crontab_text.splitlines() if not old.endswith(mark(database))
    ]
    return "\n".join([*kept, line]) + "\n"


def _quoted(word: str) -> str:
    word = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./$-]+", word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(path: Path) -> str:
    return str(path).replace("%", "%%")


def _words(every: int) -> str:
    return f"{every} min" if every < 60 else f"{every // 60} h"


def _calendar(every: int) -> str:
    if every < 60:
        return f"*:0/{every}"
    return "daily" if every == 1440 else f"0/{every // 60}:00"


def _cron(every: int) -> str:
    if every < 60:
        return f"*/{every} * * * *"
    return "0 6 * * *" if every == 1440 else f"0 */{every // 60} * * *"
