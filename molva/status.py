"""Is it attested? The status of a claim as a function of its evidence and reviews.

The policy is `RULES`, a table read from the top: the first line that holds decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from molva.bodies import as_one
from molva.chronology import (
    Moment,
    by_moment,
    day,
    instant_of,
    moment,
    moment_of,
    standing,
)
from molva.model import (
    Direction,
    Evidence,
    Modality,
    Review,
    Statement,
    Status,
    StatusChange,
)
from molva.names import key
from molva.origins import roots
from molva.reviews import VERDICTS, undone

#: What an authority may say to be taken at its word.
ATTESTING: frozenset[Modality] = frozenset({"fact", "plan", "forecast"})
#: How many outlets stand in for an authority that keeps silent.
INDEPENDENT_OUTLETS = 2


@dataclass(frozen=True, slots=True)
class Voices:
    """Who stands behind a claim and who against it, by their last words."""

    support: frozenset[str]
    deny: frozenset[str]
    outlets: frozenset[str]

    @property
    def is_silent(self) -> bool:
        """Say whether no authority has spoken."""
        return not (self.support or self.deny)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the policy: its name, its words, when it holds, what it gives."""

    name: str
    words: str
    holds: Callable[[Voices], bool]
    status: Status


RULES: tuple[Rule, ...] = (
    Rule(
        "authorities-disagree",
        "some authorities support it and some deny it, or one says both on one date",
        lambda said: bool(said.support and said.deny),
        "disputed",
    ),
    Rule(
        "authorities-support",
        "the last words of all authorities support it",
        lambda said: bool(said.support),
        "confirmed",
    ),
    Rule(
        "authorities-deny",
        "the last words of all authorities deny it",
        lambda said: bool(said.deny),
        "denied",
    ),
    Rule(
        "independent-outlets",
        "no authority has spoken, but two independent outlets report it as a fact",
        lambda said: said.is_silent and len(said.outlets) >= INDEPENDENT_OUTLETS,
        "confirmed",
    ),
    Rule(
        "no-authority",
        "no authority has spoken",
        lambda said: True,
        "rumor",
    ),
)

#: The rules' names for what people do.
PERSON = "person"
LIFTED = "person-lifted"

#: Each rule's name in words, for people.
RULE_WORDS: Mapping[str, str] = {
    **{rule.name: rule.words for rule in RULES},
    PERSON: "a person decided so",
    LIFTED: "a person took an earlier decision back",
}


def direction(statement: Statement, act: str | None = None) -> Direction:
    """Return how a statement bears on a claim about `act`, whoever says it.

    Possibilities, conditions and questions only mention it.
    """
    if statement.modality not in ATTESTING:
        return "mentions"
    denies = statement.polarity == "denies"
    if statement.act == "cancelled" and act not in (None, "cancelled"):
        denies = not denies
    return "denies" if denies else "supports"


def authority(statement: Statement, parents: Mapping[str, str] | None = None) -> str:
    """Return the body that speaks with authority, "" where nobody does.

    `parents` maps the key of a body to that of the one it belongs to.
    """
    said = statement.attribution
    if said.source_type != "official":
        return ""
    body = said.authority or key(said.source or "") or "official"
    seen = {body}
    while (parent := (parents or {}).get(body)) is not None and parent not in seen:
        body = parent
        seen.add(body)
    return body


def alone(statement: Statement) -> Status:
    """Return the status a claim would have from this one statement."""
    bearing = direction(statement)
    if not authority(statement) or bearing == "mentions":
        return "rumor"
    return "confirmed" if bearing == "supports" else "denied"


def last_words(
    evidence: Iterable[Evidence], parents: Mapping[str, str] | None = None
) -> dict[str, frozenset[Direction]]:
    """Return what each authority said on the last day on which it spoke."""
    return _last_words(standing(evidence), parents)


def _last_words(
    ordered: Iterable[Evidence], parents: Mapping[str, str] | None
) -> dict[str, frozenset[Direction]]:
    spoken: dict[str, tuple[str, frozenset[Direction]]] = {}
    said = [
        (body, item)
        for item in ordered
        if (body := authority(item.statement, parents)) and item.direction != "mentions"
    ]
    one = as_one({body for body, _ in said})
    for name, item in said:
        body = one[name]
        on = moment(item.report)[0]
        before, words = spoken.get(body, ("", frozenset()))
        kept = words if on == before else frozenset()
        spoken[body] = (on, kept | {item.direction})
    return {body: words for body, (_, words) in spoken.items()}


