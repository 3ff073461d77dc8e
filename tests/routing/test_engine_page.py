"""docs/engine.md maps every array, row and register of the search."""

import re
from pathlib import Path

import pytest

from solver.routing.base import clock
from solver.routing.base.arrays import Tables
from solver.routing.ruin import state

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "engine.md").read_text(encoding="utf-8")
SOURCE = Path(state.__file__).read_text(encoding="utf-8")
ROWS = re.search(r"^POOL_IDS.*?NUM_INT_LISTS", SOURCE, re.MULTILINE | re.DOTALL)
COUNTERS = re.search(r"^ABSENT, .*?NUM_COUNTERS", SOURCE, re.MULTILINE | re.DOTALL)


def named(found: re.Match[str] | None) -> list[str]:
    assert found is not None
    code = re.sub(r'""".*?"""', "", found[0], flags=re.DOTALL)
    return [name for name in re.findall(r"\b[A-Z][A-Z_]+\b", code) if not name.startswith("NUM_")]


@pytest.mark.parametrize("name", [*Tables._fields, *state.State._fields])
def test_every_array_is_on_the_map(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", [*named(ROWS), *named(COUNTERS)])
def test_every_row_and_register_is_on_the_map(name):
    assert f"`{name}`" in PAGE
    assert hasattr(state, name)


def test_the_map_names_no_register_that_is_gone():
    section = PAGE.split("## Registers")[1].split("\n## ")[0]
    listed = set(re.findall(r"`([A-Z][A-Z_]+)`", section))
    assert listed == set(named(COUNTERS))


@pytest.mark.parametrize("code", [*clock.Pause.__members__, *clock.MealTime.__members__])
def test_codes_of_the_clock_are_all_used(code):
    """A code nobody answers with or asks for would be a story, not a law."""
    source = Path(clock.__file__).read_text(encoding="utf-8")
    assert len(re.findall(rf"\b(?:Pause|MealTime)\.{code}\b", source)) >= 1
