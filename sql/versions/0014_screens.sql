ALTER TABLE volunteer_sessions ADD COLUMN has_screen boolean NOT NULL DEFAULT true;
ALTER TABLE volunteer_sessions ALTER COLUMN has_screen DROP DEFAULT;
COMMENT ON COLUMN volunteer_sessions.has_screen IS
    'Whether a page shows his work; without one he is asked by voice how a call went';
