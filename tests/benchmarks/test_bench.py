"""The bench runner: best known values, runs that continue, tables, pictures, saved plans."""

import json
import multiprocessing
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from api.commands.app import main
from benchmarks.budget import Budget, cpu_seconds
from benchmarks.cli import app
from benchmarks.curves import draw, mean_gaps
from benchmarks.instances import BestKnown, best_known, instance_files
from benchmarks.record import append, read_records
from benchmarks.run import run, run_all, run_apart
from benchmarks.solutions import verify_solution
from benchmarks.suite import suite_lines, write_page
from benchmarks.tables import compare, instances_table, table
from models.errors import HuanweiError, InstanceError
from tests.benchmarks.runs import RECORD, job
from tests.instances.samples import CARP_TURNS, KIM


def test_files_come_in_natural_order_and_solutions_are_no_instances(folder):
    assert [path.name for path in instance_files([folder])] == ["town2.dat", "town10.dat"]


def test_best_known_follows_family_and_set_and_the_nearest_table(folder):
    best = best_known(folder / "carp/mini/town2.dat", "carp")
    assert (best.value, best.proven, best.source) == (20, False, "by hand")
    assert best_known(folder / "carp/mini/town10.dat", "carp") is None


def test_a_value_that_is_whole_by_chance_has_the_decimals_of_its_set(folder, tmp_path):
    table = tmp_path / "best_known.csv"
    rows = ["carp,mini,town2,20,no,x", "carp,mini,town10,33.5,no,x", "carp,big,town2,9.125,no,x"]
    table.write_text("\n".join(rows))
    best = best_known(folder / "carp/mini/town2.dat", "carp", table)
    assert (best.value, best.decimals) == (20, 1)
    assert not best.met_by(20.3)
    assert best.gap(20.3) == pytest.approx(0.015)


def test_equal_to_the_decimals_published_is_no_gap_and_no_record():
    best = BestKnown(473.53, 2, proven=False, source="")
    assert best.gap(473.533) == 0
    assert best.met_by(473.533)
    assert not best.beaten_by(473.526)
    assert best.beaten_by(473.51)


def test_a_run_is_judged_and_a_new_best_plan_is_kept_and_checkable(folder):
    record = run(job(folder, solutions=folder / "new"))
    assert (record.cost, record.best_known, record.violations) == (14, 20, 0)
    assert record.gap == pytest.approx(-0.3)
    assert record.bound == 14
    plan = folder / "new" / "mini-town2.json"
    claimed, found, violations = verify_solution(plan, [folder / "carp/mini/town2.dat"])
    assert (claimed, found, violations) == (14, 14, [])


def test_an_instance_without_best_known_gets_no_gap(folder):
    record = run(job(folder, name="town10"))
    assert (record.cost, record.best_known, record.gap) == (14, None, None)


def test_runs_continue_where_a_file_ends(folder):
    out = folder / "runs.jsonl"
    assert len(run_all([job(folder)], out)) == 1
    assert run_all([job(folder)], out) == []
    assert len(run_all([job(folder), job(folder, seed=2)], out)) == 1
    assert [record.seed for record in read_records(out)] == [1, 2]


@pytest.mark.parametrize("engine", ["ruin", "ortools", "pyvrp"])
@pytest.mark.parametrize("budget", ["60s", "60cpu", "100000000it"])
def test_a_run_ends_at_a_proved_optimum_whatever_the_budget(folder, engine, budget):
    best = folder / "best.csv"
    best.write_text("carp,mini,town2,14,yes,by hand\n")
    record = run(job(folder, engine=engine, budget=Budget(budget), best=best))
    assert (record.cost, record.solved, record.stopped_at_target) == (14, True, True)
    assert record.time_to_best_s < 30
    assert record.wall_s < 30


def test_workers_end_at_the_target_too(folder):
    best = folder / "best.csv"
    best.write_text("carp,mini,town2,14,yes,by hand\n")
    record = run(job(folder, engine="ruin", budget=Budget("60s"), workers=2, best=best))
    assert (record.cost, record.stopped_at_target) == (14, True)
    assert record.wall_s < 30


