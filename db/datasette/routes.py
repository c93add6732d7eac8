"""Addresses of ours beside Datasette's: downloads, decisions, the language."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from db.datasette import downloads, language, pages, review
from db.exports import EXPORTERS
from db.exports.words import LANGUAGES

DATABASE = "molva"


def is_public(datasette: Datasette) -> bool:
    """Say whether strangers are served."""
    return bool((datasette.plugin_config("molva") or {}).get("public"))


def desk_of(datasette: Datasette) -> review.Desk | None:
    """Return who decides here and how, None where nobody does."""
    desk: review.Desk | None = getattr(datasette, "molva_desk", None)
    return desk


async def timeline(datasette: Datasette, request: Request) -> Response:
    """Answer `/-/timeline.<format>?topic=…` with a file."""
    form = request.url_vars["form"]
    if form not in EXPORTERS:
        raise NotFound(f"No format {form}")
    given = {name: request.args.get(name) or "" for name in request.args}
    lang = language.current.get()
    anonymous = language.translate("a person") if is_public(datasette) else None
    try:
        found = await datasette.get_database(DATABASE).execute_fn(
            lambda conn: downloads.timeline_of(conn, given, lang, anonymous)
        )
    except ValueError as error:
        return Response.text(f"{error}\n", status=400)
    if found is None:
        raise NotFound("No such claim")
    return downloads.answer(form, found, given.get("claim") or found.title)


async def decide(datasette: Datasette, request: Request) -> Response:
    """Answer `/-/review`: a form's decision is carried out; else what needs eyes."""
    desk = desk_of(datasette)
    if request.method == "POST":
        return await review.post(datasette, request, desk)
    if review.editor_of(desk, request.actor) is None:
        raise Forbidden(language.translate("Sign in to decide"))
    found = await datasette.get_database(DATABASE).execute_fn(pages.queue)
    return Response.html(
        await datasette.render_template("molva-review.html", found, request)
    )


async def speak(datasette: Datasette, request: Request) -> Response:
    """Answer `/-/lang?to=ru&next=/…`: keep the language and lead back."""
    chosen = request.args.get("to") or ""
    back = review.safe_path(request.args.get("next") or "")
    answer = Response("", status=303, headers={"Location": back})
    if chosen in LANGUAGES:
        answer.set_cookie(language.COOKIE, chosen, max_age=365 * 86400, samesite="lax")
    return answer


ROUTES = [
    (r"^/-/timeline\.(?P<form>[a-z]+)$", timeline),
    (r"^/-/review$", decide),
    (r"^/-/lang$", speak),
]
