"""The tables of volunteers: how they join, what they read and write down, for SQLAlchemy Core.

A part of tables.py's metadata; sql/schema.sql says what each is for.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from dialer.storage.tables import INSTANT, instant, metadata, text

documents = Table(
    "documents",
    metadata,
    Column("version", Text, primary_key=True),
    text("kind"),
    text("language"),
    text("body"),
    instant("added_at"),
)

campaign_documents = Table(
    "campaign_documents",
    metadata,
    Column("campaign_id", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),
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

skips = Table(
    "skips",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("lead_id", BigInteger, nullable=False),
    Column("agent_id", Integer, nullable=False),
    text("reason"),
    instant("skipped_at"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code", Text, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    text("label"),
    text("asks_phone"),
    text("asks_email"),
    Column("teams", ARRAY(Text), nullable=False),
    text("pin_hash"),
    Column("needs_approval", Boolean, nullable=False),
    Column("most", Integer),
    Column("joined", Integer, nullable=False),
    instant("created_at"),
    text("created_by"),
    instant("expires_at", nullable=True),
    instant("closed_at", nullable=True),
    text("keypad_code"),
    Column("may_call_back", Boolean, nullable=False),
)

volunteer_sessions = Table(
    "volunteer_sessions",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("agent_id", Integer, nullable=False),
    Column("campaign_id", Integer, nullable=False),
    text("invitation"),
    text("first_name"),
    text("phone"),
    text("email"),
    text("team"),
    text("language"),
    Column("is_approved", Boolean, nullable=False),
    text("conduct_version"),
    instant("agreed_at", nullable=True),
    text("way", nullable=True),
    instant("created_at"),
    instant("ended_at", nullable=True),
    text("end_reason"),
    Column("has_screen", Boolean, nullable=False),
    text("called_number"),
    instant("called_number_given_at", nullable=True),
    Column("practised", ARRAY(Text), nullable=False),
    instant("certified_at", nullable=True),
    text("certified_script"),
)

shift_leads = Table(
    "shift_leads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("campaign_id", Integer, nullable=False),
    text("label"),
    instant("created_at"),
    text("created_by"),
    instant("expires_at"),
    instant("revoked_at", nullable=True),
)

help_requests = Table(
    "help_requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("agent_id", Integer, nullable=False),
    instant("asked_at"),
    instant("over_at", nullable=True),
)
