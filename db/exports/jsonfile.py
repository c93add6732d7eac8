"""JSON: the claims whole, as one document."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from db.exports.timeline import Timeline
from molva.model import Claim


def json_document(timeline: Timeline) -> str:
    """Return title, day, claims (values, history, evidence) and sources as JSON."""
    document = {
        "title": timeline.title,
        "as_of": timeline.as_of.isoformat(),
        "claims": [_claim(claim) for claim in timeline.by_first_said()],
        "sources": {
            name: dataclasses.asdict(source)
            for name, source in sorted(timeline.sources.items())
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _claim(claim: Claim) -> dict[str, Any]:
    data = dataclasses.asdict(claim)
    for item in data["evidence"]:
        del item["report"]["shingles"]  # of use to Molva alone
    return data
