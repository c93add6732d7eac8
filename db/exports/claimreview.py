"""ClaimReview (schema.org, JSON-LD): what became of claims that were settled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from db.exports import words
from db.exports.timeline import Timeline, spoken
from molva.chronology import day_of
from molva.model import Claim, Evidence, Status

#: Status → rating from 1 (refuted) to 5 (attested). A rumor is not rated.
_RATING: Mapping[Status, int] = {"confirmed": 5, "disputed": 3, "denied": 1}


def claimreview(timeline: Timeline) -> str:
    """Return a ClaimReview for each claim that is no rumor, as one JSON-LD graph.

    `url` is the claim's page; where the pages have no address it is a URN.
    """
    reviewed = [c for c in timeline.by_first_said() if c.status in _RATING]
    document = {
        "@context": "https://schema.org",
        "@graph": [_review(timeline, claim) for claim in reviewed],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _review(timeline: Timeline, claim: Claim) -> dict[str, Any]:
    say, last = timeline.words, claim.changes[-1] if claim.changes else None
    settled = day_of(claim.last_changed_at) or day_of(claim.first_said_at)
    person = last.actor if last and last.actor != "rules" else None
    return {
        "@type": "ClaimReview",
        "@id": f"urn:molva:{claim.id}",
        "url": timeline.page(claim) or f"urn:molva:{claim.id}",
        "datePublished": settled or timeline.as_of.isoformat(),
        "inLanguage": timeline.lang,
        "author": _named("Person", person)
        if person
        else _named("Organization", "Molva"),
        "claimReviewed": words.plain(claim.text),
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": _RATING[claim.status],
            "bestRating": max(_RATING.values()),
            "worstRating": min(_RATING.values()),
            "alternateName": say.STATUS[claim.status][1],
            **(
                {"ratingExplanation": words.capital(say.rule_words(last.rule))}
                if last
                else {}
            ),
        },
        "itemReviewed": _claim(timeline, claim),
    }


def _claim(timeline: Timeline, claim: Claim) -> dict[str, Any]:
    item, first = spoken(claim), claim.evidence[0] if claim.evidence else None
    said: dict[str, Any] = {
        "@type": "Claim",
        "text": words.plain(claim.text),
        "inLanguage": claim.lang,
        "author": _named("Organization", timeline.outlet(claim.first_source)),
    }
    if item is not None:
        speaker = timeline.hops(item)[-1]
        kind = (
            "Person"
            if item.statement.attribution.source_type == "expert"
            else "Organization"
        )
        said["author"] = _named(kind, speaker)
    if day := day_of(claim.first_said_at):
        said["datePublished"] = day
    if first is not None and (where := _appearance(timeline, first)):
        said["firstAppearance"] = where
    seen = {e.report.id: e for e in claim.evidence}.values()
    if found := [where for e in seen if (where := _appearance(timeline, e))]:
        said["appearance"] = found
    return said


def _appearance(timeline: Timeline, item: Evidence) -> dict[str, Any] | None:
    url = words.link(item.report.url)
    if url is None:
        return None
    day = day_of(item.report.published)
    return {
        "@type": "NewsArticle",
        "url": url,
        "headline": words.plain(item.report.title),
        "publisher": _named("Organization", timeline.outlet(item.report.source)),
        **({"datePublished": day} if day else {}),
    }


def _named(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": words.plain(name)}
