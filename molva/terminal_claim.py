"""One claim on the terminal: why it stands as it does, and what a decision did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.markup import escape

from db.exports.timeline import Timeline
from db.exports.words import EN, origin_letters
from molva.chronology import in_order
from molva.model import Claim, ClaimValue, Evidence, Figure, Review, StatusChange
from molva.reviews import Reviewed, decide
from molva.status import contrary
from molva.terminal import (
    badge,
    count,
    decision_words,
    grid,
    one_line,
    out,
    reviews_table,
    slips,
)

#: Relation of a value to the current one → words.
_RELATION = {
    "current": "stands",
    "revised": "earlier",
    "contradicted": "contradicts it",
    "repeated": "the same",
}


def show_claim(
    claim: Claim,
    timeline: Timeline,
    made: Sequence[Review] = (),
    alike: Iterable[tuple[str, str, float]] = (),
    kept: Mapping[str, str] | None = None,
) -> None:
    """Print a claim whole: values over time, evidence with quotes, each change.

    `made` are the reviews of this claim, `alike` (id, text, score) of suggested ones,
    `kept` tells by statement where the page lies that said it.
    """
    _head(claim)
    _decision(claim, timeline, made)
    _values(claim, timeline)
    _evidence(claim, timeline, kept or {})
    _history(claim, timeline)
    if made:
        out.print("\n[bold]Decisions[/]")
        out.print(reviews_table(made))
    _alike(claim, list(alike))


def _head(claim: Claim) -> None:
    out.print(f"[bold]{escape(one_line(claim.text))}[/]")
    if claim.text_polarity == "denies":
        out.print("[dim]Nobody asserted it: the words are those of the denial.[/]")
    outcome = EN.OUTCOME.get(claim.outcome or "")
    out.print(badge(claim.status) + (f", {outcome}" if outcome else ""))
    facts = [
        f"claim {claim.id}",
        f"credibility {claim.credibility} of 6, {EN.CREDIBILITY[claim.credibility]}",
        count(claim.origin_count, "origin"),
    ]
    if moved := slips(claim.slip_count, claim.slip_days):
        facts.append(moved)
    if claim.is_contradicted:
        facts.append("values contradict each other")
    if claim.is_challenged:
        facts.append("newer evidence speaks against a decision")
    if claim.is_dismissed:
        facts.append("dismissed: no claim, not counted")
    out.print(f"[dim]{escape(' · '.join(facts))}[/]")


def _decision(claim: Claim, timeline: Timeline, made: Sequence[Review]) -> None:
    """Print the verdict that stands, and what has spoken against it since."""
    verdict = decide(made).verdicts.get(claim.id)
    if verdict is None:
        return
    note = f": {one_line(verdict.note)}" if verdict.note else ""
    out.print(
        escape(f"{verdict.actor} decided so on {verdict.at[:10]}{note}")
        + f"  [dim](the rules say {claim.rules_status})[/]"
    )
    for item in contrary(claim.evidence, verdict):
        out.print(
            f"[red]![/] since then, {_day(item.report.published)}: "
            + escape(f"{timeline.chain(item)} {EN.stance(item)}")
        )


def _values(claim: Claim, timeline: Timeline) -> None:
    if not claim.values:
        return
    sources = {e.report.id: e.report.source for e in claim.evidence}
    out.print("\n[bold]Values[/] [dim]what stands first, then the newest[/]")
    table = grid(1, 14, 10)
    for given in claim.values:
        outlet = EN.plain(timeline.outlet(sources.get(given.report_id)))
        told = escape(EN.value_words(given))
        table.add_row(
            "→" if given.is_current else "",
            f"[bold]{_relation(given)}[/]" if given.is_current else _relation(given),
            _day(given.said_at),
            f"{told}{_measure(given)}  [dim]{escape(outlet)}[/]",
        )
    out.print(table)


def _relation(given: ClaimValue) -> str:
    words_for = _RELATION[given.relation]
    return f"[red]{words_for}[/]" if given.relation == "contradicted" else words_for


def _measure(given: ClaimValue) -> str:
    measure = given.value.measure if isinstance(given.value, Figure) else None
    return f" [dim]{escape(measure)}[/]" if measure else ""


def _evidence(claim: Claim, timeline: Timeline, kept: Mapping[str, str]) -> None:
    out.print("\n[bold]Evidence[/] [dim]with the ids that `split` takes[/]")
    letters = origin_letters(claim.evidence)
    table = grid(10, 6)
    for item in in_order(claim.evidence):
        table.add_row(
            _day(item.report.published),
            f"[cyan]{item.statement.id[:6]}[/]",
            _piece(item, timeline, letters, kept.get(item.statement.id)),
        )
    out.print(table)


def _piece(
    item: Evidence,
    timeline: Timeline,
    letters: Mapping[str, tuple[str, str]],
    kept: str | None,
) -> str:
    """Return one piece of evidence: who, what kind of voice, the quote, the link."""
    letter, root = letters[item.statement.id]
    facts = [
        EN.stance(item),
        EN.voice(item),
        item.statement.modality,
        f"origin {letter} ({root})",
    ]
    if item.report.is_withdrawn:
        facts.append("withdrawn by the outlet, does not count")
    lines = [
        escape(timeline.chain(item)),
        f"[dim]{escape(' · '.join(facts))}[/]",
        f"[italic]{escape(one_line(item.statement.text))}[/]",
    ]
    if link := EN.link(item.report.url):
        lines.append(f"[dim]{escape(link)}[/]")
    if kept:
        lines.append(f"[dim]{escape(kept)}[/]")
    return "\n".join(lines) + "\n"


def _history(claim: Claim, timeline: Timeline) -> None:
    out.print("[bold]History[/]")
    by_id = {item.statement.id: item for item in claim.evidence}
    table = grid(10, 24)
    for change in claim.changes:
        old = f"{change.old} → " if change.old else ""
        table.add_row(
            _day(change.changed_at),
            old + badge(change.new),
            escape(_because(change, by_id, timeline)),
        )
    out.print(table)


def _because(
    change: StatusChange, evidence: Mapping[str, Evidence], timeline: Timeline
) -> str:
    """Return a change's rule in words, and who made it hold."""
    why = EN.rule_words(change.rule)
    if change.actor != "rules":
        why = f"{why}: {change.actor}"
        return f"{why}, {one_line(change.note)}" if change.note else why
    item = evidence.get(change.statement_id or "")
    return f"{why}: {timeline.chain(item)}" if item else why


