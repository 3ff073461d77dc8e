"""What if: a small TOML file of dated edits over a district, checked like any input.

name = "五塘角站迁至北郊"
[[edits]]
do = "move"
site = "S01"
lon = 120.01
lat = 31.77
open_from = 2026-09-01
close_on = 2026-12-01
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from models.edits import KINDS, AnyEdit, Scenario
from models.errors import InputErrors, Issue, expected
from models.toml_text import TomlError, read_toml
from scenarios.district.words import cells
from solver.edits.issues import Spot, issue, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyEdit)


def _windows(told: Any) -> Any:
    """Opening hours of one text, or of one for each window, as documents tell them."""
    texts = isinstance(told, list) and told and all(isinstance(one, str) for one in told)
    return cells.windows(";".join(told) if texts else told)


class _Row(BaseModel):
    """A row of the file with its hours read as the tables' are."""

    model_config = ConfigDict(extra="allow")

    hours: Annotated[tuple[tuple[int, int], ...], BeforeValidator(_windows)]


def read_scenario(path: Path) -> Scenario:
    """The scenario in a TOML file; raises `InputErrors` with everything that is wrong with it."""
    try:
        table = read_toml(path)
    except TomlError as error:
        raise InputErrors([unreadable(path.name, str(error))]) from None
    issues = [
        issue("E702", Spot(path.name, 0, key), "", "name, edits")
        for key in sorted(set(table) - {"name", "edits"})
    ]
    rows = table.get("edits")
    if not isinstance(rows, list) or not rows:
        issues.append(
            issue("E703", Spot(path.name, 0, "edits"), "", '[[edits]] do = "close" site = "S01"')
        )
        rows = []
    edits = _edits(rows, path.name, issues)
    if issues:
        raise InputErrors(issues)
    return Scenario(name=str(table.get("name", path.stem)), edits=edits, file=path.name)


def scenario_told(name: str, rows: Sequence[Any], file: str) -> Scenario:
    """A scenario as the document `file` tells its edits; raises `InputErrors`."""
    issues: list[Issue] = []
    edits = _edits(rows, file, issues)
    if issues:
        raise InputErrors(issues)
    return Scenario(name=name, edits=edits, file=file)


def _edits(rows: Sequence[Any], file: str, issues: list[Issue]) -> tuple[Any, ...]:
    """The edits of rows; what is wrong with any joins `issues`."""
    edits = []
    for number, row in enumerate(rows, start=1):
        try:
            edits.append(_ADAPTER.validate_python(_read(row)))
        except ValidationError as error:
            issues += _row_issues(error, file, number)
    return tuple(edits)


def scenarios_in(paths: Iterable[Path]) -> list[Scenario]:
    """Scenario files; raises `InputErrors` with everything that is wrong in any of them."""
    found: list[Scenario] = []
    issues: list[Issue] = []
    for path in paths:
        try:
            found.append(read_scenario(path))
        except InputErrors as errors:
            issues += errors.issues
    if issues:
        raise InputErrors(issues)
    return found


def scenarios_of(texts: Sequence[str]) -> list[Scenario]:
    """Scenarios written as TOML; raises `InputErrors`, files named by their numbers."""
    with tempfile.TemporaryDirectory(prefix="huanwei-") as folder:
        paths = [Path(folder) / f"scenario-{number}.toml" for number, _ in enumerate(texts, 1)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        return scenarios_in(paths)


def _read(row: Any) -> Any:
    """The row with its hours in seconds."""
    if not isinstance(row, dict) or "hours" not in row:
        return row
    return row | {"hours": _Row.model_validate(row).hours}


def _row_issues(error: ValidationError, file: str, number: int) -> Iterator[Issue]:
    for wrong in error.errors(include_url=False):
        place = [str(part) for part in wrong["loc"] if str(part) not in KINDS]
        value = "" if isinstance(wrong["input"], dict) else str(wrong["input"])
        if wrong["type"] in {"union_tag_invalid", "union_tag_not_found"}:
            value = str(wrong["input"].get("do", "")) if isinstance(wrong["input"], dict) else ""
            yield issue("E702", Spot(file, number, "do"), value, ", ".join(KINDS))
        elif wrong["type"] == "missing":
            yield issue("E703", Spot(file, number, ".".join(place)), "", f"{place[-1]} = ...")
        else:
            zh, en = expected(wrong)
            yield issue("E702", Spot(file, number, ".".join(place)), value, en, zh)
