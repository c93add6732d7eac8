"""Markdown: what was said, by whom, on which day; then what is expected when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from db.exports import words
from db.exports.timeline import Timeline, current, earlier, spoken
from molva.model import Claim, ClaimValue, Evidence

_SPECIAL = re.compile(r"([\\`*_\[\]>|~]|#(?=\s|$)|!(?=\[)|&(?=#?\w+;))")
_AUTOLINK = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(:)|(www)(\.)")


def markdown(timeline: Timeline) -> str:
    """Return the timeline as a readable Markdown page."""
    lines = [f"# {escape(timeline.title)}", "", _summary(timeline), ""]
    shown = ""
    for claim in timeline.by_first_said():
        said = words.day(claim.first_said_at)
        if said != shown:
            lines += [f"## {said[:1].upper()}{said[1:]}", ""]
            shown = said
        lines += [*_claim(timeline, claim), ""]
    lines += _calendar(timeline)
    return "\n".join(lines).rstrip() + "\n"


def escape(text: str | None) -> str:
    """Return text that Markdown shows letter by letter: no markup, no links."""
    safe = _SPECIAL.sub(r"\\\1", words.plain(text)).replace("<", "&lt;")
    return _AUTOLINK.sub(
        lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"{m[3]}\\{m[4]}", safe
    )


def _summary(timeline: Timeline) -> str:
    claims = timeline.by_first_said()
    counts = Counter(claim.status for claim in claims)
    parts = [
        f"{counts[status]} {word.lower()}"
        for status, (_, word) in words.STATUS.items()
        if counts[status]
    ]
    noun = "claim" if len(claims) == 1 else "claims"
    text = f"As it stood on {words.day(timeline.as_of.isoformat())}: "
    text += f"{len(claims)} {noun}"
    return f"*{text}{': ' if parts else ''}{', '.join(parts)}.*"


def _claim(timeline: Timeline, claim: Claim) -> Iterator[str]:
    yield f"**{words.badge(claim)}** — “{escape(claim.text)}”"
    yield ""
    yield from _said_by(timeline, claim)
    if claim.text_polarity == "denies":
        yield "- Nobody has asserted it; the words above are the denial."
    for kind, label in (("figure", "Figures"), ("date", "When")):
        if line := _values(timeline, claim, kind):
            yield f"- {label}: {line}"
    if claim.is_contradicted:
        yield "- Equal voices give different values at the same time."
    if claim.slip_count:
        times = "once" if claim.slip_count == 1 else f"{claim.slip_count} times"
        yield f"- Its date has moved {times}, by {claim.slip_days} days in all."
    if len(claim.changes) > 1:
        yield f"- Status: {_history(timeline, claim)}"


def _said_by(timeline: Timeline, claim: Claim) -> Iterator[str]:
    """Name the voice of the words shown, who was first, and the other reports."""
    item = spoken(claim)
    if item is None:
        return
    first = claim.evidence[0]
    named = {item.report.id}
    yield f"- Said by {_who(timeline, item)}"
    if first.report.id != item.report.id:
        named.add(first.report.id)
        yield f"- First reported by {_who(timeline, first)}"
    others = {e.report.id: e for e in claim.evidence if e.report.id not in named}
    if others:
        yield f"- Also in {'; '.join(_cite(timeline, e) for e in others.values())}"


def _who(timeline: Timeline, item: Evidence) -> str:
    who = f"{escape(words.chain(timeline, item))} ({escape(words.voice(item))})"
    return f"{who}, {_linked(words.day(item.report.published), item)}"


def _cite(timeline: Timeline, item: Evidence) -> str:
    name = escape(timeline.outlet(item.report.source))
    return _linked(f"{name}, {words.day(item.report.published)}", item)


def _linked(text: str, item: Evidence) -> str:
    url = words.link(item.report.url)
    return f"[{text}]({url})" if url else text


def _values(timeline: Timeline, claim: Claim, kind: str) -> str:
    now = [f"**{escape(words.value_words(v))}**" for v in current(claim, kind)]
    before = [_was(timeline, claim, v) for v in earlier(claim, kind)]
    return "; ".join([*dict.fromkeys(now), *dict.fromkeys(before)])


def _was(timeline: Timeline, claim: Claim, given: ClaimValue) -> str:
    source = next(
        (e.report.source for e in claim.evidence if e.report.id == given.report_id),
        None,
    )
    word = "but also" if given.relation == "contradicted" else "was"
    who = f"{words.day(given.said_at)}, {escape(timeline.outlet(source))}"
    return f"{word} {escape(words.value_words(given))} ({who})"


def _history(timeline: Timeline, claim: Claim) -> str:
    sources = {e.report.id: e.report.source for e in claim.evidence}
    parts = []
    for change in claim.changes:
        who = change.actor
        if change.actor == "rules":
            who = timeline.outlet(sources.get(change.report_id or ""))
        part = f"{change.new} on {words.day(change.changed_at)} ({escape(who)}"
        part += f": {escape(change.note)})" if change.note else ")"
        parts.append(part)
    return " → ".join(parts)


def _calendar(timeline: Timeline) -> list[str]:
    expected = timeline.expected()
    if not expected:
        return []
    lines = ["## Expected", "", "| When | Status | What |", "|---|---|---|"]
    for value, claim in expected:
        due = words.span(value.earliest, value.latest)
        row = f"{due[:1].upper()}{due[1:]} | {words.badge(claim)}"
        lines.append(f"| {row} | “{escape(claim.text)}” |")
    return lines
