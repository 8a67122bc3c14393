"""The tables of the evidence log for SQLAlchemy Core; see tables.py."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from dialer.storage.tables import instant, metadata, text

evidence_subjects = Table(
    "evidence_subjects",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    text("e164", nullable=True),
    Column("key", LargeBinary),
    instant("erase_due_at", nullable=True),
    instant("erased_at", nullable=True),
)

evidence = Table(
    "evidence",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    instant("at"),
    text("kind"),
    Column("campaign_id", Integer),
    text("attempt_id", nullable=True),
    Column("subject", LargeBinary),
    text("record"),
    Column("hash", LargeBinary, nullable=False),
)

evidence_head = Table(
    "evidence_head",
    metadata,
    Column("one", Boolean, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    instant("began_at"),
)

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("version", Text, primary_key=True),
    text("body"),
    instant("first_used_at"),
)

campaign_changes = Table(
    "campaign_changes",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    instant("at"),
    text("changed_by"),
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
)
