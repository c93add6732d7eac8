"""The schema, as numbered steps that are never edited after a release.

Append a function; describe its tables and columns in `columns.toml`. Add columns by
`ALTER TABLE … ADD COLUMN`: sqlite-utils' `transform()` would drop the triggers that
keep the search index in step.

Ids are text made of content. `n` is a small integer beside the id because a search
index needs one that `VACUUM` keeps. Columns ending in `_at` are UTC; the outlet's own
clock is kept in the column of the same name without the ending.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from db.rows import number_of
from molva.matching import block_keys
from molva.model import Statement, from_json

migrations = Migrations("molva")


@migrations()
def m0001_runs(db: Database) -> None:
    """Runs and what they skipped."""
    _script(
        db,
        """
        CREATE TABLE run (
          id INTEGER PRIMARY KEY,
          command TEXT NOT NULL,
          started_at TEXT NOT NULL,
          finished_at TEXT,
          state TEXT NOT NULL DEFAULT 'running'
            CHECK (state IN ('running', 'done', 'failed', 'stopped')),
          counts TEXT CHECK (counts IS NULL OR json_valid(counts)),
          message TEXT
        ) STRICT;

        CREATE TABLE issue (
          id TEXT PRIMARY KEY,
          run_id INTEGER REFERENCES run(id) ON DELETE SET NULL,
          stage TEXT NOT NULL,
          reason TEXT NOT NULL,
          source TEXT,
          report_id TEXT,
          url TEXT,
          detail TEXT,
          first_at TEXT NOT NULL,
          last_at TEXT NOT NULL,
          times INTEGER NOT NULL DEFAULT 1
        ) STRICT;
        CREATE INDEX issue_run ON issue(run_id);
        CREATE INDEX issue_source ON issue(source, last_at);
        """,
    )


@migrations()
def m0002_sources_and_reports(db: Database) -> None:
    """Outlets, their articles, every version of each, and the crawler's memory."""
    _script(
        db,
        """
        CREATE TABLE source (
          name TEXT PRIMARY KEY,
          title TEXT NOT NULL,
          kind TEXT NOT NULL CHECK (kind IN ('media', 'agency', 'trade', 'official')),
          lang TEXT NOT NULL,
          family TEXT,
          reliability TEXT NOT NULL DEFAULT 'F'
            CHECK (reliability IN ('A', 'B', 'C', 'D', 'E', 'F')),
          home TEXT,
          aliases TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(aliases))
        ) STRICT;

        CREATE TABLE report (
          id TEXT PRIMARY KEY,
          n INTEGER NOT NULL UNIQUE,
          source TEXT NOT NULL REFERENCES source(name),
          key TEXT NOT NULL,
          url TEXT,
          title TEXT NOT NULL DEFAULT '',
          kind TEXT NOT NULL CHECK (kind IN ('media', 'agency', 'trade', 'official')),
          lang TEXT,
          published TEXT,
          published_at TEXT,
          modified TEXT,
          authors TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(authors)),
          section TEXT,
          access TEXT NOT NULL DEFAULT 'full' CHECK (access IN ('full', 'partial')),
          first_seen_at TEXT NOT NULL,
          revision INTEGER NOT NULL DEFAULT 1,
          is_withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (is_withdrawn IN (0, 1)),
          UNIQUE (source, key)
        ) STRICT;
        CREATE INDEX report_source ON report(source, published_at);
        CREATE INDEX report_published ON report(published_at);
        CREATE INDEX report_lang ON report(lang);
        CREATE INDEX report_kind ON report(kind);
        CREATE INDEX report_url ON report(url);

        CREATE TABLE report_revision (
          report_id TEXT NOT NULL REFERENCES report(id) ON DELETE CASCADE,
          revision INTEGER NOT NULL,
          title TEXT NOT NULL DEFAULT '',
          text TEXT NOT NULL,
          text_sha256 TEXT NOT NULL,
          body_sha256 TEXT,
          seen_at TEXT NOT NULL,
          change_class TEXT NOT NULL DEFAULT 'new'
            CHECK (change_class IN ('new', 'minor', 'major', 'rewritten')),
          layers TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(layers)),
          shingles TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(shingles)),
          read_at TEXT,
          PRIMARY KEY (report_id, revision)
        ) STRICT;
        CREATE INDEX report_revision_unread ON report_revision(report_id)
          WHERE read_at IS NULL;

        CREATE TABLE report_band (
          band INTEGER NOT NULL,
          report_id TEXT NOT NULL REFERENCES report(id) ON DELETE CASCADE,
          PRIMARY KEY (band, report_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX report_band_report ON report_band(report_id);

        CREATE TABLE page (
          url_key TEXT PRIMARY KEY,
          url TEXT NOT NULL,
          source TEXT REFERENCES source(name),
          etag TEXT,
          last_modified TEXT,
          body_sha256 TEXT,
          first_seen_at TEXT NOT NULL,
          checked_at TEXT,
          next_check_at TEXT,
          checks INTEGER NOT NULL DEFAULT 0,
          failures INTEGER NOT NULL DEFAULT 0,
          state TEXT NOT NULL DEFAULT 'pending'
            CHECK (state IN ('pending', 'fetched', 'failed', 'gone', 'moved')),
          moved_to TEXT,
          item TEXT CHECK (item IS NULL OR json_valid(item)),
          report_id TEXT REFERENCES report(id) ON DELETE SET NULL
        ) STRICT;
        CREATE INDEX page_report ON page(report_id);
        CREATE INDEX page_due ON page(source, next_check_at);
        """,
    )


