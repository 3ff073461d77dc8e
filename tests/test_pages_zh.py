"""The Chinese pages bureaus read stand beside the English ones: same headings, same codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(path.name for path in (DOCS / "zh").glob("*.md"))
LEAST_CHINESE = 0.15
"""Share of Chinese signs that a page in Chinese has at least, codes and tables included."""


def text(page: str, folder: str = "") -> str:
    return (DOCS / folder / page).read_text(encoding="utf-8")


def levels(page: str) -> list[int]:
    """Depths of the headings in order, without what stands in blocks of code."""
    prose = re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]


def keys(page: str) -> list[str]:
    """Codes that begin a row of a table, in order."""
    cells = re.findall(r"^\| ([^|]*`[^|]*) \|", page, re.MULTILINE)
    return [" ".join(re.findall(r"`([^`]+)`", cell)) for cell in cells]


def test_bureaus_have_their_pages():
    wanted = {"district_folder.md", "rule_profile.md", "errors.md", "stations.md", "shifts.md"}
    assert wanted <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_headings_of_the_english_one(page: str):
    assert levels(text(page, "zh")) == levels(text(page))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_codes_of_the_english_one(page: str):
    ours, theirs = keys(text(page, "zh")), keys(text(page))
    known = [key.replace("[tables.NAME]", "[tables.表名]") for key in theirs]
    assert ours == known


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_in_chinese(page: str):
    signs = re.sub(r"\s", "", text(page, "zh"))
    assert len(re.findall(r"[\u4e00-\u9fff]", signs)) > LEAST_CHINESE * len(signs)


def test_the_errors_say_what_the_program_says():
    theirs = [line for line in text("errors.md").splitlines() if re.match(r"\| `[EW]\d", line)]
    page = text("errors.md", "zh")
    for line in theirs:
        code, _, _, meaning, way_out = (cell.strip() for cell in line.strip("|").split(" | "))
        assert f"| {code} | {meaning} | {way_out} |" in page, "add this row to docs/zh/errors.md"
