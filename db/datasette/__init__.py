"""Molva's pages: a Datasette plugin (hooks below) and `serve`, which runs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from urllib.parse import quote

from datasette import hookimpl
from datasette.app import Datasette
from datasette.filters import FilterArguments
from datasette.utils import tilde_decode, tilde_encode
from datasette.utils.asgi import Request, Response
from jinja2 import Environment
from markupsafe import Markup

from db.datasette import (
    cells,
    language,
    marks,
    metadata,
    mistakes,
    pages,
    review,
    routes,
)
from db.datasette.security import App, guarded
from db.exports import EXPORTERS, picture
from db.exports.words import of
from db.stems import stem_query

PLUGIN = "db.datasette"
DATABASE = routes.DATABASE

Vars = dict[str, Any]


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let the search box stem what people type, as the index was stemmed."""
    conn.create_function("escape_fts", 1, stem_query, deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Give templates a safe form of keys, marks in a text, and what is on offer."""
    env.filters["tilde"] = tilde_encode
    env.globals["_"] = language.translate
    env.globals["found_in"] = marks.found_in
    env.globals["picture_style"] = Markup(picture.STYLE)
    env.globals["formats"] = list(EXPORTERS)
    env.globals["review_fields"] = review.FIELDS
    env.globals["outcomes"] = review.OUTCOMES
    env.globals["plain_verbs"] = review.PLAIN


@hookimpl
def get_metadata(key: str | None) -> Vars:
    """Say what tables and columns mean, where the page asks for that."""
    return metadata.described() if key in ("databases", None) else {}


@hookimpl
def extra_css_urls(datasette: Datasette) -> list[str]:
    """Add our style sheet to every page."""
    return [datasette.urls.static_plugins(PLUGIN, "molva.css")]


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Add our addresses beside Datasette's own."""
    return routes.ROUTES


@hookimpl
def extra_template_vars(
    datasette: Datasette,
    database: str | None,
    table: str | None,
    view_name: str,
    request: Request | None,
) -> Callable[[], Awaitable[Vars]]:
    """Give every page its language and who is looking; fetch what ours show."""
    lang = language.current.get()
    public = routes.is_public(datasette)
    given: Vars = {
        "words": of(lang),
        "lang": lang,
        "here": quote(request.full_path, safe="") if request else "%2F",
        "editor": review.editor_of(routes.desk_of(datasette), request.actor)
        if request
        else None,
        "is_public": public,
    }

    async def fetch() -> Vars:
        page, key = _page(request, database, table, view_name)
        if page is None or DATABASE not in datasette.databases:
            return given
        asked = pages.Asked(key, lang, public)
        db = datasette.get_database(DATABASE)
        if page in (pages.front, pages.topic):
            kept = (page, asked, date.today())
            found = await db.kept_page(kept, lambda conn: page(conn, asked))
        else:
            found = await db.execute_fn(lambda conn: page(conn, asked))
        return {**given, **found}

    return fetch


def _page(
    request: Request | None, database: str | None, table: str | None, view_name: str
) -> tuple[pages.Page | None, str]:
    """Return what a page shows beyond the row itself, and the key of its row."""
    if request is None:
        return None, ""
    if view_name == "index":
        return pages.front, ""
    if database != DATABASE:
        return None, ""
    if view_name == "row":
        return pages.ROW_PAGES.get(table or ""), tilde_decode(request.url_vars["pks"])
    if view_name == "table" and table == "claim":
        return pages.filter_choices, ""
    return None, ""


@hookimpl
def filters_from_request(request: Request, database: str, table: str) -> Any:
    """Filter claims by topic, name, source and days; hide dismissed ones."""
    if database != DATABASE or table != "claim":
        return None
    where, params, told = pages.claim_filters(request.args, language.translate)
    return FilterArguments(where, params, told)


@hookimpl
def render_cell(
    value: Any, column: str, table: str | None, database: str | None
) -> Markup | None:
    """Show statuses as badges and lead from ids to pages."""
    return cells.render(value, column, table) if database == DATABASE else None


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Awaitable[Response]:
    """Tell in the reader's language what cannot be answered."""
    return mistakes.answer(datasette, request, exception)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Choose the language, and keep scraped words from running as code."""
    given = datasette.plugin_config("molva") or {}
    return lambda app: guarded(
        app, is_public=bool(given.get("public")), lang=given.get("lang")
    )
