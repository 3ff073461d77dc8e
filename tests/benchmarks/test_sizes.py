"""The table of sizes: phases read from a log, exponents that an exact power law has."""

import pytest

from benchmarks.sizes.growth import exponent, moments, phases, table

LOG = """
2026-11-30 15:25:40,666 INFO solver.stop: start-up: done after 7.3 s, 10.6 CPU-s of this process
  12.0 s  Search · Sweeping
2026-11-30 15:26:16,537 INFO solver.stop: search of round 1: done after 35.9 s, 13.6 CPU-s of this process
2026-11-30 15:26:20,518 INFO solver.stop: queues of round 1: done after 39.9 s, 16.6 CPU-s of this process
2026-11-30 15:26:39,072 INFO solver.stop: search of round 2: done after 58.4 s, 18.6 CPU-s of this process
2026-11-30 15:28:05,182 INFO solver.stop: verdict: done after 144.5 s, 20.0 CPU-s of this process
"""  # noqa: E501


def test_rounds_are_one_phase_and_files_are_what_comes_after_the_verdict():
    spent = phases(LOG, cpu_s=25.0)
    assert spent["start-up"] == 10.6
    assert spent["search"] == 5.0  # 3 of the first round, 2 of the second
    assert spent["queues and rescues"] == 3.0
    assert spent["verdict"] == pytest.approx(1.4)
    assert spent["files"] == 5.0
    assert moments(LOG)["verdict"] == 144.5


@pytest.mark.parametrize("power", [0.5, 1.0, 2.3])
def test_a_power_law_has_its_exponent(power):
    sizes = [1_000, 3_000, 30_000]
    assert exponent(sizes, [1e-3 * n**power for n in sizes]) == power


def test_what_takes_no_time_has_no_exponent():
    assert exponent([1_000, 30_000], [0.01, 0.02]) is None
    assert exponent([1_000, 1_000], [1.0, 1.1]) is None


def test_the_table_has_a_row_a_size_and_a_row_a_phase():
    runs = [
        {
            "name": f"--scale {scale}", "arcs": 6_000 * scale, "tasks": 3_600 * scale,
            "served": 3_600 * scale - 1, "left": {"unreachable": 1}, "violations": 0,
            "asked_s": 120.0, "wall_s": 130.0, "start_s": 3.0, "peak_mb": 1_024.0,
            "phases": {"start-up": 3.0 * scale, "files": 2.0 * scale**2},
        }
        for scale in (10, 1)
    ]  # fmt: skip
    lines = "".join(table(runs)).splitlines()
    assert lines[2].startswith(
        "| --scale 1 | 6,000 | 3,600, 3,599 | 120 | 130 | 3.0 | 1.0 | 1 `unr"
    )
    assert "| start-up | 3.0 | 30.0 | 1.00 |" in lines
    assert "| files | 2.0 | 200.0 | 2.00 |" in lines
