CREATE TABLE scripts (
    version  text PRIMARY KEY,
    name     text NOT NULL,
    language text NOT NULL,
    body     text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE scripts IS 'Every script that a campaign ever had, as it was written: YAML';
COMMENT ON COLUMN scripts.version IS 'The first 12 hex digits of the body''s SHA-256';

CREATE TABLE campaign_scripts (
    campaign_id integer NOT NULL REFERENCES campaigns,
    language    text NOT NULL,
    since       timestamptz NOT NULL,
    version     text NOT NULL REFERENCES scripts,
    given_by    text NOT NULL DEFAULT '',
    PRIMARY KEY (campaign_id, language, since)
);
COMMENT ON TABLE campaign_scripts IS
    'Which script a campaign''s volunteers read from, since when; the latest row of a language holds';

CREATE TABLE answers (
    click_id       uuid PRIMARY KEY,
    contact_id     bigint NOT NULL REFERENCES contacts,
    attempt_id     text NOT NULL,
    agent_id       integer NOT NULL REFERENCES agents,
    script_version text NOT NULL REFERENCES scripts,
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
