"""Pieces of pictures (SVG): lines, texts, signs of statuses, how wide words run."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from molva.model import Status

#: Radius of a sign in pixels.
SIGN = 6
#: Width of a letter as a share of the size of the type: a generous guess, as the
#: reader's fonts are not known. Serif type runs narrower, DejaVu Serif wider.
_LETTER, _SERIF = 0.6, 1.02
#: Spaces at which no line may end: within a number, before a dash.
_JOINED = re.compile(r"(?<=\d) (?=\d{3}\b)| (?=[—–])")


def sign(group: ET.Element, status: Status, x: float = 0) -> None:
    """Draw the sign of a status around (x, 0): no two have one shape."""
    ring = {"class": f"sign {status}"}
    if status == "denied":
        add(group, "circle", {"class": "back"}, cx=x, cy=0, r=SIGN)
        path = f"M{x - 4.5:g},-4.5L{x + 4.5:g},4.5M{x - 4.5:g},4.5L{x + 4.5:g},-4.5"
        add(group, "path", ring, d=path)
        return
    add(group, "circle", ring, cx=x, cy=0, r=SIGN - 1)
    if status == "disputed":
        half = f"M{x:g},{-SIGN + 1}A{SIGN - 1},{SIGN - 1} 0 0 0 {x:g},{SIGN - 1}Z"
        add(group, "path", {"class": "sign-half"}, d=half)


def wide(text: str, size: float) -> float:
    """Estimate the width of a text in pixels."""
    return sum(_share(letter) for letter in text) * size


def _share(letter: str) -> float:
    if letter in " .,:;'|!ijlI()[]":
        return 0.36
    return 0.74 if letter.isupper() or letter in "мшщюжфыmw—→←" else _LETTER


def wrapped(text: str, room: float, size: float, lines: int) -> list[str]:
    """Break a text into lines that have room; what is too long ends in an ellipsis."""
    found: list[str] = []
    rest = _JOINED.sub("\N{NO-BREAK SPACE}", text).split(" ")
    size *= _SERIF
    while rest and len(found) < lines:
        words = rest.pop(0)
        while rest and wide(f"{words} {rest[0]}", size) <= room:
            words += f" {rest.pop(0)}"
        found.append(_cut(words, room, size))
    if rest:
        found[-1] = _cut(f"{found[-1].rstrip('…')} {rest[0]} …", room, size)
    return found


def _cut(text: str, room: float, size: float) -> str:
    if wide(text, size) <= room:
        return text
    while text and wide(f"{text}…", size) > room:
        text = text[:-1]
    return text.rstrip(" ,.;:—–") + "…"


def add(
    parent: ET.Element, tag: str, given: dict[str, str] | None = None, **more: object
) -> ET.Element:
    """Add an element; attributes whose names Python cannot have go into `given`."""
    shown = {
        name: f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in more.items()
    }
    return ET.SubElement(parent, tag, {**(given or {}), **shown})


def line(
    parent: ET.Element, x1: float, y1: float, x2: float, y2: float, kind: str
) -> None:
    """Draw a line of a class."""
    add(parent, "line", {"class": kind}, x1=x1, y1=y1, x2=x2, y2=y2)


def text_at(parent: ET.Element, x: float, y: float, text: str, kind: str) -> ET.Element:
    """Write a text from a point on; return it, for another anchor."""
    node = add(parent, "text", {"class": kind}, x=x, y=y)
    node.text = text
    return node
