-- The whole schema as it is now, to be read. `callbank migrate` builds the same by the steps in
-- versions/; tests/integration/storage/test_migrations.py compares the two.
--
-- Conventions: instants are timestamptz with microseconds, always UTC. Closed word lists are text
-- with a CHECK, and their comment says what follows what. JSONB holds only what is never searched.

-- Campaigns -----------------------------------------------------------------------------------

CREATE TABLE campaigns (
    id             integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL UNIQUE CHECK (name <> ''),
    state          text NOT NULL DEFAULT 'draft'
        CHECK (state IN ('draft', 'running', 'paused', 'finished')),
    purpose        text NOT NULL DEFAULT 'political'
        CHECK (purpose IN ('sales', 'charity', 'political', 'survey', 'informational')),
    dial_method    text NOT NULL DEFAULT 'progressive'
        CHECK (dial_method IN ('manual', 'preview', 'progressive', 'ratio', 'predictive')),
    ratio          double precision NOT NULL DEFAULT 1 CHECK (ratio >= 1),
    amd_mode       text NOT NULL DEFAULT 'off' CHECK (amd_mode IN ('off', 'gate')),
    ring_timeout_s double precision NOT NULL DEFAULT 25 CHECK (ring_timeout_s > 0),
    wrap_up_s      double precision NOT NULL DEFAULT 30 CHECK (wrap_up_s >= 0),
    caller_id      text NOT NULL DEFAULT '',
    caller_name    text NOT NULL DEFAULT '',
    trunks         text[] NOT NULL DEFAULT '{}',
    message_text   text NOT NULL DEFAULT '',
    limits         jsonb NOT NULL DEFAULT '{}',
    recycle        jsonb NOT NULL DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT now(),
    organisation   text NOT NULL DEFAULT 'committee'
        CHECK (organisation IN ('business', 'telefunder', 'charity', 'nonprofit', 'committee',
                                'government')),
    seller         text NOT NULL DEFAULT '',
    offer          text NOT NULL DEFAULT '',
    records_calls  boolean NOT NULL DEFAULT false,
    announcement_text text NOT NULL DEFAULT '',
    goal           jsonb NOT NULL DEFAULT '{}',
    requires_certificate boolean NOT NULL DEFAULT false,
    destinations   jsonb NOT NULL DEFAULT '[]',
    voicemail_text text NOT NULL DEFAULT ''
);
COMMENT ON COLUMN campaigns.voicemail_text IS
    'Words of the message that volunteers leave on answering machines; empty: there is none';
COMMENT ON COLUMN campaigns.destinations IS
    'domain.transfer.TransferDestination: third parties to whom people may be put through';
COMMENT ON COLUMN campaigns.requires_certificate IS
    'Whether volunteers get people only when they have practised, or an organiser certified them';
COMMENT ON COLUMN campaigns.offer IS
    'With seller the legal campaign, whose abandoned calls are counted together; where either is '
    'empty, the campaign stands for itself';
COMMENT ON COLUMN campaigns.state IS
    'draft -> running; running <-> paused; running, paused -> finished; finished -> running';
COMMENT ON COLUMN campaigns.limits IS 'domain.campaign.Limits; a missing key has its default';
COMMENT ON COLUMN campaigns.recycle IS 'domain.campaign.RecycleRules; a missing key has its default';
COMMENT ON COLUMN campaigns.goal IS 'domain.goal.Goal; a missing key has its default: no goal';

-- People and numbers --------------------------------------------------------------------------

CREATE TABLE contacts (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id  integer NOT NULL REFERENCES campaigns,
    external_id  text NOT NULL,
    first_name   text NOT NULL DEFAULT '',
    last_name    text NOT NULL DEFAULT '',
    display_name text NOT NULL DEFAULT '',
    zip          text NOT NULL DEFAULT '',
    state        text NOT NULL DEFAULT '',
    language     text NOT NULL DEFAULT '',
    custom       jsonb NOT NULL DEFAULT '{}',
    UNIQUE (campaign_id, external_id)
);
COMMENT ON TABLE contacts IS
    'The person of a lead, apart from it because a lead is rewritten at every call';
COMMENT ON COLUMN contacts.external_id IS
    'The list''s own id, else one derived from number and name: a second import finds him by it. '
    'Also the key of the person across campaigns';
COMMENT ON COLUMN contacts.custom IS 'Columns of the list that Callbank gives no meaning to';
CREATE INDEX contacts_by_person ON contacts (external_id);

CREATE TABLE numbers (
    e164      text PRIMARY KEY CHECK (e164 ~ '^\+[1-9][0-9]{3,14}$'),
    zones     text[] NOT NULL DEFAULT '{}',
    line_type text NOT NULL DEFAULT 'unknown'
        CHECK (line_type IN ('wireless', 'landline', 'voip', 'unknown'))
);
COMMENT ON TABLE numbers IS 'A telephone number, shared by all who are reached there, in all campaigns';
COMMENT ON COLUMN numbers.zones IS
    'Every time zone in which the telephone may be; a call must be lawful in all of them';

-- What the law asks about numbers and people --------------------------------------------------

CREATE TABLE fact_imports (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN (
        'register', 'consents', 'line_types', 'reassigned', 'relations', 'businesses',
        'do_not_call')),
    what        text NOT NULL DEFAULT '',
    file_name   text NOT NULL,
    file_sha256 text NOT NULL,
    as_of       timestamptz,
    rows        bigint NOT NULL DEFAULT 0,
    rejected    bigint NOT NULL DEFAULT 0,
    imported_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE fact_imports IS
    'Every file of facts that was taken in: the proof of what was known, and since when';
COMMENT ON COLUMN fact_imports.what IS 'Which register; which kind of line-type file';

CREATE TABLE consents (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    e164        text NOT NULL CHECK (e164 ~ '^\+[1-9][0-9]{3,14}$'),
    person      text NOT NULL DEFAULT '',
    kind        text NOT NULL CHECK (kind IN ('express', 'express_written')),
    words       text NOT NULL DEFAULT '',
    given_at    timestamptz NOT NULL,
    how         text NOT NULL DEFAULT '',
    taken_by    text NOT NULL DEFAULT '',
    source      text NOT NULL CHECK (source <> ''),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    import_id   integer REFERENCES fact_imports
);
COMMENT ON TABLE consents IS
    'Leave that was given, with its evidence. Rows are only added: what ends a consent is a row in '
    'revocations';
COMMENT ON COLUMN consents.person IS
    'contacts.external_id of who gave it; empty: whoever is reached at the number';
