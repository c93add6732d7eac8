"""`molva.toml` beside the database: what to follow, whom to name as contact."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class ConfigError(ValueError):
    """A settings file that cannot be used; the message names file and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpec:
    """A topic as the user wrote it: names of entities, and words."""

    entities: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings; folders of further source files are relative to the file."""

    contact: str | None = None
    sources: tuple[Path, ...] = ()
    topics: Mapping[str, TopicSpec] = field(default_factory=dict)


def load(database: Path) -> Config:
    """Read `molva.toml` beside `database`; without one, the defaults.

    Raises ConfigError on broken TOML, unknown keys and wrong types.
    """
    path = database.parent / "molva.toml"
    if not path.exists():
        return Config(sources=_own_folder())
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    if unknown := set(data) - {"contact", "sources", "topics"}:
        raise ConfigError(f"{path}: unknown key {sorted(unknown)[0]!r}")
    folders = _strings(data.get("sources", []), f"{path}: sources")
    return Config(
        contact=data.get("contact"),
        sources=(*_own_folder(), *(path.parent / folder for folder in folders)),
        topics={
            name: _topic(value, f"{path} [topics.{name}]")
            for name, value in data.get("topics", {}).items()
        },
    )


def _own_folder() -> tuple[Path, ...]:
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    folder = Path(base) / "molva" / "sources"
    return (folder,) if folder.is_dir() else ()


def _topic(value: Any, where: str) -> TopicSpec:
    if not isinstance(value, dict) or set(value) - {"entities", "words"}:
        raise ConfigError(f"{where}: `entities` and `words` are expected")
    return TopicSpec(
        entities=_strings(value.get("entities", []), f"{where}: entities"),
        words=_strings(value.get("words", []), f"{where}: words"),
    )


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ConfigError(f"{where}: a list of strings is expected")
    return tuple(value)
