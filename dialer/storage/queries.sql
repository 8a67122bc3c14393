-- The store's SQL by name; store.py and writer.py run it. The first half writes what the engine
-- wishes: every statement takes many commands of one kind as one JSON document (:rows), and doing
-- it twice does no more than doing it once, because a batch is repeated when its commit's answer
-- was lost.

-- name: append_evidence
-- Judgements and ends as links of the evidence chain (migration 0009), before the rows that they
-- are about: what is there already was appended with it.
CALL append_evidence(CAST(:rows AS jsonb));

-- name: save_attempts
-- Before the INVITE. The lead's next_at is kept beside it, so that a double dial can be proven.
INSERT INTO attempts (id, lead_id, campaign_id, e164, trunk, caller_id, permit, agent_id,
                      due_at, dialed_at, message_version)
SELECT r.attempt_id, r.lead_id, r.campaign_id, r.e164, r.trunk, r.caller_id, r.permit, r.agent_id,
       CASE WHEN l.state = 'final' THEN 'infinity' ELSE l.next_at END, to_timestamp(r.dialed_at),
       r.message_version
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         attempt_id text, lead_id bigint, campaign_id integer, e164 text, trunk text,
         caller_id text, permit jsonb, agent_id integer, dialed_at double precision,
         message_version text)
     LEFT JOIN leads AS l ON l.id = r.lead_id
ON CONFLICT (id) DO NOTHING;

-- name: hold_claims
-- What is dialed is ours until it is settled, however long the conversation.
INSERT INTO claims (e164, lead_id, floor, claimed_at, expires_at)
SELECT r.e164, r.lead_id, :floor, to_timestamp(r.dialed_at), 'infinity'
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         attempt_id text, lead_id bigint, e164 text, dialed_at double precision)
     JOIN attempts AS a ON a.id = r.attempt_id AND a.outcome IS NULL
ON CONFLICT (e164) DO UPDATE SET lead_id = excluded.lead_id, expires_at = 'infinity';

-- name: save_progress
-- Milestones of live attempts; a missing value leaves what is there.
UPDATE attempts AS a
SET answered_at = coalesce(to_timestamp(r.answered_at), a.answered_at),
    speech_started_at = coalesce(to_timestamp(r.speech_started_at), a.speech_started_at),
    greeting_ended_at = coalesce(to_timestamp(r.greeting_ended_at), a.greeting_ended_at),
    connected_at = coalesce(to_timestamp(r.connected_at), a.connected_at),
    agent_id = coalesce(r.agent_id, a.agent_id)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         attempt_id text, answered_at double precision, speech_started_at double precision,
         greeting_ended_at double precision, connected_at double precision, agent_id integer)
WHERE a.id = r.attempt_id AND a.outcome IS NULL;

-- name: amend_attempts
-- What was heard of attempts after their end; never how they ended.
UPDATE attempts AS a
SET answered_at = coalesce(to_timestamp(r.answered_at), a.answered_at),
    speech_started_at = coalesce(to_timestamp(r.speech_started_at), a.speech_started_at),
    greeting_ended_at = coalesce(to_timestamp(r.greeting_ended_at), a.greeting_ended_at),
    connected_at = coalesce(to_timestamp(r.connected_at), a.connected_at),
    message_started_at = coalesce(to_timestamp(r.message_started_at), a.message_started_at),
    agent_id = coalesce(r.agent_id, a.agent_id),
    amd_verdict = coalesce(r.amd_verdict, a.amd_verdict)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         attempt_id text, answered_at double precision, speech_started_at double precision,
         greeting_ended_at double precision, connected_at double precision,
         message_started_at double precision, agent_id integer, amd_verdict text)
WHERE a.id = r.attempt_id AND a.outcome IS NOT NULL;

-- name: close_attempts
-- How attempts ended: written once, so an attempt that has its outcome is left alone.
UPDATE attempts AS a
SET outcome = r.outcome,
    ended_at = to_timestamp(r.ended_at),
    rang_at = to_timestamp(r.rang_at),
    answered_at = coalesce(to_timestamp(r.answered_at), a.answered_at),
    speech_started_at = coalesce(to_timestamp(r.speech_started_at), a.speech_started_at),
    greeting_ended_at = coalesce(to_timestamp(r.greeting_ended_at), a.greeting_ended_at),
    connected_at = coalesce(to_timestamp(r.connected_at), a.connected_at),
    parted_at = to_timestamp(r.parted_at),
    message_started_at = to_timestamp(r.message_started_at),
    message_finished_at = to_timestamp(r.message_finished_at),
    agent_id = coalesce(r.agent_id, a.agent_id),
    hangup_cause = r.hangup_cause,
    sip_status = r.sip_status,
    amd_verdict = r.amd_verdict,
    amd_cause = r.amd_cause,
    was_given_up = r.was_given_up
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         attempt_id text, outcome text, ended_at double precision, rang_at double precision,
         answered_at double precision, speech_started_at double precision,
         greeting_ended_at double precision, connected_at double precision,
         parted_at double precision, message_started_at double precision,
         message_finished_at double precision, agent_id integer, hangup_cause smallint,
         sip_status smallint, amd_verdict text, amd_cause text, was_given_up boolean)
WHERE a.id = r.attempt_id AND a.outcome IS NULL;

-- name: save_results
-- What agents reported; the earlier rows of an attempt stay as its history.
INSERT INTO results (attempt_id, at, agent_id, disposition)
SELECT r.attempt_id, to_timestamp(r.at), r.agent_id, r.disposition
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         attempt_id text, at double precision, agent_id integer, disposition text)
ON CONFLICT (attempt_id, at) DO UPDATE
SET agent_id = excluded.agent_id, disposition = excluded.disposition;

-- name: save_visits
-- Calls that came in, as far as they have gone.
INSERT INTO inbound_calls (id, campaign_id, lead_id, e164, agent_id, came_at, connected_at,
                           parted_at, opted_out_at, ended_at, disposition)
SELECT r.visit_id, r.campaign_id, r.lead_id, r.e164, r.agent_id, to_timestamp(r.came_at),
       to_timestamp(r.connected_at), to_timestamp(r.parted_at), to_timestamp(r.opted_out_at),
       to_timestamp(r.ended_at), r.disposition
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         visit_id text, campaign_id integer, lead_id bigint, e164 text, agent_id integer,
         came_at double precision, connected_at double precision, parted_at double precision,
         opted_out_at double precision, ended_at double precision, disposition text)
ON CONFLICT (id) DO UPDATE
SET e164 = excluded.e164, agent_id = excluded.agent_id, connected_at = excluded.connected_at,
    parted_at = excluded.parted_at, opted_out_at = excluded.opted_out_at,
    ended_at = excluded.ended_at, disposition = excluded.disposition;

-- name: save_recordings
-- Recorded conversations; a later command adds the end.
INSERT INTO recordings (attempt_id, file, leave, announcement_version, announced_from,
                        announced_to, started_at, ended_at)
