"""The `huanwei` command: one door for dispatchers, planners and benchmark keepers.

Bad input ends with exit code 2 and every problem listed; nothing is half-written.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
from importlib.metadata import entry_points, version
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from typer.core import TyperGroup

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
from api.words.usage import usage_zh
from models.errors import HuanweiError, file_error, in_both

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Commands(TyperGroup):
    """The commands; what is wrong with options is said in the language asked for."""

    def make_context(self, *args: Any, **words: Any) -> Any:
        """The options before the command."""
        with _in_one_tongue():
            return super().make_context(*args, **words)

    def invoke(self, ctx: Any) -> Any:
        """The command with its own options."""
        with _in_one_tongue():
            return super().invoke(ctx)


@contextlib.contextmanager
def _in_one_tongue() -> Iterator[None]:
    try:
        yield
    except _USAGE_ERROR as error:
        if _tongue() == "zh" and type(error).__name__ != "NoArgsIsHelpError":
            raise _USAGE_ERROR(usage_zh(error.format_message()), ctx=error.ctx) from None
        raise


_USAGE_ERROR: Any = typer.BadParameter.__base__
"""The error of which all about options are kinds; its library has no public name for it."""
app = typer.Typer(
    name="huanwei",
    cls=_Commands,
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


class _Outlet(io.FileIO):
    """An output into a pipe or file: when its reader has gone, the command goes on without it.

    So `huanwei judge PLAN | head` still ends with the exit code of the judgement.
    """

    def write(self, data: Any, /) -> int:
        """Write to the reader, or to nobody."""
        try:
            return super().write(data) or 0
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())  # what is left goes nowhere
            if isinstance(error, BrokenPipeError):
                return memoryview(data).nbytes
            raise


def _sturdy(stream: TextIO) -> TextIO:
    """The stream, with another sign for one it cannot show, and indifferent to a reader who left.

    A plan that was made is not lost over a cubic metre.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.reconfigure(errors="replace")
    if stream.isatty() or not isinstance(getattr(stream.buffer, "raw", stream.buffer), io.FileIO):
        return stream
    outlet: Any = _Outlet(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(
        outlet if stream.write_through else io.BufferedWriter(outlet), stream.encoding, "replace",
        line_buffering=stream.line_buffering, write_through=stream.write_through,
    )  # fmt: skip


class _OneTongue(logging.Formatter):
    """Warnings of the log as people see them: their half in the language asked for."""

    def format(self, record: logging.LogRecord) -> str:
        """The message in Chinese or English."""
        return in_both(super().format(record))[_tongue() == "en"]


def _tongue() -> str:
    """The language asked for, where an error comes before the options are read or after."""
    words = [word for arg in sys.argv[1:] for word in arg.split("=", 1)]
    asked = words[words.index("--lang") + 1 :][:1] if "--lang" in words else []
    return "en" if [*asked, os.environ.get("HUANWEI_LANG", "zh")][0] == "en" else "zh"


def main() -> None:
    """Run the command line; mistakes in words of added commands end with 2 as well."""
    sys.stdout, sys.stderr = _sturdy(sys.stdout), _sturdy(sys.stderr)
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_OneTongue())
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except HuanweiError as error:
        print_error(error, _tongue())
        sys.exit(2)
    except OSError as error:
        print_error(file_error(error), _tongue())
        sys.exit(2)
