"""Peers that find the text of a page; each answers a list of that one text.

Loaded by `bench.peers`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn
from unittest.mock import patch

Request = dict[str, Any]
Answer = Callable[[Request], list[Any]]


def newspaper() -> Answer:
    """newspaper4k; a page that it cannot read has no text.

    It is told the language where pages do not declare theirs, else it looks itself.

    Left alone it asks the web for a page's pictures and for a list of domains.
    """
    library = import_module("newspaper")
    failure = import_module("newspaper.exceptions").ArticleException
    patch.object(socket.socket, "connect", _refuse).start()
    patch.object(socket, "getaddrinfo", _refuse).start()

    def read(request: Request) -> list[str]:
        told = {"language": request["lang"]} if request["lang"] else {}
        try:
            found = library.article(
                "https://news.example/article",
                input_html=request["text"],
                fetch_images=False,
                follow_meta_refresh=False,
                **told,
            )
        except failure:
            return [""]
        return [found.text]

    return read


def _refuse(*_: object, **__: object) -> NoReturn:
    raise OSError("no network while measuring")


PEERS: dict[str, Callable[[], Answer]] = {"newspaper4k": newspaper}
