ALTER TABLE recordings DROP CONSTRAINT recordings_pkey, ADD PRIMARY KEY (file);
CREATE INDEX recordings_by_attempt ON recordings (attempt_id);
COMMENT ON TABLE recordings IS
    'Recorded conversations: the evidence that each began after its announcement, or why it needed '
    'none. One that was broken off and went on has several. The row outlives its file';
