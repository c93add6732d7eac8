-- What most needs eyes?
-- Decisions that newer evidence speaks against, disputes, values that contradict each other, claims that may be one, and dates that passed in silence; `molva review` decides.
WITH top AS (
  SELECT * FROM (SELECT 1 AS rank, 'challenged' AS kind, id, NULL AS other, NULL AS score
    FROM claim WHERE is_challenged = 1 AND is_dismissed = 0
    ORDER BY last_said_at DESC LIMIT 100)
  UNION ALL SELECT * FROM (SELECT 2, 'disputed', id, NULL, NULL
    FROM claim WHERE status = 'disputed' AND is_dismissed = 0 AND rules_status IS NULL
    ORDER BY last_said_at DESC LIMIT 100)
  UNION ALL SELECT * FROM (SELECT 3, 'contradicted', id, NULL, NULL
    FROM claim WHERE is_contradicted = 1 AND is_dismissed = 0
    ORDER BY last_said_at DESC LIMIT 100)
  UNION ALL SELECT * FROM (SELECT 4, 'alike', m.claim_a, m.claim_b, m.score
    FROM match_suggestion m JOIN claim a ON a.id = m.claim_a
    JOIN claim b ON b.id = m.claim_b
    WHERE m.is_apart = 0 AND a.is_dismissed = 0 AND b.is_dismissed = 0
    ORDER BY m.score DESC LIMIT 100)
  UNION ALL SELECT * FROM (SELECT 5, 'overdue', id, NULL, NULL
    FROM claim WHERE outcome = 'overdue' AND is_dismissed = 0
    ORDER BY status = 'rumor', date_latest DESC LIMIT 100)
)
SELECT t.kind, t.id AS claim_id, t.other AS other_id, c.status, c.text,
  o.text AS other_text,
  CASE t.kind
    WHEN 'challenged' THEN 'newer evidence speaks against what a person decided'
      || coalesce(' (' || c.status || '); the rules say ' || c.rules_status, '')
    WHEN 'disputed' THEN 'for it: ' || coalesce((SELECT group_concat(name, ', ') FROM
        (SELECT DISTINCT coalesce(n.name, s.authority) AS name
        FROM evidence e JOIN statement s ON s.id = e.statement_id
        LEFT JOIN entity n ON n.key = s.authority
        WHERE e.claim_id = c.id AND e.direction = 'supports' AND s.authority IS NOT NULL
        ORDER BY name)), 'nobody')
      || '; against it: ' || coalesce((SELECT group_concat(name, ', ') FROM
        (SELECT DISTINCT coalesce(n.name, s.authority) AS name
        FROM evidence e JOIN statement s ON s.id = e.statement_id
        LEFT JOIN entity n ON n.key = s.authority
        WHERE e.claim_id = c.id AND e.direction = 'denies' AND s.authority IS NOT NULL
        ORDER BY name)), 'nobody')
    WHEN 'contradicted' THEN 'equal voices at one time: '
      || (SELECT group_concat(text, ' / ') FROM (SELECT DISTINCT v.text
        FROM claim_value v WHERE v.claim_id = c.id AND v.kind = w.kind
        AND v.relation IN ('current', 'contradicted')))
    WHEN 'alike' THEN printf('%.0f%% alike: ', 100 * t.score)
      || (SELECT group_concat(value, ', ') FROM json_each(m.reasons)
        WHERE value NOT LIKE 'cosine%')
    WHEN 'overdue' THEN 'due ' || c.date_latest || ', and nothing on record since'
  END AS why, t.score, c.origin_count, c.last_said_at
FROM top t JOIN claim c ON c.id = t.id
LEFT JOIN claim o ON o.id = t.other
LEFT JOIN match_suggestion m ON (m.claim_a, m.claim_b) = (t.id, t.other)
LEFT JOIN claim_value w ON t.kind = 'contradicted' AND w.claim_id = c.id
  AND w.position = (SELECT min(position) FROM claim_value
    WHERE claim_id = c.id AND relation = 'contradicted')
ORDER BY t.rank, t.score DESC, t.kind = 'overdue' AND c.status = 'rumor',
  c.last_said_at DESC, c.n
