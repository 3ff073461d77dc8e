"""Commands of a planner: what-ifs compared, stations moved, muck trucks, manifests, towns."""

from __future__ import annotations

import json
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
    Language,
    Only,
    Tongue,
    Verbose,
    day_of,
    errors_end_with_2,
    operations_of,
    wide_console,
)
from api.words.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.edits import Scenario
    from models.errors import Issue

Workers = Annotated[int, typer.Option(min=1, help="进程数 · worker processes")]
Scheduler = Annotated[
    str | None, typer.Option(help="Dask 调度器 · Dask scheduler, tcp://HOST:PORT")
]
Iterations = Annotated[
    int, typer.Option(min=1, help="每份计划的迭代次数 · iterations of each plan and part")
]
PlanFolder = Annotated[Path, typer.Option(help="日计划文件夹 · plan folder")]
Out = Annotated[Path | None, typer.Option(help="报告文件夹 · folder of the report")]
JOURNAL = "results.jsonl"


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
    from api.exports.planner import compare_page  # noqa: PLC0415  (engines take a second to load)
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from models.day import Budget  # noqa: PLC0415
    from models.errors import InputErrors  # noqa: PLC0415
    from scenarios.desk.compare import compare_folder  # noqa: PLC0415
    from scenarios.desk.day import load_folder  # noqa: PLC0415
    from scenarios.edits.read import read_scenario  # noqa: PLC0415

    when = day_of(day)
    target = out or folder / "plans" / f"compare-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        scenarios: list[Scenario] = []
        issues: list[Issue] = []
        for path in edits:
            try:
                scenarios.append(read_scenario(path))
            except InputErrors as errors:
                issues += errors.issues
        if issues:
            raise InputErrors(issues)
        refuse_unwritable(target)
        document = compare_folder(
            folder,
            scenarios,
            target / JOURNAL,
            day=when,
            budget=Budget(iterations=iterations),
            seeds=range(1, seeds + 1),
            only=operations_of(only),
            workers=workers,
            scheduler=scheduler,
            news=tell,
        )
        network = load_folder(folder, when).network
        pages = {name: compare_page(document, network, name) for name in LANGUAGES}
        write_report(target, "compare", document, pages)
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
    from api.exports.planner import relocation_page  # noqa: PLC0415
    from api.exports.whole import refuse_unwritable  # noqa: PLC0415
    from models.day import Budget  # noqa: PLC0415
    from scenarios.desk.siting.relocate import prepare, solve_study  # noqa: PLC0415
    from scenarios.desk.siting.relocation_document import recheck, relocation_document  # noqa: PLC0415

    when = day_of(day)
    target = out or folder / "plans" / f"relocation-{when.isoformat()}"
    with errors_end_with_2(language, as_json=as_json):
        ready = prepare(folder, when)
        refuse_unwritable(target)
        result = solve_study(ready, seconds=seconds, places=places, news=_stage)
        real: dict[str, dict[str, Any]] = {}
        if check:
            real = recheck(
                ready,
                result,
                target / JOURNAL,
                folder=folder,
                day=when,
                budget=Budget(iterations=iterations),
                workers=workers,
                scheduler=scheduler,
                news=tell,
            )
        document = relocation_document(ready, result, real, when)
        pages = {name: relocation_page(document, ready.loaded.network, name) for name in LANGUAGES}
        write_report(target, "relocation", document, pages)
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


def write_report(target: Path, name: str, document: dict[str, Any], pages: dict[str, str]) -> None:
    """The document and its pages; each file is whole or not there."""
    pages_by_file = {f"{name}.{language}.html": text for language, text in pages.items()}
    write_files(target, {f"{name}.json": json_text(document)} | pages_by_file)


def write_files(target: Path, files: Mapping[str, str]) -> None:
    """Texts by their names below `target`; each file is whole or not there."""
    target.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        draft = target / f".{file}.part"
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(target / file)


def json_text(document: dict[str, Any]) -> str:
    """A document as its file has it."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def tell(job: str, done: int, total: int) -> None:
    """One line for each plan of a sweep that is done, beside the results."""
    Console(stderr=True).print(f"[{done}/{total}] {job[:100]}", markup=False, highlight=False)


def _stage(stage: str, share: float) -> None:
    Console(stderr=True).print(f"{100 * share:3.0f} % {stage}", markup=False, highlight=False)


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
