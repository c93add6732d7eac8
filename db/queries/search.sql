-- Search claims
-- Finds a word in any of its forms, in Russian and English; "quotes" for a phrase, a trailing * for a beginning.
SELECT c.id AS claim_id, c.status, c.text, c.said_by, c.first_said, c.first_source,
  s.title AS first_outlet, c.outcome, c.lang, c.figure_text, c.date_earliest,
  c.date_latest, c.origin_count, c.id
FROM claim_fts f JOIN claim c ON c.n = f.rowid
LEFT JOIN source s ON s.name = c.first_source
WHERE claim_fts MATCH escape_fts(:q) AND c.is_dismissed = 0
ORDER BY f.rank LIMIT 100
