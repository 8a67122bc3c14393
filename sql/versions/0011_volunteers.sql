CREATE TABLE documents (
    version  text PRIMARY KEY,
    kind     text NOT NULL CHECK (kind IN ('script', 'conduct')),
    language text NOT NULL,
    body     text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE documents IS
    'Every script and every code of conduct that a campaign ever had, as it was written: YAML';
COMMENT ON COLUMN documents.version IS 'The first 12 hex digits of the body''s SHA-256';

CREATE TABLE campaign_documents (
    campaign_id integer NOT NULL REFERENCES campaigns,
    kind        text NOT NULL,
    language    text NOT NULL,
    since       timestamptz NOT NULL,
    version     text NOT NULL REFERENCES documents,
    given_by    text NOT NULL DEFAULT '',
    PRIMARY KEY (campaign_id, kind, language, since)
);
COMMENT ON TABLE campaign_documents IS
    'What a campaign''s volunteers read, since when; of a kind and language the latest row holds';

CREATE TABLE answers (
    click_id       uuid PRIMARY KEY,
    contact_id     bigint NOT NULL REFERENCES contacts,
    attempt_id     text NOT NULL,
    agent_id       integer NOT NULL REFERENCES agents,
    script_version text NOT NULL REFERENCES documents,
    question       text NOT NULL,
    value          jsonb,
    clicked_at     timestamptz NOT NULL,
    saved_at       timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE answers IS
    'What people said, by question; they belong to the person. Of a person''s rows for a question '
    'the one that was clicked last is valid, and without a value it was taken back';
COMMENT ON COLUMN answers.click_id IS
    'Given by the page: a click that is sent again after a lost answer is kept once';
COMMENT ON COLUMN answers.attempt_id IS 'In which call: of attempts, or of inbound_calls';
COMMENT ON COLUMN answers.value IS 'Its form: dialer/script/answer.py';
CREATE INDEX answers_by_contact ON answers (contact_id, question, clicked_at DESC);
CREATE INDEX answers_by_attempt ON answers (attempt_id);

CREATE TABLE notes (
    click_id   uuid PRIMARY KEY,
    contact_id bigint NOT NULL REFERENCES contacts,
    attempt_id text NOT NULL,
    agent_id   integer NOT NULL REFERENCES agents,
    words      text NOT NULL,
    clicked_at timestamptz NOT NULL,
    saved_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE notes IS 'What a volunteer wrote of a person; of a call''s notes the last is valid';
CREATE INDEX notes_by_contact ON notes (contact_id, clicked_at DESC);
CREATE INDEX notes_by_attempt ON notes (attempt_id);

CREATE TABLE flags (
    click_id   uuid PRIMARY KEY,
    attempt_id text NOT NULL,
    agent_id   integer NOT NULL REFERENCES agents,
    reason     text NOT NULL CHECK (reason IN (
        'threat', 'self_harm', 'harassment', 'media', 'legal', 'fraud', 'script', 'other')),
    words      text NOT NULL DEFAULT '',
    clicked_at timestamptz NOT NULL,
    saved_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE flags IS 'Calls that a volunteer wants looked at, and why';
CREATE INDEX flags_by_attempt ON flags (attempt_id);

CREATE VIEW valid_answers AS
SELECT DISTINCT ON (contact_id, question)
       contact_id, question, value, attempt_id, agent_id, script_version, clicked_at
FROM answers
ORDER BY contact_id, question, clicked_at DESC, saved_at DESC;
COMMENT ON VIEW valid_answers IS
    'Each person''s latest answer to each question; a NULL value: it was taken back';

CREATE TABLE invitations (
    code           text PRIMARY KEY CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{10}$'),
    campaign_id    integer NOT NULL REFERENCES campaigns,
    label          text NOT NULL DEFAULT '',
    asks_phone     text NOT NULL DEFAULT 'no' CHECK (asks_phone IN ('no', 'optional', 'required')),
    asks_email     text NOT NULL DEFAULT 'no' CHECK (asks_email IN ('no', 'optional', 'required')),
    teams          text[] NOT NULL DEFAULT '{}',
    pin_hash       text NOT NULL DEFAULT '',
    needs_approval boolean NOT NULL DEFAULT false,
    most           integer CHECK (most > 0),
    joined         integer NOT NULL DEFAULT 0,
    created_at     timestamptz NOT NULL DEFAULT now(),
    created_by     text NOT NULL DEFAULT '',
    expires_at     timestamptz,
    closed_at      timestamptz
);
COMMENT ON TABLE invitations IS 'Links by which volunteers join a campaign; the code is in the link';
COMMENT ON COLUMN invitations.pin_hash IS 'Salt and scrypt hash in hex; empty: no PIN is asked for';
CREATE INDEX invitations_by_campaign ON invitations (campaign_id, created_at);

CREATE TABLE volunteer_sessions (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash      bytea NOT NULL UNIQUE,
    agent_id        integer NOT NULL UNIQUE REFERENCES agents,
    campaign_id     integer NOT NULL REFERENCES campaigns,
    invitation      text NOT NULL REFERENCES invitations,
    first_name      text NOT NULL,
    phone           text NOT NULL DEFAULT '',
    email           text NOT NULL DEFAULT '',
    team            text NOT NULL DEFAULT '',
    language        text NOT NULL DEFAULT 'en',
    is_approved     boolean NOT NULL,
    conduct_version text NOT NULL DEFAULT '',
    agreed_at       timestamptz,
    way             text CHECK (way IN ('browser', 'sip')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    end_reason      text NOT NULL DEFAULT '' CHECK (end_reason IN ('', 'left', 'revoked')),
    CHECK ((ended_at IS NULL) = (end_reason = '')),
    CHECK ((agreed_at IS NULL) = (conduct_version = ''))
);
COMMENT ON TABLE volunteer_sessions IS
    'One volunteer on one device, who is an agent as long as it lasts; with its end the agent is '
    'removed, and his telephone''s credentials with him';
COMMENT ON COLUMN volunteer_sessions.token_hash IS 'SHA-256 of the token in his browser''s cookie';
COMMENT ON COLUMN volunteer_sessions.conduct_version IS
    'Of the code of conduct that he agreed to: of documents, or the shipped one''s';
CREATE INDEX volunteer_sessions_by_campaign ON volunteer_sessions (campaign_id, created_at);

ALTER TABLE agents ADD COLUMN is_browser boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN agents.is_browser IS 'Whether his telephone is the softphone in his browser';
