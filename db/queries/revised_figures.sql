-- Which figures have changed?
-- Values that were given for a claim and no longer stand, beside the one that does.
SELECT c.id AS claim_id, c.status, c.text, c.figure_text AS now, v.text AS was,
  date(v.said_at) AS said, v.relation
FROM claim_value v JOIN claim c ON c.id = v.claim_id
WHERE v.kind = 'figure' AND v.relation IN ('revised', 'contradicted')
  AND c.is_dismissed = 0
ORDER BY v.said_at DESC LIMIT 200
