"""A page that stands alone: no script, no outside request, fit for print."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from db.exports.timeline import Timeline, current, earlier, spoken

_FOLDER = Path(__file__).parent


def html_page(timeline: Timeline) -> str:
    """Return the timeline as one HTML file."""
    return _template().render(
        timeline=timeline,
        claims=timeline.by_first_said(),
        expected=timeline.expected(),
        words=timeline.words,
    )


@cache
def _template() -> Template:
    env = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(current=current, earlier=earlier, spoken=spoken)
    return env.get_template("timeline.html")
