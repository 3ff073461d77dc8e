"""The door of the ledger: a SQLite file in the district folder, or a PostgreSQL database by URL."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from models.errors import HuanweiError
from scenarios.ledger.migrate import is_current, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "ledger.sqlite"
"""The ledger's file in a district folder."""
SETTING = "HUANWEI_LEDGER"
"""Setting with the URL of the ledger's database."""
_BUSY_S = 60
"""Seconds a writer waits for another one (chosen: longer than any import takes)."""
_LOCK = 7_420_861
"""Number of the lock that a writer of a PostgreSQL ledger holds (chosen: any of our own)."""
_DIALECTS = ("sqlite", "postgresql")
_WRITING = "huanwei_writing"


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger. Use `reading()` and `writing()`; both are one transaction."""

    engine: sa.Engine

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One state of the ledger, whatever is written meanwhile."""
        with _told(), self.engine.connect() as plain:
            connection = plain
            if plain.dialect.name == "postgresql":
                connection = plain.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """All that is written inside is kept when it ends, or nothing; one writer at a time."""
        with _told(), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITING: True})
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                yield connection

    @property
    def address(self) -> str:
        """Where it lies, without a password."""
        return self.engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Let go of file and connections."""
        self.engine.dispose()


@contextmanager
def open_ledger(folder: Path, url: str | None = None) -> Iterator[Ledger]:
    """The ledger of a district, made or brought to this program's form first.

    `url` is a database of SQLAlchemy's writing; without one the setting `HUANWEI_LEDGER` counts,
    else the file in the folder. Raises `HuanweiError` if it cannot be opened.
    """
    ledger = Ledger(_engine(_url(folder, url)))
    try:
        _prepare(ledger)
        yield ledger
    finally:
        ledger.close()


def has_ledger(folder: Path, url: str | None = None) -> bool:
    """Whether the district has a ledger: a database by URL always counts as one."""
    return bool(_stated(url)) or (folder / FILE).is_file()


def _stated(url: str | None) -> str:
    return url or os.environ.get(SETTING, "")


def _url(folder: Path, url: str | None) -> sa.URL:
    stated = _stated(url)
    if not stated:
        return sa.URL.create("sqlite", database=str(folder.resolve() / FILE))
    try:
        made = sa.make_url(stated)
        made.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError):
        made = None
    if made is None or made.get_backend_name() not in _DIALECTS:
        raise HuanweiError(
            "the ledger's URL is not understood; write sqlite:////PATH/ledger.sqlite or "
            "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE",
            zh="看不懂台账的地址；请写 sqlite:////路径/ledger.sqlite 或 "
            "postgresql+psycopg://用户:密码@主机/数据库",
        )
    if made.drivername == "postgresql":
        made = made.set(drivername="postgresql+psycopg")
    return made


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_S})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Transactions are ours to begin; readers and one writer at once; nothing lost at power off."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes the lock first, so that nobody writes between its look and its writing."""
    writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _prepare(ledger: Ledger) -> None:
    """Run missing migrations; of several programs that open it at once one does."""
    with ledger.reading() as connection:
        if is_current(connection):
            return
    with ledger.writing() as connection:
        if not is_current(connection):
            migrate(connection)


@contextmanager
def _told() -> Iterator[None]:
    """A database that cannot be reached or is none, as an error a person can act on."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        raise _refused(error) from None
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.DatabaseError) and not isinstance(
            error.orig, sqlite3.IntegrityError
        ):
            raise _refused(error) from None
        raise


def _refused(error: Exception) -> HuanweiError:
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return HuanweiError(
        f"the ledger cannot be used: {said}. Look at its address (--ledger, {SETTING}), its rights "
        "and the free space",
        zh=f"台账无法使用。请检查其地址（--ledger、{SETTING}）、权限和剩余空间",
    )
