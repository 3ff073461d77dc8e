"""The `huanwei` command: one door for dispatchers, planners and benchmark keepers.

Bad input ends with exit code 2 and every problem listed; nothing is half-written.
"""

from __future__ import annotations

import io
import sys
from importlib.metadata import entry_points, version
from typing import Annotated

import typer

from api import (
    cli_change,
    cli_district,
    cli_judge,
    cli_ledger,
    cli_plan,
    cli_planner,
    cli_roster,
    cli_serve,
    cli_user,
    cli_whatif,
    cli_year,
)
from api.options import print_error
from models.errors import HuanweiError, file_trouble

app = typer.Typer(
    name="huanwei",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="环卫日计划 · Day plans for a district sanitation bureau",
)
cli_district.register(app)
cli_plan.register(app)
cli_judge.register(app)
cli_change.register(app)
cli_whatif.register(app)
cli_roster.register(app)
cli_planner.register(app)
cli_ledger.register(app)
cli_year.register(app)
cli_serve.register(app)
cli_user.register(app)
for extension in entry_points(group="huanwei.commands"):
    app.add_typer(extension.load(), name=extension.name)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"huanwei {version('huanwei')}")
        raise typer.Exit


@app.callback()
def options(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="版本 · print the version"
        ),
    ] = False,
) -> None:
    """环卫日计划 · Day plans for a district sanitation bureau."""


def main() -> None:
    """Run the command line; mistakes in words of added commands end with 2 as well.

    A terminal or a pipe that cannot show a sign gets another one for it: a plan that was made is
    not lost over a cubic metre.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except HuanweiError as error:
        print_error(error, "en")
        sys.exit(2)
    except OSError as error:
        print_error(HuanweiError(file_trouble(error)), "en")
        sys.exit(2)
