"""Orders: one after the other, none lost, none worse than what was there, and none by an orphan."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from api.serve.jobs import BEHIND, Jobs, NameTakenError, QueueFullError
from scenarios.ledger.store import FILE, open_ledger
from scenarios.office.orders import JobState, Orders
from tests.api import light_runners
from tests.solver.test_workers import is_running

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30
LEFT_S = 2.0


@pytest.fixture
def data(tmp_path):
    (tmp_path / "d" / "plans").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def serve(data):
    running = []
    with open_ledger(data) as ledger:

        def begin(runner=light_runners.make_a_folder, at_once=1):
            running.append(Jobs(data, runner, Orders(ledger), at_once))
            return running[-1]

        yield begin
        for jobs in running:
            jobs.close()


def order(jobs, name="p", *, fixed=False, **settings):
    settings = {"seed": 1, "iterations": 2, **settings}
    return jobs.submit(settings, folder=jobs.root / "d", name=name, fixed=fixed).id


def wait(jobs, number, *states):
    until = time.monotonic() + PATIENCE_S
    while (job := jobs.orders.get(number)).state not in states:
        assert time.monotonic() < until, job
        time.sleep(0.02)
    return job


def searching(jobs, number):
    until = time.monotonic() + PATIENCE_S
    while (jobs.orders.get(number).progress or {}).get("stage") != "search":
        assert time.monotonic() < until
        time.sleep(0.02)


def test_two_orders_of_one_name_both_survive(serve, data):
    jobs = serve()
    first, second = order(jobs), order(jobs)
    assert wait(jobs, first, JobState.FINISHED).plan == "d~plans~p"
    assert wait(jobs, second, JobState.FINISHED).plan == "d~plans~p-2"
    assert {path.name for path in (data / "d/plans").iterdir()} == {"p", "p-2"}


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="no priorities here")
def test_a_search_stands_behind_whoever_reads(serve):
    jobs = serve()
    number = order(jobs, iterations=None)
    searching(jobs, number)
    pid = jobs.orders.get(number).progress["pid"]
    behind = os.getpriority(os.PRIO_PROCESS, pid) - os.getpriority(os.PRIO_PROCESS, 0)
    assert behind >= min(BEHIND, 19 - os.getpriority(os.PRIO_PROCESS, 0))
    jobs.orders.ask_to_stop(number)
    wait(jobs, number, JobState.FINISHED)


def test_a_name_that_was_asked_for_and_is_taken_is_refused(serve, data):
    jobs = serve()
    first = order(jobs, iterations=None)
    with pytest.raises(NameTakenError):  # it is being made
        order(jobs, fixed=True)
    searching(jobs, first)
    jobs.orders.ask_to_stop(first)
    wait(jobs, first, JobState.FINISHED)
    with pytest.raises(NameTakenError):  # it is there
        order(jobs, fixed=True)


def test_a_waiting_order_that_is_stopped_is_cancelled_and_writes_nothing(serve, data):
    jobs = serve()
    first, second = order(jobs, iterations=None), order(jobs, "q")
    searching(jobs, first)
    jobs.orders.ask_to_stop(second)
    assert jobs.orders.get(second).state == JobState.CANCELLED
    jobs.orders.ask_to_stop(first)
    wait(jobs, first, JobState.FINISHED)
    jobs.orders.ask_to_stop(first)  # too late, and no matter
    assert jobs.orders.get(first).state == JobState.FINISHED
    assert {path.name for path in (data / "d/plans").iterdir()} == {"p"}


def test_an_order_stopped_before_its_search_is_cancelled_and_writes_nothing(serve, data):
    jobs = serve()
    number = order(jobs, seed=7)
    until = time.monotonic() + PATIENCE_S
    while jobs.orders.get(number).progress is None:
        assert time.monotonic() < until
        time.sleep(0.02)
    jobs.orders.ask_to_stop(number)
    assert wait(jobs, number, JobState.CANCELLED).errors == []
    assert not list((data / "d/plans").iterdir())


def test_a_plan_that_appears_meanwhile_stays(serve, data):
    jobs = serve()
    number = order(jobs, iterations=None)
    searching(jobs, number)
    (data / "d/plans/p").mkdir()
    (data / "d/plans/p/plan.json").write_text("somebody's")
    jobs.orders.ask_to_stop(number)
    assert wait(jobs, number, JobState.FINISHED).plan == "d~plans~p-2"
    assert (data / "d/plans/p/plan.json").read_text() == "somebody's"


def test_only_so_many_orders_wait(serve, monkeypatch):
    monkeypatch.setattr("scenarios.office.orders.MOST_WAITING", 2)
    jobs = serve()
    first = order(jobs, seed=7)
    wait(jobs, first, JobState.RUNNING)
    order(jobs)
    order(jobs)
    with pytest.raises(QueueFullError):
        order(jobs)


def test_a_server_that_closes_keeps_the_best_plan_and_the_orders_that_wait(serve):
    jobs = serve()
    first, second = order(jobs, iterations=None), order(jobs, "q")
    searching(jobs, first)
    jobs.close()
    again = serve()
    assert again.orders.get(first).state == JobState.FINISHED
    wait(again, second, JobState.FINISHED)


def test_two_servers_of_one_folder_make_each_plan_once(serve, data):
    one, other = serve(), serve()
    numbers = [order(jobs, str(k), iterations=1) for k, jobs in enumerate([one, other, one, other])]
    for number in numbers:
        wait(one, number, JobState.FINISHED)
    with sqlite3.connect(data / FILE) as base:
        spans = base.execute("select began, ended from plan_orders order by began").fetchall()
        named = "select count(*) from plan_orders where server is not null"
        servers = base.execute(named).fetchone()
    base.close()
    assert servers == (4,)
    assert all(ended <= began for (_, ended), (began, _) in pairwise(spans))
    assert {path.name for path in (data / "d/plans").iterdir()} == {"0", "1", "2", "3"}


def test_several_orders_are_made_at_once_where_that_was_asked_for(serve, data):
    jobs = serve(at_once=2)
    first, second, third = (order(jobs, name, iterations=None) for name in "abc")
    searching(jobs, first)
    searching(jobs, second)
    assert jobs.orders.get(third).state == JobState.QUEUED
    for number in (first, second):
        jobs.orders.ask_to_stop(number)
    searching(jobs, third)
    jobs.close()
    assert {path.name for path in (data / "d/plans").iterdir()} == {"a", "b", "c"}


def test_a_stop_at_one_server_reaches_the_job_of_another(serve):
    one, other = serve(), serve()
    number = order(one, iterations=None)
    searching(one, number)
    other.orders.ask_to_stop(number)
    assert wait(other, number, JobState.FINISHED)


SERVE = """
import signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it (nohup)
sys.path.insert(0, {root!r})
from pathlib import Path
from api.serve.jobs import Jobs
from scenarios.ledger.store import open_ledger
from scenarios.office.orders import Orders
from tests.api import light_runners
from tests.api.test_jobs import order, searching

