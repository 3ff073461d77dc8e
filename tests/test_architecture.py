"""The arrows between rooms, and habits that a reader should be able to rely on."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from pathlib import Path

import networkx as nx
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
MODULES = {
    ".".join(path.with_suffix("").parts): path for path in FILES if path.name != "__init__.py"
}
MOST_IN_A_ROOM = 20
MOST_AT_THE_TOP_OF_SOLVER = 5
HEARS_THE_JUDGE = (
    "solver/judge",
    "solver/document",
    "solver/day",
    "solver/location",
    "scenarios",
    "benchmarks",
)
"""Who may import the judge; nobody who plans."""


def imported(path: Path) -> set[str]:
    """Names a file imports, also inside functions and type-checking blocks."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= inner & MODULES.keys() or {node.module}
    return names


ARROWS = {
    (module, name)
    for module, path in MODULES.items()
    for name in imported(path)
    if name in MODULES and name != module
}


def room(module: str) -> str:
    """The folder a module lies in."""
    return module.rpartition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_rooms_import_only_inward(path: Path):
    rooms = {name.split(".")[0] for name in imported(path)} & ALLOWED.keys()
    strangers = rooms - ALLOWED[path.parts[0]] - {path.parts[0]}
    assert not strangers, f"{path} must not import {strangers}"


def circles(arrows: set[tuple[str, str]]) -> list[list[str]]:
    """Groups that import each other in a circle."""
    graph = nx.DiGraph(sorted(arrows))
    return [sorted(group) for group in nx.strongly_connected_components(graph) if len(group) > 1]


def test_no_room_imports_in_a_circle():
    found = circles({(room(a), room(b)) for a, b in ARROWS if room(a) != room(b)})
    assert not found


def test_no_file_imports_in_a_circle():
    assert not circles(ARROWS)


def test_no_room_is_a_heap():
    sizes = Counter(map(room, MODULES))
    assert max(sizes.values()) <= MOST_IN_A_ROOM, sizes.most_common(3)
    assert sizes["solver"] <= MOST_AT_THE_TOP_OF_SOLVER


@pytest.mark.parametrize("path", [p for p in FILES if p.parts[:2] == ("solver", "judge")], ids=str)
def test_the_judge_shares_no_code_with_the_players(path: Path):
    ours = {name for name in imported(path) if name.split(".")[0] in ALLOWED}
    assert all(name.startswith(("models", "solver.judge")) for name in ours), ours


def test_players_never_import_the_judge():
    hears = defaultdict(set)
    for module, name in ARROWS:
        if name.startswith("solver.judge."):
            hears[str(MODULES[module])].add(name)
    strangers = {
        path: names for path, names in hears.items() if not path.startswith(HEARS_THE_JUDGE)
    }
    assert not strangers


@pytest.mark.parametrize("path", FILES, ids=str)
def test_third_party_engines_stay_in_their_leaf(path: Path):
    homes = {
        "numba": (
            "solver/routing/base",
            "solver/routing/ruin",
            "solver/roads",
            "solver/haul",
            "solver/horizon/search",
        ),
        "ortools": (
            "solver/routing/ortools",
            "solver/routing/bound",
            "solver/stations",
            "solver/haul",
            "solver/shifts",
            "solver/location",
            "solver/horizon",
        ),
        "osmnx": ("solver/roads",),
        "networkx": ("solver/roads",),
        "osmium": ("solver/roads",),
        "sqlalchemy": ("scenarios/ledger", "scenarios/office"),
        "fastapi": ("api",),
        "pyvrp": ("benchmarks",),
    }
    for package in {name.split(".")[0] for name in imported(path)} & homes.keys():
        assert str(path).startswith(homes[package]), f"{package} must stay in {homes[package]}"


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in FILES
        if path.parts[:2] in {("solver", "trade"), ("solver", "judge")}
        and path.name != "__init__.py"
    ],
    ids=str,
)
def test_every_file_of_a_law_has_a_test_file_of_its_name(path: Path):
    assert (ROOT / "tests" / path.parts[1] / f"test_{path.name}").exists()


def test_the_page_of_the_architecture_names_every_room():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {room(name) for name in MODULES} - {"benchmarks"}
    told = [name for name in sorted(rooms) if f"{name.rpartition('.')[2]}/`" not in page]
    assert not told, "docs/architecture.md says nothing of these rooms"
