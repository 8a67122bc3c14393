"""The tables of scripts and of what volunteers write down, for SQLAlchemy Core.

A part of tables.py's metadata; sql/schema.sql says what each is for.
"""

from sqlalchemy import BigInteger, Column, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from dialer.storage.tables import INSTANT, instant, metadata, text

scripts = Table(
    "scripts",
    metadata,
    Column("version", Text, primary_key=True),
    text("name"),
    text("language"),
    text("body"),
    instant("added_at"),
)

campaign_scripts = Table(
    "campaign_scripts",
    metadata,
    Column("campaign_id", Integer, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("since", INSTANT, primary_key=True),
    text("version"),
    text("given_by"),
)

answers = Table(
    "answers",
    metadata,
    Column("click_id", Uuid(as_uuid=False), primary_key=True),
    Column("contact_id", BigInteger, nullable=False),
    text("attempt_id"),
    Column("agent_id", Integer, nullable=False),
    text("script_version"),
    text("question"),
    Column("value", JSONB(none_as_null=True)),
    instant("clicked_at"),
    instant("saved_at"),
)

notes = Table(
    "notes",
    metadata,
    Column("click_id", Uuid(as_uuid=False), primary_key=True),
    Column("contact_id", BigInteger, nullable=False),
    text("attempt_id"),
    Column("agent_id", Integer, nullable=False),
    text("words"),
    instant("clicked_at"),
    instant("saved_at"),
)

flags = Table(
    "flags",
    metadata,
    Column("click_id", Uuid(as_uuid=False), primary_key=True),
    text("attempt_id"),
    Column("agent_id", Integer, nullable=False),
    text("reason"),
    text("words"),
    instant("clicked_at"),
    instant("saved_at"),
)
