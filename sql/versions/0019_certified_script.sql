ALTER TABLE volunteer_sessions ADD COLUMN certified_script text NOT NULL DEFAULT '';
ALTER TABLE volunteer_sessions ADD CHECK (certified_script = '' OR certified_at IS NOT NULL);
COMMENT ON COLUMN volunteer_sessions.certified_script IS
    'The version of the script that was practised when the certificate was earned; empty: by an organiser''s word, or without a script';
