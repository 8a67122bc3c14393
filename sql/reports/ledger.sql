-- The abandonment ledger: what the answered calls of a legal campaign count as, in each of some
-- windows of time, by the area that was called. The letters are compliance.md 1.5's, the columns
-- those of compliance/abandonment.py's Counts. Every call is judged once, whatever the windows.
WITH calls AS MATERIALIZED (
    SELECT answered_at, left(e164, :area_digits) AS area, standing, uk_standing, is_unknown
    FROM answered_calls
    WHERE campaign_id = ANY(CAST(:campaign_ids AS integer[]))
      AND answered_at >= to_timestamp(:first) AND answered_at < to_timestamp(:last)
)
SELECT w.number::integer AS number, c.area,
       count(*) FILTER (WHERE standing = 'connected') AS connected,
       count(*) FILTER (WHERE standing IN ('late', 'abandoned') AND NOT is_unknown) AS abandoned,
       count(*) FILTER (WHERE standing IN ('late', 'abandoned') AND is_unknown) AS unknown,
       count(*) FILTER (WHERE standing = 'left_early') AS left_early,
       count(*) FILTER (WHERE standing = 'screened_out') AS screened_out,
       count(*) FILTER (WHERE standing = 'machine_to_agent') AS machines_to_agents,
       count(*) FILTER (WHERE uk_standing = 'connected') AS uk_connected,
       count(*) FILTER (WHERE uk_standing IN ('late', 'abandoned')) AS uk_abandoned,
       count(*) FILTER (WHERE uk_standing = 'left_early') AS uk_left_early
FROM unnest(CAST(:began AS double precision[]), CAST(:ends AS double precision[]))
         WITH ORDINALITY AS w(began, ends, number)
     JOIN calls AS c ON c.answered_at >= to_timestamp(w.began)
                    AND c.answered_at < to_timestamp(w.ends)
GROUP BY w.number, c.area;
