CREATE TABLE help_requests (
    id       text PRIMARY KEY,
    agent_id integer NOT NULL REFERENCES agents,
    asked_at timestamptz NOT NULL,
    over_at  timestamptz
);
COMMENT ON TABLE help_requests IS
    'Volunteers who asked for the shift lead; over when he has seen it, or they have gone home';
CREATE INDEX help_requests_open ON help_requests (asked_at) WHERE over_at IS NULL;
