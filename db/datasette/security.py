"""Response headers for every page, and what strangers are not shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from db.datasette import language

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

#: Datasette's own pages have scripts and styles in the page, hence 'unsafe-inline'.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline'; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'"
)
HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_VARY = (b"vary", b"Accept-Language, Cookie")
#: Pages about the server itself: file paths, versions, threads.
_PRIVATE = (
    "/-/databases",
    "/-/plugins",
    "/-/settings",
    "/-/config",
    "/-/metadata",
    "/-/threads",
    "/-/versions",
    "/-/actor",
    "/-/permissions",
    "/-/allow-debug",
    "/-/patterns",
    "/-/messages",
    "/_internal",
)


def guarded(app: App, *, is_public: bool, lang: str | None = None) -> App:
    """Wrap an ASGI app: choose the language, add the headers, in public close doors.

    `lang` is the server's language for whoever chose none; else the browser's counts.
    """

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        chosen = language.choose(_headers(scope), query, lang)
        language.current.set(chosen)
        more = (*HEADERS, (b"content-language", chosen.encode()), _VARY)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        if is_public and _is_closed(scope["path"], query):
            await _not_found(send_with_headers)
            return
        await app(scope, receive, send_with_headers)

    return wrapped


def _headers(scope: Message) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in scope.get("headers", ())
    }


def _is_closed(path: str, query: str) -> bool:
    """Say whether strangers may not ask this.

    `_through` would tell whether another table, private ones included, has a value.
    """
    return path.startswith(_PRIVATE) or "_through" in parse_qs(query)


async def _not_found(send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 404,
            "headers": [(b"content-type", b"text/plain; charset=utf-8")],
        }
    )
    await send({"type": "http.response.body", "body": b"Not found\n"})