def test_an_unproved_value_ends_a_run_only_where_the_job_says_so(folder):
    plain = run(job(folder))
    assert (plain.solved, plain.stopped_at_target, plain.iterations >= 10) == (True, False, True)
    hasty = job(folder, stop_at_best=True, budget=Budget("100000000it"))
    record = run(hasty)
    assert (record.stopped_at_target, record.stop_at_best) == (True, True)
    assert record.key == hasty.key != plain.key


def test_cpu_seconds_of_workers_count_while_they_work():
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    begin = cpu_seconds()
    worker = context.Process(target=burn, args=(there, 0.5))
    worker.start()
    here.recv()
    assert cpu_seconds() - begin >= 0.5
    here.send("enough")
    worker.join()
    assert cpu_seconds() - begin >= 0.5


def burn(pipe, seconds):
    """Use CPU time, say so, and wait."""
    while time.process_time() < seconds:
        pass
    pipe.send("burnt")
    pipe.recv()


def _begin_a_run(folder, pipe):
    long = job(folder, budget=Budget("600s"))
    threading.Thread(target=run_apart, args=(long,), daemon=True).start()
    while not (children := multiprocessing.active_children()):
        time.sleep(0.05)
    pipe.send(children[0].pid)
    time.sleep(600)


def _is_running(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_killed_bench_leaves_no_run_behind(folder):
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    bench = context.Process(target=_begin_a_run, args=(folder, there))
    bench.start()
    pid = here.recv()
    bench.kill()
    bench.join()
    end = time.monotonic() + 60
    while _is_running(pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert not _is_running(pid)


def test_a_file_that_is_no_instance_becomes_a_record_with_its_error(folder):
    (folder / "carp/mini/town3.dat").write_text("nothing\n")
    (record,) = run_all([job(folder, name="town3")], folder / "runs.jsonl")
    assert "line 1: not a known instance format" in record.error
    assert record.cost is None


def test_a_law_the_engine_lacks_is_said_not_broken(folder):
    (folder / "carp/mini/kim.txt").write_text(KIM)
    path = folder / "carp/mini/kim.txt"
    record = run(job(folder, path=path, engine="pyvrp"))
    assert record.error.startswith("lacks: meals; facilities that reset only some loads")


def test_a_plan_that_leaves_required_tasks_out_has_no_cost(folder):
    (folder / "carp/mini/turns.dat").write_text(
        CARP_TURNS.replace("MAX_DURATION\t1000", "MAX_DURATION\t1")
    )
    record = run(job(folder, name="turns"))
    assert (record.cost, record.violations, record.unserved) == (None, 0, 2)


def test_records_survive_their_file_and_broken_lines_are_named(tmp_path):
    path = tmp_path / "runs.jsonl"
    append(path, RECORD)
    assert read_records(path) == [RECORD]
    path.write_text(path.read_text() + '{"instance": 3}\n')
    with pytest.raises(InstanceError, match="line 2"):
        read_records(path)


def test_table_counts_gaps_solved_and_unsolved():
    solved = replace(RECORD, instance="gdb2", cost=339.0, best_known=339.0, gap=0.0, solved=True)
    broken = replace(RECORD, instance="gdb3", cost=300.0, gap=-0.1, violations=2)
    rows = table([RECORD, solved, broken]).splitlines()
    assert rows[2].startswith(
        "| gdb | ruin | 10s | 3 / 3 | 0.63 % | 1.27 % | 1 of 3 | 1 | 3.3 |".replace("3.3", "10.0")
    )
    assert "| gdb | gdb1 | 22 | 316 | 320 | 320 | 1.27 % |" in instances_table([RECORD, solved])


def test_table_says_how_many_runs_ended_early_and_keeps_other_budgets_apart():
    early = replace(RECORD, stopped_at_target=True, wall_s=1.0)
    hasty = replace(early, stop_at_best=True)
    text = table([RECORD, early, hasty])
    assert "| ruin | 10s | 2 / 1 |" in text
    assert "| ruin | 10s, to the best known | 1 / 1 |" in text
    assert "2 of 3 runs ended before their budget" in text
    assert "ended before" not in table([RECORD])


def test_compare_lists_the_worst_change_first_and_what_is_missing():
    other = replace(RECORD, instance="gdb2", cost=100.0)
    after = [replace(RECORD, cost=316.0), replace(other, cost=110.0)]
    text = compare([RECORD, other, replace(RECORD, instance="gdb9")], after)
    assert text.index("gdb2") < text.index("gdb1")
    assert "1 better, 1 worse" in text
    assert "only before: gdb/gdb9/ruin/10s seed 1" in text


def test_curves_wait_for_the_last_run_and_never_rise(tmp_path):
    late = replace(RECORD, seed=2, trace=((1.0, 316.0),))
    gaps = mean_gaps([RECORD, late], np.array([0.6, 1.5, 3.0]))
    assert [round(gap, 2) for gap in gaps[1:]] == [2.22, 0.63]
    assert gaps[0] != gaps[0]  # not a number yet
    draw([RECORD, late], tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 1_000


@pytest.mark.parametrize("text", ["10", "0s", "-1s", "5min", "x"])
def test_a_budget_says_how_it_is_written(text):
    with pytest.raises(HuanweiError, match="write 10s"):
        Budget(text)


def test_the_command_runs_tabulates_and_verifies(folder):
    runner, out = CliRunner(), folder / "runs.jsonl"
    (folder / "carp/mini/town10.dat").unlink()
    words = [str(folder), "--engine", "ortools,pyvrp", "--iterations", "10", "--out", str(out)]
    result = runner.invoke(app, words)
    assert result.exit_code == 0, result.output
    assert "mini/town2 ortools seed 1: 14 gap -30.00 %" in result.output
    result = runner.invoke(app, ["table", str(out)])
    assert "| mini | pyvrp | 10it | 1 / 1 | -30.00 % |" in result.output
    plan = folder / "solutions" / "mini-town2.json"
    result = runner.invoke(app, ["verify", str(plan), "--instances", str(folder)])
    assert (result.exit_code, "right" in result.output) == (0, True)
    content = json.loads(plan.read_text())
    plan.write_text(json.dumps(content | {"cost": 13.0}))
    result = runner.invoke(app, ["verify", str(plan), "--instances", str(folder)])
    assert (result.exit_code, "WRONG" in result.output) == (1, True)


def test_a_saved_plan_for_another_file_is_refused(folder):
    run(job(folder, solutions=folder / "new"))
    plan = folder / "new" / "mini-town2.json"
    town2 = folder / "carp/mini/town2.dat"
    right = town2.read_bytes()
    town2.write_bytes(right + b"\n")
    with pytest.raises(HuanweiError, match="another file"):
        verify_solution(plan, [town2])
    with pytest.raises(HuanweiError, match="its instance town2 is not there"):
        verify_solution(plan, [folder / "carp/mini/town10.dat"])
    town2.write_bytes(right)
    plan.write_text("[]")
    with pytest.raises(HuanweiError, match="no saved plan"):
        verify_solution(plan, [town2])


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["nowhere"], "no such file"),
        (["--engine", "magic"], "unknown engine"),
        (["--seeds", "one"], "whole numbers"),
        (["--time", "1", "--cpu", "1"], "give one of"),
    ],
)
def test_wrong_words_end_with_2_and_say_what_to_do(folder, words, hint, monkeypatch, capsys):
    out = ["--out", str(folder / "runs.jsonl")]
    paths = [] if words == ["nowhere"] else [str(folder)]
    monkeypatch.setattr("sys.argv", ["huanwei", "bench", *paths, *words, *out])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    errors = capsys.readouterr().err
    assert hint in errors
    assert "Traceback" not in errors


def test_the_suite_reads_existing_folders_and_the_page_says_what_is_not_run(tmp_path, shared):
    lines = suite_lines()
    assert len({line.name for line in lines}) == len(lines)
    for line in lines:
        assert all((shared / "instances" / path).exists() for path in line.instances), line.name
    results = tmp_path / "results"
    append(results / "small.jsonl", RECORD)
    write_page(results, tmp_path / "docs" / "benchmarks.md")
    page = (tmp_path / "docs" / "benchmarks.md").read_text()
    assert "| gdb | ruin | 10s | 1 / 1 | 1.27 %" in page
    assert page.count("Not run yet.") == len(lines) - 1
    assert (tmp_path / "docs/benchmarks/small.png").exists()
    assert "| gdb | gdb1 |" in (tmp_path / "tables/small.md").read_text()
