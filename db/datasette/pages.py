"""What each page of ours shows, fetched on one read-only connection."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import nlargest
from itertools import pairwise
from typing import Any, NamedTuple

from datasette.utils import tilde_encode
from datasette.utils.asgi import BadRequest
from sqlite_utils import Database

from db import store
from db.claim_rows import in_own_words
from db.datasette import chart, marks
from db.exports import words
from db.exports.html import figure
from db.exports.timeline import Timeline, current, earlier, spoken, telling
from db.instants import is_day
from db.questions import answer
from db.rows import marks as holes
from db.statements import statement_of
from molva.model import Claim, EventDate, Review
from molva.reviews import about, decide
from molva.status import contrary, last_words
from molva.track import rows_of

Vars = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is asked for: the key of its row, and for whom."""

    key: str = ""
    lang: str = "en"
    is_public: bool = False


Page = Callable[[sqlite3.Connection, Asked], Vars]

#: Rows in a list on a page.
_FEW, _MANY = 5, 30
#: Days that the front page looks back from the newest report.
_WEEK = timedelta(days=7)
#: Claims of a topic that are looked into; figures and rows drawn of these.
_OUTLINES, _CHARTS, _ROWS = 150, 6, 12
#: Claims from which on a topic is large.
_LARGE = 3000
#: Claims last told of, among which the last moved dates are looked for.
_RECENT = 200
_Due = tuple[EventDate, Claim]

_CARD = """c.id, c.text, c.lang, c.status, c.outcome, c.source_type, c.said_by,
    c.figure_text, c.date_text, c.date_earliest, c.date_latest, c.first_said,
    c.first_source, s.title AS first_outlet, c.origin_count, c.text_polarity,
    c.slip_count, c.slip_days"""
_JOINED = "claim c LEFT JOIN source s ON s.name = c.first_source"
_CARDS = f"SELECT {_CARD} FROM {_JOINED}"
#: CROSS: changes are walked from the latest on, until there are enough.
_CHANGES = f"""SELECT {_CARD}, h.old, h.new, h.changed, o.title AS outlet
    FROM status_change h CROSS JOIN claim c ON c.id = h.claim_id
    LEFT JOIN source s ON s.name = c.first_source
    LEFT JOIN report r ON r.id = h.report_id LEFT JOIN source o ON o.name = r.source
    WHERE c.is_dismissed = 0 AND"""
_LATEST = f"ORDER BY h.changed_at DESC, h.claim_id, h.position LIMIT {_FEW}"


def front(conn: sqlite3.Connection, asked: Asked) -> Vars:
    """Return what changed lately, what is due, topics, counts by status."""
    today = date.today().isoformat()
    newest = conn.execute("SELECT max(last_said_at) FROM claim").fetchone()[0]
    return {
        "counts": _counts(conn, "is_dismissed = 0"),
        "newest": newest,
        "lately": _lately(conn, newest),
        "rumors": _dicts(
            conn,
            # +: rumors are many, so that the newest claims are looked through
            f"""{_CARDS} WHERE +c.status = 'rumor' AND +c.is_dismissed = 0
              ORDER BY c.first_said_at DESC, c.n LIMIT {_FEW}""",
        ),
        "confirmed": _dicts(
            conn, f"{_CHANGES} h.new = 'confirmed' AND h.old IS NOT NULL {_LATEST}"
        ),
        "refuted": _dicts(
            conn, f"{_CHANGES} +h.new IN ('denied', 'disputed') {_LATEST}"
        ),
        "moved": _moved(conn),
        "announced": _dicts(
            conn, f"{_CHANGES} h.new = 'confirmed' AND h.old IS NULL {_LATEST}"
        ),
        "expected": _dicts(
            conn,
            f"""{_CARDS} WHERE c.is_dismissed = 0 AND c.outcome = 'open'
              AND c.date_latest >= ? ORDER BY c.date_latest, c.n LIMIT {_FEW}""",
            today,
        ),
        "overdue": _dicts(
            conn,
            f"""{_CARDS} WHERE c.is_dismissed = 0 AND c.outcome = 'overdue'
              ORDER BY c.date_latest DESC, c.n LIMIT {_FEW}""",
        ),
        "topics": _dicts(conn, "SELECT name, claim_count FROM topic ORDER BY name"),
    }


