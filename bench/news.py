"""A large invented database: claims, statements and reports made of drawn words.

    python -m bench.news FILE [--claims N] [--statements N]

Words are drawn as they occur in language (Zipf), claims are told a few times or very
often, names are few and frequent or many and rare. Every row is one that Molva itself
could have written; only matching, which would take days, is left out.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.stems import SEPARATOR, stem_text
from db.store import open_db
from molva.model import stable_id

Vars = dict[str, Any]

CLAIMS, STATEMENTS = 200_000, 1_000_000
REPORTS = 60_000
_SOURCES, _NAMES, _TOPICS = 40, 5_000, 12
_BATCH = 5_000
_START = datetime(2021, 1, 4, tzinfo=UTC)
_DAYS = 5 * 365
_SYLLABLES = {
    "ru": "баведигозекалумонапорасита",
    "en": "bavedigozekalumonaporasita",
}
_ENDINGS = {"ru": ("", "а", "ы", "ом", "ами", "ов"), "en": ("", "s", "ing", "ed")}
#: What searches of the benchmark look for → in how many claims of a thousand it is.
WORDS = {
    "ru": (("электромобиль", 2), ("завода", 60), ("компания", 450)),
    "en": (("tramway", 2), ("factory", 60), ("company", 450)),
}
_STATUS = {"rumor": 62, "confirmed": 30, "denied": 5, "disputed": 3}
_LANGS, _KINDS = ("ru", "en"), ("media", "agency", "trade", "official")
_TYPES = ("official", "expert", "document", "anonymous", "media", "unattributed")
_OUTCOMES = (None, "open", "fulfilled", "late", "missed", "overdue")
_MODALITIES = ("fact", "plan", "forecast", "possibility")


class _Zipf:
    """Draws from a list, the first the oftenest."""

    def __init__(self, items: Sequence[Any], rng: random.Random) -> None:
        self.items, self.rng = items, rng
        self.sums = list(accumulate(1 / (place + 3) for place in range(len(items))))

    def draw(self) -> Any:
        return self.items[bisect(self.sums, self.rng.random() * self.sums[-1])]


class Newsroom:
    """Everything that is drawn, from one seed."""

    def __init__(
        self, claims: int, statements: int, reports: int, seed: int = 20
    ) -> None:
        self.rng = rng = random.Random(seed)
        self.claims, self.statements = claims, statements
        self.words = {lang: _Zipf(self._lexicon(lang), rng) for lang in _SYLLABLES}
        self.stems: dict[str, str] = {}
        self.names = [f"{self._word('en').title()} {n}" for n in range(_NAMES)]
        self.name = _Zipf(range(_NAMES), rng)
        self.days = sorted(rng.random() * _DAYS for _ in range(reports))

    def _lexicon(self, lang: str) -> list[str]:
        return [self._word(lang) for _ in range(8_000)]

    def _word(self, lang: str) -> str:
        parts = self.rng.sample(
            range(0, len(_SYLLABLES[lang]), 2), k=self.rng.randint(2, 4)
        )
        return "".join(_SYLLABLES[lang][at : at + 2] for at in parts)

    def sentence(self, lang: str, name: str) -> list[str]:
        words = [
            self.words[lang].draw() + self.rng.choice(_ENDINGS[lang])
            for _ in range(self.rng.randint(8, 16))
        ]
        words[1] = name
        for word, often in WORDS[lang]:
            if self.rng.random() * 1000 < often:
                words[self.rng.randrange(2, len(words))] = word
        return words

    def stemmed(self, words: Sequence[str]) -> str:
        for word in words:
            if word not in self.stems:
                self.stems[word] = stem_text(word)
        return " ".join(self.stems[word] for word in words)

    def at(self, report: int) -> str:
        moment = _START + timedelta(days=self.days[report])
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def times(self) -> Iterator[int]:
        """Yield how often each claim is told: mostly once or twice, some very often."""
        left = self.statements
        for number in range(self.claims):
            rest = self.claims - number - 1
            mean = left / (rest + 1)
            told = min(int(self.rng.paretovariate(1.3) * mean * 0.28) + 1, 400)
            told = max(1, min(told, left - rest)) if rest else left
            left -= told
            yield told


def make(
    path: Path,
    claims: int = CLAIMS,
    statements: int = STATEMENTS,
    reports: int = REPORTS,
) -> None:
    """Write the database; an older file of the name is replaced."""
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    db = open_db(path, create=True)
    run = db.conn.execute
    run("PRAGMA foreign_keys = OFF")
    run("PRAGMA synchronous = OFF")
    run("PRAGMA cache_size = -400000")
    room = Newsroom(claims, statements, reports)
    with_reports(db, room)
    with_claims(db, room)
    run("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _insert(db: Database, table: str, rows: list[Vars]) -> None:
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in rows[0])
    holes = ", ".join("?" * len(rows[0]))
    sql = f"INSERT INTO {table}({names}) VALUES ({holes})"
    db.conn.execute("BEGIN")
    db.conn.executemany(sql, [tuple(row.values()) for row in rows])
    db.conn.execute("COMMIT")


def with_reports(db: Database, room: Newsroom) -> None:
    """Write sources, reports, names and topics."""
    sources = [
        {
            "name": f"s{n}",
            "title": f"Outlet {n}",
            "kind": _KINDS[n % 4],
            "lang": _LANGS[n % 2],
        }
        for n in range(_SOURCES)
    ]
    _insert(db, "source", sources)
    found = [_report(room, n) for n in range(len(room.days))]
    _insert(db, "report", [report for report, _ in found])
    _insert(db, "report_revision", [version for _, version in found])
    names = [
        {"key": f"e{n}", "name": name, "label": "ORG"}
        for n, name in enumerate(room.names)
    ]
    _insert(db, "entity", names)
    _insert(db, "topic", [{"name": f"Topic {n}"} for n in range(_TOPICS)])


def _report(room: Newsroom, number: int) -> tuple[Vars, Vars]:
    source, at = number % _SOURCES, room.at(number)
    lang = _LANGS[source % 2]
    title = " ".join(room.sentence(lang, "")[2:8]).capitalize()
    report = {
        "id": f"r{number}",
        "n": number + 1,
        "source": f"s{source}",
        "key": str(number),
        "url": f"https://s{source}.example/{number}",
        "title": title,
        "kind": _KINDS[source % 4],
        "lang": lang,
        "published": at,
        "published_at": at,
        "first_seen_at": at,
        "revision": 1,
    }
    version = {
        "report_id": f"r{number}",
        "revision": 1,
        "title": title,
        "text": title,
        "text_sha256": "0" * 64,
        "seen_at": at,
        "read_at": at,
    }
    return report, version


def with_claims(db: Database, room: Newsroom) -> None:
    """Write claims with all that belongs to them."""
    told = enumerate(room.times())
    while batch := list(islice(told, _BATCH)):
        tables: dict[str, list[Vars]] = {}
        for number, times in batch:
            for table, row in _claim(room, number, times):
                tables.setdefault(table, []).append(row)
        for table, rows in tables.items():
            _insert(db, table, rows)


def _claim(room: Newsroom, number: int, times: int) -> Iterator[tuple[str, Vars]]:
    """Yield the rows of a claim, each with its table."""
    rng, lang = room.rng, _LANGS[room.rng.random() < 0.4]
    subject = room.name.draw()
    words = room.sentence(lang, room.names[subject].split()[0])
    reports = sorted(rng.choices(range(len(room.days)), k=times))
    claim_id = stable_id("claim", str(number))
    stems: dict[str, None] = {}
    for place, report in enumerate(reports):
        said = _reworded(room, lang, words) if place else words
        stems[room.stemmed(said)] = None
        yield from _told(room, claim_id, place, report, lang, _text(said), subject)
    status = rng.choices(list(_STATUS), list(_STATUS.values()))[0]
    history = [status] if status == "rumor" or times == 1 else ["rumor", status]
    figure = float(rng.randrange(1, 100) * 1000)
    yield (
        "claim",
        _claim_row(
            room,
            claim_id,
            number,
            lang,
            _text(words),
            reports,
            history,
            figure,
            subject,
        ),
    )
    stemmed = f" {SEPARATOR} ".join(stems)
    yield "claim_search", {"n": number + 1, "text": _text(words), "stems": stemmed}
    for place, report in enumerate(reports[:3]):
        yield "claim_value", _value(room, claim_id, place, report, figure + place)
    for place, new in enumerate(history):
        at = room.at(reports[-1] if place else reports[0])
        yield (
            "status_change",
            {
                "claim_id": claim_id,
                "position": place,
                "changed": at,
                "changed_at": at,
                "old": history[place - 1] if place else None,
                "new": new,
                "rule": "no-authority",
                "report_id": f"r{reports[-1] if place else reports[0]}",
                "actor": "rules",
            },
        )
    if subject < _TOPICS * 40:
        topic = f"Topic {subject % _TOPICS}"
        yield "topic_claim", {"topic": topic, "claim_id": claim_id}


def _text(words: Sequence[str]) -> str:
    return " ".join(words).capitalize() + "."


def _claim_row(
    room: Newsroom,
    claim_id: str,
    number: int,
    lang: str,
    text: str,
    reports: Sequence[int],
    history: Sequence[str],
    figure: float,
    subject: int,
) -> Vars:
    rng, first, last = room.rng, room.at(reports[0]), room.at(reports[-1])
    due = (_START + timedelta(days=rng.randrange(_DAYS + 700))).date().isoformat()
    date = due if rng.random() < 0.5 else None
    changed = last if len(history) > 1 else first
    return {
        "id": claim_id,
        "n": number + 1,
        "text": text,
        "text_polarity": "asserts",
        "lang": lang,
        "status": history[-1],
        "source_type": rng.choice(_TYPES),
        "credibility": 6,
        "outcome": rng.choice(_OUTCOMES),
        "subject": f"e{subject}",
        "act": "produced",
        "figure_text": f"{figure:g} cars",
        "figure_low": figure,
        "figure_high": figure,
        "figure_unit": "car",
        "date_text": date and f"by {date}",
        "date_latest": date,
        "first_said": first,
        "first_said_at": first,
        "first_source": f"s{reports[0] % _SOURCES}",
        "last_said_at": last,
        "last_changed": changed,
        "last_changed_at": changed,
        "evidence_count": len(reports),
        "report_count": len(set(reports)),
        "source_count": len({report % _SOURCES for report in reports}),
        "origin_count": min(len(reports), 5),
    }


def _value(room: Newsroom, claim_id: str, place: int, report: int, low: float) -> Vars:
    return {
        "claim_id": claim_id,
        "position": place,
        "kind": "figure",
        "text": f"{low:g} cars",
        "start": 0,
        "end": 5,
        "low": low,
        "high": low,
        "unit": "car",
        "bound": "exact",
        "said": room.at(report),
        "said_at": room.at(report),
        "statement_id": f"{claim_id}-{place}",
        "report_id": f"r{report}",
        "is_current": int(not place),
        "relation": "revised" if place else "current",
    }


def _reworded(room: Newsroom, lang: str, words: list[str]) -> list[str]:
    said = words.copy()
    for _ in range(3):
        said[room.rng.randrange(2, len(said))] = room.words[lang].draw()
    return said


def _told(
    room: Newsroom,
    claim_id: str,
    place: int,
    report: int,
    lang: str,
    text: str,
    subject: int,
) -> Iterator[tuple[str, Vars]]:
    """Yield a statement, that it bears on the claim, and whom it names."""
    key, kind = f"{claim_id}-{place}", room.rng.choice(_TYPES)
    row = {
        "id": key,
        "report_id": f"r{report}",
        "start": 0,
        "end": len(text),
        "lang": lang,
        "text": text,
        "modality": _MODALITIES[report % 4],
        "polarity": "asserts",
        "subject": f"e{subject}",
        "act": "produced",
    }
    spoken = {"source_type": kind, "source": "a spokesman", "cue": "said"}
    entity = {"start": 0, "end": 5, "text": text[:5], "label": "ORG"}
    entity |= {"name": room.names[subject], "key": f"e{subject}"}
    record = {**row, "attribution": spoken, "entities": [entity]}
    yield (
        "statement",
        {
            **row,
            "first_revision": 1,
            "last_revision": 1,
            "position": place,
            "source_type": kind,
            "source_text": "a spokesman",
            "record": json.dumps(record, ensure_ascii=False),
            "is_placed": 1,
        },
    )
    yield (
        "evidence",
        {
            "statement_id": key,
            "claim_id": claim_id,
            "direction": "supports",
            "origin": f"report:r{report}",
            "report_id": f"r{report}",
            "source": f"s{report % _SOURCES}",
            "found_claim_id": claim_id,
        },
    )
    named = {"statement_id": key, "entity_key": f"e{subject}", "start": 0, "end": 5}
    yield "statement_entity", {**named, "text": text[:5]}


def main() -> None:
    """Make the file that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--claims", type=int, default=CLAIMS)
    parser.add_argument("--statements", type=int, default=STATEMENTS)
    given = parser.parse_args()
    start = time.perf_counter()
    make(given.file, given.claims, given.statements)
    size = given.file.stat().st_size / 1e6
    print(f"{given.file}: {size:.0f} MB in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