@migrations()
def m0003_statements(db: Database) -> None:
    """What each report asserts, and the named things in it."""
    _script(
        db,
        """
        CREATE TABLE statement (
          id TEXT PRIMARY KEY,
          report_id TEXT NOT NULL REFERENCES report(id) ON DELETE CASCADE,
          first_revision INTEGER NOT NULL,
          last_revision INTEGER NOT NULL,
          position INTEGER NOT NULL,
          start INTEGER NOT NULL,
          "end" INTEGER NOT NULL,
          lang TEXT NOT NULL,
          text TEXT NOT NULL,
          modality TEXT NOT NULL CHECK (modality IN
            ('fact', 'plan', 'forecast', 'possibility', 'question')),
          polarity TEXT NOT NULL CHECK (polarity IN ('asserts', 'denies')),
          subject TEXT,
          act TEXT,
          change TEXT,
          source_type TEXT NOT NULL CHECK (source_type IN ('official', 'expert',
            'document', 'anonymous', 'media', 'unattributed')),
          source_text TEXT,
          source_count INTEGER,
          cue_text TEXT,
          outlet_text TEXT,
          authority TEXT,
          closeness TEXT,
          record TEXT NOT NULL CHECK (json_valid(record)),
          is_placed INTEGER NOT NULL DEFAULT 0 CHECK (is_placed IN (0, 1))
        ) STRICT;
        CREATE INDEX statement_unplaced ON statement(report_id) WHERE is_placed = 0;
        CREATE INDEX statement_report ON statement(report_id, start);
        CREATE INDEX statement_subject ON statement(subject);
        CREATE INDEX statement_source_type ON statement(source_type, modality);
        CREATE INDEX statement_modality ON statement(modality);

        CREATE TABLE entity (
          key TEXT PRIMARY KEY,
          name TEXT NOT NULL,
          label TEXT NOT NULL,
          statement_count INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX entity_label ON entity(label);
        CREATE INDEX entity_count ON entity(statement_count);

        CREATE TABLE entity_alias (
          entity_key TEXT NOT NULL REFERENCES entity(key) ON DELETE CASCADE,
          alias TEXT NOT NULL,
          lang TEXT NOT NULL,
          made_by TEXT NOT NULL DEFAULT 'reading',
          PRIMARY KEY (entity_key, alias, lang)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX entity_alias_alias ON entity_alias(alias);

        CREATE TABLE statement_entity (
          statement_id TEXT NOT NULL REFERENCES statement(id) ON DELETE CASCADE,
          entity_key TEXT NOT NULL REFERENCES entity(key),
          start INTEGER NOT NULL,
          "end" INTEGER NOT NULL,
          text TEXT NOT NULL,
          PRIMARY KEY (statement_id, entity_key, start)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX statement_entity_entity ON statement_entity(entity_key);
        """,
    )


