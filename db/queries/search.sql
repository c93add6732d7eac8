-- Search claims
-- Finds a word in any of its forms, in Russian and English; "quotes" for a phrase, a trailing * for a beginning.
SELECT c.id AS claim_id, c.status, c.text, c.said_by, c.first_said_at, c.first_source
FROM claim_fts f JOIN claim c ON c.n = f.rowid
WHERE claim_fts MATCH escape_fts(:q) AND c.is_dismissed = 0
ORDER BY f.rank LIMIT 100
