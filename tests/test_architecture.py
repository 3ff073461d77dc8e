"""The arrows between rooms, and habits that a reader should be able to rely on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ALLOWED: dict[str, set[str]] = {
    "models": set(),
    "solver": {"models"},
    "scenarios": {"models", "solver"},
    "benchmarks": {"models", "solver", "scenarios"},
    "api": {"models", "solver", "scenarios"},
}
FILES = [path.relative_to(ROOT) for room in ALLOWED for path in sorted((ROOT / room).rglob("*.py"))]
JUDGES = sorted(path.relative_to(ROOT) for path in (ROOT / "solver").glob("check*.py"))


def imported(path: Path) -> set[str]:
    """Top-level names a file imports, also inside functions and type-checking blocks."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", FILES, ids=str)
def test_rooms_import_only_inward(path: Path):
    rooms = {name.split(".")[0] for name in imported(path)} & ALLOWED.keys()
    strangers = rooms - ALLOWED[path.parts[0]] - {path.parts[0]}
    assert not strangers, f"{path} must not import {strangers}"


@pytest.mark.parametrize("path", JUDGES, ids=str)
def test_the_judge_shares_no_code_with_the_players(path: Path):
    ours = {name for name in imported(path) if name.split(".")[0] in ALLOWED}
    assert all(name.startswith(("models", "solver.check")) for name in ours), ours


@pytest.mark.parametrize("path", FILES, ids=str)
def test_third_party_engines_stay_in_their_leaf(path: Path):
    homes = {
        "numba": ("solver/routing", "solver/roads", "solver/stations"),
        "ortools": ("solver/routing", "solver/stations", "solver/shifts", "solver/location"),
        "osmnx": ("solver/roads",),
        "osmium": ("solver/roads",),
        "fastapi": ("api",),
        "pyvrp": ("benchmarks",),
    }
    for package in {name.split(".")[0] for name in imported(path)} & homes.keys():
        assert str(path).startswith(homes[package]), f"{package} must stay in {homes[package]}"
