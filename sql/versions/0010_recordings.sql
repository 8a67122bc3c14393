ALTER TABLE campaigns
    ADD COLUMN records_calls boolean NOT NULL DEFAULT false,
    ADD COLUMN announcement_text text NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN us_state text NOT NULL DEFAULT '';
COMMENT ON COLUMN agents.us_state IS
    'Where he sits, for the laws on recording; empty: not known, which is taken for the strictest';
ALTER TABLE attempts ADD COLUMN message_version text NOT NULL DEFAULT '';
COMMENT ON COLUMN attempts.message_version IS
    'Of the safe-harbor message that was, or would have been, played: speech/messages/message-'
    '<version>.wav; empty: none may be played';

CREATE TABLE inbound_calls (
    id           text PRIMARY KEY,
    campaign_id  integer NOT NULL REFERENCES campaigns,
    lead_id      bigint REFERENCES leads,
    e164         text NOT NULL DEFAULT '',
    agent_id     integer REFERENCES agents,
    came_at      timestamptz NOT NULL,
    connected_at timestamptz,
    parted_at    timestamptz,
    opted_out_at timestamptz,
    ended_at     timestamptz,
    disposition  text CHECK (disposition IN (
        'supports', 'leans', 'undecided', 'opposes', 'refused', 'not_home', 'wrong_number',
        'call_back', 'other_language', 'do_not_call', 'machine', 'no_result'))
);
COMMENT ON TABLE inbound_calls IS
    'Calls to a campaign''s number. They are no attempts: no cap, outcome or rate counts them. '
    'Without connected_at the caller heard the message. Calls while the daemon was away are not here';
COMMENT ON COLUMN inbound_calls.id IS 'in- and the Uniqueid of the caller''s channel on Asterisk';
COMMENT ON COLUMN inbound_calls.e164 IS
    'The caller''s number, only until his agent has reported: he may ask not to be called again';
CREATE INDEX inbound_calls_by_campaign ON inbound_calls (campaign_id, came_at);
CREATE INDEX inbound_calls_open ON inbound_calls (id) WHERE ended_at IS NULL;

CREATE TABLE recordings (
    attempt_id           text PRIMARY KEY REFERENCES attempts,
    file                 text NOT NULL,
    leave                text NOT NULL,
    announcement_version text NOT NULL DEFAULT '',
    announced_from       timestamptz,
    announced_to         timestamptz,
    started_at           timestamptz NOT NULL,
    ended_at             timestamptz,
    removed_at           timestamptz,
    CHECK ((announced_from IS NULL) = (announced_to IS NULL)),
    CHECK (started_at >= announced_to)
);
COMMENT ON TABLE recordings IS
    'Recorded conversations: the evidence that each began after its announcement, or why it needed '
    'none. The row outlives its file';
COMMENT ON COLUMN recordings.file IS 'Below recordings/ in the data directory';
COMMENT ON COLUMN recordings.leave IS 'compliance/recording.py: on which ground it was recorded';
COMMENT ON COLUMN recordings.removed_at IS 'When the file was removed: [recordings] keep_days';
CREATE INDEX recordings_by_age ON recordings (started_at) WHERE removed_at IS NULL;

CREATE VIEW played_messages AS
SELECT a.id AS attempt_id, a.campaign_id, a.message_version, a.message_started_at AS started_at,
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
    'Every safe-harbor message that was begun: which words, from when to when, and how far';
