"""The records that cross rooms: frozen, one JSON line each, ids made of content.

``Source → Report → Reading (Statements) → Evidence → Claim``. Offsets are characters of
the report's text, end exclusive. Instants are ISO 8601 strings that keep the outlet's
own offset; event days are ``YYYY-MM-DD``. A field that is not known is None.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Kind = Literal["media", "agency", "trade", "official"]
Reliability = Literal["A", "B", "C", "D", "E", "F"]
Access = Literal["full", "partial"]
SourceType = Literal[
    "official", "expert", "document", "anonymous", "media", "unattributed"
]
Modality = Literal["fact", "plan", "forecast", "possibility", "question"]
Polarity = Literal["asserts", "denies"]
Bound = Literal["exact", "approx", "min", "max"]
Direction = Literal["supports", "denies", "mentions"]
Status = Literal["rumor", "confirmed", "denied", "disputed"]
Outcome = Literal["open", "fulfilled", "late", "missed", "overdue"]
ReviewVerb = Literal[
    "confirm",
    "deny",
    "reopen",
    "dismiss",
    "undo",
    "merge",
    "split",
    "set",
    "alias",
]

Record = TypeVar("Record")
Spanned = TypeVar("Spanned", bound="Entity | Figure | EventDate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet or site. `aliases` are names under which others cite it."""

    name: str
    title: str
    kind: Kind
    lang: str
    family: str | None = None
    reliability: Reliability = "F"
    home: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One article or release; `published` is null where the page does not give it.

    `record_file` and `record_offset` name the WARC record of the page it was read from,
    `revision` the version that a stored report is of.
    """

    id: str
    source: str
    key: str
    text: str
    title: str = ""
    url: str | None = None
    kind: Kind = "media"
    lang: str | None = None
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    access: Access = "full"
    seen_at: str | None = None
    body_sha256: str | None = None
    record_file: str | None = None
    record_offset: int | None = None
    revision: int | None = None
    layers: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """The words that decided something; `category` names what (see cues.toml)."""

    start: int
    end: int
    text: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A named thing. `name` is its normal form, `key` the same in every script."""

    start: int
    end: int
    text: str
    label: str
    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another name of the entity `key`, as a text declares it.

    A firm one is a person's word and wins over all that is known of the name.
    """

    name: str
    key: str
    label: str
    lang: str
    is_firm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A quantity (DESIGN §5). A null end of the range is open; `unit` may be null."""

    start: int
    end: int
    text: str
    low: float | None
    high: float | None
    unit: str | None
    bound: Bound
    measure: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDate:
    """When something happens: TIMEX3 value and mod, EDTF, and the bounds in days."""

    start: int
    end: int
    text: str
    timex: str | None
    mod: str | None
    edtf: str | None
    earliest: str | None
    latest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who says so: this outlet → `outlet` (cited) → `source` (speaker).

    `authority` is the entity key of the body that speaks on the record, null where
    nobody does; `closeness` the words that place an unnamed source.
    """

    source_type: SourceType = "unattributed"
    source: str | None = None
    count: int | None = None
    cue: str | None = None
    outlet: str | None = None
    source_start: int | None = None
    source_end: int | None = None
    cue_start: int | None = None
    cue_end: int | None = None
    authority: str | None = None
    closeness: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one report asserts in one stretch of its text.

    `subject` is the entity key the statement is about, `act` the canonical predicate
    (see acts.toml), `change` a multiple or fraction of something unnamed. Where the
    text also tells who says so, `content_start`–`content_end` is what they say.
    `topic` holds the keys of what the whole report is about, the most telling first;
    `things` the lemmas of the nouns in what is said, without names and acts. `edition`
    is the first revision of the report that says so: an edit replaces words.
    """

    id: str
    report_id: str
    lang: str
    start: int
    end: int
    text: str
    modality: Modality
    polarity: Polarity
    attribution: Attribution
    subject: str | None = None
    act: str | None = None
    change: str | None = None
    figures: tuple[Figure, ...] = ()
    dates: tuple[EventDate, ...] = ()
    entities: tuple[Entity, ...] = ()
    cues: tuple[Cue, ...] = ()
    content_start: int | None = None
    content_end: int | None = None
    topic: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    edition: int = 1

    def __hash__(self) -> int:
        # equal statements have one id, and most of a look-up is the hash of the rest
        return hash(self.id)

    @property
    def content(self) -> str:
        """The text without who says so."""
        if self.content_start is None or self.content_end is None:
            return self.text
        return self.text[
            self.content_start - self.start : self.content_end - self.start
        ]

    def asserted(self) -> Statement:
        """Return the statement without who says so, and when they said it."""
        start, end = self.content_start, self.content_end
        if start is None or end is None:
            return self
        return dataclasses.replace(
            self,
            start=start,
            end=end,
            text=self.content,
            figures=_within(self.figures, start, end),
            dates=_within(self.dates, start, end),
            entities=_within(self.entities, start, end),
            content_start=None,
            content_end=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one report's text gave; the main statement comes first."""

    report_id: str
    lang: str
    entities: tuple[Entity, ...] = ()
    figures: tuple[Figure, ...] = ()
    dates: tuple[EventDate, ...] = ()
    statements: tuple[Statement, ...] = ()
    aliases: tuple[Alias, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHead:
    """What the ledger needs to know of a report; `shingles` is its MinHash."""

    id: str
    source: str
    kind: Kind
    lang: str
    title: str = ""
    url: str | None = None
    published: str | None = None
    seen_at: str | None = None
    family: str | None = None
    reliability: Reliability = "F"
    is_withdrawn: bool = False
    shingles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A statement as it bears on a claim; `origin` is the root it traces to."""

    statement: Statement
    report: ReportHead
    direction: Direction
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimValue:
    """A figure or date ever given for a claim, who gave it and whether it stands."""

    kind: Literal["figure", "date"]
    value: Figure | EventDate
    statement_id: str
    report_id: str
    said_at: str | None
    is_current: bool
    relation: Literal["current", "revised", "contradicted", "repeated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """One row of a claim's history: the rule or the person, and the evidence."""

    changed_at: str | None
    old: Status | None
    new: Status
    rule: str
    statement_id: str | None
    report_id: str | None
    actor: str = "rules"
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's decision. `argument` is the verb's object (a claim, a name …)."""

    id: str
    claim_id: str | None
    verb: ReviewVerb
    actor: str
    at: str
    note: str | None = None
    argument: str | None = None
    is_undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Statements of any report that say the same; all of it follows from `evidence`.

    Where a person decided the status, `rules_status` is what the rules say, and
    `is_challenged` whether newer evidence speaks against the person.
    """

    id: str
    text: str
    text_polarity: Polarity
    lang: str
    subject: str | None
    act: str | None
    status: Status
    credibility: int
    outcome: Outcome | None
    first_said_at: str | None
    first_source: str | None
    last_changed_at: str | None
    origin_count: int
    slip_count: int = 0
    slip_days: int = 0
    is_dismissed: bool = False
    is_contradicted: bool = False
    rules_status: Status | None = None
    is_challenged: bool = False
    values: tuple[ClaimValue, ...] = ()
    changes: tuple[StatusChange, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def _within(items: tuple[Spanned, ...], start: int, end: int) -> tuple[Spanned, ...]:
    # what begins inside belongs inside: a closing quote may stand just outside
    return tuple(item for item in items if start <= item.start < end)


def stable_id(*parts: str) -> str:
    """Return the 16-digit hexadecimal id of `parts` (64-bit BLAKE2b)."""
    return blake2b(
        "\x1f".join(parts).encode("utf-8", "replace"), digest_size=8
    ).hexdigest()


def report_id(source: str, key: str) -> str:
    """Return the id of the report that `source` itself calls `key`."""
    return stable_id("report", source, key)


def statement_id(report: str, text: str, occurrence: int = 0) -> str:
    """Return the id of the n-th occurrence of `text` in a report."""
    return stable_id("statement", report, text, str(occurrence))


def to_json(record: Any) -> str:
    """Write a record as one JSON line (UTF-8, keys in field order)."""
    return json.dumps(dataclasses.asdict(record), ensure_ascii=False)


def from_json(cls: type[Record], line: str) -> Record:
    """Read what `to_json` wrote; a missing or unknown key raises TypeError."""
    return from_dict(cls, json.loads(line))


def from_dict(cls: type[Record], data: Mapping[str, Any]) -> Record:
    """Build a record of `cls`, nested records and tuples included."""
    hints: dict[str, Any] = _hints(cls)  # type: ignore[arg-type]
    return cls(**{k: _value(hints.get(k, Any), v) for k, v in data.items()})


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, types.UnionType):
        return _value(_alternative(hint, value), value)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], item) for item in value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_dict(hint, value)
    return value


def _alternative(hint: Any, value: Any) -> Any:
    """Pick the record whose fields the value has; for plain types the first."""
    options = [h for h in get_args(hint) if h is not type(None)]
    if isinstance(value, Mapping):
        for option in options:
            if dataclasses.is_dataclass(option) and set(value) <= {
                f.name for f in dataclasses.fields(option)
            }:
                return option
    return options[0]
