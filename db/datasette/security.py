"""Response headers for every page, and what strangers are not shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

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


def with_headers(app: App, *, is_public: bool) -> App:
    """Wrap an ASGI app: add the headers, and in public hide the server's own pages."""

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {
                    **message,
                    "headers": [*message.get("headers", ()), *HEADERS],
                }
            await send(message)

        if is_public and scope["path"].startswith(_PRIVATE):
            await _not_found(send_with_headers)
            return
        await app(scope, receive, send_with_headers)

    return wrapped


async def _not_found(send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 404,
            "headers": [(b"content-type", b"text/plain; charset=utf-8")],
        }
    )
    await send({"type": "http.response.body", "body": b"Not found\n"})