def _alike(claim: Claim, alike: Sequence[tuple[str, str, float]]) -> None:
    if not alike:
        return
    out.print("\n[bold]Perhaps the same[/]")
    table = grid(6, 4)
    for other, text, score in alike:
        table.add_row(f"[cyan]{other[:6]}[/]", f"{score:.0%}", escape(one_line(text)))
    out.print(table)
    name = claim.id[:6]
    out.print(f"[dim]→ molva review {name} merge OTHER · or: set apart OTHER[/]")


def _day(stamp: str | None) -> str:
    return (stamp or "undated")[:10]


def show_decision(done: Reviewed, told: Sequence[Claim]) -> None:
    """Print what a decision left behind, and how to take it back."""
    made = done.undone or done.review
    what = escape(decision_words(made))
    out.print(f"{'taken back' if done.undone else 'decided'}: [bold]{what}[/]")
    table = grid(6, 11)
    for claim in told:
        outcome = f"\n[dim]  {claim.outcome}[/]" if claim.outcome else ""
        facts = _standing(claim)
        table.add_row(
            f"[cyan]{claim.id[:6]}[/]",
            badge(claim.status) + outcome,
            escape(one_line(claim.text)) + f"\n[dim]{escape(facts)}[/]",
        )
    if told:
        out.print(table)
    for claim_id in done.gone:
        out.print(f"[dim]{claim_id[:6]} is no claim of its own any more[/]")
    if done.is_refiling:
        out.print("[dim]statements with the name were filed anew[/]")
    if not done.undone:
        name = f" {done.claim_id[:6]}" if done.claim_id else ""
        out.print(f"[dim]→ molva review{name} undo takes it back[/]")


def _standing(claim: Claim) -> str:
    said = count(len(claim.evidence), "statement")
    facts = [f"{said}, {count(claim.origin_count, 'origin')}"]
    if claim.is_contradicted:
        facts.append("values contradict each other")
    if claim.rules_status:
        facts.append(f"the rules say {claim.rules_status}")
    if claim.is_challenged:
        facts.append("newer evidence speaks against the decision")
    if claim.is_dismissed:
        facts.append("dismissed")
    return " · ".join(facts)
