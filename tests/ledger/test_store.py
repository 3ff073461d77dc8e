"""The store: made when opened, the same on both databases, and nothing of it ever changes."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import scenarios.ledger
from models.errors import HuanweiError
from models.units import CHINA
from scenarios.ledger.happened import batches
from scenarios.ledger.planned import decisions
from scenarios.ledger.schema import METADATA
from scenarios.ledger.store import FILE, has_ledger, open_ledger

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 5, 12, 12, 0, tzinfo=CHINA)


def decision(note: str = "") -> dict[str, object]:
    return {
        "made_at": NOON, "person": "王", "verb": "publish", "subject": "2026-05-12",
        "facts": {"routes": 71}, "note": note,
    }  # fmt: skip


def test_the_steps_make_the_tables_that_the_code_knows(ledger_url: str, tmp_path: Path):
    """A column added without a step, or a step without its column, is found here."""
    for module in pkgutil.iter_modules(scenarios.ledger.__path__):
        importlib.import_module(f"scenarios.ledger.{module.name}")
    with open_ledger(tmp_path, ledger_url) as ledger, ledger.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_second_opening_finds_what_the_first_wrote(ledger_url: str, tmp_path: Path):
    with open_ledger(tmp_path, ledger_url) as ledger, ledger.writing() as connection:
        connection.execute(decisions.insert(), decision())
    with open_ledger(tmp_path, ledger_url) as ledger, ledger.reading() as connection:
        (row,) = connection.execute(sa.select(decisions)).mappings()
    assert row["made_at"] == NOON
    assert row["made_at"].utcoffset() == NOON.utcoffset()
    assert (row["person"], row["facts"]) == ("王", {"routes": 71})


def test_the_file_lies_in_the_district_folder_unless_a_url_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert not has_ledger(tmp_path)
    with open_ledger(tmp_path):
        assert (tmp_path / FILE).is_file()
    assert has_ledger(tmp_path)
    monkeypatch.setenv("HUANWEI_LEDGER", f"sqlite:///{tmp_path / 'office.sqlite'}")
    with open_ledger(tmp_path / "elsewhere"):
        assert (tmp_path / "office.sqlite").is_file()


@pytest.mark.parametrize("change", ["UPDATE decisions SET person = '李'", "DELETE FROM decisions"])
def test_the_database_refuses_to_change_a_row(ledger_url: str, tmp_path: Path, change: str):
    with open_ledger(tmp_path, ledger_url) as ledger:
        with ledger.writing() as connection:
            connection.execute(decisions.insert(), decision())
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), ledger.writing() as connection:
            connection.execute(sa.text(change))


def test_what_is_begun_and_not_ended_is_not_there(ledger_url: str, tmp_path: Path):
    with open_ledger(tmp_path, ledger_url) as ledger:
        with suppress(ZeroDivisionError), ledger.writing() as connection:
            connection.execute(decisions.insert(), decision())
            raise ZeroDivisionError
        with ledger.reading() as connection:
            assert not connection.scalar(sa.select(sa.func.count()).select_from(decisions))


def test_a_row_cannot_name_a_batch_that_is_not_there(ledger_url: str, tmp_path: Path):
    """Foreign keys hold on SQLite too, where they are off until asked for."""
    row = {
        "key": "2026-01-01", "revision": 0, "void": False, "batch": 7, "snow": False, "note": "",
        "day": datetime(2026, 1, 1, tzinfo=UTC).date(), "alert": False, "forecast": False,
    }  # fmt: skip
    with open_ledger(tmp_path, ledger_url) as ledger:
        with pytest.raises(sa.exc.IntegrityError), ledger.writing() as connection:
            connection.execute(METADATA.tables["weather"].insert(), row)
        with ledger.reading() as connection:
            assert not connection.scalar(sa.select(sa.func.count()).select_from(batches))


@pytest.mark.parametrize(
    "url", ["mysql://root@localhost/huanwei", "nonsense", "sqlite+nothing:///x", "postgresql+no://"]
)
def test_a_url_of_no_known_database_is_refused_with_a_way_out(url: str, tmp_path: Path):
    with pytest.raises(HuanweiError, match="postgresql\\+psycopg://"), open_ledger(tmp_path, url):
        pass


def test_a_file_that_is_no_ledger_is_told(tmp_path: Path):
    (tmp_path / FILE).write_bytes(b"PK\x03\x04" + bytes(2000))
    with pytest.raises(HuanweiError, match="cannot be used"), open_ledger(tmp_path):
        pass


def test_a_database_nobody_answers_at_is_told_without_its_password(tmp_path: Path):
    url = "postgresql+psycopg://me:secret@127.0.0.1:1/none"
    with pytest.raises(HuanweiError, match="cannot be used") as told, open_ledger(tmp_path, url):
        pass
    assert "secret" not in str(told.value)


def test_a_ledger_of_a_newer_program_is_left_alone(ledger_url: str, tmp_path: Path):
    with open_ledger(tmp_path, ledger_url) as ledger, ledger.writing() as connection:
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('happened_9999')"))
    with pytest.raises(HuanweiError, match="newer huanwei"), open_ledger(tmp_path, ledger_url):
        pass