@migrations()
def m0004_claims(db: Database) -> None:
    """Claims, the evidence for and against, every value given, every change."""
    _script(
        db,
        """
        CREATE TABLE claim (
          id TEXT PRIMARY KEY,
          n INTEGER NOT NULL UNIQUE,
          text TEXT NOT NULL,
          text_polarity TEXT NOT NULL CHECK (text_polarity IN ('asserts', 'denies')),
          lang TEXT NOT NULL,
          status TEXT NOT NULL
            CHECK (status IN ('rumor', 'confirmed', 'denied', 'disputed')),
          source_type TEXT NOT NULL CHECK (source_type IN ('official', 'expert',
            'document', 'anonymous', 'media', 'unattributed')),
          said_by TEXT,
          credibility INTEGER NOT NULL CHECK (credibility BETWEEN 1 AND 6),
          outcome TEXT CHECK (outcome IS NULL OR outcome IN
            ('open', 'fulfilled', 'late', 'missed', 'overdue')),
          subject TEXT,
          act TEXT,
          figure_text TEXT,
          figure_low REAL,
          figure_high REAL,
          figure_unit TEXT,
          date_text TEXT,
          date_edtf TEXT,
          date_earliest TEXT,
          date_latest TEXT,
          first_said TEXT,
          first_said_at TEXT,
          first_source TEXT REFERENCES source(name),
          last_said_at TEXT,
          last_changed TEXT,
          last_changed_at TEXT,
          evidence_count INTEGER NOT NULL DEFAULT 0,
          report_count INTEGER NOT NULL DEFAULT 0,
          source_count INTEGER NOT NULL DEFAULT 0,
          origin_count INTEGER NOT NULL DEFAULT 0,
          slip_count INTEGER NOT NULL DEFAULT 0,
          slip_days INTEGER NOT NULL DEFAULT 0,
          is_contradicted INTEGER NOT NULL DEFAULT 0 CHECK (is_contradicted IN (0, 1)),
          is_dismissed INTEGER NOT NULL DEFAULT 0 CHECK (is_dismissed IN (0, 1))
        ) STRICT;
        CREATE INDEX claim_status ON claim(status, source_type, outcome, is_dismissed);
        CREATE INDEX claim_source_type ON claim(source_type, status, outcome,
          is_dismissed);
        CREATE INDEX claim_outcome ON claim(outcome, status, source_type,
          is_dismissed);
        CREATE INDEX claim_first_source ON claim(first_source, status, source_type,
          is_dismissed);
        CREATE INDEX claim_lang ON claim(lang, status, source_type, is_dismissed);
        CREATE INDEX claim_subject ON claim(subject, status, is_dismissed);
        CREATE INDEX claim_found ON claim(n, is_dismissed, status, source_type,
          outcome);
        CREATE INDEX claim_recent ON claim(status, last_said_at);
        CREATE INDEX claim_due ON claim(outcome, date_latest);
        CREATE INDEX claim_first_said ON claim(first_said_at);
        CREATE INDEX claim_last_said ON claim(last_said_at);
        CREATE INDEX claim_last_changed ON claim(last_changed_at);

        CREATE TABLE evidence (
          statement_id TEXT PRIMARY KEY REFERENCES statement(id) ON DELETE CASCADE,
          claim_id TEXT NOT NULL REFERENCES claim(id) ON DELETE CASCADE
            DEFERRABLE INITIALLY DEFERRED,
          direction TEXT NOT NULL
            CHECK (direction IN ('supports', 'denies', 'mentions')),
          origin TEXT NOT NULL,
          score REAL,
          report_id TEXT NOT NULL REFERENCES report(id) ON DELETE CASCADE,
          source TEXT NOT NULL REFERENCES source(name)
        ) STRICT;
        CREATE INDEX evidence_claim ON evidence(claim_id);
        CREATE INDEX evidence_source ON evidence(source, claim_id);
        CREATE INDEX evidence_report ON evidence(report_id);
        CREATE INDEX evidence_origin ON evidence(origin);
        CREATE TRIGGER evidence_insert AFTER INSERT ON evidence BEGIN
          UPDATE statement SET is_placed = 1 WHERE id = new.statement_id;
        END;
        CREATE TRIGGER evidence_delete AFTER DELETE ON evidence BEGIN
          UPDATE statement SET is_placed = 0 WHERE id = old.statement_id;
        END;

        CREATE TABLE claim_key (
          key TEXT NOT NULL,
          statement_id TEXT NOT NULL REFERENCES statement(id) ON DELETE CASCADE,
          claim_id TEXT NOT NULL REFERENCES claim(id) ON DELETE CASCADE
            DEFERRABLE INITIALLY DEFERRED,
          PRIMARY KEY (key, statement_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX claim_key_statement ON claim_key(statement_id);
        CREATE INDEX claim_key_claim ON claim_key(claim_id);

        CREATE TABLE claim_value (
          claim_id TEXT NOT NULL REFERENCES claim(id) ON DELETE CASCADE,
          position INTEGER NOT NULL,
          kind TEXT NOT NULL CHECK (kind IN ('figure', 'date')),
          text TEXT NOT NULL,
          start INTEGER NOT NULL,
          "end" INTEGER NOT NULL,
          low REAL,
          high REAL,
          unit TEXT,
          bound TEXT CHECK (bound IS NULL OR bound IN
            ('exact', 'approx', 'min', 'max')),
          measure TEXT,
          "of" TEXT,
          timex TEXT,
          mod TEXT,
          edtf TEXT,
          earliest TEXT,
          latest TEXT,
          said TEXT,
          said_at TEXT,
          statement_id TEXT NOT NULL REFERENCES statement(id) ON DELETE CASCADE,
          report_id TEXT NOT NULL REFERENCES report(id) ON DELETE CASCADE,
          is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
          relation TEXT NOT NULL CHECK (relation IN
            ('current', 'revised', 'contradicted', 'repeated')),
          PRIMARY KEY (claim_id, position)
        ) STRICT;
        CREATE INDEX claim_value_statement ON claim_value(statement_id);
        CREATE INDEX claim_value_report ON claim_value(report_id);
        CREATE INDEX claim_value_latest ON claim_value(latest);

        CREATE TABLE status_change (
          claim_id TEXT NOT NULL REFERENCES claim(id) ON DELETE CASCADE,
          position INTEGER NOT NULL,
          changed TEXT,
          changed_at TEXT,
          old TEXT CHECK (old IS NULL OR old IN
            ('rumor', 'confirmed', 'denied', 'disputed')),
          new TEXT NOT NULL
            CHECK (new IN ('rumor', 'confirmed', 'denied', 'disputed')),
          rule TEXT NOT NULL,
          statement_id TEXT REFERENCES statement(id) ON DELETE SET NULL,
          report_id TEXT REFERENCES report(id) ON DELETE SET NULL,
          actor TEXT NOT NULL DEFAULT 'rules',
          note TEXT,
          PRIMARY KEY (claim_id, position)
        ) STRICT;
        CREATE INDEX status_change_at ON status_change(changed_at);
        CREATE INDEX status_change_new ON status_change(new, changed_at);
        CREATE INDEX status_change_later ON status_change(changed_at)
          WHERE old IS NOT NULL;
        CREATE INDEX status_change_statement ON status_change(statement_id);
        CREATE INDEX status_change_report ON status_change(report_id);
        """,
    )


