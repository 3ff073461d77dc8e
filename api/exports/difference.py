"""What differs from the earlier plan, as rows for the terminal and the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from api.words.i18n import kpi_label, kpi_text, kpi_unit, word
from models.edits import Demand, Quota, Without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.difference import PlanDifference, PlanFigure, PlanMoves
    from models.edits import Edit
    from models.plan import Plan

Row = tuple[Any, ...]
FIGURE_COLUMNS = ("indicator", "base", "value", "change", "unit")
SITE_COLUMNS = (
    "id", "name", "base_t", "value_t", "change_t", "base_load_ratio", "value_load_ratio",
)  # fmt: skip
MOVE_COLUMNS = ("task", "before", "after")
COUNTS = ("kept", "moved", "new", "gone", "lost", "kept_share", "vehicles_before", "vehicles_after")


def difference_sheets(
    plan: Plan, language: str
) -> dict[str, tuple[tuple[str, ...], Iterable[Row]]]:
    """Tables of the workbook by sheet: figures, sites, moved tasks; none without a difference."""
    told = plan.difference
    if told is None:
        return {}
    return {
        "difference": (FIGURE_COLUMNS, _figures(told, language)),
        "site_changes": (SITE_COLUMNS, _sites(told)),
        "moves": (MOVE_COLUMNS, ((m.task, m.before, m.after) for m in told.assignment.moves)),
    }


def difference_tables(plan: Plan, language: str) -> Iterator[Table | Text]:
    """For the terminal: what was changed, figures and sites that differ, who does what."""
    if plan.what_if:
        yield Text("; ".join(what_if_words(plan.what_if, language)), style="bold")
    told = plan.difference
    if told is None:
        return
    title = word("difference", "title", language).format(told.base_date)
    table = _table(title, ("indicator", "base", "value", "change"), language)
    for one in told.figures:
        if one.base != one.value:
            unit = kpi_unit(one.key)
            cells = [kpi_text(value, unit, language) for value in (one.base, one.value)]
            table.add_row(kpi_label(one.key, language), *cells, _signed(one, unit, language))
    yield table
    yield _site_table(told, language)
    yield Text("; ".join(moves_words(told.assignment, language)))


def what_if_words(edits: Iterable[Edit], language: str) -> Iterator[str]:
    """What was left out, scaled, cut; of other edits what the document says of them."""
    for edit in edits:
        match edit:
            case Without():
                yield f"{word('difference', 'without', language)}: {', '.join(edit.ids)}"
            case Demand(stream=None):
                yield f"{word('difference', 'demand_factor', language)}: {edit.factor:g}"
            case Quota():
                title = word("difference", "quota_t", language)
                yield f"{title}: {edit.site} {edit.tonnes:g}"
            case _:
                told = edit.model_dump(mode="json", exclude_defaults=True)
                said = ", ".join(f"{key} {value}" for key, value in told.items())
                yield f"{word('difference', 'edit', language)}: {said}"


def moves_words(told: PlanMoves, language: str) -> Iterator[str]:
    """Tasks kept, moved, new, gone and lost; vehicles."""
    for key in COUNTS:
        value = getattr(told, key)
        text = kpi_text(len(value) if isinstance(value, list) else value, kpi_unit(key), language)
        yield f"{word('difference', key, language)} {text}"


def _figures(told: PlanDifference, language: str) -> Iterator[Row]:
    for one in told.figures:
        unit = kpi_unit(one.key)
        name = "" if unit in {"", "%"} else word("unit", unit, language)
        yield kpi_label(one.key, language), one.base, one.value, change(one), name
    for key in COUNTS:
        value = getattr(told.assignment, key)
        figure = len(value) if isinstance(value, list) else value
        yield word("difference", key, language), None, figure, None, ""


def _sites(told: PlanDifference) -> Iterator[Row]:
    for one in told.sites:
        yield (
            one.id, one.name, one.base_t, one.value_t, round(one.value_t - one.base_t, 3),
            one.base_ratio, one.value_ratio,
        )  # fmt: skip


def change(one: PlanFigure) -> float | None:
    """Later less earlier; None where either plan has no such figure."""
    if one.base is None or one.value is None:
        return None
    return round(one.value - one.base, 4)


def _signed(one: PlanFigure, unit: str, language: str) -> str:
    value = change(one)
    if value is None:
        return "—"
    return ("+" if value > 0 else "") + kpi_text(value, unit, language)


def _site_table(told: PlanDifference, language: str) -> Table:
    table = _table("", ("id", "name", "base_t", "value_t", "change_t", "load_ratio"), language)
    for one in told.sites:
        ratio = "—" if one.value_ratio is None else kpi_text(one.value_ratio, "%", language)
        table.add_row(
            one.id, one.name, f"{one.base_t:,.1f}", f"{one.value_t:,.1f}",
            f"{one.value_t - one.base_t:+,.1f}", ratio,
        )  # fmt: skip
    return table


def _table(title: str, columns: tuple[str, ...], language: str) -> Table:
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        left = column in {"indicator", "id", "name"}
        table.add_column(word("column", column, language), justify="left" if left else "right")
    return table
