"""Tables of what happened: columns are the fields of `models.history.events`."""

from __future__ import annotations

import sqlalchemy as sa

from scenarios.ledger.schema import METADATA, Id, Moment, kept

batches = sa.Table(
    "batches",
    METADATA,
    sa.Column("id", Id, primary_key=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
)
"""One import, recorded plan or correction, all its rows or none; `digest` is that of the file."""

trips = sa.Table(
    "trips",
    METADATA,
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
weighings = sa.Table(
    "weighings",
    METADATA,
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
weather = sa.Table(
    "weather",
    METADATA,
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
absences = sa.Table(
    "absences",
    METADATA,
    *kept("absences"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("begin", sa.Date, nullable=False),
    sa.Column("end", sa.Date, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.CheckConstraint("kind IN ('vehicle', 'driver', 'site')", name="kind"),
)
levels = sa.Table(
    "levels",
    METADATA,
    *kept("levels"),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("point", sa.Text, nullable=False, index=True),
    sa.Column("full_pm", sa.Integer, nullable=False),
    sa.Column("at_s", sa.Integer),
    sa.Column("note", sa.Text, nullable=False),
    sa.CheckConstraint("full_pm >= 0", name="filled"),
)
