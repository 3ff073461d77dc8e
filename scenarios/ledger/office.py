"""Tables of the office: who may use the desk and who is logged in; times are epoch seconds."""

from __future__ import annotations

import sqlalchemy as sa

from scenarios.ledger.schema import METADATA, Id, Moment

office_keys = sa.Table(
    "office_keys",
    METADATA,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
"""Secrets made once, with which cookies and links are signed."""

accounts = sa.Table(
    "accounts",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("password", sa.Text, nullable=False),
)

logins = sa.Table(
    "logins",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(64), nullable=False, index=True),
    sa.Column("until", sa.Float, nullable=False),
)
"""Logins; `id` is the hash of what the cookie holds, so that the store opens no door."""

login_tries = sa.Table(
    "login_tries",
    METADATA,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
)
"""Logins that failed lately."""

folder_revisions = sa.Table(
    "folder_revisions",
    METADATA,
    sa.Column("id", Id, primary_key=True),
    sa.Column("district", sa.Text, nullable=False, index=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),
)
"""A row for each state of a district's folder: its files by name with their SHA-256."""

duty_reports = sa.Table(
    "duty_reports",
    METADATA,
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
"""What a driver said of a step of a duty; the latest of a step holds, `open` takes one back.

`key` is made by the phone, so that a report sent twice is one; `said_at` is the phone's clock.
"""

plan_orders = sa.Table(
    "plan_orders",
    METADATA,
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
"""Orders for plans: `folder` is the district's below the data folder, `out` the plan's.

`server` makes it, and gave its last sign of life at `seen`; `progress` is its last news.
"""

order_events = sa.Table(
    "order_events",
    METADATA,
    sa.Column("order", Id, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.JSON, nullable=False),
)
"""What was told while an order was made, numbered from 0."""
