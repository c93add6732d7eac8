"""Timelines out of the database: the same filters for files and for downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args

from sqlite_utils import Database

from db.claims import load_claims
from db.exports.timeline import Timeline
from db.instants import is_day, utc
from db.lists import end_of, list_claims
from db.reviews import reviews
from db.sources import load_sources
from molva.hindsight import as_known
from molva.model import Claim, Status
from molva.names import key

#: Gives the key of the body that a body belongs to; reading knows it, storage does not.
Parents = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a timeline shall hold; None and '' ask for nothing in particular.

    `claim` is one id and goes before all else; `entity` a key, a name or an alias;
    `since` and `until` are days on or after and on or before which a claim was said;
    `lang` is the language of the claims' words. `as_of` shows all as it was known then,
    `most` only so many claims, those of which most is known.
    """

    claim: str | None = None
    topic: str | None = None
    entity: str | None = None
    source: str | None = None
    status: str | None = None
    since: str | None = None
    until: str | None = None
    lang: str | None = None
    as_of: date | None = None
    most: int | None = None


def asked_of(given: Mapping[str, str]) -> Asked:
    """Read filters from an address or an option's words; ValueError for bad ones."""
    chosen = {name: given[name] for name in FILTERS if given.get(name)}
    for name in ("since", "until", "as_of"):
        if (value := given.get(name)) and not is_day(value):
            raise ValueError(f"{name}: {value!r} is no day; write it like 2022-07-20")
    if (status := chosen.get("status")) and status not in get_args(Status):
        raise ValueError(f"status: {status!r} is none of {', '.join(get_args(Status))}")
    as_of, most = given.get("as_of"), given.get("most")
    if most and not (most.isdecimal() and int(most)):
        raise ValueError(f"most: {most!r} is no number of claims")
    return Asked(
        **chosen,
        as_of=date.fromisoformat(as_of[:10]) if as_of else None,
        most=int(most) if most else None,
    )


#: Filters by name, as addresses have them.
FILTERS = ("claim", "topic", "entity", "source", "status", "since", "until", "lang")


def timeline(
    db: Database,
    asked: Asked,
    *,
    lang: str = "en",
    site: str = "",
    parents: Parents = dict,
    limit: int | None = None,
) -> Timeline | None:
    """Return the claims asked for, None where there is no such claim, name or topic.

    `lang` is the language of the words around them, `site` the address of the pages.
    """
    if asked.topic and not db.table("topic").count_where("name = ?", [asked.topic]):
        return None
    ids = [asked.claim] if asked.claim else _ids(db, asked, limit)
    if ids is None:
        return None
    claims = load_claims(db, ids)
    if asked.claim and not claims:
        return None
    if asked.as_of is not None:
        claims = [c for c in _then(db, claims, asked.as_of, parents) if _has(c, asked)]
    found = Timeline(
        title=_title(db, asked),
        as_of=asked.as_of or date.today(),
        claims=tuple(claims),
        sources=load_sources(db),
        lang=lang,
        site=site,
    )
    return found if asked.most is None else found.most_telling(asked.most)


def unsigned(shown: Timeline, anonymous: str) -> Timeline:
    """Return a timeline without people's reasons, `anonymous` in place of names."""
    claims = tuple(
        replace(
            claim,
            changes=tuple(
                change
                if change.actor == "rules"
                else replace(change, note=None, actor=anonymous)
                for change in claim.changes
            ),
        )
        for claim in shown.claims
    )
    return replace(shown, claims=claims)


def _ids(db: Database, asked: Asked, limit: int | None) -> list[str] | None:
    """Return the claims to load; None where nothing has the name asked for.

    What depends on the day is asked only of today: `_has` asks it of an earlier one.
    """
    given: dict[str, Any] = {"topic": asked.topic, "source": asked.source}
    if asked.as_of is None:
        given |= {name: getattr(asked, name) for name in _DATED}
    else:
        given |= {"until": asked.as_of.isoformat(), "dismissed": True}
    chosen = {name: value for name, value in given.items() if value}
    for name in dict.fromkeys((asked.entity, asked.entity and key(asked.entity))):
        rows = list_claims(db, entity=name or None, sort="first", limit=limit, **chosen)
        if rows:
            return [row["id"] for row in rows]
    return None if asked.entity and not _is_named(db, asked.entity) else []


_DATED = ("status", "since", "until", "lang")


def _is_named(db: Database, entity: str) -> bool:
    sql = """SELECT 1 FROM entity WHERE key IN (?1, ?2) OR name = ?1
        UNION SELECT 1 FROM entity_alias WHERE alias = ?1 LIMIT 1"""
    return db.conn.execute(sql, (entity, key(entity))).fetchone() is not None


def _then(db: Database, claims: list[Claim], on: date, parents: Parents) -> list[Claim]:
    """Return claims as they were known on a day."""
    withdrawn = dict(
        db.conn.execute(
            """SELECT report_id, max(seen_at) FROM report_revision
            WHERE change_class = 'withdrawn' GROUP BY report_id"""
        )
    )
    return as_known(claims, reviews(db), on, parents=parents(), withdrawn=withdrawn)


def _has(claim: Claim, asked: Asked) -> bool:
    """Say of a claim as it was what `db.lists` asks of claims as they are."""
    said = [utc(item.report.published) for item in claim.evidence]
    last, first = max(filter(None, said), default=""), utc(claim.first_said_at)
    since, until = utc(asked.since or None), end_of(asked.until or None)
    return (
        (not asked.status or claim.status == asked.status)
        and (not asked.lang or claim.lang == asked.lang)
        and (
            not asked.source
            or asked.source in {item.report.source for item in claim.evidence}
        )
        and (since is None or last >= since)
        and (until is None or (first is not None and first < until))
    )


def _title(db: Database, asked: Asked) -> str:
    if asked.entity:
        sql = "SELECT name FROM entity WHERE key = ?"
        row = db.conn.execute(sql, (asked.entity,)).fetchone()
        return str(row[0]) if row else asked.entity
    return asked.topic or asked.source or "Molva"