SELECT r.attempt_id, r.file, r.leave, r.announcement_version, to_timestamp(r.announced_from),
       to_timestamp(r.announced_to), to_timestamp(r.started_at), to_timestamp(r.ended_at)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         attempt_id text, file text, leave text, announcement_version text,
         announced_from double precision, announced_to double precision,
         started_at double precision, ended_at double precision)
ON CONFLICT (file) DO UPDATE SET ended_at = excluded.ended_at;

-- name: save_transfers
-- People who are, or were to be, put through to a third party, as far as it has gone.
INSERT INTO transfers (id, attempt_id, kind, destination, number, trunk, asked_at, answered_at,
                       through_at, ended_at, outcome)
SELECT r.transfer_id, r.attempt_id, r.kind, r.destination, r.number, r.trunk,
       to_timestamp(r.asked_at), to_timestamp(r.answered_at), to_timestamp(r.through_at),
       to_timestamp(r.ended_at), r.outcome
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         transfer_id text, attempt_id text, kind text, destination text, number text, trunk text,
         asked_at double precision, answered_at double precision, through_at double precision,
         ended_at double precision, outcome text)
ON CONFLICT (id) DO UPDATE
SET answered_at = excluded.answered_at, through_at = excluded.through_at,
    ended_at = excluded.ended_at, outcome = excluded.outcome;

-- name: save_help_requests
-- Volunteers who ask for the shift lead, and since when nobody need come any more.
INSERT INTO help_requests (id, agent_id, asked_at, over_at)
SELECT r.help_id, r.agent_id, to_timestamp(r.asked_at), to_timestamp(r.over_at)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         help_id text, agent_id integer, asked_at double precision, over_at double precision)
ON CONFLICT (id) DO UPDATE SET over_at = excluded.over_at;

-- name: save_voicemails
-- Machines on which the recorded message is left, and which words these are.
UPDATE attempts AS a SET voicemail_version = r.voicemail_version
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(attempt_id text, voicemail_version text)
WHERE a.id = r.attempt_id;

-- name: save_audits
-- Drawn machine verdicts whose greetings were written down.
INSERT INTO amd_audits (attempt_id, sampled_at, recording)
SELECT r.attempt_id, to_timestamp(r.at), r.file
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(attempt_id text, file text, at double precision)
ON CONFLICT (attempt_id) DO UPDATE SET recording = excluded.recording;

-- name: update_leads
-- Where leads stand after an attempt. The attempt is counted together with giving up the claim,
-- and a claim can be given up only once.
WITH r AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
        lead_id bigint, state text, next_at double precision, last_outcome text, counted boolean,
        odds_bucket smallint, wanted_language text)
), freed AS (
    DELETE FROM claims AS c USING r WHERE c.lead_id = r.lead_id RETURNING c.lead_id
)
UPDATE leads AS l
SET state = r.state,
    next_at = CASE WHEN r.state = 'final' THEN 'infinity'
                   ELSE coalesce(to_timestamp(r.next_at), '-infinity') END,
    last_outcome = coalesce(r.last_outcome, l.last_outcome),
    attempt_count = l.attempt_count + (r.counted AND f.lead_id IS NOT NULL)::integer,
    odds_bucket = coalesce(r.odds_bucket, l.odds_bucket),
    wanted_language = coalesce(r.wanted_language, l.wanted_language)
FROM r LEFT JOIN freed AS f ON f.lead_id = r.lead_id
WHERE l.id = r.lead_id;

-- name: release_leads
-- Leads given back as they were.
DELETE FROM claims AS c
USING jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(lead_id bigint)
WHERE c.lead_id = r.lead_id;

-- name: defer_leads
-- Leads that the gate refused, and why; without an instant they are never dialed again.
WITH r AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
        lead_id bigint, campaign_id integer, reasons text[], retry_at double precision,
        next_at double precision, at double precision)
), noted AS (
    INSERT INTO refusals (lead_id, at, campaign_id, reasons, retry_at)
    SELECT r.lead_id, to_timestamp(r.at), r.campaign_id, r.reasons, to_timestamp(r.retry_at)
    FROM r
    ON CONFLICT (lead_id, at) DO NOTHING
), freed AS (
    DELETE FROM claims AS c USING r WHERE c.lead_id = r.lead_id
)
UPDATE leads AS l
SET state = CASE WHEN r.next_at IS NULL THEN 'final' ELSE l.state END,
    next_at = coalesce(to_timestamp(r.next_at), 'infinity')
FROM r
WHERE l.id = r.lead_id;

-- name: note_refusals
-- Why nobody of a campaign was dialed; the lead it was asked for keeps its place.
INSERT INTO refusals (lead_id, at, campaign_id, reasons, retry_at)
SELECT r.lead_id, to_timestamp(r.at), r.campaign_id, r.reasons, to_timestamp(r.retry_at)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         lead_id bigint, campaign_id integer, reasons text[], retry_at double precision,
         at double precision)
ON CONFLICT (lead_id, at) DO NOTHING;

-- name: add_do_not_call
-- The first reason stands.
INSERT INTO do_not_call (e164, reason, added_at, attempt_id)
SELECT r.e164, r.reason, to_timestamp(r.at), r.attempt_id
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         e164 text, reason text, at double precision, attempt_id text)
ON CONFLICT (e164) DO NOTHING;

-- name: end_agent_states
-- The first half of an agent's change of state.
UPDATE agent_states AS s
SET ended_at = to_timestamp(r.at)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(agent_id integer, at double precision)
WHERE s.agent_id = r.agent_id AND s.ended_at IS NULL AND s.started_at < to_timestamp(r.at);

-- name: begin_agent_states
-- The second half. An interval that began no earlier (two changes at one instant, or clocks that
-- differ a little) becomes the new state instead of standing in its way.
INSERT INTO agent_states (agent_id, campaign_id, also, state, started_at, attempt_id)
SELECT r.agent_id, r.campaign_id, r.also, r.state, to_timestamp(r.at), r.attempt_id
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         agent_id integer, campaign_id integer, also integer[], state text, at double precision,
         attempt_id text)
ON CONFLICT (agent_id) WHERE ended_at IS NULL DO UPDATE
SET campaign_id = excluded.campaign_id, also = excluded.also, state = excluded.state,
    attempt_id = excluded.attempt_id;

-- name: save_decisions
-- What pacing decided, in the order in which it did.
INSERT INTO pacing_decisions (campaign_id, at, kind, count, withdrawn, reason, figures)
SELECT r.campaign_id, to_timestamp(r.at), r.kind, r.count, r.withdrawn, r.reason, r.figures
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
         campaign_id integer, at double precision, kind text, count integer, withdrawn integer,
         reason text, figures jsonb)
ON CONFLICT (campaign_id, at, kind, md5(reason)) DO NOTHING;

