"""States of the folders of districts; rows are only ever added."""

import sqlalchemy as sa
from alembic import op

from scenarios.ledger.schema import Id, Moment, refuse_changes

revision = "office_0002"
down_revision = "office_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the database refuses to change its rows."""
    op.create_table(
        "folder_revisions",
        sa.Column("id", Id, primary_key=True),
        sa.Column("district", sa.Text, nullable=False, index=True),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
    )
    refuse_changes(op.execute, op.get_bind().dialect.name, "folder_revisions")
