-- Milliseconds from the answer until person and agent were in one bridge, by Asterisk's clock.
SELECT percentile_cont(0.50) WITHIN GROUP (ORDER BY waited_ms) AS p50,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY waited_ms) AS p95,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY waited_ms) AS p99
FROM (
    SELECT extract(epoch FROM connected_at - answered_at)::double precision * 1000 AS waited_ms
    FROM attempts
    WHERE campaign_id = :campaign_id AND answered_at >= :since AND connected_at IS NOT NULL
) AS waits;