@migrations()
def m0005_people(db: Database) -> None:
    """What people follow and what they decide."""
    _script(
        db,
        """
        CREATE TABLE topic (
          name TEXT PRIMARY KEY,
          entities TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(entities)),
          words TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(words)),
          claim_count INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE TABLE topic_claim (
          topic TEXT NOT NULL REFERENCES topic(name) ON DELETE CASCADE,
          claim_id TEXT NOT NULL REFERENCES claim(id) ON DELETE CASCADE,
          PRIMARY KEY (topic, claim_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX topic_claim_claim ON topic_claim(claim_id);

        CREATE TABLE review (
          id TEXT PRIMARY KEY,
          claim_id TEXT,
          verb TEXT NOT NULL CHECK (verb IN ('confirm', 'deny', 'reopen', 'dismiss',
            'undo', 'merge', 'split', 'set', 'alias')),
          argument TEXT,
          actor TEXT NOT NULL,
          at TEXT NOT NULL,
          note TEXT,
          is_undone INTEGER NOT NULL DEFAULT 0 CHECK (is_undone IN (0, 1))
        ) STRICT;
        CREATE INDEX review_claim ON review(claim_id);
        CREATE INDEX review_at ON review(at);

        CREATE TABLE match_suggestion (
          claim_a TEXT NOT NULL REFERENCES claim(id) ON DELETE CASCADE
            DEFERRABLE INITIALLY DEFERRED,
          claim_b TEXT NOT NULL REFERENCES claim(id) ON DELETE CASCADE
            DEFERRABLE INITIALLY DEFERRED,
          score REAL NOT NULL,
          reasons TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(reasons)),
          PRIMARY KEY (claim_a, claim_b),
          CHECK (claim_a < claim_b)
        ) STRICT;
        CREATE INDEX match_suggestion_b ON match_suggestion(claim_b);
        CREATE INDEX match_suggestion_score ON match_suggestion(score);
        """,
    )


