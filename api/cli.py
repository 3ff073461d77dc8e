"""The `huanwei` command: one door for dispatchers, planners and benchmark keepers.

Bad input ends with exit code 2 and every problem listed; nothing is half-written.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import typer
from rich.console import Console

from api import cli_district, cli_plan
from api.i18n import word
from models.errors import HuanweiError, InputErrors

app = typer.Typer(
    name="huanwei",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="环卫日计划 · Day plans for a district sanitation bureau",
)
cli_district.register(app)
cli_plan.register(app)
for extension in entry_points(group="huanwei.commands"):
    app.add_typer(extension.load(), name=extension.name)


def main() -> None:
    """Run the command line; print errors a user can act on, and exit with 2."""
    try:
        app()
    except InputErrors as errors:
        console = Console(stderr=True)
        language = cli_plan.language()
        for issue in errors.issues:
            console.print(issue.text(language), style="red", markup=False, highlight=False)
        sys.exit(2)
    except HuanweiError as error:
        console = Console(stderr=True)
        console.print(
            f"{word('ui', 'error', cli_plan.language())}: {error}",
            style="red",
            markup=False,
            highlight=False,
        )
        sys.exit(2)
