"""Documentation cannot fall behind: every code and reason stands on its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.solution import Reason

ROOT = Path(__file__).resolve().parent.parent
JUDGES = sorted(path.name for path in (ROOT / "solver" / "judge").glob("*.py"))


def codes_of(path: str) -> set[str]:
    """Violation codes a judge can utter, read from its source."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return set(re.findall(r'"([A-Z][A-Z_]{2,})"', text)) - {"TYPE_CHECKING"}


@pytest.mark.parametrize("judge", JUDGES)
def test_every_violation_code_is_documented(judge: str):
    page = (ROOT / "docs" / "violations.md").read_text(encoding="utf-8")
    missing = {code for code in codes_of(f"solver/judge/{judge}") if f"`{code}`" not in page}
    assert not missing


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_documented(reason: Reason):
    page = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
    assert f"`{reason.value}`" in page


def test_every_page_is_in_the_menu_of_the_site():
    docs = ROOT / "docs"
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    menu = set(
        re.findall(r"^ +- (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    )
    assert menu == pages
