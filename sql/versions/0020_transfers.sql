ALTER TABLE campaigns ADD COLUMN destinations jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN campaigns.destinations IS
    'domain.transfer.TransferDestination: third parties to whom people may be put through';

CREATE TABLE transfers (
    id          text PRIMARY KEY,
    attempt_id  text NOT NULL REFERENCES attempts ON DELETE CASCADE,
    kind        text NOT NULL CHECK (kind IN ('office', 'shift_lead')),
    destination text NOT NULL,
    number      text NOT NULL,
    trunk       text NOT NULL DEFAULT '',
    asked_at    timestamptz NOT NULL,
    answered_at timestamptz,
    through_at  timestamptz,
    ended_at    timestamptz,
    outcome     text CHECK (outcome IN (
        'put_through', 'cancelled', 'busy', 'no_answer', 'failed', 'third_left', 'person_left',
        'agent_left', 'lost')),
    CHECK (outcome IS NOT NULL OR ended_at IS NULL),
    CHECK ((through_at IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'put_through'))
);
COMMENT ON TABLE transfers IS
    'People who were, or were to be, put through to a third party by the volunteer who talked with '
    'them. From through_at on the attempt goes on without him';
COMMENT ON COLUMN transfers.destination IS 'The third party''s name as it was then';
COMMENT ON COLUMN transfers.number IS 'E.164, or the extension of a telephone of ours';
CREATE INDEX transfers_by_attempt ON transfers (attempt_id);
CREATE INDEX transfers_open ON transfers (id) WHERE ended_at IS NULL;
