-- The abandonment ledger: what the answered calls of a legal campaign count as, by the area that
-- was called and by the stretch of time between two bounds (:bounds, in ascending order); a window
-- of time is some stretches in succession. The columns are those of compliance/abandonment.py's
-- Counts. Every call is looked at once, however many windows there are.
WITH bounds AS MATERIALIZED (
    SELECT array_agg(to_timestamp(b) ORDER BY b) AS at
    FROM unnest(CAST(:bounds AS double precision[])) AS b
)
SELECT width_bucket(c.answered_at, (SELECT at FROM bounds)) AS stretch,
       left(c.e164, :area_digits) AS area,
       count(*) FILTER (WHERE c.standing = 'connected') AS connected,
       count(*) FILTER (WHERE c.standing IN ('late', 'abandoned') AND NOT c.is_unknown)
           AS abandoned,
       count(*) FILTER (WHERE c.standing IN ('late', 'abandoned') AND c.is_unknown) AS unknown,
       count(*) FILTER (WHERE c.standing = 'left_early') AS left_early,
       count(*) FILTER (WHERE c.standing = 'screened_out') AS screened_out,
       count(*) FILTER (WHERE c.standing = 'machine_to_agent') AS machines_to_agents,
       count(*) FILTER (WHERE c.uk_standing = 'connected') AS uk_connected,
       count(*) FILTER (WHERE c.uk_standing IN ('late', 'abandoned')) AS uk_abandoned,
       count(*) FILTER (WHERE c.uk_standing = 'left_early') AS uk_left_early
FROM answered_calls AS c
WHERE c.campaign_id = ANY(CAST(:campaign_ids AS integer[]))
  AND c.answered_at >= to_timestamp(:first) AND c.answered_at < to_timestamp(:last)
GROUP BY 1, 2;
