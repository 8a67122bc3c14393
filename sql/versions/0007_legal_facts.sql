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

INSERT INTO consents (e164, kind, given_at, how, source)
SELECT e164, 'express', to_timestamp(0), 'not known: kept as a mere yes before consents had rows',
       'migration 0007'
FROM numbers WHERE has_recorded_voice_consent;
ALTER TABLE numbers DROP COLUMN has_recorded_voice_consent;

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

ALTER TABLE do_not_call
    ADD COLUMN channel text NOT NULL DEFAULT 'telephone'
        CHECK (channel IN ('telephone', 'text', 'email', 'letter', 'in_person', 'web', 'list')),
    ADD COLUMN added_by text NOT NULL DEFAULT '',
    ADD COLUMN keep_until timestamptz NOT NULL DEFAULT now() + interval '10 years',
    ADD COLUMN import_id integer REFERENCES fact_imports;
UPDATE do_not_call SET keep_until = added_at + interval '10 years';
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

CREATE INDEX contacts_by_person ON contacts (external_id);
COMMENT ON COLUMN contacts.external_id IS
    'The list''s own id, else one derived from number and name: a second import finds him by it. '
    'Also the key of the person across campaigns';
