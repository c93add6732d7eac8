-- What should have happened by now?
-- Claims whose current date has passed without a report that it came true.
SELECT c.id AS claim_id, c.date_latest AS due, c.status, c.text, c.said_by, c.slip_count
FROM claim c WHERE c.outcome = 'overdue' AND c.is_dismissed = 0
ORDER BY c.date_latest DESC LIMIT 200
