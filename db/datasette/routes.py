"""Addresses of ours beside Datasette's: downloads, decisions, the language."""

from __future__ import annotations

from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Forbidden, NotFound, Request, Response
from sqlite_utils import Database

from db import timelines
from db.datasette import downloads, language, pages, review
from db.exports import EXPORTERS
from db.exports.words import LANGUAGES
from db.timelines import asked_of

DATABASE = "molva"
#: Claims that TimelineJS walks through without growing slow.
_SLIDES = "40"


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
    lang, site = language.current.get(), datasette.absolute_url(request, "/")
    try:
        asked = asked_of(given)
    except ValueError as error:
        raise BadRequest(str(error)) from None
    found = await datasette.get_database(DATABASE).execute_fn(
        lambda conn: timelines.timeline(
            Database(conn),
            asked,
            lang=lang,
            site=site.rstrip("/"),
            parents=getattr(datasette, "molva_parents", dict),
            limit=downloads.LIMIT,
        )
    )
    if found is None:
        raise NotFound("No such claim, topic or name")
    if is_public(datasette):
        found = timelines.unsigned(found, language.translate("a person"))
    return downloads.answer(form, found, asked.claim or found.title)


async def slides(datasette: Datasette, request: Request) -> Response:
    """Answer `/-/slides?topic=…`: the timeline to walk through, by TimelineJS."""
    given = {name: request.args.get(name) or "" for name in request.args}
    try:
        asked_of(given)
    except ValueError as error:
        raise BadRequest(str(error)) from None
    asked = {**given, "most": given.get("most") or _SLIDES}
    found = {"asked": urlencode(asked), "title": given.get("topic") or "Molva"}
    return Response.html(
        await datasette.render_template("molva-slides.html", found, request)
    )


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
    (r"^/-/slides$", slides),
    (r"^/-/review$", decide),
    (r"^/-/lang$", speak),
]
