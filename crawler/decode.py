"""Bytes to text: what the server declares is only the first guess."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]+)", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ACCENTS = re.compile("[À-ÖØ-öø-ÿ¸¨]{4,}")
_BEYOND = re.compile(r"[^\x00-\x7f]")
#: Share of U+FFFD above which a declared charset is taken for a lie.
LIE = 0.005
#: In UTF-8 these bytes are control characters and no part of another.
_CONTROL = bytes([*range(9), 11, *range(14, 32), 127])


def decode(
    body: bytes, *, declared: str | None = None, fallback: str | None = None
) -> str:
    """Return the text of `body`, without control characters.

    Order: byte order mark, UTF-8 where the bytes are that and no ASCII, header, XML and
    meta declaration, the source's `fallback`, then detection. A declaration that leaves
    more than 0.5 % replacement characters, or turns Cyrillic into accents, is not
    believed.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _clean(body.decode(encoding, "replace"))
    if not body.isascii() and (text := _strict_utf8(body)) is not None:
        return _clean(text)
    head = body[:4096]
    named = [declared]
    named += [m[1].decode("ascii") for p in (_XML, _META) if (m := p.search(head))]
    for name in (*named, "utf-8", fallback):
        text = _decoded(body, name)
        if text is not None:
            return _clean(text)
    best = from_bytes(body[:65536], cp_isolation=["cp1251", "koi8_r", "cp1252"]).best()
    return _clean(body.decode(best.encoding if best else "utf-8", "replace"))


def _decoded(body: bytes, encoding: str | None) -> str | None:
    """Decode unless the codec is unknown or plainly not the page's."""
    if not encoding:
        return None
    try:
        if not codecs.lookup(encoding)._is_text_encoding:
            return None
        text = body.decode(encoding, "replace")
    except LookupError:
        return None
    is_lie = text.count("�") > LIE * max(len(text), 1)
    return None if is_lie or _is_mojibake(text) else text


def _strict_utf8(body: bytes) -> str | None:
    """Long bytes that are valid UTF-8 by chance do not happen, whatever is declared."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _is_mojibake(text: str) -> bool:
    """Whether most letters beyond ASCII come in runs as no Latin language has them."""
    if text.isascii():
        return False
    runs = sum(map(len, _ACCENTS.findall(text[:200_000])))
    return runs > 200 and runs > len(_BEYOND.findall(text[:200_000])) / 2


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").translate(None, _CONTROL).decode("utf-8")
