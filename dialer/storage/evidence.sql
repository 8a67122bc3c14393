-- The SQL of the evidence log by name; evidence.py, erasure.py and retention.py run it.

-- name: extent
-- Where the chain begins and ends, and what its head says: nothing, when somebody removed it.
SELECT coalesce((SELECT min(seq) FROM evidence), 0) AS first,
       coalesce((SELECT max(seq) FROM evidence), 0) AS last,
       coalesce(h.count, 0) AS count, coalesce(h.hash, decode(repeat('00', 32), 'hex')) AS hash,
       coalesce(extract(epoch FROM h.began_at), 0)::double precision AS began_at
FROM (VALUES (1)) AS one LEFT JOIN evidence_head AS h ON true;

-- name: head
-- The head, and the last record as it is.
SELECT h.count, h.hash, coalesce((SELECT max(seq) FROM evidence), 0) AS last,
       CASE WHEN h.count = 0 THEN decode(repeat('00', 32), 'hex')
            ELSE (SELECT e.hash FROM evidence AS e WHERE e.seq = h.count) END AS on_record
FROM evidence_head AS h;

-- name: span_of_time
-- The first and the last record of a span of time.
SELECT coalesce(min(seq), 0) AS first, coalesce(max(seq), -1) AS last
FROM evidence WHERE at >= %(since)s AND at < %(until)s;

-- name: last_checkpoint
SELECT record FROM evidence WHERE kind = 'checkpoint' ORDER BY seq DESC LIMIT 1;

-- name: read_links
-- A part of the chain, with all that is checked.
COPY (SELECT seq, CASE WHEN isfinite(at) THEN (extract(epoch FROM at) * 1000)::bigint ELSE 0 END,
             kind, campaign_id, attempt_id, coalesce(subject, ''), convert_to(record, 'UTF8'), hash
      FROM evidence WHERE seq BETWEEN %(first)s AND %(last)s ORDER BY seq)
TO STDOUT (FORMAT BINARY);

-- name: attempts_without_evidence
-- Number 0: no record is at fault.
SELECT 0 AS seq, a.id AS attempt_id FROM attempts AS a
WHERE a.dialed_at >= to_timestamp(%(since)s)
  AND NOT EXISTS (SELECT FROM evidence AS e WHERE e.kind = 'dialed' AND e.attempt_id = a.id)
ORDER BY a.dialed_at LIMIT %(most)s;

-- name: ends_without_evidence
SELECT 0 AS seq, a.id AS attempt_id FROM attempts AS a
WHERE a.dialed_at >= to_timestamp(%(since)s) AND a.outcome IS NOT NULL
  AND NOT EXISTS (SELECT FROM evidence AS e WHERE e.kind = 'ended' AND e.attempt_id = a.id)
ORDER BY a.dialed_at LIMIT %(most)s;

-- name: refusals_without_evidence
SELECT 0 AS seq, r.lead_id FROM refusals AS r
WHERE r.at >= to_timestamp(%(since)s)
  AND NOT EXISTS (SELECT FROM evidence AS e
                  WHERE e.kind IN ('refused', 'held')
                    AND (e.record::json->>'lead')::bigint = r.lead_id
                    AND abs(extract(epoch FROM e.at - r.at)) < 0.002)
ORDER BY r.at LIMIT %(most)s;

-- name: evidence_of_no_attempt
SELECT e.seq, e.attempt_id FROM evidence AS e
WHERE e.kind = 'dialed' AND NOT EXISTS (SELECT FROM attempts AS a WHERE a.id = e.attempt_id)
ORDER BY e.seq LIMIT %(most)s;

-- name: ends_that_differ
-- The legal rates are computed from the attempts, so these must say what the evidence says, with
-- what was heard after their ends.
WITH later AS (
    SELECT e.attempt_id,
           (array_agg(r.answered_ms ORDER BY e.seq DESC)
                FILTER (WHERE r.answered_ms IS NOT NULL))[1] AS answered_ms,
           (array_agg(r.connected_ms ORDER BY e.seq DESC)
                FILTER (WHERE r.connected_ms IS NOT NULL))[1] AS connected_ms,
           (array_agg(r.greeting_ended_ms ORDER BY e.seq DESC)
                FILTER (WHERE r.greeting_ended_ms IS NOT NULL))[1] AS greeting_ended_ms
    FROM evidence AS e CROSS JOIN LATERAL json_to_record(e.record::json) AS r(
             answered_ms bigint, connected_ms bigint, greeting_ended_ms bigint)
    WHERE e.kind = 'amended' GROUP BY e.attempt_id
)
SELECT e.seq, e.attempt_id
FROM evidence AS e CROSS JOIN LATERAL json_to_record(e.record::json) AS r(
         outcome text, answered_ms bigint, connected_ms bigint, greeting_ended_ms bigint)
     LEFT JOIN attempts AS a ON a.id = e.attempt_id
     LEFT JOIN later AS l ON l.attempt_id = e.attempt_id
WHERE e.kind = 'ended'
  AND (a.outcome IS DISTINCT FROM r.outcome
       OR abs(extract(epoch FROM a.answered_at) * 1000
              - coalesce(l.answered_ms, r.answered_ms)) > 1
       OR abs(extract(epoch FROM a.connected_at) * 1000
              - coalesce(l.connected_ms, r.connected_ms)) > 1
       OR abs(extract(epoch FROM a.greeting_ended_at) * 1000
              - coalesce(l.greeting_ended_ms, r.greeting_ended_ms)) > 1)
ORDER BY e.seq LIMIT %(most)s;

-- name: numbers_that_differ
-- The number of an attempt is the one whose subject its evidence names.
SELECT e.seq, e.attempt_id
FROM evidence AS e JOIN attempts AS a ON a.id = e.attempt_id
     LEFT JOIN evidence_subjects AS s ON s.subject = e.subject
WHERE e.kind = 'dialed'
  AND (s.subject IS NULL OR (s.e164 IS NOT NULL AND s.e164 <> a.e164 AND a.e164 !~ '^\+999'))
ORDER BY e.seq LIMIT %(most)s;

-- name: read_subjects
COPY (SELECT subject, e164, key FROM evidence_subjects WHERE e164 IS NOT NULL)
TO STDOUT (FORMAT BINARY);
