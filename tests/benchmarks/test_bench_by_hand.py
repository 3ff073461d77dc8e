"""Tables, comparisons and saved plans against numbers added up by hand, and odd files of runs."""

import json
import math
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from benchmarks.budget import Budget
from benchmarks.cli import app
from benchmarks.curves import draw
from benchmarks.instances import BestKnown, best_known
from benchmarks.record import append, read_records
from benchmarks.run import Job, run
from benchmarks.solutions import verify_solution
from benchmarks.tables import compare, instances_table, table
from models.errors import HuanweiError
from tests.benchmarks.runs import RECORD, job
from tests.instances.samples import CARP, MCARPTIF

ERROR = replace(
    RECORD, instance="gdb4", cost=None, best_known=None, gap=None, error="line 3: cut", wall_s=0.0
)
UNSERVED = replace(RECORD, instance="gdb5", cost=None, gap=None, unserved=2)


def cells(text, row):
    return [cell.strip() for cell in text.splitlines()[row].strip("|").split("|")]


def test_table_by_hand():
    """Gaps 1 %, 3 % and 0 (two seeds of gdb1); an error takes no part in the mean seconds."""
    runs = [
        replace(RECORD, cost=101.0, best_known=100.0, gap=0.01, wall_s=8.0, cpu_s=8.0),
        replace(
            RECORD,
            seed=2,
            cost=100.0,
            best_known=100.0,
            gap=0.0,
            solved=True,
            wall_s=4.0,
            cpu_s=3.0,
        ),
        replace(RECORD, instance="gdb2", cost=103.0, best_known=100.0, gap=0.03, wall_s=6.0),
        ERROR,
        UNSERVED,
    ]
    row = cells(table(runs), 2)
    assert row[:3] == ["gdb", "ruin", "10s"]
    assert row[3:8] == ["5 / 4", "1.33 %", "3.00 %", "1 of 3", "2"]
    assert row[8:10] == ["7.0", "2.8"]  # (8 + 4 + 6 + 10) / 4, (8 + 3) / 4


def test_table_of_errors_alone_and_of_nothing():
    assert cells(table([ERROR]), 2)[3:9] == ["1 / 1", "-", "-", "0 of 0", "1", "-"]
    assert len(table([]).splitlines()) == 2
    assert cells(instances_table([ERROR]), 2)[4] == "line 3: cut"


def test_budgets_and_workers_are_never_averaged_together():
    """320 in 10 s, 316 in 20 s, 310 and 312 with two workers: three pairs of columns."""
    runs = [
        RECORD,
        replace(RECORD, budget="20s", cost=316.0),
        replace(RECORD, workers=2, cost=310.0),
        replace(RECORD, workers=2, seed=2, cost=312.0),
    ]
    text = instances_table(runs)
    assert "| ruin 10s best |" in text
    assert "| ruin 10s x 2 workers mean |" in text
    row = cells(text, 2)
    assert (row[4], row[5]) == ("320", "320")
    assert (row[7], row[8], row[9]) == ("310", "311", "-1.58 %")  # (311 - 316) / 316
    assert (row[10], row[11]) == ("316", "316")


def test_compare_by_hand():
    """gdb1: seeds 1 and 2 on both sides, 320 and 330 before, 310 and 327 after: 325 to 318.5."""
    before = [
        RECORD,
        replace(RECORD, seed=2, cost=330.0),
        replace(RECORD, seed=3, cost=900.0),
        replace(RECORD, budget="20s", cost=500.0),
        replace(RECORD, instance="gdb2"),
        replace(RECORD, instance="gdb3", cost=None),
        replace(RECORD, instance="zero", cost=0.0),
    ]
    after = [
        replace(RECORD, cost=310.0),
        replace(RECORD, seed=2, cost=327.0),
        replace(RECORD, instance="gdb2", cost=300.0, violations=1),
        replace(RECORD, instance="gdb3", cost=4.0),
        replace(RECORD, instance="zero", cost=1.0),
    ]
    text = compare(before, after)
    assert "| gdb | gdb1 | ruin | 10s | 325 | 318.5 | -2.00 % |" in text
    assert "| gdb | zero | ruin | 10s | 0 | 1 | inf % |" in text
    assert "1 better, 1 worse" in text
    assert "no longer solved: gdb/gdb2/ruin/10s seed 1" in text
    assert "solved now: gdb/gdb3/ruin/10s seed 1" in text
    assert "only before: gdb/gdb1/ruin/10s seed 3, gdb/gdb1/ruin/20s seed 1" in text
    assert "only after" not in text
    assert len(compare([], []).splitlines()) == 2


def test_a_best_known_value_of_zero_has_no_gap_but_can_be_met():
    best = BestKnown(0.0, 0, proven=True, source="")
    assert best.gap(3.0) is None
    assert best.gap(0.0) == 0.0
    assert best.met_by(0.0)


def test_a_best_known_value_that_is_no_number_is_named(folder):
    table_file = folder / "best.csv"
    table_file.write_text("carp,mini,town2,about 20,no,\n")
    with pytest.raises(HuanweiError, match=r"town2 is 'about 20', no number"):
        best_known(folder / "carp/mini/town2.dat", "carp", table_file)


def test_a_last_line_cut_off_while_written_is_made_again(tmp_path):
    path = tmp_path / "runs.jsonl"
    append(path, RECORD)
    append(path, replace(RECORD, seed=2))
    path.write_text(path.read_text()[:-40])
    assert read_records(path) == [RECORD]
    append(path, replace(RECORD, seed=3))
    assert [record.seed for record in read_records(path)] == [1, 3]


