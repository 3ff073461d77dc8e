"""`huanwei bench`: run engines on public instances, tabulate, compare, draw, verify."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer.core import TyperGroup

from benchmarks.budget import Budget
from benchmarks.instances import instance_files
from benchmarks.record import Record, read_records
from benchmarks.tables import compare, instances_table, table
from models.errors import HuanweiError
from solver.routing.door import ENGINES


class RunByDefault(TyperGroup):
    """`bench PATH...` means `bench run PATH...`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put `run` in front of what is no command."""
        if args and args[0] not in self.commands and args[0] not in {"--help", "-h"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=RunByDefault,
    no_args_is_help=True,
    help="公开算例评测 · Measure engines on public instances",
)
AsJson = Annotated[bool, typer.Option("--json", help="print JSON · 输出 JSON")]
StopAtBest = Annotated[
    bool,
    typer.Option(
        "--stop-at-best",
        help="end a run at the best known value, proved or not; at a proved optimum runs "
        "always end · 达到已知最优值即停止（已证明最优时总会停止）",
    ),
]
console = Console(soft_wrap=True, highlight=False, markup=False)


@app.command(
    name="run",
    help="Run engines on instances; runs already in OUT are skipped · 运行评测，已有结果跳过",
)
def run_command(  # noqa: PLR0917 (options)
    paths: Annotated[list[Path], typer.Argument(help="instance files or folders · 算例文件或目录")],
    out: Annotated[Path, typer.Option(help="results, appended · 结果文件（追加）")],
    engine: Annotated[
        list[str] | None,
        typer.Option(help=f"{', '.join(ENGINES)}, pyvrp; repeat or comma · 求解器"),
    ] = None,
    time: Annotated[float | None, typer.Option(help="wall seconds per run · 每次墙钟秒数")] = None,
    cpu: Annotated[float | None, typer.Option(help="CPU seconds per run · 每次 CPU 秒数")] = None,
    iterations: Annotated[int | None, typer.Option(help="iterations per run · 迭代次数")] = None,
    seeds: Annotated[str, typer.Option(help="1,2,3 · 随机种子")] = "1",
    workers: Annotated[int, typer.Option(help="processes per run · 每次运行的进程数")] = 1,
    jobs: Annotated[int, typer.Option(help="runs side by side · 并行运行数")] = 1,
    stop_at_best: StopAtBest = False,
    best: Annotated[
        Path | None, typer.Option(help="best_known.csv instead of the nearest · 指定已知最优值表")
    ] = None,
    solutions: Annotated[
        Path | None, typer.Option(help="folder for new best plans · 新最优解目录")
    ] = None,
) -> None:
    """Run engines on instances; a file of runs is continued, not begun again.

    Exit code 1 when a file could not be read or a run crashed; the others are made all the same.
    """
    from benchmarks.peers import get_any_engine  # noqa: PLC0415  (engines take a second to load)
    from benchmarks.run import Job, run_all  # noqa: PLC0415

    budget = _budget(time, cpu, iterations)
    engines = [name for given in engine or ["ruin"] for name in given.split(",")]
    for name in engines:
        get_any_engine(name)
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise HuanweiError(f"no such file or folder: {', '.join(map(str, missing))}")
    if best is not None and not best.is_file():
        raise HuanweiError(f"no such file: {best}")
    files = list(instance_files(paths))
    if not files:
        raise HuanweiError("no instance files in " + ", ".join(map(str, paths)))
    planned = [
        Job(
            path=path,
            engine=name,
            seed=seed,
            budget=budget,
            workers=workers,
            stop_at_best=stop_at_best,
            best=best,
            solutions=solutions or out.parent / "solutions",
        )
        for path, name, seed in product(files, engines, _seeds(seeds))
    ]
    made = run_all(planned, out, parallel=jobs, report=_tell)
    if any(record.error and not record.lacking for record in made):
        raise typer.Exit(1)


def _budget(time: float | None, cpu: float | None, iterations: int | None) -> Budget:
    given = [
        Budget(f"{amount:g}{unit}" if unit != "it" else f"{int(amount)}it")
        for amount, unit in ((time, "s"), (cpu, "cpu"), (iterations, "it"))
        if amount is not None
    ]
    if len(given) > 1:
        raise HuanweiError("give one of --time, --cpu, --iterations")
    return given[0] if given else Budget("10s")


def _seeds(text: str) -> list[int]:
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise HuanweiError(f"--seeds {text!r}: write whole numbers, as in 1,2,3") from None


def _tell(record: Record) -> None:
    if record.error:
        console.print(f"{record.set}/{record.instance} {record.engine}: {record.error}")
        return
    cost = "unsolved" if record.cost is None else f"{record.cost:.10g}"
    gap = "" if record.gap is None else f" gap {100 * record.gap:.2f} %"
    laws = f" VIOLATIONS {record.violations}" if record.violations else ""
    early = ", stopped at the target" if record.stopped_at_target else ""
    console.print(
        f"{record.set}/{record.instance} {record.engine} seed {record.seed}: {cost}{gap}{laws} "
        f"({record.wall_s} s, {record.cpu_s} CPU-s, {record.iterations} iterations, "
        f"{record.iterations_per_s:.0f}/s{early})"
    )


@app.command(
    name="networks",
    help="Plan networks in two echelons, judged and bounded · 规划两级收运网络，裁判并给出下界",
)
def networks_command(  # noqa: PLR0917 (options)
    folder: Annotated[Path, typer.Argument(help="folder of networks · 网络目录")],
    out: Annotated[Path, typer.Option(help="results, appended · 结果文件（追加）")],
    cpu: Annotated[float | None, typer.Option(help="CPU seconds per run · 每次 CPU 秒数")] = None,
    iterations: Annotated[int | None, typer.Option(help="iterations per run · 迭代次数")] = None,
    seed: Annotated[int, typer.Option(help="seed · 随机种子")] = 1,
    only: Annotated[str, typer.Option(help="part of the names · 名称片段")] = "",
) -> None:
    """Plan networks in two echelons; a file of runs is continued, not begun again."""
    from benchmarks.networks import run_networks  # noqa: PLC0415  (engines load slowly)

    budget = _budget(None, cpu, iterations)
    run_networks(_existing(folder), out, budget=budget, seed=seed, only=only, report=_tell)


@app.command(name="table", help="Markdown table of runs · 输出 Markdown 表")
def table_command(
    results: Annotated[list[Path], typer.Argument(help="files of runs · 结果文件")],
    each: Annotated[bool, typer.Option("--each", help="one row per instance · 逐个算例")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a table of runs, or the runs as JSON."""
    records = [record for path in results for record in read_records(_existing(path))]
    if as_json:
        _answer("bench table", runs=[asdict(record) for record in records])
        return
    console.print(instances_table(records) if each else table(records))


