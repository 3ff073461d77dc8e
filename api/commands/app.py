"""The `huanwei` command: one door for dispatchers, planners and benchmark keepers.

Bad input ends with exit code 2 and every problem listed; nothing is half-written.
"""

from __future__ import annotations

import io
import sys
from importlib.metadata import entry_points, version
from typing import Annotated

import typer

from api.commands import (
    change,
    data,
    district,
    judge,
    ledger,
    plan,
    planner,
    roster,
    serve,
    siting,
    today,
    user,
    whatif,
    year,
)
from api.commands.options import print_error
from models.errors import HuanweiError, file_error

app = typer.Typer(
    name="huanwei",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="环卫日计划 · Day plans for a district sanitation bureau",
)
district.register(app)
plan.register(app)
judge.register(app)
change.register(app)
today.register(app)
whatif.register(app)
roster.register(app)
planner.register(app)
siting.register(app)
ledger.register(app)
year.register(app)
serve.register(app)
user.register(app)
data.register(app)
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
        print_error(file_error(error), "en")
        sys.exit(2)
