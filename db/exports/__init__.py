"""Timelines as files: one module a format, all in `EXPORTERS`.

To add a format write `db/exports/<format>.py` with a function from `Timeline` to text
and enter it here; the command line offers what is entered.
"""

from __future__ import annotations

from collections.abc import Callable

from db.exports.atom import atom
from db.exports.claimreview import claimreview
from db.exports.csvfile import csv_table
from db.exports.html import html_page
from db.exports.ics import ics
from db.exports.jsonfeed import jsonfeed
from db.exports.jsonfile import json_document
from db.exports.markdown import markdown
from db.exports.timeline import Timeline
from db.exports.timelinejs import timelinejs

Exporter = Callable[[Timeline], str]

EXPORTERS: dict[str, Exporter] = {
    "md": markdown,
    "html": html_page,
    "json": json_document,
    "csv": csv_table,
    "ics": ics,
    "atom": atom,
    "jsonfeed": jsonfeed,
    "timelinejs": timelinejs,
    "claimreview": claimreview,
}


def export(form: str, timeline: Timeline) -> str:
    """Return `timeline` in the format `form`; KeyError if there is no such format."""
    return EXPORTERS[form](timeline)


__all__ = ["EXPORTERS", "Exporter", "Timeline", "export"]
