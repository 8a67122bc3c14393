"""The tables for SQLAlchemy Core. sql/schema.sql is the truth, with all checks, indexes, comments.

A test compares these columns with the database that the migrations build.
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

metadata = MetaData()
INSTANT = DateTime(timezone=True)


def _text(name: str, **options: bool) -> Column[str]:
    return Column(name, Text, nullable=options.get("nullable", False))


def _instant(name: str, **options: bool) -> Column[object]:
    return Column(name, INSTANT, nullable=options.get("nullable", False))


campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("name"),
    _text("state"),
    _text("purpose"),
    _text("organisation"),
    _text("seller"),
    _text("offer"),
    _text("dial_method"),
    Column("ratio", Double, nullable=False),
    _text("amd_mode"),
    Column("ring_timeout_s", Double, nullable=False),
    Column("wrap_up_s", Double, nullable=False),
    _text("caller_id"),
    _text("caller_name"),
    Column("trunks", ARRAY(Text), nullable=False),
    _text("message_text"),
    Column("limits", JSONB, nullable=False),
    Column("recycle", JSONB, nullable=False),
    _instant("created_at"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    _text("external_id"),
    _text("first_name"),
    _text("last_name"),
    _text("display_name"),
    _text("zip"),
    _text("state"),
    _text("language"),
    Column("custom", JSONB, nullable=False),
)

numbers = Table(
    "numbers",
    metadata,
    Column("e164", Text, primary_key=True),
    Column("zones", ARRAY(Text), nullable=False),
    _text("line_type"),
    Column("has_recorded_voice_consent", Boolean, nullable=False),
)

do_not_call = Table(
    "do_not_call",
    metadata,
    Column("e164", Text, primary_key=True),
    _text("reason"),
    _instant("added_at"),
    _text("attempt_id", nullable=True),
)

list_imports = Table(
    "list_imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    _instant("imported_at"),
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
    _text("e164"),
    Column("import_id", Integer),
    _text("state"),
    _instant("next_at"),
    Column("priority", SmallInteger, nullable=False),
    Column("attempt_count", Integer, nullable=False),
    _text("last_outcome", nullable=True),
    Column("odds_bucket", SmallInteger, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("e164", Text, primary_key=True),
    Column("lead_id", BigInteger, nullable=False),
    _text("floor"),
    _instant("claimed_at"),
    _instant("expires_at"),
)

refusals = Table(
    "refusals",
    metadata,
    Column("lead_id", BigInteger, primary_key=True),
    Column("at", INSTANT, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    _instant("retry_at", nullable=True),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("name"),
    _text("extension"),
    _instant("added_at"),
    _instant("removed_at", nullable=True),
)

agent_states = Table(
    "agent_states",
    metadata,
    Column("agent_id", Integer, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    _text("state"),
    Column("started_at", INSTANT, primary_key=True),
    _instant("ended_at", nullable=True),
    _text("attempt_id", nullable=True),
    Column("also", ARRAY(Integer), nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lead_id", BigInteger, nullable=False),
    Column("campaign_id", Integer, nullable=False),
    _text("e164"),
    _text("trunk"),
    _text("caller_id"),
    Column("permit", JSONB, nullable=False),
    Column("agent_id", Integer),
    _instant("due_at"),
    _instant("dialed_at"),
    _instant("rang_at", nullable=True),
    _instant("answered_at", nullable=True),
    _instant("speech_started_at", nullable=True),
    _instant("greeting_ended_at", nullable=True),
    _instant("connected_at", nullable=True),
    _instant("parted_at", nullable=True),
    _instant("message_started_at", nullable=True),
    _instant("message_finished_at", nullable=True),
    _instant("ended_at", nullable=True),
    _text("outcome", nullable=True),
    Column("hangup_cause", SmallInteger),
    Column("sip_status", SmallInteger),
    _text("amd_verdict"),
    _text("amd_cause"),
)

results = Table(
    "results",
    metadata,
    Column("attempt_id", Text, primary_key=True),
    Column("at", INSTANT, primary_key=True),
    Column("agent_id", Integer, nullable=False),
    _text("disposition"),
)

pacing_decisions = Table(
    "pacing_decisions",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    _instant("at"),
    _text("kind"),
    Column("count", Integer, nullable=False),
    Column("withdrawn", Integer, nullable=False),
    _text("reason"),
    Column("figures", JSONB, nullable=False),
)

evidence_subjects = Table(
    "evidence_subjects",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    _text("e164", nullable=True),
    Column("key", LargeBinary),
    _instant("erase_due_at", nullable=True),
    _instant("erased_at", nullable=True),
)

evidence = Table(
    "evidence",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    _instant("at"),
    _text("kind"),
    Column("campaign_id", Integer),
    _text("attempt_id", nullable=True),
    Column("subject", LargeBinary),
    _text("record"),
    Column("hash", LargeBinary, nullable=False),
)

evidence_head = Table(
    "evidence_head",
    metadata,
    Column("one", Boolean, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    _instant("began_at"),
)

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("version", Text, primary_key=True),
    _text("body"),
    _instant("first_used_at"),
)

campaign_changes = Table(
    "campaign_changes",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
    _instant("at"),
    _text("changed_by"),
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
)
