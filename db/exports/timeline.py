"""What an export shows, and the questions that every format asks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from db.claim_rows import strongest
from db.exports import words
from db.instants import utc
from molva.model import Claim, ClaimValue, EventDate, Evidence, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Claims about one thing, as they stand on `as_of`; `sources` by name.

    `lang` is the language of the words around them; they themselves are verbatim.
    `site` is the address that the pages are served at, '' where they are not.
    `told` has the days of the reports of claims that came without their evidence,
    `left_out` is how many claims more there are.
    """

    title: str
    as_of: date
    claims: tuple[Claim, ...]
    sources: Mapping[str, Source] = field(default_factory=dict)
    lang: str = "en"
    site: str = ""
    told: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    left_out: int = 0

    @property
    def words(self) -> words.Words:
        """Return the words of the timeline's language."""
        return words.of(self.lang)

    def outlet(self, name: str | None) -> str:
        """Return a source's title, or its name where nobody declared it."""
        source = self.sources.get(name or "")
        return source.title if source else (name or self.words.text("unknown_outlet"))

    def chain(self, item: Evidence) -> str:
        """Say who says so, outermost first: `Courier → Vedomosti → two insiders`."""
        return " → ".join(self.hops(item))

    def hops(self, item: Evidence) -> list[str]:
        """Return the outlet, the outlet it cites and the speaker, each name once."""
        said = item.statement.attribution
        found = [words.plain(self.outlet(item.report.source))]
        for name in map(words.plain, (said.outlet, said.source)):
            if name and name.casefold() not in {hop.casefold() for hop in found}:
                found.append(name)
        return found

    def page(self, claim: Claim) -> str | None:
        """Return the address of a claim's page, None where the pages have none."""
        return f"{self.site}/molva/claim/{claim.id}" if self.site else None

    def by_first_said(self) -> list[Claim]:
        """Return the claims in the order they were first said, undated ones last."""
        return sorted(
            (claim for claim in self.claims if not claim.is_dismissed),
            key=lambda claim: (utc(claim.first_said_at) or "9999", _place(claim)),
        )

    def most_telling(self, limit: int) -> Timeline:
        """Return the timeline with at most so many claims."""
        kept = sorted(self.by_first_said(), key=telling, reverse=True)[: max(limit, 0)]
        return replace(self, claims=tuple(kept))

    def expected(self) -> list[tuple[EventDate, Claim]]:
        """Return what is still to come or overdue, by the day it should happen."""
        found = [
            (value, claim)
            for claim in self.by_first_said()
            if claim.outcome in ("open", "overdue")
            for value in current_dates(claim)[:1]
        ]
        return sorted(
            found, key=lambda item: (_due(item[0]), item[0].earliest or "", item[1].id)
        )


def telling(claim: Claim) -> tuple[int, bool, int]:
    """Rank a claim by what changed, whether it is about the future, how often told."""
    changed = len(claim.changes) + len(earlier(claim, "date"))
    reports = len({item.report.id for item in claim.evidence})
    return changed, claim.outcome is not None, reports


def _place(claim: Claim) -> tuple[str, int, str]:
    """Return where a claim was first told, so that one report keeps its order."""
    first = claim.evidence[0] if claim.evidence else None
    return (
        (first.report.id, first.statement.start, claim.id)
        if first
        else ("", 0, claim.id)
    )


def _due(value: EventDate) -> str:
    return value.latest or value.earliest or "9999"


def current_dates(claim: Claim) -> list[EventDate]:
    """Return the dates that stand and have bounds."""
    return [
        given.value
        for given in claim.values
        if given.is_current
        and isinstance(given.value, EventDate)
        and (given.value.earliest or given.value.latest)
    ]


def spoken(claim: Claim) -> Evidence | None:
    """Return the evidence whose words the claim's text is."""
    for item in claim.evidence:
        if item.statement.text == claim.text:
            return item
    return strongest(claim.evidence)


def current(claim: Claim, kind: str) -> list[ClaimValue]:
    """Return the values of one kind (`figure`, `date`) that stand."""
    return [v for v in claim.values if v.kind == kind and v.is_current]


def earlier(claim: Claim, kind: str) -> list[ClaimValue]:
    """Return values of one kind that were given and no longer stand, newest first."""
    return [
        v
        for v in claim.values
        if v.kind == kind and v.relation in ("revised", "contradicted")
    ]
