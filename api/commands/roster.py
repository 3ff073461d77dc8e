"""Command of a dispatcher: who works when over the next weeks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.answers import answer, violations
from api.commands.options import (
    AsJson,
    Folder,
    Language,
    Tongue,
    Verbose,
    day_of,
    errors_end_with_2,
)
from api.words.i18n import word
from models.errors import HuanweiError

if TYPE_CHECKING:
    from models.roster import RosterDocument

MAX_LINES = 20


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("roster")(roster)
    app.command("swap")(swap)


def roster(
    folder: Folder,
    begin: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="第一天 · first day (YYYY-MM-DD)"),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=62, help="天数 · days")] = 28,
    history: Annotated[
        Path | None, typer.Option(help="此前的 roster.json · roster of the days before")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="尽量不改动的排班 · roster of these days to keep to")
    ] = None,
    leave: Annotated[
        Path | None, typer.Option(help="请假表 driver,from,to (CSV) · leave granted")
    ] = None,
    standby: Annotated[
        int, typer.Option(min=0, max=50, help="每班备勤人数 · standby per day and shift")
    ] = 1,
    seconds: Annotated[
        float, typer.Option("--time", min=1, help="搜索秒数 · seconds of search")
    ] = 50.0,
    out: Annotated[
        Path | None, typer.Option(help="输出文件夹 · folder (default DIR/rosters/DATE)")
    ] = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """按日计划排班数周 · Roster the crews of weeks from the day plans."""
    from api.exports.roster import refuse_strange_roster, write_roster  # noqa: PLC0415
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from scenarios.desk.roster import RosterOrder, roster_folder  # noqa: PLC0415
    from solver.shifts.roster import Budget  # noqa: PLC0415

    first = day_of(begin)
    target = out or folder / "rosters" / first.isoformat()
    order = RosterOrder(
        begin=first, days=days, history=history, keep=keep, leave=leave, standby=standby,
        budget=Budget(seconds=seconds),
    )  # fmt: skip
    with errors_end_with_2(language, as_json=as_json):
        refuse_strange_roster(target)
        refuse_unwritable(target)
        district, made = roster_folder(folder, order)
        write_roster(made, district, target, language)
    if as_json:
        answer("roster", folder=str(target), roster=made.model_dump(mode="json"))
    else:
        _tell(made, target, language)
    if made.violations and any(one.code != "CREW_SHORT" for one in made.violations):
        raise typer.Exit(1)


def swap(
    folder: Folder,
    duty: Annotated[str, typer.Argument(help="班次 日期/线路 · duty as DATE/ROUTE")],
    give: Annotated[str, typer.Option("--out", help="交出者，缺省为空缺 · who leaves")] = "",
    into: Annotated[str, typer.Option("--into", help="接替者 · who takes it")] = "",
    back: Annotated[
        str, typer.Option("--back", help="换回的班次 · duty that is taken in exchange")
    ] = "",
    roster_id: Annotated[
        str, typer.Option("--roster", help="排班，缺省为最新 · roster (default: the latest)")
    ] = "",
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """移交或互换班次 · Hand a duty of a roster over, or exchange two; the judge tells."""
    from api.exports.roster import write_roster  # noqa: PLC0415
    from scenarios.desk.roster_swap import (  # noqa: PLC0415
        Swap,
        desk_of,
        read_roster,
        rosters_of,
        swapped,
    )

    with errors_end_with_2(language, as_json=as_json):
        path = (
            folder / "rosters" / (roster_id or max(rosters_of(folder), default="")) / "roster.json"
        )
        before = read_roster(path)
        if before is None:
            raise HuanweiError(f"{path}: no roster there.", zh=f"{path}：没有排班。")
        desk = desk_of(folder, before)
        made = swapped(desk, before, Swap(duty=duty, out=give, into=into, back=back))
        write_roster(made.document, desk.district, path.parent, language)
    if as_json:
        shown = {"appeared": violations(made.appeared), "solved": violations(made.solved)}
        answer("swap", folder=str(path.parent), pay_cny=made.document.pay_cny, **shown)
        return
    for style, found in (("red", made.appeared), ("green", made.solved)):
        for one in found:
            told = f"{word('violation', one.code, language)} {one.where} {one.detail}".strip()
            Console(markup=False, highlight=False).print(told, style=style)
    Console(markup=False, highlight=False).print(str(path.parent))


def _tell(made: RosterDocument, out: Path, language: str) -> None:
    console = Console(markup=False, highlight=False)
    others = sum(one.code != "CREW_SHORT" for one in made.violations)
    console.print(
        word("ui", "roster_done", language).format(
            duties=len(made.duties), empty=made.empty_seats, least=made.least_empty_seats,
            violations=others,
        )
    )  # fmt: skip
    console.print(
        word("ui", "roster_pay", language).format(pay=made.pay_cny, premium=made.premium_cny)
    )
    if made.changed is not None:
        console.print(word("ui", "roster_changed", language).format(count=made.changed))
    if near := sum(bool(person.alerts) for person in made.people):
        console.print(word("ui", "roster_limits", language).format(count=near))
    for duty in [duty for duty in made.duties if duty.missing][:MAX_LINES]:
        rules = ", ".join(f"{word('rule', r, language)} {n}" for r, n in duty.blocked.items())
        console.print(f"{duty.date} {duty.route} {duty.vehicle}: -{duty.missing} ({rules})")
    console.print(str(out))
