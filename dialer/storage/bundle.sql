-- What goes into an auditor's bundle, by name; bundle.py runs it. Of one campaign, %(campaign_id)s,
-- from %(since)s until before %(until)s. A query's rows are in an order that does not change.

-- name: calls
-- The call details of 16 CFR 310.5, with their records in the evidence.
SELECT a.id AS call_id, c.name AS campaign, c.seller, c.offer, c.purpose, c.organisation,
       a.trunk, a.caller_id AS calling_number, a.e164 AS called_number, a.dialed_at, a.rang_at,
       a.answered_at, a.speech_started_at, a.greeting_ended_at, a.connected_at, a.parted_at,
       a.message_started_at, a.message_finished_at, a.ended_at, a.outcome, a.hangup_cause,
       a.sip_status, a.amd_verdict, a.amd_cause, a.agent_id, said.disposition, v.standing,
       a.message_version, a.voicemail_version, sound.file AS recording, sound.announcement_version,
       dialed.seq AS dialed_seq, ended.seq AS ended_seq
FROM attempts AS a
     JOIN campaigns AS c ON c.id = a.campaign_id
     LEFT JOIN evidence AS dialed ON dialed.attempt_id = a.id AND dialed.kind = 'dialed'
     LEFT JOIN evidence AS ended ON ended.attempt_id = a.id AND ended.kind = 'ended'
     LEFT JOIN answered_calls AS v ON v.attempt_id = a.id
     LEFT JOIN LATERAL (
         SELECT string_agg(s.file, ' ' ORDER BY s.started_at) AS file,
                string_agg(DISTINCT nullif(s.announcement_version, ''), ' ') AS announcement_version
         FROM recordings AS s WHERE s.attempt_id = a.id
     ) AS sound ON true
     LEFT JOIN LATERAL (
         SELECT r.disposition FROM results AS r WHERE r.attempt_id = a.id
         ORDER BY r.at DESC LIMIT 1
     ) AS said ON true
WHERE a.campaign_id = %(campaign_id)s AND a.dialed_at >= %(since)s AND a.dialed_at < %(until)s
ORDER BY a.dialed_at, a.id;

-- name: agents
SELECT g.id AS agent_id, g.name, g.added_at, g.removed_at FROM agents AS g
WHERE g.id IN (SELECT a.agent_id FROM attempts AS a WHERE a.campaign_id = %(campaign_id)s
                 AND a.dialed_at >= %(since)s AND a.dialed_at < %(until)s)
ORDER BY g.id;

-- name: make_numbers
-- The numbers of the campaign: who is on its list, and who was called.
CREATE TEMPORARY TABLE its_numbers ON COMMIT DROP AS
SELECT l.e164 FROM leads AS l WHERE l.campaign_id = %(campaign_id)s
UNION SELECT a.e164 FROM attempts AS a
WHERE a.campaign_id = %(campaign_id)s AND a.dialed_at >= %(since)s AND a.dialed_at < %(until)s;

-- name: consents
SELECT * FROM consents WHERE e164 IN (SELECT e164 FROM its_numbers) ORDER BY id;

-- name: revocations
SELECT * FROM revocations WHERE e164 IN (SELECT e164 FROM its_numbers) ORDER BY id;

-- name: relations
SELECT * FROM relations WHERE e164 IN (SELECT e164 FROM its_numbers) ORDER BY id;

-- name: opt_outs
SELECT * FROM do_not_call WHERE e164 IN (SELECT e164 FROM its_numbers) ORDER BY e164;

-- name: reassigned
SELECT * FROM reassigned_answers WHERE e164 IN (SELECT e164 FROM its_numbers) ORDER BY id;

-- name: line_types
SELECT * FROM line_types WHERE e164 IN (SELECT e164 FROM its_numbers) ORDER BY e164, kind;

-- name: registers
-- Every copy of a do-not-call register that was taken in before the end of the time.
SELECT r.name, r.as_of, r.is_in_force, i.file_name, i.file_sha256, i.rows, i.rejected,
       i.imported_at
FROM registers AS r JOIN fact_imports AS i ON i.id = r.import_id
WHERE i.imported_at < %(until)s ORDER BY r.id;

-- name: caller_ids
SELECT * FROM caller_ids
WHERE e164 IN (SELECT a.caller_id FROM attempts AS a WHERE a.campaign_id = %(campaign_id)s
                 AND a.dialed_at >= %(since)s AND a.dialed_at < %(until)s)