def voices(
    evidence: Sequence[Evidence], parents: Mapping[str, str] | None = None
) -> Voices:
    """Return who stands where; outlets count only while authorities are silent."""
    return _voices(standing(evidence), parents)


def _voices(ordered: Sequence[Evidence], parents: Mapping[str, str] | None) -> Voices:
    words = _last_words(ordered, parents)
    support = frozenset(body for body, said in words.items() if "supports" in said)
    deny = frozenset(body for body, said in words.items() if "denies" in said)
    outlets = frozenset[str]() if words else _outlets(ordered)
    return Voices(support, deny, outlets)


def _outlets(evidence: Sequence[Evidence]) -> frozenset[str]:
    """Return the independent origins that report a past fact in their own voice."""
    own = [item for item in evidence if is_own_voice(item)]
    if len(own) < INDEPENDENT_OUTLETS:
        return frozenset()
    root = roots(evidence)
    return frozenset(root[item.statement.id] for item in own)


def is_own_voice(item: Evidence) -> bool:
    """Say whether an outlet states a past fact itself, without a hedge or a source."""
    said = item.statement.attribution
    return (
        item.direction == "supports"
        and item.statement.modality == "fact"
        and said.source_type == "unattributed"
        and not (said.cue or said.outlet or said.source)
        and item.report.kind != "official"
        and not _is_ahead(item)
    )


def _is_ahead(item: Evidence) -> bool:
    """Say whether a statement speaks of days after its report."""
    today = day(item.report)
    return today is not None and any(
        date.earliest is not None and date.earliest > today
        for date in item.statement.asserted().dates
    )


def rule_for(
    evidence: Sequence[Evidence], parents: Mapping[str, str] | None = None
) -> Rule:
    """Return the line of the policy that decides on this evidence."""
    return _rule(standing(evidence), parents)


def _rule(ordered: Sequence[Evidence], parents: Mapping[str, str] | None) -> Rule:
    said = _voices(ordered, parents)
    return next(rule for rule in RULES if rule.holds(said))


def history(
    evidence: Sequence[Evidence],
    reviews: Sequence[Review] = (),
    *,
    parents: Mapping[str, str] | None = None,
) -> tuple[StatusChange, ...]:
    """Return the first status of a claim and each change since, oldest first.

    Evidence of withdrawn reports does not count. `changed_at` is the time the deciding
    report gives, null where it gives none. A person's decision stands until it is
    taken back.
    """
    changes: list[StatusChange] = []
    seen: list[Evidence] = []
    decisions: list[Review] = []
    outlets = 0
    for _, step in _steps(standing(evidence), reviews):
        if isinstance(step, _Verdict):
            decisions = step.applied(decisions)
        else:
            seen.extend(step)
            outlets += sum(map(is_own_voice, step))
            # what no rule hears changes nothing, unless it tells where outlets have it
            is_heard = any(_is_heard(item, parents) for item in step)
            if changes and not is_heard and outlets < INDEPENDENT_OUTLETS:
                continue
        _note(changes, _change(seen, decisions, step, parents))
    return tuple(changes)


def _is_heard(item: Evidence, parents: Mapping[str, str] | None) -> bool:
    """Say whether the rules hear a piece of evidence by itself."""
    speaks = item.direction != "mentions" and authority(item.statement, parents)
    return bool(speaks) or is_own_voice(item)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A person's decision taken (or taken back, where `is_lifted`)."""

    review: Review
    by: Review
    is_lifted: bool

    def applied(self, decisions: list[Review]) -> list[Review]:
        if self.is_lifted:
            return [review for review in decisions if review.id != self.review.id]
        return [*decisions, self.review]


_Step = list[Evidence] | _Verdict


def _steps(
    evidence: Sequence[Evidence], reviews: Sequence[Review]
) -> list[tuple[Moment, _Step]]:
    """Return what happened, in order; people decide on what is there already."""
    groups = by_moment(evidence)
    steps: list[tuple[Moment, _Step]] = [(moment(g[0].report), g) for g in groups]
    first = steps[0][0] if steps else ("", 0.0)
    for verdict in _verdicts(reviews):
        steps.append((max(first, moment_of(verdict.by.at)), verdict))
    return sorted(steps, key=lambda step: step[0])