-- name: claim_due_leads
-- Leads that are due and want no language of their own, callbacks first. Whoever inserts the number into claims first has it:
-- that holds between campaigns and between engines, also when they ask at the same moment.
-- The list is a staircase of priorities, and of odds buckets within them. Its steps are found one
-- by one in the index and looked into from the top until enough is due, so that a million leads
-- who rest on the upper steps cost no more than one look at each step.
WITH RECURSIVE steps AS (
    (SELECT l.priority, l.odds_bucket FROM leads AS l
     WHERE l.campaign_id = :campaign_id AND l.state IN ('new', 'recycled')
     ORDER BY l.priority DESC, l.odds_bucket DESC LIMIT 1)
    UNION ALL
    SELECT below.priority, below.odds_bucket FROM steps AS s CROSS JOIN LATERAL (
        SELECT l.priority, l.odds_bucket FROM leads AS l
        WHERE l.campaign_id = :campaign_id AND l.state IN ('new', 'recycled')
          AND (l.priority, l.odds_bucket) < (s.priority, s.odds_bucket)
        ORDER BY l.priority DESC, l.odds_bucket DESC LIMIT 1
    ) AS below
), callbacks AS (
    SELECT l.id, l.e164 FROM leads AS l
    WHERE l.campaign_id = :campaign_id AND l.state = 'callback' AND l.next_at <= :now
      AND l.wanted_language = ''
      AND NOT EXISTS (SELECT FROM claims AS c WHERE c.e164 = l.e164)
      AND NOT EXISTS (SELECT FROM attempts AS a WHERE a.e164 = l.e164 AND a.outcome IS NULL)
    ORDER BY l.next_at, l.id
    LIMIT :count FOR UPDATE OF l SKIP LOCKED
), others AS (
    SELECT due.id, due.e164, s.priority, s.odds_bucket, due.next_at
    FROM steps AS s CROSS JOIN LATERAL (
        SELECT l.id, l.e164, l.next_at FROM leads AS l
        WHERE l.campaign_id = :campaign_id AND l.state IN ('new', 'recycled')
          AND l.priority = s.priority AND l.odds_bucket = s.odds_bucket AND l.next_at <= :now
          AND l.wanted_language = ''
          AND NOT EXISTS (SELECT FROM claims AS c WHERE c.e164 = l.e164)
          AND NOT EXISTS (SELECT FROM attempts AS a WHERE a.e164 = l.e164 AND a.outcome IS NULL)
        ORDER BY l.next_at, l.id
        LIMIT :count FOR UPDATE OF l SKIP LOCKED
    ) AS due
    LIMIT :count
), wanted AS (
    SELECT id, e164 FROM (
        SELECT id, e164, row_number() OVER () AS turn FROM (
            (SELECT id, e164 FROM callbacks)
            UNION ALL (SELECT id, e164 FROM others
                       ORDER BY priority DESC, odds_bucket DESC, next_at, id)
        ) AS in_turn
    ) AS numbered
    ORDER BY turn
    LIMIT :count
)
INSERT INTO claims (e164, lead_id, floor, claimed_at, expires_at)
SELECT e164, id, :floor, :now, :expires_at FROM wanted
ON CONFLICT DO NOTHING
RETURNING lead_id;

-- name: claim_due_leads_of_class
-- The same, for numbers where a recorded voice may be lawful at a glance (Lead.may_hear_recording:
-- a landline, or a consent in force), or for the others. Only so many of the leads that are due are
-- looked at, in their order; what is chosen among them is locked.
WITH RECURSIVE steps AS (
    (SELECT l.priority, l.odds_bucket FROM leads AS l
     WHERE l.campaign_id = :campaign_id AND l.state IN ('new', 'recycled')
     ORDER BY l.priority DESC, l.odds_bucket DESC LIMIT 1)
    UNION ALL
    SELECT below.priority, below.odds_bucket FROM steps AS s CROSS JOIN LATERAL (
        SELECT l.priority, l.odds_bucket FROM leads AS l
        WHERE l.campaign_id = :campaign_id AND l.state IN ('new', 'recycled')
          AND (l.priority, l.odds_bucket) < (s.priority, s.odds_bucket)
        ORDER BY l.priority DESC, l.odds_bucket DESC LIMIT 1
    ) AS below
), callbacks AS (
    SELECT l.id FROM leads AS l
    WHERE l.campaign_id = :campaign_id AND l.state = 'callback' AND l.next_at <= :now
      AND l.wanted_language = ''
      AND NOT EXISTS (SELECT FROM claims AS c WHERE c.e164 = l.e164)
      AND NOT EXISTS (SELECT FROM attempts AS a WHERE a.e164 = l.e164 AND a.outcome IS NULL)
    ORDER BY l.next_at, l.id
    LIMIT :looked_at
), others AS (
    SELECT due.id, s.priority, s.odds_bucket, due.next_at
    FROM steps AS s CROSS JOIN LATERAL (
        SELECT l.id, l.next_at FROM leads AS l
        WHERE l.campaign_id = :campaign_id AND l.state IN ('new', 'recycled')
          AND l.priority = s.priority AND l.odds_bucket = s.odds_bucket AND l.next_at <= :now
          AND l.wanted_language = ''
          AND NOT EXISTS (SELECT FROM claims AS c WHERE c.e164 = l.e164)
          AND NOT EXISTS (SELECT FROM attempts AS a WHERE a.e164 = l.e164 AND a.outcome IS NULL)
        ORDER BY l.next_at, l.id
        LIMIT :looked_at
    ) AS due
    LIMIT :looked_at
), in_turn AS (
    SELECT id, row_number() OVER () AS turn FROM (
        (SELECT id FROM callbacks)
        UNION ALL (SELECT id FROM others ORDER BY priority DESC, odds_bucket DESC, next_at, id)
    ) AS both_kinds
    LIMIT :looked_at
), wanted AS (
    SELECT l.id, l.e164
    FROM in_turn AS t
         JOIN leads AS l ON l.id = t.id
         JOIN contacts AS p ON p.id = l.contact_id
         JOIN numbers AS n ON n.e164 = l.e164
         LEFT JOIN wireless_blocks AS b ON b.prefix = left(l.e164, 9)
         LEFT JOIN LATERAL (
             SELECT CASE WHEN k.kind = 'ported_to_wireless' AND k.ported_at IS NOT NULL
                         THEN 'landline' ELSE k.line_type END AS line_type
             FROM line_types AS k WHERE k.e164 = l.e164
             ORDER BY k.as_of DESC, k.line_type = 'wireless' DESC LIMIT 1
         ) AS known ON true
    WHERE :may_hear_recording = (
        coalesce(known.line_type, CASE WHEN b.prefix IS NOT NULL THEN 'wireless' END, n.line_type)
            = 'landline'
        OR EXISTS (
            SELECT FROM consents AS c
            WHERE c.e164 = l.e164 AND c.person IN ('', p.external_id)
              AND NOT EXISTS (SELECT FROM revocations AS r
                              WHERE r.e164 = c.e164 AND r.revoked_at >= c.given_at
                                AND (r.person = '' OR c.person IN ('', r.person)))))
    ORDER BY t.turn
    LIMIT :count FOR UPDATE OF l SKIP LOCKED
)
INSERT INTO claims (e164, lead_id, floor, claimed_at, expires_at)
SELECT e164, id, :floor, :now, :expires_at FROM wanted
ON CONFLICT DO NOTHING
RETURNING lead_id;

