"""Datasette over a Molva database, with no setting left to chance."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import uvicorn
from datasette import __version__
from datasette.app import Datasette
from datasette.plugins import pm

import db.datasette as plugin
from db.datasette.counting import CountingDatabase
from db.datasette.metadata import metadata
from db.datasette.review import Desk
from db.publish import is_published
from db.timelines import Parents

_IS_ONE = __version__.startswith("1.")

#: No default is kept that is slow on a large file or unsafe on a busy one.
SETTINGS: dict[str, Any] = {
    "suggest_facets": False,  # scans every column of the table: 15 to 30 times slower
    "facet_time_limit_ms": 1000,  # a facet that times out just disappears
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 5000,
    "default_page_size": 50,
    "cache_size_kb": 65536,
    "max_csv_mb": 100,
    "allow_download": False,  # a copy in the middle of a write is no backup
    "default_cache_ttl": 0,
    "truncate_cells_html": 400,
}
#: What changes when strangers are served.
PUBLIC = {
    "default_allow_sql": False,
    "allow_csv_stream": False,
    "max_csv_mb": 20,
    "sql_time_limit_ms": 2000,
    "default_cache_ttl": 60,
}


def build(
    path: str | Path,
    *,
    public: bool = False,
    lang: str | None = None,
    desk: Desk | None = None,
    parents: Parents = dict,
) -> Datasette:
    """Return a Datasette that shows the file as `molva`, whatever its name.

    `public` closes what strangers need not have, decisions included; `lang` is the
    language of the pages for those who chose none; `parents` are the bodies that speak
    for others, for timelines as of an earlier day.
    """
    if not pm.is_registered(plugin):
        pm.register(plugin)
        # ours answers; Datasette's own would print every visitor's slip at length
        pm.unregister(name="datasette.handle_exception")
    told = metadata(public=public, lang=lang)
    datasette = Datasette(
        [],
        settings={**SETTINGS, **(PUBLIC if public else {})},
        metadata=told,
        # 1.0 takes from metadata only what describes
        **({"config": told} if _IS_ONE else {}),
    )
    if "_memory" in datasette.databases:
        datasette.remove_database("_memory")
    datasette.molva_desk = None if public else desk
    datasette.molva_parents = parents
    datasette.add_database(
        CountingDatabase(datasette, path=_shown(path), is_mutable=is_live(path)),
        name=plugin.DATABASE,
    )
    return datasette


def is_live(path: str | Path) -> bool:
    """Say whether Molva may write the file: it is no published copy.

    A WAL database needs a folder that it can write its index file to.
    """
    return not is_published(path) and os.access(Path(path).resolve().parent, os.W_OK)


def sign_in_address(datasette: Datasette, site: str) -> str | None:
    """Return the address that makes whoever opens it the editor, once; None if none."""
    if datasette.molva_desk is None:
        return None
    return f"{site}/-/auth-token?token={datasette._root_token}"


def _shown(path: str | Path) -> str:
    """Prefer a relative path: Datasette shows it at `/-/databases`."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)


def serve(datasette: Datasette, host: str = "127.0.0.1", port: int = 8001) -> None:
    """Serve the pages until stopped; raises OSError where the address is taken."""
    app = datasette.app()
    with listen(host, port) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        server.run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket that says it is TCP; raises OSError if it is taken.

    Without the protocol asyncio leaves Nagle's algorithm on, and every answer waits
    40 ms for the reader's acknowledgement.
    """
    made = socket.create_server((host, port))
    family, kind = made.family, made.type
    return socket.socket(family, kind, socket.IPPROTO_TCP, fileno=made.detach())
