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
        said = timeline.words.day(claim.first_said_at)
        if said != shown:
            lines += [f"## {words.capital(said)}", ""]
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
    say = timeline.words
    parts = [
        say.count(status, counts[status]) for status in say.STATUS if counts[status]
    ]
    day, total = say.day(timeline.as_of.isoformat()), say.count("claims", len(claims))
    text = say.text("stood", day=day, claims=total)
    return f"*{text}{': ' if parts else ''}{', '.join(parts)}.*"


def _claim(timeline: Timeline, claim: Claim) -> Iterator[str]:
    say = timeline.words
    yield f"**{say.badge(claim)}** — {say.quote(escape(claim.text))}"
    yield ""
    yield from _said_by(timeline, claim)
    if claim.text_polarity == "denies":
        yield f"- {say.text('only_denied')}"
    for kind, label in (("figure", "figures"), ("date", "dates")):
        if line := _values(timeline, claim, kind):
            yield f"- {say.text(label)}: {line}"
    if claim.is_contradicted:
        yield f"- {say.text('contradicted')}"
    if claim.slip_count:
        times = say.count("times", claim.slip_count)
        days = say.count("days", claim.slip_days)
        yield f"- {say.text('moved', times=times, days=days)}"
    if len(claim.changes) > 1:
        yield f"- {say.text('status')}: {_history(timeline, claim)}"


def _said_by(timeline: Timeline, claim: Claim) -> Iterator[str]:
    """Name the voice of the words shown, who was first, and the other reports."""
    item = spoken(claim)
    if item is None:
        return
    first, say = claim.evidence[0], timeline.words
    named = {item.report.id}
    yield f"- {say.text('said_by', who=_who(timeline, item))}"
    if first.report.id != item.report.id:
        named.add(first.report.id)
        yield f"- {say.text('first_reported', who=_who(timeline, first))}"
    others = {e.report.id: e for e in claim.evidence if e.report.id not in named}
    if others:
        who = "; ".join(_cite(timeline, e) for e in others.values())
        yield f"- {say.text('also_in', who=who)}"


def _who(timeline: Timeline, item: Evidence) -> str:
    say = timeline.words
    who = f"{escape(timeline.chain(item))} ({escape(say.voice(item))})"
    return f"{who}, {_linked(say.day(item.report.published), item)}"


def _cite(timeline: Timeline, item: Evidence) -> str:
    name = escape(timeline.outlet(item.report.source))
    return _linked(f"{name}, {timeline.words.day(item.report.published)}", item)


def _linked(text: str, item: Evidence) -> str:
    url = words.link(item.report.url)
    return f"[{text}]({url})" if url else text


def _values(timeline: Timeline, claim: Claim, kind: str) -> str:
    now = [f"**{escape(timeline.words.value_words(v))}**" for v in current(claim, kind)]
    before = [_was(timeline, claim, v) for v in earlier(claim, kind)]
    return "; ".join([*dict.fromkeys(now), *dict.fromkeys(before)])


def _was(timeline: Timeline, claim: Claim, given: ClaimValue) -> str:
    source = next(
        (e.report.source for e in claim.evidence if e.report.id == given.report_id),
        None,
    )
    say = timeline.words
    who = f"{say.day(given.said_at)}, {escape(timeline.outlet(source))}"
    return f"{escape(say.earlier_words(given))} ({who})"


def _history(timeline: Timeline, claim: Claim) -> str:
    sources = {e.report.id: e.report.source for e in claim.evidence}
    parts, say = [], timeline.words
    for change in claim.changes:
        who = change.actor
        if change.actor == "rules":
            who = timeline.outlet(sources.get(change.report_id or ""))
        status, day = say.status(change.new), say.day(change.changed_at)
        part = f"{say.text('status_on', status=status, day=day)} ({escape(who)}"
        part += f": {escape(change.note)})" if change.note else ")"
        parts.append(part)
    return " → ".join(parts)


def _calendar(timeline: Timeline) -> list[str]:
    expected = timeline.expected()
    if not expected:
        return []
    say = timeline.words
    heads = " | ".join(say.text(key) for key in ("when", "status", "what"))
    lines = [f"## {say.text('expected_title')}", "", f"| {heads} |", "|---|---|---|"]
    for value, claim in expected:
        due = words.capital(say.span(value.earliest, value.latest))
        row = f"{due} | {say.badge(claim)}"
        lines.append(f"| {row} | {say.quote(escape(claim.text))} |")
    return lines
