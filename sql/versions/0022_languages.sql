ALTER TABLE agents ADD COLUMN languages text[] NOT NULL DEFAULT '{}' CHECK (languages <@ ARRAY[
        'en', 'es', 'am', 'ar', 'bn', 'zh', 'fr', 'de', 'gu', 'ht', 'hi', 'it', 'ja', 'ko', 'fa', 'pl',
        'pt', 'pa', 'ru', 'so', 'tl', 'uk', 'ur', 'vi']);
COMMENT ON COLUMN agents.languages IS 'domain/language.py: that he says he speaks';

ALTER TABLE leads ADD COLUMN wanted_language text NOT NULL DEFAULT '' CHECK (wanted_language IN (
        '', 'en', 'es', 'am', 'ar', 'bn', 'zh', 'fr', 'de', 'gu', 'ht', 'hi', 'it', 'ja', 'ko', 'fa', 'pl',
        'pt', 'pa', 'ru', 'so', 'tl', 'uk', 'ur', 'vi', 'other'));
COMMENT ON COLUMN leads.wanted_language IS
    'domain/language.py: in which he wants to be called, as a volunteer heard; empty: none. He is '
    'dialed only while somebody who speaks it is free';
CREATE INDEX leads_by_wanted_language ON leads (campaign_id, wanted_language, next_at)
    WHERE wanted_language <> '';
