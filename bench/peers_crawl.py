"""news-please on the local site: `python -m bench.peers_crawl BASE PAGES`.

Runs in the peers' environment and imports nothing of Molva. Its library call fetches
and reads a list of addresses (its command line wants a name, not 127.0.0.1). Nothing
else than this machine is asked, though it would.
"""

from __future__ import annotations

import json
import socket
import sys
import warnings
from importlib import import_module
from typing import Any
from unittest.mock import patch

HERE = "127.0.0.1"


def main(base: str, pages: int) -> int:
    """Print how many of the pages gave a text, or why it cannot run."""
    warnings.simplefilter("ignore")
    try:
        library = import_module("newsplease").NewsPlease
    except ImportError as error:
        print(json.dumps({"absent": str(error)}))
        return 0
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def only_here(one: socket.socket, address: Any) -> None:
        if address[0] != HERE:
            raise OSError("only this machine")
        connect(one, address)

    def known_here(host: Any, *rest: Any, **more: Any) -> Any:
        if host != HERE:
            raise OSError("only this machine")
        return look_up(host, *rest, **more)

    with (
        patch.object(socket.socket, "connect", only_here),
        patch.object(socket, "getaddrinfo", known_here),
    ):
        urls = [f"{base}/news/{n}-{n}" for n in range(pages)]
        found = library.from_urls(urls, {"timeout": 30}, fetch_images=False)
    read = [a for a in found.values() if getattr(a, "maintext", None)]
    print(json.dumps({"pages": len(read)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
