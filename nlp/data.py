"""Language data: one TOML file per subject in `nlp/lang/<lang>/`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "lang"


@cache
def load(lang: str, name: str) -> dict[str, Any]:
    """Return `nlp/lang/<lang>/<name>.toml` as a dict, read once a process."""
    with (FOLDER / lang / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
