"""Ask the peers, each in its own process in `.venv-bench` (made by `make bench`)."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PYTHON = Path(
    os.environ.get("MOLVA_BENCH_PYTHON", ROOT / ".venv-bench" / "bin" / "python")
)


class AbsentError(Exception):
    """A peer that cannot run here; the text says why."""


class Peer:
    """One peer: a request is a line of JSON, so is its answer."""

    def __init__(self, name: str) -> None:
        """Start the peer; raises AbsentError where it cannot run."""
        if not PYTHON.exists():
            raise AbsentError(".venv-bench is absent: run `make bench`")
        self.name = name
        self._process = subprocess.Popen(
            [str(PYTHON), "-m", "bench.peers", name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        hello = self._receive()
        if "absent" in hello:
            raise AbsentError(hello["absent"])

    def ask(self, **request: Any) -> list[Any]:
        """Return the answer to a request (see `bench.peers`)."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: list[Any] = self._receive()
        return answer

    def _receive(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise AbsentError(f"stopped with code {self._process.wait()}")
        return json.loads(line)


@cache
def peer(name: str) -> Peer | str:
    """Return the running peer, or why there is none; started once."""
    try:
        return Peer(name)
    except AbsentError as error:
        return str(error)
