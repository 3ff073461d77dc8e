"""The command of a dispatcher's hand: move, take out, swap, send, lock; the verdict at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.answers import answer, change_facts
from api.commands.judge import PlanFolder  # noqa: TC001 -- typer reads it
from api.commands.options import AsJson, Language, Tongue, Verbose, errors_end_with_2, wide_console
from api.words.i18n import word
from api.words.violations import amended, amount, finding, law
from models.units import CHINA

if TYPE_CHECKING:
    from models.plan import PlanRoute
    from scenarios.desk.change import Effect
    from scenarios.desk.session import Session

MAX_LINES = 40
Texts = list[str] | None
Move = Annotated[
    Texts, typer.Option("--move", metavar="TASK", help="移动的任务(可重复)· task to move")
]
Street = Annotated[
    str | None, typer.Option(metavar="NAME", help="移动整条街 · all services of a street")
]
Trip = Annotated[
    str | None,
    typer.Option(metavar="VEHICLE[/SHIFT]#N", help="移动一整趟 · all services of a trip"),
]
OfStreet = Annotated[str, typer.Option(help="该街的作业 · operation of the street")]
Taker = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="VEHICLE[/SHIFT][@N]", help="交给哪辆车 · vehicle that takes it over"
    ),
]
TakeOut = Annotated[
    Texts, typer.Option("--take-out", metavar="TASK", help="不做的任务 · task to leave out")
]
Swap = Annotated[
    Texts, typer.Option(metavar="VEHICLE=VEHICLE", help="两车互换 · exchange two vehicles")
]
Send = Annotated[
    Texts,
    typer.Option(
        metavar="VEHICLE[/SHIFT]#N=SITE", help="第 N 趟改送何处 · where trip N's load goes"
    ),
]
Locked = Annotated[
    Texts,
    typer.Option(
        metavar="WHAT:NAME",
        help="锁定 route/vehicle/station:车辆 或 task:任务 · lock what a search must keep",
    ),
]
Unlocked = Annotated[Texts, typer.Option(metavar="WHAT:NAME", help="解除锁定 · take a lock off")]
Listed = Annotated[Path | None, typer.Option(help="改动清单(JSON)· list of edits as JSON")]
HandFolder = Annotated[
    Path | None, typer.Option(help="新计划文件夹 · new plan folder (default PLAN-hand)")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="只看结果不写出 · show the verdict, write nothing")
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("change")(change)


def change(
    folder: PlanFolder,
    move: Move = None,
    street: Street = None,
    trip: Trip = None,
    operation: OfStreet = "",
    to: Taker = None,
    take_out: TakeOut = None,
    swap: Swap = None,
    send: Send = None,
    lock: Locked = None,
    unlock: Unlocked = None,
    edits: Listed = None,
    out: HandFolder = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """人工调整计划并立即核查 · Change a plan by hand, and see at once what it breaks.

    The plan itself stays; the changed one is written beside it. Ends with 1 where the changed plan
    breaks a law.
    """
    from api.exports.folder import write_changed  # noqa: PLC0415  (the engines take seconds to load)
    from scenarios.desk.change import Words, effect, read_edits  # noqa: PLC0415
    from scenarios.desk.session import Session  # noqa: PLC0415

    words = Words(
        move=move or (), street=street or "", trip=trip or "", operation=operation, to=to or "",
        take_out=take_out or (), swap=swap or (), send=send or (), lock=lock or (),
        unlock=unlock or (),
    )  # fmt: skip
    written = None
    with errors_end_with_2(language, as_json=as_json):
        session = Session.open(folder)
        for edit in (*(read_edits(edits) if edits else ()), *words.edits(session.base)):
            session.apply(edit, "", datetime.now(CHINA))
        found = effect(session.days[0], session.now)
        if not dry_run:
            target = out or folder.with_name(f"{folder.resolve().name}-hand")
            written = write_changed(session, folder, target, language)
    if as_json:
        answer("change", **change_facts(found, session.now.violations, written))
    else:
        print_effect(found, session, language)
        if written is not None:
            wide_console().print(f"{word('ui', 'folder', language)}: {written}")
    if session.now.violations:
        raise typer.Exit(1)


def print_effect(found: Effect, session: Session, language: Tongue) -> None:
    """What the changes do: money, routes with their new times, laws broken and no longer broken."""
    console = wide_console()
    names = {site.id: site.name for site in session.district.sites}
    sums = [
        ("cost_cny", f"{found.cost_cny:+,.2f}"),
        ("day_km", f"{found.distance_m / 1_000:+,.1f}"),
        ("duty_h", f"{found.duration_s / 3_600:+,.2f}"),
        ("unserved", f"{found.unserved:+d}"),
    ]
    console.print(" · ".join(f"{word('kpi', key, language)} {told}" for key, told in sums))
    table = Table()
    for column in ("vehicle", "depart", "return", "load_kg"):
        table.add_column(word("column", column, language))
    for truck, *both in found.changed:
        pairs = [_shown(own) for own in both]
        table.add_row(str(truck), *(f"{was} → {now}" for was, now in zip(*pairs, strict=True)))
    if found.changed:
        console.print(table)
    for one, least in found.appeared[:MAX_LINES]:
        way = amended(least, names, session.base.titles, language)
        told = [law(one, language), one.where, one.vehicle, amount(one, language),
                finding(one.detail, language), f"→ {way}" if way else ""]  # fmt: skip
        console.print("  ".join(part for part in told if part), style="red", highlight=False)
    for one in found.solved[:MAX_LINES]:
        console.print(f"✓ {law(one, language)} {one.where}", style="green", highlight=False)
    count = (
        word("ui", "none_violations", language) if not found.violations else str(found.violations)
    )
    console.print(f"{word('ui', 'violations_tab', language)}: {count}")


def _shown(route: PlanRoute | None) -> list[str]:
    """When a route leaves and is back, and its heaviest load; a dash each where there is none."""
    if route is None:
        return ["–"] * 3
    load = max(trip.load_kg for trip in route.trips)
    return [f"{route.depart:%H:%M}", f"{route.return_:%H:%M}", f"{load:,}"]
