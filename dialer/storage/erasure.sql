-- What erasing a person does, by name; erasure.py runs it, all in one transaction.

-- name: lock_head
-- Before all else, as whoever writes calls does: neither waits for what the other holds.
SELECT count FROM evidence_head FOR UPDATE;

-- name: find_people
-- Those of that external id, or whoever is reached at that number, in all campaigns.
SELECT p.id, l.id AS lead_id, p.external_id, l.e164 FROM contacts AS p
     JOIN leads AS l ON l.contact_id = p.id
WHERE CASE WHEN %(e164)s::text IS NOT NULL THEN l.e164 = %(e164)s
           ELSE p.external_id = %(person)s END
ORDER BY p.id FOR UPDATE;

-- name: is_known
-- Whether a number that is on no list (any more) is known: by what was imported, or from calls.
SELECT EXISTS (SELECT FROM consents WHERE e164 = %(e164)s)
    OR EXISTS (SELECT FROM revocations WHERE e164 = %(e164)s)
    OR EXISTS (SELECT FROM relations WHERE e164 = %(e164)s)
    OR EXISTS (SELECT FROM reassigned_answers WHERE e164 = %(e164)s)
    OR EXISTS (SELECT FROM line_types WHERE e164 = %(e164)s)
    OR EXISTS (SELECT FROM business_lines WHERE e164 = %(e164)s)
    OR EXISTS (SELECT FROM do_not_call WHERE e164 = %(e164)s)
    OR EXISTS (SELECT FROM inbound_calls WHERE e164 = %(e164)s)
    OR EXISTS (SELECT FROM evidence_subjects WHERE e164 = %(e164)s);

-- name: find_volunteers
-- Who joined with that number, as he wrote it (perhaps without his country), or had us call it.
SELECT id, ended_at IS NULL AS lasts FROM volunteer_sessions
WHERE called_number = %(e164)s
   OR regexp_replace(phone, '[^0-9]', '', 'g') IN (ltrim(%(e164)s, '+'), regexp_replace(%(e164)s, '^[+]1', ''))
ORDER BY id FOR UPDATE;

-- name: erase_volunteers
-- His work stays, as that of a volunteer whom nobody knows.
WITH gone AS (
    UPDATE volunteer_sessions SET first_name = 'erased', phone = '', email = '',
           called_number = '', called_number_given_at = NULL
    WHERE id = ANY(%(volunteers)s) RETURNING agent_id)
UPDATE agents SET name = 'erased-' || id WHERE id IN (SELECT agent_id FROM gone);

-- name: numbers_of_people
-- Every number that they have or were called at.
SELECT l.e164 FROM leads AS l WHERE l.id = ANY(%(leads)s)
UNION SELECT a.e164 FROM attempts AS a WHERE a.lead_id = ANY(%(leads)s)
ORDER BY 1;

-- name: numbers_of_others
-- Those of the numbers at which somebody else is reached.
SELECT DISTINCT l.e164 FROM leads AS l
WHERE l.e164 = ANY(%(numbers)s) AND NOT l.id = ANY(%(leads)s);

-- name: calls_going_on
SELECT count(*) FROM attempts WHERE lead_id = ANY(%(leads)s) AND outcome IS NULL;

-- name: calls_that_are_kept
-- Call details that 16 CFR 310.5 demands: sales, and calls of telefunders, for so many years.
SELECT a.e164, count(*) AS calls,
       max(a.dialed_at) + make_interval(years => %(keep_years)s) AS until
FROM attempts AS a JOIN campaigns AS c ON c.id = a.campaign_id
WHERE (a.lead_id = ANY(%(leads)s) OR a.e164 = ANY(%(numbers)s))
  AND (c.purpose = 'sales' OR c.organisation = 'telefunder')
  AND a.dialed_at > %(now)s::timestamptz - make_interval(years => %(keep_years)s)
GROUP BY a.e164;

-- name: refusals_to_be_called
SELECT e164, added_at FROM do_not_call WHERE e164 = ANY(%(numbers)s);

-- name: erase_contacts
UPDATE contacts SET external_id = 'erased-' || id, first_name = '', last_name = '',
       display_name = '', zip = '', state = '', language = '', custom = '{}'
WHERE id = ANY(%(contacts)s);

-- name: free_claims
DELETE FROM claims WHERE lead_id = ANY(%(leads)s);

-- name: make_stand_ins
-- A number that no network will ever give out, so that what hangs on a number stays whole.
INSERT INTO numbers (e164) SELECT '+999' || lpad(id::text, 11, '0') FROM unnest(%(contacts)s::bigint[]) AS id
ON CONFLICT DO NOTHING;

-- name: erase_leads
UPDATE leads SET e164 = '+999' || lpad(contact_id::text, 11, '0'), state = 'final',
       next_at = 'infinity', wanted_language = ''
WHERE id = ANY(%(leads)s);

