"""The list is ordered by the odds of an answer."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE leads ADD COLUMN odds_bucket smallint NOT NULL DEFAULT 8"
        " CHECK (odds_bucket BETWEEN 0 AND 15)"
    )
    op.execute(
        "COMMENT ON COLUMN leads.odds_bucket IS 'How likely a person answers, whatever the hour:"
        " domain/list_order.py. 8 is typical'"
    )
    op.execute("DROP INDEX leads_to_dial")
    op.execute(
        "CREATE INDEX leads_to_dial ON leads (campaign_id, priority, odds_bucket, next_at, id)"
        " WHERE state IN ('new', 'recycled')"
    )
