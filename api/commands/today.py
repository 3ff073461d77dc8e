"""A dispatcher's day in words: publish, withdraw, who is out, who is back, an order."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.answers import answer
from api.commands.judge import PlanFolder  # noqa: TC001 -- typer reads it
from api.commands.options import AsJson, Folder, Language, Tongue, Verbose, errors_end_with_2
from api.commands.serve import LedgerUrl, expect_folder
from api.commands.user import COMMAND, Data
from api.words.i18n import word
from models.units import CHINA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios.desk.today.news import Heard
    from scenarios.ledger.store import Ledger
    from scenarios.office.publishing import Version

Day = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="日期，默认今天 · the day")
]
Who = Annotated[str, typer.Argument(help="编号、车牌号或姓名 · id, plate or name")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("publish")(publish)
    app.command("withdraw")(withdraw)
    app.command("out")(out)
    app.command("back")(back)
    app.command("order")(order)


def publish(
    folder: PlanFolder,
    data: Data = Path(),
    note: Annotated[str, typer.Option(help="备注 · a note")] = "",
    even_so: Annotated[
        bool, typer.Option("--even-so", help="有违规也发布 · although it has violations")
    ] = False,
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """发布计划，当日原计划作废 · Make a plan the one that is driven, instead of another."""
    from scenarios.desk.judge import PLAN_FILE, read_plan  # noqa: PLC0415
    from scenarios.office.publishing import Publishing, facts_of, refuse_unlawful  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json), _office(data, folder, ledger) as found:
        opened, plan = found
        document = read_plan(folder / PLAN_FILE)
        refuse_unlawful(document, even_so=even_so)
        facts = facts_of(data.resolve(), folder.resolve(), document.date)
        made = Publishing(opened).publish(COMMAND, plan, note=note, **facts)
        _note(opened, "plan_published", plan, violations=len(document.violations))
    _told("publish", made, language, as_json=as_json)


def withdraw(
    folder: PlanFolder,
    data: Data = Path(),
    ledger: LedgerUrl = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """撤回已发布的计划 · Undo the publishing of a plan; what it superseded holds again."""
    from scenarios.office.publishing import Publishing  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json), _office(data, folder, ledger) as found:
        opened, plan = found
        made = Publishing(opened).withdraw(COMMAND, plan)
        _note(opened, "plan_withdrawn", plan)
    _told("withdraw", made, language, as_json=as_json)


def out(
    folder: Folder,
    who: Who,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """停用车辆或人员，直到恢复 · Note that a vehicle or a person is out, until they are back."""
    _mark("out", folder, who, language, as_json=as_json)


def back(
    folder: Folder,
    who: Who,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """恢复车辆或人员 · Note that a vehicle or a person is back."""
    _mark("back", folder, who, language, as_json=as_json)


def order(
    folder: Folder,
    operation: Annotated[str, typer.Option(help="作业 · operation")],
    window: Annotated[str, typer.Option(metavar="HH:MM-HH:MM", help="时间窗 · when")],
    street: Annotated[str, typer.Option(help="道路 · street by its name")] = "",
    lon: Annotated[float | None, typer.Option(help="经度(WGS-84) · of a place")] = None,
    lat: Annotated[float | None, typer.Option(help="纬度(WGS-84) · of a place")] = None,
    kg: Annotated[float, typer.Option(min=0, help="垃圾量(千克) · waste")] = 0,
    minutes: Annotated[float, typer.Option(min=0, help="作业分钟 · minutes there")] = 10,
    note: Annotated[str, typer.Option(help="说明 · a note")] = "",
    day: Day = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """新增当日工单 · Add an order of one day; `plan --keep PLAN` then plans the rest anew."""
    from scenarios.desk.today.news import NewOrder, with_order  # noqa: PLC0415

    wish = NewOrder(operation=operation, window=window, street=street, lon=lon, lat=lat,
                    demand_kg=kg, service_min=minutes, note=note)  # fmt: skip
    with errors_end_with_2(language, as_json=as_json):
        expect_folder(folder)
        heard = with_order(folder, day.date() if day else _today(), wish)
        file = _lay(folder, heard)
    _wrote("order", heard.id, file, as_json=as_json)


def _mark(command: str, folder: Path, who: str, language: Tongue, *, as_json: bool) -> None:
    from scenarios.desk.today.news import marked  # noqa: PLC0415

    with errors_end_with_2(language, as_json=as_json):
        expect_folder(folder)
        heard = marked(folder, _today(), who, available=command == "back")
        file = _lay(folder, heard)
    _wrote(command, heard.id, file, as_json=as_json)


def _lay(folder: Path, heard: Heard) -> str:
    """Put the table in its place, whole or not at all; the name of its file."""
    from scenarios.desk.folder.rows import with_wishes  # noqa: PLC0415

    file, content = with_wishes(folder, _today(), heard.wishes)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".huanwei-", delete=False) as draft:
        draft.write(content)
    path = folder / file
    if path.exists():
        Path(draft.name).chmod(path.stat().st_mode & 0o777)
    Path(draft.name).replace(path)
    return file


@contextmanager
def _office(data: Path, folder: Path, url: str | None) -> Iterator[tuple[Ledger, str]]:
    """The ledger of a data folder, and the id of a plan below it; raises `HuanweiError`."""
    from api.serve.library import id_of  # noqa: PLC0415
    from models.errors import HuanweiError  # noqa: PLC0415
    from scenarios.ledger.store import open_ledger  # noqa: PLC0415

    expect_folder(data)
    root, plan = data.resolve(), folder.resolve()
    if not plan.is_relative_to(root):
        raise HuanweiError(
            f"{folder} does not lie in {data}. Name the server's folder with --data.",
            zh=f"{folder} 不在 {data} 中。请用 --data 指定服务器的数据文件夹。",
        )
    with open_ledger(root, url) as opened:
        yield opened, id_of(root, plan)


def _note(opened: Ledger, what: str, plan: str, **facts: object) -> None:
    from scenarios.office.acts import Acts  # noqa: PLC0415

    Acts(opened).note(COMMAND, what, plan, **facts)


def _told(command: str, made: Version, language: Tongue, *, as_json: bool) -> None:
    if as_json:
        answer(command, plan=made.plan, day=made.day.isoformat(), state=made.state.value)
    else:
        state = word("desk", f"state_{made.state}", language)
        Console().print(f"{made.plan} · {made.day} · {state}", highlight=False)


def _wrote(command: str, id_: str, file: str, *, as_json: bool) -> None:
    if as_json:
        answer(command, id=id_, file=file)
    else:
        Console().print(f"{id_} → {file}", highlight=False)


def _today() -> date:
    return datetime.now(CHINA).date()
