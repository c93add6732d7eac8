"""Write the parts of `docs/` that code already says: `python -m docs.generate`.

With `--check` nothing is written; the exit code says whether the files are true.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from db.describe import descriptions
from molva.cli import cli

FOLDER = Path(__file__).parent


def commands() -> str:
    """Return the help of every command, as Markdown."""
    parts = ["# Commands", "", "Made by `make docs` from the command line's own help."]
    for path, command in _walk("molva", cli):
        # the settings that every command inherits when it is run
        context = click.Context(command, info_name=path, **cli.context_settings)
        context.max_content_width = 88
        context.terminal_width = 88
        parts += ["", f"## {path}", "", "```", command.get_help(context), "```"]
    return "\n".join(parts) + "\n"


def _walk(path: str, command: click.Command) -> list[tuple[str, click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            found += _walk(f"{path} {name}", command.commands[name])
    return found


def tables() -> str:
    """Return the data dictionary, as Markdown."""
    parts = [
        "# Tables",
        "",
        "Made by `make docs` from `db/columns.toml`. Instants ending in `_at` are UTC.",
    ]
    for table, words in descriptions().items():
        parts += ["", f"## {table}", "", words["_table"], ""]
        parts += ["| column | meaning |", "|---|---|"]
        parts += [
            f"| `{name}` | {said} |" for name, said in words.items() if name != "_table"
        ]
    return "\n".join(parts) + "\n"


PAGES = {"commands.md": commands, "tables.md": tables}


def main() -> int:
    """Write the pages, or with --check compare them."""
    stale = []
    for name, make in PAGES.items():
        page, text = FOLDER / name, make()
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                page.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        click.echo(f"out of date: {', '.join(stale)} (run `make docs`)", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
