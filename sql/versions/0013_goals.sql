ALTER TABLE campaigns ADD COLUMN goal jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN campaigns.goal IS 'domain.goal.Goal; a missing key has its default: no goal';
