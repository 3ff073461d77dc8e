"""What drivers said of their duties; rows are only ever added."""

import sqlalchemy as sa
from alembic import op

from scenarios.ledger.schema import Id, Moment, refuse_changes

revision = "office_0003"
down_revision = "office_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the database refuses to change its rows."""
    op.create_table(
        "duty_reports",
        sa.Column("id", Id, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("plan", sa.Text, nullable=False, index=True),
        sa.Column("work", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("said_at", Moment, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("photo", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('done', 'cannot', 'open')", name="state"),
    )
    refuse_changes(op.execute, op.get_bind().dialect.name, "duty_reports")
