-- How often was each source right?
-- What became of the claims that each source carried before their fate was known, by whose word it relied on; shares (95% Wilson interval) and lead times from five claims on.
WITH ranked AS (
  SELECT *, row_number() OVER told AS place,
    count(lead_days) OVER (PARTITION BY source, source_type) AS leads
  FROM track WINDOW told AS (PARTITION BY source, source_type
    ORDER BY lead_days IS NULL, lead_days)
), counted AS (
  SELECT source, source_type, count(*) AS n, sum(fate = 'confirmed') AS confirmed,
    sum(fate = 'denied') AS denied, sum(fate = 'missed') AS missed,
    avg(lead_days) FILTER (WHERE place IN ((leads + 1) / 2, (leads + 2) / 2)) AS lead,
    1.959963984540054 * 1.959963984540054 AS z2
  FROM ranked GROUP BY source, source_type
), middled AS (
  SELECT *, 1.0 * confirmed / n AS share,
    (1.0 * confirmed / n + z2 / n / 2) / (1 + z2 / n) AS centre,
    sqrt(z2 * (1.0 * confirmed / n * (1 - 1.0 * confirmed / n) / n + z2 / n / n / 4))
      / (1 + z2 / n) AS half
  FROM counted
)
SELECT source, source_type, n, confirmed, denied, missed,
  CASE WHEN n >= 5 THEN max(0, round(centre - half, 3)) END AS confirmed_from,
  CASE WHEN n >= 5 THEN min(1, round(centre + half, 3)) END AS confirmed_to,
  CASE WHEN n >= 5 THEN lead END AS median_lead_days
FROM middled WHERE :source = '' OR source = :source
ORDER BY source, source_type
