"""Cells of Datasette's tables: badges for statuses, links for ids."""

from __future__ import annotations

from typing import Any

from datasette.utils import tilde_encode
from markupsafe import Markup

from db.datasette import language
from db.exports.words import SIGNS, of

_STATUS_COLUMNS = ("status", "old", "new")
#: Column → the page that its ids lead to.
_LEADS_TO = {
    "claim_id": "claim",
    "other_id": "claim",
    "report_id": "report",
    "source": "source",
    "first_source": "source",
}

_BADGE = Markup('<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>')
_LINK = Markup('<a href="/molva/{}/{}">{}</a>')


def render(value: Any, column: str, table: str | None) -> Markup | None:
    """Return the cell as HTML, or None to let Datasette show it."""
    if column in _STATUS_COLUMNS and value in SIGNS:
        sign, word = of(language.current.get()).STATUS[value]
        return Markup(
            '<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>'
        ).format(value, sign, word)
    if table is None and value and (page := _LEADS_TO.get(column)):
        # In a saved question there are no foreign keys for Datasette to follow.
        label = language.translate("open") if column.endswith("_id") else value
        return _LINK.format(page, tilde_encode(str(value)), label)
    return None
