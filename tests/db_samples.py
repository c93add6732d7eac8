"""Invented reports and claims for the tests of the storage room."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from db.store import (
    evidence,
    open_db,
    place,
    save_claims,
    save_readings,
    save_reports,
    save_sources,
    transaction,
)
from molva.model import (
    Attribution,
    Claim,
    ClaimValue,
    Entity,
    EventDate,
    Evidence,
    Figure,
    Reading,
    Report,
    Source,
    Statement,
    StatusChange,
    report_id,
    statement_id,
)

SOURCES = (
    Source(
        name="vestnik",
        title="Вестник Заречья",
        kind="media",
        lang="ru",
        family="zarechye",
        aliases=("Вестник",),
    ),
    Source(name="volna", title="Volna Motors", kind="official", lang="ru"),
    Source(name="courier", title="The Courier", kind="media", lang="en"),
)
RUSSIAN = (
    "Компания «Волна» выпустит 600 электромобилей до конца 2022 года, "
    "сообщили два источника, знакомые с проектом. Ещё о ценах речи не идёт."
)
ENGLISH = (
    "Volna Motors said on Tuesday that it would build 400 electric cars by the end "
    "of 2022, fewer than earlier reports had suggested."
)


def report(source: str, key: str, text: str, **fields: object) -> Report:
    given: dict[str, object] = {
        "id": report_id(source, key),
        "source": source,
        "key": key,
        "text": text,
        "title": f"Report {key}",
        "url": f"https://{source}.example/{key}",
        "lang": "ru" if any("а" <= c <= "я" for c in text) else "en",
        "seen_at": "2022-07-21T00:00:00Z",
    }
    return Report(**{**given, **fields})  # type: ignore[arg-type]


def figure(text: str, words: str, low: float) -> Figure:
    start = text.index(words)
    return Figure(
        start=start,
        end=start + len(words),
        text=words,
        low=low,
        high=low,
        unit="car",
        bound="exact",
        measure="produced",
        of="cars",
    )


def deadline(text: str, words: str) -> EventDate:
    start = text.index(words)
    return EventDate(
        start=start,
        end=start + len(words),
        text=words,
        timex="2022",
        mod="END",
        edtf="../2022-12-31",
        earliest=None,
        latest="2022-12-31",
    )


def statement(of: Report, text: str, said: Attribution, **fields: object) -> Statement:
    start = of.text.index(text)
    given: dict[str, object] = {
        "id": statement_id(of.id, text),
        "report_id": of.id,
        "lang": of.lang,
        "start": start,
        "end": start + len(text),
        "text": text,
        "modality": "plan",
        "polarity": "asserts",
        "attribution": said,
        "subject": "volna",
        "act": "produced",
    }
    return Statement(**{**given, **fields})  # type: ignore[arg-type]


def volna(text: str, words: str) -> Entity:
    start = text.index(words)
    return Entity(
        start=start,
        end=start + len(words),
        text=words,
        label="ORG",
        name=words,
        key="volna",
    )


RUMOR = report("vestnik", "101", RUSSIAN, published="2022-07-20T10:00:00+03:00")
NEWS = report("courier", "a-1", ENGLISH, published="2022-07-26T09:00:00+01:00")
RUMOR_SAID = statement(
    RUMOR,
    RUSSIAN.split(". ")[0] + ".",
    Attribution(
        source_type="anonymous",
        source="два источника, знакомые с проектом",
        count=2,
        cue="сообщили",
        closeness="знакомые с проектом",
    ),
    figures=(figure(RUSSIAN, "600 электромобилей", 600),),
    dates=(deadline(RUSSIAN, "до конца 2022 года"),),
    entities=(volna(RUSSIAN, "Волна"),),
)
NEWS_SAID = statement(
    NEWS,
    ENGLISH,
    Attribution(
        source_type="official", source="Volna Motors", cue="said", authority="volna"
    ),
    figures=(figure(ENGLISH, "400 electric cars", 400),),
    dates=(deadline(ENGLISH, "by the end of 2022"),),
    entities=(volna(ENGLISH, "Volna Motors"),),
)


def values() -> tuple[ClaimValue, ...]:
    def value(of: Report, said: Statement, kind: str, *, current: bool) -> ClaimValue:
        return ClaimValue(
            kind=kind,  # type: ignore[arg-type]
            value=said.figures[0] if kind == "figure" else said.dates[0],
            statement_id=said.id,
            report_id=of.id,
            said_at=of.published,
            is_current=current,
            relation="current" if current else "revised",
        )

    return (
        value(NEWS, NEWS_SAID, "figure", current=True),
        value(RUMOR, RUMOR_SAID, "figure", current=False),
        value(NEWS, NEWS_SAID, "date", current=True),
    )


def claim(borne: tuple[Evidence, ...], **fields: object) -> Claim:
    given: dict[str, object] = {
        "id": RUMOR_SAID.id,
        "text": ENGLISH,
        "text_polarity": "asserts",
        "lang": "en",
        "subject": "volna",
        "act": "produced",
        "status": "confirmed",
        "credibility": 1,
        "outcome": "open",
        "first_said_at": RUMOR.published,
        "first_source": "vestnik",
        "last_changed_at": NEWS.published,
        "origin_count": 2,
        "values": values(),
        "changes": (
            StatusChange(
                changed_at=RUMOR.published,
                old=None,
                new="rumor",
                rule="first_report",
                statement_id=RUMOR_SAID.id,
                report_id=RUMOR.id,
            ),
            StatusChange(
                changed_at=NEWS.published,
                old="rumor",
                new="confirmed",
                rule="authority_supports",
                statement_id=NEWS_SAID.id,
                report_id=NEWS.id,
            ),
        ),
        "evidence": borne,
    }
    return Claim(**{**given, **fields})  # type: ignore[arg-type]


def fill(db: Database) -> Claim:
    """Put the whole story into a database: two reports, one confirmed claim."""
    with transaction(db):
        save_sources(db, SOURCES)
        save_reports(db, [RUMOR, NEWS])
        save_readings(
            db,
            [
                Reading(report_id=RUMOR.id, lang="ru", statements=(RUMOR_SAID,)),
                Reading(report_id=NEWS.id, lang="en", statements=(NEWS_SAID,)),
            ],
        )
        keys = ["volna|produced", "volna"]
        place(db, RUMOR_SAID, RUMOR_SAID.id, keys, RUMOR.id, "supports")
        place(db, NEWS_SAID, RUMOR_SAID.id, keys, "volna", "supports", 0.8)
        told = claim(tuple(evidence(db, [RUMOR_SAID.id])[RUMOR_SAID.id]))
        save_claims(db, [told])
    return told


def dump(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, to compare databases."""
    return {
        name: db.conn.execute(f'SELECT * FROM "{name}"').fetchall()
        for name in db.table_names()
    }


def filled(folder: Path) -> Path:
    """Return the path of a database with the story in it."""
    path = folder / "story.db"
    db = open_db(path)
    fill(db)
    db.close()
    return path
