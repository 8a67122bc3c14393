CREATE TABLE skips (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lead_id    bigint NOT NULL,
    agent_id   integer NOT NULL REFERENCES agents,
    reason     text NOT NULL CHECK (reason IN ('knows_them', 'wrong_data', 'language', 'other')),
    skipped_at timestamptz NOT NULL
);
COMMENT ON TABLE skips IS
    'People whom a volunteer saw and did not have dialed, and why; they stay on the list as they were';
CREATE INDEX skips_by_lead ON skips (lead_id);
