"""The language of a page: what the reader chose, the server's, or the browser's."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs

from db.exports.words import LANGUAGES

_FOLDER = Path(__file__).parent / "lang"
#: Cookie that keeps what a reader chose.
COOKIE = "molva_lang"
#: Language of the request being answered.
current: ContextVar[str] = ContextVar("molva_lang", default="en")


@cache
def _said(lang: str) -> Mapping[str, str]:
    """Return English → the language; templates hold the English themselves."""
    path = _FOLDER / f"{lang}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def translate(text: str, /, **fields: object) -> str:
    """Return a template's English words in the language of the page (`_` there)."""
    told = _said(current.get()).get(text, text)
    return told.format(**fields) if fields else told


def choose(headers: Mapping[str, str], query: str, fixed: str | None = None) -> str:
    """Return the language for a request: `?_lang=`, cookie, `fixed`, Accept-Language.

    `headers` have names in lower case; what nobody speaks is passed over.
    """
    asked = parse_qs(query).get("_lang", [""])[0]
    wishes = [asked, _cookie(headers.get("cookie", "")), fixed or ""]
    wishes += _accepted(headers.get("accept-language", ""))
    return next((wish for wish in wishes if wish in LANGUAGES), "en")


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _accepted(header: str) -> list[str]:
    """Return the languages a browser asks for, the dearest first (RFC 9110 12.5.4)."""
    ranked: list[tuple[float, str]] = []
    for part in header.split(","):
        name, _, weight = part.partition(";")
        quality = weight.strip().removeprefix("q=") or "1"
        try:
            ranked.append((-float(quality), name.strip().lower().split("-")[0]))
        except ValueError:
            continue
    return [name for rank, name in sorted(ranked, key=lambda r: r[0]) if rank < 0]
