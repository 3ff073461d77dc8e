"""How a run of the command line ends: with the best plan when asked to, and never by an orphan."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.commands.plan import interruptible
from models.day import News, PartProgress, Progress
from models.plan import Plan
from solver.routing.search.engine import warm_up
from tests.district.folders import write_good
from tests.solver.test_workers import is_running

ROOT = Path(__file__).resolve().parents[2]
LEFT_S = 2.0
PATIENCE_S = 120


@pytest.fixture(scope="module")
def compiled():
    """Whoever runs alone waits for the compilation here and not in a plan."""
    warm_up()


@pytest.fixture
def district(tmp_path, compiled):
    return write_good(tmp_path / "d")


def begin(district, *more, code="from api.commands.app import main; main()"):
    """A plan of the day under way."""
    words = ["plan", str(district), "--date", "2026-03-18", "--time", "60", "--lang", "en", *more]
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], cwd=ROOT, stderr=subprocess.PIPE,
        stdout=subprocess.PIPE, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def children(pid):
    """Process ids below `pid`, the oldest first."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found += [int(stat.parent.name), *children(int(stat.parent.name))]
    return found


def wait_for_workers(run, count):
    until = time.monotonic() + PATIENCE_S
    while len(found := children(run.pid)) < count:
        assert run.poll() is None, run.stderr.read().decode()
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(0.5)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_plan_that_is_asked_to_end_is_written_with_its_best(district, name):
    with begin(district, "--workers", "2") as run:
        wait_for_workers(run, 2)
        os.killpg(run.pid, getattr(signal, name))  # as a terminal or a service manager does
        _, err = run.communicate(timeout=PATIENCE_S)
    assert (run.returncode, b"Traceback" in err) == (0, False), err.decode()
    plan = Plan.model_validate_json((district / "plans/2026-03-18/plan.json").read_bytes())
    assert plan.routes
    assert not plan.violations


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_killed_plan_leaves_nobody_and_writes_nothing(district):
    with begin(district, "--workers", "2") as run:
        workers = wait_for_workers(run, 2)
        run.kill()
    until = time.monotonic() + LEFT_S
    while any(map(is_running, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not list(filter(is_running, workers))
    assert not (district / "plans/2026-03-18").exists()


@pytest.mark.parametrize("wait_s", [0.15, 0.4, 0.8, 1.5, 3.0])
def test_ctrl_c_at_any_moment_ends_with_a_plan_or_one_line(district, wait_s):
    with begin(
        district, "--workers", "1", code="from api.commands.door import main; main()"
    ) as run:
        time.sleep(wait_s)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=PATIENCE_S)
    assert b"Traceback" not in err, err.decode()
    written = (district / "plans/2026-03-18/plan.json").exists()
    assert run.returncode == 0 if written else run.returncode in {2, 130, -signal.SIGINT}
    assert written or not (district / "plans").exists()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_nothing_runs_on_before_a_search_has_begun(name):
    """Reading and compiling may take minutes: the wish to stop ends them at once, and is kept."""
    number = getattr(signal, name)
    before = signal.signal(number, signal.SIG_DFL)  # under `nohup` the test's own is ignored
    try:
        told = _told_until_stopped(number)
    finally:
        signal.signal(number, before)
    assert len(told) == 3


def _told_until_stopped(number):
    told: list[News] = []
    with interruptible() as halt:
        tell = halt.hearing(told.append)
        tell(News("tasks"))
        tell(News("search", search=PartProgress(0, Progress(phase="compile", used=0, seconds=9))))
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    with interruptible() as halt:
        tell = halt.hearing(told.append)
        tell(News("search", search=PartProgress(0, Progress(phase="build", used=0, seconds=9))))
        os.kill(os.getpid(), number)
        assert halt.is_set()
    return told


@pytest.mark.parametrize(
    ("encoding", "language"), [("gbk", "en"), ("cp1252", "zh"), ("ascii", "zh")]
)
def test_a_terminal_that_lacks_signs_gets_others(district, encoding, language):
    done = subprocess.run(
        [sys.executable, "-c", "from api.commands.door import main; main()", "check", str(district),
         "--lang", language],
        cwd=ROOT, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(("where", "code"), [(".", 0), ("nowhere", 2)])
def test_a_reader_who_leaves_changes_no_exit_code(district, where, code, unbuffered):
    """As `huanwei check DIR | head -c 1` does: the pipe is shut before the report is written."""
    read, write = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", "from api.commands.door import main; main()", "check",
         str(district / where)],
        cwd=ROOT, stdout=write, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
    ) as run:  # fmt: skip
        os.close(write)
        os.close(read)
        _, err = run.communicate(timeout=PATIENCE_S)
    assert (run.returncode, err) == (code, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(("language", "said"), [("zh", "磁盘已满"), ("en", "No space left")])
def test_a_full_disk_under_the_output_is_one_line(district, language, said):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from api.commands.door import main; main()", "check",
             str(district), "--lang", language],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert (done.returncode, done.stderr.decode().count("\n")) == (2, 1)
    assert said in done.stderr.decode()
