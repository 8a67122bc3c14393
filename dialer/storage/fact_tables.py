"""The tables of what the law asks about numbers and people, for SQLAlchemy Core.

The other half of tables.py, in the same metadata; sql/schema.sql says what each is for.
"""

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, Text

from dialer.storage.tables import instant, metadata, text

fact_imports = Table(
    "fact_imports",
    metadata,
    Column("id", Integer, primary_key=True),
    text("kind"),
    text("what"),
    text("file_name"),
    text("file_sha256"),
    instant("as_of", nullable=True),
    Column("rows", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    instant("imported_at"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", BigInteger, primary_key=True),
    text("e164"),
    text("person"),
    text("kind"),
    text("words"),
    instant("given_at"),
    text("how"),
    text("taken_by"),
    text("source"),
    instant("recorded_at"),
    Column("import_id", Integer),
)

revocations = Table(
    "revocations",
    metadata,
    Column("id", BigInteger, primary_key=True),
    text("e164"),
    text("person"),
    instant("revoked_at"),
    text("how"),
    text("words"),
    text("taken_by"),
    text("source"),
    instant("recorded_at"),
    Column("import_id", Integer),
)

relations = Table(
    "relations",
    metadata,
    Column("id", BigInteger, primary_key=True),
    text("e164"),
    text("person"),
    text("kind"),
    instant("at"),
    text("source"),
    instant("recorded_at"),
    Column("import_id", Integer),
)

registers = Table(
    "registers",
    metadata,
    Column("id", Integer, primary_key=True),
    text("name"),
    instant("as_of"),
    Column("is_in_force", Boolean, nullable=False),
    Column("import_id", Integer, nullable=False),
)

register_entries = Table(
    "register_entries",
    metadata,
    Column("register_id", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
)

do_not_call = Table(
    "do_not_call",
    metadata,
    Column("e164", Text, primary_key=True),
    text("reason"),
    instant("added_at"),
    text("attempt_id", nullable=True),
    text("channel"),
    text("added_by"),
    instant("keep_until"),
    Column("import_id", Integer),
)

line_types = Table(
    "line_types",
    metadata,
    Column("e164", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    text("line_type"),
    text("carrier"),
    instant("ported_at", nullable=True),
    instant("as_of"),
    Column("import_id", Integer, nullable=False),
)

wireless_blocks = Table(
    "wireless_blocks",
    metadata,
    Column("prefix", Text, primary_key=True),
    instant("as_of"),
    Column("import_id", Integer, nullable=False),
)

reassigned_answers = Table(
    "reassigned_answers",
    metadata,
    Column("id", BigInteger, primary_key=True),
    text("e164"),
    text("answer"),
    instant("asked_about"),
    instant("asked_at"),
    text("source"),
    Column("import_id", Integer),
)

business_lines = Table(
    "business_lines",
    metadata,
    Column("e164", Text, primary_key=True),
    text("business"),
    Column("import_id", Integer),
)

caller_ids = Table(
    "caller_ids",
    metadata,
    Column("e164", Text, primary_key=True),
    text("owner"),
    text("proof"),
    instant("authorised_from"),
    instant("authorised_to", nullable=True),
    Column("inbound_route_ok", Boolean, nullable=False),
    Column("takes_calls", Boolean, nullable=False),
    instant("last_inbound_test_at", nullable=True),
    instant("added_at"),
)

emergencies = Table(
    "emergencies",
    metadata,
    Column("id", BigInteger, primary_key=True),
    text("jurisdiction"),
    instant("began_at"),
    instant("ended_at", nullable=True),
    text("declared_by"),
    text("note"),
    instant("recorded_at"),
)

rule_sign_ons = Table(
    "rule_sign_ons",
    metadata,
    Column("id", BigInteger, primary_key=True),
    text("signed_by"),
    text("reason"),
    instant("signed_at"),
    instant("until"),
    text("book_version"),
)
