-- Which rumors were confirmed later, and how long did it take?
-- Claims that began as a rumor: who told them first, and the days until confirmation.
SELECT c.id AS claim_id, c.text, c.first_source, date(c.first_said_at) AS first_said,
  date(min(h.changed_at)) AS confirmed,
  CAST(julianday(min(h.changed_at)) - julianday(c.first_said_at) AS INTEGER) AS days
FROM claim c JOIN status_change h ON h.claim_id = c.id AND h.new = 'confirmed'
WHERE c.is_dismissed = 0 AND EXISTS (SELECT 1 FROM status_change b
  WHERE b.claim_id = c.id AND b.position = 0 AND b.new = 'rumor')
GROUP BY c.id ORDER BY confirmed DESC LIMIT 200
