ALTER TABLE campaigns DROP CONSTRAINT campaigns_purpose_check,
    ADD CONSTRAINT campaigns_purpose_check
        CHECK (purpose IN ('sales', 'charity', 'political', 'survey', 'informational')),
    ADD COLUMN organisation text NOT NULL DEFAULT 'committee'
        CHECK (organisation IN ('business', 'telefunder', 'charity', 'nonprofit', 'committee',
                                'government')),
    ADD COLUMN seller text NOT NULL DEFAULT '',
    ADD COLUMN offer text NOT NULL DEFAULT '';
COMMENT ON COLUMN campaigns.offer IS
    'With seller the legal campaign, whose abandoned calls are counted together; both empty: the '
    'campaign stands for itself';
