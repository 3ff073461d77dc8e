"""Trips, weighings, weather and absences, with the batches they came in."""

import sqlalchemy as sa
from alembic import op

from scenarios.ledger.schema import Id, Moment, kept, refuse_changes

revision = "happened_0001"
down_revision = None
branch_labels = ("happened",)
depends_on = None

TABLES = ("batches", "trips", "weighings", "weather", "absences")


def upgrade() -> None:
    """Make the tables; the database refuses to change their rows."""
    op.create_table(
        "batches",
        sa.Column("id", Id, primary_key=True),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
    )
    op.create_table(
        "trips",
        *kept("trips"),
        sa.Column("day", sa.Date, nullable=False, index=True),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("vehicle", sa.Text, nullable=False),
        sa.Column("vehicle_type", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("begin_s", sa.Integer),
        sa.Column("end_s", sa.Integer),
        sa.Column("trips", sa.Integer, nullable=False),
        sa.Column("work_m", sa.Integer, nullable=False),
        sa.Column("load_kg", sa.Integer, nullable=False),
        sa.Column("water_l", sa.Integer, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("valid", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.CheckConstraint("trips >= 1", name="counted"),
    )
    op.create_table(
        "weighings",
        *kept("weighings"),
        sa.Column("day", sa.Date, nullable=False, index=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("vehicle", sa.Text, nullable=False),
        sa.Column("net_kg", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("at_s", sa.Integer),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("gross_kg", sa.Integer),
        sa.Column("tare_kg", sa.Integer),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "weather",
        *kept("weather"),
        sa.Column("day", sa.Date, nullable=False, index=True),
        sa.Column("low_dc", sa.Integer),
        sa.Column("rain_um", sa.Integer),
        sa.Column("wind_grade", sa.Integer),
        sa.Column("snow", sa.Boolean, nullable=False),
        sa.Column("pm25", sa.Integer),
        sa.Column("alert", sa.Boolean, nullable=False),
        sa.Column("forecast", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "absences",
        *kept("absences"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("begin", sa.Date, nullable=False),
        sa.Column("end", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.CheckConstraint("kind IN ('vehicle', 'driver', 'site')", name="kind"),
    )
    for table in TABLES:
        refuse_changes(op.execute, op.get_bind().dialect.name, table)
