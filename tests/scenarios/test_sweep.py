"""Sweeps: nothing done is lost, nothing is done twice, one door for processes and Dask."""

import pytest

from models.errors import HuanweiError
from scenarios.desk.sweep import read_journal, run_sweep
from tests.scenarios.towns import always_dies, double, double_or_die


def test_results_come_in_the_order_of_the_jobs_and_are_kept(tmp_path):
    journal = tmp_path / "results.jsonl"
    found = run_sweep(double, {"b": 2, "a": 1}, journal, workers=2)
    assert list(found.items()) == [("b", {"value": 4}), ("a", {"value": 2})]
    assert read_journal(journal) == found
    again = run_sweep(always_dies, {"b": 2, "a": 1}, journal, workers=1)
    assert again == found  # nobody worked


def test_a_killed_worker_loses_nothing(tmp_path):
    marker = tmp_path / "died"
    jobs = {str(k): (k, str(marker)) for k in range(6)}
    found = run_sweep(double_or_die, jobs, tmp_path / "r.jsonl", workers=2)
    assert marker.exists()
    assert found == {str(k): {"value": 2 * k} for k in range(6)}


def test_a_job_that_always_kills_its_worker_is_given_up(tmp_path):
    with pytest.raises(HuanweiError, match="died 3 times"):
        run_sweep(always_dies, {"x": 1}, tmp_path / "r.jsonl", workers=1)


def test_a_line_cut_off_by_a_crash_is_done_again(tmp_path):
    journal = tmp_path / "r.jsonl"
    journal.write_text('{"job": "a", "result": {"value": 2}}\n{"job": "b", "res', "utf-8")
    assert read_journal(journal) == {"a": {"value": 2}}
    run_sweep(double, {"a": 1, "b": 2}, journal, workers=1)
    assert read_journal(journal) == {"a": {"value": 2}, "b": {"value": 4}}


def test_nobody_answers_at_the_scheduler(tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(HuanweiError, match="no scheduler answers"):
        run_sweep(double, {"a": 1}, tmp_path / "r.jsonl", scheduler="nonsense://1")


@pytest.mark.filterwarnings("ignore")
def test_a_real_cluster_whose_worker_is_killed_loses_nothing(tmp_path):
    distributed = pytest.importorskip("distributed")
    marker = tmp_path / "died"
    jobs = {str(k): (k, str(marker)) for k in range(6)}
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        found = run_sweep(
            double_or_die, jobs, tmp_path / "r.jsonl", scheduler=cluster.scheduler_address
        )
    assert marker.exists()
    assert found == {str(k): {"value": 2 * k} for k in range(6)}
