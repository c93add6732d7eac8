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
), told AS (
  SELECT t.kind, t.id AS claim_id, t.other AS other_id, c.status, c.text,
    o.text AS other_text, t.rank, t.score, c.rules_status, c.date_latest AS due,
    CASE t.kind WHEN 'disputed' THEN (SELECT group_concat(name, ', ') FROM
      (SELECT DISTINCT coalesce(n.name, s.source_text, s.authority) AS name
      FROM evidence e JOIN statement s ON s.id = e.statement_id
      LEFT JOIN entity n ON n.key = s.authority
      WHERE e.claim_id = c.id AND e.direction = 'supports' AND s.authority IS NOT NULL
      ORDER BY name)) END AS said_for,
    CASE t.kind WHEN 'disputed' THEN (SELECT group_concat(name, ', ') FROM
      (SELECT DISTINCT coalesce(n.name, s.source_text, s.authority) AS name
      FROM evidence e JOIN statement s ON s.id = e.statement_id
      LEFT JOIN entity n ON n.key = s.authority
      WHERE e.claim_id = c.id AND e.direction = 'denies' AND s.authority IS NOT NULL
      ORDER BY name)) END AS said_against,
    CASE t.kind WHEN 'contradicted' THEN (SELECT group_concat(text, ' / ') FROM
      (SELECT DISTINCT v.text FROM claim_value v
      WHERE v.claim_id = c.id AND v.kind = w.kind
        AND v.relation IN ('current', 'contradicted'))) END AS at_odds,
    (SELECT group_concat(value, ', ') FROM json_each(m.reasons)
      WHERE value NOT LIKE 'cosine%') AS reasons,
    c.origin_count, c.last_said_at, c.n
  FROM top t JOIN claim c ON c.id = t.id
  LEFT JOIN claim o ON o.id = t.other
  LEFT JOIN match_suggestion m ON (m.claim_a, m.claim_b) = (t.id, t.other)
  LEFT JOIN claim_value w ON t.kind = 'contradicted' AND w.claim_id = c.id
    AND w.position = (SELECT min(position) FROM claim_value
      WHERE claim_id = c.id AND relation = 'contradicted')
)
SELECT kind, claim_id, other_id, status, text, other_text,
  CASE kind
    WHEN 'challenged' THEN 'newer evidence speaks against what a person decided'
      || coalesce(' (' || status || '); the rules say ' || rules_status, '')
    WHEN 'disputed' THEN 'for it: ' || coalesce(said_for, 'nobody')
      || '; against it: ' || coalesce(said_against, 'nobody')
    WHEN 'contradicted' THEN 'equal voices at one time: ' || at_odds
    WHEN 'alike' THEN printf('%.0f%% alike: ', 100 * score) || reasons
    WHEN 'overdue' THEN 'due ' || due || ', and nothing on record since'
  END AS why, score, origin_count, last_said_at,
  rules_status, said_for, said_against, at_odds, reasons, due
FROM told
ORDER BY rank, score DESC, kind = 'overdue' AND status = 'rumor', last_said_at DESC, n