def test_a_run_that_stands_twice_counts_once(tmp_path):
    path = tmp_path / "runs.jsonl"
    append(path, RECORD)
    append(path, replace(RECORD, cost=316.0))
    assert [record.cost for record in read_records(path)] == [316.0]


def test_curves_need_a_run_and_the_name_of_a_picture(tmp_path):
    with pytest.raises(HuanweiError, match="no run with a trace"):
        draw([ERROR], tmp_path / "x.png")
    with pytest.raises(HuanweiError, match=r"pictures end in \.png"):
        draw([RECORD], tmp_path / "x.doc")


def test_a_broken_file_is_one_clear_row_and_the_others_are_run(folder):
    broken = CARP.replace("coste 3", "coste x")
    (folder / "carp/mini/town3.dat").write_text(broken)
    out = folder / "runs.jsonl"
    words = ["run", str(folder), "--engine", "ortools", "--iterations", "5", "--out", str(out)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    number = next(k for k, line in enumerate(broken.splitlines(), 1) if "coste x" in line)
    told = [line for line in result.output.splitlines() if "town3" in line]
    assert len(told) == 1
    assert f"mini/town3 ortools: InstanceError: line {number}: a number was expected" in told[0]
    assert [record.cost for record in read_records(out)] == [14, None, 14]
    (folder / "carp/mini/town3.dat").write_text(CARP)
    mended = CliRunner().invoke(app, words)
    assert mended.exit_code == 0
    assert [line.split(" (")[0] for line in mended.output.splitlines()] == [
        "mini/town3 ortools seed 1: 14"
    ]
    assert len(read_records(out)) == 3


@pytest.fixture
def saved(folder):
    """A saved plan with a facility: its file, its instance's file."""
    instance = folder / "carp/mini/dump.dat"
    instance.write_text(MCARPTIF)
    (folder / "best_known.csv").write_text("mcarptif,mini,dump,90,no,by hand\n")
    record = run(job(folder, path=instance, solutions=folder / "new"))
    assert record.cost == 48
    return folder / "new" / "mini-dump.json", instance


def test_a_saved_plan_can_be_added_up_without_us(saved):
    """5 + 6 served, a dump of 30 at -3, 7 home: every visit says from where to where it goes."""
    plan = json.loads(saved[0].read_text())
    (route,) = plan["routes"]
    assert [visit["id"] for visit in route["visits"]][-1] == "site -3"
    places = [(visit["from"], visit["to"]) for visit in route["visits"]]
    assert places[-1] == ("-3", "-3")
    assert all(isinstance(end, str) for pair in places for end in pair)
    assert verify_solution(saved[0], [saved[1]])[1:] == (48, [])


def left_out(plan):
    return plan | {"routes": [], "unserved": {"0": "no_time", "1": "no_time"}, "cost": 0.0}


def reordered(plan):
    (route,) = plan["routes"]
    return plan | {"routes": [route | {"visits": route["visits"][::-1]}]}


def undumped(plan):
    (route,) = plan["routes"]
    return plan | {"routes": [route | {"visits": route["visits"][:-1]}], "cost": 18.0}


def twice(plan):
    return plan | {"routes": plan["routes"] * 2, "cost": 96.0}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda plan: plan | {"cost": 47.0}, ""),
        (left_out, "REQUIRED_UNSERVED"),
        (reordered, "NOT_EMPTY"),
        (undumped, "NOT_EMPTY"),
        (twice, "SERVED_TWICE"),
    ],
)
def test_a_changed_plan_is_found_out(saved, change, code):
    file, instance = saved
    file.write_text(json.dumps(change(json.loads(file.read_text()))))
    claimed, found, violations = verify_solution(file, [instance])
    assert claimed != found or violations
    assert code in {"", *(violation.code for violation in violations)}
    result = CliRunner().invoke(app, ["verify", str(file), "--instances", str(instance.parent)])
    assert (result.exit_code, "WRONG" in result.output) == (1, True)


@pytest.mark.parametrize("field", ["task", "mode"])
@pytest.mark.parametrize("value", [-1, 99, "0", None, 1.0, True])
def test_an_index_that_is_none_is_an_error_not_a_crash(saved, field, value):
    file, instance = saved
    plan = json.loads(file.read_text())
    plan["routes"][0]["visits"][0][field] = value
    file.write_text(json.dumps(plan))
    with pytest.raises(HuanweiError):
        verify_solution(file, [instance])


def test_an_id_that_is_another_tasks_is_found_out(saved):
    file, instance = saved
    plan = json.loads(file.read_text())
    plan["routes"][0]["visits"][0]["id"] = "another street"
    file.write_text(json.dumps(plan))
    with pytest.raises(HuanweiError, match="do not agree"):
        verify_solution(file, [instance])


def test_gaps_stay_finite_in_a_run_whose_best_known_is_zero(folder):
    best = folder / "best.csv"
    best.write_text("carp,mini,town2,0,no,by hand\n")
    path = folder / "carp/mini/town2.dat"
    record = run(Job(path=path, engine="ortools", seed=1, budget=Budget("5it"), best=best))
    assert (record.cost, record.gap, record.solved) == (14, None, False)
    assert not any(math.isnan(float(word)) for word in [record.cost, record.wall_s])
