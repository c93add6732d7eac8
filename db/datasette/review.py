"""Decisions in the browser: the verbs of `molva review`, for whoever has signed in.

Nobody signs in unless the server was handed a `Decide` (`serve(…, desk=…)`); whoever
has an actor then is an editor: the local token gives one, as do plugins for passwords.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, Request, Response

from db.datasette.language import translate
from molva.model import Outcome, ReviewVerb
from molva.reviews import Decide, ReviewError

#: What `set` may change, in the order of the form.
FIELDS = ("figure", "date", "outcome", "subject", "act", "apart")
OUTCOMES: tuple[str, ...] = get_args(Outcome)
#: Verbs that need no argument, in the order of the form.
PLAIN = ("confirm", "deny", "reopen", "dismiss")
_VERBS: tuple[str, ...] = get_args(ReviewVerb)
#: Verbs that need no claim.
_FREE = ("undo", "alias")
_NOTE_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Desk:
    """Who decides, and how a decision is carried out."""

    decide: Decide
    editor: str


def editor_of(desk: Desk | None, actor: Mapping[str, Any] | None) -> str | None:
    """Return the name under which decisions are kept, None for visitors."""
    if desk is None or not actor:
        return None
    name = str(actor.get("name") or actor.get("id") or "")
    return desk.editor if name in ("", "root") else name


async def post(datasette: Datasette, request: Request, desk: Desk | None) -> Response:
    """Carry out the decision of a form and lead back to where it was made.

    Datasette has checked the form's CSRF token before this is called.
    """
    editor = editor_of(desk, request.actor)
    if desk is None or editor is None:
        raise Forbidden(translate("Sign in to decide"))
    form = await request.post_vars()
    back = safe_path(form.get("next", ""))
    try:
        verb, claim, arguments, note = _read(form)
        done = await asyncio.get_running_loop().run_in_executor(
            None,
            lambda: desk.decide(verb, claim, arguments, actor=editor, note=note),
        )
    except ReviewError as error:
        return _answer(datasette, request, back, str(error), datasette.ERROR)
    told = translate("Recorded: {verb}", verb=translate(verb))
    if claim and done.claim_id and done.claim_id != claim:
        back = datasette.urls.row("molva", "claim", done.claim_id)
    return _answer(datasette, request, back, told, datasette.INFO)


def _read(
    form: Mapping[str, str],
) -> tuple[ReviewVerb, str | None, Sequence[str], str]:
    """Return verb, claim, arguments and note of a form; raises ReviewError."""
    verb = form.get("verb", "")
    if verb not in _VERBS:
        raise ReviewError(translate("Choose what to decide"))
    claim = form.get("claim") or None
    if claim is None and verb not in _FREE:
        raise ReviewError(translate("Choose a claim"))
    note = " ".join(form.get("note", "").split())[:_NOTE_LIMIT]
    if not note:
        raise ReviewError(translate("Say why: a decision needs a note"))
    return cast("ReviewVerb", verb), claim, _arguments(verb, form), note


def _arguments(verb: str, form: Mapping[str, str]) -> Sequence[str]:
    if verb == "merge":
        return [form.get("other", "").strip()]
    if verb == "split":
        # a form sends a repeated field once: each box has a name of its own
        return [name.removeprefix("part_") for name in form if name.startswith("part_")]
    if verb == "set":
        field = form.get("field", "")
        return [field, form.get(f"value_{field}") or form.get("value", "")]
    if verb == "alias":
        return [form.get("name", "").strip(), form.get("other", "").strip()]
    return []


def safe_path(path: str) -> str:
    """Return a path on this site, so that a form cannot lead elsewhere."""
    return path if re.fullmatch(r"/(?![/\\])[^\\\x00-\x20]*", path) else "/"


def _answer(
    datasette: Datasette, request: Request, to: str, told: str, kind: int
) -> Response:
    datasette.add_message(request, told, kind)
    return Response("", status=303, headers={"Location": to})
