"""What cannot be answered gets one page in the reader's language, or JSON."""

from __future__ import annotations

import logging

from datasette.app import Datasette
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError
from markupsafe import Markup

_log = logging.getLogger(__name__)
#: What Datasette trips over where an address holds nonsense.
_NONSENSE = (ValueError, KeyError, OverflowError)


async def answer(
    datasette: Datasette, request: Request, exception: Exception
) -> Response:
    """Answer a request that failed; what is no fault of the visitor's is logged."""
    status, error = told(exception, request.query_string)
    if status >= 500 or isinstance(exception, _NONSENSE):
        _log.error("%s failed on %r", request.method, request.url, exc_info=exception)
    given = {"ok": False, "error": error, "status": status, "title": None}
    if request.path.endswith(".json"):
        return Response.json(given, status=status)
    page = await datasette.render_template("error.html", given, request=request)
    return Response.html(page, status=status)


def told(exception: Exception, query: str) -> tuple[int, str]:
    """Return the status of an answer and what went wrong in Datasette's words.

    Datasette says 500 to a column that it cannot sort by, and to numbers and JSON in
    an address that are none.
    """
    if isinstance(exception, Base400):
        return exception.status, str(exception)
    if isinstance(exception, DatasetteError):
        error = exception.message
        is_odd = exception.status == 500 and exception.__context__ is None
        status = 400 if is_odd else exception.status
        return status, Markup(error) if exception.message_is_html else error
    if query and isinstance(exception, _NONSENSE):
        return 400, str(exception)
    return 500, type(exception).__name__
