-- What keeps slipping?
-- Claims whose date has moved, the most often moved first.
SELECT c.id AS claim_id, c.slip_count AS moves, c.slip_days AS days, c.date_latest AS due,
  c.status, c.outcome, c.text
FROM claim c WHERE c.slip_count > 0 AND c.is_dismissed = 0
ORDER BY c.slip_count DESC, c.slip_days DESC LIMIT 200
