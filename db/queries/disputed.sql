-- Where do the authorities disagree?
-- Disputed claims, and claims for which equal voices give different values.
SELECT c.id AS claim_id, c.status, c.text, c.said_by, c.last_said_at, c.is_contradicted
FROM claim c WHERE c.is_dismissed = 0 AND (c.status = 'disputed' OR c.is_contradicted = 1)
ORDER BY c.last_said_at DESC LIMIT 200