-- name: claim_due_leads_of_language
-- Those that are due and want one of these languages: few, found by an index of their own; in the
-- order of all others.
WITH wanted AS (
    SELECT l.id, l.e164 FROM leads AS l
    WHERE l.campaign_id = :campaign_id AND l.wanted_language <> ''
      AND l.wanted_language = ANY(:languages) AND l.state <> 'final' AND l.next_at <= :now
      AND NOT EXISTS (SELECT FROM claims AS c WHERE c.e164 = l.e164)
      AND NOT EXISTS (SELECT FROM attempts AS a WHERE a.e164 = l.e164 AND a.outcome IS NULL)
    ORDER BY (l.state = 'callback') DESC,
             CASE WHEN l.state <> 'callback' THEN l.priority END DESC,
             CASE WHEN l.state <> 'callback' THEN l.odds_bucket END DESC, l.next_at, l.id
    LIMIT :count FOR UPDATE OF l SKIP LOCKED
)
INSERT INTO claims (e164, lead_id, floor, claimed_at, expires_at)
SELECT e164, id, :floor, :now, :expires_at FROM wanted
ON CONFLICT DO NOTHING
RETURNING lead_id;

-- name: claim_lead_of_number
-- For manual dialing: the number's lead in the campaign, if it may be dialed at all now.
INSERT INTO claims (e164, lead_id, floor, claimed_at, expires_at)
SELECT l.e164, l.id, :floor, :now, :expires_at FROM leads AS l
WHERE l.campaign_id = :campaign_id AND l.e164 = :e164 AND l.state <> 'final' AND l.next_at <= :now
  AND NOT EXISTS (SELECT FROM attempts AS a WHERE a.e164 = l.e164 AND a.outcome IS NULL)
ORDER BY (l.state = 'callback') DESC, l.priority DESC, l.next_at, l.id
LIMIT 1
ON CONFLICT DO NOTHING
RETURNING lead_id;

-- name: read_leads
-- Leads with all that the gate must know of their numbers and people, in one round trip. A person
-- is his contact's external_id, across campaigns. Attempts count from the instants on that the
-- longest caps look back to; those that never reached the network do not count. A line that left a
-- landline on a known day is told as a landline with that day: the gate says what it is by now.
-- `number` and `history` are JSON because decoding a column costs more than all that is in it;
-- rows.py has their order.
SELECT l.id, l.campaign_id, l.e164, l.wanted_language, p.external_id AS person, p.display_name, p.zip, p.state,
       n.zones,
       coalesce(known.line_type, CASE WHEN b.prefix IS NOT NULL THEN 'wireless' END, n.line_type)
           AS line_type,
       d.e164 IS NOT NULL AS is_do_not_call,
       jsonb_build_array(
           extract(epoch FROM coalesce(known.as_of, b.as_of))::double precision,
           extract(epoch FROM known.ported_at)::double precision,
           coalesce(w.business, ''),
           (SELECT jsonb_agg(jsonb_build_array(
                       c.id, c.kind, extract(epoch FROM c.given_at)::double precision)
                             ORDER BY c.given_at, c.id)
            FROM consents AS c
            WHERE c.e164 = l.e164 AND c.person IN ('', p.external_id)
              AND NOT EXISTS (SELECT FROM revocations AS r
                              WHERE r.e164 = c.e164 AND r.revoked_at >= c.given_at
                                AND (r.person = '' OR c.person IN ('', r.person)))),
           (SELECT jsonb_agg(jsonb_build_array(
                       of_kind.kind, extract(epoch FROM of_kind.at)::double precision)
                             ORDER BY of_kind.kind)
            FROM (SELECT either.kind, max(either.at) AS at
                  FROM (SELECT r.kind, r.at FROM relations AS r
                        WHERE r.e164 = l.e164 AND r.person IN ('', p.external_id)
                        UNION ALL
                        SELECT r.kind, r.at FROM relations AS r
                        WHERE r.person <> '' AND r.person = p.external_id
                          AND r.e164 = '') AS either
                  GROUP BY either.kind) AS of_kind),
           (SELECT jsonb_agg(g.name ORDER BY g.name) FROM registers AS g
            WHERE g.is_in_force AND EXISTS (
                SELECT FROM register_entries AS e
                WHERE e.register_id = g.id AND e.number = substr(l.e164, 2)::bigint)),
           asked.it) AS number,
       CASE WHEN past.count > 0 THEN jsonb_build_array(
           past.to_number_at, past.to_person_at, past.on_subject_at, past.recordings_at,
           past.abandoned_at, past.machine_at) END AS history,
       l.attempt_count, l.last_outcome, l.priority, l.state = 'callback' AS is_callback
FROM unnest(CAST(:lead_ids AS bigint[])) AS wanted(id)
     JOIN leads AS l ON l.id = wanted.id
     JOIN contacts AS p ON p.id = l.contact_id
     JOIN campaigns AS m ON m.id = l.campaign_id
     JOIN numbers AS n ON n.e164 = l.e164
     LEFT JOIN do_not_call AS d ON d.e164 = l.e164
     LEFT JOIN business_lines AS w ON w.e164 = l.e164
     LEFT JOIN wireless_blocks AS b ON b.prefix = left(l.e164, 9)
     LEFT JOIN LATERAL (
         SELECT CASE WHEN ported.at IS NULL THEN t.line_type ELSE 'landline' END AS line_type,
                t.as_of, ported.at AS ported_at
         FROM line_types AS t CROSS JOIN LATERAL (
             SELECT CASE WHEN t.kind = 'ported_to_wireless' THEN t.ported_at END AS at
         ) AS ported
         WHERE t.e164 = l.e164
         ORDER BY t.as_of DESC, t.line_type = 'wireless' DESC LIMIT 1
     ) AS known ON true
     LEFT JOIN LATERAL (
         SELECT jsonb_build_array(
                    a.answer, extract(epoch FROM a.asked_about)::double precision,
                    extract(epoch FROM a.asked_at)::double precision) AS it
         FROM reassigned_answers AS a
         WHERE a.e164 = l.e164 ORDER BY a.asked_at DESC, a.answer DESC LIMIT 1
     ) AS asked ON true
     CROSS JOIN LATERAL (
         SELECT count(*) AS count,
                array_agg(t.at ORDER BY t.at) FILTER (WHERE t.is_recent AND t.is_number)
                    AS to_number_at,
                array_agg(t.at ORDER BY t.at) FILTER (WHERE t.is_recent AND t.is_person)
                    AS to_person_at,
                array_agg(t.at ORDER BY t.at) FILTER (WHERE t.is_recent AND t.is_subject)
                    AS on_subject_at,
                array_agg(t.recording_at ORDER BY t.recording_at) FILTER (
                    WHERE t.is_number AND t.recording_at IS NOT NULL) AS recordings_at,
                max(t.ended_at) FILTER (
                    WHERE t.is_number AND t.outcome IN ('abandoned', 'caller_left'))
                    AS abandoned_at,
                max(t.answered_at) FILTER (
                    WHERE t.is_number AND (t.outcome = 'machine' OR t.said IN ('machine', 'left_message')))
                    AS machine_at
         FROM (SELECT extract(epoch FROM a.dialed_at)::double precision AS at,
                      a.dialed_at > :attempts_since AS is_recent, a.is_number, a.is_person,
                      (CASE WHEN m.seller = '' AND m.offer = '' THEN a.campaign_id = m.id
                            ELSE (its.seller, its.offer) = (m.seller, m.offer) END) AS is_subject,
                      extract(epoch FROM a.message_started_at)::double precision AS recording_at,
                      extract(epoch FROM a.ended_at)::double precision AS ended_at,
                      extract(epoch FROM coalesce(a.answered_at, a.dialed_at))::double precision
                          AS answered_at,
                      a.outcome,
                      (SELECT r.disposition FROM results AS r WHERE r.attempt_id = a.id
                       ORDER BY r.at DESC LIMIT 1) AS said
               FROM (SELECT to_it.*, true AS is_number, c.external_id = p.external_id AS is_person
                     FROM attempts AS to_it JOIN leads AS i ON i.id = to_it.lead_id
                          JOIN contacts AS c ON c.id = i.contact_id
                     WHERE to_it.e164 = l.e164 AND to_it.dialed_at > :past_since
                     UNION ALL
                     SELECT to_him.*, false, true
                     FROM contacts AS c JOIN leads AS i ON i.contact_id = c.id
                          JOIN attempts AS to_him ON to_him.lead_id = i.id
                     WHERE c.external_id = p.external_id AND to_him.e164 <> l.e164
                       AND to_him.dialed_at > :attempts_since) AS a
                    JOIN campaigns AS its ON its.id = a.campaign_id
               WHERE a.outcome IS NULL OR a.outcome NOT IN ('trunk_failed', 'not_placed')) AS t
     ) AS past
