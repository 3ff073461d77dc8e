"""`huanwei data`: rows of a district's tables changed as the desk's map does it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands.answers import answer
from api.commands.options import AsJson, Folder, Language, Tongue, Verbose, errors_end_with_2
from api.commands.serve import LedgerUrl, expect_folder
from api.words.i18n import word
from models.errors import HuanweiError
from models.units import CHINA
from scenarios.ledger.store import open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scenarios.office.revisions import Revision, Revisions

COMMAND = "huanwei"
"""Who the versions name for what was done at the command line."""
data = typer.Typer(no_args_is_help=True, help="修改数据表 · change tables of a district")
TableName = Annotated[str, typer.Argument(help="表，如 points · table, such as points")]
Row = Annotated[str, typer.Argument(help="编号，或行号 #7 · id of the row, or its number as #7")]
Cells = Annotated[list[str] | None, typer.Argument(help="列=内容 · COLUMN=TEXT ...")]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="LON,LAT",
        help="位置，WGS-84；按表的坐标系写入 · place in WGS-84, written in the table's datum",
    ),
]  # fmt: skip
Data = Annotated[
    Path | None,
    typer.Option("--data", help="数据文件夹，缺省为上一级 · data folder; the district's parent"),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(data, name="data")


@data.command("set")
def put(
    folder: Folder,
    table: TableName,
    row: Row,
    cells: Cells = None,
    at: At = None,
    root: Data = None,
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """修改一行 · Set cells of a row, or where it lies."""
    # Tables are read by packages that take a moment to load; --help does not wait for them.
    from scenarios.desk.folder.rows import SetRow, Wishes  # noqa: PLC0415
    from scenarios.desk.folder.write import write_wishes  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json), _versions(folder, root, ledger) as kept:
        number, seen = _row(folder, table, row)
        wish = SetRow(row=number, seen=seen, values=_values(cells), at=_spot(at))
        made = write_wishes(kept, COMMAND, folder, _today(), Wishes(table=table, put=[wish]))
    _told("data set", made, language, as_json=as_json)


@data.command("add")
def add(
    folder: Folder,
    table: TableName,
    cells: Cells = None,
    at: At = None,
    root: Data = None,
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """增加一行 · Add a row; a table that is not there is begun."""
    from scenarios.desk.folder.rows import NewRow, Wishes  # noqa: PLC0415
    from scenarios.desk.folder.write import write_wishes  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json), _versions(folder, root, ledger) as kept:
        wish = NewRow(values=_values(cells), at=_spot(at))
        made = write_wishes(kept, COMMAND, folder, _today(), Wishes(table=table, added=[wish]))
    _told("data add", made, language, as_json=as_json)


@data.command("remove")
def remove(
    folder: Folder,
    table: TableName,
    row: Row,
    root: Data = None,
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """删除一行 · Take out a row."""
    from scenarios.desk.folder.rows import GoneRow, Wishes  # noqa: PLC0415
    from scenarios.desk.folder.write import write_wishes  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json), _versions(folder, root, ledger) as kept:
        number, seen = _row(folder, table, row)
        wishes = Wishes(table=table, gone=[GoneRow(row=number, seen=seen)])
        made = write_wishes(kept, COMMAND, folder, _today(), wishes)
    _told("data remove", made, language, as_json=as_json)


@data.command("undo")
def undo(
    folder: Folder,
    root: Data = None,
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """撤销最近一次修改 · Take back the latest change."""
    with errors_end_with_2(language, as_json=as_json), _versions(folder, root, ledger) as kept:
        known = kept.all()
        made = kept.undo(COMMAND, known[0].id if known else 0)
    _told("data undo", made, language, as_json=as_json)


@data.command("versions")
def versions(
    folder: Folder,
    root: Data = None,
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """列出各版本 · The versions of the folder, newest first."""
    with errors_end_with_2(language, as_json=as_json), _versions(folder, root, ledger) as kept:
        found = kept.all()
    if as_json:
        answer("data versions", versions=[asdict(one) for one in found])
        return
    table = Table(show_header=False)
    for one in found:
        what = word("desk", f"rev_{one.what}", language)
        at = f"{one.at:%Y-%m-%d %H:%M}"
        table.add_row(str(one.id), at, one.who or "–", what, one.about)
    Console().print(table)


@contextmanager
def _versions(folder: Path, root: Path | None, ledger: str | None) -> Iterator[Revisions]:
    """The versions of a district, kept by the ledger of its data folder."""
    from scenarios.office.revisions import Revisions  # noqa: PLC0415

    place, root = folder.resolve(), (root or folder.resolve().parent).resolve()
    expect_folder(root)
    if not (place / "district.toml").is_file():
        raise HuanweiError(
            f"{folder}: no district.toml. Give the folder of a district.",
            zh=f"{folder}：没有 district.toml。请给出辖区文件夹。",
        )
    if not place.is_relative_to(root):
        raise HuanweiError(
            f"{folder} is not below the data folder {root}.",
            zh=f"{folder} 不在数据文件夹 {root} 内。",
        )
    with open_ledger(root, ledger) as opened:
        yield Revisions(opened, "~".join(place.relative_to(root).parts) or "~", place)


def _row(folder: Path, table: str, row: str) -> tuple[int, list[str]]:
    """The number and the cells of the row a person names."""
    from scenarios.desk.folder.rows import rows_named  # noqa: PLC0415

    found = rows_named(folder, _today(), table, row)
    if len(found) == 1:
        return found[0]
    if not found:
        raise HuanweiError(f"{table} has no row {row}.", zh=f"表 {table} 没有行 {row}。")
    numbers = ", ".join(f"#{number}" for number, _ in found)
    raise HuanweiError(
        f"{table} has several rows {row}: {numbers}.", zh=f"表 {table} 有多行 {row}：{numbers}。"
    )


def _values(cells: list[str] | None) -> dict[str, str]:
    pairs = [cell.partition("=") for cell in cells or ()]
    odd = next((name for name, sign, _ in pairs if not sign), None)
    if odd is not None:
        raise HuanweiError(f"{odd}: write COLUMN=TEXT.", zh=f"{odd}：请写成 列=内容。")
    return {name.strip(): text for name, _, text in pairs}


def _spot(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise HuanweiError(
            f"--at {text}: write LON,LAT in WGS-84, such as 119.98,31.8.",
            zh=f"--at {text}：请写成 经度,纬度（WGS-84），如 119.98,31.8。",
        ) from None
    return lon, lat


def _today() -> date:
    return datetime.now(CHINA).date()


def _told(command: str, made: Revision, language: str, *, as_json: bool) -> None:
    if as_json:
        answer(command, version=asdict(made))
        return
    what = word("desk", f"rev_{made.what}", language)
    Console().print(f"{what} {made.about} ({made.id})", highlight=False)
