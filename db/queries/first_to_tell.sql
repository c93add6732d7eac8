-- Who told it first, and how often did it hold?
-- Claims that each source was the first to tell, by what became of them.
SELECT first_source, count(*) AS first, sum(status = 'confirmed') AS confirmed,
  sum(status = 'rumor') AS still_rumor, sum(status = 'denied') AS denied,
  sum(status = 'disputed') AS disputed
FROM claim WHERE is_dismissed = 0 AND first_source IS NOT NULL
GROUP BY first_source ORDER BY first DESC