COMMENT ON COLUMN consents.words IS 'What the person was shown or read when he gave it';
COMMENT ON COLUMN consents.how IS 'How and where: a form''s address, a paper, a recording';
CREATE UNIQUE INDEX consents_once ON consents (e164, person, kind, given_at);

CREATE TABLE revocations (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    e164        text NOT NULL CHECK (e164 ~ '^\+[1-9][0-9]{3,14}$'),
    person      text NOT NULL DEFAULT '',
    revoked_at  timestamptz NOT NULL,
    how         text NOT NULL DEFAULT '',
    words       text NOT NULL DEFAULT '',
    taken_by    text NOT NULL DEFAULT '',
    source      text NOT NULL CHECK (source <> ''),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    import_id   integer REFERENCES fact_imports
);
COMMENT ON TABLE revocations IS
    'Ends every consent for the number that was given up to then; of one person alone, if he is '
    'named. Rows are only added';
CREATE UNIQUE INDEX revocations_once ON revocations (e164, person, revoked_at);

CREATE TABLE relations (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    e164        text NOT NULL DEFAULT '',
    person      text NOT NULL DEFAULT '',
    kind        text NOT NULL CHECK (kind IN ('purchase', 'inquiry', 'donation', 'membership',
                                              'contract')),
    at          timestamptz NOT NULL,
    source      text NOT NULL CHECK (source <> ''),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    import_id   integer REFERENCES fact_imports,
    CHECK (e164 <> '' OR person <> '')
);
COMMENT ON TABLE relations IS
    'What a person (contacts.external_id), or whoever has the number, did with us before. With '
    'both, both must fit';
CREATE UNIQUE INDEX relations_once ON relations (e164, person, kind, at);
CREATE INDEX relations_of_a_person ON relations (person, kind, at) WHERE person <> '';

CREATE TABLE registers (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL CHECK (name ~ '^[a-z]{2}\.[a-z0-9_]+$'),
    as_of       timestamptz NOT NULL,
    is_in_force boolean NOT NULL DEFAULT false,
    import_id   integer NOT NULL REFERENCES fact_imports
);
COMMENT ON TABLE registers IS
    'Copies of other people''s do-not-call lists (us.national, us.fl, gb.tps). A copy comes into '
    'force when it is whole, in the transaction that ends the one before it';
CREATE UNIQUE INDEX registers_one_in_force ON registers (name) WHERE is_in_force;

CREATE TABLE register_entries (
    register_id integer NOT NULL,
    number      bigint NOT NULL,
    PRIMARY KEY (register_id, number)
);
COMMENT ON TABLE register_entries IS
    'The numbers of the registers: E.164 without its +. Millions, so nothing else is kept of them, '
    'and a look-up reads the index alone. A copy that is no longer in force loses its rows';

CREATE TABLE do_not_call (
    e164       text PRIMARY KEY,
    reason     text NOT NULL,
    added_at   timestamptz NOT NULL DEFAULT now(),
    attempt_id text,
    channel    text NOT NULL DEFAULT 'telephone'
        CHECK (channel IN ('telephone', 'text', 'email', 'letter', 'in_person', 'web', 'list')),
    added_by   text NOT NULL DEFAULT '',
    keep_until timestamptz NOT NULL DEFAULT now() + interval '10 years',
    import_id  integer REFERENCES fact_imports
);
COMMENT ON TABLE do_not_call IS
    'The internal do-not-call list: for all campaigns, on every channel, at once';
COMMENT ON COLUMN do_not_call.channel IS 'On which it was asked for; it counts on all of them';
COMMENT ON COLUMN do_not_call.keep_until IS
    'Ten years at least (Va. Code 59.1-514.1), longer than anything else is kept';

CREATE TABLE line_types (
    e164      text NOT NULL CHECK (e164 ~ '^\+[1-9][0-9]{3,14}$'),
    kind      text NOT NULL CHECK (kind IN ('lookup', 'ported_to_wireless',
                                            'ported_to_landline')),
    line_type text NOT NULL CHECK (line_type IN ('wireless', 'landline', 'voip', 'unknown')),
    carrier   text NOT NULL DEFAULT '',
    ported_at timestamptz,
    as_of     timestamptz NOT NULL,
    import_id integer NOT NULL REFERENCES fact_imports,
    PRIMARY KEY (e164, kind)
);
COMMENT ON TABLE line_types IS
    'What carriers'' data says of a number; the newest row counts, before wireless_blocks, and '
    'these before the list that the number came on';
CREATE INDEX line_types_by_import ON line_types (import_id);

CREATE TABLE wireless_blocks (
    prefix    text PRIMARY KEY CHECK (prefix ~ '^\+[1-9][0-9]{3,14}$'),
    as_of     timestamptz NOT NULL,
    import_id integer NOT NULL REFERENCES fact_imports
);
COMMENT ON TABLE wireless_blocks IS
    'Blocks of a thousand numbers that were given to wireless carriers: +1, area code, exchange '
    'and one digit. Who ported since is in line_types';

CREATE TABLE reassigned_answers (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    e164        text NOT NULL CHECK (e164 ~ '^\+[1-9][0-9]{3,14}$'),
    answer      text NOT NULL CHECK (answer IN ('yes', 'no', 'no_data')),
    asked_about timestamptz NOT NULL,
    asked_at    timestamptz NOT NULL,
    source      text NOT NULL CHECK (source <> ''),
    import_id   integer REFERENCES fact_imports
);
COMMENT ON TABLE reassigned_answers IS
    'What the Reassigned Numbers Database said: was the number permanently disconnected on or '
    'after asked_about?';
CREATE UNIQUE INDEX reassigned_answers_once ON reassigned_answers (e164, asked_at, asked_about);

CREATE TABLE business_lines (
    e164      text PRIMARY KEY CHECK (e164 ~ '^\+[1-9][0-9]{3,14}$'),
    business  text NOT NULL CHECK (business <> ''),
    import_id integer REFERENCES fact_imports
);
COMMENT ON TABLE business_lines IS
    'Lines of one business have one key, whatever it is: two of them are never called at once';

CREATE TABLE caller_ids (
    e164                 text PRIMARY KEY CHECK (e164 ~ '^\+[1-9][0-9]{3,14}$'),
    owner                text NOT NULL DEFAULT '',
    proof                text NOT NULL CHECK (proof <> ''),
    authorised_from      timestamptz NOT NULL DEFAULT now(),
    authorised_to        timestamptz,
    inbound_route_ok     boolean NOT NULL DEFAULT false,
    takes_calls          boolean NOT NULL DEFAULT false,
    last_inbound_test_at timestamptz,
    added_at             timestamptz NOT NULL DEFAULT now(),
    CHECK (authorised_to >= authorised_from)
);
COMMENT ON TABLE caller_ids IS
    'Numbers that we may show, with the proof that we may. A retired one stays, with the end of '
    'its authorisation';