ORDER BY (l.state = 'callback') DESC, l.priority DESC,
         CASE WHEN l.state <> 'callback' THEN l.odds_bucket END DESC, l.next_at, l.id;

-- name: fact_news
-- What others changed about the numbers of the leads that the floor holds. A lead that is being
-- called keeps its claim for ever, and it is too late for it. Two clocks may differ by a moment.
SELECT ARRAY(SELECT c.e164 FROM claims AS c JOIN do_not_call AS d ON d.e164 = c.e164
             WHERE c.floor = :floor AND c.expires_at < 'infinity') AS barred,
       ARRAY(SELECT c.e164 FROM claims AS c
             WHERE c.floor = :floor AND c.expires_at < 'infinity'
               AND EXISTS (SELECT FROM revocations AS r
                           WHERE r.e164 = c.e164
                             AND r.recorded_at > c.claimed_at - interval '2 seconds')) AS revoked,
       (SELECT count(*) FROM fact_imports)
       + (SELECT count(*) FROM evidence WHERE kind = 'erasure') AS imports;

-- name: rescore_leads
-- The next :count leads of a campaign's list get their odds bucket by :effects, as
-- domain/list_order.py has it. Only rows that change are written, and none that somebody else
-- is writing is waited for. The answer is the last lead looked at, or nothing at the list's end.
WITH part AS (
    SELECT l.id, l.odds_bucket, l.e164, l.attempt_count, coalesce(l.last_outcome, '') AS said
    FROM leads AS l
    WHERE l.campaign_id = :campaign_id AND l.id > :after AND l.state <> 'final'
    ORDER BY l.id LIMIT :count
), scored AS (
    SELECT p.id, p.odds_bucket AS before,
           coalesce((e.area->>left(p.e164, :area_digits))::double precision, 0)
           + coalesce((e.line_type->>n.line_type)::double precision, 0)
           + coalesce((e.attempt->>least(p.attempt_count, :late_attempt)::text)
                      ::double precision, 0)
           + coalesce((e.last_outcome->>p.said)::double precision, 0) AS score
    FROM part AS p JOIN numbers AS n ON n.e164 = p.e164
         CROSS JOIN jsonb_to_record(CAST(:effects AS jsonb)) AS e(
             area jsonb, line_type jsonb, attempt jsonb, last_outcome jsonb)
), moved AS (
    SELECT s.id, b.bucket FROM scored AS s CROSS JOIN LATERAL (
        SELECT least(:buckets - 1, greatest(0, :typical_bucket
                     + floor(s.score / :bucket_width + 0.5)))::smallint AS bucket
    ) AS b WHERE b.bucket <> s.before
), locked AS (
    SELECT l.id, m.bucket FROM leads AS l JOIN moved AS m ON m.id = l.id
    FOR NO KEY UPDATE OF l SKIP LOCKED
), written AS (
    UPDATE leads AS l SET odds_bucket = k.bucket FROM locked AS k WHERE l.id = k.id
)
SELECT max(id) FROM part;

-- name: free_expired_claims
-- Leads that somebody claimed and neither dialed nor gave back.
DELETE FROM claims WHERE expires_at < :now;

-- name: settle_claims
-- For a floor whose engine begins: where a number was dialed under a claim that the engine before
-- left, the attempt has ended and no agent is still to give its result, the lead rests or is done
-- as engine/followup.py would have it, because nobody else will say what follows.
WITH left_behind AS (
    SELECT c.lead_id, last.outcome, p.recycle,
           l.attempt_count + 1 >= coalesce((p.recycle->>'max_attempts')::integer, :max_attempts)
           OR last.outcome IN ('not_in_service', 'rejected', 'fax')
           OR EXISTS (SELECT FROM results AS r
                      WHERE r.attempt_id = last.id AND r.disposition NOT IN (
                          'call_back', 'not_home', 'other_language', 'machine', 'left_message',
                          'no_result'))
           AS is_done
    FROM claims AS c
         JOIN leads AS l ON l.id = c.lead_id
         JOIN campaigns AS p ON p.id = l.campaign_id
         JOIN LATERAL (
             SELECT a.id, a.outcome FROM attempts AS a
             WHERE a.lead_id = c.lead_id AND a.dialed_at >= c.claimed_at
             ORDER BY a.dialed_at DESC LIMIT 1
         ) AS last ON last.outcome IS NOT NULL
    WHERE c.floor = :floor
      AND NOT EXISTS (SELECT FROM agent_states AS s
                      WHERE s.ended_at IS NULL AND s.state IN ('talking', 'wrap_up')
                        AND s.attempt_id = last.id)
)
UPDATE leads AS l
SET last_outcome = b.outcome,
    attempt_count = l.attempt_count + (b.outcome NOT IN ('trunk_failed', 'not_placed'))::integer,
    state = CASE WHEN b.is_done THEN 'final' ELSE 'recycled' END,
    next_at = CASE WHEN b.is_done THEN 'infinity'
                   WHEN b.outcome IN ('abandoned', 'caller_left')
                       THEN :now + make_interval(secs => coalesce(
                           (b.recycle->>'abandoned_s')::double precision, :abandoned_s))
                   ELSE :now + make_interval(secs => coalesce(
                       (b.recycle->>'lost_s')::double precision, :lost_s)) END
