"""An agent may serve several campaigns at once."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("ALTER TABLE agent_states ADD COLUMN also integer[] NOT NULL DEFAULT '{}'")
    op.execute(
        "COMMENT ON COLUMN agent_states.also IS"
        " 'All the campaigns that he served, where these were several'"
    )