def _lately(conn: sqlite3.Connection, newest: str | None) -> Vars | None:
    """Count what changed in the week up to the newest report, and say since when."""
    if not newest:
        return None
    since = (date.fromisoformat(newest[:10]) - _WEEK).isoformat()
    rows = conn.execute(
        """SELECT CASE WHEN h.new = 'rumor' AND h.old IS NULL THEN 'rumor'
            WHEN h.new != 'rumor' AND h.old IS NOT NULL THEN h.new
            WHEN h.new != 'rumor' THEN 'announced' END AS kind, count(*)
        FROM status_change h JOIN claim c ON c.id = h.claim_id
        WHERE h.changed_at > ? AND c.is_dismissed = 0 GROUP BY kind""",
        (since,),
    )
    return {"since": since, "counts": {kind: n for kind, n in rows if kind}}


def _moved(conn: sqlite3.Connection) -> list[Vars]:
    """Return claims whose date moved, the latest move first, with the date before."""
    return _dicts(
        conn,
        f"""SELECT {_CARD}, v.said AS changed, v.earliest AS now_earliest,
          v.latest AS now_latest, w.earliest AS was_earliest, w.latest AS was_latest,
          o.title AS outlet
        FROM {_JOINED}
        JOIN claim_value v ON v.claim_id = c.id AND v.position = (SELECT min(position)
          FROM claim_value WHERE claim_id = c.id AND kind = 'date' AND is_current = 1)
        JOIN claim_value w ON w.claim_id = c.id AND w.position = (SELECT min(position)
          FROM claim_value WHERE claim_id = c.id AND kind = 'date'
          AND relation = 'revised')
        LEFT JOIN report r ON r.id = v.report_id LEFT JOIN source o ON o.name = r.source
        WHERE c.id IN (SELECT id FROM claim WHERE slip_count > 0 AND is_dismissed = 0
          ORDER BY last_said_at DESC LIMIT {_RECENT})
        ORDER BY v.said_at DESC, c.n LIMIT {_FEW}""",
    )


def claim(conn: sqlite3.Connection, asked: Asked) -> Vars:
    """Return the claim whole, and what is said of it beside the evidence."""
    db = Database(conn)
    found = store.load_claims(db, [asked.key])
    if not found:
        return {}
    told = found[0]
    made = about(store.reviews(db), asked.key)
    verdict = decide(made).verdicts.get(asked.key)
    sources = store.load_sources(db)
    shown = Timeline(
        title="",
        as_of=date.today(),
        claims=(told,),
        sources=sources,
        lang=asked.lang,
    )
    return {
        "claim": told,
        "timeline": shown,
        "spoken": spoken(told),
        "current": current,
        "earlier": earlier,
        "in_own_words": in_own_words,
        "picture": figure(
            shown, lambda _claim: None, limit=1, is_named=False, has_table=False
        ),
        "charts": chart.figures(told, asked.lang),
        "origins": words.origin_letters(told.evidence),
        "contrary": contrary(told.evidence, verdict) if verdict else [],
        "reports": {item.report.id: item.report for item in told.evidence},
        "subject": _one(conn, "SELECT * FROM entity WHERE key = ?", told.subject),
        "topics": [
            row[0]
            for row in conn.execute(
                "SELECT topic FROM topic_claim WHERE claim_id = ? ORDER BY 1",
                (asked.key,),
            )
        ],
        "authorities": _authorities(conn, told),
        "decisions": [] if asked.is_public else _plain(made),
        "alike": [] if asked.is_public else _alike(conn, told),
    }


def _claim_page(told: Claim) -> str:
    return f"/molva/claim/{tilde_encode(told.id)}"


def _plain(made: Sequence[Review]) -> list[Vars]:
    return [
        {name: getattr(review, name) for name in Review.__dataclass_fields__}
        for review in made
    ]


def _authorities(conn: sqlite3.Connection, told: Claim) -> dict[str, list[str]]:
    """Return by direction the names of those whose last word it is."""
    names: dict[str, list[str]] = {}
    for key, said in last_words(told.evidence).items():
        row = _one(conn, "SELECT name FROM entity WHERE key = ?", key)
        for direction in sorted(said):
            names.setdefault(direction, []).append(row["name"] if row else key)
    return names


def _alike(conn: sqlite3.Connection, told: Claim) -> list[Vars]:
    """Return claims that a match suggested as the same."""
    return _dicts(
        conn,
        f"""SELECT {_CARD}, m.score FROM {_JOINED} JOIN match_suggestion m
          ON c.id = CASE ?1 WHEN m.claim_a THEN m.claim_b ELSE m.claim_a END
        WHERE ?1 IN (m.claim_a, m.claim_b) AND m.is_apart = 0 AND c.is_dismissed = 0
        ORDER BY m.score DESC LIMIT {_FEW}""",
        told.id,
    )


