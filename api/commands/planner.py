"""Commands of a planner: what-ifs compared, stations moved, muck trucks, manifests, towns."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.commands.answers import answer
from api.commands.options import (
    AsJson,
    Day,
    Folder,
    Iterations,
    Language,
    Only,
    Scheduler,
    Tongue,
    Verbose,
    Workers,
    day_of,
    errors_end_with_2,
    operations_of,
    wide_console,
)
from api.exports.planner.files import write_report
from api.words.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable


_ALTERNATIVE = re.compile(r"(A\d+) (\w+) (#\d+)")
"""The name of a real plan of an alternative: its number, its question and the seed."""
PlanFolder = Annotated[Path, typer.Option(help="日计划文件夹 · plan folder")]
Out = Annotated[Path | None, typer.Option(help="报告文件夹 · folder of the report")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("compare")(compare)
    app.command("relocate")(relocate)
    app.command("muck")(muck)
    app.command("manifests")(manifests)
    app.command("towns")(towns)


def compare(
    folder: Folder,
    edits: Annotated[list[Path], typer.Argument(help="情景文件 · scenario files (TOML)")],
    out: Annotated[Path | None, typer.Option(help="报告文件夹 · folder of the report")] = None,
    day: Day = None,
    seeds: Annotated[int, typer.Option(min=1, max=50, help="种子数 · number of seeds")] = 3,
    iterations: Iterations = 2_000,
    only: Only = None,
    workers: Workers = 2,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """并排比较现状与各情景 · Plan the base and each scenario alike, and report what differs."""
    from api.studies import Work, comparison  # noqa: PLC0415  (engines load slowly)
    from scenarios.edits.read import scenarios_in  # noqa: PLC0415

    when = day_of(day)
    target = out or folder / "plans" / f"compare-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        work = Work(
            folder=folder, day=when, target=target, iterations=iterations, workers=workers,
            scheduler=scheduler, news=tell(language), stage=tell_stage(language),
        )  # fmt: skip
        scenarios = scenarios_in(edits)
        document = comparison(work, scenarios, seeds=seeds, only=operations_of(only))
    if as_json:
        answer("compare", folder=str(target), report=document)
        return
    _print_differences(document, language)
    Console().print(str(target / f"compare.{language}.html"))


def relocate(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="报告文件夹 · folder of the report")] = None,
    day: Day = None,
    seconds: Annotated[
        float, typer.Option("--time", min=1, help="每次精确求解秒数 · seconds of each exact solve")
    ] = 20.0,
    places: Annotated[
        int, typer.Option(min=1, max=100, help="短名单用地数 · lots in the short list")
    ] = 8,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="逐一实排复核 · re-plan each alternative")
    ] = True,
    iterations: Iterations = 2_000,
    workers: Workers = 2,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """为转运站另选新址并排序 · Find and rank new places for troubled stations."""
    from api.studies import Work, relocation  # noqa: PLC0415

    when = day_of(day)
    target = out or folder / "plans" / f"relocation-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        work = Work(
            folder=folder, day=when, target=target, iterations=iterations, workers=workers,
            scheduler=scheduler, news=tell(language), stage=tell_stage(language),
        )  # fmt: skip
        document = relocation(work, seconds=seconds, places=places, check=check)
    if as_json:
        answer("relocate", folder=str(target), report=document)
        return
    _print_alternatives(document, language)
    Console().print(str(target / f"relocation.{language}.html"))


def muck(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="报告文件夹 · folder of the report")] = None,
    day: Day = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """渣土车核准路线 · Approve ways of muck trucks by their permits, and judge the permits."""
    from api.exports.planner.muck import muck_gpx, muck_page, print_muck  # noqa: PLC0415
    from api.exports.registers.muck import muck_workbook  # noqa: PLC0415
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from scenarios.desk.registers.muck import muck_day, muck_document  # noqa: PLC0415

    when = day_of(day)
    target = out or folder / "plans" / f"muck-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        refuse_unwritable(target)
        study = muck_day(folder, when)
        document = muck_document(study)
        write_report(target, "muck", document, {one: muck_page(document, one) for one in LANGUAGES})
        muck_gpx(target / "gpx", document, study.loaded.network, language)
        _write_books(target, "muck", lambda one: muck_workbook(document, one))
    if as_json:
        answer("muck", folder=str(target), report=document)
        return
    print_muck(document, language, wide_console())
    Console().print(str(target / f"muck.{language}.html"))


def manifests(
    folder: Folder,
    plan: PlanFolder,
    stream: Annotated[str, typer.Option(help="品类 · stream of the loads")] = "construction",
    out: Out = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """转移联单 · A sheet for each planned load of a stream: who, what, tonnes, from, to, when."""
    from api.exports.registers import manifests as shown  # noqa: PLC0415
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from scenarios.desk.judge import read_plan  # noqa: PLC0415
    from scenarios.desk.registers.manifests import manifests_of, sheets_document  # noqa: PLC0415

    target = out or plan / f"manifests-{stream}"
    with errors_end_with_2(language, as_json=as_json):
        refuse_unwritable(target)
        document = sheets_document(manifests_of(folder, read_plan(plan / "plan.json"), stream))
        pages = {one: shown.manifests_page(document, one) for one in LANGUAGES}
        write_report(target, "manifests", document, pages)
        _write_books(target, "manifests", lambda one: shown.manifests_workbook(document, one))
    if as_json:
        answer("manifests", folder=str(target), report=document)
    else:
        shown.print_manifests(document, language, wide_console())
        Console().print(str(target / f"manifests.{language}.html"))
    _end(document)


def towns(
    folder: Folder,
    plan: PlanFolder,
    out: Out = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    language: Language = Tongue.ZH,
) -> None:
    """镇街报表 · Per town: places collected, trips, tonnes, what reached a plant that day."""
    from api.exports.registers import towns as shown  # noqa: PLC0415
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from scenarios.desk.judge import read_plan  # noqa: PLC0415
    from scenarios.desk.registers.towns import town_report, towns_document  # noqa: PLC0415

    target = out or plan / "towns"
    with errors_end_with_2(language, as_json=as_json):
        refuse_unwritable(target)
        document = towns_document(town_report(folder, read_plan(plan / "plan.json")))
        pages = {one: shown.towns_page(document, one) for one in LANGUAGES}
        write_report(target, "towns", document, pages)
        _write_books(target, "towns", lambda one: shown.towns_workbook(document, one))
    if as_json:
        answer("towns", folder=str(target), report=document)
        return
    shown.print_towns(document, language, wide_console())
    Console().print(str(target / f"towns.{language}.html"))


def _write_books(target: Path, name: str, book: Callable[[str], bytes]) -> None:
    """A workbook for each language; each file is whole or not there."""
    for language in LANGUAGES:
        draft = target / f".{name}.{language}.xlsx.part"
        draft.write_bytes(book(language))
        draft.replace(target / f"{name}.{language}.xlsx")


def _end(document: dict[str, Any]) -> None:
    """Sheets that do not tell what the plan does are an error of ours: the command says so."""
    if document["violations"]:
        raise typer.Exit(1)


def tell(language: str) -> Callable[[str, int, int], None]:
    """One line for each plan of a sweep that is done, beside the results."""

    def line(job: str, done: int, total: int) -> None:
        name, _, _ = job.rpartition(" ")  # without the mark of what was planned
        if (told := _ALTERNATIVE.fullmatch(name)) is not None:
            name = f"{told[1]} {stage_title(told[2], language)} {told[3]}"
        Console(stderr=True).print(f"[{done}/{total}] {name[:100]}", markup=False, highlight=False)

    return line


def tell_stage(language: str) -> Callable[[str, float], None]:
    """One line for each part of a study that is solved, beside the results."""

    def line(stage: str, share: float) -> None:
        text = f"{100 * share:3.0f} % {stage_title(stage, language)}"
        Console(stderr=True).print(text, markup=False, highlight=False)

    return line


def stage_title(stage: str, language: str) -> str:
    """What a part of a study asks, in words; a name of its own as it is."""
    from api.exports.planner.pages import kind_word, words  # noqa: PLC0415

    ui = words(language)
    if stage.startswith("move_") or f"kind_{stage}" in ui:
        return kind_word({"kind": stage}, ui)
    return ui.get(f"site_kind_{stage}", stage)


def _print_alternatives(document: dict[str, Any], language: str) -> None:
    from api.exports.planner.pages import kind_word, words  # noqa: PLC0415

    ui = words(language)
    table = Table(title=f"{ui['title_relocation']} {document['district']}")
    words_first = ("alternative", "new_sites")
    for key in ("rank", *words_first, "cost", "real", "exposure", "robust", "violations"):
        table.add_column(ui[key], justify="left" if key in words_first else "right")
    for one in document["alternatives"]:
        real = one["real"]
        table.add_row(
            one["id"],
            kind_word(one, ui),
            ", ".join(site["id"] for site in one["sites"]) or "–",
            f"{one['cost_cny_day']['total']:,.0f}",
            f"{real['cost_cny_day']:,.0f}" if real else "–",
            f"{one['exposure_final']:,}",
            f"{one['robustness']['percent']:.1f} %",
            str(len(one["violations"])),
        )
    wide_console().print(table)


def _print_differences(document: dict[str, Any], language: str) -> None:
    from api.exports.planner.pages import number, signed, unit_word, words  # noqa: PLC0415

    ui = words(language)
    table = Table(title=f"{ui['title_compare']} {document['district']}")
    table.add_column("")
    for one in document["scenarios"]:
        name = ui["base"] if one is document["scenarios"][0] else one["name"]
        table.add_column(name, justify="right")
    for key in document["units"]:
        cells = [number(document["scenarios"][0]["figures"][key]["value"])]
        for one in document["scenarios"][1:]:
            found = one["figures"][key]
            noise = f" {ui['noise']}" if found["noise"] and found["delta"] else ""
            cells.append(signed(found["delta"]) + noise)
        table.add_row(f"{ui['f_' + key]} {unit_word(key, ui)}".strip(), *cells)
    wide_console().print(table)
