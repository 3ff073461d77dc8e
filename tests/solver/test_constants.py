"""Every number of the solver has a sentence of its own: what it does, its unit, its source."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "solver").rglob("*.py"))
LIMITS = ROOT / "models" / "units.py"

SOURCE = re.compile(
    r"\((?:chosen|memory|by|as in|after|same|the same|measured|domain brief)\b"
    r"|`benchmarks/|\([^()]*\b(?:19|20)\d\d\)"
)
"""Tells where a number is from: a choice, memory, a definition, a measurement, a paper."""

UNITS = {"_S": r"\[s\b|\bsecond", "_M": r"\[m\b|\bmetre", "_KM": "kilomet|km", "_KG": "kg|kilogram"}
"""What a text says where a name ends so."""


class Told(NamedTuple):
    names: tuple[str, ...]
    text: str
    indexes: bool
    """Columns or codes counted from some number on: one text for all of them."""


def numeric(value: ast.expr) -> bool:
    """A number, or a tuple or sum of some: nothing else."""
    wholly = (ast.Constant, ast.Tuple, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
    parts = list(ast.walk(value))
    numbers = [
        part.value
        for part in parts
        if isinstance(part, ast.Constant)
        and isinstance(part.value, int | float)
        and not isinstance(part.value, bool)
    ]
    named = (ast.Name, ast.Attribute, ast.expr_context)
    return bool(numbers) and all(
        isinstance(part, (*wholly, *named))
        and (not isinstance(part, ast.Constant) or part.value in numbers)
        for part in parts
    )


def indexes(value: ast.expr) -> bool:
    """`range(...)`, or whole numbers from 0 on in their order."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id == "range"
    return isinstance(value, ast.Tuple) and [
        part.value for part in value.elts if isinstance(part, ast.Constant)
    ] == list(range(len(value.elts)))


def constants(source: str) -> list[Told]:
    """Upper-case names given numbers, each with the text that follows it."""
    body = ast.parse(source).body
    found = []
    for one, after in pairwise([*body, None]):
        if not isinstance(one, ast.Assign | ast.AnnAssign) or one.value is None:
            continue
        targets = one.targets if isinstance(one, ast.Assign) else [one.target]
        names = tuple(n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
        counted = indexes(one.value)
        if not all(name.isupper() for name in names) or not (counted or numeric(one.value)):
            continue
        text = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            text = str(after.value.value)
        found.append(Told(names, " ".join(text.split()), counted))
    return found


def faults(told: list[Told]) -> list[str]:
    """What is missing, one line a constant."""
    wrong = []
    for one in told:
        if one.indexes and len(one.names) > 1:
            continue  # the text may follow the last line of a table of columns
        name = ", ".join(one.names)
        if len(one.names) > 1:
            wrong.append(f"{name}: one sentence, one constant")
        if not one.text.endswith((".", "]")) or len(one.text.split()) <= 5:
            wrong.append(f"{name}: no sentence")
        elif not SOURCE.search(one.text):
            wrong.append(f"{name}: no source in {one.text!r}")
        wrong += [
            f"{name}: no unit in {one.text!r}"
            for ending, unit in UNITS.items()
            if name.endswith(ending) and not re.search(unit, one.text)
        ]
    texts = [one.text for one in told if one.text]
    return wrong + [f"told twice: {text}" for text in {t for t in texts if texts.count(t) > 1}]


@pytest.mark.parametrize(
    "path", [*FILES, LIMITS], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_every_number_has_its_own_sentence_unit_and_source(path: Path):
    assert faults(constants(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("LEAST, MOST = 64, 2**36\n'''The penalty lies between these two bounds (chosen).'''",
         "LEAST, MOST: one sentence, one constant"),
        ("DENSE_LIMIT = 6_000\n", "DENSE_LIMIT: no sentence"),
        ("LOST_S = 300\n'''A site that lost tasks waits so long (chosen).'''", "LOST_S: no unit"),
        ("DRAWN = -(3 + 1)\n'''So many routes are drawn at random each time.'''",
         "DRAWN: no source"),
    ],
)  # fmt: skip
def test_a_number_told_badly_is_found(source: str, fault: str):
    assert [line for line in faults(constants(source)) if line.startswith(fault)]


@pytest.mark.parametrize(
    "source",
    ["NAMES = ('a', 'b')\n", "WIDE = frozenset({1})\n", "DRIVE, WAIT = range(2)\n", "Ints = 3\n"],
)
def test_what_is_no_single_number_needs_no_source(source: str):
    assert faults(constants(source)) == []


def test_limits_have_one_home():
    """No other file of the product gives these names or these powers of two a value of its own."""
    named = {name for one in constants(LIMITS.read_text(encoding="utf-8")) for name in one.names}
    rooms = ("solver", "models", "scenarios", "api")
    paths = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    again = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in paths
        if path != LIMITS
        for one in constants(path.read_text(encoding="utf-8"))
        for name in one.names
        if name in named
    ]
    bare = [
        str(path.relative_to(ROOT))
        for path in paths
        if path != LIMITS and re.search(r"\b2 ?\*\* ?6[0-2]\b", path.read_text(encoding="utf-8"))
    ]
    assert again + bare == []