def topic(conn: sqlite3.Connection, asked: Asked) -> Vars:
    """Return a topic's claims by status, its latest changes, figures, what is due."""
    db = Database(conn)
    members = [
        _Member(*row)
        for row in conn.execute(
            # all of it is in the index `claim_standing`
            """SELECT c.id, c.status, c.origin_count, c.last_said_at, c.last_changed_at,
              c.report_count
            FROM topic_claim t CROSS JOIN claim c ON c.id = t.claim_id
            WHERE t.topic = ? AND c.is_dismissed = 0""",
            (asked.key,),
        )
    ]
    recent = nlargest(_OUTLINES, members, key=lambda one: one.last_changed_at or "")
    claims = store.load_outlines(db, [one.id for one in recent])
    reports = {one.id: one.report_count for one in recent}
    drawn = nlargest(
        _ROWS, claims, key=lambda told: (*telling(told)[:2], reports[told.id])
    )
    timeline = Timeline(
        title=asked.key, as_of=date.today(), claims=tuple(claims), lang=asked.lang
    )
    expected = timeline.expected()
    charted = [
        (told, figures)
        for told in nlargest(2 * _CHARTS, claims, key=chart.changing)
        for figures in chart.figures(told, asked.lang)
    ]
    charted.sort(key=lambda pair: -len(pair[1].points))
    return {
        "topic": asked.key,
        "counts": Counter(one.status for one in members),
        "expected": _coming_first(expected, date.today())[:_MANY],
        "expected_more": len(expected) > _MANY or len(members) > len(claims),
        "picture": figure(
            replace(
                timeline,
                claims=tuple(drawn),
                told=_told(conn, [told.id for told in drawn]),
                left_out=len(members) - len(drawn),
            ),
            _claim_page,
            limit=_ROWS,
        ),
        "charts": charted[:_CHARTS],
        "changes": _changes_in(conn, asked.key, len(members)),
        "by_status": {
            status: _cards(conn, [one for one in members if one.status == status])
            for status in ("confirmed", "disputed", "denied", "rumor")
        },
    }


class _Member(NamedTuple):
    """What is asked of every claim of a topic, of which there may be thousands."""

    id: str
    status: str
    origin_count: int
    last_said_at: str | None
    last_changed_at: str | None
    report_count: int