if __name__ == "__main__":
    with open_ledger(Path({data!r})) as ledger:
        jobs = Jobs(Path({data!r}), light_runners.make_a_folder, Orders(ledger))
        number = order(jobs, iterations=None)
        searching(jobs, number)
        order(jobs, "waits")
        print(jobs.orders.get(number).progress["pid"], flush=True)
        time.sleep(60)
"""


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGHUP"])
def test_a_killed_server_leaves_no_orphan_and_the_next_one_says_so(serve, data, tmp_path, name):
    script = tmp_path / "server.py"
    script.write_text(SERVE.format(root=str(ROOT), data=str(data)))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as run:
        job = int(run.stdout.readline())
        run.send_signal(getattr(signal, name))
        run.wait(timeout=30)
    until = time.monotonic() + LEFT_S
    while is_running(job) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_running(job)
    jobs = serve()
    left, waits = reversed(jobs.orders.latest())
    assert left.state == JobState.INTERRUPTED
    assert left.errors[0]["code"] == "interrupted"
    wait(jobs, waits.id, JobState.FINISHED)
    assert {path.name for path in (data / "d/plans").iterdir()} == {"waits"}


def test_orders_of_long_ago_go(serve, monkeypatch):
    monkeypatch.setattr("scenarios.office.orders.KEPT", 2)
    jobs = serve(light_runners.stumble)
    for _ in range(4):
        wait(jobs, order(jobs), JobState.FAILED)
    assert [job.id for job in jobs.orders.latest()] == [4, 3]
    assert jobs.orders.events(1, 0) == []
