CREATE TABLE pacing_decisions (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id integer NOT NULL REFERENCES campaigns,
    at          timestamptz NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('shared', 'reserved')),
    count       integer NOT NULL,
    withdrawn   integer NOT NULL,
    reason      text NOT NULL,
    figures     jsonb NOT NULL
);
COMMENT ON TABLE pacing_decisions IS
    'What pacing decided and why: whenever lines were added or taken back, or the reason changed. '
    'Kept for [decisions] keep_days';
COMMENT ON COLUMN pacing_decisions.count IS 'Lines that were dialed on it';
COMMENT ON COLUMN pacing_decisions.withdrawn IS 'Ringing lines that were taken back on it';
COMMENT ON COLUMN pacing_decisions.figures IS 'What the reason rests on; each dial method has its own';
CREATE UNIQUE INDEX pacing_decisions_once ON pacing_decisions
    (campaign_id, at, kind, md5(reason));
CREATE INDEX pacing_decisions_by_age ON pacing_decisions USING brin (at);
