"""A ledger brought to the form this program knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.errors import HuanweiError

if TYPE_CHECKING:
    from sqlalchemy import Connection

SCRIPTS = Path(__file__).with_name("migrations")


def is_current(connection: Connection) -> bool:
    """Whether the ledger has every step of this program.

    Raises `HuanweiError` for a ledger with steps this program does not know.
    """
    scripts = ScriptDirectory(str(SCRIPTS))
    made = set(MigrationContext.configure(connection).get_current_heads())
    known = {script.revision for script in scripts.walk_revisions()}
    if strange := sorted(made - known):
        names = ", ".join(strange)
        raise HuanweiError(
            f"the ledger was made by a newer huanwei ({names}); install that one to open it",
            zh=f"台账由更新版本的 huanwei 建立（{names}），请安装该版本后再打开",
        )
    return made == set(scripts.get_heads())


def migrate(connection: Connection) -> None:
    """Run the steps that are missing, inside the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")