@migrations()
def m0006_search(db: Database) -> None:
    """Full text search over stems, because SQLite knows no Russian endings."""
    for table, owner, text in (
        ("claim_search", "claim", "text"),
        ("report_search", "report", "title"),
    ):
        _script(db, _search_table(table, owner, text))


@migrations()
def m0007_reviews(db: Database) -> None:
    """What people decided can be undone, and is asked for where it matters most."""
    _script(
        db,
        """
        ALTER TABLE evidence ADD COLUMN found_claim_id TEXT;
        UPDATE evidence SET found_claim_id = claim_id;
        CREATE INDEX evidence_found ON evidence(found_claim_id);

        ALTER TABLE claim ADD COLUMN rules_status TEXT CHECK (rules_status IS NULL
          OR rules_status IN ('rumor', 'confirmed', 'denied', 'disputed'));
        ALTER TABLE claim ADD COLUMN is_challenged INTEGER NOT NULL DEFAULT 0
          CHECK (is_challenged IN (0, 1));
        CREATE INDEX claim_challenged ON claim(last_said_at) WHERE is_challenged = 1;
        CREATE INDEX claim_contradicted ON claim(last_said_at)
          WHERE is_contradicted = 1;

        ALTER TABLE match_suggestion ADD COLUMN is_apart INTEGER NOT NULL DEFAULT 0
          CHECK (is_apart IN (0, 1));

        ALTER TABLE review ADD COLUMN settled TEXT
          CHECK (settled IS NULL OR json_valid(settled));

        CREATE TRIGGER topic_claim_insert AFTER INSERT ON topic_claim BEGIN
          UPDATE topic SET claim_count = claim_count + 1 WHERE name = new.topic;
        END;
        CREATE TRIGGER topic_claim_delete AFTER DELETE ON topic_claim BEGIN
          UPDATE topic SET claim_count = claim_count - 1 WHERE name = old.topic;
        END;

        CREATE TABLE rule (
          name TEXT PRIMARY KEY,
          words TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE track (
          claim_id TEXT NOT NULL REFERENCES claim(id) ON DELETE CASCADE,
          position INTEGER NOT NULL,
          source TEXT NOT NULL REFERENCES source(name),
          source_type TEXT NOT NULL CHECK (source_type IN ('official', 'expert',
            'document', 'anonymous', 'media', 'unattributed')),
          fate TEXT NOT NULL
            CHECK (fate IN ('confirmed', 'denied', 'missed', 'open')),
          lead_days INTEGER,
          PRIMARY KEY (claim_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX track_source ON track(source, source_type, fate, lead_days);

        CREATE VIEW claim_story AS
        SELECT v.claim_id, 'value' AS part, v.position, v.said_at AS at, v.text,
          v.relation AS meaning, s.title AS outlet, t.source_text AS said_by,
          t.source_type, e.origin, r.url, NULL AS actor, NULL AS note,
          v.statement_id, v.report_id
        FROM claim_value v JOIN report r ON r.id = v.report_id
        JOIN source s ON s.name = r.source
        JOIN statement t ON t.id = v.statement_id
        LEFT JOIN evidence e ON e.statement_id = v.statement_id
        UNION ALL
        SELECT e.claim_id, 'evidence', NULL, r.published_at, t.text,
          e.direction || ', ' || t.modality
            || CASE r.is_withdrawn WHEN 1 THEN ', withdrawn' ELSE '' END,
          s.title || coalesce(' → ' || t.outlet_text, ''), t.source_text,
          t.source_type, e.origin, r.url, NULL, NULL, e.statement_id, e.report_id
        FROM evidence e JOIN report r ON r.id = e.report_id
        JOIN source s ON s.name = r.source
        JOIN statement t ON t.id = e.statement_id
        UNION ALL
        SELECT h.claim_id, 'change', h.position, h.changed_at,
          coalesce(h.old || ' → ', '') || h.new, coalesce(u.words, h.rule), s.title,
          t.source_text, t.source_type, NULL, r.url, h.actor, h.note,
          h.statement_id, h.report_id
        FROM status_change h LEFT JOIN rule u ON u.name = h.rule
        LEFT JOIN report r ON r.id = h.report_id
        LEFT JOIN source s ON s.name = r.source
        LEFT JOIN statement t ON t.id = h.statement_id;
        """,
    )


