"""States of plans, and decisions."""

import sqlalchemy as sa
from alembic import op

from scenarios.ledger.schema import Id, Moment, refuse_changes

revision = "planned_0001"
down_revision = None
branch_labels = ("planned",)
depends_on = None

TABLES = ("plan_versions", "decisions")


def upgrade() -> None:
    """Make the tables; the database refuses to change their rows."""
    op.create_table(
        "plan_versions",
        sa.Column("id", Id, primary_key=True),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("plan", "revision"),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'superseded', 'withdrawn')", name="state"
        ),
    )
    op.create_table(
        "decisions",
        sa.Column("id", Id, primary_key=True),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("verb", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False, index=True),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    for table in TABLES:
        refuse_changes(op.execute, op.get_bind().dialect.name, table)