FROM left_behind AS b
WHERE l.id = b.lead_id;

-- name: free_claims
-- The floor's claims go, except where a call may still be going on or its result is awaited.
DELETE FROM claims AS c
WHERE c.floor = :floor
  AND NOT EXISTS (SELECT FROM attempts AS a WHERE a.e164 = c.e164 AND a.outcome IS NULL)
  AND NOT EXISTS (SELECT FROM agent_states AS s JOIN attempts AS a ON a.id = s.attempt_id
                  WHERE s.ended_at IS NULL AND s.state IN ('talking', 'wrap_up')
                    AND a.lead_id = c.lead_id AND a.dialed_at >= c.claimed_at);

-- name: claim_open_attempts
-- Every open attempt of ours holds its number, whatever became of its claim.
INSERT INTO claims (e164, lead_id, floor, claimed_at, expires_at)
SELECT a.e164, a.lead_id, :floor, a.dialed_at, 'infinity' FROM attempts AS a
WHERE a.outcome IS NULL
ON CONFLICT DO NOTHING;

-- name: open_attempts
-- Attempts of this floor that have not ended.
SELECT a.id, a.lead_id, a.campaign_id, a.trunk, a.permit, a.dialed_at, a.answered_at,
       a.connected_at, a.agent_id,
       (SELECT r.disposition FROM results AS r WHERE r.attempt_id = a.id
        ORDER BY r.at DESC LIMIT 1) AS disposition
FROM attempts AS a JOIN claims AS c ON c.e164 = a.e164
WHERE a.outcome IS NULL AND c.floor = :floor
ORDER BY a.dialed_at, a.id;

-- name: agents_on_duty
-- Agents who were at work when the engine stopped.
SELECT g.id, g.name, g.extension, g.us_state, g.is_browser, g.dials_in, g.number, g.languages,
       s.campaign_id, s.also, s.state,
       s.attempt_id,
       coalesce(a.lead_id, i.lead_id) AS lead_id
FROM agent_states AS s JOIN agents AS g ON g.id = s.agent_id
     LEFT JOIN attempts AS a ON a.id = s.attempt_id
     LEFT JOIN inbound_calls AS i ON i.id = s.attempt_id
WHERE s.ended_at IS NULL AND s.state <> 'offline'
ORDER BY g.id;

-- name: open_visits
-- Calls that came in and have not ended, or whose agents are still to report on them.
SELECT i.id, i.campaign_id, i.lead_id, i.e164, i.agent_id, i.came_at, i.connected_at, i.parted_at,
       i.ended_at
FROM inbound_calls AS i
WHERE i.ended_at IS NULL OR (i.disposition IS NULL AND i.id IN (
    SELECT s.attempt_id FROM agent_states AS s WHERE s.ended_at IS NULL))
ORDER BY i.came_at, i.id;

-- name: open_transfers
-- Third parties whose lines may be up.
SELECT id, attempt_id, kind, destination, number, trunk, asked_at, answered_at, through_at
FROM transfers WHERE ended_at IS NULL
ORDER BY asked_at, id;

-- name: open_help_requests
-- Volunteers who still work here, ask for the shift lead, and were not seen.
SELECT h.id, h.agent_id, h.asked_at
FROM help_requests AS h JOIN agents AS g ON g.id = h.agent_id AND g.removed_at IS NULL
WHERE h.over_at IS NULL
ORDER BY h.asked_at, h.id;

-- name: leads_of_caller
-- Everybody of that number on an open campaign's list, the one that was tried last first.
SELECT l.id FROM leads AS l JOIN campaigns AS c ON c.id = l.campaign_id AND c.state <> 'finished'
     LEFT JOIN LATERAL (SELECT max(a.dialed_at) AS at FROM attempts AS a WHERE a.lead_id = l.id)
         AS last_try ON true
WHERE l.e164 = :e164
ORDER BY last_try.at DESC NULLS LAST, l.id
LIMIT 20;

-- The second part: list imports (importer.py).

-- name: make_incoming
-- Where a batch of the list lands first; gone with the transaction.
CREATE TEMPORARY TABLE incoming (
    row_number integer, external_id text, e164 text, first_name text, last_name text,
    display_name text, zip text, state text, language text, zones text[], line_type text,
    custom jsonb, contact_id bigint
) ON COMMIT DROP;

-- name: merge_numbers
-- All zones that any list gives a number count; of two line types the one with the stricter rules.
WITH merged AS (
    SELECT i.e164,
           array_agg(DISTINCT zone ORDER BY zone) AS zones,
           (array_agg(i.line_type ORDER BY array_position(
               ARRAY['wireless', 'voip', 'landline', 'unknown'], i.line_type)))[1] AS line_type
    FROM incoming AS i CROSS JOIN LATERAL unnest(i.zones) AS zone
    GROUP BY i.e164
)
INSERT INTO numbers AS n (e164, zones, line_type)
SELECT e164, zones, line_type FROM merged ORDER BY e164
ON CONFLICT (e164) DO UPDATE
SET zones = ARRAY(SELECT DISTINCT zone FROM unnest(n.zones || excluded.zones) AS zone
                  ORDER BY zone),
    line_type = (ARRAY['wireless', 'voip', 'landline', 'unknown'])[least(
        array_position(ARRAY['wireless', 'voip', 'landline', 'unknown'], n.line_type),
        array_position(ARRAY['wireless', 'voip', 'landline', 'unknown'], excluded.line_type))]
WHERE NOT n.zones @> excluded.zones
   OR (excluded.line_type <> n.line_type AND excluded.line_type <> 'unknown'
       AND array_position(ARRAY['wireless', 'voip', 'landline', 'unknown'], excluded.line_type)
           < array_position(ARRAY['wireless', 'voip', 'landline', 'unknown'], n.line_type));

-- name: merge_contacts
-- New people, and those who changed; people who are the same are left alone.
INSERT INTO contacts AS p (campaign_id, external_id, first_name, last_name, display_name, zip,
                           state, language, custom)
SELECT :campaign_id, external_id, first_name, last_name, display_name, zip, state, language, custom
FROM incoming ORDER BY row_number
ON CONFLICT (campaign_id, external_id) DO UPDATE
SET first_name = excluded.first_name, last_name = excluded.last_name,
    display_name = excluded.display_name, zip = excluded.zip, state = excluded.state,
    language = excluded.language, custom = excluded.custom
WHERE (p.first_name, p.last_name, p.display_name, p.zip, p.state, p.language, p.custom)
      IS DISTINCT FROM
      (excluded.first_name, excluded.last_name, excluded.display_name, excluded.zip,
       excluded.state, excluded.language, excluded.custom)
RETURNING p.id;

-- name: find_contacts
-- A subquery, not a join: whatever the planner believes of tables that grow as it plans, it is an
-- index look-up for each person.
UPDATE incoming AS i
SET contact_id = (SELECT p.id FROM contacts AS p
                  WHERE p.campaign_id = :campaign_id AND p.external_id = i.external_id);

