"""Datasette over a Molva database, with no setting left to chance."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

import db.datasette as plugin
from db.datasette.metadata import metadata

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


def build(path: str | Path, *, public: bool = False) -> Datasette:
    """Return a Datasette that shows the file as `molva`, whatever its name."""
    if not pm.is_registered(plugin):
        pm.register(plugin)
    datasette = Datasette(
        [],
        settings={**SETTINGS, **(PUBLIC if public else {})},
        metadata=metadata(public=public),
    )
    datasette.remove_database("_memory")
    folder = Path(path).resolve().parent
    datasette.add_database(
        # A WAL database needs a folder it can write its index file to.
        Database(datasette, path=_shown(path), is_mutable=os.access(folder, os.W_OK)),
        name=plugin.DATABASE,
    )
    return datasette


def _shown(path: str | Path) -> str:
    """Prefer a relative path: Datasette shows it at `/-/databases`."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)


def serve(
    path: str | Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    public: bool = False,
) -> None:
    """Serve the pages until stopped; `public` closes what strangers need not have.

    Raises OSError where the address is taken.
    """
    app = build(path, public=public).app()
    with socket.create_server((host, port)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        server.run(sockets=[listening])
