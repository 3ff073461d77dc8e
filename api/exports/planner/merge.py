"""The merging of points as a printable page and as a table on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from api.exports.planner.figures import Mark, site_map
from api.exports.planner.pages import change, environment, number, signed, streets, words

if TYPE_CHECKING:
    from rich.console import Console

    from models.network import RoadNetwork

MOST_ROWS = 400
"""The page lists so many points that go; all of them are in `merge.csv` (chosen: ten sheets)."""


def merge_page(document: dict[str, Any], network: RoadNetwork, language: str) -> str:
    """`merge.json` as a page that prints on A4."""
    ui = words(language)
    goes = [row for row in document["points"] if not row["stays"]]
    order = {row["point"]: row["rank"] for row in document["points"]}
    goes.sort(key=lambda row: (row["phase"], order[row["goes_to"]], row["point"]))
    points = sorted(document["points"], key=lambda row: row["stays"])
    marks = [Mark(row["lon"], row["lat"], "stays" if row["stays"] else "goes") for row in points]
    return (
        environment()
        .get_template("merge.html.j2")
        .render(
            ui=ui,
            language=language,
            d=document,
            title=ui["title_merge"],
            other=f"merge.{'en' if language == 'zh' else 'zh'}.html",
            sentences=list(_sentences(document, ui)),
            rows=goes[:MOST_ROWS],
            more=max(0, len(goes) - MOST_ROWS),
            map=site_map(marks, list(streets(network)), ui["map"]),
            number=number,
            signed=signed,
        )
    )


def print_merging(document: dict[str, Any], language: str, console: Console) -> None:
    """The alternatives, one a row."""
    ui = words(language)
    for sentence in _sentences(document, ui):
        console.print(sentence, markup=False, highlight=False)
    table = Table(title=f"{ui['title_merge']} {document['district']}")
    table.add_column(ui["alternative"])
    for key in ("merge_stays", "merge_mean", "merge_p95", "merge_max", "merge_person_t", "gap",
                "merge_hours", "merge_money", "violations"):  # fmt: skip
        table.add_column(ui[key], justify="right")
    for one in document["alternatives"]:
        told = one["figures"]
        trucks = one["trucks"]["figures"] if one["trucks"] else {}
        table.add_row(
            ui[f"merge_{one['kind']}"],
            f"{told['stays']:,}",
            number(told["walk_mean_after_m"]),
            number(told["walk_p95_after_m"]),
            number(told["walk_max_after_m"]),
            number(told["person_t"]),
            f"{told['gap_percent']:g} %",
            *(change(trucks.get(key), ui) for key in ("duty_h", "total_cny")),
            str(len(one["violations"])),
        )
    console.print(table)


def _sure(one: dict[str, Any], ui: dict[str, str], unit: str) -> str:
    """A difference with its unit and how sure it is."""
    text = f"{signed(one['delta'])} {unit}"
    if one["noise"]:
        return f"{text} ({ui['noise']})"
    return f"{text} (± {number(one['spread'])})" if one["spread"] else text


def _sentences(document: dict[str, Any], ui: dict[str, str]) -> list[str]:
    """What was asked, in one sentence, and what real plans say of it."""
    shown = {key: number(value) for key, value in document["figures"].items()}
    told = [ui["merge_sentence"].format(**shown)]
    if document["trucks"] is None:
        return [*told, ui["merge_no_real"]]
    found = document["trucks"]["figures"]
    told.append(
        ui["merge_truck_sentence"].format(
            seeds=len(document["trucks"]["seeds"]),
            hours=_sure(found["duty_h"], ui, ui["u_h"]),
            money=_sure(found["total_cny"], ui, ui["u_CNY"]),
        )
    )
    return told
