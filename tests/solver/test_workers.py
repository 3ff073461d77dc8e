"""The harness of all worker processes: answers, errors and death are told, no orphans."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models.errors import InputErrors, InstanceError, Issue
from solver.workers import Crew, Start, WorkerDied

ISSUE = Issue(code="E1", file="a.csv", message_en="no", message_zh="不")
LEFT_S = 2.0
"""Nobody may be left so long after the end of the parent."""


def double(line, number):
    line.end.send(2 * number)


def obey(line):
    """Answer orders until there are none."""
    while True:
        line.end.send(line.end.recv() + 1)


def wait_for_halt(line):
    while not line.halt.is_set():
        time.sleep(0.01)
    line.end.send("stopped")


def stumble(line, error):
    raise error


def die(line):
    os.kill(os.getpid(), signal.SIGKILL)


def say_who(line):
    line.end.send(os.getpid())
    time.sleep(60)


def flood(line):
    """Send more than a pipe holds to somebody who does not listen."""
    line.end.send(bytes(10_000_000))


def crew_in_a_crew(line):
    with Crew(double, [(4,)]) as crew:
        line.end.send(crew.workers[0].hear())


@pytest.mark.parametrize("start", Start)
def test_each_worker_has_arguments_and_a_pipe_of_its_own(start):
    with Crew(double, [(1,), (2,)], start) as crew:
        assert [worker.hear() for worker in crew.workers] == [2, 4]


def test_workers_take_orders_and_the_ready_ones_are_told():
    with Crew(obey, [(), ()]) as crew:
        first, second = crew.workers
        second.send(5)
        assert crew.ready(10) == [second]
        assert second.hear() == 6
        assert crew.ready(0) == []
        assert crew.ready(0, [first]) == []


@pytest.mark.parametrize("start", Start)
def test_a_wish_to_stop_reaches_every_worker(start):
    with Crew(wait_for_halt, [(), ()], start) as crew:
        crew.halt.set()
        assert [worker.hear() for worker in crew.workers] == ["stopped"] * 2


@pytest.mark.parametrize(
    "error", [InputErrors([ISSUE]), InstanceError("odd", line=3), ZeroDivisionError("by zero")]
)
def test_what_a_worker_raises_is_raised_where_it_is_heard(error):
    with Crew(stumble, [(error,)]) as crew, pytest.raises(type(error), match=str(error)) as caught:
        crew.workers[0].hear()
    assert getattr(caught.value, "issues", None) == getattr(error, "issues", None)


class Homeless(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def test_an_error_that_cannot_travel_is_told_in_words():
    told = (RuntimeError, Homeless)  # with Dask loaded every error can travel
    with Crew(stumble, [(Homeless("a", "b"),)]) as crew, pytest.raises(told, match="a b"):
        crew.workers[0].hear()


@pytest.mark.parametrize("start", Start)
def test_death_is_told_with_its_signal(start):
    with Crew(die, [()], start) as crew:
        assert crew.ready(10) == crew.workers
        with pytest.raises(WorkerDied, match=r"code -9.*--workers 1") as caught:
            crew.workers[0].hear()
    assert caught.value.code == -signal.SIGKILL


def test_a_dead_worker_is_replaced_by_one_like_it():
    with Crew(obey, [()]) as crew:
        os.kill(crew.workers[0].process.pid, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            crew.workers[0].hear()
        crew.replace(crew.workers[0])
        crew.workers[0].send(1)
        assert crew.workers[0].hear() == 2


@pytest.mark.parametrize("work", [say_who, flood, obey])
def test_a_crew_that_is_let_go_is_gone_at_once(work):
    begin = time.monotonic()
    with Crew(work, [(), ()]) as crew:
        processes = [worker.process for worker in crew.workers]
        time.sleep(0.2)
    assert time.monotonic() - begin < LEFT_S
    assert not any(process.is_alive() for process in processes)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_workers_leave_the_signals_of_a_group_to_their_parent(name):
    with Crew(obey, [()]) as crew:
        (worker,) = crew.workers
        worker.send(1)
        worker.hear()  # from now on it has its own rules
        os.kill(worker.process.pid, getattr(signal, name))
        worker.send(2)
        assert worker.hear() == 3


def test_a_crew_may_have_crews():
    with Crew(crew_in_a_crew, [()]) as crew:
        assert crew.workers[0].hear() == 8


DAEMON = """
import multiprocessing, sys
sys.path.insert(0, {root!r})
from tests.solver.test_workers import crew_in_a_crew, obey, stumble, wait_for_halt
from solver.workers import Crew, Line