@migrations()
def m0008_changes(db: Database) -> None:
    """Revisions by what the edit did, and addresses by what became of them."""
    _script(
        db,
        """
        CREATE TABLE report_revision_new (
          report_id TEXT NOT NULL REFERENCES report(id) ON DELETE CASCADE,
          revision INTEGER NOT NULL,
          title TEXT NOT NULL DEFAULT '',
          text TEXT NOT NULL,
          text_sha256 TEXT NOT NULL,
          body_sha256 TEXT,
          seen_at TEXT NOT NULL,
          change_class TEXT NOT NULL DEFAULT 'new' CHECK (change_class IN ('new',
            'cosmetic', 'title', 'correction', 'substantive', 'withdrawn', 'restored')),
          layers TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(layers)),
          shingles TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(shingles)),
          read_at TEXT,
          record_file TEXT,
          record_offset INTEGER,
          PRIMARY KEY (report_id, revision)
        ) STRICT;
        INSERT INTO report_revision_new
        SELECT report_id, revision, title, text, text_sha256, body_sha256, seen_at,
          CASE change_class WHEN 'new' THEN 'new' WHEN 'minor' THEN 'correction'
            ELSE 'substantive' END,
          layers, shingles, read_at, NULL, NULL
        FROM report_revision;
        DROP TABLE report_revision;
        ALTER TABLE report_revision_new RENAME TO report_revision;
        CREATE INDEX report_revision_unread ON report_revision(report_id)
          WHERE read_at IS NULL;
        CREATE INDEX report_revision_seen ON report_revision(seen_at);
        """,
    )


@migrations()
def m0009_candidates(db: Database) -> None:
    """An index of candidates whose look-up costs the same however many there are."""
    _script(
        db,
        """
        DROP TABLE claim_key;
        ALTER TABLE statement ADD COLUMN n INTEGER;
        UPDATE statement SET n = rowid WHERE is_placed = 1;
        CREATE UNIQUE INDEX statement_n ON statement(n);
        CREATE TABLE claim_key (
          key INTEGER NOT NULL,
          n INTEGER NOT NULL REFERENCES statement(n) ON DELETE CASCADE,
          PRIMARY KEY (key, n)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX claim_key_n ON claim_key(n);
        """,
    )
    sql = "SELECT n, record FROM statement WHERE n IS NOT NULL ORDER BY n"
    for n, record in db.conn.execute(sql):
        keys = block_keys(from_json(Statement, record))
        db.conn.executemany(
            "INSERT OR IGNORE INTO claim_key(key, n) VALUES (?, ?)",
            [(number_of(key), n) for key in keys],
        )


