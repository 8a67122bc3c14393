ALTER TABLE agents ADD COLUMN number text NOT NULL DEFAULT ''
    CHECK (number ~ '^(\+[1-9][0-9]{3,14})?$');
COMMENT ON COLUMN agents.number IS
    'His own telephone, which is called over a trunk for his leg; empty: his extension is called';

ALTER TABLE invitations ADD COLUMN may_call_back boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN invitations.may_call_back IS
    'Whether who joins by it may have us call his own telephone, over the campaign''s trunks';

ALTER TABLE volunteer_sessions ADD COLUMN called_number text NOT NULL DEFAULT '';
ALTER TABLE volunteer_sessions ADD COLUMN called_number_given_at timestamptz;
ALTER TABLE volunteer_sessions ADD CHECK ((called_number_given_at IS NULL) = (called_number = ''));
ALTER TABLE volunteer_sessions DROP CONSTRAINT volunteer_sessions_way_check;
ALTER TABLE volunteer_sessions ADD CONSTRAINT volunteer_sessions_way_check
    CHECK (way IN ('browser', 'sip', 'dial_in', 'call_me'));
COMMENT ON COLUMN volunteer_sessions.called_number IS
    'The number that he gave as his own, with leave to call it for this shift';
