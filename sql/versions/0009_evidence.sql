CREATE TABLE evidence_subjects (
    subject      bytea PRIMARY KEY CHECK (octet_length(subject) = 32),
    e164         text UNIQUE,
    key          bytea,
    erase_due_at timestamptz,
    erased_at    timestamptz,
    CHECK ((e164 IS NULL) = (key IS NULL) AND (e164 IS NULL) = (erased_at IS NOT NULL))
);
COMMENT ON TABLE evidence_subjects IS
    'Whom the evidence is about: a number under a random key of its own. Erasing takes number and '
    'key, and what is left in the evidence cannot be traced to anybody';
COMMENT ON COLUMN evidence_subjects.subject IS 'HMAC-SHA256 of e164 under key';
COMMENT ON COLUMN evidence_subjects.erase_due_at IS
    'The person asked to be erased, but a law keeps his call details until then';

CREATE TABLE evidence (
    seq         bigint PRIMARY KEY CHECK (seq > 0),
    at          timestamptz NOT NULL,
    kind        text NOT NULL CHECK (kind IN (
        'dialed', 'ended', 'refused', 'held', 'erasure', 'checkpoint')),
    campaign_id integer,
    attempt_id  text,
    subject     bytea,
    record      text NOT NULL,
    hash        bytea NOT NULL CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE evidence IS
    'Every judgement and what became of it, only ever appended (compliance/evidence.py). at, kind, '
    'campaign_id and attempt_id repeat what the record says, to be searched';
COMMENT ON COLUMN evidence.hash IS
    'SHA-256 of: the hash before, seq (8 bytes), length of subject (2 bytes), subject, record';
CREATE INDEX evidence_by_age ON evidence USING brin (at);
CREATE INDEX evidence_seldom ON evidence (seq) WHERE kind IN ('erasure', 'checkpoint');

CREATE TABLE evidence_head (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    count    bigint NOT NULL,
    hash     bytea NOT NULL,
    began_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE evidence_head IS
    'The last link of the chain: one row, locked by whoever appends. Attempts from before began_at '
    'have no evidence';
INSERT INTO evidence_head (count, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION link_evidence(entries jsonb) RETURNS SETOF evidence
LANGUAGE plpgsql AS $link_evidence$
DECLARE
    head evidence_head;
    one record;
    link evidence;
BEGIN
    INSERT INTO evidence_subjects (subject, e164, key)
    SELECT decode(e.subject, 'hex'), e.e164, decode(e.subject_key, 'hex')
    FROM jsonb_to_recordset(entries) AS e(e164 text, subject text, subject_key text)
    WHERE e.subject IS NOT NULL
    ON CONFLICT (e164) DO NOTHING;
    SELECT * INTO head FROM evidence_head FOR UPDATE;
    FOR one IN
        SELECT e.at_ms, e.kind, e.campaign_id, e.attempt_id, s.subject, e.record
        FROM jsonb_to_recordset(entries) AS e(
                 at_ms bigint, kind text, campaign_id integer, attempt_id text, lead_id bigint,
                 at double precision, e164 text, record text)
             LEFT JOIN evidence_subjects AS s ON s.e164 = e.e164
        -- A batch whose commit was not confirmed comes a second time: what it wrote is there.
        WHERE CASE e.kind
                  WHEN 'dialed' THEN NOT EXISTS (SELECT FROM attempts AS a WHERE a.id = e.attempt_id)
                  WHEN 'ended' THEN EXISTS (SELECT FROM attempts AS a
                                            WHERE a.id = e.attempt_id AND a.outcome IS NULL)
                  WHEN 'refused' THEN NOT EXISTS (SELECT FROM refusals AS r
                                                  WHERE r.lead_id = e.lead_id
                                                    AND r.at = to_timestamp(e.at))
                  ELSE true END
    LOOP
        head.count := head.count + 1;
        head.hash := sha256(head.hash || int8send(head.count)
                            || int2send(coalesce(octet_length(one.subject), 0)::smallint)
                            || coalesce(one.subject, ''::bytea)
                            || convert_to(one.record, 'UTF8'));
        link.seq := head.count;
        link.at := to_timestamp(one.at_ms / 1000.0::double precision);
        link.kind := one.kind;
        link.campaign_id := one.campaign_id;
        link.attempt_id := one.attempt_id;
        link.subject := one.subject;
        link.record := one.record;
        link.hash := head.hash;
        RETURN NEXT link;
    END LOOP;
    UPDATE evidence_head SET count = head.count, hash = head.hash;
END
$link_evidence$;
COMMENT ON FUNCTION link_evidence(jsonb) IS
    'Entries as the next links of the chain, to be inserted in the same statement';

CREATE FUNCTION refuse_change_of_evidence() RETURNS trigger
LANGUAGE plpgsql AS $refuse_change_of_evidence$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('callbank.retention', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'evidence is only ever appended; retention alone removes it, at its front';
END
$refuse_change_of_evidence$;
CREATE TRIGGER evidence_is_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_evidence();

CREATE TABLE rule_sets (
    version       text PRIMARY KEY,
    body          text NOT NULL,
    first_used_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE rule_sets IS 'Every rule set that judged anything, so that its verdicts can be replayed';

CREATE TABLE campaign_changes (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id integer NOT NULL REFERENCES campaigns,
    at          timestamptz NOT NULL DEFAULT now(),
    changed_by  text NOT NULL,
    before      jsonb NOT NULL,
    after       jsonb NOT NULL
);
COMMENT ON TABLE campaign_changes IS
    'Who changed which setting of a campaign: the settings that differ, as they were and became';
CREATE INDEX campaign_changes_by_campaign ON campaign_changes (campaign_id, at);
