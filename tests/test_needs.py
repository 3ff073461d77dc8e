"""The tables of docs/desk.md name a test for every yes, and each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "desk.md").read_text("utf-8")


def rows(title: str) -> list[list[str]]:
    """The rows of the table below a text."""
    table = PAGE[PAGE.index(title) :].split("\n\n")
    lines = next(part for part in table if part.startswith("|")).splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


NEEDS = rows("What a dispatcher must be able to do")
HABITS = rows("The ten habits of good desks")


def test_there_are_all_needs_and_habits():
    assert (len(NEEDS), len(HABITS)) == (17, 10)


@pytest.mark.parametrize("row", [*NEEDS, *HABITS], ids=lambda row: row[0][:30])
def test_every_yes_names_a_test_that_is_there(row: list[str]):
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row[-1])
    says_no = all(cell.startswith("no") for cell in row[1:-1])
    assert named or says_no, row
    for path, name in named:
        text = (ROOT / path).read_text("utf-8")
        assert "def test_" in text or name, path
        assert not name or f"def {name}(" in text, f"{path}::{name}"
