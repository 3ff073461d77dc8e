"""What all tables of the ledger share: one `MetaData`, types, columns of append-only rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from models.units import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Dialect

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A row's number, given by the database in the order of writing."""


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment: kept as UTC, handed out at +08:00."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """A moment with its zone as UTC; SQLite keeps no zone."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment at +08:00."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(CHINA)


def kept(name: str) -> list[sa.schema.SchemaItem]:
    """Columns and laws of an append-only table whose rows have a natural key.

    A correction is a row of the same `key`, one `revision` further, that names the row it
    `corrects`; `void` tells that the thing never happened. So no two writers can put down one
    thing twice, or correct one row twice.
    """
    return [
        sa.Column("id", Id, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("corrects", Id, sa.ForeignKey(f"{name}.id"), unique=True),
        sa.Column("void", sa.Boolean, nullable=False),
        sa.Column("batch", Id, sa.ForeignKey("batches.id"), nullable=False, index=True),
        sa.UniqueConstraint("key", "revision"),
        sa.CheckConstraint("(revision = 0) = (corrects IS NULL)", name="corrects"),
    ]


def refuse_changes(run: Callable[[str], Any], dialect: str, table: str) -> None:
    """Have the database itself refuse updates and deletions; `run` executes a statement.

    For migrations: `refuse_changes(op.execute, op.get_bind().dialect.name, "trips")`.
    """
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            run(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    run(
        "CREATE OR REPLACE FUNCTION huanwei_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    run(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION huanwei_append_only()"
    )
