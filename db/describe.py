"""What tables and columns mean, from `columns.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "columns.toml"


@cache
def descriptions() -> dict[str, dict[str, str]]:
    """Return table → column → sentence; the key `_table` describes the table."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)
