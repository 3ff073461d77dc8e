"""The example notebook of the documentation runs as it stands, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "example.ipynb"
EXECUTE = """
import sys
import nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], 4)
NotebookClient(book, timeout=500, resources={"metadata": {"path": "."}}).execute()
nbformat.write(book, "executed.ipynb")
"""


def outputs(path: Path) -> list[str]:
    """What each cell of code shows."""
    cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in cells), "a cell shows nothing; execute the notebook"
    # The first cell may also tell that the engine is being compiled.
    shown = [next(one for one in cell.outputs if "data" in one) for cell in cells]
    return [str(one["data"]["text/plain"]) for one in shown]


def test_the_notebook_plans_a_day_and_shows_what_the_page_shows(tmp_path: Path):
    # The kernel takes the rooms of this tree, and its face as it will be installed.
    shutil.copytree(ROOT / "api" / "facade", tmp_path / "huanwei")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (tmp_path, ROOT)))}
    command = [sys.executable, "-c", EXECUTE, str(PAGE)]
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=580, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    plan, figures, route, roads = outputs(tmp_path / "executed.ipynb")
    shown = outputs(PAGE)
    assert plan.startswith("'青塘区 2026-05-12: ")
    assert plan.endswith(" violations'")
    assert shown[0].endswith(" routes, 0 violations'")
    assert "'cost_cny'" in figures
    assert "('start'," in route
    assert roads == shown[3] == "(240, 240, 240)"
