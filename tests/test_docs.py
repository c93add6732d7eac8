"""What `docs/` says of commands and tables is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.generate import PAGES
from molva.cli import cli

FOLDER = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run `make docs`"


def test_every_command_says_in_one_line_what_it_does() -> None:
    for name, command in cli.commands.items():
        first = (command.help or "").strip().splitlines()[0]
        assert first.endswith("."), name
        assert len(first) <= 88, name


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_is_named_with_its_licence(lock: str) -> None:
    locked = re.findall(r"^([\w.-]+)==", (FOLDER.parent / lock).read_text(), re.M)
    page = (FOLDER / "dependencies.md").read_text(encoding="utf-8")
    told = set(re.findall(r"[a-z0-9][\w.-]*\w", page.lower().replace("_", "-")))
    assert len(locked) > 100
    assert [name for name in locked if name.lower().replace("_", "-") not in told] == []