COMMENT ON COLUMN caller_ids.inbound_route_ok IS 'Whether a call to it reaches us';
COMMENT ON COLUMN caller_ids.takes_calls IS
    'Whether who calls it back is answered, and can ask not to be called';

CREATE TABLE emergencies (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    jurisdiction text NOT NULL CHECK (jurisdiction ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'),
    began_at     timestamptz NOT NULL,
    ended_at     timestamptz,
    declared_by  text NOT NULL DEFAULT '',
    note         text NOT NULL DEFAULT '',
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (ended_at >= began_at)
);
COMMENT ON TABLE emergencies IS
    'Declared emergencies, in which some states forbid sales calls; without an end it lasts';
CREATE UNIQUE INDEX emergencies_one_at_a_time ON emergencies (jurisdiction)
    WHERE ended_at IS NULL;

CREATE TABLE rule_sign_ons (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    signed_by    text NOT NULL CHECK (signed_by <> ''),
    reason       text NOT NULL CHECK (reason <> ''),
    signed_at    timestamptz NOT NULL DEFAULT now(),
    until        timestamptz NOT NULL,
    book_version text NOT NULL,
    CHECK (until > signed_at)
);
COMMENT ON TABLE rule_sign_ons IS
    'Who answers for rules past their review date, and until when. Rows are only added';

-- Lists ---------------------------------------------------------------------------------------

CREATE TABLE list_imports (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id integer NOT NULL REFERENCES campaigns,
    imported_at timestamptz NOT NULL DEFAULT now(),
    added       integer NOT NULL DEFAULT 0,
    updated     integer NOT NULL DEFAULT 0,
    unchanged   integer NOT NULL DEFAULT 0,
    report      jsonb NOT NULL
);
COMMENT ON TABLE list_imports IS 'Every import that changed something, with its report';
CREATE INDEX list_imports_by_campaign ON list_imports (campaign_id);

CREATE TABLE leads (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id   integer NOT NULL REFERENCES campaigns,
    contact_id    bigint NOT NULL UNIQUE REFERENCES contacts,
    e164          text NOT NULL REFERENCES numbers,
    import_id     integer REFERENCES list_imports,
    state         text NOT NULL DEFAULT 'new'
        CHECK (state IN ('new', 'recycled', 'callback', 'final')),
    next_at       timestamptz NOT NULL DEFAULT '-infinity',
    priority      smallint NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0,
    last_outcome  text,
    odds_bucket   smallint NOT NULL DEFAULT 8 CHECK (odds_bucket BETWEEN 0 AND 15),
    wanted_language text NOT NULL DEFAULT '' CHECK (wanted_language IN (
        '', 'en', 'es', 'am', 'ar', 'bn', 'zh', 'fr', 'de', 'gu', 'ht', 'hi', 'it', 'ja', 'ko', 'fa', 'pl',
        'pt', 'pa', 'ru', 'so', 'tl', 'uk', 'ur', 'vi', 'other'))
);
COMMENT ON COLUMN leads.state IS
    'new -> recycled | callback | final; recycled, callback -> recycled | callback | final. '
    'That a lead is claimed is not a state of its own here but a row in claims';
COMMENT ON COLUMN leads.next_at IS
    'Not to be dialed before. A lead that was never tried has -infinity, a final one infinity';
COMMENT ON COLUMN leads.odds_bucket IS
    'How likely a person answers, whatever the hour: domain/list_order.py. 8 is typical';
CREATE INDEX leads_to_dial ON leads (campaign_id, priority, odds_bucket, next_at, id)
    WHERE state IN ('new', 'recycled');
CREATE INDEX leads_to_call_back ON leads (campaign_id, next_at, id) WHERE state = 'callback';
CREATE INDEX leads_by_number ON leads (e164);
COMMENT ON COLUMN leads.wanted_language IS
    'domain/language.py: in which he wants to be called, as a volunteer heard; empty: none. He is '
    'dialed only while somebody who speaks it is free';
CREATE INDEX leads_by_wanted_language ON leads (campaign_id, wanted_language, next_at)
    WHERE wanted_language <> '';
CREATE INDEX leads_by_import ON leads (import_id);

CREATE TABLE claims (
    e164       text PRIMARY KEY,
    lead_id    bigint NOT NULL UNIQUE REFERENCES leads,
    floor      text NOT NULL,
    claimed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE claims IS
    'The leads that an engine holds, from its hopper until the call is settled. The key is the '
    'number, so two leads that share a telephone are never held at once, by whatever campaign';
COMMENT ON COLUMN claims.floor IS 'The engine that holds it: agents who share campaigns are a floor';
COMMENT ON COLUMN claims.expires_at IS
    'When the lead may be claimed anew, if nothing comes of it; once it is dialed, infinity';
CREATE INDEX claims_by_floor ON claims (floor);

CREATE TABLE refusals (
    lead_id     bigint NOT NULL REFERENCES leads,
    at          timestamptz NOT NULL,
    campaign_id integer NOT NULL REFERENCES campaigns,
    reasons     text[] NOT NULL,
    retry_at    timestamptz,
    PRIMARY KEY (lead_id, at)
);
COMMENT ON TABLE refusals IS 'Every time the compliance gate said no, with all its reasons';
CREATE INDEX refusals_by_campaign ON refusals (campaign_id, at);

-- Agents --------------------------------------------------------------------------------------

CREATE TABLE agents (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    extension  text NOT NULL CHECK (extension <> ''),
    added_at   timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    us_state   text NOT NULL DEFAULT '',
    is_browser boolean NOT NULL DEFAULT false,
    dials_in   boolean NOT NULL DEFAULT false,
    number     text NOT NULL DEFAULT '' CHECK (number ~ '^(\+[1-9][0-9]{3,14})?$'),
    languages  text[] NOT NULL DEFAULT '{}' CHECK (languages <@ ARRAY[
        'en', 'es', 'am', 'ar', 'bn', 'zh', 'fr', 'de', 'gu', 'ht', 'hi', 'it', 'ja', 'ko', 'fa', 'pl',
        'pt', 'pa', 'ru', 'so', 'tl', 'uk', 'ur', 'vi'])
);
COMMENT ON COLUMN agents.languages IS 'domain/language.py: that he says he speaks';
COMMENT ON COLUMN agents.us_state IS
    'Where he sits, for the laws on recording; empty: not known, which is taken for the strictest';
COMMENT ON COLUMN agents.is_browser IS 'Whether his telephone is the softphone in his browser';
COMMENT ON COLUMN agents.dials_in IS 'Whether he calls us from his own telephone';
COMMENT ON COLUMN agents.number IS
    'His own telephone, which is called over a trunk for his leg; empty: his extension is called';
CREATE UNIQUE INDEX agents_one_present_name ON agents (name) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX agents_one_present_extension ON agents (extension) WHERE removed_at IS NULL;

CREATE TABLE agent_states (
    agent_id    integer NOT NULL REFERENCES agents,
    campaign_id integer NOT NULL REFERENCES campaigns,
    state       text NOT NULL CHECK (state IN ('offline', 'joining', 'ready', 'reserved',
                                               'talking', 'wrap_up', 'break')),
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    attempt_id  text,
    also        integer[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (agent_id, started_at)
);
COMMENT ON TABLE agent_states IS
    'What an agent did from when to when; the interval without an end is what he does now. '
    'Transitions are the table in engine/agent.py';
COMMENT ON COLUMN agent_states.also IS 'All the campaigns that he served, where these were several';
CREATE UNIQUE INDEX agent_states_one_now ON agent_states (agent_id) WHERE ended_at IS NULL;
CREATE INDEX agent_states_by_campaign ON agent_states (campaign_id, started_at);

-- Attempts and results ------------------------------------------------------------------------

CREATE TABLE attempts (
    id                  text PRIMARY KEY,
    lead_id             bigint NOT NULL REFERENCES leads,
    campaign_id         integer NOT NULL REFERENCES campaigns,
    e164                text NOT NULL,
    trunk               text NOT NULL,
    caller_id           text NOT NULL,
    permit              jsonb NOT NULL,
    agent_id            integer REFERENCES agents,
    due_at              timestamptz NOT NULL,
    dialed_at           timestamptz NOT NULL,
    rang_at             timestamptz,
    answered_at         timestamptz,
    speech_started_at   timestamptz,
    greeting_ended_at   timestamptz,
    connected_at        timestamptz,
    parted_at           timestamptz,
    message_started_at  timestamptz,
    message_finished_at timestamptz,
    ended_at            timestamptz,
    outcome             text CHECK (outcome IN (
        'talked', 'abandoned', 'caller_left', 'machine', 'fax', 'busy', 'no_answer',
        'not_in_service', 'congestion', 'rejected', 'failed', 'withdrawn', 'trunk_failed',
        'not_placed', 'lost')),
    hangup_cause        smallint,
    sip_status          smallint,
    amd_verdict         text NOT NULL DEFAULT 'not_asked'
        CHECK (amd_verdict IN ('human', 'machine', 'unknown', 'not_asked')),
    amd_cause           text NOT NULL DEFAULT '',
    was_given_up        boolean,
    message_version     text NOT NULL DEFAULT '',
    voicemail_version   text NOT NULL DEFAULT '',
    CHECK ((outcome IS NULL) = (ended_at IS NULL))
);
COMMENT ON TABLE attempts IS
    'One dialing of one number, written before the INVITE. Without an outcome it is still open';
COMMENT ON COLUMN attempts.id IS 'Also the ChannelId, Uniqueid and Linkedid on Asterisk';
COMMENT ON COLUMN attempts.permit IS 'The DialPermit on which it was dialed: the evidence';
COMMENT ON COLUMN attempts.due_at IS
    'The lead''s next_at when the attempt was written; infinity if the lead was final';
COMMENT ON COLUMN attempts.message_version IS
    'Of the safe-harbor message that was, or would have been, played: speech/messages/message-'
    '<version>.wav; empty: none may be played';
COMMENT ON COLUMN attempts.voicemail_version IS
    'Of the words that a volunteer had left on a machine, by leave of that moment; empty: none were';
COMMENT ON COLUMN attempts.outcome IS 'NULL -> any other, once; domain/outcome.py says what each means';
COMMENT ON COLUMN attempts.was_given_up IS
    'Whether we ended the call, or gave the person up to the message, before he hung up';
CREATE UNIQUE INDEX attempts_one_open_for_a_number ON attempts (e164) WHERE outcome IS NULL;
CREATE INDEX attempts_by_number ON attempts (e164, dialed_at);
CREATE INDEX attempts_by_lead ON attempts (lead_id, dialed_at);
CREATE INDEX attempts_by_campaign ON attempts (campaign_id, dialed_at);
CREATE INDEX attempts_answered ON attempts (campaign_id, answered_at)
    WHERE answered_at IS NOT NULL;
CREATE INDEX attempts_machines ON attempts (campaign_id, answered_at)
    WHERE amd_verdict = 'machine' AND answered_at IS NOT NULL;

CREATE TABLE results (
    attempt_id  text NOT NULL REFERENCES attempts,
    at          timestamptz NOT NULL,
    agent_id    integer NOT NULL REFERENCES agents,
    disposition text NOT NULL CHECK (disposition IN (
        'supports', 'leans', 'undecided', 'opposes', 'refused', 'not_home', 'wrong_number',
        'call_back', 'other_language', 'do_not_call', 'machine', 'left_message', 'no_result')),
    PRIMARY KEY (attempt_id, at)
);
COMMENT ON TABLE results IS
    'What the agent reported of a conversation. The latest row of an attempt is valid, the '
    'earlier ones are what it corrected';

-- Calls that come in, and recordings -----------------------------------------------------------

CREATE TABLE inbound_calls (
    id           text PRIMARY KEY,
    campaign_id  integer NOT NULL REFERENCES campaigns,
    lead_id      bigint REFERENCES leads,
    e164         text NOT NULL DEFAULT '',
    agent_id     integer REFERENCES agents,
    came_at      timestamptz NOT NULL,
    connected_at timestamptz,
    parted_at    timestamptz,
    opted_out_at timestamptz,
    ended_at     timestamptz,
    disposition  text CHECK (disposition IN (
        'supports', 'leans', 'undecided', 'opposes', 'refused', 'not_home', 'wrong_number',
        'call_back', 'other_language', 'do_not_call', 'machine', 'left_message', 'no_result'))
);
COMMENT ON TABLE inbound_calls IS
    'Calls to a campaign''s number. They are no attempts: no cap, outcome or rate counts them. '
    'Without connected_at the caller heard the message. Calls while the daemon was away are not here';
COMMENT ON COLUMN inbound_calls.id IS 'in- and the Uniqueid of the caller''s channel on Asterisk';
COMMENT ON COLUMN inbound_calls.e164 IS
    'The caller''s number, only until his agent has reported: he may ask not to be called again';
CREATE INDEX inbound_calls_by_campaign ON inbound_calls (campaign_id, came_at);
CREATE INDEX inbound_calls_open ON inbound_calls (id) WHERE ended_at IS NULL;

CREATE TABLE recordings (
    attempt_id           text NOT NULL REFERENCES attempts,
    file                 text PRIMARY KEY,
    leave                text NOT NULL,
    announcement_version text NOT NULL DEFAULT '',
    announced_from       timestamptz,
    announced_to         timestamptz,
    started_at           timestamptz NOT NULL,
    ended_at             timestamptz,
    removed_at           timestamptz,
    CHECK ((announced_from IS NULL) = (announced_to IS NULL)),
    CHECK (started_at >= announced_to)
);
COMMENT ON TABLE recordings IS
    'Recorded conversations: the evidence that each began after its announcement, or why it needed '
    'none. One that was broken off and went on has several. The row outlives its file';
COMMENT ON COLUMN recordings.file IS 'Below recordings/ in the data directory';
COMMENT ON COLUMN recordings.leave IS 'compliance/recording.py: on which ground it was recorded';
COMMENT ON COLUMN recordings.removed_at IS 'When the file was removed: [recordings] keep_days';
CREATE INDEX recordings_by_age ON recordings (started_at) WHERE removed_at IS NULL;
CREATE INDEX recordings_by_attempt ON recordings (attempt_id);

CREATE TABLE transfers (
    id          text PRIMARY KEY,
    attempt_id  text NOT NULL REFERENCES attempts ON DELETE CASCADE,
    kind        text NOT NULL CHECK (kind IN ('office', 'shift_lead')),
    destination text NOT NULL,
    number      text NOT NULL,
    trunk       text NOT NULL DEFAULT '',
    asked_at    timestamptz NOT NULL,
    answered_at timestamptz,
    through_at  timestamptz,
    ended_at    timestamptz,
    outcome     text CHECK (outcome IN (
        'put_through', 'cancelled', 'busy', 'no_answer', 'failed', 'third_left', 'person_left',
        'agent_left', 'lost')),
    CHECK (outcome IS NOT NULL OR ended_at IS NULL),
    CHECK ((through_at IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'put_through'))
);
COMMENT ON TABLE transfers IS
    'People who were, or were to be, put through to a third party by the volunteer who talked with '
    'them. From through_at on the attempt goes on without him';
COMMENT ON COLUMN transfers.destination IS 'The third party''s name as it was then';
COMMENT ON COLUMN transfers.number IS 'E.164, or the extension of a telephone of ours';
CREATE INDEX transfers_by_attempt ON transfers (attempt_id);
CREATE INDEX transfers_open ON transfers (id) WHERE ended_at IS NULL;


-- Pacing --------------------------------------------------------------------------------------

CREATE TABLE pacing_decisions (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id integer NOT NULL REFERENCES campaigns,
    at          timestamptz NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('shared', 'reserved')),
    count       integer NOT NULL,
    withdrawn   integer NOT NULL,
    reason      text NOT NULL,
    figures     jsonb NOT NULL
);
COMMENT ON TABLE pacing_decisions IS
    'What pacing decided and why: whenever lines were added or taken back, or the reason changed. '
    'Kept for [decisions] keep_days';
COMMENT ON COLUMN pacing_decisions.count IS 'Lines that were dialed on it';
COMMENT ON COLUMN pacing_decisions.withdrawn IS 'Ringing lines that were taken back on it';
COMMENT ON COLUMN pacing_decisions.figures IS 'What the reason rests on; each dial method has its own';
CREATE UNIQUE INDEX pacing_decisions_once ON pacing_decisions
    (campaign_id, at, kind, md5(reason));
CREATE INDEX pacing_decisions_by_age ON pacing_decisions USING brin (at);

-- Evidence -------------------------------------------------------------------------------------

CREATE TABLE evidence_subjects (
    subject      bytea PRIMARY KEY CHECK (octet_length(subject) = 32),
    e164         text UNIQUE,
    key          bytea,
    erase_due_at timestamptz,
    erased_at    timestamptz,
    CHECK ((e164 IS NULL) = (key IS NULL) AND (e164 IS NULL) = (erased_at IS NOT NULL))
);
COMMENT ON TABLE evidence_subjects IS
    'Whom the evidence is about: a number under a random key of its own. Erasing takes number and '
    'key, and what is left in the evidence cannot be traced to anybody';
COMMENT ON COLUMN evidence_subjects.subject IS 'HMAC-SHA256 of e164 under key';
COMMENT ON COLUMN evidence_subjects.erase_due_at IS
    'The person asked to be erased, but a law keeps his call details until then';

CREATE TABLE evidence (
    seq         bigint PRIMARY KEY CHECK (seq > 0),
    at          timestamptz NOT NULL,
    kind        text NOT NULL CHECK (kind IN (
        'dialed', 'ended', 'amended', 'refused', 'held', 'voicemail', 'erasure', 'checkpoint')),
    campaign_id integer,
    attempt_id  text,
    subject     bytea,
    record      text NOT NULL,
    hash        bytea NOT NULL CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE evidence IS
    'Every judgement and what became of it, only ever appended (compliance/evidence.py). at, kind, '
    'campaign_id and attempt_id repeat what the record says, to be searched';
COMMENT ON COLUMN evidence.hash IS
    'SHA-256 of: the hash before, seq (8 bytes), SHA-256 of: length of subject (2 bytes), subject, '
    'record';
CREATE INDEX evidence_by_age ON evidence USING brin (at);
CREATE INDEX evidence_seldom ON evidence (seq) WHERE kind IN ('erasure', 'checkpoint');

CREATE TABLE evidence_head (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    count    bigint NOT NULL,
    hash     bytea NOT NULL,
    began_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE evidence_head IS
    'The last link of the chain: one row, locked by whoever appends. Attempts from before began_at '
    'have no evidence';
INSERT INTO evidence_head (count, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Its plans are kept for as long as a connection lives, so they must not be made for the few rows
-- that there were at first.
CREATE PROCEDURE append_evidence(entries jsonb)
LANGUAGE plpgsql SET enable_seqscan = off AS $append_evidence$
DECLARE
    head evidence_head;
    whom bytea;
    entry record;
BEGIN
    SELECT * INTO head FROM evidence_head FOR UPDATE;
    FOR entry IN
        SELECT * FROM jsonb_to_recordset(entries) AS e(
            at_ms bigint, kind text, campaign_id integer, attempt_id text, lead_id bigint,
            at double precision, e164 text, subject text, subject_key text, record text)
    LOOP
        -- A batch whose commit was not confirmed comes a second time: what it wrote is there.
        CONTINUE WHEN CASE entry.kind
            WHEN 'dialed' THEN EXISTS (SELECT FROM attempts AS a WHERE a.id = entry.attempt_id)
            WHEN 'ended' THEN (SELECT a.outcome IS NULL FROM attempts AS a
                               WHERE a.id = entry.attempt_id) IS NOT TRUE
            WHEN 'amended' THEN false  -- twice it says the same
            WHEN 'voicemail' THEN EXISTS (SELECT FROM attempts AS a WHERE a.id = entry.attempt_id
                                          AND a.voicemail_version <> '')
            WHEN 'erasure' THEN false
            WHEN 'checkpoint' THEN false
            ELSE EXISTS (SELECT FROM refusals AS r
                         WHERE r.lead_id = entry.lead_id AND r.at = to_timestamp(entry.at)) END;
        whom := decode(entry.subject, 'hex');
        IF entry.e164 IS NOT NULL THEN
            SELECT s.subject INTO whom FROM evidence_subjects AS s WHERE s.e164 = entry.e164;
            IF NOT FOUND THEN
                whom := decode(entry.subject, 'hex');
                INSERT INTO evidence_subjects (subject, e164, key)
                VALUES (whom, entry.e164, decode(entry.subject_key, 'hex'));
            END IF;
        END IF;
        head.count := head.count + 1;
        head.hash := sha256(head.hash || int8send(head.count) || sha256(
            int2send(coalesce(octet_length(whom), 0)::smallint) || coalesce(whom, ''::bytea)
            || convert_to(entry.record, 'UTF8')));
        INSERT INTO evidence (seq, at, kind, campaign_id, attempt_id, subject, record, hash)
        VALUES (head.count, to_timestamp(entry.at_ms / 1000.0::double precision), entry.kind,
                entry.campaign_id, entry.attempt_id, whom, entry.record, head.hash);
    END LOOP;
    UPDATE evidence_head SET count = head.count, hash = head.hash;
END
$append_evidence$;
COMMENT ON PROCEDURE append_evidence(jsonb) IS
    'Makes entries the next links of the chain. The head is locked until the transaction ends, so '
    'that no two writers continue the same link. subject without e164 is one that is known';

CREATE FUNCTION refuse_change_of_evidence() RETURNS trigger
LANGUAGE plpgsql AS $refuse_change_of_evidence$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('callbank.retention', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'evidence is only ever appended; retention alone removes it, at its front';
END
$refuse_change_of_evidence$;
CREATE TRIGGER evidence_is_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_evidence();

CREATE TABLE rule_sets (
    version       text PRIMARY KEY,
    body          text NOT NULL,
    first_used_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE rule_sets IS 'Every rule set that judged anything, so that its verdicts can be replayed';

CREATE TABLE campaign_changes (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id integer NOT NULL REFERENCES campaigns,
    at          timestamptz NOT NULL DEFAULT now(),
    changed_by  text NOT NULL,
    before      jsonb NOT NULL,
    after       jsonb NOT NULL
);
COMMENT ON TABLE campaign_changes IS
    'Who changed which setting of a campaign: the settings that differ, as they were and became';
CREATE INDEX campaign_changes_by_campaign ON campaign_changes (campaign_id, at);

-- What is counted ------------------------------------------------------------------------------

CREATE VIEW legal_campaigns AS
SELECT id AS campaign_id,
       CASE WHEN seller <> '' AND offer <> '' THEN seller || ': ' || offer
            ELSE 'campaign ' || id::text END AS legal_campaign
FROM campaigns;
COMMENT ON VIEW legal_campaigns IS
    'Whose abandoned calls are counted together: those of one seller with one offer (FCC 12-21). '
    'A campaign that lacks either stands for itself';

CREATE VIEW answered_calls AS
SELECT a.id AS attempt_id, a.campaign_id, a.e164, a.answered_at, a.connected_at, a.outcome,
       clock.runs_out_at, clock.uk_runs_out_at, a.amd_verdict = 'unknown' AS is_unknown,
       coalesce(fate.shared, CASE
           WHEN a.connected_at <= clock.runs_out_at THEN 'connected'
           WHEN a.connected_at IS NOT NULL THEN 'late'
           WHEN fate.may_have_left AND a.ended_at < clock.runs_out_at THEN 'left_early'
           ELSE 'abandoned' END) AS standing,
       coalesce(fate.shared, CASE
           WHEN a.connected_at <= clock.uk_runs_out_at THEN 'connected'
           WHEN a.connected_at IS NOT NULL THEN 'late'
           WHEN fate.may_have_left AND a.ended_at < clock.uk_runs_out_at THEN 'left_early'
           ELSE 'abandoned' END) AS uk_standing
FROM attempts AS a
     CROSS JOIN LATERAL (
         SELECT greatest(a.answered_at, a.greeting_ended_at) + interval '2 seconds' AS runs_out_at,
                greatest(a.answered_at, a.speech_started_at) + interval '2 seconds'
                    AS uk_runs_out_at
     ) AS clock
     LEFT JOIN LATERAL (
         SELECT r.disposition FROM results AS r WHERE r.attempt_id = a.id
         ORDER BY r.at DESC LIMIT 1
     ) AS said ON true
     CROSS JOIN LATERAL (
         SELECT CASE WHEN a.outcome = 'fax' THEN 'fax'
                     WHEN a.connected_at IS NOT NULL AND said.disposition IN ('machine', 'left_message')
                         THEN 'machine_to_agent'
                     WHEN a.connected_at IS NOT NULL THEN NULL
                     WHEN a.outcome IS NULL THEN 'undecided'
                     WHEN a.outcome = 'machine' OR a.amd_verdict = 'machine' THEN 'screened_out'
                     END AS shared,
                NOT coalesce(a.was_given_up, a.outcome IS DISTINCT FROM 'caller_left')
                AND a.message_started_at IS NULL AS may_have_left
     ) AS fate
WHERE a.answered_at IS NOT NULL;
COMMENT ON VIEW answered_calls IS
    'What each answered call counts as, by the US clock and by the UK''s: '
    'compliance/abandonment.py said in SQL (compliance.md 1.5). late and abandoned are the '
    'abandoned ones; undecided is an open attempt whose person still waits';

CREATE TABLE abandonment_blocks (
    id                 integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    legal_campaign     text NOT NULL,
    country            text NOT NULL,
    began_at           timestamptz NOT NULL,
    ended_at           timestamptz NOT NULL,
    campaign_ids       integer[] NOT NULL,
    connected          integer NOT NULL,
    abandoned          integer NOT NULL,
    unknown            integer NOT NULL,
    left_early         integer NOT NULL,
    screened_out       integer NOT NULL,
    machines_to_agents integer NOT NULL,
    uk_connected       integer NOT NULL,
    uk_abandoned       integer NOT NULL,
    uk_left_early      integer NOT NULL,
    reviewed           integer NOT NULL,
    reviewed_people    integer NOT NULL,
    error_bound        double precision NOT NULL,
    errors             double precision NOT NULL,
    rate               double precision NOT NULL,
    rate_strict        double precision NOT NULL,
    uk_rate            double precision NOT NULL,
    uk_rate_strict     double precision NOT NULL,
    ca_rate            double precision NOT NULL,
    frozen_at          timestamptz NOT NULL,
    UNIQUE (legal_campaign, country, began_at),
    CHECK (ended_at > began_at)
);
COMMENT ON TABLE abandonment_blocks IS
    'The 30-day blocks that are over, as they were counted then: T_L connected, D abandoned, U '
    'unknown, H_x left_early, M screened_out, G machines_to_agents, f reviewed_people / reviewed, '
    'f_u error_bound, E errors (compliance.md 1.5). Never changed; a correction is shown beside';

CREATE FUNCTION refuse_to_change_a_frozen_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a frozen block of the abandonment ledger is never changed';
END
$$;
CREATE TRIGGER abandonment_blocks_are_frozen BEFORE UPDATE ON abandonment_blocks
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_a_frozen_block();

CREATE TABLE amd_audits (
    attempt_id  text PRIMARY KEY REFERENCES attempts,
    sampled_at  timestamptz NOT NULL,
    recording   text,
    reviewed_at timestamptz,
    reviewed_by text,
    verdict     text CHECK (verdict IN ('person', 'machine', 'unclear')),
    CHECK ((verdict IS NULL) = (reviewed_at IS NULL)),
    CHECK ((verdict IS NULL) = (reviewed_by IS NULL))
);
COMMENT ON TABLE amd_audits IS
    'Machine verdicts that were drawn to be listened to. NULL -> a verdict, which a later review '
    'may correct; unclear counts as a person';
COMMENT ON COLUMN amd_audits.recording IS 'The file to listen to, where the call was recorded';

CREATE TABLE audit_draws (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    key      bytea NOT NULL
);
COMMENT ON TABLE audit_draws IS
    'One row. A machine verdict is drawn when sha256(key, attempt id) falls below its campaign''s '
    'limits.audit_share: nobody chooses, and anybody can draw again';

INSERT INTO audit_draws (key)
SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

CREATE VIEW played_messages AS
SELECT a.id AS attempt_id, a.campaign_id,
       coalesce(nullif(a.voicemail_version, ''), a.message_version) AS message_version,
       a.message_started_at AS started_at,
       coalesce(a.message_finished_at, d.added_at, a.ended_at) AS stopped_at,
       CASE WHEN a.message_finished_at IS NOT NULL THEN 'finished'
            WHEN d.added_at IS NOT NULL THEN 'opted_out'
            WHEN a.ended_at IS NOT NULL THEN 'hung_up'
            ELSE 'playing' END AS how_far,
       d.added_at AS opted_out_at
FROM attempts AS a
     LEFT JOIN do_not_call AS d ON d.attempt_id = a.id AND d.added_at >= a.message_started_at
WHERE a.message_started_at IS NOT NULL;
COMMENT ON VIEW played_messages IS
    'Every safe-harbor message and voicemail that was begun: which words, from when to when, and '
    'how far';

-- Scripts, and what volunteers write down -------------------------------------------------------

CREATE TABLE documents (
    version  text PRIMARY KEY,
    kind     text NOT NULL CHECK (kind IN ('script', 'conduct')),
    language text NOT NULL,
    body     text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE documents IS
    'Every script and every code of conduct that a campaign ever had, as it was written: YAML';
COMMENT ON COLUMN documents.version IS 'The first 12 hex digits of the body''s SHA-256';

CREATE TABLE campaign_documents (
    campaign_id integer NOT NULL REFERENCES campaigns,
    kind        text NOT NULL,
    language    text NOT NULL,
    since       timestamptz NOT NULL,
    version     text NOT NULL REFERENCES documents,
    given_by    text NOT NULL DEFAULT '',
    PRIMARY KEY (campaign_id, kind, language, since)
);
COMMENT ON TABLE campaign_documents IS
    'What a campaign''s volunteers read, since when; of a kind and language the latest row holds';

CREATE TABLE answers (
    click_id       uuid PRIMARY KEY,
    contact_id     bigint NOT NULL REFERENCES contacts,
    attempt_id     text NOT NULL,
    agent_id       integer NOT NULL REFERENCES agents,
    script_version text NOT NULL REFERENCES documents,
    question       text NOT NULL,
    value          jsonb,
    clicked_at     timestamptz NOT NULL,
    saved_at       timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE answers IS
    'What people said, by question; they belong to the person. Of a person''s rows for a question '
    'the one that was clicked last is valid, and without a value it was taken back';
COMMENT ON COLUMN answers.click_id IS
    'Given by the page: a click that is sent again after a lost answer is kept once';
COMMENT ON COLUMN answers.attempt_id IS 'In which call: of attempts, or of inbound_calls';
COMMENT ON COLUMN answers.value IS 'Its form: dialer/script/answer.py';
CREATE INDEX answers_by_contact ON answers (contact_id, question, clicked_at DESC);
CREATE INDEX answers_by_attempt ON answers (attempt_id);

CREATE TABLE notes (
    click_id   uuid PRIMARY KEY,
    contact_id bigint NOT NULL REFERENCES contacts,
    attempt_id text NOT NULL,
    agent_id   integer NOT NULL REFERENCES agents,
    words      text NOT NULL,
    clicked_at timestamptz NOT NULL,
    saved_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE notes IS 'What a volunteer wrote of a person; of a call''s notes the last is valid';
CREATE INDEX notes_by_contact ON notes (contact_id, clicked_at DESC);
CREATE INDEX notes_by_attempt ON notes (attempt_id);

CREATE TABLE flags (
    click_id   uuid PRIMARY KEY,
    attempt_id text NOT NULL,
    agent_id   integer NOT NULL REFERENCES agents,
    reason     text NOT NULL CHECK (reason IN (
        'threat', 'self_harm', 'harassment', 'media', 'legal', 'fraud', 'script', 'other')),
    words      text NOT NULL DEFAULT '',
    clicked_at timestamptz NOT NULL,
    saved_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE flags IS 'Calls that a volunteer wants looked at, and why';
CREATE INDEX flags_by_attempt ON flags (attempt_id);

CREATE TABLE skips (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lead_id    bigint NOT NULL,
    agent_id   integer NOT NULL REFERENCES agents,
    reason     text NOT NULL CHECK (reason IN ('knows_them', 'wrong_data', 'language', 'other')),
    skipped_at timestamptz NOT NULL
);
COMMENT ON TABLE skips IS
    'People whom a volunteer saw and did not have dialed, and why; they stay on the list as they were';
CREATE INDEX skips_by_lead ON skips (lead_id);

CREATE VIEW valid_answers AS
SELECT DISTINCT ON (contact_id, question)
       contact_id, question, value, attempt_id, agent_id, script_version, clicked_at
FROM answers
ORDER BY contact_id, question, clicked_at DESC, saved_at DESC;
COMMENT ON VIEW valid_answers IS
    'Each person''s latest answer to each question; a NULL value: it was taken back';

CREATE TABLE invitations (
    code           text PRIMARY KEY CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{10}$'),
    campaign_id    integer NOT NULL REFERENCES campaigns,
    label          text NOT NULL DEFAULT '',
    asks_phone     text NOT NULL DEFAULT 'no' CHECK (asks_phone IN ('no', 'optional', 'required')),
    asks_email     text NOT NULL DEFAULT 'no' CHECK (asks_email IN ('no', 'optional', 'required')),
    teams          text[] NOT NULL DEFAULT '{}',
    pin_hash       text NOT NULL DEFAULT '',
    needs_approval boolean NOT NULL DEFAULT false,
    most           integer CHECK (most > 0),
    joined         integer NOT NULL DEFAULT 0,
    created_at     timestamptz NOT NULL DEFAULT now(),
    created_by     text NOT NULL DEFAULT '',
    expires_at     timestamptz,
    closed_at      timestamptz,
    keypad_code    text NOT NULL DEFAULT '' CHECK (keypad_code ~ '^([0-9]{8})?$'),
    may_call_back  boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE invitations IS 'Links by which volunteers join a campaign; the code is in the link';
COMMENT ON COLUMN invitations.pin_hash IS 'Salt and scrypt hash in hex; empty: no PIN is asked for';
COMMENT ON COLUMN invitations.may_call_back IS
    'Whether who joins by it may have us call his own telephone, over the campaign''s trunks';
COMMENT ON COLUMN invitations.keypad_code IS
    'What those type who join by telephone alone; empty: nobody can';
CREATE UNIQUE INDEX invitations_one_keypad_code ON invitations (keypad_code) WHERE keypad_code <> '';
CREATE INDEX invitations_by_campaign ON invitations (campaign_id, created_at);

CREATE TABLE volunteer_sessions (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash      bytea NOT NULL UNIQUE,
    agent_id        integer NOT NULL UNIQUE REFERENCES agents,
    campaign_id     integer NOT NULL REFERENCES campaigns,
    invitation      text NOT NULL REFERENCES invitations,
    first_name      text NOT NULL,
    phone           text NOT NULL DEFAULT '',
    email           text NOT NULL DEFAULT '',
    team            text NOT NULL DEFAULT '',
    language        text NOT NULL DEFAULT 'en',
    is_approved     boolean NOT NULL,
    conduct_version text NOT NULL DEFAULT '',
    agreed_at       timestamptz,
    way             text CHECK (way IN ('browser', 'sip', 'dial_in', 'call_me')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    end_reason      text NOT NULL DEFAULT '' CHECK (end_reason IN ('', 'left', 'revoked')),
    has_screen      boolean NOT NULL,
    called_number   text NOT NULL DEFAULT '',
    called_number_given_at timestamptz,
    practised       text[] NOT NULL DEFAULT '{}'
        CHECK (practised <@ ARRAY['friendly', 'busy', 'angry', 'spanish', 'wrong_number']),
    certified_at    timestamptz,
    certified_script text NOT NULL DEFAULT '',
    CHECK ((ended_at IS NULL) = (end_reason = '')),
    CHECK ((agreed_at IS NULL) = (conduct_version = '')),
    CHECK ((called_number_given_at IS NULL) = (called_number = '')),
    CHECK (certified_script = '' OR certified_at IS NOT NULL)
);
COMMENT ON TABLE volunteer_sessions IS
    'One volunteer on one device, who is an agent as long as it lasts; with its end the agent is '
    'removed, and his telephone''s credentials with him';
COMMENT ON COLUMN volunteer_sessions.practised IS
    'The simulated people with whom a practice call of his went well';
COMMENT ON COLUMN volunteer_sessions.certified_at IS
    'Since when he has a certificate: by practice, or by an organiser''s word';
COMMENT ON COLUMN volunteer_sessions.certified_script IS
    'The version of the script that was practised when the certificate was earned; empty: by an organiser''s word, or without a script';
COMMENT ON COLUMN volunteer_sessions.token_hash IS 'SHA-256 of the token in his browser''s cookie';
COMMENT ON COLUMN volunteer_sessions.conduct_version IS
    'Of the code of conduct that he agreed to: of documents, or the shipped one''s';
COMMENT ON COLUMN volunteer_sessions.has_screen IS
    'Whether a page shows his work; without one he is asked by voice how a call went';
COMMENT ON COLUMN volunteer_sessions.called_number IS
    'The number that he gave as his own, with leave to call it for this shift';
CREATE INDEX volunteer_sessions_by_campaign ON volunteer_sessions (campaign_id, created_at);

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

CREATE TABLE help_requests (
    id       text PRIMARY KEY,
    agent_id integer NOT NULL REFERENCES agents,
    asked_at timestamptz NOT NULL,
    over_at  timestamptz
);
COMMENT ON TABLE help_requests IS
    'Volunteers who asked for the shift lead; over when he has seen it, or they have gone home';
CREATE INDEX help_requests_open ON help_requests (asked_at) WHERE over_at IS NULL;
