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
        'dialed', 'ended', 'amended', 'refused', 'held', 'erasure', 'checkpoint')),
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
    'SHA-256 of: the hash before, seq (8 bytes), SHA-256 of: length of subject (2 bytes), subject, '
    'record';
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

-- Its plans are kept for as long as a connection lives, so they must not be made for the few rows
-- that there were at first.
CREATE PROCEDURE append_evidence(entries jsonb)
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
COMMENT ON PROCEDURE append_evidence(jsonb) IS
    'Makes entries the next links of the chain. The head is locked until the transaction ends, so '
    'that no two writers continue the same link. subject without e164 is one that is known';

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
