"""Fill levels of boxes."""

import sqlalchemy as sa
from alembic import op

from scenarios.ledger.schema import kept, refuse_changes

revision = "happened_0002"
down_revision = "happened_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the database refuses to change its rows."""
    op.create_table(
        "levels",
        *kept("levels"),
        sa.Column("day", sa.Date, nullable=False, index=True),
        sa.Column("point", sa.Text, nullable=False, index=True),
        sa.Column("full_pm", sa.Integer, nullable=False),
        sa.Column("at_s", sa.Integer),
        sa.Column("note", sa.Text, nullable=False),
        sa.CheckConstraint("full_pm >= 0", name="filled"),
    )
    refuse_changes(op.execute, op.get_bind().dialect.name, "levels")
