DROP VIEW answered_calls;

ALTER TABLE attempts ADD COLUMN was_given_up boolean;
COMMENT ON COLUMN attempts.was_given_up IS
    'Whether we ended the call, or gave the person up to the message, before he hung up';
UPDATE attempts SET was_given_up = outcome <> 'caller_left'
WHERE outcome IS NOT NULL AND answered_at IS NOT NULL;
CREATE INDEX attempts_machines ON attempts (campaign_id, answered_at)
    WHERE amd_verdict = 'machine' AND answered_at IS NOT NULL;
COMMENT ON COLUMN campaigns.offer IS
    'With seller the legal campaign, whose abandoned calls are counted together; where either is '
    'empty, the campaign stands for itself';

CREATE VIEW legal_campaigns AS
SELECT id AS campaign_id,
       CASE WHEN seller <> '' AND offer <> '' THEN seller || ': ' || offer
            ELSE 'campaign ' || id::text END AS legal_campaign
FROM campaigns;
COMMENT ON VIEW legal_campaigns IS
    'Whose abandoned calls are counted together: those of one seller with one offer (FCC 12-21). '
    'A campaign that lacks either stands for itself';

CREATE VIEW answered_calls AS
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
                     WHEN a.connected_at IS NOT NULL AND said.disposition = 'machine'
                         THEN 'machine_to_agent'
                     WHEN a.connected_at IS NOT NULL THEN NULL
                     WHEN a.outcome IS NULL THEN 'undecided'
                     WHEN a.outcome = 'machine' OR a.amd_verdict = 'machine' THEN 'screened_out'
                     END AS shared,
                NOT coalesce(a.was_given_up, a.outcome IS DISTINCT FROM 'caller_left')
                AND a.message_started_at IS NULL AS may_have_left
     ) AS fate
WHERE a.answered_at IS NOT NULL;
COMMENT ON VIEW answered_calls IS
    'What each answered call counts as, by the US clock and by the UK''s: '
    'compliance/abandonment.py said in SQL (compliance.md 1.5). late and abandoned are the '
    'abandoned ones; undecided is an open attempt whose person still waits';

CREATE TABLE abandonment_blocks (
    id                 integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    legal_campaign     text NOT NULL,
    country            text NOT NULL,
    began_at           timestamptz NOT NULL,
    ended_at           timestamptz NOT NULL,
    campaign_ids       integer[] NOT NULL,
    connected          integer NOT NULL,
    abandoned          integer NOT NULL,
    unknown            integer NOT NULL,
    left_early         integer NOT NULL,
    screened_out       integer NOT NULL,
    machines_to_agents integer NOT NULL,
    uk_connected       integer NOT NULL,
    uk_abandoned       integer NOT NULL,
    uk_left_early      integer NOT NULL,
    reviewed           integer NOT NULL,
    reviewed_people    integer NOT NULL,
    error_bound        double precision NOT NULL,
    errors             double precision NOT NULL,
    rate               double precision NOT NULL,
    rate_strict        double precision NOT NULL,
    uk_rate            double precision NOT NULL,
    uk_rate_strict     double precision NOT NULL,
    ca_rate            double precision NOT NULL,
    frozen_at          timestamptz NOT NULL,
    UNIQUE (legal_campaign, country, began_at),
    CHECK (ended_at > began_at)
);
COMMENT ON TABLE abandonment_blocks IS
    'The 30-day blocks that are over, as they were counted then: T_L connected, D abandoned, U '
    'unknown, H_x left_early, M screened_out, G machines_to_agents, f reviewed_people / reviewed, '
    'f_u error_bound, E errors (compliance.md 1.5). Never changed; a correction is shown beside';

CREATE FUNCTION refuse_to_change_a_frozen_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a frozen block of the abandonment ledger is never changed';
END
$$;
CREATE TRIGGER abandonment_blocks_are_frozen BEFORE UPDATE ON abandonment_blocks
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_a_frozen_block();

CREATE TABLE amd_audits (
    attempt_id  text PRIMARY KEY REFERENCES attempts,
    sampled_at  timestamptz NOT NULL,
    recording   text,
    reviewed_at timestamptz,
    reviewed_by text,
    verdict     text CHECK (verdict IN ('person', 'machine', 'unclear')),
    CHECK ((verdict IS NULL) = (reviewed_at IS NULL)),
    CHECK ((verdict IS NULL) = (reviewed_by IS NULL))
);
COMMENT ON TABLE amd_audits IS
    'Machine verdicts that were drawn to be listened to. NULL -> a verdict, which a later review '
    'may correct; unclear counts as a person';
COMMENT ON COLUMN amd_audits.recording IS 'The file to listen to, where the call was recorded';

CREATE TABLE audit_draws (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    key      bytea NOT NULL
);
COMMENT ON TABLE audit_draws IS
    'One row. A machine verdict is drawn when sha256(key, attempt id) falls below its campaign''s '
    'limits.audit_share: nobody chooses, and anybody can draw again';

INSERT INTO audit_draws (key)
SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));
