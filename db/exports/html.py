"""A page that stands alone: no script, no outside request, fit for print."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from db.exports import picture
from db.exports.timeline import Timeline, current, earlier, spoken

_FOLDER = Path(__file__).parent
#: Rows of the picture in a file: two printed pages.
_ROWS = 30


def html_page(timeline: Timeline) -> str:
    """Return the timeline as one HTML file."""
    return (
        _templates()
        .get_template("timeline.html")
        .render(
            timeline=timeline,
            claims=timeline.by_first_said(),
            expected=timeline.expected(),
            words=timeline.words,
            style=Markup(picture.STYLE),
            picture=figure(
                timeline, lambda claim: f"#c{claim.id}", limit=_ROWS, has_table=False
            ),
        )
    )


def figure(
    timeline: Timeline,
    href: picture.Href,
    *,
    limit: int,
    is_named: bool = True,
    has_table: bool = True,
) -> Markup:
    """Return the picture of a timeline with its table, '' where nothing has a day.

    The page around it has `picture.STYLE` and shows the layout that has room.
    """
    drawn = [
        picture.svg(timeline, href, layout=layout, limit=limit, is_named=is_named)
        for layout in picture.LAYOUTS
    ]
    if not any(drawn):
        return Markup("")
    page = (
        _templates()
        .get_template("picture.html")
        .render(
            pictures=[Markup(svg) for svg in drawn],  # ElementTree has escaped it
            rows=picture.rows(timeline, limit)[0],
            href=href,
            words=timeline.words,
            has_table=has_table,
        )
    )
    return Markup(page)


@cache
def _templates() -> Environment:
    env = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(current=current, earlier=earlier, spoken=spoken)
    return env