-- name: erase_answers
-- What he said to a volunteer. That a machine answered, or that he asked not to be called, is a
-- fact of the call, which abandonment and the do-not-call list rest on.
UPDATE results AS r SET disposition = 'no_result'
FROM attempts AS a
WHERE a.id = r.attempt_id AND a.lead_id = ANY(%(leads)s)
  AND r.disposition NOT IN ('machine', 'left_message', 'do_not_call', 'no_result');

-- name: erase_written
-- What volunteers wrote down of him, click by click; that a call was flagged stays, without words.
WITH a AS (DELETE FROM answers WHERE contact_id = ANY(%(contacts)s) RETURNING 1),
     n AS (DELETE FROM notes WHERE contact_id = ANY(%(contacts)s) RETURNING 1),
     f AS (UPDATE flags AS f SET words = '' FROM attempts AS t
           WHERE t.id = f.attempt_id AND t.lead_id = ANY(%(leads)s) AND f.words <> '' RETURNING 1)
SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM n) + (SELECT count(*) FROM f);

-- name: recordings_of_people
-- Files with his voice: conversations, and what the detector heard.
SELECT r.file FROM recordings AS r JOIN attempts AS a ON a.id = r.attempt_id
WHERE a.lead_id = ANY(%(leads)s) AND r.removed_at IS NULL
UNION SELECT d.recording FROM amd_audits AS d JOIN attempts AS a ON a.id = d.attempt_id
WHERE a.lead_id = ANY(%(leads)s) AND d.recording IS NOT NULL
ORDER BY 1;

-- name: erase_recordings
UPDATE recordings AS r SET removed_at = %(now)s FROM attempts AS a
WHERE a.id = r.attempt_id AND a.lead_id = ANY(%(leads)s) AND r.removed_at IS NULL;

-- name: erase_audit_recordings
UPDATE amd_audits AS d SET recording = NULL FROM attempts AS a
WHERE a.id = d.attempt_id AND a.lead_id = ANY(%(leads)s) AND d.recording IS NOT NULL;

-- name: erase_inbound_calls
UPDATE inbound_calls SET e164 = ''
WHERE e164 <> '' AND (lead_id = ANY(%(leads)s) OR e164 = ANY(%(gone)s));

-- name: erase_numbers_of_attempts
UPDATE attempts AS a
SET e164 = stand_in.e164, permit = a.permit || jsonb_build_object('e164', stand_in.e164)
FROM campaigns AS c, leads AS l CROSS JOIN LATERAL (
         SELECT '+999' || lpad(l.contact_id::text, 11, '0') AS e164
     ) AS stand_in
WHERE c.id = a.campaign_id AND l.id = a.lead_id AND a.lead_id = ANY(%(leads)s)
  AND NOT (a.e164 = ANY(%(kept)s)
           AND (c.purpose = 'sales' OR c.organisation = 'telefunder'));

-- name: erase_facts
-- What is known of the numbers that go, and of the person; counted by table. Consents and relations
-- of numbers whose call details are kept (%(kept)s) are part of these: 16 CFR 310.5(a)(5) to (8).
WITH a AS (DELETE FROM consents
           WHERE e164 = ANY(%(gone)s) OR (person = ANY(%(people)s) AND e164 <> ALL(%(kept)s))
           RETURNING 1),
     b AS (DELETE FROM relations
           WHERE e164 = ANY(%(gone)s) OR (person = ANY(%(people)s) AND e164 <> ALL(%(kept)s))
           RETURNING 1),
     c AS (DELETE FROM reassigned_answers WHERE e164 = ANY(%(gone)s) RETURNING 1),
     d AS (DELETE FROM line_types WHERE e164 = ANY(%(gone)s) RETURNING 1),
     e AS (DELETE FROM business_lines WHERE e164 = ANY(%(gone)s) RETURNING 1)
SELECT (SELECT count(*) FROM a) AS consents, (SELECT count(*) FROM b) AS relations,
       (SELECT count(*) FROM c) + (SELECT count(*) FROM d) + (SELECT count(*) FROM e) AS look_ups;

-- name: revocations_kept
SELECT count(*) FROM revocations WHERE e164 = ANY(%(numbers)s);

-- name: erase_numbers
DELETE FROM numbers AS n WHERE n.e164 = ANY(%(gone)s)
  AND NOT EXISTS (SELECT FROM leads AS l WHERE l.e164 = n.e164);

-- name: erase_subjects
-- Number and key go; what the evidence says cannot be traced to anybody any more.
UPDATE evidence_subjects SET e164 = NULL, key = NULL, erase_due_at = NULL, erased_at = %(now)s
WHERE e164 = ANY(%(gone)s);

-- name: erase_subjects_later
UPDATE evidence_subjects SET erase_due_at = %(until)s WHERE e164 = %(e164)s;

-- name: subjects_of_numbers
SELECT e164, subject FROM evidence_subjects WHERE e164 = ANY(%(numbers)s);

-- name: subjects_that_are_due
SELECT e164 FROM evidence_subjects WHERE erase_due_at <= %(now)s AND e164 IS NOT NULL;

-- name: numbers_still_known
SELECT DISTINCT e164 FROM leads WHERE e164 = ANY(%(numbers)s);
