import json
import os
import subprocess
import sys
from pathlib import Path


def test_an_iteration_ends_early_exactly_where_its_plan_would_cost_too_much():
    """In a process without the compiler: compiled inner loops cannot be called one by one."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.routing.early_ends"],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        text=True,
    )
    compared, left_out = json.loads(done.stdout)
    assert compared > 100
    assert 10 < left_out < compared - 10