def _told(conn: sqlite3.Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the days on which claims were reported."""
    found: dict[str, list[str]] = {}
    sql = f"""SELECT DISTINCT e.claim_id, substr(r.published, 1, 10) FROM evidence e
        JOIN report r ON r.id = e.report_id WHERE e.claim_id IN ({holes(ids)})"""
    for claim_id, published in conn.execute(sql, ids):
        found.setdefault(claim_id, []).append(published)
    return found


def _coming_first(expected: Sequence[_Due], today: date) -> list[_Due]:
    """Return what is due with the next day first; what has passed, latest first."""
    day = today.isoformat()
    coming = [due for due in expected if (due[0].latest or day) >= day]
    passed = [due for due in expected if (due[0].latest or day) < day]
    return [*coming, *reversed(passed)]


def _changes_in(conn: sqlite3.Connection, topic: str, size: int) -> list[Vars]:
    """Return the latest changes of a topic of so many claims.

    Changes are walked from the latest on where the topic is large, its claims where
    it is small.
    """
    if size > _LARGE:
        within = """EXISTS (SELECT 1 FROM topic_claim
            WHERE topic = ? AND claim_id = h.claim_id)"""
        return _dicts(
            conn, f"{_CHANGES} h.old IS NOT NULL AND {within} {_LATEST}", topic
        )
    of_topic = _CHANGES.replace(
        "FROM status_change h",
        "FROM topic_claim t CROSS JOIN status_change h ON h.claim_id = t.claim_id",
    )
    sql = f"{of_topic} t.topic = ? AND +h.old IS NOT NULL {_LATEST}"
    return _dicts(conn, sql, topic)


def _cards(conn: sqlite3.Connection, rows: Sequence[_Member]) -> list[Vars]:
    """Return the cards of the claims that most origins tell."""
    best = nlargest(
        _FEW, rows, key=lambda one: (one.origin_count, one.last_said_at or "")
    )
    ids = [one.id for one in best]
    found = _dicts(conn, f"{_CARDS} WHERE c.id IN ({holes(ids)})", *ids)
    return sorted(found, key=lambda card: ids.index(card["id"]))


def source(conn: sqlite3.Connection, asked: Asked) -> Vars:
    """Return an outlet's health, counts, latest reports and what it told first."""
    key = asked.key
    return {
        "source": _one(conn, "SELECT * FROM source WHERE name = ?", key),
        "totals": _one(
            conn,
            """SELECT
              (SELECT count(*) FROM report WHERE source = ?1) AS reports,
              (SELECT max(published_at) FROM report WHERE source = ?1) AS latest,
              (SELECT count(DISTINCT claim_id) FROM evidence WHERE source = ?1)
                AS claims""",
            key,
        ),
        "health": None if asked.is_public else _health(conn, key),
        "track": rows_of(store.carried_by(Database(conn), key)),
        "first": _counts(conn, "first_source = ? AND is_dismissed = 0", key),
        "latest": _dicts(
            conn,
            f"""SELECT id, title, url, published, lang, revision, is_withdrawn,
              (SELECT count(DISTINCT claim_id) FROM evidence
                WHERE report_id = report.id) AS claims
            FROM report WHERE source = ?
            ORDER BY published_at DESC, n DESC LIMIT {_MANY}""",
            key,
        ),
        "cards": _dicts(
            conn,
            f"""{_CARDS} WHERE c.first_source = ? AND c.is_dismissed = 0
              ORDER BY c.first_said_at DESC, c.n DESC LIMIT {_FEW}""",
            key,
        ),
    }


def _health(conn: sqlite3.Connection, key: str) -> Vars | None:
    """Return when an outlet was last visited, what failed, and the open issues."""
    found = _one(
        conn,
        """SELECT count(*) AS pages, max(checked_at) AS checked_at,
          coalesce(sum(state = 'failed'), 0) AS failed,
          coalesce(sum(state = 'pending'), 0) AS pending
        FROM page WHERE source = ?""",
        key,
    )
    if not found or not found["pages"]:
        return None
    found["issues"] = _dicts(
        conn,
        """SELECT stage, reason, detail, times, last_at FROM issue WHERE source = ?
        ORDER BY last_at DESC LIMIT 5""",
        key,
    )
    return found


def report(conn: sqlite3.Connection, asked: Asked) -> Vars:
    """Return an article's text with what was read in it marked, and its edits.

    Strangers are shown only what it is quoted with, never its text.
    """
    rows = _dicts(
        conn,
        """SELECT t.*, e.claim_id, e.direction, c.status, c.outcome
        FROM statement t LEFT JOIN evidence e ON e.statement_id = t.id
        LEFT JOIN claim c ON c.id = e.claim_id
        WHERE t.report_id = ? ORDER BY t.start, t.id""",
        asked.key,
    )
    found = _one(
        conn,
        """SELECT r.*, s.title AS outlet FROM report r
        JOIN source s ON s.name = r.source WHERE r.id = ?""",
        asked.key,
    )
    versions = [] if asked.is_public or not found else _versions(conn, asked.key)
    text = versions[-1]["text"] if versions else ""
    return {
        "report": found,
        "statements": rows,
        "paragraphs": _paragraphs(text, rows) if text else [],
        "edits": [
            {**after, "pieces": marks.edit(before["text"], after["text"])}
            for before, after in pairwise(versions)
        ],
    }


def _versions(conn: sqlite3.Connection, key: str) -> list[Vars]:
    return _dicts(
        conn,
        """SELECT revision, title, text, seen_at, change_class FROM report_revision
        WHERE report_id = ? ORDER BY revision""",
        key,
    )


def _paragraphs(text: str, rows: Sequence[Vars]) -> list[list[Vars]]:
    """Return the text's paragraphs, each a list of stretches.

    A stretch is one statement (`row`) or what lies between two (no `row`), cut into
    pieces where figures, dates, speakers and cue words are marked.
    """
    stretches: list[tuple[int, int, Vars | None]] = []
    place = 0
    for row in rows:
        start, end = row["start"], row["end"]
        if start < place or text[start:end] != row["text"]:
            continue  # an edit removed it, or it lies within the one before
        stretches += [(place, start, None), (start, end, row)]
        place = end
    stretches.append((place, len(text), None))
    paragraphs: list[list[Vars]] = [[]]
    for start, end, said in stretches:
        spans = marks.read_in(statement_of(said["record"])) if said else []
        for line, shift in _lines(text[start:end]):
            if shift:
                paragraphs.append([])
            if line:
                at = start + shift
                pieces = marks.cut(line, spans, at)
                paragraphs[-1].append({"row": said, "pieces": pieces})
    return [paragraph for paragraph in paragraphs if paragraph]


def _lines(text: str) -> list[tuple[str, int]]:
    """Return the lines of a stretch, each with the character it begins at."""
    lines, at = [], 0
    for line in text.split("\n"):
        lines.append((line, at))
        at += len(line) + 1
    return lines


def entity(conn: sqlite3.Connection, asked: Asked) -> Vars:
    """Return the names of a thing and the claims about it."""
    within = """c.id IN (SELECT e.claim_id FROM statement_entity x
        JOIN evidence e ON e.statement_id = x.statement_id WHERE x.entity_key = ?)"""
    return {
        "entity": _one(conn, "SELECT * FROM entity WHERE key = ?", asked.key),
        "aliases": _dicts(
            conn,
            """SELECT alias, min(made_by) AS made_by,
              group_concat(DISTINCT lang) AS lang
            FROM entity_alias WHERE entity_key = ? GROUP BY alias ORDER BY alias""",
            asked.key,
        ),
        "counts": _counts(conn, f"is_dismissed = 0 AND {within}", asked.key),
        "cards": _dicts(
            conn,
            f"""{_CARDS} WHERE c.is_dismissed = 0 AND {within}
              ORDER BY c.last_said_at DESC, c.n LIMIT {_MANY}""",
            asked.key,
        ),
    }


ROW_PAGES: Mapping[str, Page] = {
    "claim": claim,
    "topic": topic,
    "source": source,
    "report": report,
    "entity": entity,
}


def queue(conn: sqlite3.Connection) -> Vars:
    """Return what most needs eyes, and the latest decisions."""
    db = Database(conn)
    return {
        "waiting": answer(db, "needs_eyes"),
        "decisions": [
            {**row, "text": _text_of(conn, row["claim_id"])}
            for row in _plain(store.reviews(db)[: -_MANY - 1 : -1])
        ],
    }


def _text_of(conn: sqlite3.Connection, claim_id: str | None) -> str | None:
    row = _one(conn, "SELECT text FROM claim WHERE id = ?", claim_id)
    return row["text"] if row else None


def filter_choices(conn: sqlite3.Connection, _asked: Asked) -> Vars:
    """Return the topics and sources that claims can be filtered by."""
    return {
        "topics": [row[0] for row in conn.execute("SELECT name FROM topic ORDER BY 1")],
        "sources": _dicts(conn, "SELECT name, title FROM source ORDER BY title"),
    }


#: Address parameter → (SQL, words for the reader).
_CLAIM_FILTERS = {
    "_topic": (
        "id in (select claim_id from topic_claim where topic = :f_topic)",
        "in the topic {value}",
    ),
    "_source": (
        "id in (select claim_id from evidence where source = :f_source)",
        "told by {value}",
    ),
    "_entity": (
        """id in (select e.claim_id from statement_entity x
        join evidence e on e.statement_id = x.statement_id
        where x.entity_key = :f_entity)""",
        "that name {value}",
    ),
    "_since": ("last_said_at >= :f_since", "said since {value}"),
    "_until": ("first_said_at < date(:f_until, '+1 day')", "first said by {value}"),
}


def claim_filters(
    args: Mapping[str, str], translate: Callable[..., str]
) -> tuple[list[str], dict[str, str], list[str]]:
    """Return SQL conditions, their parameters and words for the address given.

    Raises BadRequest for a day that is none.
    """
    where, params, told = [], {}, []
    for name, (sql, said) in _CLAIM_FILTERS.items():
        if value := args.get(name):
            if name in ("_since", "_until") and not is_day(value):
                raise BadRequest(
                    translate(
                        "{value} is no day; write it like 2022-07-20", value=value
                    )
                )
            where.append(sql)
            params[f"f{name}"] = value
            told.append(translate(said, value=value))
    if not any(name.split("__")[0] == "is_dismissed" for name in args):
        where.append("is_dismissed = 0")
    return where, params, told


def _counts(conn: sqlite3.Connection, where: str, *given: object) -> dict[str, int]:
    """Count claims by status."""
    sql = f"SELECT c.status, count(*) FROM claim c WHERE {where} GROUP BY 1"
    return {row[0]: row[1] for row in conn.execute(sql, given)}


def _dicts(conn: sqlite3.Connection, sql: str, *given: object) -> list[Vars]:
    cursor = conn.execute(sql, given)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _one(conn: sqlite3.Connection, sql: str, key: str | None) -> Vars | None:
    found = _dicts(conn, sql, key)
    if not found:
        return None
    if "aliases" in found[0]:
        found[0]["aliases"] = json.loads(found[0]["aliases"])
    return found[0]
