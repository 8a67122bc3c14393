"""The tables for SQLAlchemy Core. sql/schema.sql is the truth, with all checks, indexes, comments.

A test compares these columns with the database that the migrations build. What the law asks about
numbers and people is in fact_tables.py, the evidence in evidence_tables.py.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from dialer.compliance.abandonment import COUNTED

metadata = MetaData()
INSTANT = DateTime(timezone=True)


def text(name: str, **options: bool) -> Column[str]:
    """A column of text, NOT NULL unless `nullable`."""
    return Column(name, Text, nullable=options.get("nullable", False))


def instant(name: str, **options: bool) -> Column[object]:
    """A column of an instant, NOT NULL unless `nullable`."""
    return Column(name, INSTANT, nullable=options.get("nullable", False))


campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True),
    text("name"),
    text("state"),
    text("purpose"),
    text("organisation"),
    text("seller"),
    text("offer"),
    text("dial_method"),
    Column("ratio", Double, nullable=False),
    text("amd_mode"),
    Column("ring_timeout_s", Double, nullable=False),
    Column("wrap_up_s", Double, nullable=False),
    text("caller_id"),
    text("caller_name"),
    Column("trunks", ARRAY(Text), nullable=False),
    text("message_text"),
    Column("limits", JSONB, nullable=False),
    Column("recycle", JSONB, nullable=False),
    instant("created_at"),
    Column("records_calls", Boolean, nullable=False),
    Column("requires_certificate", Boolean, nullable=False),
    text("announcement_text"),
    Column("goal", JSONB, nullable=False),
    Column("destinations", JSONB, nullable=False),
    text("voicemail_text"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    text("external_id"),
    text("first_name"),
    text("last_name"),
    text("display_name"),
    text("zip"),
    text("state"),
    text("language"),
    Column("custom", JSONB, nullable=False),
)

numbers = Table(
    "numbers",
    metadata,
    Column("e164", Text, primary_key=True),
    Column("zones", ARRAY(Text), nullable=False),
    text("line_type"),
)

list_imports = Table(
    "list_imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    instant("imported_at"),
    Column("added", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("report", JSONB, nullable=False),
)

leads = Table(
    "leads",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    Column("contact_id", BigInteger, nullable=False),
    text("e164"),
    Column("import_id", Integer),
    text("state"),
    instant("next_at"),
    Column("priority", SmallInteger, nullable=False),
    Column("attempt_count", Integer, nullable=False),
    text("last_outcome", nullable=True),
    Column("odds_bucket", SmallInteger, nullable=False),
    text("wanted_language"),
)

claims = Table(
    "claims",
    metadata,
    Column("e164", Text, primary_key=True),
    Column("lead_id", BigInteger, nullable=False),
    text("floor"),
    instant("claimed_at"),
    instant("expires_at"),
)

refusals = Table(
    "refusals",
    metadata,
    Column("lead_id", BigInteger, primary_key=True),
    Column("at", INSTANT, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    instant("retry_at", nullable=True),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Integer, primary_key=True),
    text("name"),
    text("extension"),
    instant("added_at"),
    instant("removed_at", nullable=True),
    text("us_state"),
    Column("is_browser", Boolean, nullable=False),
    Column("dials_in", Boolean, nullable=False),
    text("number"),
    Column("languages", ARRAY(Text), nullable=False),
)

agent_states = Table(
    "agent_states",
    metadata,
    Column("agent_id", Integer, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    text("state"),
    Column("started_at", INSTANT, primary_key=True),
    instant("ended_at", nullable=True),
    text("attempt_id", nullable=True),
    Column("also", ARRAY(Integer), nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lead_id", BigInteger, nullable=False),
    Column("campaign_id", Integer, nullable=False),
    text("e164"),
    text("trunk"),
    text("caller_id"),
    Column("permit", JSONB, nullable=False),
    Column("agent_id", Integer),
    instant("due_at"),
    instant("dialed_at"),
    instant("rang_at", nullable=True),
    instant("answered_at", nullable=True),
    instant("speech_started_at", nullable=True),
    instant("greeting_ended_at", nullable=True),
    instant("connected_at", nullable=True),
    instant("parted_at", nullable=True),
    instant("message_started_at", nullable=True),
    instant("message_finished_at", nullable=True),
    instant("ended_at", nullable=True),
    text("outcome", nullable=True),
    Column("hangup_cause", SmallInteger),
    Column("sip_status", SmallInteger),
    text("amd_verdict"),
    text("amd_cause"),
    Column("was_given_up", Boolean),
    text("message_version"),
    text("voicemail_version"),
)

results = Table(
    "results",
    metadata,
    Column("attempt_id", Text, primary_key=True),
    Column("at", INSTANT, primary_key=True),
    Column("agent_id", Integer, nullable=False),
    text("disposition"),
)

inbound_calls = Table(
    "inbound_calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    Column("lead_id", BigInteger),
    text("e164"),
    Column("agent_id", Integer),
    instant("came_at"),
    instant("connected_at", nullable=True),
    instant("parted_at", nullable=True),
    instant("opted_out_at", nullable=True),
    instant("ended_at", nullable=True),
    text("disposition", nullable=True),
)

recordings = Table(
    "recordings",
    metadata,
    text("attempt_id"),
    Column("file", Text, primary_key=True),
    text("leave"),
    text("announcement_version"),
    instant("announced_from", nullable=True),
    instant("announced_to", nullable=True),
    instant("started_at"),
    instant("ended_at", nullable=True),
    instant("removed_at", nullable=True),
)

transfers = Table(
    "transfers",
    metadata,
    Column("id", Text, primary_key=True),
    text("attempt_id"),
    text("kind"),
    text("destination"),
    text("number"),
    text("trunk"),
    instant("asked_at"),
    instant("answered_at", nullable=True),
    instant("through_at", nullable=True),
    instant("ended_at", nullable=True),
    text("outcome", nullable=True),
)

pacing_decisions = Table(
    "pacing_decisions",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    instant("at"),
    text("kind"),
    Column("count", Integer, nullable=False),
    Column("withdrawn", Integer, nullable=False),
    text("reason"),
    Column("figures", JSONB, nullable=False),
)

abandonment_blocks = Table(
    "abandonment_blocks",
    metadata,
    Column("id", Integer, primary_key=True),
    text("legal_campaign"),
    text("country"),
    instant("began_at"),
    instant("ended_at"),
    Column("campaign_ids", ARRAY(Integer), nullable=False),
    *(Column(name, Integer, nullable=False) for name in COUNTED),
    Column("reviewed", Integer, nullable=False),
    Column("reviewed_people", Integer, nullable=False),
    *(
        Column(name, Double, nullable=False)
        for name in (
            "error_bound", "errors", "rate", "rate_strict", "uk_rate", "uk_rate_strict", "ca_rate",
        )
    ),
    instant("frozen_at"),
)  # fmt: skip

amd_audits = Table(
    "amd_audits",
    metadata,
    Column("attempt_id", Text, primary_key=True),
    instant("sampled_at"),
    text("recording", nullable=True),
    instant("reviewed_at", nullable=True),
    text("reviewed_by", nullable=True),
    text("verdict", nullable=True),
)

audit_draws = Table(
    "audit_draws",
    metadata,
    Column("only_one", Boolean, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)
