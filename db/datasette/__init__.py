"""Molva's pages: a Datasette plugin (hooks below) and `serve`, which runs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.filters import FilterArguments
from datasette.utils import tilde_decode, tilde_encode
from datasette.utils.asgi import Request
from jinja2 import Environment
from markupsafe import Markup

from db.datasette import cells, pages
from db.datasette.security import App, with_headers
from db.exports.words import EN
from db.stems import stem_query

PLUGIN = "db.datasette"
DATABASE = "molva"

Vars = dict[str, Any]


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let the search box stem what people type, as the index was stemmed."""
    conn.create_function("escape_fts", 1, stem_query, deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Give templates the words that the exports use, and a safe form of keys."""
    env.globals["words"] = EN
    env.filters["tilde"] = tilde_encode


@hookimpl
def extra_css_urls(datasette: Datasette) -> list[str]:
    """Add our style sheet to every page."""
    return [datasette.urls.static_plugins(PLUGIN, "molva.css")]


@hookimpl
def extra_template_vars(
    datasette: Datasette,
    database: str | None,
    table: str | None,
    view_name: str,
    request: Request | None,
) -> Callable[[], Awaitable[Vars]] | None:
    """Fetch what a page of ours shows beyond the row itself."""
    if request is None or DATABASE not in datasette.databases:
        return None
    if view_name == "index":
        return lambda: _page(datasette, pages.front, "")
    page = pages.ROW_PAGES.get(table or "")
    if view_name != "row" or database != DATABASE or page is None:
        return None
    key = tilde_decode(request.url_vars["pks"])
    return lambda: _page(datasette, page, key)


async def _page(datasette: Datasette, page: pages.Page, key: str) -> Vars:
    db = datasette.get_database(DATABASE)
    found: Vars = await db.execute_fn(lambda conn: page(conn, key))
    return {**found, "is_public": _is_public(datasette)}


def _is_public(datasette: Datasette) -> bool:
    return bool((datasette.plugin_config("molva") or {}).get("public"))


@hookimpl
def filters_from_request(request: Request, database: str, table: str) -> Any:
    """Filter claims by `_topic`, `_entity` and `_source`; hide dismissed ones."""
    if database != DATABASE or table != "claim":
        return None
    where, params, told = pages.claim_filters(request.args)
    return FilterArguments(where, params, told)


@hookimpl
def render_cell(
    value: Any, column: str, table: str | None, database: str | None
) -> Markup | None:
    """Show statuses as badges and lead from ids to pages."""
    return cells.render(value, column, table) if database == DATABASE else None


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Send the headers that keep scraped words from running as code."""
    is_public = _is_public(datasette)
    return lambda app: with_headers(app, is_public=is_public)