-- name: merge_leads
-- A lead for each new person, in the order of the list. Who was known keeps his lead, with a new
-- number if he has one, but not while the old one is being called.
INSERT INTO leads AS l (campaign_id, contact_id, e164, import_id)
SELECT :campaign_id, contact_id, e164, :import_id FROM incoming ORDER BY row_number
ON CONFLICT (contact_id) DO UPDATE
SET e164 = excluded.e164
WHERE l.e164 <> excluded.e164 AND NOT EXISTS (SELECT FROM claims AS c WHERE c.lead_id = l.id)
RETURNING l.contact_id, l.xmax = 0 AS is_new;

-- The third part: export.

-- name: export_attempts
-- One row for each attempt, with its person and the result that is valid.
SELECT a.id AS attempt_id, p.external_id, p.first_name, p.last_name, a.e164, n.line_type, p.zip,
       p.state, p.language, a.dialed_at, a.answered_at, a.connected_at, a.ended_at, a.outcome,
       a.hangup_cause, a.sip_status, a.amd_verdict, a.trunk, a.caller_id, g.name AS agent,
       said.disposition, said.at AS disposition_at, l.state AS lead_state, l.wanted_language,
       p.custom,
       (SELECT coalesce(jsonb_object_agg(w.question, w.value), '{}') FROM (
            SELECT DISTINCT ON (question) question, value FROM answers WHERE attempt_id = a.id
            ORDER BY question, clicked_at DESC, saved_at DESC
        ) AS w WHERE w.value IS NOT NULL) AS answers,
       (SELECT o.words FROM notes AS o WHERE o.attempt_id = a.id
        ORDER BY o.clicked_at DESC, o.saved_at DESC LIMIT 1) AS note,
       (SELECT coalesce(array_agg(DISTINCT f.reason ORDER BY f.reason), '{}') FROM flags AS f
        WHERE f.attempt_id = a.id) AS flags,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'kind', t.kind, 'destination', t.destination, 'asked_at', t.asked_at,
            'answered_at', t.answered_at, 'through_at', t.through_at, 'ended_at', t.ended_at,
            'outcome', t.outcome) ORDER BY t.asked_at), '[]')
        FROM transfers AS t WHERE t.attempt_id = a.id) AS transfers
FROM attempts AS a
     JOIN leads AS l ON l.id = a.lead_id
     JOIN contacts AS p ON p.id = l.contact_id
     JOIN numbers AS n ON n.e164 = l.e164
     LEFT JOIN agents AS g ON g.id = a.agent_id
     LEFT JOIN LATERAL (
         SELECT r.disposition, r.at FROM results AS r WHERE r.attempt_id = a.id
         ORDER BY r.at DESC LIMIT 1
     ) AS said ON true
WHERE a.campaign_id = :campaign_id AND a.dialed_at >= :since
ORDER BY a.dialed_at, a.id;

-- The fourth part: what earlier calls teach pacing (past.py).

-- name: past_attempts
-- The campaign's last attempts that have ended, oldest first; each with what was known of its lead
-- before it: how often it had been tried, and how the last time ended.
SELECT a.dialed_at, a.answered_at, a.greeting_ended_at, a.connected_at, a.parted_at, a.ended_at,
       a.outcome, a.amd_verdict, a.e164, coalesce(n.zones, '{}') AS zones,
       coalesce(n.line_type, 'unknown') AS line_type, earlier.attempt_count, earlier.last_outcome
FROM (SELECT * FROM attempts
      WHERE campaign_id = :campaign_id AND outcome IS NOT NULL
      ORDER BY dialed_at DESC LIMIT :count) AS a
     LEFT JOIN numbers AS n ON n.e164 = a.e164
     CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE p.outcome NOT IN ('trunk_failed', 'not_placed'))::integer
                    AS attempt_count,
                (array_agg(CASE WHEN said.disposition IN ('machine', 'left_message') THEN 'machine'
                           ELSE p.outcome END ORDER BY p.dialed_at DESC))[1] AS last_outcome
         FROM attempts AS p LEFT JOIN LATERAL (
                  SELECT r.disposition FROM results AS r WHERE r.attempt_id = p.id
                  ORDER BY r.at DESC LIMIT 1
              ) AS said ON true
         WHERE p.lead_id = a.lead_id AND p.dialed_at < a.dialed_at AND p.outcome IS NOT NULL
     ) AS earlier
ORDER BY a.dialed_at, a.id;

-- name: past_wrap_ups
-- The campaign's finished wrap-ups since an instant.
SELECT started_at, ended_at FROM agent_states
WHERE campaign_id = :campaign_id AND state = 'wrap_up' AND ended_at IS NOT NULL
  AND started_at >= :since
ORDER BY ended_at;

-- The fifth part: the abandonment ledger's books (ledger.py, audits.py).

-- name: legal_pools
-- Every legal campaign that has called, with its first call and the end of its last frozen block.
SELECT c.legal_campaign, array_agg(c.campaign_id ORDER BY c.campaign_id) AS campaign_ids,
       extract(epoch FROM min(first.dialed_at))::double precision AS first_at,
       extract(epoch FROM (SELECT max(b.ended_at) FROM abandonment_blocks AS b
                           WHERE b.legal_campaign = c.legal_campaign))::double precision
           AS frozen_until
FROM legal_campaigns AS c CROSS JOIN LATERAL (
    SELECT a.dialed_at FROM attempts AS a WHERE a.campaign_id = c.campaign_id
    ORDER BY a.dialed_at LIMIT 1
) AS first
WHERE CAST(:legal_campaign AS text) IS NULL OR c.legal_campaign = :legal_campaign
GROUP BY c.legal_campaign;

-- name: is_answered_call_open
-- Whether somebody who answered before an instant is still on the line.
SELECT EXISTS (SELECT FROM attempts AS a
               WHERE a.outcome IS NULL AND a.campaign_id = ANY(CAST(:campaign_ids AS integer[]))
                 AND a.answered_at < to_timestamp(:before));

-- name: audit_of
-- What was found among the machine verdicts that somebody listened to.
SELECT count(*) FILTER (WHERE u.verdict = 'person') AS persons,
       count(*) FILTER (WHERE u.verdict = 'machine') AS machines,
       count(*) FILTER (WHERE u.verdict = 'unclear') AS unclear
FROM amd_audits AS u JOIN attempts AS a ON a.id = u.attempt_id
WHERE u.verdict IS NOT NULL AND a.campaign_id = ANY(CAST(:campaign_ids AS integer[]));

-- name: draw_audits
-- Machine verdicts since an instant that the draw falls on: compliance/audits.py said in SQL.
INSERT INTO amd_audits (attempt_id, sampled_at)
SELECT a.id, to_timestamp(:now)
FROM campaigns AS p CROSS JOIN audit_draws AS d
     JOIN attempts AS a ON a.campaign_id = p.id
