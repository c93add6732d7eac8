"""Atom (RFC 4287): one entry per change of status."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from db.exports.changes import Entry, entries
from db.exports.timeline import Timeline
from molva.model import stable_id

_NAMESPACE = "http://www.w3.org/2005/Atom"
#: What XML 1.0 cannot hold, in whatever way it is written.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(timeline: Timeline) -> str:
    """Return the changes of status as an Atom feed."""
    found = entries(timeline)
    feed = ET.Element("feed", xmlns=_NAMESPACE)
    _add(feed, "id", f"urn:molva:timeline:{stable_id(timeline.title)}")
    _add(feed, "title", timeline.title)
    _add(feed, "updated", found[0].at if found else f"{timeline.as_of}T00:00:00Z")
    _add(ET.SubElement(feed, "author"), "name", "Molva")
    for entry in found:
        _entry(feed, entry)
    ET.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, "unicode")


def _entry(feed: ET.Element, entry: Entry) -> None:
    node = ET.SubElement(feed, "entry")
    _add(node, "id", entry.id)
    _add(node, "title", entry.title)
    _add(node, "updated", entry.at)
    _add(node, "summary", entry.summary)
    ET.SubElement(node, "category", term=entry.status)
    if entry.url:
        ET.SubElement(node, "link", rel="alternate", href=_NOT_XML.sub("", entry.url))


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _NOT_XML.sub("", text)