ORDER BY e164;

-- name: sign_ons
SELECT * FROM rule_sign_ons WHERE signed_at < %(until)s ORDER BY id;

-- name: policy_changes
SELECT at, changed_by, before, after FROM campaign_changes
WHERE campaign_id = %(campaign_id)s AND at < %(until)s ORDER BY id;

-- name: subjects
-- Which number each subject of the records is, and the key that proves it.
SELECT encode(subject, 'hex') AS subject, e164, encode(key, 'hex') AS key FROM evidence_subjects
WHERE e164 IS NOT NULL
  AND subject IN (SELECT subject FROM evidence WHERE campaign_id = %(campaign_id)s
                    AND seq BETWEEN %(first)s AND %(last)s)
ORDER BY 1;

-- name: read_records
-- The campaign's records, in order; what amends an attempt does not name its campaign.
COPY (SELECT seq, CASE WHEN isfinite(at) THEN (extract(epoch FROM at) * 1000)::bigint ELSE 0 END,
             kind, campaign_id, attempt_id, coalesce(subject, ''), convert_to(record, 'UTF8'), hash
      FROM evidence
      WHERE seq BETWEEN %(first)s AND %(last)s
        AND (campaign_id = %(campaign_id)s
             OR (kind = 'amended' AND attempt_id IN (
                 SELECT id FROM attempts WHERE campaign_id = %(campaign_id)s)))
      ORDER BY seq)
TO STDOUT (FORMAT BINARY);

-- name: read_digests
-- What each link of the time binds, whosever it is.
COPY (SELECT seq, sha256(int2send(coalesce(octet_length(subject), 0)::smallint)
                         || coalesce(subject, ''::bytea) || convert_to(record, 'UTF8'))
      FROM evidence WHERE seq BETWEEN %(first)s AND %(last)s ORDER BY seq)
TO STDOUT (FORMAT BINARY);

-- name: outcomes
SELECT outcome, count(*) AS attempts FROM attempts
WHERE campaign_id = %(campaign_id)s AND dialed_at >= %(since)s AND dialed_at < %(until)s
  AND outcome IS NOT NULL
GROUP BY outcome ORDER BY 2 DESC, 1;

-- name: standings
SELECT standing, count(*) AS calls FROM answered_calls
WHERE campaign_id = %(campaign_id)s AND answered_at >= %(since)s AND answered_at < %(until)s
GROUP BY standing ORDER BY 2 DESC, 1;

-- name: message_texts
-- Every text that the campaign's message ever had.
SELECT message_text FROM campaigns WHERE id = %(campaign_id)s AND message_text <> ''
UNION SELECT voicemail_text FROM campaigns WHERE id = %(campaign_id)s AND voicemail_text <> ''
UNION SELECT after->>'voicemail_text' FROM campaign_changes
WHERE campaign_id = %(campaign_id)s AND after->>'voicemail_text' <> ''
UNION SELECT after->>'message_text' FROM campaign_changes
WHERE campaign_id = %(campaign_id)s AND after->>'message_text' <> ''
ORDER BY 1;

-- name: abandonment
-- The frozen blocks of the legal campaign that touch the time.
SELECT b.* FROM abandonment_blocks AS b
WHERE %(campaign_id)s = ANY(b.campaign_ids) AND b.began_at < %(until)s AND b.ended_at > %(since)s
ORDER BY b.began_at, b.country;

-- name: amd_audit
SELECT d.attempt_id AS call_id, d.sampled_at, d.reviewed_at, d.reviewed_by, d.verdict
FROM amd_audits AS d JOIN attempts AS a ON a.id = d.attempt_id
WHERE a.campaign_id = %(campaign_id)s AND a.dialed_at >= %(since)s AND a.dialed_at < %(until)s
ORDER BY d.sampled_at, d.attempt_id;

-- name: blocks_of_page
SELECT country, to_char(began_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS began,
       to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS ended, connected, abandoned, unknown,
       round(errors::numeric, 1) AS errors, round((100 * rate)::numeric, 2) AS rate_percent,
       round((100 * rate_strict)::numeric, 2) AS strict_percent
FROM abandonment_blocks
WHERE %(campaign_id)s = ANY(campaign_ids) AND began_at < %(until)s AND ended_at > %(since)s
ORDER BY abandonment_blocks.began_at, country;
