"""JSON: the claims whole, as one document."""

from __future__ import annotations

from typing import Any

from msgspec import json, to_builtins

from db.exports.timeline import Timeline
from molva.model import Claim


def json_document(timeline: Timeline) -> str:
    """Return title, day, claims (values, history, evidence) and sources as JSON."""
    document = {
        "title": timeline.title,
        "as_of": timeline.as_of.isoformat(),
        "claims": [_claim(claim) for claim in timeline.by_first_said()],
        "sources": {
            name: to_builtins(source)
            for name, source in sorted(timeline.sources.items())
        },
    }
    # the standard library indents in Python: twice the time
    return json.format(json.encode(document), indent=2).decode() + "\n"


def _claim(claim: Claim) -> dict[str, Any]:
    data: dict[str, Any] = to_builtins(claim)
    for item in data["evidence"]:
        del item["report"]["shingles"]  # of use to Molva alone
    return data
