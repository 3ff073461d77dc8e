"""The command line as a whole: quick to speak, and it says what it is."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "fastapi", "geopandas", "matplotlib", "networkx", "numba", "openpyxl", "ortools", "osmium",
    "osmnx", "pandas", "pyogrio", "pyproj", "scipy", "shapely", "uvicorn",
)  # fmt: skip
"""Packages that take tenths of a second to load each."""
SAYS_WHAT_IT_LOADED = """
import sys
from api.commands.app import app
try:
    app(sys.argv[1:])
finally:
    print("LOADED", *sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, in this tree."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=env, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "words",
    [("--help",), ("plan", "--help"), ("whatif", "--help"), ("bench", "--help"), ("--version",)],
    ids=" ".join,
)
def test_help_loads_no_engine(words: tuple[str, ...]):
    done = run(SAYS_WHAT_IT_LOADED, *words)
    assert done.returncode == 0
    loaded = done.stderr.rpartition("LOADED")[2].split()
    assert "typer" in loaded
    assert not set(HEAVY) & set(loaded)


def test_it_says_its_version():
    done = run("from api.commands.door import main; main()", "--version")
    assert done.stdout.split() == ["huanwei", version("huanwei")]


def test_the_face_is_a_module_one_can_run():
    done = run("import runpy; runpy.run_module('api.facade', run_name='__main__')", "--version")
    assert done.stdout.split() == ["huanwei", version("huanwei")]