@app.command(name="compare", help="What changed between two files of runs · 比较两份结果")
def compare_command(
    before: Annotated[Path, typer.Argument(help="older runs · 旧结果")],
    after: Annotated[Path, typer.Argument(help="newer runs · 新结果")],
) -> None:
    """Print what changed between two files of runs."""
    console.print(compare(read_records(_existing(before)), read_records(_existing(after))))


@app.command(name="curves", help="Draw gap over time · 绘制差距随时间变化的曲线")
def curves_command(
    results: Annotated[list[Path], typer.Argument(help="files of runs · 结果文件")],
    out: Annotated[Path, typer.Option(help="picture, .png or .svg · 图片")],
) -> None:
    """Draw gap over time."""
    from benchmarks.curves import draw  # noqa: PLC0415

    draw([record for path in results for record in read_records(_existing(path))], out)


@app.command(name="verify", help="Cost and judge saved plans again · 重新计算并检查保存的方案")
def verify_command(
    plans: Annotated[list[Path], typer.Argument(help="saved plans · 保存的方案")],
    instances: Annotated[Path, typer.Option(help="instance file or folder · 算例文件或目录")],
    as_json: AsJson = False,
) -> None:
    """Cost and judge saved plans again; exit code 1 when one is wrong."""
    from benchmarks.solutions import verify_solution  # noqa: PLC0415

    files = list(instance_files([_existing(instances)]))
    told = []
    for plan in plans:
        claimed, found, violations = verify_solution(_existing(plan), files)
        right = claimed == found and not violations
        told.append({"plan": plan.name, "claimed": claimed, "found": found, "right": right})
        if as_json:
            continue
        laws = "; ".join(f"{each.code} {each.where} {each.excess}" for each in violations)
        verdict = "right" if right else "WRONG"
        console.print(f"{plan.name}: claimed {claimed:.10g}, found {found:.10g}, {verdict} {laws}")
    if as_json:
        _answer("bench verify", plans=told)
    if not all(one["right"] for one in told):
        raise typer.Exit(1)


@app.command(name="suite", help="Run what the published tables show · 运行发布表格的全部评测")
def suite_command(
    instances: Annotated[Path, typer.Argument(help="folder of public instances · 算例目录")],
    out: Annotated[Path, typer.Option(help="folder of results · 结果目录")],
    only: Annotated[
        list[str] | None, typer.Option(help="lines of the suite; default all · 仅运行这些行")
    ] = None,
) -> None:
    """Run the suite; what its result files hold already is skipped."""
    from benchmarks.suite import suite_lines  # noqa: PLC0415

    lines = suite_lines()
    unknown = set(only or ()) - {line.name for line in lines}
    if unknown:
        names = ", ".join(line.name for line in lines)
        raise HuanweiError(f"no line {', '.join(sorted(unknown))} in the suite; there are {names}")
    for line in lines:
        if not only or line.name in only:
            console.print(f"== {line.title}: {line.aim}")
            app(line.command(str(_existing(instances)), str(out)), standalone_mode=False)


@app.command(name="page", help="Write docs/benchmarks.md from results · 由结果生成文档页")
def page_command(
    results: Annotated[Path, typer.Option(help="folder of results · 结果目录")],
    page: Annotated[Path, typer.Option(help="the page · 文档页")] = Path("docs/benchmarks.md"),
) -> None:
    """Write the page of published tables, the tables of instances and the curves."""
    from benchmarks.suite import write_page  # noqa: PLC0415

    write_page(_existing(results), page)


def _answer(command: str, **facts: object) -> None:
    """One JSON document, as all commands print it (docs/command_line.md)."""
    document = {"huanwei": 1, "command": command, **facts}
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))


def _existing(path: Path) -> Path:
    if not path.exists():
        raise HuanweiError(f"no such file or folder: {path}")
    return path
