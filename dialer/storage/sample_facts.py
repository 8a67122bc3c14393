"""A large made-up list with a large do-not-call register behind it, for `bench compliance`.

Made by the server itself in a database that is thrown away. Every fifth number of the list is in
the register; some have consents, look-ups and relations, as in life.
"""

import psycopg

from dialer.storage.connect import sqlalchemy_url

LEADS = 50_000
AREAS = (202, 212, 305, 312, 405, 415, 503, 512, 602, 615, 704, 808, 850, 904, 907, 919)
"""Of many states, some with two zones."""

_FILL = """
INSERT INTO campaigns (name, state) VALUES ('measured', 'running');
INSERT INTO fact_imports (kind, what, file_name, file_sha256, rows)
    VALUES ('register', 'us.national', 'made up', '', {numbers});
INSERT INTO registers (name, as_of, is_in_force, import_id)
    VALUES ('us.national', now() - interval '3 days', true, 1);
CREATE TEMPORARY TABLE listed AS
    SELECT n, 10000000000 + (ARRAY[{areas}])[1 + n % {area_count}]::bigint * 10000000
              + 2000000 + n * 7 AS number
    FROM generate_series(1, {leads}) AS n;
INSERT INTO register_entries (register_id, number)
    SELECT 1, number FROM (
        SELECT 12100000000 + n::bigint * 1777 AS number
        FROM generate_series(1, {numbers} - {leads} / 5) AS n
        UNION SELECT number FROM listed WHERE n % 5 = 0) AS all_of_them
    ORDER BY number;
INSERT INTO numbers (e164, zones, line_type)
    SELECT '+' || number, CASE WHEN n % 3 = 0 THEN '{{America/Chicago,America/New_York}}'::text[]
                               ELSE '{{America/Chicago}}' END,
           (ARRAY['landline', 'wireless', 'unknown'])[1 + n % 3] FROM listed;
INSERT INTO contacts (campaign_id, external_id, display_name)
    SELECT 1, 'P' || n, 'Ann Example' FROM listed;
INSERT INTO leads (campaign_id, contact_id, e164)
    SELECT 1, p.id, '+' || d.number FROM listed AS d JOIN contacts AS p ON p.external_id = 'P' || n;
INSERT INTO consents (e164, kind, given_at, source)
    SELECT '+' || number, CASE WHEN n % 2 = 0 THEN 'express' ELSE 'express_written' END,
           now() - interval '90 days', 'made up' FROM listed WHERE n % 4 = 0;
INSERT INTO relations (e164, kind, at, source)
    SELECT '+' || number, 'purchase', now() - interval '200 days', 'made up'
    FROM listed WHERE n % 6 = 0;
INSERT INTO line_types (e164, kind, line_type, as_of, import_id)
    SELECT '+' || number, 'lookup', 'landline', now() - interval '5 days', 1
    FROM listed WHERE n % 7 = 0;
INSERT INTO do_not_call (e164, reason) SELECT '+' || number, 'made up' FROM listed WHERE n % 50 = 0;
"""


def fill(url: str, numbers: int) -> int:
    """Fill an empty database of this schema; how many leads its campaign 1 has."""
    where = sqlalchemy_url(url).set(drivername="postgresql")
    statements = _FILL.format(
        numbers=numbers,
        leads=LEADS,
        areas=", ".join(map(str, AREAS)),
        area_count=len(AREAS),
    )
    with psycopg.connect(where.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute("SET work_mem = '64MB'")
        server.execute(statements.encode())
        server.execute("VACUUM (ANALYZE)")
    return LEADS
