"""Instances of several days through the runner: judged, kept when better, checkable by anyone."""

import json

import pytest

from benchmarks.budget import Budget
from benchmarks.instances import instance_files
from benchmarks.run import Job, run
from benchmarks.solutions import verify_solution
from models.errors import HuanweiError
from tests.instances.weeks_samples import PVRPIF


@pytest.fixture
def folder(tmp_path):
    """The smallest week with tips, its best known value one minute too high."""
    (tmp_path / "weeks").mkdir()
    (tmp_path / "weeks/little.geojson").write_text(PVRPIF)
    (tmp_path / "best_known.csv").write_text(
        "family,set,instance,best_known,proven_optimal,source\npvrpif,weeks,little,19,no,told\n"
    )
    return tmp_path


def made(folder, **other):
    path = folder / "weeks/little.geojson"
    job = Job(path=path, engine="ruin", seed=1, budget=Budget("200it"), solutions=folder / "plans")
    return run(Job(**{**{name: getattr(job, name) for name in job.__slots__}, **other}))


def test_a_week_is_judged_and_a_new_best_plan_is_kept_and_checkable(folder):
    record = made(folder)
    assert (record.family, record.cost, record.violations, record.solved) == ("pvrpif", 18, 0, True)
    saved = folder / "plans/weeks-little.json"
    assert verify_solution(saved, instance_files([folder / "weeks"])) == (18, 18, [])


def test_a_week_ends_at_the_best_known_value_where_the_job_says_so(folder):
    record = made(folder, budget=Budget("100000000it"), stop_at_best=True)
    assert (record.stopped_at_target, record.solved, record.violations) == (True, True, 0)


def test_an_engine_of_one_day_is_said_to_lack_several(folder):
    assert made(folder, engine="ortools").lacking


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda told: told["days"][0].clear(), "UNSERVED_NO_REASON"),
        (lambda told: told["days"][0].append(told["days"][0][0]), "SERVED_TWICE"),
        (lambda told: told["days"].reverse(), "OFF_DAY"),
        (lambda told: told["days"][0][0]["visits"].pop(), "NOT_EMPTY"),
    ],
)
def test_a_changed_week_is_found_out(folder, change, code):
    made(folder)
    saved = folder / "plans/weeks-little.json"
    told = json.loads(saved.read_text())
    first = next(k for k, day in enumerate(told["days"]) if day)
    if first:  # the same plan a day later: begin with the day that has work
        told["days"] = told["days"][first:] + told["days"][:first]
        told["patterns"] = [sorted((d - first) % 4 for d in own) for own in told["patterns"]]
    change(told)
    saved.write_text(json.dumps(told))
    _, _, violations = verify_solution(saved, instance_files([folder / "weeks"]))
    assert code in {violation.code for violation in violations}


def test_days_no_pattern_names_are_no_plan(folder):
    made(folder)
    saved = folder / "plans/weeks-little.json"
    told = json.loads(saved.read_text())
    told["patterns"][0] = [0, 1]
    saved.write_text(json.dumps(told))
    with pytest.raises(HuanweiError, match="no saved plan"):
        verify_solution(saved, instance_files([folder / "weeks"]))
