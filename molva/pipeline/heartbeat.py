"""Tell somebody outside that a run went well, or that it did not."""

from __future__ import annotations

import os
import shlex
import subprocess
import urllib.error
import urllib.request

#: Seconds that telling may take.
PATIENCE = 20


def tell(target: str | None, message: str) -> str | None:
    """Send `message` to an address (POST) or to a command (standard input).

    A command gets it as `MOLVA_MESSAGE` too; no shell is in between. Returns why it
    could not be told, None where it was; a heartbeat never ends a run.
    """
    if not target:
        return None
    try:
        if target.startswith(("http://", "https://")):
            _post(target, message)
        else:
            _run(target, message)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return f"heartbeat {_masked(target)}: {error}"
    return None


def _post(url: str, message: str) -> None:
    request = urllib.request.Request(url, data=message.encode(), method="POST")
    request.add_header("User-Agent", "molva")
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    with urllib.request.urlopen(request, timeout=PATIENCE):
        pass


def _run(command: str, message: str) -> None:
    subprocess.run(
        shlex.split(command),
        input=message.encode(),
        stdout=subprocess.DEVNULL,
        env=os.environ | {"MOLVA_MESSAGE": message},
        timeout=PATIENCE,
        check=True,
    )


def _masked(target: str) -> str:
    """An address can be a secret: its host is enough to know it by."""
    scheme, sep, rest = target.partition("://")
    return (
        f"{scheme}{sep}{rest.partition('/')[0].rpartition('@')[2]}" if sep else target
    )
