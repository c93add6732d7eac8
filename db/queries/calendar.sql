-- What is expected, and when?
-- Claims about the future that are still open, by their latest day.
SELECT c.date_earliest AS earliest, c.date_latest AS latest, c.id AS claim_id, c.status,
  c.text, c.figure_text, c.said_by
FROM claim c
WHERE c.outcome = 'open' AND c.is_dismissed = 0
  AND (c.date_latest IS NOT NULL OR c.date_earliest IS NOT NULL)
ORDER BY coalesce(c.date_latest, c.date_earliest) LIMIT 200
