"""Tables of what was planned and decided: states of plans, and decisions with person and time."""

from __future__ import annotations

import sqlalchemy as sa

from scenarios.ledger.schema import METADATA, Id, Moment

plan_versions = sa.Table(
    "plan_versions",
    METADATA,
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
    sa.CheckConstraint("state IN ('draft', 'published', 'superseded', 'withdrawn')", name="state"),
)
"""One row each time a plan changes its state; the one with the highest revision holds.

`plan` names the plan (its folder below `plans/`), `digest` is the SHA-256 of its plan.json.
"""
decisions = sa.Table(
    "decisions",
    METADATA,
    sa.Column("id", Id, primary_key=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)
"""Who decided what about which thing, and when; `facts` is what was known or changed."""
