"""What the command line prints about a plan: the key figures and where the files are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.exports.banner import banner, left_out
from api.exports.difference import difference_tables
from api.words.i18n import flat_kpis, kpi_label, kpi_text, word
from api.words.violations import amount, finding, law

if TYPE_CHECKING:
    from pathlib import Path

    from models.plan import Plan, PlanViolation

MAX_VIOLATIONS = 20


def print_kpis(plan: Plan, language: str, out: Path, *, console: Console | None = None) -> None:
    """Print the figures of `plan`, its verdict, and the paths of map and sheets in `out`."""
    console = console or Console()
    console.print(kpi_table(plan, language))
    console.print(verdict(plan, language))
    for one in difference_tables(plan, language):
        console.print(one)
    for note in plan.notes:
        console.print(note.text(language), markup=False, highlight=False)
    places = {"map": out / "map.html", "sheets": out / "sheets" / "all.html", "folder": out}
    for key, path in places.items():
        console.print(f"{word('ui', key, language)}: {path}", markup=False, highlight=False,
                      soft_wrap=True)  # fmt: skip


def kpi_table(plan: Plan, language: str) -> Table:
    """Key figures, groups opened below their title."""
    table = Table(
        title=f"{plan.district} {plan.date} {word('ui', 'day_plan', language)}",
        title_justify="left", show_header=False, box=None, pad_edge=False,
    )  # fmt: skip
    table.add_column()
    table.add_column(justify="right")
    last: tuple[str, ...] = ()
    for group, key, value, unit in flat_kpis(plan.kpis):
        if group and group != last:
            title = " / ".join(kpi_label(part, language, plan.titles) for part in group)
            table.add_row(Text(title, style="bold"), "")
        last = group
        label = kpi_label(key, language, plan.titles)
        text = kpi_text(value, unit, language)
        table.add_row(Text("  " + label if group else label), Text(text))
    return table


def verdict(plan: Plan, language: str) -> Text:
    """One line when no law is broken; else the first violations."""
    if not plan.violations:
        return Text(banner(plan, language), style="yellow" if plan.unserved else "green")
    count = len(plan.violations)
    lines = [
        word("ui", "num_violations", language).format(count),
        *([left_out(plan, language)] if plan.unserved else []),
        *(f"  {_line(one, language)}" for one in plan.violations[:MAX_VIOLATIONS]),
    ]
    if count > MAX_VIOLATIONS:
        lines.append("  …")
    return Text("\n".join(lines), style="red")


def _line(one: PlanViolation, language: str) -> str:
    """A violation in one line: code, law, whose, by how much, what was found."""
    parts = (one.code, law(one, language), one.where, one.vehicle, amount(one, language))
    return " ".join(part for part in (*parts, finding(one.detail, language)) if part)
