ALTER TABLE campaigns ADD COLUMN voicemail_text text NOT NULL DEFAULT '';
COMMENT ON COLUMN campaigns.voicemail_text IS
    'Words of the message that volunteers leave on answering machines; empty: there is none';

ALTER TABLE attempts ADD COLUMN voicemail_version text NOT NULL DEFAULT '';
COMMENT ON COLUMN attempts.voicemail_version IS
    'Of the words that a volunteer had left on a machine, by leave of that moment; empty: none were';

ALTER TABLE results DROP CONSTRAINT results_disposition_check, ADD CHECK (disposition IN (
    'supports', 'leans', 'undecided', 'opposes', 'refused', 'not_home', 'wrong_number',
    'call_back', 'other_language', 'do_not_call', 'machine', 'left_message', 'no_result'));
ALTER TABLE inbound_calls DROP CONSTRAINT inbound_calls_disposition_check, ADD CHECK (disposition IN (
    'supports', 'leans', 'undecided', 'opposes', 'refused', 'not_home', 'wrong_number',
    'call_back', 'other_language', 'do_not_call', 'machine', 'left_message', 'no_result'));

ALTER TABLE evidence DROP CONSTRAINT evidence_kind_check, ADD CHECK (kind IN (
    'dialed', 'ended', 'amended', 'refused', 'held', 'voicemail', 'erasure', 'checkpoint'));

CREATE OR REPLACE PROCEDURE append_evidence(entries jsonb)
LANGUAGE plpgsql SET enable_seqscan = off AS $append_evidence$
DECLARE
    head evidence_head;
    whom bytea;
    entry record;
BEGIN
    SELECT * INTO head FROM evidence_head FOR UPDATE;
    FOR entry IN
        SELECT * FROM jsonb_to_recordset(entries) AS e(
            at_ms bigint, kind text, campaign_id integer, attempt_id text, lead_id bigint,
            at double precision, e164 text, subject text, subject_key text, record text)
    LOOP
        -- A batch whose commit was not confirmed comes a second time: what it wrote is there.
        CONTINUE WHEN CASE entry.kind
            WHEN 'dialed' THEN EXISTS (SELECT FROM attempts AS a WHERE a.id = entry.attempt_id)
            WHEN 'ended' THEN (SELECT a.outcome IS NULL FROM attempts AS a
                               WHERE a.id = entry.attempt_id) IS NOT TRUE
            WHEN 'amended' THEN false  -- twice it says the same
            WHEN 'voicemail' THEN EXISTS (SELECT FROM attempts AS a WHERE a.id = entry.attempt_id
                                          AND a.voicemail_version <> '')
            WHEN 'erasure' THEN false
            WHEN 'checkpoint' THEN false
            ELSE EXISTS (SELECT FROM refusals AS r
                         WHERE r.lead_id = entry.lead_id AND r.at = to_timestamp(entry.at)) END;
        whom := decode(entry.subject, 'hex');
        IF entry.e164 IS NOT NULL THEN
            SELECT s.subject INTO whom FROM evidence_subjects AS s WHERE s.e164 = entry.e164;
            IF NOT FOUND THEN
                whom := decode(entry.subject, 'hex');
                INSERT INTO evidence_subjects (subject, e164, key)
                VALUES (whom, entry.e164, decode(entry.subject_key, 'hex'));
            END IF;
        END IF;
        head.count := head.count + 1;
        head.hash := sha256(head.hash || int8send(head.count) || sha256(
            int2send(coalesce(octet_length(whom), 0)::smallint) || coalesce(whom, ''::bytea)
            || convert_to(entry.record, 'UTF8')));
        INSERT INTO evidence (seq, at, kind, campaign_id, attempt_id, subject, record, hash)
        VALUES (head.count, to_timestamp(entry.at_ms / 1000.0::double precision), entry.kind,
                entry.campaign_id, entry.attempt_id, whom, entry.record, head.hash);
    END LOOP;
    UPDATE evidence_head SET count = head.count, hash = head.hash;
END
$append_evidence$;

CREATE OR REPLACE VIEW answered_calls AS
SELECT a.id AS attempt_id, a.campaign_id, a.e164, a.answered_at, a.connected_at, a.outcome,
       clock.runs_out_at, clock.uk_runs_out_at, a.amd_verdict = 'unknown' AS is_unknown,
       coalesce(fate.shared, CASE
           WHEN a.connected_at <= clock.runs_out_at THEN 'connected'
           WHEN a.connected_at IS NOT NULL THEN 'late'
           WHEN fate.may_have_left AND a.ended_at < clock.runs_out_at THEN 'left_early'
           ELSE 'abandoned' END) AS standing,
       coalesce(fate.shared, CASE
           WHEN a.connected_at <= clock.uk_runs_out_at THEN 'connected'
           WHEN a.connected_at IS NOT NULL THEN 'late'
           WHEN fate.may_have_left AND a.ended_at < clock.uk_runs_out_at THEN 'left_early'
           ELSE 'abandoned' END) AS uk_standing
FROM attempts AS a
     CROSS JOIN LATERAL (
         SELECT greatest(a.answered_at, a.greeting_ended_at) + interval '2 seconds' AS runs_out_at,
                greatest(a.answered_at, a.speech_started_at) + interval '2 seconds'
                    AS uk_runs_out_at
     ) AS clock
     LEFT JOIN LATERAL (
         SELECT r.disposition FROM results AS r WHERE r.attempt_id = a.id
         ORDER BY r.at DESC LIMIT 1
     ) AS said ON true
     CROSS JOIN LATERAL (
         SELECT CASE WHEN a.outcome = 'fax' THEN 'fax'
                     WHEN a.connected_at IS NOT NULL AND said.disposition IN ('machine', 'left_message')
                         THEN 'machine_to_agent'
                     WHEN a.connected_at IS NOT NULL THEN NULL
                     WHEN a.outcome IS NULL THEN 'undecided'
                     WHEN a.outcome = 'machine' OR a.amd_verdict = 'machine' THEN 'screened_out'
                     END AS shared,
                NOT coalesce(a.was_given_up, a.outcome IS DISTINCT FROM 'caller_left')
                AND a.message_started_at IS NULL AS may_have_left
     ) AS fate
WHERE a.answered_at IS NOT NULL;

CREATE OR REPLACE VIEW played_messages AS
SELECT a.id AS attempt_id, a.campaign_id,
       coalesce(nullif(a.voicemail_version, ''), a.message_version) AS message_version,
       a.message_started_at AS started_at,
       coalesce(a.message_finished_at, d.added_at, a.ended_at) AS stopped_at,
       CASE WHEN a.message_finished_at IS NOT NULL THEN 'finished'
            WHEN d.added_at IS NOT NULL THEN 'opted_out'
            WHEN a.ended_at IS NOT NULL THEN 'hung_up'
            ELSE 'playing' END AS how_far,
       d.added_at AS opted_out_at
FROM attempts AS a
     LEFT JOIN do_not_call AS d ON d.attempt_id = a.id AND d.added_at >= a.message_started_at
WHERE a.message_started_at IS NOT NULL;
COMMENT ON VIEW played_messages IS
    'Every safe-harbor message and voicemail that was begun: which words, from when to when, and '
    'how far';
