"""Orders for plans, and what is told while they are made."""

import sqlalchemy as sa
from alembic import op

from scenarios.ledger.schema import Id

revision = "office_0004"
down_revision = "office_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "plan_orders",
        sa.Column("id", Id, primary_key=True),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("out", sa.Text, nullable=False),
        sa.Column("errors", sa.JSON, nullable=False),
        sa.Column("progress", sa.JSON),
        sa.Column("ordered", sa.Float, nullable=False),
        sa.Column("began", sa.Float),
        sa.Column("ended", sa.Float),
        sa.Column("server", sa.Text),
        sa.Column("seen", sa.Float),
    )
    op.create_table(
        "order_events",
        sa.Column("order", Id, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
