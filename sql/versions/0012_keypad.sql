ALTER TABLE agents ADD COLUMN dials_in boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN agents.dials_in IS 'Whether he calls us from his own telephone';

ALTER TABLE invitations ADD COLUMN keypad_code text NOT NULL DEFAULT ''
    CHECK (keypad_code ~ '^([0-9]{8})?$');
COMMENT ON COLUMN invitations.keypad_code IS
    'What those type who join by telephone alone; empty: nobody can';
CREATE UNIQUE INDEX invitations_one_keypad_code ON invitations (keypad_code) WHERE keypad_code <> '';

ALTER TABLE volunteer_sessions DROP CONSTRAINT volunteer_sessions_way_check;
ALTER TABLE volunteer_sessions ADD CONSTRAINT volunteer_sessions_way_check
    CHECK (way IN ('browser', 'sip', 'dial_in'));
