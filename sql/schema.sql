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
    offer          text NOT NULL DEFAULT ''
);
COMMENT ON COLUMN campaigns.offer IS
    'With seller the legal campaign, whose abandoned calls are counted together; where either is '
    'empty, the campaign stands for itself';
COMMENT ON COLUMN campaigns.state IS
    'draft -> running; running <-> paused; running, paused -> finished; finished -> running';
COMMENT ON COLUMN campaigns.limits IS 'domain.campaign.Limits; a missing key has its default';
COMMENT ON COLUMN campaigns.recycle IS 'domain.campaign.RecycleRules; a missing key has its default';

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
    odds_bucket   smallint NOT NULL DEFAULT 8 CHECK (odds_bucket BETWEEN 0 AND 15)
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
    removed_at timestamptz
);
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
    CHECK ((outcome IS NULL) = (ended_at IS NULL))
);
COMMENT ON TABLE attempts IS
    'One dialing of one number, written before the INVITE. Without an outcome it is still open';
COMMENT ON COLUMN attempts.id IS 'Also the ChannelId, Uniqueid and Linkedid on Asterisk';
COMMENT ON COLUMN attempts.permit IS 'The DialPermit on which it was dialed: the evidence';
COMMENT ON COLUMN attempts.due_at IS
    'The lead''s next_at when the attempt was written; infinity if the lead was final';
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
        'call_back', 'other_language', 'do_not_call', 'machine', 'no_result')),
    PRIMARY KEY (attempt_id, at)
);
COMMENT ON TABLE results IS
    'What the agent reported of a conversation. The latest row of an attempt is valid, the '
    'earlier ones are what it corrected';

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
                     WHEN a.connected_at IS NOT NULL AND said.disposition = 'machine'
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