@migrations()
def m0010_operations(db: Database) -> None:
    """How each source fares, which ones are left alone, and who is at work."""
    _script(
        db,
        """
        CREATE TABLE source_run (
          run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
          source TEXT NOT NULL REFERENCES source(name) ON DELETE CASCADE,
          started_at TEXT NOT NULL,
          seconds REAL NOT NULL DEFAULT 0,
          state TEXT NOT NULL DEFAULT 'running' CHECK (state IN
            ('running', 'done', 'failed', 'blocked', 'stopped')),
          requests INTEGER NOT NULL DEFAULT 0,
          found INTEGER NOT NULL DEFAULT 0,
          new INTEGER NOT NULL DEFAULT 0,
          changed INTEGER NOT NULL DEFAULT 0,
          unchanged INTEGER NOT NULL DEFAULT 0,
          moved INTEGER NOT NULL DEFAULT 0,
          gone INTEGER NOT NULL DEFAULT 0,
          withdrawn INTEGER NOT NULL DEFAULT 0,
          skipped INTEGER NOT NULL DEFAULT 0,
          failed INTEGER NOT NULL DEFAULT 0,
          bytes INTEGER NOT NULL DEFAULT 0,
          feed_age INTEGER,
          coverage TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(coverage)),
          reasons TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(reasons)),
          PRIMARY KEY (run_id, source)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX source_run_source ON source_run(source, started_at);

        CREATE TABLE circuit (
          source TEXT PRIMARY KEY REFERENCES source(name) ON DELETE CASCADE,
          opened_at TEXT NOT NULL,
          until_at TEXT NOT NULL,
          openings INTEGER NOT NULL DEFAULT 1,
          reason TEXT NOT NULL
        ) STRICT;

        CREATE TABLE lease (
          name TEXT PRIMARY KEY,
          holder TEXT NOT NULL,
          until_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX lease_holder ON lease(holder);

        ALTER TABLE run ADD COLUMN holder TEXT;
        CREATE INDEX page_pending ON page(source) WHERE state = 'pending';
        CREATE INDEX page_next ON page(next_check_at) WHERE next_check_at IS NOT NULL;
        """,
    )


@migrations()
def m0011_large_topics(db: Database) -> None:
    """Indexes that answer for a topic of many claims, and for dates that moved."""
    _script(
        db,
        """
        CREATE INDEX claim_standing ON claim(id, is_dismissed, status, origin_count,
          last_said_at, last_changed_at, report_count);
        CREATE INDEX claim_slipped ON claim(last_said_at) WHERE slip_count > 0;
        """,
    )


@migrations()
def m0012_bands(db: Database) -> None:
    """Near copies are found by number, in the order in which reports were stored."""
    _script(
        db,
        """
        CREATE TABLE report_band_new (
          band INTEGER NOT NULL,
          n INTEGER NOT NULL REFERENCES report(n) ON DELETE CASCADE,
          PRIMARY KEY (band, n)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO report_band_new
        SELECT b.band, r.n FROM report_band b JOIN report r ON r.id = b.report_id;
        DROP TABLE report_band;
        ALTER TABLE report_band_new RENAME TO report_band;
        CREATE INDEX report_band_n ON report_band(n);
        """,
    )


def _search_table(table: str, owner: str, text: str) -> str:
    index = f"{owner}_fts"
    gone = f"INSERT INTO {index}({index}, rowid, {text}, stems) VALUES"
    come = f"INSERT INTO {index}(rowid, {text}, stems) VALUES"
    return f"""
        CREATE TABLE {table} (
          n INTEGER PRIMARY KEY REFERENCES {owner}(n) ON DELETE CASCADE,
          {text} TEXT NOT NULL,
          stems TEXT NOT NULL
        ) STRICT;
        CREATE VIRTUAL TABLE {index} USING fts5({text}, stems,
          content='{table}', content_rowid='n',
          tokenize='unicode61 remove_diacritics 2');
        CREATE TRIGGER {table}_insert AFTER INSERT ON {table} BEGIN
          {come} (new.n, new.{text}, new.stems);
        END;
        CREATE TRIGGER {table}_delete AFTER DELETE ON {table} BEGIN
          {gone} ('delete', old.n, old.{text}, old.stems);
        END;
        CREATE TRIGGER {table}_update AFTER UPDATE ON {table} BEGIN
          {gone} ('delete', old.n, old.{text}, old.stems);
          {come} (new.n, new.{text}, new.stems);
        END;
    """


def _script(db: Database, sql: str) -> None:
    """Run statements inside the migration's transaction."""
    db.executescript(sql)