WHERE a.amd_verdict = 'machine' AND a.answered_at >= to_timestamp(:since)
  AND a.outcome IS NOT NULL AND a.connected_at IS NULL
  AND ('x' || encode(substr(sha256(d.key || convert_to(a.id, 'UTF8')), 1, 6), 'hex'))
          ::bit(48)::bigint
      < coalesce((p.limits->>'audit_share')::double precision, :usual_share) * 2.0 ^ 48
ON CONFLICT (attempt_id) DO NOTHING;

-- name: audits
-- What was drawn, unreviewed first, oldest first.
SELECT u.attempt_id, p.name AS campaign, a.answered_at, a.ended_at, a.amd_cause, a.trunk,
       u.sampled_at, u.recording, u.verdict, u.reviewed_at, u.reviewed_by
FROM amd_audits AS u JOIN attempts AS a ON a.id = u.attempt_id
     JOIN campaigns AS p ON p.id = a.campaign_id
WHERE CAST(:campaign_ids AS integer[]) IS NULL
   OR a.campaign_id = ANY(CAST(:campaign_ids AS integer[]))
ORDER BY u.verdict IS NOT NULL, a.answered_at, u.attempt_id;

-- name: review_audit
-- What somebody heard; a later review corrects it.
UPDATE amd_audits SET verdict = :verdict, reviewed_by = :reviewed_by,
                      reviewed_at = to_timestamp(:now)
WHERE attempt_id = :attempt_id
RETURNING attempt_id;

-- name: connected_calls
-- A campaign's calls in which person and agent came together: when, and what they count as.
SELECT c.attempt_id, c.standing,
       extract(epoch FROM a.connected_at - greatest(a.answered_at, a.greeting_ended_at))
           ::double precision AS waited_s
FROM answered_calls AS c JOIN attempts AS a ON a.id = c.attempt_id
WHERE c.campaign_id = :campaign_id AND c.connected_at IS NOT NULL
ORDER BY c.connected_at, c.attempt_id;

-- The sixth part: what volunteers write down (answer_book.py).

-- name: call_of_click
-- The call that a click is about: whose it was, when it was over, and the person, if one is known.
SELECT a.agent_id, a.parted_at AS ended_at, l.contact_id
FROM attempts AS a JOIN leads AS l ON l.id = a.lead_id
WHERE a.id = :attempt_id
UNION ALL
SELECT i.agent_id, i.parted_at, l.contact_id
FROM inbound_calls AS i LEFT JOIN leads AS l ON l.id = i.lead_id
WHERE i.id = :attempt_id;

-- name: household_of_lead
-- The others of the same campaign at the telephone of a lead.
SELECT o.id AS lead_id, p.display_name AS name
FROM leads AS l JOIN leads AS o ON o.e164 = l.e164 AND o.campaign_id = l.campaign_id AND o.id <> l.id
     JOIN contacts AS p ON p.id = o.contact_id
WHERE l.id = :lead_id
ORDER BY o.id LIMIT :most;

-- name: person_at_call
-- The person of a lead, where he is of the campaign and at the telephone of a call.
SELECT o.contact_id
FROM attempts AS a JOIN leads AS l ON l.id = a.lead_id
     JOIN leads AS o ON o.e164 = l.e164 AND o.campaign_id = l.campaign_id
WHERE a.id = :attempt_id AND o.id = :lead_id
UNION
SELECT o.contact_id
FROM inbound_calls AS i JOIN leads AS l ON l.id = i.lead_id
     JOIN leads AS o ON o.e164 = l.e164 AND o.campaign_id = l.campaign_id
WHERE i.id = :attempt_id AND o.id = :lead_id;

-- name: zones_of_call
-- Every time zone in which the telephone of a call may be.
SELECT n.zones FROM attempts AS a JOIN numbers AS n ON n.e164 = a.e164 WHERE a.id = :attempt_id
UNION ALL
SELECT n.zones FROM inbound_calls AS i JOIN numbers AS n ON n.e164 = i.e164
WHERE i.id = :attempt_id;

-- name: script_body
SELECT body FROM documents WHERE version = :version AND kind = 'script';

-- name: answers_of_lead
-- What the person of a lead has answered, as it is valid now.
SELECT v.question, v.value FROM valid_answers AS v JOIN leads AS l ON l.contact_id = v.contact_id
WHERE l.id = :lead_id AND v.value IS NOT NULL
ORDER BY v.question;

-- name: person_of_lead
-- The person of a lead, with the last of his calls in that campaign that has ended.
SELECT p.first_name, p.last_name, p.display_name, p.state, p.zip, p.language, p.custom, n.zones,
       last.dialed_at, last.outcome, last.disposition, last.note
FROM leads AS l JOIN contacts AS p ON p.id = l.contact_id JOIN numbers AS n ON n.e164 = l.e164
     LEFT JOIN LATERAL (
         SELECT a.dialed_at, a.outcome,
                (SELECT r.disposition FROM results AS r WHERE r.attempt_id = a.id
                 ORDER BY r.at DESC LIMIT 1) AS disposition,
                (SELECT o.words FROM notes AS o WHERE o.attempt_id = a.id
                 ORDER BY o.clicked_at DESC, o.saved_at DESC LIMIT 1) AS note
         FROM attempts AS a
         WHERE a.lead_id = l.id AND a.outcome IS NOT NULL
           AND a.outcome NOT IN ('trunk_failed', 'not_placed')
         ORDER BY a.dialed_at DESC LIMIT 1
     ) AS last ON true
WHERE l.id = :lead_id;

-- name: goal_conversations
-- Conversations of a campaign since an instant, by volunteer and team.
SELECT a.agent_id, coalesce(s.team, '') AS team, count(*) AS reached
FROM attempts AS a LEFT JOIN volunteer_sessions AS s ON s.agent_id = a.agent_id
WHERE a.campaign_id = :campaign_id AND a.dialed_at >= :since AND a.outcome = 'talked'
  AND a.agent_id IS NOT NULL
  AND coalesce((SELECT r.disposition FROM results AS r WHERE r.attempt_id = a.id
                ORDER BY r.at DESC LIMIT 1), 'no_result')
      NOT IN ('machine', 'left_message', 'not_home', 'wrong_number')
GROUP BY a.agent_id, s.team;

-- name: goal_answers
-- People whose valid answer to one of these questions was given since an instant and counts: the
-- choice, where one is named; else any but no, none and 0.
SELECT v.agent_id, coalesce(s.team, '') AS team, count(DISTINCT v.contact_id) AS reached
FROM valid_answers AS v JOIN contacts AS p ON p.id = v.contact_id
     LEFT JOIN volunteer_sessions AS s ON s.agent_id = v.agent_id
WHERE p.campaign_id = :campaign_id AND v.question = ANY(:questions) AND v.clicked_at >= :since
  AND CASE WHEN CAST(:choice AS text) IS NULL
           THEN v.value NOT IN ('"no"', '"none"', '0')
           ELSE v.value @> to_jsonb(CAST(:choice AS text)) END
GROUP BY v.agent_id, s.team;