def inside(end):
    with Crew(crew_in_a_crew, [()]) as crew:
        end.send(crew.workers[0].hear())
    with Crew(obey, [()]) as crew:
        crew.workers[0].send(1)
        end.send(crew.workers[0].hear())
    with Crew(wait_for_halt, [()]) as crew:
        crew.halt.set()
        end.send(crew.workers[0].hear())
    with Crew(stumble, [(ZeroDivisionError("x"),)]) as crew:
        try:
            crew.workers[0].hear()
        except ZeroDivisionError:
            end.send("raised")

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=inside, args=(there,), daemon=True)
    process.start()
    print([here.recv() for _ in range(4)])
"""


def test_where_processes_may_have_no_children_workers_are_threads(tmp_path):
    """As in the workers of a Dask cluster, which are daemons."""
    script = tmp_path / "daemon.py"
    script.write_text(DAEMON.format(root=str(Path(__file__).parents[2])))
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[8, 2, 'stopped', 'raised']"


PARENT = """
import signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it (nohup)
sys.path.insert(0, {root!r})
from solver import workers
from tests.solver.test_workers import parent_of_two
workers.PR_SET_PDEATHSIG = {prctl}

if __name__ == "__main__":
    parent_of_two(workers.Start({start!r}))
"""


def say_and_spin(line, number):
    """Tell two process ids, one of a child of this one, and work on for a minute."""
    with Crew(say_who, [()]) as crew:
        line.end.send((os.getpid(), crew.workers[0].hear()))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            pass


def parent_of_two(start):
    with Crew(say_and_spin, [(0,), (1,)], start) as crew:
        pids = [pid for worker in crew.workers for pid in worker.hear()]
        sys.stdout.write(" ".join(map(str, pids)) + "\n")
        sys.stdout.flush()
        time.sleep(60)


@pytest.mark.parametrize(
    ("start", "name", "prctl"),
    [
        (Start.FORK, "SIGKILL", 1),
        (Start.SPAWN, "SIGKILL", 1),
        (Start.FORK, "SIGTERM", 1),
        (Start.FORK, "SIGHUP", 1),
        (Start.FORK, "SIGKILL", 9999),  # no such request: as where there is no Linux
    ],
)
def test_no_orphans(tmp_path, start, name, prctl):
    script = tmp_path / "parent.py"
    root = str(Path(__file__).parents[2])
    script.write_text(PARENT.format(root=root, start=start.value, prctl=prctl))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as run:
        pids = [int(word) for word in run.stdout.readline().split()]
        assert len(pids) == 4
        run.send_signal(getattr(signal, name))
        run.wait(timeout=30)
    until = time.monotonic() + LEFT_S
    while any(map(is_running, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    left = [pid for pid in pids if is_running(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


def is_running(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


class SlowToLoad:
    """Takes a moment to be read by the worker, as large modules do."""

    def __reduce__(self):
        return time.sleep, (1.0,)


def answer(line, loaded):
    line.end.send("here")


def test_ctrl_c_does_not_meet_a_worker_that_is_loading(capfd):
    with Crew(answer, [(SlowToLoad(),)], Start.SPAWN) as crew:
        time.sleep(0.6)
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            os.kill(crew.workers[0].process.pid, getattr(signal, name))
        assert crew.workers[0].hear() == "here"
    assert "Traceback" not in capfd.readouterr().err
