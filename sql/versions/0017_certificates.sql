ALTER TABLE campaigns ADD COLUMN requires_certificate boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN campaigns.requires_certificate IS
    'Whether volunteers get people only when they have practised, or an organiser certified them';

ALTER TABLE volunteer_sessions ADD COLUMN practised text[] NOT NULL DEFAULT '{}'
    CHECK (practised <@ ARRAY['friendly', 'busy', 'angry', 'spanish', 'wrong_number']);
ALTER TABLE volunteer_sessions ADD COLUMN certified_at timestamptz;
COMMENT ON COLUMN volunteer_sessions.practised IS
    'The simulated people with whom a practice call of his went well';
COMMENT ON COLUMN volunteer_sessions.certified_at IS
    'Since when he has a certificate: by practice, or by an organiser''s word';