def _verdicts(reviews: Sequence[Review]) -> list[_Verdict]:
    """Return the decisions on status in force at some time, and their ends."""
    taken = undone(reviews)
    found: list[_Verdict] = []
    for review in reviews:
        if review.verb not in VERDICTS:
            continue
        end = taken.get(review.id)
        if end is None or end.verb == "undo":
            found.append(_Verdict(review, review, is_lifted=False))
        if end is not None and end.verb == "undo":
            found.append(_Verdict(review, end, is_lifted=True))
    return sorted(found, key=lambda v: (moment_of(v.by.at), v.by.id))


def _change(
    seen: Sequence[Evidence],
    decisions: Sequence[Review],
    step: _Step,
    parents: Mapping[str, str] | None,
) -> StatusChange:
    """Return the state after `step` as the row that would record it."""
    if decisions:
        review = decisions[-1]
        return _by_person(review, VERDICTS[review.verb], PERSON)
    rule = _rule(seen, parents)
    if isinstance(step, _Verdict):
        return _by_person(step.by, rule.status, LIFTED)
    item = _deciding(step, rule.status)
    return StatusChange(
        changed_at=item.report.published,
        old=None,
        new=rule.status,
        rule=rule.name,
        statement_id=item.statement.id,
        report_id=item.report.id,
    )


def _by_person(review: Review, status: Status, rule: str) -> StatusChange:
    return StatusChange(
        changed_at=review.at,
        old=None,
        new=status,
        rule=rule,
        statement_id=None,
        report_id=None,
        actor=review.actor,
        note=review.note,
    )


def _deciding(step: Sequence[Evidence], status: Status) -> Evidence:
    """Return the evidence of one moment that weighs most for `status`."""
    wanted: Direction = "supports" if status == "confirmed" else "denies"

    def weight(item: Evidence) -> tuple[bool, bool, bool]:
        speaks = bool(authority(item.statement)) and item.direction != "mentions"
        return speaks, item.direction == wanted, is_own_voice(item)

    return max(step, key=weight)


def _note(changes: list[StatusChange], change: StatusChange) -> None:
    """Append `change` if it is the first or differs from what stands."""
    if not changes:
        changes.append(change)
    elif changes[-1].new != change.new:
        changes.append(_after(changes[-1], change))


def _after(last: StatusChange, change: StatusChange) -> StatusChange:
    return StatusChange(
        changed_at=change.changed_at,
        old=last.new,
        new=change.new,
        rule=change.rule,
        statement_id=change.statement_id,
        report_id=change.report_id,
        actor=change.actor,
        note=change.note,
    )


def contrary(evidence: Iterable[Evidence], decision: Review) -> list[Evidence]:
    """Return what speaks against a person's verdict and came after it, in order.

    Only what could have made the rules say otherwise: the word of an authority, or an
    outlet that reports a fact itself.
    """
    status = VERDICTS[decision.verb]
    against: Mapping[Direction, bool] = {
        "supports": status != "confirmed",
        "denies": status != "denied",
        "mentions": False,
    }
    return [
        item
        for item in standing(evidence)
        if against[item.direction]
        and (authority(item.statement) or is_own_voice(item))
        and is_after(item, decision)
    ]


def is_after(item: Evidence, decision: Review) -> bool:
    """Say whether a report was published, or first seen, after a decision."""
    stamps = (item.report.published, item.report.seen_at)
    times = [instant_of(stamp) for stamp in stamps if stamp]
    decided = instant_of(decision.at)
    return any(at > decided for at in times)


def credibility(status: Status, evidence: Sequence[Evidence]) -> int:
    """Return how credible a claim is on the Admiralty scale, 1 (confirmed) to 6.

    After NATO AJP-2.1 as DESIGN §3 applies it: 2 means two or more independent
    origins, 3 one origin with a named speaker or several insiders.
    """
    settled = {"confirmed": 1, "disputed": 4, "denied": 5}.get(status)
    if settled is not None:
        return settled
    saying = [item for item in standing(evidence) if is_saying(item)]
    root = roots(saying)
    if len(set(root.values())) >= INDEPENDENT_OUTLETS:
        return 2
    return 3 if any(_is_close(item.statement) for item in saying) else 6


def is_saying(item: Evidence) -> bool:
    """Say whether a statement puts the claim forward, however hedged."""
    statement = item.statement
    return item.direction != "denies" and (
        statement.modality != "question" and statement.polarity == "asserts"
    )


def _is_close(statement: Statement) -> bool:
    """Say whether a named speaker or several insiders stand behind a statement."""
    said = statement.attribution
    if said.source_type == "anonymous":
        return (said.count or 1) >= 2
    return said.source_type in ("expert", "official") and bool(
        said.source or said.authority
    )
