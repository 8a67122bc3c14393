-- What retention removes, by name; retention.py runs it, a part at a time, each in one transaction.

-- name: lock_head
SELECT count FROM evidence_head FOR UPDATE;

-- name: front
-- The front of the chain that is from before an instant, at most so many records of it: its last
-- number and that record's hash.
WITH bounds AS (SELECT min(seq) AS first, max(seq) AS last FROM evidence),
     young AS (SELECT min(seq) AS seq FROM evidence WHERE at >= %(before)s),
     front AS (SELECT least(coalesce(y.seq - 1, b.last), b.first + %(most)s - 1) AS through
               FROM bounds AS b CROSS JOIN young AS y)
SELECT e.seq, e.hash FROM front AS f JOIN evidence AS e ON e.seq = f.through;

-- name: allow_removal
SELECT set_config('callbank.retention', 'on', true);

-- name: remove_front
CREATE TEMPORARY TABLE removed_evidence ON COMMIT DROP AS
WITH gone AS (DELETE FROM evidence WHERE seq <= %(through)s RETURNING kind, attempt_id, subject)
SELECT * FROM gone;

-- name: remove_results
DELETE FROM results AS r USING removed_evidence AS e
WHERE e.kind = 'ended' AND r.attempt_id = e.attempt_id;

-- name: remove_audits
DELETE FROM amd_audits AS r USING removed_evidence AS e
WHERE e.kind = 'ended' AND r.attempt_id = e.attempt_id;

-- name: remove_recordings
-- Their files are gone long since: [recordings] keep_days.
DELETE FROM recordings AS r USING removed_evidence AS e
WHERE e.kind = 'ended' AND r.attempt_id = e.attempt_id;

-- name: remove_attempts
-- An attempt goes with the record of its end, which is its last.
DELETE FROM attempts AS a USING removed_evidence AS e
WHERE e.kind = 'ended' AND a.id = e.attempt_id;

-- name: remove_subjects
DELETE FROM evidence_subjects AS s
WHERE s.subject IN (SELECT subject FROM removed_evidence)
  AND NOT EXISTS (SELECT FROM evidence AS e WHERE e.subject = s.subject);

-- name: remove_refusals
DELETE FROM refusals WHERE at < %(before)s;

-- name: remove_old_results
-- Of attempts from before evidence was kept.
DELETE FROM results AS r USING attempts AS a, evidence_head AS h
WHERE r.attempt_id = a.id AND a.dialed_at < %(before)s AND a.dialed_at < h.began_at
  AND a.ended_at < %(before)s;

-- name: remove_old_audits
DELETE FROM amd_audits AS r USING attempts AS a, evidence_head AS h
WHERE r.attempt_id = a.id AND a.dialed_at < %(before)s AND a.dialed_at < h.began_at
  AND a.ended_at < %(before)s;

-- name: remove_old_recordings
DELETE FROM recordings AS r USING attempts AS a, evidence_head AS h
WHERE r.attempt_id = a.id AND a.dialed_at < %(before)s AND a.dialed_at < h.began_at
  AND a.ended_at < %(before)s;

-- name: remove_written
-- Answers, notes, flags and skips, each by its own age.
WITH a AS (DELETE FROM answers WHERE clicked_at < %(before)s),
     n AS (DELETE FROM notes WHERE clicked_at < %(before)s),
     s AS (DELETE FROM skips WHERE skipped_at < %(before)s)
DELETE FROM flags WHERE clicked_at < %(before)s;

-- name: remove_inbound_calls
DELETE FROM inbound_calls WHERE ended_at < %(before)s;

-- name: remove_blocks
-- Blocks of abandonment that ended so long ago.
DELETE FROM abandonment_blocks WHERE ended_at < %(before)s;

-- name: remove_old_attempts
DELETE FROM attempts AS a USING evidence_head AS h
WHERE a.dialed_at < %(before)s AND a.dialed_at < h.began_at AND a.ended_at < %(before)s;

-- name: remove_consents
-- Of numbers that were not called since: five years after the last contact they prove nothing.
DELETE FROM consents AS c WHERE c.recorded_at < %(before)s AND c.given_at < %(before)s
  AND NOT EXISTS (SELECT FROM attempts AS a WHERE a.e164 = c.e164);
