"""docs/ledger.md cannot fall behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.district.words.headings import columns_of, required_columns
from scenarios.ledger.rows import MODELS

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("table", MODELS)
@pytest.mark.parametrize(
    ("page", "title"), [("ledger.md", "### {}\n"), ("zh/ledger.md", "（{}）\n")]
)
def test_every_column_is_described(table: str, page: str, title: str):
    text = (DOCS / page).read_text(encoding="utf-8").split(title.format(table))[1]
    rows = re.findall(r"^\| `(\w+)`( \*)?", text.split("\n### ")[0], re.MULTILINE)
    assert [name for name, _ in rows] == list(columns_of(table))
    assert {name for name, star in rows if star} == set(required_columns(table))
