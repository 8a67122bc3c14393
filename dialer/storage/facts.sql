-- Files of facts into their tables (fact_importer.py). Each file lands in `incoming`, a table of
-- its own transaction, and is merged from there as a whole.

-- name: incoming_consents
CREATE TEMPORARY TABLE incoming (
    e164 text, person text, kind text, words text, given_at timestamptz, how text, taken_by text,
    revoked_at timestamptz, revoked_how text
) ON COMMIT DROP;

-- name: merge_consents
-- Rows that are there already stay as they are. A consent that the file itself says was taken back
-- brings its revocation along.
WITH given AS (
    INSERT INTO consents (e164, person, kind, words, given_at, how, taken_by, source, import_id)
    SELECT DISTINCT ON (e164, person, kind, given_at)
           e164, person, kind, words, given_at, how, taken_by, %(source)s, %(import_id)s
    FROM incoming
    ON CONFLICT DO NOTHING
    RETURNING 1
), taken_back AS (
    INSERT INTO revocations (e164, person, revoked_at, how, source, import_id)
    SELECT DISTINCT ON (e164, person, revoked_at)
           e164, person, revoked_at, revoked_how, %(source)s, %(import_id)s
    FROM incoming WHERE revoked_at IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM given) + (SELECT count(*) FROM taken_back);

-- name: incoming_relations
CREATE TEMPORARY TABLE incoming (
    e164 text, person text, kind text, at timestamptz
) ON COMMIT DROP;

-- name: merge_relations
WITH kept AS (
    INSERT INTO relations (e164, person, kind, at, source, import_id)
    SELECT DISTINCT e164, person, kind, at, %(source)s, %(import_id)s::integer FROM incoming
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM kept;

-- name: incoming_reassigned
CREATE TEMPORARY TABLE incoming (
    e164 text, answer text, asked_about timestamptz, asked_at timestamptz
) ON COMMIT DROP;

-- name: merge_reassigned
WITH kept AS (
    INSERT INTO reassigned_answers (e164, answer, asked_about, asked_at, source, import_id)
    SELECT DISTINCT ON (e164, asked_at, asked_about)
           e164, answer, asked_about, coalesce(asked_at, %(as_of)s), %(source)s, %(import_id)s
    FROM incoming ORDER BY e164, asked_at, asked_about, answer DESC
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM kept;

-- name: incoming_businesses
CREATE TEMPORARY TABLE incoming (e164 text, business text) ON COMMIT DROP;

-- name: merge_businesses
WITH kept AS (
    INSERT INTO business_lines AS b (e164, business, import_id)
    SELECT DISTINCT ON (e164) e164, business, %(import_id)s FROM incoming ORDER BY e164, business
    ON CONFLICT (e164) DO UPDATE
    SET business = excluded.business, import_id = excluded.import_id
    WHERE b.business <> excluded.business
    RETURNING 1
)
SELECT count(*) FROM kept;

-- name: incoming_do_not_call
CREATE TEMPORARY TABLE incoming (
    e164 text, reason text, added_at timestamptz
) ON COMMIT DROP;

-- name: merge_do_not_call
-- The first reason stands.
WITH kept AS (
    INSERT INTO do_not_call (e164, reason, added_at, channel, added_by, import_id, keep_until)
    SELECT DISTINCT ON (e164) e164, coalesce(nullif(reason, ''), %(source)s),
           coalesce(added_at, now()), 'list', %(source)s, %(import_id)s,
           now() + interval '10 years'
    FROM incoming ORDER BY e164, added_at
    ON CONFLICT (e164) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM kept;

-- name: incoming_line_types
CREATE TEMPORARY TABLE incoming (
    e164 text, line_type text, carrier text, ported_at timestamptz, as_of timestamptz
) ON COMMIT DROP;

-- name: merge_line_types
-- The newest look-up of a number stays.
WITH kept AS (
    INSERT INTO line_types AS t (e164, kind, line_type, carrier, ported_at, as_of, import_id)
    SELECT DISTINCT ON (e164) e164, 'lookup', line_type, carrier, ported_at,
           coalesce(as_of, %(as_of)s) AS known_at, %(import_id)s
    FROM incoming ORDER BY e164, known_at DESC, line_type DESC
    ON CONFLICT (e164, kind) DO UPDATE
    SET line_type = excluded.line_type, carrier = excluded.carrier,
        ported_at = excluded.ported_at, as_of = excluded.as_of, import_id = excluded.import_id
    WHERE t.as_of <= excluded.as_of
    RETURNING 1
)
SELECT count(*) FROM kept;

-- name: incoming_numbers
CREATE TEMPORARY TABLE incoming (number bigint, ported_at timestamptz) ON COMMIT DROP;

-- name: merge_ported
-- The whole list, instead of the one before it.
WITH kept AS (
    INSERT INTO line_types (e164, kind, line_type, ported_at, as_of, import_id)
    SELECT '+' || number, %(what)s, CASE %(what)s WHEN 'ported_to_wireless' THEN 'wireless'
                                                  ELSE 'landline' END,
           max(ported_at), %(as_of)s, %(import_id)s
    FROM incoming GROUP BY number
    RETURNING 1
)
SELECT count(*) FROM kept;

-- name: merge_blocks
WITH kept AS (
    INSERT INTO wireless_blocks (prefix, as_of, import_id)
    SELECT DISTINCT '+' || number, %(as_of)s::timestamptz, %(import_id)s::integer FROM incoming
    RETURNING 1
)
SELECT count(*) FROM kept;

-- name: merge_register
-- In order, at the end of the index: a new copy has the highest id.
INSERT INTO register_entries (register_id, number)
SELECT DISTINCT %(register_id)s::integer, number FROM incoming ORDER BY number;

-- name: register_in_force
SELECT g.id, g.as_of, i.rows FROM registers AS g JOIN fact_imports AS i ON i.id = g.import_id
WHERE g.name = %(name)s AND g.is_in_force;

-- name: end_register
UPDATE registers SET is_in_force = false WHERE name = %(name)s AND is_in_force;

-- name: begin_register
UPDATE registers SET is_in_force = true WHERE id = %(register_id)s;

-- name: old_registers
-- Copies that are no longer in force and still have their numbers.
SELECT g.id FROM registers AS g
WHERE NOT g.is_in_force
  AND EXISTS (SELECT FROM register_entries AS e WHERE e.register_id = g.id);
