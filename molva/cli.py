"""The `molva` command: every known failure is one line and its exit code.

Heavy rooms are imported inside the commands that need them, so that `--help` and the
lists answer at once.
"""

from __future__ import annotations

import os
import signal
import sys

import click

from db import store
from molva import config
from molva.commands import care as care
from molva.commands import filters as filters
from molva.commands import look as look
from molva.commands import operate as operate
from molva.commands import review as review
from molva.commands import share as share
from molva.commands import steps as steps
from molva.commands.base import (
    INTERRUPTED,
    STORAGE,
    TERMINATED,
    USAGE,
    Failure,
    cli,
    say,
)
from molva.shapes import LineError

__all__ = ["cli", "main"]


def main() -> None:
    """Run the command; every known failure is one line and its exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(INTERRUPTED)
    except KeyboardInterrupt:
        say("stopped; what was done is kept")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except click.ClickException as error:
        say(error.format_message())
        sys.exit(error.code if isinstance(error, Failure) else USAGE)
    except store.StorageError as error:
        say(str(error))
        sys.exit(STORAGE)
    except (config.ConfigError, LineError) as error:
        say(str(error))
        sys.exit(USAGE)


def _terminated(_signal: int, _frame: object) -> None:
    say("terminated; what was done is kept")
    sys.exit(TERMINATED)
