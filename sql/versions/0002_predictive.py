"""Campaigns may be dialed predictively."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE campaigns DROP CONSTRAINT campaigns_dial_method_check,"
        " ADD CONSTRAINT campaigns_dial_method_check CHECK (dial_method IN"
        " ('manual', 'preview', 'progressive', 'ratio', 'predictive'))"
    )
