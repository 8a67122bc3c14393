CREATE TABLE shift_leads (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    secret_hash bytea NOT NULL UNIQUE,
    campaign_id integer NOT NULL REFERENCES campaigns,
    label       text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    created_by  text NOT NULL DEFAULT '',
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz
);
COMMENT ON TABLE shift_leads IS
    'Links by which shift leads watch the floor of a campaign until they expire or are revoked';
COMMENT ON COLUMN shift_leads.secret_hash IS 'SHA-256 of the secret in the link and in the cookie';
