-- What has changed lately?
-- Every change of status, the newest first, from a day on (YYYY-MM-DD; empty for all).
SELECT h.changed_at, h.claim_id, h.old, h.new, c.text, r.source,
  CASE h.actor WHEN 'rules' THEN 'rules' ELSE 'a person' END AS made_by
FROM status_change h JOIN claim c ON c.id = h.claim_id
LEFT JOIN report r ON r.id = h.report_id
WHERE c.is_dismissed = 0 AND h.changed_at >= :since
ORDER BY h.changed_at DESC LIMIT 200
