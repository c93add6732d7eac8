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
class Heartbeat:
    """Whom to tell how a run ended: addresses, or commands."""

    success: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Where fetched pages are kept, and how many: sizes in MiB, age in days.

    A file is no longer than `file_mb`; the oldest go where all are more than `total_mb`
    or older than `days`. None is no limit.
    """

    folder: str
    file_mb: int = 200
    total_mb: int | None = 20_000
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings; folders of further source files are relative to the file.

    Without `shipped` only one's own sources are known, without `archive` no pages kept.
    """

    contact: str | None = None
    sources: tuple[Path, ...] = ()
    shipped: bool = True
    heartbeat: Heartbeat = Heartbeat()
    archive: Archive | None = None
    topics: Mapping[str, TopicSpec] = field(default_factory=dict)


def load(database: Path) -> Config:
    """Read `molva.toml` beside `database`; without one, the defaults.

    Raises ConfigError on broken TOML, unknown keys and wrong types.
    """
    path = database.parent / "molva.toml"
    if not path.exists():
        return Config(sources=_own_folder(), archive=_archive({}, database, ""))
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    known = {"archive", "contact", "heartbeat", "shipped", "sources", "topics"}
    _only(data, known, str(path))
    folders = _strings(data.get("sources", []), f"{path}: sources")
    return Config(
        contact=_text(data, "contact", str(path)),
        sources=(*_own_folder(), *(path.parent / folder for folder in folders)),
        shipped=_switch(data, "shipped", str(path)),
        heartbeat=_heartbeat(data.get("heartbeat", {}), f"{path} [heartbeat]"),
        archive=_archive(data.get("archive", {}), database, f"{path} [archive]"),
        topics={
            name: _topic(value, f"{path} [topics.{name}]")
            for name, value in data.get("topics", {}).items()
        },
    )


def config_home() -> Path:
    """Return the folder of the user's settings: `$XDG_CONFIG_HOME` or `~/.config`."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def own_folder() -> Path:
    """Return where the user's own source files are."""
    return config_home() / "molva" / "sources"


def _own_folder() -> tuple[Path, ...]:
    folder = own_folder()
    return (folder,) if folder.is_dir() else ()


def _topic(value: Any, where: str) -> TopicSpec:
    if not isinstance(value, dict) or set(value) - {"entities", "words"}:
        raise ConfigError(f"{where}: `entities` and `words` are expected")
    return TopicSpec(
        entities=_strings(value.get("entities", []), f"{where}: entities"),
        words=_strings(value.get("words", []), f"{where}: words"),
    )


def _heartbeat(value: Any, where: str) -> Heartbeat:
    _only(value, {"success", "failure"}, where)
    return Heartbeat(
        success=_text(value, "success", where), failure=_text(value, "failure", where)
    )


def archive_folder(database: Path) -> Path:
    """Return where pages are kept if nothing is told: `molva.db` → `molva.warc/`."""
    return database.absolute().with_suffix(".warc")


def _archive(value: Any, database: Path, where: str) -> Archive | None:
    _only(value, {"keep", "folder", "file_mb", "total_mb", "days"}, where)
    if not _switch(value, "keep", where):
        return None
    own = Path(_text(value, "folder", where) or archive_folder(database)).expanduser()
    limits: dict[str, Any] = {
        name: _limit(value[name], f"{where}: {name}")
        for name in ("file_mb", "total_mb", "days")
        if name in value
    }
    if limits.get("file_mb", 1) is None:
        raise ConfigError(f"{where}: file_mb: a number above 0 is expected")
    return Archive(folder=str(database.parent.absolute() / own), **limits)


def _limit(value: Any, where: str) -> int | None:
    """Read a whole number; 0 is no limit."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ConfigError(f"{where}: a whole number is expected, 0 for no limit")
    return value or None


def _only(table: Any, known: set[str], where: str) -> None:
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: a table is expected")
    if unknown := set(table) - known:
        raise ConfigError(
            f"{where}: unknown key {min(unknown)!r} (known: {', '.join(sorted(known))})"
        )


def _text(table: Mapping[str, Any], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"{where}: {key}: a text is expected")
    return value or None


def _switch(table: Mapping[str, Any], key: str, where: str) -> bool:
    value = table.get(key, True)
    if not isinstance(value, bool):
        raise ConfigError(f"{where}: {key}: true or false is expected")
    return value


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ConfigError(f"{where}: a list of strings is expected")
    return tuple(value)
